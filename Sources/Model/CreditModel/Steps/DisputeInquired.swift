import StreamCore

/// `dispute.inquiries.v1`: a bureau is asked about a record that somebody disputes. Key: the subject id.
public struct DisputeInquired: Hashable, Sendable {
    public static let topic: Topic = "dispute.inquiries.v1"
    public static let type = "chengxin.dispute.inquired.v1"

    public var disputeId: String
    public var recordId: String
    public var subjectId: String
    public var bureau: String
    public var ground: DisputeRequested.Ground
    /// 2 when a review is asked for: then another officer answers than in the first.
    public var instance: Int
    public var statement: String
    public var evidence: [Evidence]
    public var answerBy: Instant

    public init(
        disputeId: String, recordId: String, subjectId: String, bureau: String, ground: DisputeRequested.Ground, instance: Int,
        statement: String, evidence: [Evidence], answerBy: Instant
    ) {
        self.disputeId = disputeId
        self.recordId = recordId
        self.subjectId = subjectId
        self.bureau = bureau
        self.ground = ground
        self.instance = instance
        self.statement = statement
        self.evidence = evidence
        self.answerBy = answerBy
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> DisputeInquired {
        guard let answerBy = try value.instantIfPresent("answerBy") else { throw value.wrongType("answerBy") }
        return DisputeInquired(
            disputeId: try value.text("disputeId"), recordId: try value.text("recordId"), subjectId: try value.text("subjectId"),
            bureau: try value.text("bureau"), ground: try value.word("ground"), instance: Int(clamping: try value.count("instance")),
            statement: try value.text("statement"), evidence: Evidence.list(in: value), answerBy: answerBy)
    }

    public func output() -> Output {
        var writer = JSONWriter()
        writer.object {
            $0.member("disputeId", disputeId)
            $0.member("recordId", recordId)
            $0.member("subjectId", subjectId)
            $0.member("bureau", bureau)
            $0.member("ground", ground.rawValue)
            $0.member("instance", instance)
            $0.member("statement", statement)
            $0.member("evidence", array: { writer in for one in evidence { one.write(to: &writer) } })
            $0.member("answerBy", answerBy)
        }
        return Output(
            topic: DisputeInquired.topic, key: Bytes(utf8: subjectId), type: DisputeInquired.type, subject: subjectId,
            correlation: disputeId, value: writer.bytes)
    }
}

extension Evidence {
    /// What a message has as `evidence[]`; what is no such entry is left out.
    public static func list(in value: JSONValue) -> [Evidence] { MessageFields(value).evidence() }
}
