import StreamSimulation
import Testing

/// The engine under faults with the smallest workers that need all of it.
@Suite struct SmallStoryTests {
    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func keepsEveryPromiseUnderFaults(seed: UInt64) {
        let result = SeedCheck(seed: seed, story: SmallStory.make(seed: seed)).run()
        #expect(result.violations.isEmpty, "SEED=\(seed) STORY=small make -s simulate shows how")
        #expect(result.submissions >= 100)
        #expect(result.faultCount >= 5)
    }

    @Test func tellsTheSameStoryForTheSameSeed() {
        let runs = (0..<2).map { _ in SeedCheck(seed: 7, keepsTrace: true, story: SmallStory.make(seed: 7)).run() }
        #expect(runs[0].digest == runs[1].digest)
        #expect(runs[0].trace == runs[1].trace)
        let other = SeedCheck(seed: 8, story: SmallStory.make(seed: 8)).run()
        #expect(other.digest != runs[0].digest)
    }

    @Test(arguments: LaneMistakes.names)
    func findsAKnownMistake(canary: String) {
        let finder = (1...60 as ClosedRange<UInt64>).first { seed in
            !SeedCheck(seed: seed, canary: canary, story: SmallStory.make(seed: seed)).run().violations.isEmpty
        }
        #expect(finder != nil, "a simulator that does not find \(canary) is wrong")
    }

    @Test func answersEverythingOnceWithoutFaults() {
        let story = SmallStory.make(seed: 11)
        let result = Simulator(story: story, seed: 11, plan: .faultless).run()
        #expect(result.violations.isEmpty)
        let statuses = Set(result.statuses.values.joined())
        #expect(statuses.isSuperset(of: ["ACCEPTED", "HELD", "DUPLICATE", "REUSED", "REJECTED", "WITHDRAWN", "DEAD LETTER gate.poison"]))
    }
}
