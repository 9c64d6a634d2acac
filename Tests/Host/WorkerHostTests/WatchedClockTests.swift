import StreamCore
import Testing

@testable import WorkerHost

struct WatchedClockTests {
    /// The reading that comes after a jump is the one that timers would fire by: it has to be right already.
    @Test func neverTellsATimeThatItDoubts() {
        var wall = Instant(milliseconds: 1_780_000_000_000)
        var sinceStart = Instant.Span.seconds(100)
        let clock = WatchedClock(jumpMax: .seconds(3600), wall: { wall }, sinceStart: { sinceStart })
        #expect(clock.now == wall)
        wall = wall + .seconds(86_400)
        sinceStart = .seconds(107)
        #expect(clock.now == Instant(milliseconds: 1_780_000_007_000))
        #expect(clock.isInDoubt)
    }

    @Test func isTheWallClockWhileNobodySetsItFar() {
        var wall = Instant(milliseconds: 1_780_000_000_000)
        let clock = WatchedClock(jumpMax: .seconds(3600), wall: { wall }, sinceStart: { .seconds(100) })
        for span in [3600, 0, -7200, 30, 3000] as [Int64] {
            wall = wall + .seconds(span)
            #expect(clock.now == wall)
        }
        #expect(!clock.isInDoubt)
    }
}
