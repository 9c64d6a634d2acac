/// Bytes that may be a part of a larger batch buffer: taking one costs no copy.
///
/// Indices do not start at zero; use `withUnsafeBytes` or iterate.
public typealias Bytes = ArraySlice<UInt8>

extension Bytes {
    /// The UTF-8 bytes of a text.
    @inlinable
    public init(utf8 text: String) {
        self = ArraySlice(Array(text.utf8))
    }

    /// The bytes read as UTF-8, with replacement characters where they are not.
    @inlinable
    public var text: String {
        String(decoding: self, as: UTF8.self)
    }

    /// Eight bytes, the most significant first, so that their order is the order of the numbers.
    @inlinable
    public mutating func append(bigEndian number: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// Eight bytes, the least significant first.
    @inlinable
    public mutating func append(littleEndian number: UInt64) {
        for shift in stride(from: UInt64(0), through: 56, by: 8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// The number in the first eight bytes, the most significant first; nil when there are fewer.
    @inlinable
    public var leadingBigEndian: UInt64? {
        guard count >= 8 else { return nil }
        return prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Bytes as a dictionary key: compared and hashed as one run of memory.
public struct ByteKey: Hashable, Comparable, Sendable {
    public let bytes: Bytes

    @inlinable
    public init(_ bytes: Bytes) { self.bytes = bytes }

    @inlinable
    public static func == (left: ByteKey, right: ByteKey) -> Bool {
        left.bytes.elementsEqual(right.bytes)
    }

    @inlinable
    public static func < (left: ByteKey, right: ByteKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
