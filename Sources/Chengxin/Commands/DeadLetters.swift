import CreditModel
import StreamCore
import StreamEngine
import WorkerHost

/// `chengxin dead-letters list|show|redrive`.
enum DeadLetters {
    static let worker = Option("worker", "NAME", "only dead letters of this worker")
    static let code = Option("code", "CODE", "only those of this code, or of this area, as schema")
    static let topic = Option("topic", "TOPIC", "only messages that came from this topic")
    static let dryRun = Option("dry-run", nil, "says what would be done and does nothing")
    static let all = Option("all", nil, "redrives everything that the filters leave")

    private static let filters = [worker, code, topic]

    static let task = Program.Task(
        command: Command(
            "dead-letters", "lists, shows and redrives what could not be decided",
            subcommands: [
                Command(
                    "list", "lists dead letters, the oldest first",
                    options: HostOptions.place + HostOptions.setting + filters + [HostOptions.format],
                    examples: [Example("chengxin dead-letters list --data city", "lists all of them.")]),
                Command(
                    "show", "shows one dead letter with everything that is known about it",
                    discussion: """
                        Intake and identity seal what they keep. Where the cluster's master key may be read, the message is opened and shown
                        with its headers, and may name a person; where not, its length and origin are told, and why it stays closed.
                        """,
                    operands: [Operand("PLACE", "where it lies, topic/partition/offset, or the origin of the message")],
                    options: HostOptions.place + HostOptions.setting + [HostOptions.format],
                    examples: [
                        Example("chengxin dead-letters show intake.dead-letters.v1/0/3 --data city", "shows the one at that place.")
                    ]),
                Command(
                    "redrive", "lets the worker decide dead letters once more",
                    discussion: """
                        Each goes, with its bytes as they are, into the worker's own redrive topic (by the inbox of the folder, where the log
                        is one). How often it was redriven is counted and shown. --all leaves out what was redriven already.
                        """,
                    operands: [Operand("PLACE", "where it lies; none with --all", count: .optional)],
                    options: HostOptions.place + HostOptions.setting + filters + [all, dryRun, HostOptions.format],
                    examples: [
                        Example(
                            "chengxin dead-letters redrive --data city --all --worker ledger --dry-run", "says what would be redriven."),
                        Example("chengxin dead-letters redrive intake.dead-letters.v1/0/3 --data city", "redrives one."),
                    ]),
            ])
    ) { arguments in
        switch arguments.path[2] {
        case "list": return try list(arguments)
        case "show": return try show(arguments)
        default: return try redrive(arguments)
        }
    }

    /// A dead letter where it lies.
    struct Found {
        var message: Message
        var letter: DeadLetter
        var worker: String
        /// Whether it lies in the redrive topic of its worker.
        var isRedriven: Bool
    }

    /// The message that could not be decided, or why it cannot be shown.
    private enum Original {
        case message(Message)
        case closed(String)
    }

    private static func original(of found: Found, _ arguments: Arguments) -> Original {
        guard let value = found.message.value else { return .closed("nothing of it is kept") }
        if let plain = Parcel.unpack(value) { return .message(plain) }
        do {
            let keys = try Place(arguments).keys(arguments)
            let opened = try AESPayloadSeal(keys: keys).open(value, context: Bytes(utf8: found.message.topic.name))
            guard let message = Parcel.unpack(opened) else { return .closed("what it holds cannot be read") }
            return .message(message)
        } catch {
            return .closed(ProcessFailure(error).description)
        }
    }

    private static let suffix = ".dead-letters.v1"

    private static func list(_ arguments: Arguments) throws -> ExitCode {
        let console = HostOptions.console(arguments)
        var columns = Columns("place", "origin", "code", "path", "attempts", "redrives", "redriven", "what to do")
        var count = 0
        try each(arguments) { found in
            count += 1
            switch console.format {
            case .text:
                columns.add(
                    found.message.origin.description, found.letter.origin.description, found.letter.reason.code, found.letter.reason.path,
                    String(found.letter.attempts), String(found.letter.redrives), found.isRedriven ? "yes" : "no", found.letter.reason.hint)
            case .json: console.print { write(found, to: &$0) }
            }
        }
        if console.format == .text {
            if !columns.isEmpty { for line in columns.lines { console.print(line) } }
            console.note(count == 0 ? "no dead letters" : "\(count) dead letters")
        }
        return .good
    }

    private static func write(_ found: Found, to writer: inout JSONWriter) {
        writer.member("place", found.message.origin.description)
        writer.member("worker", found.worker)
        writer.member("time", found.message.headers["ce_time"]?.text ?? found.message.timestamp.description)
        writer.member("origin", found.letter.origin.description)
        writer.member("code", found.letter.reason.code)
        writer.member("path", found.letter.reason.path)
        writer.member("hint", found.letter.reason.hint)
        writer.member("attempts", found.letter.attempts)
        writer.member("redrives", found.letter.redrives)
        writer.member("redriven", found.isRedriven)
    }

    private static func show(_ arguments: Arguments) throws -> ExitCode {
        let console = HostOptions.console(arguments)
        let found = try one(arguments.operands[0], arguments)
        switch console.format {
        case .text:
            console.print("place      \(found.message.origin)")
            console.print("worker     \(found.worker)")
            console.print("time       \(found.message.headers["ce_time"]?.text ?? found.message.timestamp.description)")
            console.print("origin     \(found.letter.origin)")
            console.print("code       \(found.letter.reason.code)")
            console.print("path       \(found.letter.reason.path.isEmpty ? "(the whole message)" : found.letter.reason.path)")
            console.print("attempts   \(found.letter.attempts)")
            console.print("redrives   \(found.letter.redrives)\(found.isRedriven ? "; this one was redriven again" : "")")
            console.print("what to do \(Console.printable(found.letter.reason.hint))")
            if let length = found.message.headers["dl_length"]?.text {
                console.print("too large  \(length) bytes, SHA-256 \(hexadecimal(found.message.headers["dl_sha256"] ?? []))")
            }
            switch original(of: found, arguments) {
            case .message(let message):
                let isCut = message.value == nil && found.message.headers["dl_length"] != nil
                func text(_ bytes: Bytes?) -> String { Console.printable(bytes.map { MessageLine.text($0) } ?? "(null)") }
                for (name, value) in message.headers { console.print("header     \(Console.printable(name.text)): \(text(value))") }
                console.print("key        \(text(message.key))")
                console.print("value      \(isCut ? "(too large to be kept)" : text(message.value))")
            case .closed(let reason):
                console.print(
                    "message    cannot be shown, \(found.message.value?.count ?? 0) bytes stay sealed: \(Console.printable(reason))")
            }
        case .json:
            console.print { writer in
                write(found, to: &writer)
                switch original(of: found, arguments) {
                case .message(let message): writer.member("message", object: { MessageLine.write(message, to: &$0) })
                case .closed(let reason):
                    writer.member(
                        "message",
                        object: {
                            $0.member("sealed", true)
                            $0.member("bytes", found.message.value?.count ?? 0)
                            $0.member("reason", reason)
                        })
                }
            }
        }
        return .good
    }

    private static func redrive(_ arguments: Arguments) throws -> ExitCode {
        let console = HostOptions.console(arguments)
        let place = try Place(arguments)
        var chosen: [Found] = []
        if let operand = arguments.operands.first {
            guard !arguments.has(all) else { throw UsageError("a place and --all exclude each other", hint: "give one of them") }
            chosen = [try one(operand, arguments)]
        } else {
            guard arguments.has(all) else {
                throw UsageError("nothing is named", hint: "give a place from `dead-letters list`, or --all with filters")
            }
            // One that was redriven and came back is the later letter; redriving both would decide the message twice.
            var newest: [Origin: Found] = [:]
            try each(arguments) { newest[$0.letter.origin] = $0 }
            chosen = newest.values.filter { !$0.isRedriven }.sorted {
                ($0.message.timestamp, $0.message.offset) < ($1.message.timestamp, $1.message.offset)
            }
        }
        if arguments.has(dryRun) {
            for found in chosen { tell(found, isRedriven: false, console) }
            console.note("\(chosen.count) would be redriven")
            return .good
        }
        guard !chosen.isEmpty else {
            console.note("none to redrive")
            return .good
        }
        let writer = try place.writer(arguments)
        var failed = 0
        func settle(_ deliveries: [Delivery]) {
            for delivery in deliveries {
                switch delivery.result {
                case .safe: DeadLetters.tell(chosen[delivery.number], isRedriven: true, console)
                case .failed(let failure):
                    failed += 1
                    console.note("\(chosen[delivery.number].message.origin) was not redriven: \(failure)")
                }
            }
        }
        for found in chosen {
            let topic = Topic("\(found.worker).redrive.v1")
            let key = key(for: found, count: try writer.partitionCount(of: topic) ?? 1)
            try writer.add(HandedIn(topic: topic, key: key, headers: found.message.headers, value: found.message.value))
            settle(try writer.delivered())
        }
        settle(try writer.finish())
        console.note("\(chosen.count - failed) handed in; \(place.whoTakesIn)")
        return failed > 0 ? .findings : .good
    }

    private static func tell(_ found: Found, isRedriven: Bool, _ console: Console) {
        switch console.format {
        case .text: console.print("\(isRedriven ? "redriven" : "would redrive") \(found.message.origin) (from \(found.letter.origin))")
        case .json:
            console.print {
                $0.member("place", found.message.origin.description)
                $0.member("origin", found.letter.origin.description)
                $0.member("redriven", isRedriven)
            }
        }
    }

    /// A key that leads to the partition in which the dead letter lies: there is the shard that knows about it. Writers place by key.
    static func key(for found: Found, count: Int) -> Bytes {
        for number in 0... {
            let key = Bytes(utf8: "\(found.letter.origin)#\(number)")
            if Partitioner.partition(of: key, count: count) == found.message.partition { return key }
        }
        preconditionFailure("some number leads to each partition")
    }

    private static func one(_ place: String, _ arguments: Arguments) throws -> Found {
        var match: Found?
        try each(arguments) { found in
            if found.message.origin.description == place || found.letter.origin.description == place { match = found }
        }
        guard let match else {
            throw UsageError("there is no dead letter at \(place)", hint: "`chengxin dead-letters list` shows where they lie")
        }
        return match
    }

    private static func each(_ arguments: Arguments, _ body: (Found) -> Void) throws {
        guard let log = try Place(arguments).wholeReader(HostOptions.console(arguments)) else { return }
        let topics = try log.topics.filter { $0.name.hasSuffix(suffix) }
        let names = topics.map { String($0.name.dropLast(suffix.count)) }
        let isListed = { (option: Option) in arguments.command.options.contains(option) }
        let redriven = try redrivenLetters(of: names, in: log)
        let wantedWorker = isListed(worker) ? arguments[worker] : nil
        if let wantedWorker, !names.contains(wantedWorker) {
            throw UsageError(
                "there is no worker \(wantedWorker)",
                hint: Suggestion.hint(for: wantedWorker, among: names) ?? "one of \(names.sorted().joined(separator: ", "))")
        }
        let wantedCode = isListed(code) ? arguments[code] : nil
        let wantedTopic = isListed(topic) ? arguments[topic] : nil
        let walk = try log.walk(Set(topics), from: .beginning)
        while true {
            let messages = try walk.next(recordsMax: 1000)
            if messages.isEmpty { return }
            for message in messages {
                guard let letter = DeadLetter(message.headers) else { continue }
                let name = String(message.topic.name.dropLast(suffix.count))
                if let wantedWorker, wantedWorker != name { continue }
                if let wantedCode, letter.reason.code != wantedCode, !letter.reason.code.hasPrefix(wantedCode + ".") { continue }
                if let wantedTopic, letter.origin.topic.name != wantedTopic { continue }
                let isRedriven = message.headers["ce_id"].map { redriven.contains(ByteKey($0)) } ?? false
                body(Found(message: message, letter: letter, worker: name, isRedriven: isRedriven))
            }
        }
    }

    /// The ids of letters that lie in a redrive topic, or wait to be taken into it: they keep their headers there.
    private static func redrivenLetters(of workers: [String], in log: any LogReader) throws -> Set<ByteKey> {
        let topics = Set(workers.map { Topic("\($0).redrive.v1") })
        var ids = Set(try log.waiting(for: topics).compactMap { $0.headers["ce_id"].map { ByteKey($0) } })
        let walk = try log.walk(topics, from: .beginning)
        while true {
            let messages = try walk.next(recordsMax: 1000)
            if messages.isEmpty { return ids }
            for message in messages {
                if let id = message.headers["ce_id"] { ids.insert(ByteKey(id)) }
            }
        }
    }

    private static func hexadecimal(_ bytes: Bytes) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
