import StreamCore

/// `supervision.alerts.v1`: a deadline was missed, or something needs a person. Key: the case id.
public struct AlertRaised: Hashable, Sendable {
    public static let topic: Topic = "supervision.alerts.v1"
    public static let type = "chengxin.alert.raised.v1"

    /// `area.thing`, for example `dispute.inquiry-overdue`.
    public var kind: String
    public var caseId: String
    /// Who has to act: the id of a bureau or an agency; nil: whoever keeps the policy pack.
    public var who: String?
    /// The deadline that was missed.
    public var dueAt: Instant?

    public init(_ kind: String, caseId: String, who: String? = nil, dueAt: Instant? = nil) {
        self.kind = kind
        self.caseId = caseId
        self.who = who
        self.dueAt = dueAt
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> AlertRaised {
        AlertRaised(
            try value.text("kind"), caseId: try value.text("caseId"), who: try value.textIfPresent("who"),
            dueAt: try value.instantIfPresent("dueAt"))
    }

    /// The alert as an output. It names no subject: whoever watches clocks need not know whose case it is.
    public func output() -> Output {
        var writer = JSONWriter()
        writer.object {
            $0.member("kind", kind)
            $0.member("caseId", caseId)
            $0.member("who", ifPresent: who)
            $0.member("dueAt", ifPresent: dueAt)
        }
        return Output(topic: AlertRaised.topic, key: Bytes(utf8: caseId), type: AlertRaised.type, correlation: caseId, value: writer.bytes)
    }
}
