import StreamCore

/// `notice.requests.v1`: what a subject has to be told. Key: the subject id.
public struct NoticeRequested: Hashable, Sendable {
    public static let topic: Topic = "notice.requests.v1"
    public static let type = "chengxin.notice.requested.v1"

    /// Of whoever asks; the same when a batch is run again.
    public var noticeId: String
    public var subjectId: String
    /// `area.thing`, for example `repair.possible`.
    public var kind: String
    public var caseId: String?
    public var recordId: String?
    public var text: Bilingual

    public init(noticeId: String, subjectId: String, kind: String, caseId: String? = nil, recordId: String? = nil, text: Bilingual) {
        self.noticeId = noticeId
        self.subjectId = subjectId
        self.kind = kind
        self.caseId = caseId
        self.recordId = recordId
        self.text = text
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> NoticeRequested {
        let text = try value.needed("text")
        return NoticeRequested(
            noticeId: try value.text("noticeId"), subjectId: try value.text("subjectId"), kind: try value.text("kind"),
            caseId: try value.textIfPresent("caseId"), recordId: try value.textIfPresent("recordId"),
            text: Bilingual(zh: try text.text("zh"), en: try text.text("en")))
    }

    public func output() -> Output {
        var writer = JSONWriter()
        writer.object {
            $0.member("noticeId", noticeId)
            $0.member("subjectId", subjectId)
            $0.member("kind", kind)
            $0.member("caseId", ifPresent: caseId)
            $0.member("recordId", ifPresent: recordId)
            $0.member(
                "text",
                object: {
                    $0.member("zh", text.zh)
                    $0.member("en", text.en)
                })
        }
        return Output(
            topic: NoticeRequested.topic, key: Bytes(utf8: subjectId), type: NoticeRequested.type, subject: subjectId,
            correlation: caseId ?? recordId, value: writer.bytes)
    }
}
