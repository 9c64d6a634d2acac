import StreamCore

/// What a record says, without the subject: the part of a submission that every version of the record carries on.
///
/// Nested parts stay the JSON that they came as; only what the ledger decides by is read.
public struct RecordContent: Hashable, Sendable {
    public var catalogItem: String
    public var severity: Severity
    /// JSON objects.
    public var conduct: Bytes
    public var decision: Bytes
    public var decisionDate: CivilDate
    public var validUntil: CivilDate?
    public var attributes: Bytes?
    public var field: String?
    public var occupation: String?

    public init(
        catalogItem: String, severity: Severity, conduct: Bytes, decision: Bytes, decisionDate: CivilDate, validUntil: CivilDate? = nil,
        attributes: Bytes? = nil, field: String? = nil, occupation: String? = nil
    ) {
        self.catalogItem = catalogItem
        self.severity = severity
        self.conduct = conduct
        self.decision = decision
        self.decisionDate = decisionDate
        self.validUntil = validUntil
        self.attributes = attributes
        self.field = field
        self.occupation = occupation
    }

    public init(decoding value: JSONValue) throws(Rejection) {
        catalogItem = try value.text("catalogItem")
        severity = try value.word("severity")
        guard let conduct = try value.rawIfPresent("conduct", .object) else { throw value.wrongType("conduct") }
        let decision = try value.needed("decision")
        guard decision.kind == .object, let decisionDate = try decision.dateIfPresent("date") else { throw value.wrongType("decision") }
        self.conduct = conduct
        self.decision = decision.bytes
        self.decisionDate = decisionDate
        validUntil = try value.dateIfPresent("validUntil")
        attributes = try value.rawIfPresent("attributes", .object)
        field = try value.textIfPresent("field")
        occupation = try value.textIfPresent("occupation")
    }

    /// Writes its members into the object that is open.
    public func encodeMembers(into writer: inout JSONWriter) {
        writer.member("catalogItem", catalogItem)
        writer.member("severity", severity.rawValue)
        writer.member("conduct", raw: conduct)
        writer.member("decision", raw: decision)
        if let validUntil { writer.member("validUntil", validUntil.description) }
        if let attributes { writer.member("attributes", raw: attributes) }
        writer.member("field", ifPresent: field)
        writer.member("occupation", ifPresent: occupation)
    }
}
