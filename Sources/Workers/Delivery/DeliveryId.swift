import CreditModel
import StreamCore

/// What a receipt names: `PARTITION-MARK.SEQUENCE`. The partition leads intake to the shard, the mark to the row, without a subject id.
///
/// The mark has fourteen digits, and a dot ends it, so that nobody takes the whole for an identity number.
struct DeliveryId: Hashable, Sendable, CustomStringConvertible {
    var partition: Int
    /// The key of the order's row.
    var mark: Bytes
    var sequence: UInt64

    init(partition: Int, mark: Bytes, sequence: UInt64) {
        self.partition = partition
        self.mark = mark
        self.sequence = sequence
    }

    /// The inverse of `description`; nil for what is none.
    init?(_ text: String) {
        guard let dash = text.firstIndex(of: "-"), let partition = Int(text[..<dash]) else { return nil }
        let rest = text[text.index(after: dash)...]
        guard let dot = rest.firstIndex(of: "."), dot > rest.startIndex, let sequence = UInt64(rest[rest.index(after: dot)...]) else {
            return nil
        }
        self.init(partition: partition, mark: Bytes(utf8: String(rest[..<dot])), sequence: sequence)
        // One spelling for each, so that `+1` is not the same as `1`.
        guard description == text else { return nil }
    }

    var description: String { "\(partition)-\(mark.text).\(sequence)" }

    /// The key of the row of an order or grant.
    static func mark(_ area: Dispatch.Area, _ id: String) -> Bytes {
        let name = (area == .sanction ? "sanction/" : "reward/") + id
        return Bytes(utf8: String(ValueHash(of: Bytes(utf8: name)).description.prefix(14)))
    }
}
