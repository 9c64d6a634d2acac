import CreditModel
import EmbeddedLog
import StreamCore
import WorkerHost

/// `chengxin submit FILE…`.
enum Submit {
    static let quiet = Option("quiet", nil, "prints the summary only, no receipt per message")

    static let task = Program.Task(
        command: Command(
            "submit", "hands messages in from files",
            discussion: """
                A file holds CloudEvents in structured mode, one JSON object per line or one JSON array, and the type chooses the topic; or,
                with --bureau, rows of 双公示 as CSV (UTF-8 or GB 18030, recognised; titles as codes or in Chinese) or JSON. It works beside a
                running standalone and without one, and judges nothing: a line that cannot be read is named by its number, the rest is sent,
                exit 1. The bytes of `data` stay as they are, so signatures stay valid. Whoever runs `chengxin standalone` takes the messages
                in; the answers are on record.outcomes.v1 and intake.answers.v1.
                """,
            operands: [Operand("FILE", "JSON lines, a JSON array or CSV; - is standard input", count: .oneOrMore)],
            options: HostOptions.place + HostOptions.setting + [Options.bureau, quiet, HostOptions.format],
            examples: [
                Example("chengxin submit events.jsonl --data city", "hands in what others have written as CloudEvents."),
                Example("chengxin submit 行政处罚.csv --bureau market-regulation --data city", "hands in the rows of a bureau's file."),
                Example("zcat big.jsonl.gz | chengxin submit - --data city --quiet", "hands in from a pipe."),
            ])
    ) { arguments in
        let directory = try HostOptions.folder(arguments).path
        let console = HostOptions.console(arguments)
        let isQuiet = arguments.has(quiet)
        let bureau = try Submit.bureau(arguments)
        let partitions = try Partitions(directory, arguments)
        // Opened first, so that a mistyped name or a missing --bureau shows before anything is sent.
        let inbox = try InboxWriter(directory: directory)
        var sent = 0
        var unreadable = 0
        var failedFiles = 0
        for path in arguments.operands {
            do {
                var file = try SubmissionFile(path: path, bureau: bureau, at: WallClock.now)
                let several = arguments.operands.count > 1 ? "\(file.name) " : ""
                while let next = try file.next() {
                    switch next {
                    case .success(let message):
                        try inbox.add(topic: message.topic, key: message.key, headers: message.headers, value: message.value)
                        sent += 1
                        if !isQuiet { receipt(message, partitions, several, file.name, console) }
                    case .failure(let failure):
                        unreadable += 1
                        say(failure, file.name, console)
                    }
                    if (sent + unreadable) % 1000 == 0 { console.progress(progress(file.source, sent)) }
                }
            } catch let failure as FileFailure {
                failedFiles += 1
                console.note("\(failure)")
            }
        }
        try inbox.finish()
        console.endProgress()
        console.flush()
        switch console.format {
        case .text:
            console.print(
                "\(sent) sent, \(unreadable) lines could not be read\(failedFiles > 0 ? ", \(failedFiles) files could not be read" : "")")
        case .json:
            console.print {
                $0.member("sent", sent)
                $0.member("unreadable", unreadable)
                $0.member("unreadableFiles", failedFiles)
            }
        }
        return unreadable + failedFiles > 0 ? .findings : .good
    }

    /// The bureau that --bureau names, checked for its form only.
    static func bureau(_ arguments: Arguments) throws -> String? {
        guard let bureau = arguments[Options.bureau] else { return nil }
        guard case .bureau = Sender("/bureaus/\(bureau)") else {
            throw UsageError("--bureau cannot be \(bureau)", hint: "an id as market-regulation; `chengxin config print` lists them")
        }
        return bureau
    }

    static func say(_ failure: UnreadableLine, _ name: String, _ console: Console) {
        console.note("\(name):\(failure.line): \(failure.reason)\(failure.hint.isEmpty ? "" : "; \(failure.hint)")")
    }

    static func progress(_ source: ByteSource, _ count: Int) -> String {
        let share = source.size.flatMap { $0 > 0 ? " (\(source.bytesRead * 100 / $0) % of \(source.name))" : nil } ?? ""
        return "\(count) messages\(share)"
    }

    private static func receipt(
        _ message: Submission, _ partitions: Partitions, _ prefix: String, _ file: String, _ console: Console
    ) {
        let partition = partitions.partition(of: message.key, in: message.topic)
        switch console.format {
        case .text: console.print("\(prefix)line \(message.line)  \(Console.printable(message.id))  \(message.topic)/\(partition)")
        case .json:
            console.print {
                $0.member("file", file)
                $0.member("line", message.line)
                $0.member("id", message.id)
                $0.member("topic", message.topic.name)
                $0.member("partition", partition)
            }
        }
    }

    /// How many partitions the topics of a folder have, or will have.
    struct Partitions {
        private let log: EmbeddedLogReader?
        private let configured: Int

        /// Where nothing has run yet, as many as the configuration says. Who only hands messages in need not have one: then as built in.
        init(_ directory: String, _ arguments: Arguments) throws {
            log = (try? Place.reader(directory)) ?? nil
            guard log == nil else {
                configured = 0
                return
            }
            do {
                configured = try ClusterSetup(arguments).partitionCount
            } catch  where !HostOptions.setting.contains(where: arguments.has) {
                configured = HostSettings().partitionsEmbedded
            }
        }

        func partition(of key: Bytes, in topic: Topic) -> Int {
            Partitioner.partition(of: key, count: log?.partitionCount(of: topic) ?? configured)
        }
    }
}
