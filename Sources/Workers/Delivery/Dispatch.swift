import CreditModel
import StreamCore

/// What has to be brought to an agency, of either area.
struct Dispatch: Hashable, Sendable {
    enum Area: UInt8, Hashable, Sendable, CaseIterable {
        case sanction = 1
        case reward = 2
    }

    var area: Area
    /// The order or grant.
    var id: String
    var sequence: UInt64
    var action: DeliveryAction
    var caseId: String
    var subjectId: String
    /// The measure or benefit.
    var item: String
    var agency: String
    var until: CivilDate
    /// Empty for a grant.
    var basis: String

    init(_ dispatch: SanctionDispatched) {
        area = .sanction
        id = dispatch.orderId
        sequence = dispatch.sequence
        action =
            switch dispatch.action {
            case .impose: .impose
            case .suspend: .suspend
            case .resume: .resume
            case .lift: .lift
            }
        caseId = dispatch.caseId
        subjectId = dispatch.subjectId
        item = dispatch.measure
        agency = dispatch.agency
        until = dispatch.until
        basis = dispatch.basis
    }

    init(_ dispatch: RewardDispatched) {
        area = .reward
        id = dispatch.grantId
        sequence = dispatch.sequence
        action =
            switch dispatch.action {
            case .grant: .grant
            case .end: .end
            }
        caseId = dispatch.caseId
        subjectId = dispatch.subjectId
        item = dispatch.benefit
        agency = dispatch.agency
        until = dispatch.until
        basis = ""
    }
}
