/// Bytes as lower-case hexadecimal digits, and back.
public enum Hexadecimal {
    public static func text(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.withUnsafeBytes { raw in
            String(unsafeUninitializedCapacity: raw.count * 2) { output in
                write(raw, to: output)
                return raw.count * 2
            }
        }
    }

    public static func text(_ bytes: [UInt8]) -> String { text(bytes[...]) }

    public static func append(_ bytes: ArraySlice<UInt8>, to text: inout ArraySlice<UInt8>) {
        text.append(contentsOf: digits(of: bytes))
    }

    public static func append(_ bytes: [UInt8], to text: inout ArraySlice<UInt8>) { append(bytes[...], to: &text) }

    /// Two digits for each byte, in ASCII.
    public static func digits(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.withUnsafeBytes { raw in
            [UInt8](unsafeUninitializedCapacity: raw.count * 2) { output, count in
                write(raw, to: output)
                count = raw.count * 2
            }
        }
    }

    /// Unsafe: every lookup key and digest passes here, and a generic sequence costs ten times as much across modules.
    private static func write(_ raw: UnsafeRawBufferPointer, to output: UnsafeMutableBufferPointer<UInt8>) {
        for (index, byte) in raw.enumerated() {
            output[2 * index] = digit(byte >> 4)
            output[2 * index + 1] = digit(byte & 15)
        }
    }

    @inline(__always)
    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value }

    /// The bytes of an even number of digits of either case; nil for anything else.
    public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for unit in text.utf8 {
            let value: UInt8
            switch unit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = unit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = unit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = unit - UInt8(ascii: "A") + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? bytes : nil
    }
}
