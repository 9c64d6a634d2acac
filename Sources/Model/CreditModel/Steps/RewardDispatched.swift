import StreamCore

/// `reward.dispatches.v1`: what delivery has to bring to one agency about one benefit. Key: the subject id.
public struct RewardDispatched: Hashable, Sendable {
    public static let topic: Topic = "reward.dispatches.v1"
    public static let type = "chengxin.reward.dispatched.v1"

    /// One per case and benefit, and with it per agency.
    public var grantId: String
    /// Counts what goes out under the grant from 1; an agency obeys the highest.
    public var sequence: UInt64
    public var action: Action
    public var caseId: String
    public var subjectId: String
    public var benefit: String
    public var agency: String
    /// The last day of the benefit.
    public var until: CivilDate

    public enum Action: String, Hashable, Sendable, CaseIterable {
        case grant = "GRANT"
        case end = "END"
    }

    public init(
        grantId: String, sequence: UInt64, action: Action, caseId: String, subjectId: String, benefit: String, agency: String,
        until: CivilDate
    ) {
        self.grantId = grantId
        self.sequence = sequence
        self.action = action
        self.caseId = caseId
        self.subjectId = subjectId
        self.benefit = benefit
        self.agency = agency
        self.until = until
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> RewardDispatched {
        guard let until = try value.dateIfPresent("until") else { throw value.wrongType("until") }
        return RewardDispatched(
            grantId: try value.text("grantId"), sequence: try value.count("sequence"), action: try value.word("action"),
            caseId: try value.text("caseId"), subjectId: try value.text("subjectId"), benefit: try value.text("benefit"),
            agency: try value.text("agency"), until: until)
    }

    public func output() -> Output {
        var writer = JSONWriter()
        writer.object {
            $0.member("grantId", grantId)
            $0.member("sequence", Int64(clamping: sequence))
            $0.member("action", action.rawValue)
            $0.member("caseId", caseId)
            $0.member("subjectId", subjectId)
            $0.member("benefit", benefit)
            $0.member("agency", agency)
            $0.member("until", until.description)
        }
        return Output(
            topic: RewardDispatched.topic, key: Bytes(utf8: subjectId), type: RewardDispatched.type, subject: subjectId,
            correlation: caseId, value: writer.bytes)
    }
}
