import StreamCore

/// Compares the wall clock with the clock that counts since the machine's start, while a process runs.
///
/// When they part by more than the bound, the wall clock was set. A jump ahead would end every term at once, and what was decided by it
/// would stay in the stores for whoever has them next. So time goes on from where it was, and timers with an adverse effect wait, until
/// an operator confirms the clock (by starting the process anew). A jump back changes nothing, for a shard's tick never goes back.
public struct ClockWatch: Sendable {
    private let bound: Instant.Span
    private var difference: Int64?
    public private(set) var isInDoubt = false

    public init(bound: Instant.Span) { self.bound = bound }

    /// What time it is: the wall clock's, and in doubt that of the wall clock as it was, with what has passed since.
    public mutating func time(wall: Instant, sinceStart: Instant.Span) -> Instant {
        _ = observe(wall: wall, sinceStart: sinceStart)
        guard isInDoubt, let difference else { return wall }
        return Instant(milliseconds: difference + sinceStart.milliseconds)
    }

    /// Returns true when it has come to doubt the clock by this observation.
    public mutating func observe(wall: Instant, sinceStart: Instant.Span) -> Bool {
        let now = wall.milliseconds - sinceStart.milliseconds
        guard let before = difference else {
            difference = now
            return false
        }
        guard !isInDoubt else { return false }
        if now - before > bound.milliseconds {
            isInDoubt = true
            return true
        }
        // Small drifts are followed, so that a slow correction of the clock never adds up to a doubt.
        difference = now
        return false
    }
}
