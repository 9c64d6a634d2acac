import BrokerKit
import Foundation
import WorkerHost

/// The command line of `chaos`.
enum ChaosCommand {
    private static let seed = Option("seed", "N", "decides faults, times and load; printed, random unless given")
    private static let rounds = Option("rounds", "N", "so many rounds; 20 unless given")
    private static let minutes = Option("minutes", "N", "as many rounds as fit into so many minutes")
    private static let nodes = Option("nodes", "N", "brokers: 1, or 3 with three copies of everything", choices: ["1", "3"])
    private static let instances = Option("instances", "N", "processes of each worker; 2 unless given")
    private static let partitions = Option("partitions", "N", "of every topic; 6 unless given, 24 in a long run and for latency")
    private static let rate = Option("rate", "N", "submissions a second; 100 unless given, 2500 in a long run")
    private static let faults = Option(
        "faults", "LIST", "names with commas; all unless given: \(Fault.allCases.map(\.rawValue).joined(separator: " "))")
    private static let canary = Option(
        "canary", "NAME", "makes a known mistake and wants it found", choices: Canary.allCases.map(\.rawValue))
    private static let checkEvery = Option("check-every", "N", "the whole check after every so many rounds; 1 unless given")
    private static let goOn = Option("go-on", nil, "goes on after a finding")
    private static let record = Option("record", "FILE", "appends a line about the run to this page")

    private static let count = Option("count", "N", "so many submissions")
    private static let killEvery = Option("kill-every", "N", "seconds from one kill to the next; 20 unless given")
    private static let lanes = Option("lanes", "N", "of each worker; 1 unless given")

    private static let roundsCommand = Command(
        "rounds", "rounds of load with a fault in each, and a judgement after each",
        discussion: "Each round sends submissions, does one thing to the cluster, waits until everything is answered, and checks it all.\n"
            + Fault.allCases.map { "  \($0.rawValue): \($0.meaning)" }.joined(separator: "\n"),
        options: [seed, rounds, minutes, nodes, instances, partitions, rate, faults, canary, checkEvery, goOn, record],
        examples: [
            Example("chaos rounds --faults kill,stop --rounds 30 --seed 7", "kills and stops workers, the same ones again next time.")
        ])
    private static let endureCommand = Command(
        "endure", "a million submissions in a row, a worker killed every so often, and a judgement at the end",
        options: [seed, count, rate, killEvery, instances, partitions, nodes, record],
        examples: [Example("chaos endure --count 100000 --rate 2000", "a tenth of it.")])
    private static let latencyCommand = Command(
        "latency", "how long a single submission takes through a cluster that has nothing else to do",
        options: [seed, count, partitions, nodes, lanes], examples: [Example("chaos latency --count 500", "the median and the slowest.")])
    private static let correctionCommand = Command(
        "correction", "how long it takes from a finding that a record is wrong to the withdrawal of the sanction that rested on it",
        options: [seed, count, partitions], examples: [Example("chaos correction --count 90", "the median and the slowest of sixty.")])
    private static let program = Command(
        "chaos", "a real broker, real workers, and what can happen to them",
        subcommands: [roundsCommand, endureCommand, latencyCommand, correctionCommand])

    static func run(_ words: [String]) -> Int32 {
        do {
            let arguments = try Arguments(words, for: program)
            if arguments.wantsHelp {
                say(Help.text(for: arguments.command, path: arguments.path))
                return 0
            }
            guard KafkaHome.find() != nil else {
                say("skipped: \(KafkaHome.reason)")
                return 0
            }
            switch arguments.path.last {
            case endureCommand.name: return try endure(arguments)
            case latencyCommand.name: return try latency(arguments)
            case correctionCommand.name: return try correction(arguments)
            default: return try playRounds(arguments)
            }
        } catch {
            say("chaos: \(error)")
            if error is UsageError { return 64 }
            say("logs are kept in \(KitFolder.keep())")
            return 1
        }
    }

    private static func playRounds(_ arguments: Arguments) throws -> Int32 {
        let options = try options(arguments)
        say(
            "seed \(options.seed), \(options.nodes) nodes, \(options.instances) instances of each worker, \(options.partitions) partitions, "
                + "\(options.rate) submissions a second")
        let chaos = try Chaos(options)
        let isGood = try chaos.run()
        let summary = chaos.summary(commit: commit(), date: today())
        say(summary)
        say("memory at most, MB: \(chaos.fleet.peaks)")
        if let page = arguments[record] { try append(summary, to: page) }
        if let canary = options.canary {
            say("canary \(canary.rawValue): \(isGood ? "NOT FOUND: the harness is blind" : "found, as it has to be")")
            return isGood ? 1 : 0
        }
        if !isGood { say("logs are kept in \(KitFolder.keep()); the same again: --seed \(options.seed)") }
        return isGood ? 0 : 1
    }

    private static func endure(_ arguments: Arguments) throws -> Int32 {
        var options = Endurance.Options()
        options.seed = UInt64(try number(arguments, seed, Int.random(in: 1...999_999)))
        options.count = try number(arguments, count, options.count)
        options.rate = try number(arguments, rate, options.rate)
        options.killEvery = try number(arguments, killEvery, options.killEvery)
        options.instances = try number(arguments, instances, options.instances)
        options.partitions = try number(arguments, partitions, options.partitions)
        options.nodes = try number(arguments, nodes, options.nodes)
        say("seed \(options.seed), \(options.count) submissions, \(options.rate) a second, a kill every \(options.killEvery) s")
        let endurance = try Endurance(options)
        let findings = try endurance.run()
        for finding in findings.prefix(20) { say("  ! \(finding)") }
        if let page = arguments[record] { try append(endurance.summary(findings, commit: commit(), date: today()), to: page) }
        say(findings.isEmpty ? "good" : "\(findings.count) FINDINGS; logs are kept in \(KitFolder.keep())")
        return findings.isEmpty ? 0 : 1
    }

    private static func latency(_ arguments: Arguments) throws -> Int32 {
        var options = Latency.Options()
        options.seed = UInt64(try number(arguments, seed, 1))
        options.count = try number(arguments, count, options.count)
        options.partitions = try number(arguments, partitions, options.partitions)
        options.nodes = try number(arguments, nodes, options.nodes)
        options.lanes = try number(arguments, lanes, options.lanes)
        try Latency.run(options)
        return 0
    }

    private static func correction(_ arguments: Arguments) throws -> Int32 {
        var options = Correction.Options()
        options.seed = UInt64(try number(arguments, seed, 1))
        options.count = try number(arguments, count, options.count)
        options.partitions = try number(arguments, partitions, options.partitions)
        try Correction(options).run()
        return 0
    }

    private static func number(_ arguments: Arguments, _ option: Option, _ usual: Int) throws -> Int {
        guard let text = arguments[option] else { return usual }
        guard let number = Int(text), number > 0 else {
            throw UsageError("--\(option.name) cannot be \(text)", hint: "a number above 0")
        }
        return number
    }

    private static func options(_ arguments: Arguments) throws -> Chaos.Options {
        var options = Chaos.Options()
        options.seed = UInt64(try number(arguments, seed, Int.random(in: 1...999_999)))
        options.rounds = try number(arguments, rounds, options.rounds)
        options.minutes = arguments.has(minutes) ? try number(arguments, minutes, 1) : nil
        options.nodes = try number(arguments, nodes, options.nodes)
        options.instances = try number(arguments, instances, options.instances)
        options.partitions = try number(arguments, partitions, options.partitions)
        options.rate = try number(arguments, rate, options.rate)
        options.checkEvery = try number(arguments, checkEvery, options.checkEvery)
        options.goesOn = arguments.has(goOn)
        options.canary = arguments[canary].flatMap(Canary.init)
        if let list = arguments[faults] {
            options.faults = try list.split(separator: ",").map { name in
                guard let fault = Fault(rawValue: String(name)) else {
                    throw UsageError("there is no fault \(name)", hint: Fault.allCases.map(\.rawValue).joined(separator: ", "))
                }
                return fault
            }
        }
        return options
    }

    private static func commit() -> String {
        guard let folder = try? KitFolder.make("git") else { return "?" }
        let script = "git rev-parse --short HEAD; test -z \"$(git status --porcelain -uno)\" || echo +"
        let child = try? ChildProcess("/bin/sh", ["-c", script], output: folder + "/log")
        _ = child?.waitForEnd(within: .seconds(10))
        return child?.text.split(separator: "\n").joined() ?? "?"
    }

    private static func today() -> String { String(Date().ISO8601Format().prefix(10)) }

    private static func append(_ line: String, to page: String) throws {
        let path = page.hasPrefix("/") ? page : BuiltProducts.root + "/" + page
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data((line + "\n").utf8))
        try handle.close()
    }
}
