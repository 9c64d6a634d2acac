import AllWorkers
import CreditModel
import StreamCore
import StreamSimulation
import WorkerHost

/// The whole cluster with the policy of a place over three civil years: all its workers, and everybody outside of it.
///
/// The calendar knows two of the years; the third is made up by the seed, and what comes after it is missing, as it is in life.
public struct ClusterStory {
    /// How much of it is told.
    public enum Scale: Sendable {
        /// Three years, hundreds of cases.
        case whole
        /// The last weeks of the second year and the first of the third, for tests.
        case glimpse
    }

    let policy: PolicyPack
    let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))
    let partitionCount = 3

    /// The policy of a place, by its own loader.
    public init(configuration directory: String) throws(ConfigurationFailure) {
        policy = try ConfigurationLoader.load(directory: directory).policy
    }

    /// - Parameter mistake: a known mistake of one worker.
    public func make(seed: UInt64, scale: Scale = .whole, mistake: CaseMistake? = nil) -> Story {
        var random = Randomness(seed: seed ^ 0x3_5eed_ca1e)
        var policy = policy
        policy.calendar = ClusterCalendar.extended(policy.calendar, random: &random)
        // A wait that is over after seconds is played in less time, and is the same wait.
        policy.limits.parkedTerm = Term(5, .seconds)
        policy.limits.parkedRetry = Term(2, .seconds)
        let (start, chapters, openings) = ClusterStory.chapters(scale, random: &random)
        var extent = CityActors.Extent(openings: openings)
        if scale == .glimpse { (extent.people, extent.organizations) = (12, 5) }
        let workers = workers(policy, mistake)
        let (keys, partitionCount) = (self.keys, self.partitionCount)
        let sealed = Set(workers.filter { $0.topology.isSealed }.map { $0.topology.worker })
        let day: Int64 = 86_400
        var story = Story(
            start: start, partitionCount: partitionCount, topics: CityStory.topics(of: workers), workers: workers, chapters: chapters,
            epilogue: [.seconds(day * 8), .seconds(day * 25)], reading: ClusterReading.reading, digest: { ValueHash(of: $0).bytes },
            seal: { sealed.contains($0) ? AESPayloadSeal(keys: keys) : nil })
        story.actors = { CityActors(seed: seed, partitionCount: partitionCount, extent: extent) }
        story.judge = { CityJudge(policy: policy, cast: CityActors(seed: seed, partitionCount: partitionCount, extent: extent).cast) }
        story.isCompared = false
        story.isBrisk = true
        story.machines = 2...3
        return story
    }

    private func workers(_ policy: PolicyPack, _ mistake: CaseMistake?) -> [any Worker] {
        AllWorkers.entries.map { entry in
            guard let mistake, mistake.worker == entry.name else { return entry.make(policy, keys, partitionCount) }
            return mistake.made(by: entry.make, policy, keys, partitionCount)
        }
    }

    /// Bursts of a few weeks in which much happens, and months between them in which only time passes.
    private static func chapters(_ scale: Scale, random: inout Randomness) -> (Instant, [Chapter], Set<Int>) {
        let start =
            scale == .whole
            ? CivilDate(dayNumber: Instant.day(ofYear: 2025, month: 2, day: 6))
            : CivilDate(
                dayNumber: Instant.day(ofYear: 2026, month: 12, day: 14))
        let bursts = scale == .whole ? 8 : 1
        var now = start.start + .seconds(9 * 3600)
        let began = now
        var chapters: [Chapter] = []
        var openings: Set<Int> = []
        for burst in 0..<bursts {
            let days: [Int64] = [burst == 0 ? 0 : random.span(85...125), 1, 1, 2, 1, 2, 3, 1, 4, 7, 3]
            for (index, days) in days.enumerated() {
                // Mostly in office hours; now and then across midnight, when terms end.
                var day = CivilDate(now).adding(days: Int(days))
                var second = random.span(8 * 3600...18 * 3600)
                if random.happens(perMille: 250) {
                    second = 86_398
                    day = day.adding(days: -1)
                }
                let then = max(day.start + .seconds(second), now)
                if index < 6 { openings.insert(chapters.count) }
                chapters.append(Chapter(jump: then - now, sendings: []))
                now = then
            }
        }
        return (began, chapters, openings)
    }
}
