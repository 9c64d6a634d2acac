import StreamCore
import StreamRuntime

/// What the coordinator needs of a lane.
public protocol SteppedLane: AnyObject {
    var name: String { get }
    /// The earliest timer of all running shards.
    var nextDue: Instant? { get }
    /// Timers with an adverse effect wait while this is set.
    var holdsAdverseTimers: Bool { get set }
    func step(now: Instant, timersMax: Int?) throws(LaneFailure) -> LaneStep
}

extension Lane: SteppedLane {
    public var name: String { worker.topology.worker }
    public func step(now: Instant, timersMax: Int?) throws(LaneFailure) -> LaneStep {
        try step(now: now, wait: .milliseconds(0), timersMax: timersMax)
    }
}

/// Where the coordinator's messages, time and rest come from.
public protocol Surroundings: AnyObject {
    /// The machine's wall clock.
    var now: Instant { get }
    /// Whether somebody asked the process to end.
    var mustStop: Bool { get }
    /// Appends some of what waits in the inbox, at least one message if there is any. False when the inbox is empty.
    func takeIn() throws -> Bool
    /// What is to be done when there is nothing to do: checkpoints, retention.
    func tidy() throws
    /// Sleeps until a file comes into the inbox, somebody asks the process to end, or the time is over.
    func rest(atMost: Instant.Span)
    /// Whether the wall clock has left the clock that nobody sets.
    func observeClock() -> Bool
    /// A lane has done something.
    func progressed()
}

extension Surroundings {
    public func progressed() {}
}

/// Runs all lanes of one process in one thread: messages in, every lane until nothing is left, rest, again.
public struct Coordinator {
    private let lanes: [any SteppedLane]
    private let surroundings: any Surroundings
    private let restMax: Instant.Span

    /// The lanes in the order of the workflow, so that a message passes through all of them in one round. A rest is never longer than
    /// `restMax`: a watch of the inbox may be missing, and a clock may be set.
    public init(lanes: [any SteppedLane], in surroundings: any Surroundings, restMax: Instant.Span = .seconds(1)) {
        self.restMax = restMax
        self.lanes = lanes
        self.surroundings = surroundings
    }

    /// Works until it is asked to end.
    public func run() throws {
        while !surroundings.mustStop {
            let blocked = try settle { self.surroundings.now }
            if surroundings.mustStop { return }
            if try surroundings.takeIn() { continue }
            try surroundings.tidy()
            holdOrRelease()
            surroundings.rest(atMost: pause(blocked))
        }
    }

    /// Works until nothing is left to do: no message waits, and no timer is due.
    public func runUntilIdle() throws {
        while !surroundings.mustStop {
            if let blocked = try settle({ self.surroundings.now }) {
                surroundings.rest(atMost: min(max(blocked - surroundings.now, .milliseconds(1)), restMax))
                continue
            }
            if try surroundings.takeIn() { continue }
            if let due = lanes.compactMap(\.nextDue).min(), due <= surroundings.now { continue }
            try surroundings.tidy()
            return
        }
    }

    /// Works as if the clock stood still at `instant`.
    ///
    /// What an earlier run at `before` left undone is ended first, at its own time. Then the timers that are due by then fire, in one
    /// order over all lanes, each with its due instant as the time and everything that it causes done before the next. Then come the
    /// messages, at the instant itself.
    public func run(at instant: Instant, before: Instant?) throws {
        try settleWithoutTimers(at: before ?? instant)
        try fireTimers(upTo: instant)
        while !surroundings.mustStop {
            let more = try surroundings.takeIn()
            try settleWithoutTimers(at: instant)
            // What messages ask for at once, as a term that has run out already.
            try fireTimers(upTo: instant)
            if !more { break }
        }
        try surroundings.tidy()
    }

    /// Steps every lane until all of them are idle. Returns when the first of those that cannot go on may.
    private func settle(_ now: () -> Instant) throws -> Instant? {
        while !surroundings.mustStop {
            var worked = false
            var blocked: Instant?
            for lane in lanes {
                step: while !surroundings.mustStop {
                    switch try lane.step(now: now(), timersMax: nil) {
                    case .worked:
                        worked = true
                        surroundings.progressed()
                    case .idle: break step
                    case .blocked(let until, _):
                        blocked = min(blocked ?? until, until)
                        break step
                    }
                }
            }
            if !worked { return blocked }
        }
        return nil
    }

    private func settleWithoutTimers(at instant: Instant) throws {
        while !surroundings.mustStop {
            var worked = false
            for lane in lanes {
                while try stepUnblocked(lane, at: instant, timersMax: 0) { worked = true }
            }
            if !worked { return }
        }
    }

    private func fireTimers(upTo instant: Instant) throws {
        while !surroundings.mustStop {
            var next: (lane: any SteppedLane, due: Instant)?
            for lane in lanes {
                guard let due = lane.nextDue, due <= instant, due < next?.due ?? .distantFuture else { continue }
                next = (lane, due)
            }
            guard let next else { return }
            _ = try stepUnblocked(next.lane, at: next.due, timersMax: 1)
            try settleWithoutTimers(at: next.due)
        }
    }

    /// One step that lasts as long as it has to: while the clock stands still, a disk that is full is waited for by the machine's clock.
    private func stepUnblocked(_ lane: any SteppedLane, at instant: Instant, timersMax: Int) throws -> Bool {
        while !surroundings.mustStop {
            switch try lane.step(now: instant, timersMax: timersMax) {
            case .worked:
                surroundings.progressed()
                return true
            case .idle: return false
            case .blocked(let until, _):
                surroundings.rest(atMost: min(max(until - surroundings.now, .milliseconds(1)), restMax))
            }
        }
        return false
    }

    /// How long there is nothing to do.
    private func pause(_ blocked: Instant?) -> Instant.Span {
        let now = surroundings.now
        let dues = lanes.compactMap { lane in
            // A timer that is held is due and does not fire: waiting for it would be no rest.
            lane.nextDue.flatMap { lane.holdsAdverseTimers && $0 <= now ? nil : $0 }
        }
        guard let wake = (dues + [blocked].compactMap { $0 }).min() else { return restMax }
        return min(max(wake - now, .milliseconds(1)), restMax)
    }

    private func holdOrRelease() {
        if surroundings.observeClock() {
            for lane in lanes { lane.holdsAdverseTimers = true }
        }
    }
}
