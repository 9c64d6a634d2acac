import CreditModel
import Crypto
import Files
import KafkaLog
import Linux
import SQLiteStore
import StreamCore
import StreamEngine
import StreamRuntime
import Telemetry

/// One worker's process on Kafka, as a command line asks for it.
public enum WorkerRun {
    static let lanes = Option("lanes", "N", "how many threads share the process's partitions, each a member of the group; 1 unless given")

    public static let options =
        HostOptions.place + [HostOptions.instance, lanes] + HostOptions.setting + [
            HostOptions.untilIdle, HostOptions.at, HostOptions.format,
        ]

    public static let discussion = """
        On Kafka (--bootstrap): works until SIGTERM or SIGINT, which drains it: what is decided is committed, exit 0 within 10 seconds. A second
        signal ends it at once. DIR holds its stores and is its alone; ID is its place in the worker's group. DIR/ready is there while the
        process serves all its partitions. It waits for a broker that is away. Alone on the embedded log: --data DIR without --bootstrap.

        Exit codes: 0 it was told to end and did · 64 usage · 78 something has to be changed first, starting again does not help (topics,
        credentials, keys, a folder of another cluster) · 70 the machine or the program failed, start it again · 75 no broker came in time, or
        another process has the same instance id, start it again after a while · 143 it was told to end and did not in time, or was told twice.
        """

    private static let lanesMax = 64

    /// Runs the worker on Kafka, or alone on the embedded log of its folder.
    public static func run(_ arguments: Arguments, _ maker: WorkerMaker) throws -> ExitCode {
        guard case .kafka(let bootstrap) = try HostOptions.workerPlace(arguments) else {
            if arguments.has(lanes) { throw UsageError("--lanes is for Kafka", hint: "leave it out, or name a cluster by --bootstrap") }
            try StandaloneRun.run(arguments, [maker])
            return .good
        }
        guard !arguments.has(HostOptions.untilIdle) else {
            throw UsageError(
                "--until-idle is for the embedded log",
                hint: "on Kafka a worker works until it is told to end; `chengxin lag` tells when it is idle")
        }
        guard let name = arguments[HostOptions.instance] ?? Environment.variables["CHENGXIN_INSTANCE"] else {
            throw UsageError(
                "--instance is missing",
                hint: "--instance ID: \(HostOptions.instance.summary); as \(maker.name)-1, and another for each process")
        }
        let instance = try InstanceName(name)
        let count = try arguments.number(lanes) ?? 1
        guard (1...lanesMax).contains(count) else {
            throw UsageError("--lanes cannot be \(count)", hint: "1 to \(lanesMax); more than there are cores do not help")
        }
        let folder = WorkerFolder(try HostOptions.storesFolder(arguments).path)
        ProcessMemory.keepForReuse()
        // Before any other thread, so that all of them leave the signals alone.
        let stop = StopSignal()
        let setup = try ClusterSetup(arguments)
        let clock = try HostOptions.standingClock(arguments, setup)
        let log = setup.log().with([.worker: .text(maker.name), .instance: .text(instance.text)])
        if !ProcessGuard.harden() { log.warning("the system does not let this process keep its memory to itself") }
        let metrics = Metrics()
        let brokers = BrokerWatch(log: log)
        let lines = KafkaLines(log: log, brokers: brokers)
        let statistics = KafkaStatistics(metrics, worker: maker.name, brokers: brokers)
        var options = try setup.kafka(bootstrap: bootstrap, clientId: "\(maker.name)-\(instance)")
        options.onLine = { lines.take($0) }
        options.onStatistics = { statistics.take($0) }
        var process = WorkerOnKafka(
            maker: maker, setup: setup, folder: folder, instance: instance, laneCount: count, clock: clock, log: log, metrics: metrics,
            stop: stop)
        let kafka = options
        process.isReachable = { brokers.isReachable }
        process.reach = { (wait: Instant.Span) throws(LogFailure) in try KafkaCluster(kafka, wait: wait) }
        return try process.run()
    }
}
