import StreamCore

/// `<area>.filed.v1`: a message of an area other than records on its way to the worker of its step. Key: the subject id.
///
/// Identity files what came with a subject, in whose place stands the subject id; intake files the rest, which names its subject id itself.
public struct FiledMessage: Sendable {
    /// The type of the inbound message, as in its `ce_type`.
    public var type: String
    public var submission: SubmissionReference
    public var subjectId: String?
    public var bureau: String?
    /// The case or record that it names, where it names one.
    public var caseId: String?
    public var recordId: String?
    /// What intake has found without refusing, a JSON object.
    public var notes: Bytes?
    /// The known members without `subject`, texts masked: a JSON object.
    public var data: Bytes

    public init(
        type: String, submission: SubmissionReference, subjectId: String?, bureau: String? = nil, caseId: String? = nil,
        recordId: String? = nil, notes: Bytes? = nil, data: Bytes
    ) {
        self.type = type
        self.submission = submission
        self.subjectId = subjectId
        self.bureau = bureau
        self.caseId = caseId
        self.recordId = recordId
        self.notes = notes
        self.data = data
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> FiledMessage {
        guard let data = try value.rawIfPresent("data", .object) else { throw value.wrongType("data") }
        return FiledMessage(
            type: try value.text("type"),
            submission: try SubmissionReference(decoding: value.needed("submission")),
            subjectId: try value.textIfPresent("subjectId"),
            bureau: try value.textIfPresent("bureau"),
            caseId: try value.textIfPresent("caseId"),
            recordId: try value.textIfPresent("recordId"),
            notes: try value.rawIfPresent("notes", .object),
            data: data)
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.member("type", type)
            $0.name("submission")
            submission.encode(into: &$0)
            $0.member("subjectId", ifPresent: subjectId)
            $0.member("bureau", ifPresent: bureau)
            $0.member("caseId", ifPresent: caseId)
            $0.member("recordId", ifPresent: recordId)
            if let notes { $0.member("notes", raw: notes) }
            $0.member("data", raw: data)
        }
    }
}
