import StreamCore

/// `record.filed.v1`: a submission on its way from identity to the ledger, its subject replaced by the subject id, its texts masked.
/// Key: the subject id.
public struct FiledRecord: Sendable {
    public static let topic: Topic = "record.filed.v1"
    public static let type = "chengxin.record.filed.v1"

    public var action: Action
    /// The type of the inbound message.
    public var type: String
    public var submission: SubmissionReference
    /// Whether the ledger answers on `record.outcomes.v1`.
    public var isAnswered: Bool
    public var bureau: String
    public var recordNo: String
    public var recordId: String
    public var subjectId: String
    public var notes: Bytes?

    public enum Action: Sendable {
        case submit(Submission)
        case withdraw(Withdrawal)
    }

    public struct Submission: Sendable {
        public var revision: UInt64
        public var subjectKind: SubjectKind
        public var finality: Finality
        public var record: RecordContent
        public init(revision: UInt64, subjectKind: SubjectKind, finality: Finality, record: RecordContent) {
            self.revision = revision
            self.subjectKind = subjectKind
            self.finality = finality
            self.record = record
        }
    }

    public struct Withdrawal: Hashable, Sendable {
        /// Texts of the bureau, masked.
        public var reason: String?
        public var basis: String?
        public init(reason: String? = nil, basis: String? = nil) {
            self.reason = reason
            self.basis = basis
        }
    }

    public init(
        action: Action, type: String, submission: SubmissionReference, isAnswered: Bool = true, bureau: String, recordNo: String,
        recordId: String, subjectId: String, notes: Bytes? = nil
    ) {
        self.action = action
        self.type = type
        self.submission = submission
        self.isAnswered = isAnswered
        self.bureau = bureau
        self.recordNo = recordNo
        self.recordId = recordId
        self.subjectId = subjectId
        self.notes = notes
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> FiledRecord {
        let action: Action
        switch try value.text("action") {
        case "SUBMIT":
            action = .submit(
                Submission(
                    revision: try value.count("revision"),
                    subjectKind: try value.word("subjectKind"),
                    finality: try value.present("finality").map { value throws(Rejection) in try Finality(decoding: value) } ?? .reached,
                    record: try RecordContent(decoding: value.needed("record"))))
        case "WITHDRAW":
            action = .withdraw(Withdrawal(reason: try value.textIfPresent("reason"), basis: try value.textIfPresent("basis")))
        default: throw value.wrongType("action")
        }
        return FiledRecord(
            action: action,
            type: try value.text("type"),
            submission: try SubmissionReference(decoding: value.needed("submission")),
            isAnswered: value["answer"]?.bool ?? true,
            bureau: try value.text("bureau"),
            recordNo: try value.text("recordNo"),
            recordId: try value.text("recordId"),
            subjectId: try value.text("subjectId"),
            notes: try value.rawIfPresent("notes", .object))
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            switch action {
            case .submit: $0.member("action", "SUBMIT")
            case .withdraw: $0.member("action", "WITHDRAW")
            }
            $0.member("type", type)
            $0.name("submission")
            submission.encode(into: &$0)
            if !isAnswered { $0.member("answer", false) }
            $0.member("bureau", bureau)
            $0.member("recordNo", recordNo)
            $0.member("recordId", recordId)
            $0.member("subjectId", subjectId)
            switch action {
            case .submit(let submission):
                $0.member("revision", Int64(clamping: submission.revision))
                $0.member("subjectKind", submission.subjectKind.rawValue)
                if !submission.finality.isReached {
                    $0.name("finality")
                    submission.finality.encode(into: &$0)
                }
                $0.member("record", object: { submission.record.encodeMembers(into: &$0) })
            case .withdraw(let withdrawal):
                $0.member("reason", ifPresent: withdrawal.reason)
                $0.member("basis", ifPresent: withdrawal.basis)
            }
            if let notes { $0.member("notes", raw: notes) }
        }
    }
}
