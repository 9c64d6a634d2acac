import StreamCore

/// The order-free checksum of a shard: the sum, modulo 2⁶⁴, of one 64-bit hash for each row.
///
/// It is kept with every change (subtract the old row, add the new one), so a restore proves itself by it and a scrub finds what a
/// flipped bit took away. It guards against accidents, not against somebody who wants to deceive: that is the seal's work.
public enum RowSum {
    /// The hash of one row: table, key and value as stored, eight bytes at a time with a multiply and fold per step.
    public static func hash(_ table: UInt8, _ key: Bytes, _ value: Bytes) -> UInt64 {
        key.withUnsafeBytes { key in value.withUnsafeBytes { hash(table, key, $0) } }
    }

    /// The same where the bytes lie, for who reads a whole store and keeps nothing of it.
    public static func hash(_ table: UInt8, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> UInt64 {
        let seed = mix(0x9e37_79b9_7f4a_7c15 ^ UInt64(table), UInt64(truncatingIfNeeded: key.count) ^ 0xd1b5_4a32_d192_ed03)
        return fold(value, fold(key, seed) ^ UInt64(truncatingIfNeeded: value.count))
    }

    @inline(__always)
    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    private static func fold(_ bytes: UnsafeRawBufferPointer, _ start: UInt64) -> UInt64 {
        var hash = start
        var index = 0
        while index + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            // The odd constant keeps a zero word from wiping the state; adding the state keeps a zero state from staying.
            hash = mix(word ^ 0xa076_1d64_78bd_642f, hash ^ 0xe703_7ed1_a0b4_28db) &+ hash
            index += 8
        }
        var rest: UInt64 = UInt64(bytes.count - index) << 56
        var shift: UInt64 = 0
        while index < bytes.count {
            rest |= UInt64(bytes[index]) << shift
            shift += 8
            index += 1
        }
        return mix(rest ^ 0x8ebc_6af0_9c88_c6e3, hash ^ 0x5899_65cc_7537_4cc3) &+ hash
    }
}
