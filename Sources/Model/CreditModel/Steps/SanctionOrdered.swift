import StreamCore

/// `sanction.orders.v1` and, the newest of each, `sanction.current.v1`: what an agency has to apply or lift. Key: the order id.
///
/// It names no subject id: an agency knows people by its own files, and two agencies have nothing to compare.
public struct SanctionOrdered: Hashable, Sendable {
    public static let topic: Topic = "sanction.orders.v1"
    public static let currentTopic: Topic = "sanction.current.v1"
    public static let type = "chengxin.sanction.ordered.v1"

    public var orderId: String
    /// An agency obeys the highest.
    public var sequence: UInt64
    public var action: SanctionDispatched.Action
    public var caseId: String
    public var measure: String
    public var agency: String
    /// The last day of the measure.
    public var until: CivilDate
    public var basis: String
    /// What the receipt names. A repeated delivery has the same.
    public var deliveryId: String
    public var sealed: SealedIdentity

    public init(
        orderId: String, sequence: UInt64, action: SanctionDispatched.Action, caseId: String, measure: String, agency: String,
        until: CivilDate, basis: String, deliveryId: String, sealed: SealedIdentity
    ) {
        self.orderId = orderId
        self.sequence = sequence
        self.action = action
        self.caseId = caseId
        self.measure = measure
        self.agency = agency
        self.until = until
        self.basis = basis
        self.deliveryId = deliveryId
        self.sealed = sealed
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> SanctionOrdered {
        guard let until = try value.dateIfPresent("until") else { throw value.wrongType("until") }
        return SanctionOrdered(
            orderId: try value.text("orderId"), sequence: try value.count("sequence"), action: try value.word("action"),
            caseId: try value.text("caseId"), measure: try value.text("measure"), agency: try value.text("agency"), until: until,
            basis: try value.text("basis"), deliveryId: try value.text("deliveryId"),
            sealed: try SealedIdentity.decode(value.needed("sealed")))
    }

    /// For one of its two topics.
    public func output(to topic: Topic = SanctionOrdered.topic) -> Output {
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            $0.member("orderId", orderId)
            $0.member("sequence", Int64(clamping: sequence))
            $0.member("action", action.rawValue)
            $0.member("caseId", caseId)
            $0.member("measure", measure)
            $0.member("agency", agency)
            $0.member("until", until.description)
            $0.member("basis", basis)
            $0.member("deliveryId", deliveryId)
            $0.name("sealed")
            sealed.encode(into: &$0)
        }
        return Output(
            topic: topic, key: Bytes(utf8: orderId), type: SanctionOrdered.type, correlation: caseId, value: writer.bytes)
    }

    /// Takes an order out of the standing ones.
    public static func gone(orderId: String, caseId: String) -> Output {
        Output(topic: currentTopic, key: Bytes(utf8: orderId), type: type, correlation: caseId, value: nil)
    }
}
