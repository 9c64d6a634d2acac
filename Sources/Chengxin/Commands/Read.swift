import CreditModel
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
                Works beside running workers and without any, and joins no group. An empty topic prints nothing. With --format json one object
                per line: topic, partition, offset, time, key, headers, value. The time is the log's at the appending; when something was
                decided says the header ce_time. Kafka has no order between partitions: they are put in the order of their times, up to the
                end that the topic has now; with --follow what comes later is printed as it comes. Only committed messages are shown.
                """,
            operands: [Operand("TOPIC", "the topic's name")],
            options: HostOptions.place + HostOptions.setting + [from, key, count, follow, HostOptions.format],
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
        let topic = Topic(arguments.operands[0])
        let start = try Start(arguments[from])
        let most = try arguments.number(count) ?? .max
        let console = HostOptions.console(arguments)
        // Made before the log is opened, which may start threads of its own.
        let stop = arguments.has(follow) ? StopSignal() : nil
        let place = try Place(arguments)
        guard let log = try Read.log(of: topic, in: place) else { return .good }
        if place.isKafka, try log.partitionCount(of: topic) == nil {
            console.note("\(topic) is not made yet; `chengxin topics apply` makes it")
            return .good
        }
        let wanted = arguments[key].map { Bytes(utf8: $0) }
        let walk = try log.walk([topic], from: start.walk)
        var printed = 0
        while printed < most, !console.isClosed {
            let messages = try walk.next(recordsMax: 1000)
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
                // No log has a way to call a reader that is not waiting in it; a look costs a few microseconds.
                stop.wait(watching: nil, milliseconds: 200)
                if stop.isRequested { break }
            }
        }
        return .good
    }

    /// The log that has the topic; nil when the topic is one of the contract, and empty because nothing has run there yet. Throws when
    /// nobody knows the topic, wherever that is.
    private static func log(of topic: Topic, in place: Place) throws -> (any LogReader)? {
        let known = TopicCatalogue.all.map(\.topic)
        do {
            guard let log = try place.reader() else {
                try Place.requireTopic(topic, among: known)
                return nil
            }
            try Place.requireTopic(topic, among: try log.topics + known)
            return log
        } catch let failure as ProcessFailure {
            try Place.requireTopic(topic, among: known)
            throw failure
        }
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

        var walk: WalkStart {
            switch self {
            case .beginning: return .beginning
            case .offset(let offset): return .offset(offset)
            case .instant(let instant): return .instant(instant)
            }
        }

        /// Behind the first record of an instant there may be earlier ones, of clocks that go after; and a partition that has not come to the
        /// offset yet is followed from its end.
        func includes(_ message: Message) -> Bool {
            switch self {
            case .beginning: return true
            case .offset(let offset): return message.offset >= offset
            case .instant(let instant): return message.timestamp >= instant
            }
        }
    }
}
