import Foundation
import StreamSimulation
import Testing

@testable import simulate

/// The real workers with the real policy of the sample city, under faults.
@Suite struct CityStoryTests {
    /// `Config` of this checkout, wherever the tests are started.
    private static let configuration = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Config").path

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func keepsEveryPromiseUnderFaults(seed: UInt64) throws {
        let result = SeedCheck(seed: seed, story: try CityStory(configuration: Self.configuration).make(seed: seed)).run()
        #expect(result.violations.isEmpty, "SEED=\(seed) make -s simulate shows how")
        #expect(result.submissions >= 100)
        #expect(result.faultCount >= 5)
    }

    @Test(arguments: LaneMistakes.names)
    func findsAKnownMistake(canary: String) throws {
        let city = try CityStory(configuration: Self.configuration)
        let finder = (1...40 as ClosedRange<UInt64>).first { seed in
            !SeedCheck(seed: seed, canary: canary, story: city.make(seed: seed)).run().violations.isEmpty
        }
        #expect(finder != nil, "a simulator that does not find \(canary) is wrong")
    }

    @Test func answersInEveryWayThatTheContractHas() throws {
        let story = try CityStory(configuration: Self.configuration).make(seed: 3)
        let result = Simulator(story: story, seed: 3, plan: .faultless).run()
        #expect(result.violations.isEmpty)
        let statuses = Set(result.statuses.values.joined().map { $0.prefix { $0 != " " } })
        #expect(statuses.isSuperset(of: ["ACCEPTED", "HELD", "DUPLICATE", "SUPERSEDED", "REJECTED", "WITHDRAWN"]), "\(statuses)")
    }
}
