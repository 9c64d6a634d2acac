import StreamCore

/// `dispute.outcomes.v1`: a step of a dispute. Key: the subject id.
public struct DisputeProgressed: Hashable, Sendable {
    public static let topic: Topic = "dispute.outcomes.v1"
    public static let type = "chengxin.dispute.progressed.v1"

    public var disputeId: String
    public var recordId: String
    public var subjectId: String
    public var status: Status
    /// 1; 2 once a review was asked for.
    public var instance: Int
    /// The message that this is the one answer to; nil where time or the record's own end moved the case.
    public var submission: SubmissionReference?
    /// When the case is decided at the latest.
    public var dueAt: Instant?
    /// When an unverified record is removed.
    public var removeAt: Instant?
    public var reasons: [Reason]
    public var finding: Finding?
    /// The members of the record that were put right, a JSON object.
    public var correction: Bytes?
    public var review: Review?

    public enum Status: String, Hashable, Sendable, CaseIterable {
        case received = "RECEIVED"
        case notAdmitted = "NOT_ADMITTED"
        case duplicate = "DUPLICATE"
        case inquiring = "INQUIRING"
        case paused = "PAUSED"
        case upheld = "UPHELD"
        case dismissed = "DISMISSED"
        case unverified = "UNVERIFIED"
    }

    /// What an officer has found, in the officer's words.
    public struct Finding: Hashable, Sendable {
        public var finding: DisputeFound.Finding
        public var officer: String
        public var reason: String
        public init(_ finding: DisputeFound.Finding, officer: String, reason: String) {
            self.finding = finding
            self.officer = officer
            self.reason = reason
        }
    }

    /// How a second look is asked for, and until which day, that day included.
    public struct Review: Hashable, Sendable {
        public var how: Bilingual
        public var until: CivilDate?
        public init(how: Bilingual, until: CivilDate?) {
            self.how = how
            self.until = until
        }
    }

    public init(
        disputeId: String, recordId: String, subjectId: String, status: Status, instance: Int = 1, submission: SubmissionReference? = nil,
        dueAt: Instant? = nil, removeAt: Instant? = nil, reasons: [Reason] = [], finding: Finding? = nil, correction: Bytes? = nil,
        review: Review? = nil
    ) {
        self.disputeId = disputeId
        self.recordId = recordId
        self.subjectId = subjectId
        self.status = status
        self.instance = instance
        self.submission = submission
        self.dueAt = dueAt
        self.removeAt = removeAt
        self.reasons = reasons
        self.finding = finding
        self.correction = correction
        self.review = review
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> DisputeProgressed {
        DisputeProgressed(
            disputeId: try value.text("disputeId"), recordId: try value.text("recordId"), subjectId: try value.text("subjectId"),
            status: try value.word("status"), instance: Int(clamping: try value.count("instance")),
            submission: try value.present("submission").map { value throws(Rejection) in try SubmissionReference(decoding: value) },
            dueAt: try value.instantIfPresent("dueAt"), removeAt: try value.instantIfPresent("removeAt"),
            reasons: try [Reason](step: value["reasons"]),
            finding: try value.present("finding").map { value throws(Rejection) in
                Finding(try value.word("finding"), officer: try value.text("officer"), reason: try value.text("reason"))
            },
            correction: try value.rawIfPresent("correction", .object),
            review: try value.present("review").map { value throws(Rejection) in
                return Review(how: try Bilingual(decoding: value.needed("how")), until: try value.dateIfPresent("until"))
            })
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.member("disputeId", disputeId)
            $0.member("recordId", recordId)
            $0.member("subjectId", subjectId)
            $0.member("status", status.rawValue)
            $0.member("instance", instance)
            if let submission {
                $0.name("submission")
                submission.encode(into: &$0)
            }
            $0.member("dueAt", ifPresent: dueAt)
            $0.member("removeAt", ifPresent: removeAt)
            $0.member("reasons", reasons)
            if let finding {
                $0.member(
                    "finding",
                    object: {
                        $0.member("finding", finding.finding.rawValue)
                        $0.member("officer", finding.officer)
                        $0.member("reason", finding.reason)
                    })
            }
            if let correction { $0.member("correction", raw: correction) }
            if let review {
                $0.member(
                    "review",
                    object: { writer in
                        writer.member("how", review.how)
                        if let until = review.until { writer.member("until", until.description) }
                    })
            }
        }
    }

    public func output() -> Output {
        var writer = JSONWriter()
        encode(into: &writer)
        return Output(
            topic: DisputeProgressed.topic, key: Bytes(utf8: subjectId), type: DisputeProgressed.type, subject: subjectId,
            correlation: disputeId, value: writer.bytes)
    }
}
