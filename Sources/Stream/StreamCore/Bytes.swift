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

extension Bytes {
    /// Below, equal to or above zero, as bytes without sign; a shorter one comes before what it begins.
    ///
    /// Unsafe: batches are sorted by it. Eight bytes at a time, the first of them the most significant.
    public func order(to other: Bytes) -> Int {
        withUnsafeBytes { left in
            other.withUnsafeBytes { right in
                let common = Swift.min(left.count, right.count)
                var index = 0
                while index + 8 <= common {
                    let first = UInt64(bigEndian: left.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                    let second = UInt64(bigEndian: right.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                    if first != second { return first < second ? -1 : 1 }
                    index += 8
                }
                while index < common {
                    if left[index] != right[index] { return left[index] < right[index] ? -1 : 1 }
                    index += 1
                }
                return left.count - right.count
            }
        }
    }
}

extension [UInt8] {
    /// A number in decimal digits.
    @inlinable
    public mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var divisor: UInt64 = 1
        while rest / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }
}

/// Bytes as a dictionary key: compared and hashed as one run of memory.
public struct ByteKey: Hashable, Comparable, Sendable {
    public let bytes: Bytes

    @inlinable
    public init(_ bytes: Bytes) { self.bytes = bytes }

    public static func == (left: ByteKey, right: ByteKey) -> Bool {
        left.bytes.count == right.bytes.count && left.bytes.order(to: right.bytes) == 0
    }

    public static func < (left: ByteKey, right: ByteKey) -> Bool {
        left.bytes.order(to: right.bytes) < 0
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
