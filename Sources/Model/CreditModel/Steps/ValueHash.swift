import Crypto
import StreamCore

/// SHA-256 of a message's value: how each version of a record names the one before.
public struct ValueHash: Hashable, Sendable, CustomStringConvertible {
    public static let length = 32
    public let bytes: Bytes

    public init(of value: Bytes) { bytes = Digest.sha256(value)[...] }

    /// Takes the 32 bytes of a hash.
    public init(bytes: Bytes) { self.bytes = bytes }

    /// 64 hexadecimal digits, lower case.
    public var description: String { Hexadecimal.text(bytes) }
}
