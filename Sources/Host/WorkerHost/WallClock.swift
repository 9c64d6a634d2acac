import Glibc
import StreamCore

/// The clocks of the machine.
public enum WallClock {
    public static var now: Instant { Instant(milliseconds: read(CLOCK_REALTIME)) }

    /// Since the machine was started, also while it slept; nobody sets this one.
    public static var sinceStart: Instant.Span { Instant.Span(milliseconds: read(CLOCK_BOOTTIME)) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
