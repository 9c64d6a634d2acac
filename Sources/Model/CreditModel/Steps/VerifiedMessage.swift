import Crypto
import StreamCore

/// `intake.verified.v1`: an inbound message that passed the gates. Key: the lookup key of the subject, or its subject id where the sender
/// knows it only by that.
///
/// What names the subject, and texts that may, lie sealed under the key of intake and identity, bound to the key.
public struct VerifiedMessage: Sendable {
    public static let topic: Topic = "intake.verified.v1"
    public static let type = "chengxin.message.verified.v1"

    /// The type of the inbound message, as in its `ce_type`.
    public var type: String
    public var area: Area
    public var submission: SubmissionReference
    /// Where the sender names the subject by its id, as officers and gateways do: the key is this id.
    public var subjectId: String?
    /// Whether the sender waits for an answer to this step. Not so when intake withdraws a record from its old subject, because a revision
    /// names another: the ledger of the new subject answers the revision.
    public var isAnswered: Bool
    public var bureau: String?
    /// The bureau's own number, with `#n`, without `~n`.
    public var recordNo: String?
    public var revision: UInt64?
    /// `bureau/recordNo`, with `~n` when a revision has named another subject.
    public var recordId: String?
    /// The case, where intake knows it.
    public var caseId: String?
    public var finality: Finality?
    /// What intake has found without refusing, a JSON object: passed on as it is.
    public var notes: Bytes?
    /// `{"subject": …, "data": …}`; no subject in a withdrawal, and where the sender names it by its id: the key finds it.
    public var sealed: Bytes

    public init(
        type: String, area: Area, submission: SubmissionReference, subjectId: String? = nil, isAnswered: Bool = true,
        bureau: String? = nil, recordNo: String? = nil, revision: UInt64? = nil, recordId: String? = nil, caseId: String? = nil,
        finality: Finality? = nil, notes: Bytes? = nil,
        sealed: Bytes
    ) {
        self.type = type
        self.area = area
        self.submission = submission
        self.subjectId = subjectId
        self.isAnswered = isAnswered
        self.bureau = bureau
        self.recordNo = recordNo
        self.revision = revision
        self.recordId = recordId
        self.caseId = caseId
        self.finality = finality
        self.notes = notes
        self.sealed = sealed
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> VerifiedMessage {
        guard let sealed = try value.needed("sealed").stringBytes.flatMap({ Base64.bytes($0) }) else { throw value.wrongType("sealed") }
        return VerifiedMessage(
            type: try value.text("type"),
            area: try value.word("area"),
            submission: try SubmissionReference(decoding: value.needed("submission")),
            subjectId: try value.textIfPresent("subjectId"),
            isAnswered: value["answer"]?.bool ?? true,
            bureau: try value.textIfPresent("bureau"),
            recordNo: try value.textIfPresent("recordNo"),
            revision: try value.countIfPresent("revision"),
            recordId: try value.textIfPresent("recordId"),
            caseId: try value.textIfPresent("caseId"),
            finality: try value.present("finality").map { value throws(Rejection) in try Finality(decoding: value) },
            notes: try value.rawIfPresent("notes", .object),
            sealed: sealed[...])
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.member("type", type)
            $0.member("area", area.rawValue)
            $0.name("submission")
            submission.encode(into: &$0)
            $0.member("subjectId", ifPresent: subjectId)
            if !isAnswered { $0.member("answer", false) }
            $0.member("bureau", ifPresent: bureau)
            $0.member("recordNo", ifPresent: recordNo)
            if let revision { $0.member("revision", Int64(clamping: revision)) }
            $0.member("recordId", ifPresent: recordId)
            $0.member("caseId", ifPresent: caseId)
            if let finality {
                $0.name("finality")
                finality.encode(into: &$0)
            }
            if let notes { $0.member("notes", raw: notes) }
            $0.member("sealed", Base64.text(sealed))
        }
    }

    /// Seals `{"subject": …, "data": …}` for identity. `cause` and `index` (which of the messages of one cause) make the nonce its own.
    public static func seal(_ plain: Bytes, for key: Bytes, because cause: Cause, index: Int = 0, keys: ClusterKeys) -> Bytes {
        keys.sealStep(plain, context: context(key), salt: Bytes(utf8: "\(cause)#\(index)"))
    }

    /// What `seal` has sealed for this key.
    public func open(for key: Bytes, keys: ClusterKeys) throws(Rejection) -> Bytes {
        do {
            return try keys.openStep(sealed, context: VerifiedMessage.context(key))
        } catch {
            throw Rejection("schema.format", at: "/sealed", hint: "\(error)")
        }
    }

    private static func context(_ key: Bytes) -> Bytes {
        var context = Bytes(utf8: topic.name + "/")
        context.append(contentsOf: key)
        return context
    }
}
