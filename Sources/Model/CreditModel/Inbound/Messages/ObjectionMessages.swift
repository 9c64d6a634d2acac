/// `objection.raised`: somebody objects to a sanction that was proposed, or to a reward that was made public.
public struct ObjectionRaised: Hashable, Sendable {
    public var caseId: String
    public var subject: SubjectStatement
    public var statement: String
    public var evidence: [Evidence]

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let caseId = fields.text("caseId"), let subject = fields.subject(), let statement = fields.text("statement") else {
            return nil
        }
        self.caseId = caseId
        self.subject = subject
        self.statement = statement
        evidence = fields.evidence()
    }
}

/// `objection.answered`: an officer answers an objection.
public struct ObjectionAnswered: Hashable, Sendable {
    public var caseId: String
    public var subjectId: String
    public var officer: Officer
    public var result: Result
    public var reason: String

    public enum Result: String, Hashable, Sendable, CaseIterable {
        case upheld = "UPHELD"
        case dismissed = "DISMISSED"
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let caseId = fields.text("caseId"), let subjectId = fields.text("subjectId"), let officer = fields.officer("officer"),
            let result: Result = fields.word("result"), let reason = fields.text("reason")
        else { return nil }
        self.caseId = caseId
        self.subjectId = subjectId
        self.officer = officer
        self.result = result
        self.reason = reason
    }
}
