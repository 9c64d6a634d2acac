import StreamCore

/// `sanction.outcomes.v1`: a step of a sanction. Key: the subject id.
public struct SanctionProgressed: Hashable, Sendable {
    public static let topic: Topic = "sanction.outcomes.v1"
    public static let type = "chengxin.sanction.progressed.v1"

    public var caseId: String
    public var determinationNo: String
    public var subjectId: String
    public var status: Status
    /// The message that this is the one answer to; nil where a rule, time or another worker moved the case.
    public var submission: SubmissionReference?
    public var cause: String
    /// The officer who proposed it.
    public var proposer: String
    /// The records that it rests on.
    public var recordIds: [String] = []
    public var reasons: [Reason] = []
    /// What is proposed, or, from `ORDERED` on, what stands after this step; of `LIFTED` what was lifted.
    public var measures: [String] = []
    /// The last day of the measures.
    public var until: CivilDate?
    /// When the next step is taken at the latest; nil once the case is over, and where the calendar has no answer yet.
    public var dueAt: Instant?
    /// The notice by which the subject was told of the proposal.
    public var noticeId: String?
    /// What the subject has objected, for whoever answers.
    public var objection: CaseObjection?
    /// What the officer who answered the objection has said.
    public var answer: Decision?
    /// What the officer who decided has said.
    public var decision: Decision?
    public var appeal: Appeal?
    /// The case that is open already.
    public var openCaseId: String?
    /// Whether the basis names something that the policy pack does not know.
    public var isBasisUnconfirmed = false

    public enum Status: String, Hashable, Sendable, CaseIterable {
        case notAdmitted = "NOT_ADMITTED"
        case proposed = "PROPOSED"
        case noticed = "NOTICED"
        case objected = "OBJECTED"
        case awaitingDecision = "AWAITING_DECISION"
        case dismissed = "DISMISSED"
        case ordered = "ORDERED"
        case suspended = "SUSPENDED"
        case resumed = "RESUMED"
        case lifted = "LIFTED"
    }

    public struct Decision: Hashable, Sendable {
        public var officer: String
        public var documentNo: String?
        public var reason: String
        public init(officer: String, documentNo: String? = nil, reason: String) {
            self.officer = officer
            self.documentNo = documentNo
            self.reason = reason
        }
    }

    /// What the subject can do against it, and until when.
    public struct Appeal: Hashable, Sendable {
        public var how: Bilingual
        public var until: Instant?
        public init(how: Bilingual, until: Instant? = nil) {
            self.how = how
            self.until = until
        }
    }

    public init(caseId: String, determinationNo: String, subjectId: String, status: Status, cause: String, proposer: String) {
        self.caseId = caseId
        self.determinationNo = determinationNo
        self.subjectId = subjectId
        self.status = status
        self.cause = cause
        self.proposer = proposer
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> SanctionProgressed {
        var step = SanctionProgressed(
            caseId: try value.text("caseId"), determinationNo: try value.text("determinationNo"), subjectId: try value.text("subjectId"),
            status: try value.word("status"), cause: try value.text("cause"), proposer: try value.text("proposer"))
        step.submission = try value.present("submission").map { value throws(Rejection) in try SubmissionReference(decoding: value) }
        step.recordIds = value["recordIds"].map { $0.elements.compactMap(\.string) } ?? []
        step.reasons = try [Reason](step: value["reasons"])
        step.measures = value["measures"].map { $0.elements.compactMap(\.string) } ?? []
        step.until = try value.dateIfPresent("until")
        step.dueAt = try value.instantIfPresent("dueAt")
        step.noticeId = try value.textIfPresent("noticeId")
        step.objection = try value.present("objection").map { value throws(Rejection) in try CaseObjection(decoding: value) }
        step.answer = try value.present("answer").map { value throws(Rejection) in try Decision(decoding: value) }
        step.decision = try value.present("decision").map { value throws(Rejection) in try Decision(decoding: value) }
        step.appeal = try value.present("appeal").map { value throws(Rejection) in
            return Appeal(how: try Bilingual(decoding: value.needed("how")), until: try value.instantIfPresent("until"))
        }
        step.openCaseId = try value.textIfPresent("openCaseId")
        step.isBasisUnconfirmed = value["basisUnconfirmed"]?.bool ?? false
        return step
    }

    public func output() -> Output {
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            $0.member("caseId", caseId)
            $0.member("determinationNo", determinationNo)
            $0.member("subjectId", subjectId)
            $0.member("status", status.rawValue)
            if let submission {
                $0.name("submission")
                submission.encode(into: &$0)
            }
            $0.member("cause", cause)
            $0.member("proposer", proposer)
            $0.member("recordIds", recordIds)
            $0.member("reasons", reasons)
            $0.member("measures", measures)
            if let until { $0.member("until", until.description) }
            $0.member("dueAt", ifPresent: dueAt)
            $0.member("noticeId", ifPresent: noticeId)
            if let objection {
                $0.name("objection")
                objection.encode(into: &$0)
            }
            if let answer { $0.member("answer", object: { answer.encodeMembers(into: &$0) }) }
            if let decision { $0.member("decision", object: { decision.encodeMembers(into: &$0) }) }
            if let appeal {
                $0.member(
                    "appeal",
                    object: { writer in
                        writer.member("how", appeal.how)
                        writer.member("until", ifPresent: appeal.until)
                    })
            }
            $0.member("openCaseId", ifPresent: openCaseId)
            if isBasisUnconfirmed { $0.member("basisUnconfirmed", true) }
        }
        return Output(
            topic: SanctionProgressed.topic, key: Bytes(utf8: subjectId), type: SanctionProgressed.type, subject: subjectId,
            correlation: caseId, value: writer.bytes)
    }
}

extension SanctionProgressed.Decision {
    fileprivate init(decoding value: JSONValue) throws(Rejection) {
        self.init(
            officer: try value.text("officer"), documentNo: try value.textIfPresent("documentNo"), reason: try value.text("reason"))
    }

    fileprivate func encodeMembers(into writer: inout JSONWriter) {
        writer.member("officer", officer)
        writer.member("documentNo", ifPresent: documentNo)
        writer.member("reason", reason)
    }
}
