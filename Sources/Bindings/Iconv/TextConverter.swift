import CIconv

/// Turns text of an old encoding into UTF-8, by the C library's iconv.
///
/// One thread uses it at a time. It owns the conversion descriptor from its making to its end.
public final class TextConverter {
    /// Encodings in which Chinese bureaus' files come.
    public enum Encoding: String, Sendable {
        /// GB 18030, which contains GBK and GB 2312.
        case gb18030 = "GB18030"
    }

    private let descriptor: iconv_t

    /// Throws when the C library lacks the encoding.
    public init(from encoding: Encoding) throws(TextConversionFailure) {
        // iconv_open answers (iconv_t)-1 when it does not know one of the names.
        guard let opened = iconv_open("UTF-8", encoding.rawValue), Int(bitPattern: opened) != -1 else {
            throw TextConversionFailure(
                offset: 0, reason: "the C library cannot read \(encoding.rawValue)",
                hint: "install its gconv modules (Debian: libc6), or save the file as UTF-8")
        }
        descriptor = opened
    }

    deinit { iconv_close(descriptor) }

    /// The bytes as UTF-8. Throws with the place of the first byte that is no character of the encoding.
    public func utf8(_ bytes: ArraySlice<UInt8>) throws(TextConversionFailure) -> [UInt8] {
        if bytes.isEmpty { return [] }
        // A character of two bytes takes three in UTF-8, one of four at most four.
        var output = [UInt8](repeating: 0, count: bytes.count * 3 / 2 + 8)
        var failedAt: Int?
        let written = output.withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes { source in
                // iconv does not write through its input pointer; its C signature is only older than const.
                var input = UnsafeMutablePointer(mutating: source.baseAddress?.assumingMemoryBound(to: CChar.self))
                var inputLeft = source.count
                var next = target.baseAddress?.assumingMemoryBound(to: CChar.self)
                var nextLeft = target.count
                // Back to the first state, in case that the last call ended in the middle of something.
                iconv(descriptor, nil, nil, nil, nil)
                let replaced = iconv(descriptor, &input, &inputLeft, &next, &nextLeft)
                // (size_t)-1 is failure; a cut-off character at the end also leaves input.
                if replaced == .max || inputLeft > 0 { failedAt = source.count - inputLeft }
                return target.count - nextLeft
            }
        }
        if let failedAt {
            throw TextConversionFailure(
                offset: failedAt, reason: "byte \(failedAt + 1) is no character of the encoding", hint: "save the file as UTF-8")
        }
        output.removeLast(output.count - written)
        return output
    }
}

/// Bytes that are no text of the encoding.
public struct TextConversionFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the bytes, from 0.
    public var offset: Int
    public var reason: String
    public var hint: String
    public var description: String { "\(reason); \(hint)" }
}
