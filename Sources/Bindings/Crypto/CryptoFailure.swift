import CCrypto

/// Why the library could not do what was asked of it. Holds no key, no plaintext and no message.
public struct CryptoFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// A key, nonce or text has the wrong length or form.
        case malformed
        /// What was sealed does not open: changed bytes, another key, or another context.
        case notAuthentic = "not-authentic"
        /// This build of the library lacks an algorithm.
        case unsupported
        /// The library itself failed, for instance for want of memory.
        case library
    }

    public var code: Code
    public var reason: String
    /// What to do about it.
    public var hint: String

    public init(_ code: Code, _ reason: String, hint: String = "") {
        self.code = code
        self.reason = reason
        self.hint = hint
    }

    public var description: String {
        hint.isEmpty ? "\(code.rawValue): \(reason)" : "\(code.rawValue): \(reason); \(hint)"
    }

    /// The oldest error in this thread's queue, and an empty queue afterwards: what is left there would be blamed on the next call.
    static func fromLibrary(_ code: Code = .library, during action: String, hint: String = "") -> CryptoFailure {
        let number = ERR_get_error()
        ERR_clear_error()
        guard number != 0 else { return CryptoFailure(code, "\(action) failed", hint: hint) }
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(number, &text, text.count)
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return CryptoFailure(code, "\(action) failed (\(String(decoding: bytes, as: UTF8.self)))", hint: hint)
    }
}
