import StreamCore

/// A 64-bit digest of bytes, by which the checker knows keys and values again: two that differ meet once in 2⁶⁴.
enum Print {
    static func of(_ bytes: Bytes, _ seed: UInt64 = 0) -> UInt64 { bytes.withUnsafeBytes { of($0, seed) } }

    static func of(_ text: String, _ seed: UInt64 = 0) -> UInt64 {
        var text = text
        return text.withUTF8 { of(UnsafeRawBufferPointer($0), seed) }
    }

    static func of(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64 = 0) -> UInt64 {
        var hash = mix(seed ^ 0x2d35_8dcc_aa6c_78a5, UInt64(truncatingIfNeeded: bytes.count) ^ 0x8bb8_4b93_962e_acc9)
        var index = 0
        while index + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            hash = mix(hash ^ word, 0x4b33_a62e_d433_d4a3) &+ word
            index += 8
        }
        var rest: UInt64 = 0
        while index < bytes.count {
            rest = rest << 8 | UInt64(bytes[index])
            index += 1
        }
        return mix(hash ^ rest, 0xaaaa_d5c1_7b3f_9d35 ^ hash >> 32)
    }

    /// One print of several.
    static func of(_ prints: UInt64...) -> UInt64 {
        prints.reduce(0x6a09_e667_f3bc_c908) { mix($0 ^ $1, 0xbb67_ae85_84ca_a73b) &+ $0 }
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
