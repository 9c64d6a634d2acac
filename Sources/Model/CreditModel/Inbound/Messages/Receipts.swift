import StreamCore

/// What a gateway or an agency says about what it was sent.
public enum ReceiptStatus: String, Hashable, Sendable, CaseIterable {
    case received = "RECEIVED"
    case applied = "APPLIED"
    case lifted = "LIFTED"
    case rejected = "REJECTED"
    case notFound = "NOT_FOUND"
    case delivered = "DELIVERED"
    case failed = "FAILED"
}

/// `notice.acknowledged`: a gateway says what became of a notice.
public struct NoticeAcknowledged: Hashable, Sendable {
    public var noticeId: String
    public var subjectId: String
    public var status: ReceiptStatus
    public var at: Instant
    public var reason: String?

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let noticeId = fields.text("noticeId"), let subjectId = fields.text("subjectId"),
            let status: ReceiptStatus = fields.word("status"), let at = fields.instant("at")
        else { return nil }
        self.noticeId = noticeId
        self.subjectId = subjectId
        self.status = status
        self.at = at
        reason = fields.text("reason")
    }
}

/// `delivery.acknowledged`: an agency says what it did with an order or grant.
public struct DeliveryAcknowledged: Hashable, Sendable {
    /// Begins with the partition of its case, so that the receipt finds it without a subject id.
    public var deliveryId: String
    public var status: ReceiptStatus
    public var at: Instant
    public var reason: String?

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let deliveryId = fields.text("deliveryId"), let status: ReceiptStatus = fields.word("status"), let at = fields.instant("at")
        else { return nil }
        self.deliveryId = deliveryId
        self.status = status
        self.at = at
        reason = fields.text("reason")
    }
}
