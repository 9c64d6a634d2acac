import StreamCore

/// `repair.applied`: somebody asks for repair (信用修复).
public struct RepairApplied: Hashable, Sendable {
    public var subject: SubjectStatement
    public var recordId: String
    public var kind: Kind
    public var commitment: Commitment?
    public var evidence: [Evidence]
    /// The last day of an extension.
    public var extensionUntil: CivilDate?
    public var statement: String?

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case performance = "PERFORMANCE"
        case extended = "EXTENSION"
        case statement = "STATEMENT"
        case deed = "DEED"
    }

    /// A commitment (信用承诺书) that was signed: when, and the digest of its text.
    public struct Commitment: Hashable, Sendable {
        public var signedAt: Instant
        public var textSha256: String
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let subject = fields.subject(), let recordId = fields.text("recordId"), let kind: Kind = fields.word("kind") else {
            return nil
        }
        self.subject = subject
        self.recordId = recordId
        self.kind = kind
        commitment = fields.object("commitment").flatMap { commitment in
            guard let signedAt = commitment.dateOrInstant("signedAt"), let text = commitment.text("textSha256") else { return nil }
            return Commitment(signedAt: signedAt, textSha256: text)
        }
        evidence = fields.evidence()
        extensionUntil = fields.object("extension")?.date("until")
        statement = fields.text("statement")
    }
}

/// `repair.reviewed`: the authority decides about a repair.
public struct RepairReviewed: Hashable, Sendable {
    public var repairId: String
    public var subjectId: String
    public var decision: Decision
    public var officer: Officer
    public var reason: String
    public var missing: [String]

    public enum Decision: String, Hashable, Sendable, CaseIterable {
        case granted = "GRANTED"
        case refused = "REFUSED"
        case returned = "RETURNED"
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let repairId = fields.text("repairId"), let subjectId = fields.text("subjectId"),
            let decision: Decision = fields.word("decision"), let officer = fields.officer("officer"), let reason = fields.text("reason")
        else { return nil }
        self.repairId = repairId
        self.subjectId = subjectId
        self.decision = decision
        self.officer = officer
        self.reason = reason
        missing = fields.texts("missing")
    }
}
