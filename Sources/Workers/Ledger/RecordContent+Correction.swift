import CreditModel
import StreamCore

extension RecordContent {
    /// The content with the members of a correction in place of its own; `conduct`, `decision` and `attributes` member by member. A member
    /// that is null goes away.
    func corrected(by correction: Bytes) throws(Rejection) -> RecordContent {
        let correction = try RecordContent.object(correction)
        var writer = JSONWriter()
        writer.beginObject()
        var own = JSONWriter()
        own.object { encodeMembers(into: &$0) }
        RecordContent.merge(try RecordContent.object(own.bytes), correction, depth: 1, into: &writer)
        writer.endObject()
        return try RecordContent(decoding: RecordContent.object(writer.bytes))
    }

    private static func object(_ bytes: Bytes) throws(Rejection) -> JSONValue {
        guard let value = try? JSONParser.parse(bytes).root, value.kind == .object else {
            throw Rejection("schema.type", at: "/correction", hint: "a correction is an object with members of the record")
        }
        return value
    }

    private static func merge(_ old: JSONValue, _ new: JSONValue, depth: Int, into writer: inout JSONWriter) {
        for (name, value) in old.members {
            let text = name.string ?? ""
            guard let replacement = new[named: text] else {
                writer.name(text: text)
                writer.raw(value.bytes)
                continue
            }
            if replacement.isNull { continue }
            writer.name(text: text)
            if depth > 0, value.kind == .object, replacement.kind == .object {
                writer.beginObject()
                merge(value, replacement, depth: depth - 1, into: &writer)
                writer.endObject()
            } else {
                writer.raw(replacement.bytes)
            }
        }
        for (name, value) in new.members where !value.isNull {
            let text = name.string ?? ""
            guard old[named: text] == nil else { continue }
            writer.name(text: text)
            writer.raw(value.bytes)
        }
    }
}
