import CreditModel
import Files
import StreamCore
import StreamEngine
import WorkerHost

/// `chengxin leaks`.
enum Leaks {
    static let lines = Option("lines", "FILE", "a file to look into as well, as what a worker has logged", isRepeatable: true)
    /// More are counted, and not printed.
    private static let findingsMax = 100
    private static let page = 5000
    private static let chunk = 8 << 20

    static let task = Program.Task(
        command: Command(
            "leaks", "looks for identities where none may be; exit 1 on findings",
            discussion: """
                Takes every identity number, every organisation code and every person's name out of the messages that were handed in, and looks
                for each of them, byte by byte, in everything that workers have made of it: all other topics with their keys and headers,
                changelogs and aborted attempts included, and in the folder of --data every store and journal as it lies on the disk. What
                others have handed in, the file that holds it and the keys are left out. Nothing that is found is printed, only where.
                """,
            options: HostOptions.place + HostOptions.setting + [lines, HostOptions.format],
            examples: [
                Example("chengxin leaks --data city", "looks into the topics and stores of a folder."),
                Example("chengxin leaks --data city --lines worker.log", "and into what was logged."),
            ])
    ) { arguments in
        let console = HostOptions.console(arguments)
        let place = try Place(arguments)
        let log = try place.requireReader(console)
        defer { log.close() }
        var run = Run(console: console)
        try run.learn(from: log)
        try run.look(at: log)
        if case .folder(let folder) = place { try run.look(inFolder: folder) }
        for path in arguments.all(lines) { try run.look(inFile: path) }
        return run.report()
    }

    private struct Run {
        let console: Console
        var search = LeakSearch()
        var handedIn = 0
        var messages = 0
        var files = 0
        var bytes = 0
        var found = 0

        init(console: Console) { self.console = console }

        private static let inbound = Set(TopicCatalogue.all.filter { $0.kind == .inbound }.map(\.topic))

        mutating func learn(from log: any LogReader) throws {
            try each(of: log, where: { Run.inbound.contains($0) }) { run, message in
                run.handedIn += 1
                if let value = message.value { run.search.add(messageOf: value) }
            }
        }

        mutating func look(at log: any LogReader) throws {
            try each(of: log, where: { !Run.inbound.contains($0) }) { run, message in
                run.messages += 1
                let origin = message.origin.description
                run.look(at: message.key, origin, "its key")
                run.look(at: message.value, origin, "its value")
                for (_, header) in message.headers { run.look(at: header, origin, "a header") }
            }
        }

        private mutating func each(
            of log: any LogReader, where matches: (Topic) -> Bool, _ body: (inout Run, Message) -> Void
        ) throws {
            let topics = Set(try log.topics.filter(matches))
            guard !topics.isEmpty else { return }
            let walk = try log.attempts(topics, from: .beginning)
            while true {
                let page = try walk.next(recordsMax: Leaks.page)
                if page.isEmpty { return }
                for attempt in page { body(&self, attempt.message) }
                console.progress("\(handedIn) messages handed in, \(messages) looked at")
            }
        }

        /// Everything below it, but the log's own file, what lies in its inbox, and the keys.
        mutating func look(inFolder folder: ClusterFolder) throws {
            for name in try Files.names(folder.path) {
                let path = "\(folder.path)/\(name)"
                if name.hasPrefix("log.sqlite") || path == folder.inbox || folder.masterKey.hasPrefix(path + "/") { continue }
                try look(below: path)
            }
        }

        private mutating func look(below path: String) throws {
            guard Files.isFolder(path) else { return try look(inFile: path) }
            for name in try Files.names(path) { try look(below: "\(path)/\(name)") }
        }

        mutating func look(inFile path: String) throws {
            files += 1
            var offset = 0
            while true {
                let part = try Files.read(path, from: offset, bytesMax: Leaks.chunk)
                look(at: part, path, "bytes from \(offset)")
                guard part.count == Leaks.chunk else { return }
                // What begins at the end of one part ends in the next.
                offset += Leaks.chunk - max(0, search.longest - 1)
            }
        }

        private mutating func look(at bytes: Bytes?, _ place: String, _ part: String) {
            guard let bytes else { return }
            self.bytes += bytes.count
            for (kind, count) in search.found(in: bytes).sorted(by: { $0.key < $1.key }) {
                found += count
                guard found - count < Leaks.findingsMax else { continue }
                switch console.format {
                case .text: console.print("\(Console.printable(place)): \(kind.rawValue) in \(part)")
                case .json:
                    console.print {
                        $0.member("place", place)
                        $0.member("part", part)
                        $0.member("kind", "\(kind)")
                        $0.member("count", count)
                    }
                }
            }
        }

        func report() -> ExitCode {
            console.endProgress()
            switch console.format {
            case .text:
                console.print("looked for  \(search.numberCount) numbers and \(search.nameCount) names of \(handedIn) messages handed in")
                console.print("looked at   \(messages) messages and \(files) files, \(bytes) bytes")
                console.print("found       \(found)")
            case .json:
                console.print {
                    $0.member("summary", true)
                    $0.member("handedIn", handedIn)
                    $0.member("numbers", search.numberCount)
                    $0.member("names", search.nameCount)
                    $0.member("messages", messages)
                    $0.member("files", files)
                    $0.member("bytes", bytes)
                    $0.member("found", found)
                }
            }
            return found == 0 ? .good : .findings
        }
    }
}
