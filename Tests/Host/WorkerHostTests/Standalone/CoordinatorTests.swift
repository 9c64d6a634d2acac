import StreamCore
import StreamRuntime
import Testing
import WorkerHost

/// A lane whose messages and timers are words; what it decides goes to the next lane.
private final class WordLane: SteppedLane {
    let name: String
    var next: WordLane?
    var waiting: [String] = []
    var timers: [(due: Instant, word: String)] = []
    /// Words that set a timer, as `word: span`.
    var sets: [String: Int64] = [:]
    var blockedOnce: Instant?
    var holdsAdverseTimers = false
    let story: Story

    init(_ name: String, _ story: Story) {
        self.name = name
        self.story = story
    }

    var nextDue: Instant? { timers.map(\.due).min() }

    func step(now: Instant, timersMax: Int?) throws(LaneFailure) -> LaneStep {
        if let until = blockedOnce, story.clock < until { return .blocked(until: until, reason: "no space") }
        blockedOnce = nil
        var worked = false
        let due = timers.filter { $0.due <= now }.sorted { $0.due < $1.due }.prefix(timersMax ?? .max)
        for timer in due {
            timers.removeAll { $0.word == timer.word }
            decide(timer.word + "!", now)
            worked = true
        }
        if !waiting.isEmpty {
            decide(waiting.removeFirst(), now)
            worked = true
        }
        return worked ? .worked : .idle(until: nextDue)
    }

    private func decide(_ word: String, _ now: Instant) {
        story.lines.append("\(name) \(word) at \(now.milliseconds)")
        if let span = sets[word] { timers.append((now + .milliseconds(span), word)) }
        next?.waiting.append(word)
    }
}

private final class Story: Surroundings {
    var lines: [String] = []
    var clock = Instant(milliseconds: 1000)
    var inbox: [() -> Void] = []
    var stopAfterRests = Int.max
    var rests: [Int64] = []
    var clockIsInDoubt = false

    var now: Instant { clock }
    var mustStop: Bool { rests.count >= stopAfterRests }
    func takeIn() throws -> Bool {
        guard !inbox.isEmpty else { return false }
        inbox.removeFirst()()
        return true
    }
    func tidy() throws { lines.append("tidy") }
    func rest(atMost span: Instant.Span) {
        rests.append(span.milliseconds)
        clock = clock + span
    }
    func observeClock() -> Bool { clockIsInDoubt }
}

@Suite struct CoordinatorTests {
    private let story = Story()
    private let first: WordLane
    private let second: WordLane
    private var coordinator: Coordinator { Coordinator(lanes: [first, second], in: story) }

    init() {
        first = WordLane("first", story)
        second = WordLane("second", story)
        first.next = second
    }

    @Test func passesEveryMessageThroughAllLanesAndEnds() throws {
        story.inbox = [{ self.first.waiting = ["a", "b"] }, { self.first.waiting = ["c"] }]
        try coordinator.runUntilIdle()
        #expect(
            story.lines == [
                "first a at 1000", "first b at 1000", "second a at 1000", "second b at 1000", "first c at 1000", "second c at 1000", "tidy",
            ])
    }

    @Test func waitsWhileALaneCannotGoOnAndThenEnds() throws {
        first.waiting = ["a"]
        first.blockedOnce = Instant(milliseconds: 1500)
        try coordinator.runUntilIdle()
        #expect(story.lines == ["first a at 1500", "second a at 1500", "tidy"])
        #expect(story.rests == [500])
    }

    @Test func doesNotWaitForTimersOfTheFuture() throws {
        first.timers = [(Instant(milliseconds: 1001), "t")]
        try coordinator.runUntilIdle()
        #expect(story.lines == ["tidy"])
    }

    @Test func firesTimersInOneOrderOverAllLanesEachWithWhatItCauses() throws {
        first.timers = [(Instant(milliseconds: 2000), "x"), (Instant(milliseconds: 4000), "y"), (Instant(milliseconds: 9000), "late")]
        second.timers = [(Instant(milliseconds: 3000), "z")]
        story.inbox = [{ self.first.waiting = ["message"] }]
        try coordinator.run(at: Instant(milliseconds: 5000), before: nil)
        #expect(
            story.lines == [
                "first x! at 2000", "second x! at 2000", "second z! at 3000", "first y! at 4000", "second y! at 4000",
                "first message at 5000", "second message at 5000", "tidy",
            ])
    }

    @Test func firesATimerThatATimerSetsBeforeALaterOne() throws {
        first.sets = ["x!": 500]
        first.timers = [(Instant(milliseconds: 2000), "x")]
        second.timers = [(Instant(milliseconds: 3000), "z")]
        try coordinator.run(at: Instant(milliseconds: 5000), before: nil)
        #expect(
            story.lines.filter { $0.hasPrefix("first") || $0.contains("z") }
                == ["first x! at 2000", "first x!! at 2500", "second z! at 3000"])
    }

    @Test func endsWhatAnEarlierRunLeftAtItsOwnTime() throws {
        second.waiting = ["left over"]
        story.inbox = [{ self.first.waiting = ["new"] }]
        try coordinator.run(at: Instant(milliseconds: 5000), before: Instant(milliseconds: 4000))
        #expect(story.lines == ["second left over at 4000", "first new at 5000", "second new at 5000", "tidy"])
    }

    @Test func doesNotMoveTheStandingClockWhileALaneCannotGoOn() throws {
        first.blockedOnce = Instant(milliseconds: 1700)
        story.inbox = [{ self.first.waiting = ["message"] }]
        try coordinator.run(at: Instant(milliseconds: 900_000), before: nil)
        #expect(story.lines == ["first message at 900000", "second message at 900000", "tidy"])
        #expect(story.rests == [700])
    }

    @Test func restsUntilTheNextTimerAndNeverLongerThanASecond() throws {
        first.timers = [(Instant(milliseconds: 2200), "t")]
        story.stopAfterRests = 3
        try coordinator.run()
        #expect(story.rests == [1000, 200, 1000])
        #expect(story.lines == ["tidy", "tidy", "first t! at 2200", "second t! at 2200", "tidy"])
    }

    @Test func holdsAdverseTimersWhileTheClockIsInDoubt() throws {
        story.clockIsInDoubt = true
        story.stopAfterRests = 1
        try coordinator.run()
        #expect(first.holdsAdverseTimers && second.holdsAdverseTimers)
    }
}
