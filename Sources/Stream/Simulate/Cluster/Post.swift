import CreditModel
import StreamCore
import StreamSimulation

/// Puts messages on the topics of the cluster, as senders do: mostly in the right partition, sometimes twice, sometimes under an id that
/// was used before.
struct Post {
    private var random: Randomness
    private let partitionCount: Int
    private var waiting: [Sending] = []
    private var number = 0
    private(set) var count = 0

    init(random: Randomness, partitionCount: Int) {
        self.random = random
        self.partitionCount = partitionCount
    }

    /// Sends a message, and gives its id. `data` holds the members of the message, without brackets.
    @discardableResult
    mutating func send(_ type: InboundType, from source: String, _ data: String, at now: Instant) -> String {
        number += 1
        let id = "m\(number)"
        let letter = Letter(type: type, source: source, id: id, data: data)
        put(letter, at: now)
        let draw = random.number(below: 1000)
        if draw < 40 {
            put(letter, at: now)
        } else if draw < 50 {
            // Somebody uses an id again, for something else about the same thing.
            put(Letter(type: type, source: source, id: id, data: data + #","again":\#(number)"#), at: now)
        }
        return id
    }

    private struct Letter {
        var type: InboundType
        var source: String
        var id: String
        var data: String
    }

    private mutating func put(_ letter: Letter, at now: Instant) {
        let value = Bytes(utf8: "{\(letter.data)}")
        guard let root = (try? JSONParser.parse(value))?.root else { preconditionFailure("no JSON: {\(letter.data)}") }
        let key = Bytes(utf8: letter.type.properKey(of: root, source: letter.source, id: letter.id) ?? letter.id)
        var partition = Partitioner.partition(of: key, count: partitionCount)
        if random.happens(perMille: 80) { partition = random.number(below: partitionCount) }
        var headers = Headers()
        headers.append("ce_specversion", text: "1.0")
        headers.append("ce_id", text: letter.id)
        headers.append("ce_source", text: letter.source)
        headers.append("ce_type", text: letter.type.eventType)
        headers.append("ce_time", text: now.description)
        headers.append("content-type", text: "application/json")
        count += 1
        waiting.append(
            Sending(
                after: .milliseconds(random.span(1...2500)), to: TopicPartition(letter.type.topic(for: root), partition), key: key,
                value: value, headers: headers, label: "\(letter.source) \(letter.id) \(letter.type.rawValue) \(key.text)"))
    }

    /// What has been put and not been taken.
    mutating func take() -> [Sending] {
        defer { waiting = [] }
        return waiting
    }
}
