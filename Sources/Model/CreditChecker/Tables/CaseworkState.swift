import StreamCore

/// What is kept of the casework: prints, places and ticks of cases, never what a message says.
struct CaseworkState {
    /// A tick that is not known.
    static let noTick = Int64.min

    /// A record as the newest version of the ledger shows it.
    struct Record {
        var spot = Spot.none
        var isEffective = false
        var isHeld = false
        /// Withdrawn or archived: nothing that it says can change any more.
        var isOver = false
        var isRestricted = false
        var subject: UInt64 = 0
        /// The cases whose annotations stand.
        var annotations: [UInt64] = []
        /// The versions between which it was in doubt; the last has no end while it is.
        var doubts: [(from: Spot, to: Spot)] = []
        /// The same for when it was in force, to nobody's credit.
        var adverse: [(from: Spot, to: Spot)] = []

        /// Whether it has effect, or will have it again.
        var isAlive: Bool { isEffective || isHeld }
        /// Whether what rests on it has to wait.
        var isInDoubt: Bool { isHeld || isEffective && isRestricted }
    }

    /// What one case has done to one record.
    struct Mark {
        /// The ruling that annotates, and the one that ends the case for the record.
        var annotation = Spot.none
        var annotations = 0
        var ending = Spot.none
        var endingChangesRecord = false
        /// The newest version that has this case as its cause.
        var version = Spot.none
        var isShownRepaired = false
        /// When its annotation went from the record again.
        var clearedAt = CaseworkState.noTick
    }

    struct Dispute {
        var name: UInt64
        var record: UInt64 = 0
        var spot = Spot.none
        var opened = Spot.none
        var openedAt = CaseworkState.noTick
        /// How many instances have begun.
        var openings = 0
        var endedAt = CaseworkState.noTick
        var state = State.unknown
        var instance: Int64 = 1
        var dueAt = CaseworkState.noTick
        var removeAt = CaseworkState.noTick
        /// Of the first finding.
        var finder: UInt64 = 0
        var ground: UInt64 = 0
        var wasWrong = false
        /// Its beginning is no longer kept.
        var isCut = false

        enum State: UInt8 { case unknown, open, paused, unverified, upheld, dismissed }

        var isOpen: Bool { state == .open || state == .paused || state == .unverified }
    }

    struct Repair {
        var name: UInt64
        var record: UInt64 = 0
        var spot = Spot.none
        var state = State.unknown
        var isPerformance = false
        var dueAt = CaseworkState.noTick
        var executedBecause = Spot.none

        enum State: UInt8 { case unknown, received, accepted, granted, executed, over }
    }

    struct Sanction {
        var name: UInt64
        /// The newest status.
        var spot = Spot.none
        var state = State.unknown
        var proposer: UInt64 = 0
        var notice: UInt64 = 0
        var isProposed = false
        var isObjected = false
        var isAwaiting = false
        /// What made it noticed first.
        var noticedBecause = Spot.none
        var noticed = Spot.none
        /// The end of the terms that began with the notice.
        var termsEnd = CaseworkState.noTick
        var ordered = Spot.none
        /// The records of the newest status.
        var records: [UInt64] = []
        /// When it stood, on which records; the last has no end while it does.
        var standings: [Standing] = []
        var isCut = false

        enum State: UInt8 { case unknown, pending, standing, suspended, over }

        struct Standing {
            var spot: Spot
            var from: Int64
            var to = Int64.max
            var records: [UInt64]
        }
    }

    struct Reward {
        var name: UInt64
        var subject: UInt64 = 0
        /// The newest status.
        var spot = Spot.none
        var state = State.unknown
        var opened = Spot.none
        var openedAt = CaseworkState.noTick
        var endedAt = Int64.max
        var publicUntil = CaseworkState.noTick
        var granted = Spot.none
        /// Its last day.
        var until = PublicityState.noDay
        var isCut = false

        enum State: UInt8 { case unknown, publicised, objected, granted, over }
    }

    /// What one agency has to do under one order or grant, as its worker has dispatched it, and what became of it.
    struct Order {
        var isReward = false
        var file: UInt64 = 0
        var measure: UInt64 = 0
        /// The newest dispatch.
        var spot = Spot.none
        var sequence: Int64 = 0
        var action = Action.none
        /// What its agency was sent last.
        var sentSpot = Spot.none
        var sentSequence: Int64 = 0
        /// Its place in the list of what stands; sequence zero: it is not there.
        var currentSpot = Spot.none
        var currentSequence: Int64 = 0
        /// The newest that delivery has said.
        var statusSpot = Spot.none
        var statusSequence: Int64 = 0
        var isAcknowledged = false
        var isWaiting = false

        enum Action: UInt8 { case none, impose, suspend, resume, lift, grant, end }
    }

    struct Notice {
        var request = Spot.none
        var subject: UInt64 = 0
        /// The newest status.
        var spot = Spot.none
        var state = State.none
        /// The gateway that has it, and all that ever had.
        var channel: UInt64 = 0
        var channels: [UInt64] = []
        var isCut = false

        enum State: UInt8 { case none, sent, failed, delivered, undeliverable }
    }

    /// The proof that a notice was delivered.
    struct Proof {
        var spot = Spot.none
        var sanction: UInt64 = 0
        var isOfProposal = false
    }

    var records = PrintTable(Record())
    /// By the prints of record and case.
    var marks = PrintTable(Mark())
    var disputes: [Dispute] = []
    var repairs: [Repair] = []
    var sanctions: [Sanction] = []
    var rewards: [Reward] = []
    /// The newest case of a subject and a programme.
    var openRewards = PrintTable(UInt64(0))
    var orders = PrintTable(Order())
    /// What was dispatched, by the prints of order and sequence.
    var dispatched = PrintTable(Order.Action.none)
    /// What agencies were sent.
    var sent: [(spot: Spot, dispatch: UInt64, action: Order.Action)] = []
    /// What a case has proposed, by the prints of case and measure.
    var proposed = PrintTable(false)
    var proofs = PrintTable(Proof())
    var notices = PrintTable(Notice())
    /// What gateways were given, by the prints of notice and gateway; and what notice says of it.
    var sendings = PrintTable(Spot.none)
    var sentBy: [(spot: Spot, sending: UInt64)] = []
    /// Whether some gateway was without a key.
    var lacksGatewayKeys = false
    private var numbers = PrintTable(UInt32(0))

    /// The place of a case among those of its kind.
    private mutating func number(_ name: UInt64, of count: Int) -> Int {
        numbers.update(name) { (number: inout UInt32) -> Int in
            if number == 0 { number = UInt32(count + 1) }
            return Int(number) - 1
        }
    }

    mutating func dispute(_ name: UInt64) -> Int {
        let number = number(name, of: disputes.count)
        if number == disputes.count { disputes.append(Dispute(name: name)) }
        return number
    }

    mutating func repair(_ name: UInt64) -> Int {
        let number = number(name, of: repairs.count)
        if number == repairs.count { repairs.append(Repair(name: name)) }
        return number
    }

    mutating func sanction(_ name: UInt64) -> Int {
        let number = number(name, of: sanctions.count)
        if number == sanctions.count { sanctions.append(Sanction(name: name)) }
        return number
    }

    mutating func reward(_ name: UInt64) -> Int {
        let number = number(name, of: rewards.count)
        if number == rewards.count { rewards.append(Reward(name: name)) }
        return number
    }

    func reward(named name: UInt64) -> Reward? {
        numbers[name].flatMap { $0 > 0 && Int($0) <= rewards.count && rewards[Int($0) - 1].name == name ? rewards[Int($0) - 1] : nil }
    }

    func sanction(named name: UInt64) -> Sanction? {
        numbers[name].flatMap { $0 > 0 && Int($0) <= sanctions.count && sanctions[Int($0) - 1].name == name ? sanctions[Int($0) - 1] : nil }
    }
}

/// What a topic of the casework means to the checker.
enum CaseworkTopic {
    case ledger, rulings, disputes, inquiries, repairs, sanctions, dispatches, rewards, rewardDispatches
    /// To agencies, and the list of what stands there.
    case orders, grants, current
    /// What became of it.
    case deliveries
    case requests, sendings, notices, alerts

    init?(_ name: String) {
        switch name {
        case "record.ledger.v1": self = .ledger
        case "record.rulings.v1": self = .rulings
        case "dispute.outcomes.v1": self = .disputes
        case "dispute.inquiries.v1": self = .inquiries
        case "repair.outcomes.v1": self = .repairs
        case "sanction.outcomes.v1": self = .sanctions
        case "sanction.dispatches.v1": self = .dispatches
        case "reward.outcomes.v1": self = .rewards
        case "reward.dispatches.v1": self = .rewardDispatches
        case "sanction.orders.v1": self = .orders
        case "reward.grants.v1": self = .grants
        case "sanction.current.v1", "reward.current.v1": self = .current
        case "delivery.status.v1": self = .deliveries
        case "notice.requests.v1": self = .requests
        case "notice.deliveries.v1": self = .sendings
        case "notice.status.v1": self = .notices
        case "supervision.alerts.v1": self = .alerts
        default: return nil
        }
    }
}
