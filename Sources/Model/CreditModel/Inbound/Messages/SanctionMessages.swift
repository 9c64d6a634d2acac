/// `sanction.triggered`: an authority proposes measures against serious dishonesty, resting on records.
public struct SanctionTriggered: Hashable, Sendable {
    public var determinationNo: String
    /// One of the closed list of causes.
    public var cause: String
    public var subject: SubjectStatement
    public var recordIds: [String]
    public var measures: [String]
    /// Absent, it is `basis.missing`.
    public var basis: String?
    public var proposer: Officer
    public var responsiblePersons: [ResponsiblePerson]

    /// Somebody who is responsible in an organisation, by a finding about that person alone.
    public struct ResponsiblePerson: Hashable, Sendable {
        public var subject: SubjectStatement
        public var role: String
        public var finding: String
        public var findingRecordId: String

        init?(validated value: JSONValue) {
            let fields = MessageFields(value)
            guard let subject = fields.subject(), let role = fields.text("role"), let finding = fields.text("finding"),
                let findingRecordId = fields.text("findingRecordId")
            else { return nil }
            self.subject = subject
            self.role = role
            self.finding = finding
            self.findingRecordId = findingRecordId
        }
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let determinationNo = fields.text("determinationNo"), let cause = fields.text("cause"), let subject = fields.subject(),
            let proposer = fields.officer("proposer")
        else { return nil }
        self.determinationNo = determinationNo
        self.cause = cause
        self.subject = subject
        self.proposer = proposer
        recordIds = fields.texts("recordIds")
        measures = fields.texts("measures")
        basis = fields.text("basis")
        responsiblePersons = value["responsiblePersons"].map { $0.elements.compactMap(ResponsiblePerson.init(validated:)) } ?? []
    }
}

/// `sanction.decided`: another officer than the proposer decides.
public struct SanctionDecided: Hashable, Sendable {
    public var caseId: String
    public var subjectId: String
    public var decision: Decision
    public var approver: Officer
    public var documentNo: String
    public var reason: String
    public var measures: [String]
    /// The last day of the measures.
    public var until: CivilDate?

    public enum Decision: String, Hashable, Sendable, CaseIterable {
        case confirm = "CONFIRM"
        case dismiss = "DISMISS"
        case revoke = "REVOKE"
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let caseId = fields.text("caseId"), let subjectId = fields.text("subjectId"),
            let decision: Decision = fields.word("decision"), let approver = fields.officer("approver"),
            let documentNo = fields.text("documentNo"), let reason = fields.text("reason")
        else { return nil }
        self.caseId = caseId
        self.subjectId = subjectId
        self.decision = decision
        self.approver = approver
        self.documentNo = documentNo
        self.reason = reason
        measures = fields.texts("measures")
        until = fields.date("until")
    }
}
