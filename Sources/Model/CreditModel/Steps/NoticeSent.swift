import StreamCore

/// `notice.deliveries.v1`: a notice for a gateway. Key: the subject id.
public struct NoticeSent: Hashable, Sendable {
    public static let topic: Topic = "notice.deliveries.v1"
    public static let type = "chengxin.notice.sent.v1"

    public var noticeId: String
    public var subjectId: String
    public var kind: NoticeKind
    public var caseId: String?
    public var recordId: String?
    /// The id of the gateway.
    public var channel: String
    public var text: Bilingual
    /// Whom it is for, sealed to the gateway.
    public var sealed: SealedIdentity

    public init(
        noticeId: String, subjectId: String, kind: NoticeKind, caseId: String?, recordId: String?, channel: String, text: Bilingual,
        sealed: SealedIdentity
    ) {
        self.noticeId = noticeId
        self.subjectId = subjectId
        self.kind = kind
        self.caseId = caseId
        self.recordId = recordId
        self.channel = channel
        self.text = text
        self.sealed = sealed
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> NoticeSent {
        let text = try value.needed("text")
        return NoticeSent(
            noticeId: try value.text("noticeId"), subjectId: try value.text("subjectId"), kind: try value.word("kind"),
            caseId: try value.textIfPresent("caseId"), recordId: try value.textIfPresent("recordId"),
            channel: try value.text("channel"), text: try Bilingual(decoding: text),
            sealed: try SealedIdentity.decode(value.needed("sealed")))
    }

    public func output() -> Output {
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            $0.member("noticeId", noticeId)
            $0.member("subjectId", subjectId)
            $0.member("kind", kind.rawValue)
            $0.member("caseId", ifPresent: caseId)
            $0.member("recordId", ifPresent: recordId)
            $0.member("channel", channel)
            $0.member("text", text)
            $0.name("sealed")
            sealed.encode(into: &$0)
        }
        return Output(
            topic: NoticeSent.topic, key: Bytes(utf8: subjectId), type: NoticeSent.type, subject: subjectId,
            correlation: caseId ?? recordId, value: writer.bytes)
    }
}
