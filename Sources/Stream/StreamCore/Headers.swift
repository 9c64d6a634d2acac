/// The headers of a record, kept in the encoded form in which a log stores them: reading one costs a scan, not an allocation.
///
/// Each header is two bytes of name length, the name, four bytes of value length (all ones for null) and the value; lengths are
/// little endian. A name may occur more than once.
public struct Headers: Sendable {
    public private(set) var encoded: Bytes

    public init() { encoded = [] }

    /// Takes bytes in the encoded form, as a log gives them back. `nil` when they are cut off.
    public init?(encoded: Bytes) {
        self.encoded = encoded
        var position = encoded.startIndex
        while position < encoded.endIndex {
            guard let header = Headers.header(in: encoded, at: position) else { return nil }
            position = header.next
        }
    }

    /// Takes bytes that this type has encoded before, without looking at them.
    public init(trusted encoded: Bytes) { self.encoded = encoded }

    /// Makes room for so many bytes in all, so that appending does not move them again and again.
    public mutating func reserveCapacity(_ bytes: Int) { encoded.reserveCapacity(bytes) }

    public var isEmpty: Bool { encoded.isEmpty }

    /// The value of the first header of this name; nil when there is none or it is null.
    public subscript(name: StaticString) -> Bytes? {
        let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        guard let found = encoded.withUnsafeBytes({ Headers.find(wanted, in: $0) }) else { return nil }
        return encoded[(encoded.startIndex + found.lowerBound)..<(encoded.startIndex + found.upperBound)]
    }

    /// Where the value of the first header of this name lies. Unsafe: every message is asked for several.
    private static func find(_ wanted: UnsafeRawBufferPointer, in raw: UnsafeRawBufferPointer) -> Range<Int>? {
        var position = 0
        while position + 2 <= raw.count {
            let length = Int(UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt16.self)))
            let nameEnd = position + 2 + length
            guard nameEnd + 4 <= raw.count else { return nil }
            let count = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: nameEnd, as: UInt32.self))
            let end = nameEnd + 4 + (count == .max ? 0 : Int(count))
            guard end <= raw.count else { return nil }
            if length == wanted.count, UnsafeRawBufferPointer(rebasing: raw[(position + 2)..<nameEnd]).elementsEqual(wanted) {
                return count == .max ? nil : (nameEnd + 4)..<end
            }
            position = end
        }
        return nil
    }

    public mutating func append(_ name: StaticString, _ value: Bytes?) {
        let name = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        guard let value else { return appendEncoded(name, nil) }
        value.withUnsafeBytes { appendEncoded(name, $0) }
    }

    public mutating func append(_ name: StaticString, text: String) {
        let name = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        var text = text
        text.withUTF8 { appendEncoded(name, UnsafeRawBufferPointer($0)) }
    }

    /// Appends a header whose name is only known at run time. Names are at most 65,535 bytes; a longer one is cut.
    public mutating func append(named name: Bytes, _ value: Bytes?) {
        name.prefix(Int(UInt16.max)).withUnsafeBytes { name in
            guard let value else { return appendEncoded(name, nil) }
            value.withUnsafeBytes { appendEncoded(name, $0) }
        }
    }

    /// Appends all of another's.
    public mutating func append(contentsOf other: Headers) { encoded.append(contentsOf: other.encoded) }

    private mutating func appendEncoded(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) {
        withUnsafeBytes(of: UInt16(truncatingIfNeeded: name.count).littleEndian) { encoded.append(contentsOf: $0) }
        encoded.append(contentsOf: name)
        withUnsafeBytes(of: (value.map { UInt32($0.count) } ?? .max).littleEndian) { encoded.append(contentsOf: $0) }
        if let value { encoded.append(contentsOf: value) }
    }

    private static func header(in bytes: Bytes, at position: Int) -> (name: Bytes, value: Bytes?, next: Int)? {
        guard position + 2 <= bytes.endIndex else { return nil }
        let nameEnd = position + 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
        guard nameEnd + 4 <= bytes.endIndex else { return nil }
        var length: UInt32 = 0
        for index in 0..<4 { length |= UInt32(bytes[nameEnd + index]) << UInt32(index * 8) }
        let name = bytes[(position + 2)..<nameEnd]
        if length == .max { return (name, nil, nameEnd + 4) }
        let end = nameEnd + 4 + Int(length)
        guard end <= bytes.endIndex else { return nil }
        return (name, bytes[(nameEnd + 4)..<end], end)
    }
}

extension Headers {
    /// The trace context to pass on (W3C Trace Context, version 00 to fe: 55 characters of lower-case hexadecimal digits and hyphens at
    /// their places); nil for anything else, which could carry what does not belong in a header.
    public var traceparent: Bytes? {
        guard let value = self["traceparent"], value.count == 55 else { return nil }
        for (index, byte) in value.enumerated() {
            let isHyphen = index == 2 || index == 35 || index == 52
            let isDigit = (48...57).contains(byte) || (97...102).contains(byte)
            guard isHyphen ? byte == 45 : isDigit else { return nil }
        }
        return value
    }
}

extension Headers: Sequence {
    public struct Iterator: IteratorProtocol {
        let bytes: Bytes
        var position: Int
        public mutating func next() -> (name: Bytes, value: Bytes?)? {
            guard let header = Headers.header(in: bytes, at: position) else { return nil }
            position = header.next
            return (header.name, header.value)
        }
    }
    public func makeIterator() -> Iterator { Iterator(bytes: encoded, position: encoded.startIndex) }
}
