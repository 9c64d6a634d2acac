import StreamCore

/// `dispute.requested`: somebody says that a record about them is wrong.
public struct DisputeRequested: Hashable, Sendable {
    public var subject: SubjectStatement
    public var recordId: String
    public var ground: Ground
    public var statement: String
    public var evidence: [Evidence]

    public enum Ground: String, Hashable, Sendable, CaseIterable {
        case notMine = "NOT_MINE"
        case factsWrong = "FACTS_WRONG"
        case outdated = "OUTDATED"
        case noBasis = "NO_BASIS"
        case alreadyCorrected = "ALREADY_CORRECTED"
        case other = "OTHER"
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let subject = fields.subject(), let recordId = fields.text("recordId"), let ground: Ground = fields.word("ground"),
            let statement = fields.text("statement")
        else { return nil }
        self.subject = subject
        self.recordId = recordId
        self.ground = ground
        self.statement = statement
        evidence = fields.evidence()
    }
}

/// `dispute.review-requested`: somebody asks for a second look at the end of a dispute.
public struct DisputeReviewRequested: Hashable, Sendable {
    public var disputeId: String
    public var subject: SubjectStatement
    public var statement: String

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let disputeId = fields.text("disputeId"), let subject = fields.subject(), let statement = fields.text("statement") else {
            return nil
        }
        self.disputeId = disputeId
        self.subject = subject
        self.statement = statement
    }
}

/// `dispute.found`: the bureau of a record says what it found, or that the clock stops or goes on. Exactly one of the three is there.
public struct DisputeFound: Hashable, Sendable {
    public var disputeId: String
    public var subjectId: String
    public var finding: Finding?
    /// The members of the record that are put right, a JSON object; without it `WRONG` withdraws the record.
    public var correction: Bytes?
    public var officer: Officer?
    public var reason: String?
    public var clockStop: ClockChange?
    public var clockResume: ClockChange?

    public enum Finding: String, Hashable, Sendable, CaseIterable {
        case confirmed = "CONFIRMED"
        case wrong = "WRONG"
        case cannotVerify = "CANNOT_VERIFY"
    }

    /// From when on the clock stands still, or goes on, and why.
    public struct ClockChange: Hashable, Sendable {
        public var from: Instant?
        public var reason: String?
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let disputeId = fields.text("disputeId"), let subjectId = fields.text("subjectId") else { return nil }
        self.disputeId = disputeId
        self.subjectId = subjectId
        finding = fields.word("finding")
        correction = fields.object("correction")?.value.bytes
        officer = fields.officer("officer")
        reason = fields.text("reason")
        func change(_ name: StaticString) -> ClockChange? {
            fields.object(name).map { ClockChange(from: $0.dateOrInstant("from"), reason: $0.text("reason")) }
        }
        clockStop = change("clockStop")
        clockResume = change("clockResume")
    }
}
