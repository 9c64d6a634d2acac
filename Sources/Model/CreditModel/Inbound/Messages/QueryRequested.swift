/// `query.requested`: a user of the platform asks about a subject.
public struct QueryRequested: Hashable, Sendable {
    public var requester: String
    public var purpose: String
    public var subject: SubjectStatement
    public var authorization: AuthorizationKind
    /// The consent or the law.
    public var authorizationRef: String?
    public var items: [String]
    public var replyKey: String

    public enum AuthorizationKind: String, Hashable, Sendable, CaseIterable {
        case ownData = "SELF"
        case consent = "CONSENT"
        case statute = "STATUTE"
    }

    /// Nil when the value does not fit its shape.
    public init?(validated value: JSONValue) {
        let fields = MessageFields(value)
        guard let requester = fields.text("requester"), let purpose = fields.text("purpose"), let subject = fields.subject(),
            let authorization = fields.object("authorization"), let kind: AuthorizationKind = authorization.word("kind"),
            let replyKey = fields.text("replyKey")
        else { return nil }
        self.requester = requester
        self.purpose = purpose
        self.subject = subject
        self.authorization = kind
        self.replyKey = replyKey
        authorizationRef = authorization.text("ref")
        items = fields.texts("items")
    }
}
