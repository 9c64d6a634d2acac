import CreditModel

/// What an agency is told to do with an order or a grant.
enum DeliveryAction: String, Hashable, Sendable, CaseIterable {
    case impose = "IMPOSE"
    case suspend = "SUSPEND"
    case resume = "RESUME"
    case lift = "LIFT"
    case grant = "GRANT"
    case end = "END"

    /// Whether it takes something back: such a delivery is never given up.
    var takesBack: Bool { self == .suspend || self == .lift || self == .end }

    /// Whether nothing stands once it is done.
    var isLast: Bool { self == .lift || self == .end }

    /// Whether it harms somebody, so that it waits while the clock is in doubt.
    var isAdverse: Bool { self == .impose || self == .resume }

    /// The word by which an agency says that it has done so. A lifting that was `APPLIED` could mean anything, and counts for nothing.
    var done: Set<ReceiptStatus> {
        switch self {
        case .impose, .resume, .grant: [.applied]
        case .suspend: [.applied, .lifted]
        case .lift, .end: [.lifted]
        }
    }
}
