import StreamCore

/// `notice.requests.v1`: what a subject has to be told. Key: the subject id.
///
/// It says what, the notice worker says how: in the words of the policy pack, by the gateways of the city, with proof.
public struct NoticeRequested: Hashable, Sendable {
    public static let topic: Topic = "notice.requests.v1"
    public static let type = "chengxin.notice.requested.v1"

    /// Of whoever asks; the same when a batch is run again.
    public var noticeId: String
    public var subjectId: String
    public var kind: NoticeKind
    public var caseId: String?
    public var recordId: String?
    /// What stands in the template, by the names of ``NoticeKind/values``.
    public var values: [String: Bilingual]

    public init(
        noticeId: String, subjectId: String, kind: NoticeKind, caseId: String? = nil, recordId: String? = nil,
        values: [String: Bilingual]
    ) {
        self.noticeId = noticeId
        self.subjectId = subjectId
        self.kind = kind
        self.caseId = caseId
        self.recordId = recordId
        self.values = values
    }

    /// An id for what is told because of `cause`; one cause may tell one thing of each kind about each `about`.
    public static func id(from worker: String, _ kind: NoticeKind, about: String, because cause: Cause) -> String {
        let number = ValueHash(of: cause.text + Bytes(utf8: "/\(kind.rawValue)/\(about)")).description.prefix(14)
        return "\(worker)-\(number)"
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> NoticeRequested {
        let kind: NoticeKind = try value.word("kind")
        let list = try value.needed("values")
        var values: [String: Bilingual] = [:]
        for name in kind.values {
            guard let text = list[named: name] else { continue }
            values[name] = try Bilingual(decoding: text)
        }
        return NoticeRequested(
            noticeId: try value.text("noticeId"), subjectId: try value.text("subjectId"), kind: kind,
            caseId: try value.textIfPresent("caseId"), recordId: try value.textIfPresent("recordId"), values: values)
    }

    public func output() -> Output {
        var writer = JSONWriter()
        writer.object {
            $0.member("noticeId", noticeId)
            $0.member("subjectId", subjectId)
            $0.member("kind", kind.rawValue)
            $0.member("caseId", ifPresent: caseId)
            $0.member("recordId", ifPresent: recordId)
            $0.name("values")
            $0.object { writer in
                for name in kind.values {
                    guard let text = values[name] else { continue }
                    writer.name(text: name)
                    writer.write(text)
                }
            }
        }
        return Output(
            topic: NoticeRequested.topic, key: Bytes(utf8: subjectId), type: NoticeRequested.type, subject: subjectId,
            correlation: caseId ?? recordId, value: writer.bytes)
    }
}
