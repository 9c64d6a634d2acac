import Glibc
import StreamCore
import StreamRuntime
import Synchronization

/// What the loop of a thread needs of its lane.
public protocol LoopedLane: AnyObject {
    /// The earliest timer of all running shards.
    var nextDue: Instant? { get }
    /// Until when it does nothing at all; nil when the next step does what there is to do.
    var restsUntil: Instant? { get }
    /// Timers with an adverse effect wait while this is set.
    var holdsAdverseTimers: Bool { get set }
    var assignedPartitions: [Int] { get }
    var runningPartitions: [Int] { get }
    func step(now: Instant, wait: Instant.Span, timersMax: Int?, recordsMax: Int?) throws(LaneFailure) -> LaneStep
    /// Makes one store small and safe.
    func tidyNext() throws(LaneFailure)
    func close()
}

extension Lane: LoopedLane {}

/// What a process tells the threads of its lanes.
public final class LaneSignals: Sendable {
    private let stops = Atomic<Bool>(false)
    private let doubts = Atomic<Bool>(false)

    public init() {}

    /// Every lane ends after the step that it is in.
    public func stop() { stops.store(true, ordering: .releasing) }
    public var mustStop: Bool { stops.load(ordering: .acquiring) }

    /// The clock was set ahead: what may harm somebody waits.
    public func doubtClock() { doubts.store(true, ordering: .relaxed) }
    public var clockIsInDoubt: Bool { doubts.load(ordering: .relaxed) }

    /// Sleeps, but not through a stop.
    func pause(_ span: Instant.Span) {
        var left = span.milliseconds
        while left > 0, !mustStop {
            let slice = min(left, 50)
            usleep(UInt32(slice) * 1000)
            left -= slice
        }
    }
}

/// The life of one lane on its own thread: step after step until somebody asks it to end, or it cannot go on.
///
/// A lane waits inside its step, for records, never longer than a stop or its next timer allows. While it may do nothing at all the loop
/// sleeps.
struct LaneLoop {
    /// Where time comes from, and what the loop tells.
    struct Surroundings {
        var now: () -> Instant
        var pause: (Instant.Span) -> Void
        /// Called after each step that may have changed what the lane has, and now and then.
        var report: (Readiness.Share) -> Void
        /// The lane could not go on, and does again.
        var goesOn: () -> Void = {}
        /// Whether some broker answers, as far as is known.
        var isReachable: () -> Bool = { true }
    }

    /// The longest wait: so long a stop may go unheard.
    static let waitMax = Instant.Span.milliseconds(200)
    /// So long nothing has to happen before stores are tidied, one at a time, so that nobody waits for many.
    static let quietBeforeTidy = Instant.Span.seconds(2)
    static let tidyEvery = Instant.Span.milliseconds(500)
    /// A lane that has nothing to commit goes on when nothing has stood in its way for so long.
    static let quietBeforeGoingOn = Instant.Span.seconds(5)

    private let lane: any LoopedLane
    private let signals: LaneSignals
    private let clock: LaneClock
    private let surroundings: Surroundings
    /// Whether the group has given the lane its share, even an empty one.
    private let isMember: () -> Bool

    private var idleSince: Instant?
    private var lastTidy: Instant?
    private var blockedAt: Instant?
    private var wait = LaneLoop.waitMax

    init(
        _ lane: any LoopedLane, _ signals: LaneSignals, clock: LaneClock = .wall, isMember: @escaping () -> Bool,
        in surroundings: Surroundings
    ) {
        self.lane = lane
        self.clock = clock
        self.signals = signals
        self.isMember = isMember
        self.surroundings = surroundings
    }

    /// One step, and what follows from it. What was decided is committed when it returns, or dropped.
    mutating func turn() throws(LaneFailure) {
        if signals.clockIsInDoubt { lane.holdsAdverseTimers = true }
        let machineNow = surroundings.now()
        let step = try step(machineNow)
        wait = LaneLoop.waitMax
        switch step {
        case .worked:
            idleSince = nil
            report()
        case .idle:
            sayWhenItGoesOn(machineNow)
            try rest(machineNow)
        case .blocked(let until, _):
            idleSince = nil
            blockedAt = surroundings.now()
            report()
            let left = max(until - surroundings.now(), .milliseconds(1))
            // A takeover that waits leaves the others their work: the next step waits for records, but not longer.
            if lane.restsUntil == nil { wait = min(left, wait) } else { surroundings.pause(min(left, LaneLoop.waitMax)) }
        }
    }

    private mutating func sayWhenItGoesOn(_ now: Instant) {
        guard let at = blockedAt, now - at >= LaneLoop.quietBeforeGoingOn || now < at, surroundings.isReachable() else { return }
        blockedAt = nil
        surroundings.goesOn()
    }

    private func step(_ machineNow: Instant) throws(LaneFailure) -> LaneStep {
        switch clock {
        case .wall:
            return try lane.step(now: machineNow, wait: min(wait, untilTimer(machineNow)), timersMax: nil, recordsMax: nil)
        case .standing(let instant):
            // Every timer that is due by then fires at its own time and before the next message.
            guard let due = lane.nextDue, due <= instant, !lane.holdsAdverseTimers else {
                return try lane.step(now: instant, wait: wait, timersMax: 0, recordsMax: isComplete ? nil : 0)
            }
            return try lane.step(now: due, wait: .milliseconds(0), timersMax: 1, recordsMax: 0)
        }
    }

    /// Whether everything that was assigned is taken over: before that, a timer of another shard may be the next.
    private var isComplete: Bool { isMember() && lane.assignedPartitions == lane.runningPartitions }

    /// How long it is until a timer is due. One that is held is due and does not fire: waiting for it would be no rest.
    private func untilTimer(_ now: Instant) -> Instant.Span {
        guard let due = lane.nextDue else { return LaneLoop.waitMax }
        if due > now { return due - now }
        return lane.holdsAdverseTimers ? LaneLoop.waitMax : .milliseconds(0)
    }

    private mutating func rest(_ now: Instant) throws(LaneFailure) {
        guard let since = idleSince, since <= now else {
            idleSince = now
            report()
            return
        }
        guard now - since >= LaneLoop.quietBeforeTidy else { return }
        if let last = lastTidy, now - last < LaneLoop.tidyEvery, last <= now { return }
        lastTidy = now
        report()
        try lane.tidyNext()
    }

    private func report() {
        surroundings.report(Readiness.Share(assigned: isMember() ? lane.assignedPartitions : nil, running: lane.runningPartitions))
    }
}
