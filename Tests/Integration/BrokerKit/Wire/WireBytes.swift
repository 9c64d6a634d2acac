/// Writes the plain (not the flexible) forms of Kafka's protocol.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func number<Number: FixedWidthInteger>(_ value: Number) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func text(_ value: String?) {
        guard let value else { return number(Int16(-1)) }
        number(Int16(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    mutating func list<Element>(_ elements: [Element], _ each: (inout WireWriter, Element) -> Void) {
        number(Int32(elements.count))
        for element in elements { each(&self, element) }
    }
}

/// Reads them.
struct WireReader {
    struct TooShort: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws -> Number {
        let size = MemoryLayout<Number>.size
        guard rest.count >= size else { throw TooShort() }
        defer { rest = rest.dropFirst(size) }
        return rest.prefix(size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func flag() throws -> Bool { try number(UInt8.self) != 0 }

    mutating func text() throws -> String? {
        let count = Int(try number(Int16.self))
        guard count >= 0 else { return nil }
        guard rest.count >= count else { throw TooShort() }
        defer { rest = rest.dropFirst(count) }
        return String(decoding: rest.prefix(count), as: UTF8.self)
    }

    mutating func list<Element>(_ each: (inout WireReader) throws -> Element) throws -> [Element] {
        let count = Int(try number(Int32.self))
        var elements: [Element] = []
        for _ in 0..<max(0, count) { elements.append(try each(&self)) }
        return elements
    }
}
