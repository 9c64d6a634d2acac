import StreamCore

/// `record.outcomes.v1`: the one answer to a submission of a record. Key: `bureau/recordNo`.
public struct SubmissionAnswered: Sendable {
    public static let topic: Topic = "record.outcomes.v1"
    public static let type = "chengxin.submission.answered.v1"

    public var submission: SubmissionReference
    public var bureau: String?
    public var recordNo: String?
    public var revision: UInt64?
    public var recordId: String?
    public var subjectId: String?
    /// The version of the record that the submission has made.
    public var version: UInt64?
    public var status: Status
    public var reasons: [Reason]
    public var effectiveFrom: Instant?
    public var appeal: Appeal?
    /// What was found without refusing, a JSON object.
    public var notes: Bytes?

    public enum Status: String, Hashable, Sendable, CaseIterable {
        case accepted = "ACCEPTED"
        /// Taken in, but the decision is not final yet.
        case held = "HELD"
        case duplicate = "DUPLICATE"
        case superseded = "SUPERSEDED"
        case rejected = "REJECTED"
        case withdrawn = "WITHDRAWN"
    }

    /// What can be done against the answer, and until when.
    public struct Appeal: Hashable, Sendable {
        public var how: String
        public var until: CivilDate?
        public init(how: String, until: CivilDate?) {
            self.how = how
            self.until = until
        }
    }

    public init(
        submission: SubmissionReference, bureau: String? = nil, recordNo: String? = nil, revision: UInt64? = nil, recordId: String? = nil,
        subjectId: String? = nil, version: UInt64? = nil, status: Status, reasons: [Reason] = [], effectiveFrom: Instant? = nil,
        appeal: Appeal? = nil, notes: Bytes? = nil
    ) {
        self.submission = submission
        self.bureau = bureau
        self.recordNo = recordNo
        self.revision = revision
        self.recordId = recordId
        self.subjectId = subjectId
        self.version = version
        self.status = status
        self.reasons = reasons
        self.effectiveFrom = effectiveFrom
        self.appeal = appeal
        self.notes = notes
    }

    /// `bureau/recordNo`; where they could not be read, the source.
    public var key: String {
        guard let bureau, let recordNo else { return submission.source }
        return "\(bureau)/\(recordNo)"
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> SubmissionAnswered {
        SubmissionAnswered(
            submission: try SubmissionReference(decoding: value.needed("submission")),
            bureau: try value.textIfPresent("bureau"),
            recordNo: try value.textIfPresent("recordNo"),
            revision: try value.countIfPresent("revision"),
            recordId: try value.textIfPresent("recordId"),
            subjectId: try value.textIfPresent("subjectId"),
            version: try value.countIfPresent("version"),
            status: try value.word("status"),
            reasons: try [Reason](step: value["reasons"]),
            effectiveFrom: try value.instantIfPresent("effectiveFrom"),
            appeal: try value.present("appeal").map { value throws(Rejection) in
                Appeal(how: try value.text("how"), until: try value.dateIfPresent("until"))
            },
            notes: try value.rawIfPresent("notes", .object))
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.name("submission")
            submission.encode(into: &$0)
            $0.member("bureau", ifPresent: bureau)
            $0.member("recordNo", ifPresent: recordNo)
            if let revision { $0.member("revision", Int64(clamping: revision)) }
            $0.member("recordId", ifPresent: recordId)
            $0.member("subjectId", ifPresent: subjectId)
            if let version { $0.member("version", Int64(clamping: version)) }
            $0.member("status", status.rawValue)
            $0.member("reasons", reasons)
            $0.member("effectiveFrom", ifPresent: effectiveFrom)
            if let appeal {
                $0.member(
                    "appeal",
                    object: {
                        $0.member("how", appeal.how)
                        if let until = appeal.until { $0.member("until", until.description) }
                    })
            }
            if let notes { $0.member("notes", raw: notes) }
        }
    }

    /// The answer as an output.
    public func output() -> Output {
        var writer = JSONWriter()
        encode(into: &writer)
        return Output(
            topic: SubmissionAnswered.topic, key: Bytes(utf8: key), type: SubmissionAnswered.type, subject: subjectId,
            correlation: submission.id, value: writer.bytes)
    }
}
