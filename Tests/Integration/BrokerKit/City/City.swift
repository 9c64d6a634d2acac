import Files
import Foundation
import KafkaLog
import StreamCore
import StreamEngine

/// The sample city on a real broker: its topics, its key, its workers as processes.
public final class City: Sendable {
    public let broker: TestBroker
    public let partitions: Int
    public let folder: String
    /// What every command and worker is told besides: the number of partitions, the key, and what the test sets.
    public let settings: [String]

    public static let workers = ["intake", "identity", "ledger"]

    /// Makes the topics of the city on a broker that has none of them.
    public init(on broker: TestBroker, partitions: Int = 4, settings: [String] = [], makesTopics: Bool = true) throws {
        self.broker = broker
        self.partitions = partitions
        folder = try KitFolder.make("city")
        let key = folder + "/master.key"
        try Files.write(Bytes((0..<32).map { UInt8($0 &* 7 &+ 1) }), to: key)
        self.settings = ["host.partitionsKafka=\(partitions)", "host.masterKeyFile=\(key)"] + settings
        if makesTopics { try makeTopics() }
    }

    public func makeTopics() throws {
        let made = try run("topics", "apply", "--yes")
        guard made.isGood else { throw ChildProcess.CannotStart(description: "topics apply: \(made.end): \(made.errors)\(made.output)") }
    }

    public var settingWords: [String] { settings.flatMap { ["--set", $0] } }

    /// Runs `chengxin` on this city.
    public func run(_ words: String...) throws -> ProgramRun { try run(words) }

    public func run(_ words: [String], within limit: Duration = .seconds(120)) throws -> ProgramRun {
        let takesSettings = ["topics", "submit"].contains(words.first ?? "")
        return try ProgramRun(
            "chengxin", words + ["--bootstrap", broker.bootstrap] + (takesSettings ? settingWords : []), within: limit)
    }

    /// Starts one process of a worker. Its folder is the city's own for this worker and instance, unless another is named.
    public func start(
        _ worker: String, instance: String = "a", data: String? = nil, bootstrap: String? = nil, arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws -> RunningWorker {
        try RunningWorker(
            worker, bootstrap: bootstrap ?? broker.bootstrap, data: data ?? "\(folder)/\(worker)-\(instance)", instance: instance,
            arguments: settingWords + arguments, environment: environment)
    }

    /// Starts every worker once and waits until all of them serve.
    public func startAll(instance: String = "a", arguments: [String] = []) throws -> [RunningWorker] {
        let started = try City.workers.map { try start($0, instance: instance, arguments: arguments) }
        for worker in started { try worker.waitUntilReady() }
        return started
    }

    public func cluster() throws -> KafkaCluster {
        try KafkaCluster(KafkaOptions(bootstrap: broker.bootstrap, clientId: "broker-kit"), wait: .seconds(20))
    }

    /// Follows the outcomes from the beginning.
    public func followAnswers(every pause: Duration = .milliseconds(5)) -> AnswerBook {
        AnswerBook(every: pause) { try self.cluster().reader() }
    }

    /// Looks into the stores of a worker's folder, also while it runs, and compares them with their changelogs.
    public func checkStores(of data: String) throws -> ProgramRun {
        try run(["store", "check", "--data", data])
    }
}
