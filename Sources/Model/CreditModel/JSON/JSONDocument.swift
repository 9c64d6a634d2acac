import StreamCore

/// What a JSON value is.
public enum JSONKind: UInt8, Hashable, Sendable {
    case object
    case array
    case string
    case number
    case bool
    case null

    /// The word that JSON Schema has for it.
    public var word: String {
        switch self {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .number: "number"
        case .bool: "boolean"
        case .null: "null"
        }
    }
}

/// A parsed text: its bytes, and where each value lies in them.
///
/// An object, because every value of a message refers to it: a value that is passed on counts one reference, not one for each part.
public final class JSONDocument: Sendable {
    /// The bytes that were parsed.
    public let bytes: Bytes
    let nodes: [JSONNode]

    init(bytes: Bytes, nodes: [JSONNode]) {
        self.bytes = bytes
        self.nodes = nodes
    }

    public var root: JSONValue { JSONValue(document: self, index: 0) }
}

/// A value of a document. Strings and numbers are decoded when they are asked for.
public struct JSONValue: Sendable {
    let document: JSONDocument
    let index: Int

    private var node: JSONNode { document.nodes[index] }

    public var kind: JSONKind { node.kind }

    public var isNull: Bool { node.kind == .null }

    /// Where the value lies, in the indices of `document.bytes`; a string with its quotes.
    public var sourceRange: Range<Int> {
        let node = node
        let start = document.bytes.startIndex + Int(node.start)
        return node.kind == .string ? (start - 1)..<(start + Int(node.length) + 1) : start..<(start + Int(node.length))
    }

    /// The bytes of the value as they stand.
    public var bytes: Bytes { document.bytes[sourceRange] }

    // MARK: Scalars

    /// The text of a string; nil for anything else.
    public var string: String? {
        guard node.kind == .string else { return nil }
        return node.hasEscapes ? String(decoding: decoded, as: UTF8.self) : String(decoding: content, as: UTF8.self)
    }

    /// The UTF-8 bytes of a string's text, without a copy unless it has escapes; nil for anything else.
    public var stringBytes: Bytes? {
        guard node.kind == .string else { return nil }
        return node.hasEscapes ? decoded[...] : content
    }

    /// The bytes of a string that has no escapes; nil for anything else.
    public var rawString: Bytes? {
        node.kind == .string && !node.hasEscapes ? content : nil
    }

    /// Where the text of a string that has no escapes lies, in the indices of `document.bytes`; nil for anything else.
    public var rawStringRange: Range<Int>? {
        let node = node
        guard node.kind == .string, !node.hasEscapes else { return nil }
        let start = document.bytes.startIndex + Int(node.start)
        return start..<(start + Int(node.length))
    }

    /// A number as it is written; nil for anything else.
    public var numberText: String? {
        node.kind == .number ? String(decoding: content, as: UTF8.self) : nil
    }

    /// An integer; nil when it is written with a point or an exponent, or lies outside of 64 bits.
    public var int64: Int64? {
        guard node.kind == .number else { return nil }
        let text = content
        let isNegative = text.first == UInt8(ascii: "-")
        var number: Int64 = 0
        for byte in text.dropFirst(isNegative ? 1 : 0) {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            // Built up below zero, where there is one number more.
            let (tens, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (next, overflow) = tens.subtractingReportingOverflow(Int64(digit))
            if tooLarge || overflow { return nil }
            number = next
        }
        if isNegative { return number }
        return number == .min ? nil : -number
    }

    public var bool: Bool? {
        guard node.kind == .bool else { return nil }
        return node.length == 4
    }

    /// Whether this is the string `text`.
    public func equals(_ text: StaticString) -> Bool {
        guard node.kind == .string else { return false }
        return matches(node, UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    // MARK: Containers

    /// The member of an object; nil when there is none, or this is no object.
    public subscript(name: StaticString) -> JSONValue? {
        member(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// The member of an object whose name is only known at run time.
    public subscript(named name: String) -> JSONValue? {
        var name = name
        return name.withUTF8 { member(UnsafeRawBufferPointer($0)) }
    }

    private func member(_ name: UnsafeRawBufferPointer) -> JSONValue? {
        guard node.kind == .object else { return nil }
        let end = Int(node.next)
        var place = index + 1
        while place < end {
            if matches(document.nodes[place], name) { return JSONValue(document: document, index: place + 1) }
            place = Int(document.nodes[place + 1].next)
        }
        return nil
    }

    /// The members of an object in the order written; empty for anything else.
    public var members: Members { Members(value: self) }

    /// The elements of an array; empty for anything else.
    public var elements: Elements { Elements(value: self) }

    public struct Members: Sequence, Sendable {
        let value: JSONValue
        public func makeIterator() -> Iterator {
            let node = value.node
            return Iterator(document: value.document, place: value.index + 1, end: node.kind == .object ? Int(node.next) : 0)
        }
        public struct Iterator: IteratorProtocol, Sendable {
            let document: JSONDocument
            var place: Int
            let end: Int
            public mutating func next() -> (name: JSONValue, value: JSONValue)? {
                guard place < end else { return nil }
                let name = JSONValue(document: document, index: place)
                place = Int(document.nodes[place + 1].next)
                return (name, JSONValue(document: document, index: name.index + 1))
            }
        }
    }

    public struct Elements: Sequence, Sendable {
        let value: JSONValue
        public func makeIterator() -> Iterator {
            let node = value.node
            return Iterator(document: value.document, place: value.index + 1, end: node.kind == .array ? Int(node.next) : 0)
        }
        public struct Iterator: IteratorProtocol, Sendable {
            let document: JSONDocument
            var place: Int
            let end: Int
            public mutating func next() -> JSONValue? {
                guard place < end else { return nil }
                let element = JSONValue(document: document, index: place)
                place = Int(document.nodes[place].next)
                return element
            }
        }
    }

    // MARK: Bytes

    private var content: Bytes {
        let range = node.range
        let start = document.bytes.startIndex
        return document.bytes[(start + range.lowerBound)..<(start + range.upperBound)]
    }

    private var decoded: [UInt8] { content.withUnsafeBytes { JSONText.decoded($0) } }

    private func matches(_ node: JSONNode, _ text: UnsafeRawBufferPointer) -> Bool {
        if !node.hasEscapes, Int(node.length) != text.count { return false }
        return document.bytes.withUnsafeBytes { buffer in
            let raw = UnsafeRawBufferPointer(rebasing: buffer[node.range])
            if node.hasEscapes { return JSONText.decoded(raw).elementsEqual(text) }
            for index in 0..<text.count where raw[index] != text[index] { return false }
            return true
        }
    }
}

extension JSONValue {
    /// The value written over several lines, two spaces deeper for each level.
    public var indented: String {
        var text: [UInt8] = []
        appendIndented(to: &text, depth: 0)
        return String(decoding: text, as: UTF8.self)
    }

    private func appendIndented(to text: inout [UInt8], depth: Int) {
        func line(_ depth: Int) {
            text.append(UInt8(ascii: "\n"))
            text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
        }
        var isFirst = true
        func next() {
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            line(depth + 1)
        }
        switch kind {
        case .object:
            text.append(UInt8(ascii: "{"))
            for (name, value) in members {
                next()
                text.append(contentsOf: name.bytes)
                text.append(contentsOf: [UInt8(ascii: ":"), UInt8(ascii: " ")])
                value.appendIndented(to: &text, depth: depth + 1)
            }
            if !isFirst { line(depth) }
            text.append(UInt8(ascii: "}"))
        case .array:
            text.append(UInt8(ascii: "["))
            for element in elements {
                next()
                element.appendIndented(to: &text, depth: depth + 1)
            }
            if !isFirst { line(depth) }
            text.append(UInt8(ascii: "]"))
        default: text.append(contentsOf: bytes)
        }
    }
}
