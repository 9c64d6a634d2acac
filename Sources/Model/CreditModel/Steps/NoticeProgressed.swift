import StreamCore

/// `notice.status.v1`: what became of a notice. Key: the subject id.
public struct NoticeProgressed: Hashable, Sendable {
    public static let topic: Topic = "notice.status.v1"
    public static let type = "chengxin.notice.progressed.v1"

    public var noticeId: String
    public var subjectId: String
    public var kind: NoticeKind
    public var caseId: String?
    public var recordId: String?
    public var status: Status
    /// The gateway that this is about; nil where there was none to try.
    public var channel: String?
    /// When it came to pass, by the cluster's own clock: what a gateway says about the time decides nothing.
    public var at: Instant

    public enum Status: String, Hashable, Sendable, CaseIterable {
        case sent = "SENT"
        /// A gateway has proven that it arrived; terms that start with a notice start here.
        case delivered = "DELIVERED"
        /// This channel has failed, or was silent for too long; the next is tried.
        case failed = "FAILED"
        /// There is no other channel: a person has to deliver it, and no adverse step goes on without.
        case undeliverable = "UNDELIVERABLE"
    }

    public init(
        noticeId: String, subjectId: String, kind: NoticeKind, caseId: String?, recordId: String?, status: Status, channel: String?,
        at: Instant
    ) {
        self.noticeId = noticeId
        self.subjectId = subjectId
        self.kind = kind
        self.caseId = caseId
        self.recordId = recordId
        self.status = status
        self.channel = channel
        self.at = at
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> NoticeProgressed {
        guard let at = try value.instantIfPresent("at") else { throw value.wrongType("at") }
        return NoticeProgressed(
            noticeId: try value.text("noticeId"), subjectId: try value.text("subjectId"), kind: try value.word("kind"),
            caseId: try value.textIfPresent("caseId"), recordId: try value.textIfPresent("recordId"), status: try value.word("status"),
            channel: try value.textIfPresent("channel"), at: at)
    }

    public func output() -> Output {
        var writer = JSONWriter()
        writer.object {
            $0.member("noticeId", noticeId)
            $0.member("subjectId", subjectId)
            $0.member("kind", kind.rawValue)
            $0.member("caseId", ifPresent: caseId)
            $0.member("recordId", ifPresent: recordId)
            $0.member("status", status.rawValue)
            $0.member("channel", ifPresent: channel)
            $0.member("at", at)
        }
        return Output(
            topic: NoticeProgressed.topic, key: Bytes(utf8: subjectId), type: NoticeProgressed.type, subject: subjectId,
            correlation: caseId ?? recordId, value: writer.bytes)
    }
}
