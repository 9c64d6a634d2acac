import StreamCore

/// `reward.outcomes.v1`: a step of a reward. Key: the subject id.
public struct RewardProgressed: Hashable, Sendable {
    public static let topic: Topic = "reward.outcomes.v1"
    public static let type = "chengxin.reward.progressed.v1"

    public var caseId: String
    public var subjectId: String
    public var programme: String
    public var status: Status
    /// The message that this is the one answer to; nil where a rule, time or the ledger moved the case.
    public var submission: SubmissionReference?
    public var reasons: [Reason] = []
    /// When the publicity is over, or an objection is answered at the latest; nil once the case is decided, and where the calendar has no
    /// answer yet.
    public var dueAt: Instant?
    /// The last day of what was granted.
    public var until: CivilDate?
    /// The bureau that has decided, and why, in the officer's words.
    public var decision: Decision?
    /// What was objected, for whoever answers it.
    public var objection: CaseObjection?
    /// The case that is open already.
    public var openCaseId: String?

    public enum Status: String, Hashable, Sendable, CaseIterable {
        case notAdmitted = "NOT_ADMITTED"
        case publicised = "PUBLICISED"
        case objected = "OBJECTED"
        case granted = "GRANTED"
        case refused = "REFUSED"
        case ended = "ENDED"
    }

    public struct Decision: Hashable, Sendable {
        public var authority: String
        public var reason: String
        public init(authority: String, reason: String) {
            self.authority = authority
            self.reason = reason
        }
    }

    public init(caseId: String, subjectId: String, programme: String, status: Status) {
        self.caseId = caseId
        self.subjectId = subjectId
        self.programme = programme
        self.status = status
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> RewardProgressed {
        var step = RewardProgressed(
            caseId: try value.text("caseId"), subjectId: try value.text("subjectId"), programme: try value.text("programme"),
            status: try value.word("status"))
        step.submission = try value.present("submission").map { value throws(Rejection) in try SubmissionReference(decoding: value) }
        step.reasons = try [Reason](step: value["reasons"])
        step.dueAt = try value.instantIfPresent("dueAt")
        step.until = try value.dateIfPresent("until")
        step.decision = try value.present("decision").map { value throws(Rejection) in
            Decision(authority: try value.text("authority"), reason: try value.text("reason"))
        }
        step.objection = try value.present("objection").map { value throws(Rejection) in try CaseObjection(decoding: value) }
        step.openCaseId = try value.textIfPresent("openCaseId")
        return step
    }

    public func output() -> Output {
        var writer = JSONWriter(reserving: 768)
        writer.object {
            $0.member("caseId", caseId)
            $0.member("subjectId", subjectId)
            $0.member("programme", programme)
            $0.member("status", status.rawValue)
            if let submission {
                $0.name("submission")
                submission.encode(into: &$0)
            }
            $0.member("reasons", reasons)
            $0.member("dueAt", ifPresent: dueAt)
            if let until { $0.member("until", until.description) }
            if let decision {
                $0.member(
                    "decision",
                    object: {
                        $0.member("authority", decision.authority)
                        $0.member("reason", decision.reason)
                    })
            }
            if let objection {
                $0.name("objection")
                objection.encode(into: &$0)
            }
            $0.member("openCaseId", ifPresent: openCaseId)
        }
        return Output(
            topic: RewardProgressed.topic, key: Bytes(utf8: subjectId), type: RewardProgressed.type, subject: subjectId,
            correlation: caseId, value: writer.bytes)
    }
}
