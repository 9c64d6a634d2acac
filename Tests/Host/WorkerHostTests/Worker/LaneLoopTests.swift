import StreamCore
import StreamRuntime
import Testing

@testable import WorkerHost

/// The thread of a lane, step by step, on a clock of its own.
@Suite struct LaneLoopTests {
    private final class ScriptedLane: LoopedLane {
        var answers: [LaneStep] = []
        var nextDue: Instant?
        var restsUntil: Instant?
        var holdsAdverseTimers = false
        var assignedPartitions: [Int] = [0, 1]
        var runningPartitions: [Int] = []
        var asked: [String] = []
        var waits: [Int64] = []
        var tidied = 0
        var onStep: () -> Void = {}

        func step(now: Instant, wait: Instant.Span, timersMax: Int?, recordsMax: Int?) throws(LaneFailure) -> LaneStep {
            asked.append("\(now.milliseconds) timers \(timersMax ?? -1) records \(recordsMax ?? -1)")
            waits.append(wait.milliseconds)
            onStep()
            return answers.isEmpty ? .idle(until: nil) : answers.removeFirst()
        }
        func tidyNext() throws(LaneFailure) { tidied += 1 }
        func close() {}
    }

    private final class World {
        var now = Instant(milliseconds: 1_000_000)
        var pauses: [Int64] = []
        var reports: [Readiness.Share] = []
        var wentOn = 0
        var isMember = true
        var isReachable = true
        let signals = LaneSignals()
        let lane = ScriptedLane()

        func loop(_ clock: LaneClock = .wall) -> LaneLoop {
            LaneLoop(
                lane, signals, clock: clock, isMember: { [unowned self] in self.isMember },
                in: LaneLoop.Surroundings(
                    now: { [unowned self] in self.now }, pause: { [unowned self] in self.pauses.append($0.milliseconds) },
                    report: { [unowned self] in self.reports.append($0) }, goesOn: { [unowned self] in self.wentOn += 1 },
                    isReachable: { [unowned self] in self.isReachable }))
        }
    }

    @Test func waitsForRecordsNoLongerThanAStopMayGoUnheard() throws {
        let world = World()
        var loop = world.loop()
        try loop.turn()
        #expect(world.lane.waits == [200])
        #expect(world.lane.asked == ["1000000 timers -1 records -1"])
    }

    @Test func waitsForRecordsNoLongerThanTheNextTimer() throws {
        let world = World()
        var loop = world.loop()
        for (due, wait) in [(1_000_030, 30), (1_000_000, 0), (999_000, 0), (1_009_000, 200)] as [(Int64, Int64)] {
            world.lane.nextDue = Instant(milliseconds: due)
            try loop.turn()
            #expect(world.lane.waits.last == wait)
        }
    }

    /// A timer that is held is due all the time: going round for it would burn a core.
    @Test func doesNotGoRoundForATimerThatIsHeld() throws {
        let world = World()
        world.lane.nextDue = world.now
        world.signals.doubtClock()
        var loop = world.loop()
        try loop.turn()
        #expect(world.lane.holdsAdverseTimers)
        #expect(world.lane.waits == [200])
    }

    @Test func sleepsWhileALaneMayDoNothingAndHearsAStopMeanwhile() throws {
        let world = World()
        world.lane.answers = [.blocked(until: world.now + .seconds(10), reason: "no broker")]
        world.lane.restsUntil = world.now + .seconds(10)
        var loop = world.loop()
        try loop.turn()
        #expect(world.pauses == [200])
    }

    @Test func letsTheOthersWorkWhileOneTakeoverWaits() throws {
        let world = World()
        world.lane.answers = [.blocked(until: world.now + .milliseconds(70), reason: "a shard cannot be taken over yet")]
        var loop = world.loop()
        try loop.turn()
        try loop.turn()
        #expect(world.pauses.isEmpty)
        #expect(world.lane.waits == [200, 70])
    }

    @Test func saysThatItGoesOnWhenNothingStoodInItsWayForAWhileAndABrokerIsThere() throws {
        let world = World()
        world.isReachable = false
        world.lane.answers = [.blocked(until: world.now, reason: "no broker")]
        var loop = world.loop()
        for _ in 0..<80 {
            try loop.turn()
            world.now = world.now + .milliseconds(100)
        }
        #expect(world.wentOn == 0)
        world.isReachable = true
        for _ in 0..<3 { try loop.turn() }
        #expect(world.wentOn == 1)
        world.lane.answers = [.blocked(until: world.now, reason: "no broker")]
        try loop.turn()
        for _ in 0..<49 {
            try loop.turn()
            world.now = world.now + .milliseconds(100)
        }
        #expect(world.wentOn == 1)
        for _ in 0..<3 {
            world.now = world.now + .milliseconds(100)
            try loop.turn()
        }
        #expect(world.wentOn == 2)
    }

    @Test func tellsWhatItHasAfterEveryStepThatMayHaveChangedIt() throws {
        let world = World()
        world.isMember = false
        world.lane.answers = [.worked, .worked, .idle(until: nil), .idle(until: nil)]
        var loop = world.loop()
        try loop.turn()
        world.isMember = true
        world.lane.runningPartitions = [0]
        try loop.turn()
        world.lane.runningPartitions = [0, 1]
        try loop.turn()
        try loop.turn()
        #expect(
            world.reports == [
                Readiness.Share(assigned: nil, running: []), Readiness.Share(assigned: [0, 1], running: [0]),
                Readiness.Share(assigned: [0, 1], running: [0, 1]),
            ])
    }

    @Test func tidiesAfterAQuietTimeOneStoreAtATime() throws {
        let world = World()
        var loop = world.loop()
        for _ in 0..<40 {
            try loop.turn()
            world.now = world.now + .milliseconds(100)
        }
        // Quiet from the first step on; from two seconds later every half second.
        #expect(world.lane.tidied == 4)
        world.lane.answers = [.worked]
        for _ in 0..<20 {
            try loop.turn()
            world.now = world.now + .milliseconds(100)
        }
        #expect(world.lane.tidied == 4)
    }

    @Test func goesOnTidyingWhenTheClockWasSetBack() throws {
        let world = World()
        var loop = world.loop()
        for _ in 0..<40 {
            try loop.turn()
            world.now = world.now + .milliseconds(100)
        }
        world.now = Instant(milliseconds: 5)
        for _ in 0..<40 {
            try loop.turn()
            world.now = world.now + .milliseconds(100)
        }
        #expect(world.lane.tidied == 8)
    }

    @Test func firesTimersBeforeMessagesWhileTheClockStandsStill() throws {
        let world = World()
        let instant = Instant(milliseconds: 500)
        var loop = world.loop(.standing(instant))
        // Nothing is read before all shards are there: the first timer may lie in the last of them.
        try loop.turn()
        world.lane.runningPartitions = [0, 1]
        world.lane.nextDue = Instant(milliseconds: 300)
        try loop.turn()
        world.lane.nextDue = Instant(milliseconds: 500)
        try loop.turn()
        world.lane.nextDue = Instant(milliseconds: 501)
        try loop.turn()
        #expect(
            world.lane.asked == [
                "500 timers 0 records 0", "300 timers 1 records 0", "500 timers 1 records 0", "500 timers 0 records -1",
            ])
    }

    @Test func aPauseEndsWithAStop() {
        let signals = LaneSignals()
        signals.stop()
        signals.pause(.seconds(3600))
        #expect(signals.mustStop)
    }
}
