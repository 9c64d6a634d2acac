import StreamCore

/// `intake.answers.v1`: the answer to an inbound message that no other topic answers. Key: its source.
public struct InboundAnswered: Sendable {
    public static let topic: Topic = "intake.answers.v1"
    public static let type = "chengxin.message.answered.v1"

    public var submission: SubmissionReference
    /// The type of the message, where it could be read.
    public var type: String?
    public var status: SubmissionAnswered.Status
    public var reasons: [Reason]

    public init(submission: SubmissionReference, type: String?, status: SubmissionAnswered.Status, reasons: [Reason] = []) {
        self.submission = submission
        self.type = type
        self.status = status
        self.reasons = reasons
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> InboundAnswered {
        InboundAnswered(
            submission: try SubmissionReference(decoding: value.needed("submission")),
            type: try value.textIfPresent("type"),
            status: try value.word("status"),
            reasons: try [Reason](step: value["reasons"]))
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.name("submission")
            submission.encode(into: &$0)
            $0.member("type", ifPresent: type)
            $0.member("status", status.rawValue)
            $0.member("reasons", reasons)
        }
    }

    /// The answer as an output. It names no subject: a sender may not know whom the number belongs to.
    public func output() -> Output {
        var writer = JSONWriter()
        encode(into: &writer)
        return Output(
            topic: InboundAnswered.topic, key: Bytes(utf8: submission.source), type: InboundAnswered.type, correlation: submission.id,
            value: writer.bytes)
    }
}
