import CreditModel
import StreamCore

extension Checker {
    /// What others wrote: nothing in it is trusted, its place is what counts.
    mutating func readInbound(_ message: Message, _ standing: Standing, _ spot: Spot, _ role: TopicRole) {
        let print = role == .submissions ? senderPrint(message) : 0
        change(spot) {
            $0.standing = standing
            $0.parent = print
        }
    }

    /// The print of source and id; zero where they cannot be read.
    private mutating func senderPrint(_ message: Message) -> UInt64 {
        var id: Bytes?
        var source: Bytes?
        var isStructured = true
        for (name, value) in message.headers {
            guard let value else { continue }
            if name.elementsEqual("content-type".utf8) {
                if value.starts(with: "application/cloudevents".utf8) {
                    isStructured = true
                    break
                }
            } else if name.starts(with: "ce_".utf8) {
                isStructured = false
                if id == nil, name.elementsEqual("ce_id".utf8), !value.isEmpty { id = value }
                if source == nil, name.elementsEqual("ce_source".utf8), !value.isEmpty { source = value }
            }
        }
        if isStructured {
            guard let value = message.value, let root = try? parser.parse(value).root else { return 0 }
            id = root["id"]?.stringBytes
            source = root["source"]?.stringBytes
        }
        guard let id, let source else { return 0 }
        return Print.of(Print.of(source), Print.of(id))
    }

    /// A dead letter that an operator gave back to its worker.
    mutating func readRedrive(_ message: Message, _ standing: Standing, _ spot: Spot) {
        scanForNumbers(message, spot, value: false)
        let letter = Provenance(message.headers).letterOrigin
        var parent = Spot.none
        if let letter, case .record(let topic, let partition, let offset) = NamedCause(letter), let place = place(topic, partition) {
            parent = Spot(place, offset)
        }
        change(spot) {
            $0.standing = standing
            $0.parent = parent.bits
            // Who knows what it was and whether anybody waits for an answer?
            if parent.isNone { $0.needsNoAnswer = true }
        }
    }
}
