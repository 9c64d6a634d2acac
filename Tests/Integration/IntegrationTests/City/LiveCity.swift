import BrokerKit
import Foundation
import KafkaLog
import StreamEngine
import Synchronization

/// The city that the tests of this folder share: one broker, one process of each worker, and proxies between them. Each test sends
/// submissions of its own, does something to the city, and leaves it as it found it. One test at a time.
final class LiveCity: Sendable {
    let city: City
    let proxies: [KafkaProxy]
    let answers: AnswerBook
    private let workers = Mutex<[String: RunningWorker]>([:])

    var broker: TestBroker { city.broker }

    private static let shared = Result { try LiveCity() }
    private static let turn = DispatchSemaphore(value: 1)

    /// Does something with the city, on a thread of its own, when nobody else does.
    static func use<Value: Sendable>(_ work: @escaping @Sendable (LiveCity) throws -> Value) async throws -> Value {
        try await Wait.onOwnThread { try useNow(work) }
    }

    static func useNow<Value>(_ work: (LiveCity) throws -> Value) throws -> Value {
        turn.wait()
        defer { turn.signal() }
        let city = try shared.get()
        try city.startMissing()
        return try work(city)
    }

    private init() throws {
        let broker = try TestBroker.shared()
        proxies = try broker.proxies()
        // Sessions as short as a busy machine allows: some tests wait for their end.
        city = try City(
            on: broker, settings: ["kafka.session.timeout.ms=4000", "kafka.heartbeat.interval.ms=1000", "limits.parkedTerm=3 seconds"])
        answers = city.followAnswers()
        try startMissing()
    }

    /// A test that failed may have left something undone.
    private func startMissing() throws {
        for proxy in proxies {
            proxy.removeRules()
            proxy.release()
        }
        if broker.nodes.contains(where: { !$0.isRunning }) { try broker.restart() }
        for name in City.workers where self[name]?.child.isRunning != true { try start(name) }
        for name in City.workers { try self[name]!.waitUntilReady() }
    }

    /// The worker's process that runs all the time, instance `a`.
    subscript(name: String) -> RunningWorker? { workers.withLock { $0[name] } }

    /// Starts the worker's process anew, with the same instance and folder.
    @discardableResult
    func start(_ name: String) throws -> RunningWorker {
        let worker = try city.start(name, bootstrap: broker.proxiedBootstrap)
        workers.withLock { $0[name] = worker }
        return worker
    }

    // MARK: Submissions

    /// For a load of this prefix.
    func book(_ prefix: String) -> SentBook { SentBook(prefix: prefix, deadLettersBefore: answers.deadLetters) }

    /// Sends the next `count` messages of a load.
    func send(_ load: inout Load, _ count: Int, to book: SentBook) throws {
        let writer = try city.cluster().writer()
        var messages: [LoadMessage] = []
        for _ in 0..<count {
            let message = load.next()
            book.sent(message)
            messages.append(message)
            try writer.add(message.message)
        }
        for delivery in writer.finish() {
            if case .failed(let failure) = delivery.result { throw failure }
        }
    }

    /// Returns when all of it is answered as it has to be; throws with what is not.
    func expectAnswers(to book: SentBook, within limit: Duration = .seconds(90)) throws {
        try Wait.until(
            "everything is answered", within: limit, every: .milliseconds(10),
            detail: {
                let missing = book.unanswered(self.answers)
                let logs = City.workers.map { "\($0): \(self[$0]?.child.tail(6) ?? "not there")" }.joined(separator: "\n")
                return "\(missing.count) missing, as \(missing.first ?? ""); \(self.answers.failures.last ?? "")\n\(logs)"
            }
        ) { book.unanswered(self.answers).isEmpty }
        let complaints = book.complaints(answers)
        guard complaints.isEmpty else { throw WrongResult(complaints.prefix(10).joined(separator: "\n")) }
    }

    /// What the operators' commands find wrong with topics and stores; empty when nothing is.
    func findings() throws -> String {
        let check = try city.run("check")
        // A test has written a ruling in the name of a worker that does not run here: it is of no transaction, and the checker sees that.
        let violations = check.lines.filter { $0.hasPrefix("violation") && !$0.hasPrefix("violation G4 record.rulings.v1/") }
        let isGood = check.isGood || (check.end == .code(1) && violations.isEmpty)
        var findings = isGood ? "" : "check: \(check.end) \(check.output.suffix(2000))\(check.errors)"
        for name in City.workers {
            let stores = try city.checkStores(of: self[name]!.data)
            if !stores.isGood { findings += "stores of \(name): \(stores.end) \(stores.output)\(stores.errors)" }
        }
        return findings
    }
}

/// A second cluster with the topics of the city and nobody at work: for what has to be alone, or begins at another time.
enum QuietCity {
    private static let shared = Result {
        var options = TestBroker.Options()
        options.isProxied = true
        let broker = try TestBroker(options)
        // Asked before anybody has made a topic.
        let city = try City(on: broker, makesTopics: false)
        let refusal = try city.refused("ledger")
        try city.makeTopics()
        return (city: city, withoutTopics: refusal)
    }
    private static let turn = DispatchSemaphore(value: 1)

    static func use<Value: Sendable>(_ work: @escaping @Sendable (City) throws -> Value) async throws -> Value {
        try await Wait.onOwnThread {
            turn.wait()
            defer { turn.signal() }
            return try work(shared.get().city)
        }
    }

    /// What a worker said to a cluster without topics.
    static func withoutTopics() async throws -> Refusal {
        try await use { _ in try shared.get().withoutTopics }
    }
}
