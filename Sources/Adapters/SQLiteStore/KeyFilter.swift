import StreamEngine

/// Tells of most keys that a store does not have that it does not have them, without asking SQLite: most records of a stream are new.
///
/// A Bloom filter of blocks of 256 bits, one bit in each of a block's eight words (Putze, Sanders and Singler, "Cache-, Hash- and
/// Space-Efficient Bloom Filters"; the words and multipliers are those of Parquet's). Twelve bits for a key let about one key in a
/// hundred through that is not there. It grows by a layer of twice the size; what is erased stays in it, which only costs a look-up.
struct KeyFilter {
    private struct Layer {
        private var blocks: [SIMD8<UInt32>]
        /// Keys that it may still take.
        var room: Int

        init(blocks count: Int) {
            blocks = Array(repeating: .zero, count: count)
            room = count * 256 / 12
        }

        var blockCount: Int { blocks.count }

        /// The hash's block: the upper half of the hash, scaled to their number.
        subscript(hash: UInt64) -> SIMD8<UInt32> {
            get { blocks[place(hash)] }
            set { blocks[place(hash)] = newValue }
        }

        private func place(_ hash: UInt64) -> Int { Int(((hash >> 32) &* UInt64(blocks.count)) >> 32) }
    }

    private var layers: [Layer]

    /// With room for so many keys before it grows.
    init(keys: Int = 4096) { layers = [Layer(blocks: max(64, keys * 12 / 256 + 1))] }

    static func hash(_ table: UInt8, _ key: UnsafeRawBufferPointer) -> UInt64 {
        RowSum.hash(table, key, UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// False: there is no such key. True: there may be one.
    func mayHave(_ hash: UInt64) -> Bool {
        let bits = KeyFilter.bits(hash)
        return layers.contains { $0[hash] & bits == bits }
    }

    mutating func add(_ hash: UInt64) {
        guard !mayHave(hash) else { return }
        var last = layers.count - 1
        if layers[last].room == 0 {
            layers.append(Layer(blocks: layers[last].blockCount * 2))
            last += 1
        }
        layers[last][hash] |= KeyFilter.bits(hash)
        layers[last].room -= 1
    }

    /// One bit in each word of a block.
    @inline(__always)
    private static func bits(_ hash: UInt64) -> SIMD8<UInt32> {
        let places = (SIMD8(repeating: UInt32(truncatingIfNeeded: hash)) &* multipliers) &>> 27
        return SIMD8(repeating: 1) &<< places
    }

    private static let multipliers = SIMD8<UInt32>(
        0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31)
}
