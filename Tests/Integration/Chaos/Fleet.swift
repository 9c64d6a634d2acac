import BrokerKit
import Foundation

/// The processes of all workers, and the supervisor that starts again what ends.
final class Fleet {
    /// A place in a worker's group.
    final class Slot {
        let worker: String
        var instance: String
        var data: String
        var environment: [String: String] = [:]
        fileprivate(set) var process: RunningWorker?
        /// Whether the supervisor starts it again.
        var isWanted = true
        /// Ends that the harness did not cause.
        fileprivate(set) var ends: [String] = []
        fileprivate var startsAfter = ContinuousClock.now

        init(worker: String, instance: String, data: String) {
            self.worker = worker
            self.instance = instance
            self.data = data
        }

        var name: String { "\(worker)-\(instance)" }
    }

    let city: City
    let bootstrap: String
    let arguments: [String]
    private(set) var slots: [Slot] = []
    /// What no supervisor may meet: an end after which a start does not help.
    private(set) var findings: [String] = []
    private var seenPeak: [String: Int] = [:]

    /// `prepare` may change a place before its first process starts.
    init(_ city: City, bootstrap: String, instances: Int, arguments: [String], prepare: (Slot) -> Void) throws {
        self.city = city
        self.bootstrap = bootstrap
        self.arguments = arguments
        for worker in City.workers {
            for number in 0..<instances {
                let instance = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(number)))
                slots.append(Slot(worker: worker, instance: instance, data: "\(city.folder)/\(worker)-\(instance)"))
            }
        }
        for slot in slots {
            prepare(slot)
            try start(slot)
        }
        try waitUntilAllReady()
    }

    func start(_ slot: Slot) throws {
        slot.process = try city.start(
            slot.worker, instance: slot.instance, data: slot.data, bootstrap: bootstrap, arguments: arguments, environment: slot.environment
        )
        slot.isWanted = true
    }

    func kill(_ slot: Slot) {
        slot.isWanted = false
        slot.process?.kill()
    }

    /// Asks it to end, and says how that went. The supervisor goes on with the others meanwhile.
    func terminate(_ slot: Slot) throws -> Duration {
        slot.isWanted = false
        guard let process = slot.process else { return .zero }
        let start = ContinuousClock.now
        process.child.send(SIGTERM)
        try wait("\(slot.name) ends after SIGTERM", within: .seconds(20)) { !process.child.isRunning }
        let took = ContinuousClock.now - start
        if process.child.end != .code(0) { findings.append("\(slot.name): \(process.child.end!) after SIGTERM: \(process.child.tail(4))") }
        if took > .seconds(10) { findings.append("\(slot.name): ended \(took) after SIGTERM, more than 10 s") }
        return took
    }

    /// Starts again whatever ended by itself, as a supervisor would.
    func supervise() throws {
        for slot in slots where slot.isWanted {
            guard let process = slot.process else { continue }
            if let peak = process.child.residentPeakBytes { seenPeak[slot.worker] = max(seenPeak[slot.worker] ?? 0, peak) }
            guard let end = process.child.end, ContinuousClock.now >= slot.startsAfter else { continue }
            slot.ends.append("\(slot.name) ended by itself (\(end))")
            switch end {
            case .code(64), .code(78), .code(0):
                slot.isWanted = false
                throw WrongResult("\(slot.name): \(end), after which no supervisor starts it again: \(process.child.tail(4))")
            case .signal(let signal) where signal != SIGKILL:
                findings.append("\(slot.name): crashed by signal \(signal): \(process.child.tail(8))")
            default: break
            }
            slot.startsAfter = .now + .seconds(1)
            try start(slot)
        }
    }

    /// Waits while the supervisor does its work.
    func wait(_ what: String, within limit: Duration, detail: () -> String = { "" }, _ condition: () throws -> Bool) throws {
        try Wait.until(what, within: limit, every: .milliseconds(20), detail: detail) {
            try supervise()
            return try condition()
        }
    }

    /// Lets time pass.
    func pass(_ time: Duration) throws {
        let end = ContinuousClock.now + time
        try wait("time passes", within: time + .seconds(5)) { ContinuousClock.now >= end }
    }

    func waitUntilAllReady() throws {
        for slot in slots {
            try wait("\(slot.name) is ready", within: .seconds(60), detail: { slot.process?.child.tail() ?? "" }) {
                slot.process?.isReady ?? false
            }
        }
    }

    /// What ended by itself since the last call.
    func takeEnds() -> [String] {
        defer { for slot in slots { slot.ends = [] } }
        return slots.flatMap(\.ends)
    }

    func takeFindings() -> [String] {
        defer { findings = [] }
        return findings
    }

    /// The most memory that a process of each worker has had, in MB.
    var peaks: String { City.workers.map { "\($0) \((seenPeak[$0] ?? 0) >> 20)" }.joined(separator: ", ") }
}
