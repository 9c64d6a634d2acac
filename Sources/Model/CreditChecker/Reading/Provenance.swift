import CreditModel
import StreamCore

/// Where a worker's message says that it comes from, read from its headers.
struct Provenance {
    /// `/workers/NAME` without the beginning; nil when somebody else wrote it.
    var worker: Bytes?
    /// The text of `ce_origin`.
    var cause: Bytes?
    /// `ce_id` without the cause and `#`: which of the cause's messages it is; -1 for a dead letter. Nil when the id is made otherwise.
    var number: Int?
    /// `instance:start` of `ce_txn`, and what stands behind it.
    var lane: Bytes?
    var counter: Int64 = 0
    var index = 0
    var count = 0
    var time: Bytes?
    /// Of a dead letter, or of one that is redriven.
    var letterOrigin: Bytes?

    /// Of a redrive only the letter counts: the rest is the letter's own, whose headers it keeps.
    init(_ headers: Headers) {
        var id: Bytes?
        var transaction: Bytes?
        for (name, value) in headers {
            guard let value else { continue }
            switch name.count {
            case 5 where id == nil && name.elementsEqual("ce_id".utf8): id = value
            case 6 where transaction == nil && name.elementsEqual("ce_txn".utf8): transaction = value
            case 7 where time == nil && name.elementsEqual("ce_time".utf8): time = value
            case 9 where cause == nil && name.elementsEqual("ce_origin".utf8): cause = value
            case 9 where letterOrigin == nil && name.elementsEqual("dl_origin".utf8): letterOrigin = value
            case 9 where worker == nil && name.elementsEqual("ce_source".utf8):
                if value.starts(with: "/workers/".utf8) { worker = value.dropFirst(9) }
            default: break
            }
        }
        if let cause, let id, id.count > cause.count, id.starts(with: cause), id[id.startIndex + cause.count] == UInt8(ascii: "#") {
            number = Decimal.number(id.dropFirst(cause.count + 1)).map(Int.init(clamping:))
        }
        if let transaction { read(transaction) }
    }

    /// `instance:start.counter:i/n`.
    private mutating func read(_ transaction: Bytes) {
        guard let colon = transaction.lastIndex(of: UInt8(ascii: ":")),
            let slash = transaction[colon...].firstIndex(of: UInt8(ascii: "/")),
            let index = Decimal.number(transaction[(colon + 1)..<slash]), let count = Decimal.number(transaction[(slash + 1)...]),
            let name = Provenance.name(transaction[..<colon])
        else { return }
        lane = name.lane
        counter = name.counter
        self.index = Int(index)
        self.count = Int(count)
    }

    /// `instance:start.counter`, as it stands in a meta record too.
    static func name(_ transaction: Bytes) -> (lane: Bytes, counter: Int64)? {
        guard let point = transaction.lastIndex(of: UInt8(ascii: ".")), let counter = Decimal.number(transaction[(point + 1)...]) else {
            return nil
        }
        return (transaction[..<point], counter)
    }
}

/// The cause that a message names.
enum NamedCause {
    /// `topic/partition/offset`.
    case record(topic: Bytes, partition: Int, offset: Int64)
    /// A timer of a shard, `WORKER.timers/PARTITION/DUE-KEY`, or as a dead letter names it, `WORKER.timers:KEY/PARTITION/DUE`.
    case timer(partition: Int, due: Int64)

    init?(_ text: Bytes) {
        guard let last = text.lastIndex(of: UInt8(ascii: "/")), let first = text[..<last].lastIndex(of: UInt8(ascii: "/")),
            let partition = Decimal.number(text[(first + 1)..<last])
        else { return nil }
        let topic = text[..<first]
        let rest = text[(last + 1)...]
        if NamedCause.isTimer(topic) {
            guard let due = Decimal.number(rest.prefix { $0 != UInt8(ascii: "-") }) else { return nil }
            self = .timer(partition: Int(partition), due: due)
        } else {
            guard let offset = Decimal.number(rest) else { return nil }
            self = .record(topic: topic, partition: Int(partition), offset: offset)
        }
    }

    private static func isTimer(_ topic: Bytes) -> Bool {
        guard let dot = topic.firstIndex(of: UInt8(ascii: ".")) else { return false }
        let name = topic[(dot + 1)...]
        return name.starts(with: "timers".utf8) && (name.count == 6 || name[name.startIndex + 6] == UInt8(ascii: ":"))
    }
}
