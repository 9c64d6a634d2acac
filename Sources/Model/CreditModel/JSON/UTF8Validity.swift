import StreamCore

/// Whether bytes are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
public enum UTF8Validity {
    public static func isValid(_ bytes: Bytes) -> Bool {
        firstInvalidOffset(in: bytes) == nil
    }

    /// Where the first byte lies that is not part of a character, counted from the beginning; nil when all are.
    public static func firstInvalidOffset(in bytes: Bytes) -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var position = 0
            while position < buffer.count {
                // Most of what we read is ASCII; eight of them at a time.
                if position + 8 <= buffer.count,
                    base.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    position += 8
                    continue
                }
                let length = sequenceLength(base, at: position, count: buffer.count)
                if length == 0 { return position }
                position += length
            }
            return nil
        }
    }

    /// The length of the character that begins at `position`; 0 when none does.
    ///
    /// The ranges of the second byte are those of the Unicode Standard, table 3-7.
    @inline(__always)
    static func sequenceLength(_ base: UnsafeRawPointer, at position: Int, count: Int) -> Int {
        func byte(_ offset: Int) -> UInt8 { base.load(fromByteOffset: position + offset, as: UInt8.self) }
        func continues(_ offset: Int) -> Bool { byte(offset) & 0xc0 == 0x80 }
        let first = byte(0)
        if first < 0x80 { return 1 }
        if first >= 0xe0, first < 0xf0 {
            guard position + 3 <= count, continues(1), continues(2) else { return 0 }
            if first == 0xe0, byte(1) < 0xa0 { return 0 }
            if first == 0xed, byte(1) > 0x9f { return 0 }
            return 3
        }
        if first >= 0xc2, first < 0xe0 {
            return position + 2 <= count && continues(1) ? 2 : 0
        }
        if first >= 0xf0, first <= 0xf4 {
            guard position + 4 <= count, continues(1), continues(2), continues(3) else { return 0 }
            if first == 0xf0, byte(1) < 0x90 { return 0 }
            if first == 0xf4, byte(1) > 0x8f { return 0 }
            return 4
        }
        return 0
    }
}
