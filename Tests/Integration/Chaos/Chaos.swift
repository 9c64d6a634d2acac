import BrokerKit
import Foundation
import StreamEngine

/// Rounds of load with a fault in each, and a judgement after each.
final class Chaos {
    struct Options {
        var seed: UInt64 = 1
        var rounds = 20
        var minutes: Int?
        var nodes = 1
        var instances = 2
        var partitions = 6
        var rate = 100
        var faults: [Fault] = Fault.usual
        var canary: Canary?
        /// Goes on after a finding.
        var goesOn = false
        /// The whole check of all topics after every so many rounds, and at the end.
        var checkEvery = 1
    }

    struct Round {
        var number: Int
        var fault: Fault
        var what = ""
        var recovery: Duration?
        var findings: [String] = []
        var ends: [String] = []
        var skipped: String?
    }

    let options: Options
    let broker: TestBroker
    let proxies: [KafkaProxy]
    let city: City
    let fleet: Fleet
    let answers: AnswerBook
    let traffic: Traffic
    var random: SplitMix
    private(set) var rounds: [Round] = []
    private(set) var began = ContinuousClock.now
    var nextInstance = 0
    let clock: ClockShift?
    let disk: SmallDisk?

    init(_ options: Options) throws {
        self.options = options
        random = SplitMix(seed: options.seed)
        var brokerOptions = TestBroker.Options()
        brokerOptions.nodes = options.nodes
        brokerOptions.isProxied = true
        // Three nodes are brokers and controllers in one, as small clusters are run; one alone would lose transactions with its life.
        brokerOptions.hasOwnController = options.nodes == 1
        broker = try TestBroker(brokerOptions)
        proxies = try broker.proxies(seed: options.seed)
        city = try City(on: broker, partitions: options.partitions)
        clock = try options.faults.contains(.clock) ? ClockShift.make(in: city.folder) : nil
        disk = try options.faults.contains(.full) ? SmallDisk(in: city.folder, megabytes: 96) : nil
        let arguments = options.canary?.workerArguments ?? []
        fleet = try Fleet(city, bootstrap: broker.proxiedBootstrap, instances: options.instances, arguments: arguments) {
            [clock, disk] slot in
            // One place has a disk that can be filled, one a clock that can be moved.
            if let disk, slot.name == "ledger-a" { slot.data = disk.path + "/stores" }
            if let clock, slot.name == "identity-a" { slot.environment = clock.environment }
        }
        answers = city.followAnswers()
        traffic = Traffic(
            Load(seed: options.seed, prefix: "c\(options.seed)"), rate: options.rate, cluster: try city.cluster())
    }

    /// Runs all rounds. False when something was found.
    func run() throws -> Bool {
        var isGood = try quiesceAndJudge(warmUp())
        began = .now
        let end = options.minutes.map { began + .seconds($0 * 60) }
        var number = 0
        while end.map({ ContinuousClock.now < $0 }) ?? (number < options.rounds) {
            number += 1
            // By turns in a random order, so that each has come before one comes again.
            if order.isEmpty { order = options.faults.shuffled(using: &random) }
            let round = try play(Round(number: number, fault: order.removeLast()))
            if !round.findings.isEmpty {
                isGood = false
                if !options.goesOn { break }
            }
        }
        traffic.end()
        if let canary = options.canary, isGood, canary.isForged {
            let findings = try forge(canary)
            say("canary \(canary.rawValue): \(findings.isEmpty ? "NOT FOUND" : "found: \(findings[0])")")
            isGood = findings.isEmpty
        }
        return isGood
    }

    private var order: [Fault] = []
    /// How much was answered when the last round ended.
    private var answered = 0

    private func warmUp() throws -> Round {
        traffic.go()
        try fleet.wait("first answers", within: .seconds(60), detail: { self.answers.failures.last ?? "" }) { self.answers.count > 20 }
        return Round(number: 0, fault: .kill, what: "warm-up, no fault")
    }

    private func play(_ planned: Round) throws -> Round {
        var round = planned
        traffic.go()
        try fleet.pass(.seconds(2))
        let injected = try inject(round.fault)
        round.what = injected.what
        round.skipped = injected.skipped
        try fleet.pass(.seconds(3))
        _ = try quiesceAndJudge(round, since: injected.skipped == nil ? injected.since : nil)
        return rounds.last!
    }

    /// Lets everything come to rest, then looks whether all is as it has to be.
    @discardableResult
    private func quiesceAndJudge(_ played: Round, since: ContinuousClock.Instant? = nil) throws -> Bool {
        var round = played
        traffic.pause()
        do {
            try fleet.wait("the log has all that was sent", within: .seconds(90)) { self.traffic.isAtRest }
            try fleet.wait("everything is answered", within: .seconds(60), detail: { self.missing() }) {
                self.traffic.book.unanswered(self.answers).isEmpty
            }
            try fleet.waitUntilAllReady()
            try waitUntilNothingIsOpen()
        } catch {
            round.findings.append("\(error)")
        }
        round.findings += fleet.takeFindings()
        round.ends = fleet.takeEnds()
        // Otherwise there was nothing to be done wrongly.
        if answers.count <= answered {
            round.findings.append("no submission was answered; the producer: \(traffic.failures.last ?? "well")")
        }
        answered = answers.count
        // What is missing was said above; what was said wrongly is another thing.
        let missing = Set(traffic.book.unanswered(answers))
        round.findings += traffic.book.complaints(answers).filter { line in !missing.contains(String(line.prefix { $0 != ":" })) }
        if let since, let wait = traffic.book.longestWait(answers, from: since, to: since + .seconds(1)) {
            round.recovery = wait
            if wait > round.fault.bound { round.findings.append("answered again after \(short(wait)), later than \(round.fault.bound)") }
        }
        if round.number % options.checkEvery == 0 || !round.findings.isEmpty { round.findings += try check() }
        rounds.append(round)
        report(round)
        return round.findings.isEmpty
    }

    private func missing() -> String {
        let missing = traffic.book.unanswered(answers)
        return "\(missing.count) are missing: \(missing.prefix(5).joined(separator: ", ")); \(standstill())"
    }

    /// Where the cluster stands: partitions in which a transaction is open, and what the groups have not read.
    private func standstill() -> String {
        var words: [String] = []
        if let ends = try? broker.endsOfAll(), let committed = try? broker.endsOfAll(committedOnly: true) {
            for (topic, partitions) in ends.sorted(by: { $0.key < $1.key }) {
                for (partition, end) in partitions.sorted(by: { $0.key < $1.key }) {
                    if let stable = committed[topic]?[partition], stable < end {
                        words.append("\(topic)/\(partition) open from \(stable) to \(end)")
                    }
                }
            }
        }
        if let reader = try? city.cluster().reader() {
            for group in City.workers {
                for lag in (try? reader.lag(group: group)) ?? [] where lag.behind > 1 {
                    words.append("\(group) has read \(lag.partition) to \(lag.committed) of \(lag.end)")
                }
            }
            reader.close()
        }
        return words.joined(separator: ", ")
    }

    /// No transaction is left open: what is committed ends where the topics end.
    private func waitUntilNothingIsOpen() throws {
        try fleet.wait("no transaction is open", within: .seconds(30)) {
            let committed = try? self.broker.endsOfAll(committedOnly: true)
            return committed != nil && (try? self.broker.endsOfAll()) == committed
        }
    }

    /// What the operators' own commands say about topics and stores.
    func check() throws -> [String] {
        var findings: [String] = []
        let checked = try city.run("check", "--settled")
        if !checked.isGood {
            findings.append("check: \(checked.end) \(checked.errors.suffix(300))")
            findings += checked.lines.filter { $0.hasPrefix("violation") }.prefix(20).map(String.init)
        }
        for slot in fleet.slots where FileManager.default.fileExists(atPath: slot.data) {
            let stores = try city.checkStores(of: slot.data)
            if !stores.isGood {
                findings.append("store check of \(slot.name): \(stores.end) \(stores.output.suffix(400))\(stores.errors.suffix(400))")
            }
        }
        return findings
    }

    private func report(_ round: Round) {
        let sent = traffic.book.count
        var line = "round \(round.number) \(round.number == 0 ? "-" : round.fault.rawValue): \(round.what)"
        if let skipped = round.skipped { line += " SKIPPED: \(skipped)" }
        if let recovery = round.recovery { line += "; all answered again after \(short(recovery))" }
        line += "; \(sent) sent, \(answers.count) outcomes, \(answers.deadLetters) dead letters"
        if traffic.book.doubtful > 0 { line += ", \(traffic.book.doubtful) records in doubt (\(traffic.failures.last ?? ""))" }
        if !round.ends.isEmpty { line += "; " + round.ends.joined(separator: ", ") }
        line += round.findings.isEmpty ? "; good" : "; \(round.findings.count) FINDINGS"
        say(line)
        for finding in round.findings.prefix(12) { say("  ! \(finding)") }
        if round.findings.count > 12 { say("  ! and \(round.findings.count - 12) more") }
    }

    func short(_ time: Duration) -> String {
        let (seconds, attoseconds) = time.components
        return String(format: "%.1f s", Double(seconds) + Double(attoseconds) / 1e18)
    }

    /// A table row for RELIABILITY.md: what was tried, how often, the longest recovery of each.
    func summary(commit: String, date: String) -> String {
        let played = rounds.filter { $0.number > 0 && $0.skipped == nil }
        let faults = Dictionary(grouping: played, by: \.fault).sorted { $0.key.rawValue < $1.key.rawValue }.map { fault, rounds in
            let longest = rounds.compactMap(\.recovery).max().map { " (\(short($0)))" } ?? ""
            return "\(fault.rawValue) \(rounds.count)\(longest)"
        }
        let skipped = Set(rounds.filter { $0.skipped != nil }.map(\.fault.rawValue)).sorted()
        let findings = rounds.flatMap(\.findings)
        let cells = [
            date, commit, "\(options.nodes)", "\(options.instances)", "\(options.seed)", "\(played.count)", "\(traffic.book.count)",
            faults.joined(separator: ", ") + (skipped.isEmpty ? "" : "; skipped: \(skipped.joined(separator: ", "))"),
            findings.isEmpty ? "nothing" : findings.prefix(3).joined(separator: " · ").replacingOccurrences(of: "|", with: "/"),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }
}
