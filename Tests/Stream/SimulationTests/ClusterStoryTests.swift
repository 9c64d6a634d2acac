import Foundation
import StreamSimulation
import Testing

@testable import simulate

/// All workers of the cluster with the real policy of the sample city, people and officers who try everything, and faults.
@Suite struct ClusterStoryTests {
    /// `Config` of this checkout, wherever the tests are started.
    private static let configuration = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Config").path

    private func check(seed: UInt64, mistake: CaseMistake? = nil) throws -> SimulationResult {
        let story = try ClusterStory(configuration: Self.configuration).make(seed: seed, scale: .glimpse, mistake: mistake)
        return SeedCheck(seed: seed, story: story).run()
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func keepsEveryPromiseToPeople(seed: UInt64) throws {
        let result = try check(seed: seed)
        #expect(result.violations.isEmpty, "SEED=\(seed) STORY=glimpse make -s simulate shows how")
        #expect(result.submissions >= 100)
        #expect(result.faultCount >= 5)
    }

    @Test(arguments: CaseMistake.allCases)
    func findsAMistakeOfAWorker(mistake: CaseMistake) throws {
        let cluster = try ClusterStory(configuration: Self.configuration)
        // Faults of machines are no part of it: what is wrong is wrong in the best of worlds.
        let finder = (1...12 as ClosedRange<UInt64>).first { seed in
            let story = cluster.make(seed: seed, scale: .glimpse, mistake: mistake)
            return !Simulator(story: story, seed: seed, plan: .faultless).run().violations.isEmpty
        }
        #expect(finder != nil, "a judge that does not find \(mistake.rawValue) is wrong")
    }

    @Test func answersInEveryWayThatCasesHave() throws {
        let wanted: Set = [
            "record ACCEPTED", "record HELD", "record REJECTED", "dispute RECEIVED", "dispute DISMISSED", "dispute UPHELD",
            "dispute NOT_ADMITTED", "repair RECEIVED", "repair GRANTED", "sanction PROPOSED", "sanction NOT_ADMITTED", "sanction ORDERED",
            "reward PUBLICISED", "reward NOT_ADMITTED", "intake ACCEPTED", "intake REJECTED", "intake DUPLICATE", "intake SUPERSEDED",
        ]
        // A city that is looked at for weeks does not see everything every time.
        var missing = wanted
        for seed in 1...6 as ClosedRange<UInt64> where !missing.isEmpty {
            missing.subtract(try check(seed: seed).statuses.values.joined())
        }
        #expect(missing.isEmpty)
    }
}
