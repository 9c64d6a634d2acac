import StreamCore

/// The checksum that a meta record states, reckoned anew: the sum modulo 2⁶⁴ over the hashes of all rows.
///
/// It is written a second time on purpose, from what the engine says of it, so that a mistake in the engine's own does not hide itself.
enum ChangelogSum {
    /// The hash of one row. `key` is that of the changelog record: the number of the table, then the row's own key.
    static func hash(key: Bytes, value: Bytes) -> UInt64 {
        key.withUnsafeBytes { key in
            let table = UInt64(key.first ?? 0)
            let own = UnsafeRawBufferPointer(rebasing: key.dropFirst())
            let seed = folded(table ^ 0x9e37_79b9_7f4a_7c15, UInt64(own.count) ^ 0xd1b5_4a32_d192_ed03)
            let afterKey = absorb(own, into: seed)
            return value.withUnsafeBytes { absorb($0, into: afterKey ^ UInt64($0.count)) }
        }
    }

    /// Eight bytes at a time, the last word filled up by zeros with the number of its bytes on top.
    private static func absorb(_ bytes: UnsafeRawBufferPointer, into start: UInt64) -> UInt64 {
        var state = start
        let whole = bytes.count / 8
        for number in 0..<whole {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: number * 8, as: UInt64.self))
            state = state &+ folded(word ^ 0xa076_1d64_78bd_642f, state ^ 0xe703_7ed1_a0b4_28db)
        }
        let tail = bytes.count % 8
        var last = UInt64(tail) << 56
        for index in 0..<tail { last |= UInt64(bytes[whole * 8 + index]) << UInt64(index * 8) }
        return state &+ folded(last ^ 0x8ebc_6af0_9c88_c6e3, state ^ 0x5899_65cc_7537_4cc3)
    }

    /// The two halves of the 128-bit product, one laid over the other.
    private static func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (high, low) = left.multipliedFullWidth(by: right)
        return high ^ low
    }
}
