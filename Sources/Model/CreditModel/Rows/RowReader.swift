import StreamCore

/// Reads what `RowWriter` has packed, from the front. What is cut off or no such value throws `RowDamage`.
public struct RowReader: Sendable {
    private var rest: Bytes

    public init(_ row: Bytes) { rest = row }

    public var isAtEnd: Bool { rest.isEmpty }

    public var bytesLeft: Int { rest.count }

    public mutating func byte() throws(RowDamage) -> UInt8 {
        guard let byte = rest.popFirst() else { throw RowDamage() }
        return byte
    }

    public mutating func number() throws(RowDamage) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            let digit = try byte()
            number |= UInt64(digit & 0x7f) << shift
            if digit < 0x80 { return number }
            shift += 7
        }
        throw RowDamage()
    }

    public mutating func signed() throws(RowDamage) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    public mutating func instant() throws(RowDamage) -> Instant { Instant(milliseconds: try signed()) }

    /// A run of bytes, without a copy.
    public mutating func run() throws(RowDamage) -> Bytes { try fixed(Int(clamping: number())) }

    public mutating func text() throws(RowDamage) -> String { String(decoding: try run(), as: UTF8.self) }

    public mutating func fixed(_ count: Int) throws(RowDamage) -> Bytes {
        guard rest.count >= count else { throw RowDamage() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    @inlinable
    public mutating func optional<Value>(_ read: (inout RowReader) throws(RowDamage) -> Value) throws(RowDamage) -> Value? {
        switch try byte() {
        case 0: nil
        case 1: try read(&self)
        default: throw RowDamage()
        }
    }

    @inlinable
    public mutating func list<Element>(_ read: (inout RowReader) throws(RowDamage) -> Element) throws(RowDamage) -> [Element] {
        let count = Int(clamping: try number())
        // An element has at least one byte, so a damaged count cannot ask for more memory than the row has.
        guard count <= bytesLeft else { throw RowDamage() }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }
}

/// A row of a store is not what its worker has written. The engine checks sums before, so this is a mistake of ours.
public struct RowDamage: Error, Hashable, Sendable {
    public init() {}
}

extension RowDamage {
    /// Reads a row by `decode`, or says whose store is damaged.
    public static func read<Value>(
        _ row: Bytes, of worker: String, _ decode: (Bytes) throws(RowDamage) -> Value
    ) throws(Rejection) -> Value {
        do {
            return try decode(row)
        } catch {
            throw Rejection("state.damaged", hint: "\(worker) cannot read its own row; check the store")
        }
    }
}
