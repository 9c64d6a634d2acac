import StreamCore

/// `record.submitted`: a bureau reports a record, or corrects one by a higher revision.
public struct RecordSubmitted: Hashable, Sendable {
    /// The bureau's own number, unique with the bureau.
    public var recordNo: String
    /// 1, 2, …; a higher one corrects.
    public var revision: UInt64
    public var catalogItem: String
    public var subject: SubjectStatement
    public var field: String?
    public var occupation: String?
    public var conduct: Conduct
    public var decision: RecordDecision
    public var severity: Severity
    public var validUntil: CivilDate?
    /// As the catalogue item declares them, in the order written.
    public var attributes: [RecordAttribute]

    public init(
        recordNo: String, revision: UInt64 = 1, catalogItem: String, subject: SubjectStatement, field: String? = nil,
        occupation: String? = nil,
        conduct: Conduct, decision: RecordDecision, severity: Severity, validUntil: CivilDate? = nil, attributes: [RecordAttribute] = []
    ) {
        self.recordNo = recordNo
        self.revision = revision
        self.catalogItem = catalogItem
        self.subject = subject
        self.field = field
        self.occupation = occupation
        self.conduct = conduct
        self.decision = decision
        self.severity = severity
        self.validUntil = validUntil
        self.attributes = attributes
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let recordNo = fields.text("recordNo"), let revision = value["revision"]?.int64, revision > 0,
            let catalogItem = fields.text("catalogItem"), let subject = fields.subject(), let conduct = fields.object("conduct"),
            let facts = conduct.text("facts"), let decision = fields.object("decision").flatMap(RecordDecision.init),
            let severity: Severity = fields.word("severity")
        else { return nil }
        self.init(
            recordNo: recordNo, revision: UInt64(revision), catalogItem: catalogItem, subject: subject, field: fields.text("field"),
            occupation: fields.text("occupation"), conduct: Conduct(date: conduct.date("date"), facts: facts), decision: decision,
            severity: severity, validUntil: fields.date("validUntil"),
            attributes: value["attributes"].map { $0.members.compactMap(RecordAttribute.init) } ?? [])
    }

    public func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("recordNo", recordNo)
            $0.member("revision", Int64(clamping: revision))
            $0.member("catalogItem", catalogItem)
            $0.name("subject")
            subject.write(to: &$0)
            $0.member("field", ifPresent: field)
            $0.member("occupation", ifPresent: occupation)
            $0.name("conduct")
            conduct.write(to: &$0)
            $0.name("decision")
            decision.write(to: &$0)
            $0.member("severity", severity.rawValue)
            $0.member("validUntil", ifPresent: validUntil?.description)
            $0.name("attributes")
            RecordAttribute.write(attributes, to: &$0)
        }
    }
}

/// What was done, and when.
public struct Conduct: Hashable, Sendable {
    public var date: CivilDate?
    public var facts: String

    public init(date: CivilDate? = nil, facts: String) {
        self.date = date
        self.facts = facts
    }

    public func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("date", ifPresent: date?.description)
            $0.member("facts", facts)
        }
    }
}

/// What was decided about it, by whom, and on which legal basis.
public struct RecordDecision: Hashable, Sendable {
    public var documentNo: String
    public var date: CivilDate
    public var authority: String
    /// 《law》 and article; absent, it is `basis.missing`.
    public var basis: String?
    /// An instrument of the policy.
    public var basisId: String?
    public var result: String
    public var finality: DecisionFinality?
    public var simpleProcedure: Bool
    public var remedied: Bool

    public init(
        documentNo: String, date: CivilDate, authority: String, basis: String?, basisId: String? = nil, result: String,
        finality: DecisionFinality? = nil, simpleProcedure: Bool = false, remedied: Bool = false
    ) {
        self.documentNo = documentNo
        self.date = date
        self.authority = authority
        self.basis = basis
        self.basisId = basisId
        self.result = result
        self.finality = finality
        self.simpleProcedure = simpleProcedure
        self.remedied = remedied
    }

    init?(_ fields: MessageFields) {
        guard let documentNo = fields.text("documentNo"), let date = fields.date("date"), let authority = fields.text("authority"),
            let result = fields.text("result")
        else { return nil }
        self.init(
            documentNo: documentNo, date: date, authority: authority, basis: fields.text("basis"), basisId: fields.text("basisId"),
            result: result,
            finality: fields.object("finality").flatMap(DecisionFinality.init), simpleProcedure: fields.isTrue("simpleProcedure"),
            remedied: fields.isTrue("remedied"))
    }

    public func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("documentNo", documentNo)
            $0.member("date", date.description)
            $0.member("authority", authority)
            $0.member("basis", ifPresent: basis)
            $0.member("basisId", ifPresent: basisId)
            $0.member("result", result)
            if let finality {
                $0.member(
                    "finality",
                    object: {
                        $0.member("state", finality.state.rawValue)
                        $0.member("until", ifPresent: finality.until?.description)
                    })
            }
            if simpleProcedure { $0.member("simpleProcedure", true) }
            if remedied { $0.member("remedied", true) }
        }
    }
}

/// Whether a decision can still be changed by appeal or review, as its sender says it.
public struct DecisionFinality: Hashable, Sendable {
    public var state: State
    /// The last day of the term.
    public var until: CivilDate?

    public enum State: String, Hashable, Sendable, CaseIterable {
        case final = "FINAL"
        case appealable = "APPEALABLE"
        case underReview = "UNDER_REVIEW"
    }

    public init(_ state: State, until: CivilDate? = nil) {
        self.state = state
        self.until = until
    }

    init?(_ fields: MessageFields) {
        guard let state: State = fields.word("state") else { return nil }
        self.init(state, until: fields.date("until"))
    }
}

/// An attribute of a record.
public struct RecordAttribute: Hashable, Sendable {
    public var name: String
    public var value: Value

    public enum Value: Hashable, Sendable {
        case text(String)
        case integer(Int64)
        case bool(Bool)
    }

    public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    init?(_ member: (name: JSONValue, value: JSONValue)) {
        guard let name = member.name.string else { return nil }
        if let text = member.value.string {
            self.init(name, .text(text))
        } else if let number = member.value.int64 {
            self.init(name, .integer(number))
        } else if let bool = member.value.bool {
            self.init(name, .bool(bool))
        } else {
            return nil
        }
    }

    public static func write(_ attributes: [RecordAttribute], to writer: inout JSONWriter) {
        writer.object {
            for attribute in attributes {
                $0.name(text: attribute.name)
                switch attribute.value {
                case .text(let text): $0.string(text)
                case .integer(let number): $0.integer(number)
                case .bool(let bool): $0.bool(bool)
                }
            }
        }
    }
}

/// `record.withdrawn`: a bureau takes a record back.
public struct RecordWithdrawn: Hashable, Sendable {
    public var recordNo: String
    public var reason: String
    public var basis: String

    public init(recordNo: String, reason: String, basis: String) {
        self.recordNo = recordNo
        self.reason = reason
        self.basis = basis
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let recordNo = fields.text("recordNo"), let reason = fields.text("reason"), let basis = fields.text("basis") else {
            return nil
        }
        self.init(recordNo: recordNo, reason: reason, basis: basis)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("recordNo", recordNo)
            $0.member("reason", reason)
            $0.member("basis", basis)
        }
    }
}
