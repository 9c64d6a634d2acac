import StreamCore

/// `reward.grants.v1` and, the newest of each, `reward.current.v1`: what an agency has to grant or end. Key: the grant id.
///
/// It names no subject id: an agency knows people by its own files, and two agencies have nothing to compare.
public struct RewardGranted: Hashable, Sendable {
    public static let topic: Topic = "reward.grants.v1"
    public static let currentTopic: Topic = "reward.current.v1"
    public static let type = "chengxin.reward.granted.v1"

    public var grantId: String
    /// An agency obeys the highest.
    public var sequence: UInt64
    public var action: RewardDispatched.Action
    public var caseId: String
    public var benefit: String
    public var agency: String
    /// The last day of the benefit.
    public var until: CivilDate
    /// What the receipt names. A repeated delivery has the same.
    public var deliveryId: String
    public var sealed: SealedIdentity

    public init(
        grantId: String, sequence: UInt64, action: RewardDispatched.Action, caseId: String, benefit: String, agency: String,
        until: CivilDate, deliveryId: String, sealed: SealedIdentity
    ) {
        self.grantId = grantId
        self.sequence = sequence
        self.action = action
        self.caseId = caseId
        self.benefit = benefit
        self.agency = agency
        self.until = until
        self.deliveryId = deliveryId
        self.sealed = sealed
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> RewardGranted {
        guard let until = try value.dateIfPresent("until") else { throw value.wrongType("until") }
        return RewardGranted(
            grantId: try value.text("grantId"), sequence: try value.count("sequence"), action: try value.word("action"),
            caseId: try value.text("caseId"), benefit: try value.text("benefit"), agency: try value.text("agency"), until: until,
            deliveryId: try value.text("deliveryId"), sealed: try SealedIdentity.decode(value.needed("sealed")))
    }

    /// For one of its two topics.
    public func output(to topic: Topic = RewardGranted.topic) -> Output {
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            $0.member("grantId", grantId)
            $0.member("sequence", Int64(clamping: sequence))
            $0.member("action", action.rawValue)
            $0.member("caseId", caseId)
            $0.member("benefit", benefit)
            $0.member("agency", agency)
            $0.member("until", until.description)
            $0.member("deliveryId", deliveryId)
            $0.name("sealed")
            sealed.encode(into: &$0)
        }
        return Output(topic: topic, key: Bytes(utf8: grantId), type: RewardGranted.type, correlation: caseId, value: writer.bytes)
    }

    /// Takes a grant out of the standing ones.
    public static func gone(grantId: String, caseId: String) -> Output {
        Output(topic: currentTopic, key: Bytes(utf8: grantId), type: type, correlation: caseId, value: nil)
    }
}
