import StreamCore

/// `reward.nominated`: somebody is proposed for a programme of rewards.
public struct RewardNominated: Hashable, Sendable {
    public var programme: String
    public var subject: SubjectStatement
    public var source: Source
    public var basis: String
    public var consent: Consent

    public enum Source: String, Hashable, Sendable, CaseIterable {
        case supervision = "SUPERVISION"
        case roleModel = "ROLE_MODEL"
        case volunteer = "VOLUNTEER"
        case association = "ASSOCIATION"
        case media = "MEDIA"
    }

    /// That the person agrees: when, and the digest of the text.
    public struct Consent: Hashable, Sendable {
        public var givenAt: Instant
        public var textSha256: String
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let programme = fields.text("programme"), let subject = fields.subject(), let source: Source = fields.word("source"),
            let basis = fields.text("basis"), let consent = fields.object("consent"), let givenAt = consent.dateOrInstant("givenAt"),
            let textSha256 = consent.text("textSha256")
        else { return nil }
        self.programme = programme
        self.subject = subject
        self.source = source
        self.basis = basis
        self.consent = Consent(givenAt: givenAt, textSha256: textSha256)
    }
}

/// `reward.declined`: a person does not want a reward.
public struct RewardDeclined: Hashable, Sendable {
    public var caseId: String
    public var subject: SubjectStatement

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let caseId = fields.text("caseId"), let subject = fields.subject() else { return nil }
        self.caseId = caseId
        self.subject = subject
    }
}

/// `reward.decided`: the authority decides about a nomination.
public struct RewardDecided: Hashable, Sendable {
    public var caseId: String
    public var subjectId: String
    public var decision: Decision
    public var approver: Officer
    public var reason: String

    public enum Decision: String, Hashable, Sendable, CaseIterable {
        case grant = "GRANT"
        case refuse = "REFUSE"
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let caseId = fields.text("caseId"), let subjectId = fields.text("subjectId"),
            let decision: Decision = fields.word("decision"), let approver = fields.officer("approver"), let reason = fields.text("reason")
        else { return nil }
        self.caseId = caseId
        self.subjectId = subjectId
        self.decision = decision
        self.approver = approver
        self.reason = reason
    }
}
