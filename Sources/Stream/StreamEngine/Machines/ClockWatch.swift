import StreamCore

/// Compares the wall clock with the clock that counts since the machine's start, while a process runs.
///
/// When they part by more than the bound, the wall clock was set. A jump ahead would end every term at once, so timers with an adverse
/// effect wait until an operator confirms it (by starting the process anew); relief goes on. A jump back changes nothing, for a
/// shard's tick never goes back.
public struct ClockWatch: Sendable {
    private let bound: Instant.Span
    private var difference: Int64?
    public private(set) var isInDoubt = false

    public init(bound: Instant.Span) { self.bound = bound }

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
