import StreamCore

/// `repair.outcomes.v1`: a step of a repair. Key: the subject id.
public struct RepairProgressed: Hashable, Sendable {
    public static let topic: Topic = "repair.outcomes.v1"
    public static let type = "chengxin.repair.progressed.v1"

    public var repairId: String
    public var recordId: String
    public var subjectId: String
    public var kind: RepairApplied.Kind
    public var status: Status
    /// The message that this is the one answer to; nil where a rule, time or the ledger moved the case.
    public var submission: SubmissionReference?
    /// Everything that the application lacks.
    public var missing: [String] = []
    public var reasons: [Reason] = []
    /// When the next step is taken at the latest; nil once the case is over, and where the calendar has no answer yet.
    public var dueAt: Instant?
    /// From when on the record can be repaired, where that is not yet.
    public var eligibleFrom: Instant?
    /// The last day of an extension.
    public var until: CivilDate?
    /// The bureau that has decided, and why, in the officer's words.
    public var decision: Decision?
    public var appeal: Appeal?
    /// The case that is open already.
    public var openRepairId: String?

    public enum Status: String, Hashable, Sendable, CaseIterable {
        case received = "RECEIVED"
        case returned = "RETURNED"
        case notAdmitted = "NOT_ADMITTED"
        case accepted = "ACCEPTED"
        case refused = "REFUSED"
        case granted = "GRANTED"
        case executed = "EXECUTED"
    }

    public struct Decision: Hashable, Sendable {
        public var authority: String
        public var reason: String
        public init(authority: String, reason: String) {
            self.authority = authority
            self.reason = reason
        }
    }

    /// What can be done against it, and until which day, that day included.
    public struct Appeal: Hashable, Sendable {
        public var how: Bilingual
        public var until: CivilDate?
        public init(how: Bilingual, until: CivilDate?) {
            self.how = how
            self.until = until
        }
    }

    public init(repairId: String, recordId: String, subjectId: String, kind: RepairApplied.Kind, status: Status) {
        self.repairId = repairId
        self.recordId = recordId
        self.subjectId = subjectId
        self.kind = kind
        self.status = status
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> RepairProgressed {
        var step = RepairProgressed(
            repairId: try value.text("repairId"), recordId: try value.text("recordId"), subjectId: try value.text("subjectId"),
            kind: try value.word("kind"), status: try value.word("status"))
        step.submission = try value.present("submission").map { value throws(Rejection) in try SubmissionReference(decoding: value) }
        step.missing = value["missing"].map { $0.elements.compactMap(\.string) } ?? []
        step.reasons = try [Reason](step: value["reasons"])
        step.dueAt = try value.instantIfPresent("dueAt")
        step.eligibleFrom = try value.instantIfPresent("eligibleFrom")
        step.until = try value.dateIfPresent("until")
        step.decision = try value.present("decision").map { value throws(Rejection) in
            Decision(authority: try value.text("authority"), reason: try value.text("reason"))
        }
        step.appeal = try value.present("appeal").map { value throws(Rejection) in
            return Appeal(how: try Bilingual(decoding: value.needed("how")), until: try value.dateIfPresent("until"))
        }
        step.openRepairId = try value.textIfPresent("openRepairId")
        return step
    }

    public func output() -> Output {
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            $0.member("repairId", repairId)
            $0.member("recordId", recordId)
            $0.member("subjectId", subjectId)
            $0.member("kind", kind.rawValue)
            $0.member("status", status.rawValue)
            if let submission {
                $0.name("submission")
                submission.encode(into: &$0)
            }
            $0.member("missing", missing)
            $0.member("reasons", reasons)
            $0.member("dueAt", ifPresent: dueAt)
            $0.member("eligibleFrom", ifPresent: eligibleFrom)
            if let until { $0.member("until", until.description) }
            if let decision {
                $0.member(
                    "decision",
                    object: {
                        $0.member("authority", decision.authority)
                        $0.member("reason", decision.reason)
                    })
            }
            if let appeal {
                $0.member(
                    "appeal",
                    object: { writer in
                        writer.member("how", appeal.how)
                        if let until = appeal.until { writer.member("until", until.description) }
                    })
            }
            $0.member("openRepairId", ifPresent: openRepairId)
        }
        return Output(
            topic: RepairProgressed.topic, key: Bytes(utf8: subjectId), type: RepairProgressed.type, subject: subjectId,
            correlation: repairId, value: writer.bytes)
    }
}
