import CreditModel
import StreamCore

/// The typed record of the reference job: every member as it was decoded.
struct ReferenceRecord: Sendable {
    struct Conduct: Sendable {
        var date: Bytes?
        var facts: Bytes?
    }
    struct Decision: Sendable {
        var documentNo: Bytes?
        var date: Bytes?
        var authority: Bytes?
        var basis: Bytes?
        var result: Bytes?
        var finality: Finality?
    }
    struct Finality: Sendable {
        var state: Bytes?
    }

    var recordNo: Bytes?
    var bureau: Bytes?
    var revision: Int32?
    var catalogItem: Bytes?
    var subjectId: Bytes?
    var conduct: Conduct?
    var decision: Decision?
    var severity: Bytes?
    var validUntil: Bytes?
    /// A value is nil where it was null.
    var attributes: [(name: Bytes, value: Bytes?)]?

    /// A known member that is neither null nor of its type.
    struct WrongType: Error {}

    /// Reads every known member; others are ignored.
    init(_ root: JSONValue) throws(WrongType) {
        guard root.kind == .object else { throw WrongType() }
        recordNo = try Self.text(root["recordNo"])
        bureau = try Self.text(root["bureau"])
        if let value = root["revision"], !value.isNull {
            guard let number = value.int64.flatMap(Int32.init(exactly:)) else { throw WrongType() }
            revision = number
        }
        catalogItem = try Self.text(root["catalogItem"])
        subjectId = try Self.text(root["subjectId"])
        if let value = try Self.object(root["conduct"]) {
            conduct = Conduct(date: try Self.text(value["date"]), facts: try Self.text(value["facts"]))
        }
        if let value = try Self.object(root["decision"]) {
            var decision = Decision()
            decision.documentNo = try Self.text(value["documentNo"])
            decision.date = try Self.text(value["date"])
            decision.authority = try Self.text(value["authority"])
            decision.basis = try Self.text(value["basis"])
            decision.result = try Self.text(value["result"])
            if let finality = try Self.object(value["finality"]) { decision.finality = Finality(state: try Self.text(finality["state"])) }
            self.decision = decision
        }
        severity = try Self.text(root["severity"])
        validUntil = try Self.text(root["validUntil"])
        if let value = try Self.object(root["attributes"]) {
            var attributes: [(name: Bytes, value: Bytes?)] = []
            for (name, member) in value.members { attributes.append((name.stringBytes ?? [], try Self.text(member))) }
            self.attributes = attributes
        }
    }

    private static func text(_ value: JSONValue?) throws(WrongType) -> Bytes? {
        guard let value, !value.isNull else { return nil }
        guard let bytes = value.stringBytes else { throw WrongType() }
        return bytes
    }

    private static func object(_ value: JSONValue?) throws(WrongType) -> JSONValue? {
        guard let value, !value.isNull else { return nil }
        guard value.kind == .object else { throw WrongType() }
        return value
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        Self.member("recordNo", recordNo, to: &writer)
        Self.member("bureau", bureau, to: &writer)
        if let revision { writer.member("revision", Int64(revision)) }
        Self.member("catalogItem", catalogItem, to: &writer)
        Self.member("subjectId", subjectId, to: &writer)
        if let conduct {
            writer.name("conduct")
            writer.beginObject()
            Self.member("date", conduct.date, to: &writer)
            Self.member("facts", conduct.facts, to: &writer)
            writer.endObject()
        }
        if let decision {
            writer.name("decision")
            writer.beginObject()
            Self.member("documentNo", decision.documentNo, to: &writer)
            Self.member("date", decision.date, to: &writer)
            Self.member("authority", decision.authority, to: &writer)
            Self.member("basis", decision.basis, to: &writer)
            Self.member("result", decision.result, to: &writer)
            if let finality = decision.finality {
                writer.name("finality")
                writer.beginObject()
                Self.member("state", finality.state, to: &writer)
                writer.endObject()
            }
            writer.endObject()
        }
        Self.member("severity", severity, to: &writer)
        Self.member("validUntil", validUntil, to: &writer)
        if let attributes {
            writer.name("attributes")
            writer.beginObject()
            for (name, value) in attributes {
                writer.name(text: name.text)
                if let value { writer.string(utf8: value) } else { writer.null() }
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private static func member(_ name: StaticString, _ value: Bytes?, to writer: inout JSONWriter) {
        guard let value else { return }
        writer.name(name)
        writer.string(utf8: value)
    }
}
