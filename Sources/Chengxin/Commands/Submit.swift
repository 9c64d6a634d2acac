import CreditModel
import StreamCore
import StreamEngine
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
        let console = HostOptions.console(arguments)
        let isQuiet = arguments.has(quiet)
        let bureau = try Submit.bureau(arguments)
        // Opened first, so that a mistyped name or a missing --bureau shows before anything is sent.
        var handing = Handing(try Place(arguments).writer(arguments), isQuiet, console)
        for path in arguments.operands {
            do {
                var file = try SubmissionFile(path: path, bureau: bureau, at: WallClock.now)
                while let next = try file.next() {
                    switch next {
                    case .success(let message):
                        do { try handing.add(message, from: file.name, ofSeveral: arguments.operands.count > 1) } catch {
                            handing.giveUp(at: message.line, of: file.name)
                            throw error
                        }
                    case .failure(let failure):
                        handing.unreadable += 1
                        say(failure, file.name, console)
                    }
                    if handing.read % 1000 == 0 { console.progress(progress(file.source, handing.read)) }
                }
            } catch let failure as FileFailure {
                handing.failedFiles += 1
                console.note("\(failure)")
            }
        }
        try handing.finish()
        console.endProgress()
        console.flush()
        handing.summarise()
        return handing.isGood ? .good : .findings
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

    /// What is on its way, and what became of it. A receipt is printed when its message is safe, not before.
    private struct Handing {
        private struct Sent {
            var file: String
            var line: Int
            var id: String
            var isOneOfSeveral: Bool
        }

        private let writer: any LogWriter
        private let isQuiet: Bool
        private let console: Console
        /// Those without a delivery yet, in their order.
        private var open: [Sent] = []
        private var sent = 0
        private var failed = 0
        var unreadable = 0
        var failedFiles = 0

        init(_ writer: any LogWriter, _ isQuiet: Bool, _ console: Console) {
            self.writer = writer
            self.isQuiet = isQuiet
            self.console = console
        }

        var read: Int { sent + failed + open.count + unreadable }
        var isGood: Bool { failed + unreadable + failedFiles == 0 }

        mutating func add(_ message: Submission, from file: String, ofSeveral: Bool) throws {
            try writer.add(HandedIn(topic: message.topic, key: message.key, headers: message.headers, value: message.value))
            open.append(Sent(file: file, line: message.line, id: message.id, isOneOfSeveral: ofSeveral))
            if open.count % 1000 == 0 { settle(try writer.delivered()) }
        }

        /// Nothing more can be sent. What is on its way comes to its end.
        mutating func giveUp(at line: Int, of file: String) {
            try? finish()
            console.endProgress()
            console.flush()
            for message in open { console.note("\(message.file):\(message.line): not sent") }
            console.note("\(sent) sent; nothing from \(file):\(line) on was")
        }

        mutating func finish() throws { settle(try writer.finish()) }

        private mutating func settle(_ deliveries: [Delivery]) {
            defer { open.removeFirst(deliveries.count) }
            for (message, delivery) in zip(open, deliveries) {
                switch delivery.result {
                case .safe(let place, let offset):
                    sent += 1
                    if !isQuiet { receipt(message, place, offset) }
                case .failed(let failure):
                    failed += 1
                    console.note("\(message.file):\(message.line): not sent: \(failure)")
                }
            }
        }

        private func receipt(_ message: Sent, _ place: TopicPartition, _ offset: Int64?) {
            switch console.format {
            case .text:
                let file = message.isOneOfSeveral ? "\(message.file) " : ""
                let offset = offset.map { "/\($0)" } ?? ""
                console.print("\(file)line \(message.line)  \(Console.printable(message.id))  \(place)\(offset)")
            case .json:
                console.print {
                    $0.member("file", message.file)
                    $0.member("line", message.line)
                    $0.member("id", message.id)
                    $0.member("topic", place.topic.name)
                    $0.member("partition", place.partition)
                    if let offset { $0.member("offset", offset) }
                }
            }
        }

        func summarise() {
            switch console.format {
            case .text:
                var text = "\(sent) sent, \(unreadable) lines could not be read"
                if failed > 0 { text += ", \(failed) could not be sent" }
                if failedFiles > 0 { text += ", \(failedFiles) files could not be read" }
                console.print(text)
            case .json:
                console.print {
                    $0.member("sent", sent)
                    $0.member("unreadable", unreadable)
                    $0.member("unreadableFiles", failedFiles)
                    $0.member("failed", failed)
                }
            }
        }
    }
}
