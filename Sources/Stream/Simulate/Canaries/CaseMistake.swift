import CreditModel
import StreamCore

/// Plausible mistakes, each in one worker, that a judge has to find.
public enum CaseMistake: String, CaseIterable, Sendable {
    /// Sanction forgets to send what lifts an order.
    case liftLost = "lift-lost"
    /// Sanction does not see that a record is restricted.
    case restrictionIgnored = "restriction-ignored"
    /// Sanction counts one working day where the pack says five.
    case windowCut = "window-cut"
    /// Sanction lets the officer decide who has proposed.
    case oneOfficer = "one-officer"
    /// Sanction counts what takes something back under the number of what was sent before.
    case sequenceTwice = "sequence-twice"
    /// Dispute upholds, and does not tell the ledger.
    case withdrawalForgotten = "withdrawal-forgotten"
    /// Repair takes an application for granted.
    case repairUnreviewed = "repair-unreviewed"
    /// Notice takes what was sent for delivered.
    case noticeUnproven = "notice-unproven"
    /// Publicity leaves listed what is restricted, repaired or withdrawn.
    case listingLeft = "listing-left"
    /// Reward does not see an adverse record.
    case rewardOutlives = "reward-outlives"
    /// Delivery does not send on what lifts an order.
    case liftUnsent = "lift-unsent"
    /// Identity puts the whole name where the masked one belongs.
    case nameLeaks = "name-leaks"

    public var worker: String {
        switch self {
        case .liftLost, .restrictionIgnored, .windowCut, .oneOfficer, .sequenceTwice: "sanction"
        case .withdrawalForgotten: "dispute"
        case .repairUnreviewed: "repair"
        case .noticeUnproven: "notice"
        case .listingLeft: "publicity"
        case .rewardOutlives: "reward"
        case .liftUnsent: "delivery"
        case .nameLeaks: "identity"
        }
    }

    /// Its worker with the mistake.
    func made(
        by make: (PolicyPack, ClusterKeys, Int) -> any Worker, _ policy: PolicyPack, _ keys: ClusterKeys, _ partitionCount: Int
    ) -> any Worker {
        var policy = policy
        switch self {
        case .windowCut:
            for name in [ClockName.sanctionObjection, .sanctionCorrection] {
                var clock = policy.clock(name)
                clock.term = Term(1, .workingDays)
                policy.clocks.append(clock)
            }
        case .oneOfficer: policy.officers.deciderIsNotProposer = false
        default: break
        }
        return mistaken(make(policy, keys, partitionCount), keys)
    }

    private func mistaken<Base: Worker>(_ base: Base, _ keys: ClusterKeys) -> any Worker {
        MistakenWorker(base: base, mistake: self, keys: keys)
    }
}
