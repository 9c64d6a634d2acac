import StreamCore

/// The life of one partition in a lane.
public struct PartitionLife: Sendable {
    public enum State: Sendable {
        case takingOver(Takeover)
        case running
        /// Waits for a person; the others of the lane go on.
        case alarmed(reason: String, hint: String)
    }

    public private(set) var state: State
    /// Not before this time is the next step of the takeover made.
    public private(set) var notBefore = Instant(milliseconds: .min)

    public init(_ takeover: Takeover) { state = .takingOver(takeover) }

    public var isRunning: Bool {
        if case .running = state { return true }
        return false
    }

    public var isTakingOver: Bool {
        if case .takingOver = state { return true }
        return false
    }

    public mutating func advanced(_ takeover: Takeover) { state = .takingOver(takeover) }
    public mutating func wait(until instant: Instant) { notBefore = instant }
    public mutating func tookOver() { state = .running }
    public mutating func alarm(reason: String, hint: String) { state = .alarmed(reason: reason, hint: hint) }

    /// After a commit that was not clean: begin again.
    public mutating func restart(_ takeover: Takeover, notBefore: Instant) {
        state = .takingOver(takeover)
        self.notBefore = notBefore
    }
}
