/// Base64 with the standard alphabet and padding (RFC 4648 section 4).
///
/// Decoding is strict: one text for each value, so a signature cannot be given in a second spelling.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each character; 255 for what is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    public static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(unsafeUninitializedCapacity: length(of: bytes.count)) { write(bytes, to: $0) }
    }

    public static func text(_ bytes: [UInt8]) -> String { text(bytes[...]) }

    /// Appends the encoded characters.
    public static func append(_ bytes: ArraySlice<UInt8>, to text: inout ArraySlice<UInt8>) {
        text.append(contentsOf: [UInt8](unsafeUninitializedCapacity: length(of: bytes.count)) { $1 = write(bytes, to: $0) })
    }

    /// The bytes that a text stands for; nil when it is not exactly what encoding would have made.
    public static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        if text.isEmpty { return [] }
        return text.withUnsafeBufferPointer { input in
            let padding = input[input.count - 1] != UInt8(ascii: "=") ? 0 : input[input.count - 2] != UInt8(ascii: "=") ? 1 : 2
            var isGood = true
            let bytes = [UInt8](unsafeUninitializedCapacity: input.count / 4 * 3) { output, count in
                values.withUnsafeBufferPointer { values in
                    var from = 0
                    var to = 0
                    // 255 has bits that no value has, so one comparison of the union finds any stranger.
                    var seen: UInt8 = 0
                    let wholeEnd = padding == 0 ? input.count : input.count - 4
                    while from < wholeEnd {
                        let (a, b) = (values[Int(input[from])], values[Int(input[from + 1])])
                        let (c, d) = (values[Int(input[from + 2])], values[Int(input[from + 3])])
                        seen |= a | b | c | d
                        output[to] = a << 2 | b >> 4
                        output[to + 1] = b << 4 | c >> 2
                        output[to + 2] = c << 6 | d
                        from += 4
                        to += 3
                    }
                    if padding > 0 {
                        let (a, b) = (values[Int(input[from])], values[Int(input[from + 1])])
                        let c = padding == 1 ? values[Int(input[from + 2])] : 0
                        seen |= a | b | c
                        output[to] = a << 2 | b >> 4
                        to += 1
                        if padding == 1 {
                            output[to] = b << 4 | c >> 2
                            to += 1
                            isGood = c & 3 == 0
                        } else {
                            isGood = b & 15 == 0
                        }
                    }
                    if seen > 63 { isGood = false }
                    count = to
                }
            }
            return isGood ? bytes : nil
        }
    }

    public static func bytes(_ text: String) -> [UInt8]? { bytes(Array(text.utf8)[...]) }

    private static func length(of count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Writes the characters and gives their number. Unsafe buffers, because signatures and sealed parts of every message pass here.
    private static func write(_ bytes: ArraySlice<UInt8>, to output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        bytes.withUnsafeBufferPointer { input in
            alphabet.withUnsafeBufferPointer { alphabet in
                var from = 0
                var to = 0
                while from + 3 <= input.count {
                    let (a, b, c) = (input[from], input[from + 1], input[from + 2])
                    output[to] = alphabet[Int(a >> 2)]
                    output[to + 1] = alphabet[Int((a & 3) << 4 | b >> 4)]
                    output[to + 2] = alphabet[Int((b & 15) << 2 | c >> 6)]
                    output[to + 3] = alphabet[Int(c & 63)]
                    from += 3
                    to += 4
                }
                guard from < input.count else { return to }
                let a = input[from]
                let b = from + 1 < input.count ? input[from + 1] : 0
                output[to] = alphabet[Int(a >> 2)]
                output[to + 1] = alphabet[Int((a & 3) << 4 | b >> 4)]
                output[to + 2] = from + 1 < input.count ? alphabet[Int((b & 15) << 2)] : UInt8(ascii: "=")
                output[to + 3] = UInt8(ascii: "=")
                return to + 4
            }
        }
    }
}
