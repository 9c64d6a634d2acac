import StreamCore
import StreamEngine
import Telemetry

/// The wall clock, until it is set ahead; from then on time goes on from where it was.
///
/// It looks at every reading, so that nothing is decided by a time that nobody has looked at. A thread has one for itself.
final class WatchedClock {
    private var watch: ClockWatch
    private let wall: () -> Instant
    private let sinceStart: () -> Instant.Span

    /// `jumpMax` is how far the clock may leave the one that nobody sets.
    init(
        jumpMax: Instant.Span, wall: @escaping () -> Instant = { WallClock.now },
        sinceStart: @escaping () -> Instant.Span = { WallClock.sinceStart }
    ) {
        watch = ClockWatch(bound: jumpMax)
        self.wall = wall
        self.sinceStart = sinceStart
        _ = now
    }

    var now: Instant { watch.time(wall: wall(), sinceStart: sinceStart()) }

    /// Whether the wall clock was set ahead, as far as it was read.
    var isInDoubt: Bool { watch.isInDoubt }

    static func sayThatItIsInDoubt(to log: Log) {
        log.error(
            "the clock was set ahead: time goes on from where it was, and what may harm somebody waits",
            [.hint: "check the machine's time, then start the process again"])
    }
}
