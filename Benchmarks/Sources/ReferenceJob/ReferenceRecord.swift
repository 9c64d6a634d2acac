import CreditModel
import StreamCore

/// The typed record of the reference job: every member as it was decoded.
///
/// A text is a place in the bytes of the input, or in those that were decoded from escapes, so that a record holds two buffers and not
/// twenty slices.
struct ReferenceRecord: Sendable {
    /// Where a text lies; `isDecoded` tells in which buffer.
    struct Text: Sendable {
        var start: UInt32
        var length: UInt32
        var isDecoded = false
        static let none = Text(start: 0, length: .max)
        static let empty = Text(start: 0, length: 0)

        var isPresent: Bool { length != .max }
        /// Absent, null or an empty string.
        var isMissing: Bool { length == .max || length == 0 }
    }

    private let source: Bytes
    private var decoded: [UInt8] = []

    var recordNo = Text.none
    var bureau = Text.none
    var revision: Int32?
    var catalogItem = Text.none
    var subjectId = Text.none
    var hasConduct = false
    var conductDate = Text.none
    var facts = Text.none
    var hasDecision = false
    var documentNo = Text.none
    var decisionDate = Text.none
    var authority = Text.none
    var basis = Text.none
    var result = Text.none
    var hasFinality = false
    var finalityState = Text.none
    var severity = Text.none
    var validUntil = Text.none
    /// Nil when there is no such member. A value is absent where it was null.
    var attributes: [(name: Text, value: Text)]?

    /// A known member that is neither null nor of its type.
    struct WrongType: Error {}

    /// Reads every known member; others are ignored.
    init(_ document: JSONDocument) throws(WrongType) {
        source = document.bytes
        let root = document.root
        guard root.kind == .object else { throw WrongType() }
        for (name, value) in root.members where !value.isNull {
            if name.equals("recordNo") {
                recordNo = try text(value)
            } else if name.equals("bureau") {
                bureau = try text(value)
            } else if name.equals("revision") {
                guard let number = value.int64.flatMap(Int32.init(exactly:)) else { throw WrongType() }
                revision = number
            } else if name.equals("catalogItem") {
                catalogItem = try text(value)
            } else if name.equals("subjectId") {
                subjectId = try text(value)
            } else if name.equals("conduct") {
                try readConduct(value)
            } else if name.equals("decision") {
                try readDecision(value)
            } else if name.equals("severity") {
                severity = try text(value)
            } else if name.equals("validUntil") {
                validUntil = try text(value)
            } else if name.equals("attributes") {
                try readAttributes(value)
            }
        }
    }

    private mutating func readConduct(_ object: JSONValue) throws(WrongType) {
        guard object.kind == .object else { throw WrongType() }
        hasConduct = true
        for (name, value) in object.members where !value.isNull {
            if name.equals("date") {
                conductDate = try text(value)
            } else if name.equals("facts") {
                facts = try text(value)
            }
        }
    }

    private mutating func readDecision(_ object: JSONValue) throws(WrongType) {
        guard object.kind == .object else { throw WrongType() }
        hasDecision = true
        for (name, value) in object.members where !value.isNull {
            if name.equals("documentNo") {
                documentNo = try text(value)
            } else if name.equals("date") {
                decisionDate = try text(value)
            } else if name.equals("authority") {
                authority = try text(value)
            } else if name.equals("basis") {
                basis = try text(value)
            } else if name.equals("result") {
                result = try text(value)
            } else if name.equals("finality") {
                guard value.kind == .object else { throw WrongType() }
                hasFinality = true
                if let state = value["state"], !state.isNull { finalityState = try text(state) }
            }
        }
    }

    private mutating func readAttributes(_ object: JSONValue) throws(WrongType) {
        guard object.kind == .object else { throw WrongType() }
        var found: [(name: Text, value: Text)] = []
        found.reserveCapacity(4)
        for (name, value) in object.members { found.append((try text(name), value.isNull ? .none : try text(value))) }
        attributes = found
    }

    private mutating func text(_ value: JSONValue) throws(WrongType) -> Text {
        if let range = value.rawStringRange {
            return Text(start: UInt32(range.lowerBound - source.startIndex), length: UInt32(range.count))
        }
        guard let bytes = value.stringBytes else { throw WrongType() }
        let text = Text(start: UInt32(decoded.count), length: UInt32(bytes.count), isDecoded: true)
        decoded.append(contentsOf: bytes)
        return text
    }

    /// The bytes of a text; none for what is absent.
    func bytes(_ text: Text) -> Bytes {
        guard text.isPresent else { return [] }
        let start = Int(text.start)
        let end = start + Int(text.length)
        return text.isDecoded ? decoded[start..<end] : source[(source.startIndex + start)..<(source.startIndex + end)]
    }

    // MARK: Writing

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        member("recordNo", recordNo, to: &writer)
        member("bureau", bureau, to: &writer)
        if let revision { writer.member("revision", Int64(revision)) }
        member("catalogItem", catalogItem, to: &writer)
        member("subjectId", subjectId, to: &writer)
        if hasConduct {
            writer.name("conduct")
            writer.beginObject()
            member("date", conductDate, to: &writer)
            member("facts", facts, to: &writer)
            writer.endObject()
        }
        if hasDecision {
            writer.name("decision")
            writer.beginObject()
            member("documentNo", documentNo, to: &writer)
            member("date", decisionDate, to: &writer)
            member("authority", authority, to: &writer)
            member("basis", basis, to: &writer)
            member("result", result, to: &writer)
            if hasFinality {
                writer.name("finality")
                writer.beginObject()
                member("state", finalityState, to: &writer)
                writer.endObject()
            }
            writer.endObject()
        }
        member("severity", severity, to: &writer)
        member("validUntil", validUntil, to: &writer)
        if let attributes {
            writer.name("attributes")
            writer.beginObject()
            for (name, value) in attributes {
                writer.name(text: bytes(name).text)
                if value.isPresent { writer.string(utf8: bytes(value)) } else { writer.null() }
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private func member(_ name: StaticString, _ text: Text, to writer: inout JSONWriter) {
        guard text.isPresent else { return }
        writer.name(name)
        writer.string(utf8: bytes(text))
    }

    /// The texts one after the other, each behind its length (two bytes; all ones for what is absent) and without the members' names, then
    /// the attributes: what the state keeps of a record that was accepted.
    func pack(to bytes: inout [UInt8]) {
        pack(recordNo, to: &bytes)
        pack(bureau, to: &bytes)
        pack(catalogItem, to: &bytes)
        pack(subjectId, to: &bytes)
        pack(conductDate, to: &bytes)
        pack(facts, to: &bytes)
        pack(documentNo, to: &bytes)
        pack(decisionDate, to: &bytes)
        pack(authority, to: &bytes)
        pack(basis, to: &bytes)
        pack(result, to: &bytes)
        pack(finalityState, to: &bytes)
        pack(severity, to: &bytes)
        pack(validUntil, to: &bytes)
        for (name, value) in attributes ?? [] {
            pack(name, to: &bytes)
            pack(value, to: &bytes)
        }
    }

    private func pack(_ text: Text, to packed: inout [UInt8]) {
        packed.append(UInt8(truncatingIfNeeded: text.length))
        packed.append(UInt8(truncatingIfNeeded: text.length >> 8))
        if text.isPresent { packed.append(contentsOf: bytes(text)) }
    }
}
