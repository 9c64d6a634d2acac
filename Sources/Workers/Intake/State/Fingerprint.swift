import CreditModel
import StreamCore

/// The first sixteen bytes of a SHA-256: enough that two contents of one record number never meet by chance.
struct Fingerprint: Hashable, Sendable {
    var high: UInt64
    var low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Of a digest that has at least sixteen bytes.
    init(_ digest: Bytes) {
        high = digest.leadingBigEndian ?? 0
        low = digest.dropFirst(8).leadingBigEndian ?? 0
    }
}

extension RowWriter {
    mutating func fixed(_ fingerprint: Fingerprint) {
        fixed(bigEndian: fingerprint.high)
        fixed(bigEndian: fingerprint.low)
    }
}

extension RowReader {
    mutating func fingerprint() throws(RowDamage) -> Fingerprint { Fingerprint(try fixed(16)) }
}
