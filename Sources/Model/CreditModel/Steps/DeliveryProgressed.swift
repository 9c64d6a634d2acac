import StreamCore

/// `delivery.status.v1`: what became of a delivery to an agency. Key: the subject id.
public struct DeliveryProgressed: Hashable, Sendable {
    public static let topic: Topic = "delivery.status.v1"
    public static let type = "chengxin.delivery.progressed.v1"

    public var deliveryId: String
    public var caseId: String
    public var subjectId: String
    /// The order or grant.
    public var orderId: String
    public var sequence: UInt64
    /// The word of the dispatch: IMPOSE, SUSPEND, RESUME, LIFT, GRANT or END.
    public var action: String
    public var agency: String
    public var status: Status
    /// What the agency has said, where it has said anything.
    public var receipt: ReceiptStatus?
    public var at: Instant

    public enum Status: String, Hashable, Sendable, CaseIterable {
        case sent = "SENT"
        /// It waits: who the subject is, or the agency's key, is not known yet.
        case waiting = "WAITING"
        /// The agency has done it (APPLIED, LIFTED), or knows nobody of that identity (NOT_FOUND).
        case acknowledged = "ACKNOWLEDGED"
        /// The agency will not do it; a person has to see to it.
        case rejected = "REJECTED"
        /// No receipt in time: it was sent again, and somebody was told.
        case overdue = "OVERDUE"
    }

    public init(
        deliveryId: String, caseId: String, subjectId: String, orderId: String, sequence: UInt64, action: String, agency: String,
        status: Status, receipt: ReceiptStatus? = nil, at: Instant
    ) {
        self.deliveryId = deliveryId
        self.caseId = caseId
        self.subjectId = subjectId
        self.orderId = orderId
        self.sequence = sequence
        self.action = action
        self.agency = agency
        self.status = status
        self.receipt = receipt
        self.at = at
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> DeliveryProgressed {
        guard let at = try value.instantIfPresent("at") else { throw value.wrongType("at") }
        var receipt: ReceiptStatus?
        if value.present("receipt") != nil { receipt = try value.word("receipt") }
        return DeliveryProgressed(
            deliveryId: try value.text("deliveryId"), caseId: try value.text("caseId"), subjectId: try value.text("subjectId"),
            orderId: try value.text("orderId"), sequence: try value.count("sequence"), action: try value.text("action"),
            agency: try value.text("agency"), status: try value.word("status"), receipt: receipt, at: at)
    }

    public func output() -> Output {
        var writer = JSONWriter()
        writer.object {
            $0.member("deliveryId", deliveryId)
            $0.member("caseId", caseId)
            $0.member("subjectId", subjectId)
            $0.member("orderId", orderId)
            $0.member("sequence", Int64(clamping: sequence))
            $0.member("action", action)
            $0.member("agency", agency)
            $0.member("status", status.rawValue)
            $0.member("receipt", ifPresent: receipt?.rawValue)
            $0.member("at", at)
        }
        return Output(
            topic: DeliveryProgressed.topic, key: Bytes(utf8: subjectId), type: DeliveryProgressed.type, subject: subjectId,
            correlation: caseId, value: writer.bytes)
    }
}
