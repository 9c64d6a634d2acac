import BrokerKit
import Foundation

/// A great many submissions in a row, a worker's process killed every so often, and everything judged at the end.
final class Endurance {
    struct Options {
        var seed: UInt64 = 1
        var count = 1_000_000
        var rate = 2500
        var killEvery = 20
        var instances = 2
        var partitions = 24
        var nodes = 1
    }

    private let options: Options
    private let broker: TestBroker
    private let city: City
    private let fleet: Fleet
    private let answers: AnswerBook
    private let traffic: Traffic
    private var random: SplitMix
    private var kills = 0
    /// The most memory, in bytes, that a process of each worker had in each tenth of the run.
    private var memory: [String: [Int]] = [:]
    private var longestLag = 0

    init(_ options: Options) throws {
        self.options = options
        random = SplitMix(seed: options.seed)
        var brokerOptions = TestBroker.Options()
        brokerOptions.nodes = options.nodes
        brokerOptions.hasOwnController = options.nodes == 1
        broker = try TestBroker(brokerOptions)
        city = try City(on: broker, partitions: options.partitions)
        fleet = try Fleet(city, bootstrap: broker.bootstrap, instances: options.instances, arguments: []) { _ in }
        answers = city.followAnswers(every: .milliseconds(20))
        traffic = Traffic(
            Load(seed: options.seed, prefix: "e\(options.seed)", parties: 20_000), rate: options.rate, cluster: try city.cluster())
    }

    /// What is wrong in the end; empty when nothing is.
    func run() throws -> [String] {
        let clock = ContinuousClock()
        let start = clock.now
        var nextKill = start + .seconds(options.killEvery)
        var nextLook = start
        traffic.go()
        while true {
            try fleet.pass(.milliseconds(200))
            let sent = traffic.book.count
            if sent >= options.count { traffic.pause() }
            if clock.now >= nextLook {
                look(sent)
                nextLook = clock.now + .seconds(1)
            }
            // Dead letters answer those that nobody can be answered for.
            if traffic.isAtRest, sent >= options.count, answers.count + answers.deadLetters >= sent { break }
            if clock.now >= nextKill {
                try killOne()
                nextKill = clock.now + .seconds(options.killEvery)
            }
        }
        let took = clock.now - start
        let seconds = took / .seconds(1)
        say("\(traffic.book.count) submissions in \(Int(seconds)) s, \(Int(Double(traffic.book.count) / seconds)) a second, \(kills) kills")
        say("most that was sent and not yet answered: \(longestLag)")
        for worker in City.workers {
            say("memory of \(worker) in each tenth, MB: \(memory[worker, default: []].map { String($0 >> 20) }.joined(separator: " "))")
        }
        traffic.end()
        return try judge()
    }

    /// A table row for RELIABILITY.md.
    func summary(_ findings: [String], commit: String, date: String) -> String {
        let grown = City.workers.map { worker in
            let tenths = memory[worker, default: []].map { "\($0 >> 20)" }
            return "\(worker) \(tenths.dropFirst().first ?? "?") to \(tenths.last ?? "?")"
        }
        let cells = [
            date, commit, "\(options.nodes)", "\(options.instances)", "\(options.seed)", "1", "\(traffic.book.count)",
            "kill \(kills) without a pause, MB in the second and the last tenth: \(grown.joined(separator: ", "))",
            findings.isEmpty ? "nothing" : findings.prefix(3).joined(separator: " · ").replacingOccurrences(of: "|", with: "/"),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func look(_ sent: Int) {
        longestLag = max(longestLag, sent - answers.count - answers.deadLetters)
        let tenth = min(9, 10 * answers.count / options.count)
        for slot in fleet.slots {
            guard let bytes = slot.process?.child.residentBytes else { continue }
            var tenths = memory[slot.worker, default: []]
            while tenths.count <= tenth { tenths.append(0) }
            tenths[tenth] = max(tenths[tenth], bytes)
            memory[slot.worker] = tenths
        }
    }

    private func killOne() throws {
        let slot = fleet.slots.randomElement(using: &random)!
        fleet.kill(slot)
        try fleet.start(slot)
        kills += 1
        say("kill \(kills): \(slot.name); \(traffic.book.count) sent, \(answers.count) answered")
    }

    private func judge() throws -> [String] {
        try fleet.waitUntilAllReady()
        var findings = fleet.takeFindings() + traffic.book.complaints(answers)
        findings += traffic.failures.map { "the producer: \($0)" }
        let start = ContinuousClock.now
        let checked = try city.run(["check", "--settled"], within: .seconds(1800))
        say("check took \(Int((ContinuousClock.now - start) / .seconds(1))) s: \(checked.lines.last ?? "")")
        if !checked.isGood { findings.append("check: \(checked.end) \(checked.output.suffix(2000))\(checked.errors.suffix(1000))") }
        for slot in fleet.slots {
            let stores = try city.checkStores(of: slot.data)
            if !stores.isGood { findings.append("stores of \(slot.name): \(stores.output.suffix(500))\(stores.errors.suffix(500))") }
        }
        return findings
    }
}
