import CreditModel
import EmbeddedLog
import Linux
import StreamCore
import StreamEngine
import WorkerHost

/// `chengxin read TOPIC`.
enum Read {
    static let from = Option("from", "WHERE", "an offset, or an instant as 2026-05-06T09:00+08:00; the beginning unless given")
    static let key = Option("key", "KEY", "only messages of this key")
    static let count = Option("max", "N", "ends after so many messages")
    static let follow = Option("follow", nil, "goes on when the end is reached, until it is interrupted")

    static let task = Program.Task(
        command: Command(
            "read", "prints the messages of a topic, in the order of commit",
            discussion: """
                Works beside a running standalone and without one. An empty topic prints nothing. With --format json one object per line:
                topic, partition, offset, time, key, headers, value. The time is the machine's at the appending; when something was
                decided says the header ce_time.
                """,
            operands: [Operand("TOPIC", "the topic's name")],
            options: HostOptions.place + [from, key, count, follow, HostOptions.format],
            examples: [
                Example("chengxin read record.outcomes.v1 --data city", "prints every answer to a submission."),
                Example(
                    "chengxin read record.ledger.v1 --data city --format json --follow",
                    "prints every version of every record, for programs."),
                Example(
                    "chengxin read record.outcomes.v1 --data city --key market-regulation/A1", "prints the answers about one record number."
                ),
            ])
    ) { arguments in
        let directory = try HostOptions.folder(arguments).path
        let topic = Topic(arguments.operands[0])
        let start = try Start(arguments[from])
        let most = try arguments.number(count) ?? .max
        let console = HostOptions.console(arguments)
        guard let log = try Place.reader(directory) else {
            // Nothing has run in this folder yet: every topic of the catalogue is there and empty.
            try Place.requireTopic(topic, among: TopicCatalogue.all.map(\.topic))
            return .good
        }
        try Place.requireTopic(topic, among: log.topics.map(\.topic) + TopicCatalogue.all.map(\.topic))
        let wanted = arguments[key].map { Bytes(utf8: $0) }
        let stop = arguments.has(follow) ? StopSignal() : nil
        var walk = EmbeddedLogReader.Walk(topics: [topic])
        var printed = 0
        while printed < most, !console.isClosed {
            let messages = try log.next(&walk, recordsMax: 1000)
            for message in messages where start.includes(message) && (wanted == nil || message.key == wanted) && printed < most {
                switch console.format {
                case .text: console.print(MessageLine.text(message))
                case .json: console.print { MessageLine.write(message, to: &$0) }
                }
                printed += 1
            }
            if messages.isEmpty {
                console.flush()
                guard let stop, !stop.isRequested else { break }
                // The file has no way to call a reader; a look costs a few microseconds.
                stop.wait(watching: nil, milliseconds: 200)
                if stop.isRequested { break }
            }
        }
        return .good
    }

    /// Where reading begins.
    enum Start {
        case beginning, offset(Int64), instant(Instant)

        init(_ text: String?) throws {
            guard let text else {
                self = .beginning
                return
            }
            if let offset = Int64(text), offset >= 0 {
                self = .offset(offset)
            } else if let instant = Instant(rfc3339: text) {
                self = .instant(instant)
            } else {
                throw UsageError(
                    "--from cannot be \(text)", hint: "give an offset, or an instant with its offset as 2026-05-06T09:00+08:00")
            }
        }

        func includes(_ message: Message) -> Bool {
            switch self {
            case .beginning: return true
            case .offset(let offset): return message.offset >= offset
            case .instant(let instant): return message.timestamp >= instant
            }
        }
    }
}
