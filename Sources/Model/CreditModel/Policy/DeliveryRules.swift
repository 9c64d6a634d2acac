/// How what agencies have to know is brought to them.
public struct DeliveryRules: Hashable, Sendable {
    /// How often an order or a grant goes out before a person has to see to it. What takes something back is sent until it is acknowledged.
    public var attemptsMax = 5
    /// Between two tries where the recipient's key, the subject, or a year of the calendar is missing.
    public var askAgain = Term(1, .hours)

    public init() {}
}
