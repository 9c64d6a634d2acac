import Foundation
import StreamSimulation

/// What somebody wants simulated, and the doing of it.
struct SimulationRequest {
    struct Problem: Error { var reason: String }

    var seeds: ClosedRange<UInt64>
    var printsTrace: Bool
    var canary: String?
    var story: (UInt64) -> Story

    init(seed: String?, seeds: String?, canary: String?, story: String?) throws(Problem) {
        let mistake = canary.flatMap { CaseMistake(rawValue: $0) }
        if let canary, mistake == nil, !LaneMistakes.names.contains(canary) {
            let names = LaneMistakes.names + CaseMistake.allCases.map(\.rawValue)
            throw Problem(reason: "no canary is called \(canary); there are \(names.joined(separator: ", "))")
        }
        self.canary = canary
        if let seed {
            guard let number = UInt64(seed) else { throw Problem(reason: "SEED is a number, not \(seed)") }
            self.seeds = number...number
            printsTrace = true
        } else {
            let text = seeds ?? (canary == nil ? "1-100" : "1-200")
            let parts = text.split(separator: "-").map { UInt64($0) }
            guard parts.count == 2 || parts.count == 1, let from = parts[0], let to = parts[parts.count - 1], from <= to else {
                throw Problem(reason: "SEEDS is FROM-TO, not \(text)")
            }
            self.seeds = from...to
            printsTrace = false
        }
        switch story ?? (canary == nil || mistake != nil ? "cluster" : "city") {
        case "cluster":
            let cluster: ClusterStory
            do { cluster = try ClusterStory(configuration: "Config") } catch { throw Problem(reason: error.description) }
            self.story = { cluster.make(seed: $0, mistake: mistake) }
        case "glimpse":
            let cluster: ClusterStory
            do { cluster = try ClusterStory(configuration: "Config") } catch { throw Problem(reason: error.description) }
            self.story = { cluster.make(seed: $0, scale: .glimpse, mistake: mistake) }
        case "city":
            let city: CityStory
            do { city = try CityStory(configuration: "Config") } catch { throw Problem(reason: error.description) }
            self.story = { city.make(seed: $0) }
        case "small": self.story = { SmallStory.make(seed: $0) }
        default: throw Problem(reason: "STORY is cluster, glimpse, city or small")
        }
    }

    /// True when all is well: nothing was found, or the canary was.
    func run() -> Bool {
        let begin = ProcessInfo.processInfo.systemUptime
        var played = 0
        var faults = 0
        var submissions = 0
        var found: [UInt64] = []
        for seed in seeds {
            let check = SeedCheck(seed: seed, canary: canary, keepsTrace: printsTrace, story: story(seed))
            let result = check.run()
            played += 1
            faults += result.faultCount
            submissions += result.submissions
            if printsTrace {
                for line in result.trace { print(line) }
                print(
                    "seed \(seed): \(result.submissions) submissions, \(result.faultCount) faults, trace \(String(result.digest, radix: 16))"
                )
            }
            for violation in result.violations { print("seed \(seed): \(violation)") }
            guard !result.violations.isEmpty else { continue }
            found.append(seed)
            print("again: SEED=\(seed)\(canary.map { " CANARY=\($0)" } ?? "") make -s simulate")
            if canary != nil { break }
        }
        let seconds = ProcessInfo.processInfo.systemUptime - begin
        let time = String(format: "%.1f s", seconds)
        if let canary {
            print(
                found.isEmpty
                    ? "canary \(canary) was NOT found in \(played) seeds (\(time)): the simulator is wrong"
                    : "canary \(canary) found by seed \(found[0]), the \(played). of the range (\(time))")
            return !found.isEmpty
        }
        if !printsTrace || !found.isEmpty {
            print("\(played) seeds, \(submissions) submissions, \(faults) faults, \(found.count) seeds with violations (\(time))")
        }
        return found.isEmpty
    }
}
