import StreamCore

/// The kinds of faults that a simulation draws from.
public enum Fault: String, Hashable, Sendable, CaseIterable {
    // At a call of a process that is drawn.
    case crashBeforeCall, crashAfterCall, refusedCall
    case commitLostBefore, commitLostAfter, commitLate
    case zombie, shortPause
    // To a machine or the broker.
    case kill, powerLoss, diskFull, bitFlip, brokenStore, clockSkew, nodeStops, nodeStarts, brokerErrors, compaction
    /// The broker gives a producer's id another epoch, so that its owner is fenced although it is still a member.
    case fenced
    /// All processes of a worker are gone for so long that the broker forgets what the group has committed.
    case offsetsExpired

    /// How often it is drawn beside the others.
    var weight: Int {
        switch self {
        case .crashBeforeCall, .crashAfterCall, .zombie: return 4
        case .commitLostBefore, .commitLostAfter, .commitLate, .powerLoss: return 3
        case .refusedCall, .kill, .diskFull, .nodeStops, .nodeStarts, .brokerErrors: return 2
        case .bitFlip, .clockSkew, .compaction, .shortPause, .fenced: return 2
        case .brokenStore, .offsetsExpired: return 1
        }
    }

    static func draw(_ random: inout Randomness) -> Fault {
        var rest = random.number(below: allCases.reduce(0) { $0 + $1.weight })
        for fault in allCases {
            rest -= fault.weight
            if rest < 0 { return fault }
        }
        return .kill
    }
}

/// A trouble that waits for its call.
struct ArmedTrouble {
    var slot: Int
    var calls: Set<PortCall>
    /// How many such calls go well before.
    var skip: Int
    var trouble: Trouble
    var fault: Fault
}
