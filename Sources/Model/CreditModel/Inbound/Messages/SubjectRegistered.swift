import StreamCore

/// `subject.registered`: a source of real names tells of somebody it has registered.
public struct SubjectRegistered: Hashable, Sendable {
    public var subject: SubjectStatement
    /// One of the domains of the policy.
    public var domain: String
    public var registeredAt: Instant
    public var validUntil: CivilDate?

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let subject = fields.subject(), let domain = fields.text("domain"), let registeredAt = fields.dateOrInstant("registeredAt")
        else { return nil }
        self.subject = subject
        self.domain = domain
        self.registeredAt = registeredAt
        validUntil = fields.date("validUntil")
    }
}
