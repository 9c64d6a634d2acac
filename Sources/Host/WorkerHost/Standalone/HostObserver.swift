import StreamCore
import StreamEngine
import StreamRuntime
import Synchronization
import Telemetry

/// Turns what lanes do into log lines and metrics, and keeps what a summary needs. Lanes of several threads may share one.
public final class HostObserver: LaneObserver, Sendable {
    public struct Count: Sendable {
        public var records = 0
        public var timers = 0
        public var outputs = 0
        public var deadLetters = 0
        public var parked = 0
    }

    /// What is counted of one worker, looked up once.
    private struct Meters: Sendable {
        var records: Counter
        var timers: Counter
        var outputs: Counter
        var deadLetters: Counter
        var transactions: Counter

        init(_ metrics: Metrics, _ worker: String) {
            let labels: KeyValuePairs = ["worker": worker]
            records = metrics.counter("chengxin_records_total", help: "Records decided.", labels: labels)
            timers = metrics.counter("chengxin_timers_total", help: "Timers fired.", labels: labels)
            outputs = metrics.counter("chengxin_outputs_total", help: "Messages written.", labels: labels)
            deadLetters = metrics.counter("chengxin_dead_letters_total", help: "Dead letters written.", labels: labels)
            transactions = metrics.counter("chengxin_transactions_total", help: "Transactions committed.", labels: labels)
        }
    }

    private struct State {
        var counts: [String: Count] = [:]
        var meters: [String: Meters] = [:]
        var alarms: [String] = []
        /// Why a worker waits, while it does.
        var reasons: [String: String] = [:]
    }

    private let log: Log
    private let metrics: Metrics
    private let state = Mutex(State())

    public init(log: Log, metrics: Metrics) {
        self.log = log
        self.metrics = metrics
    }

    /// By worker, since the process began.
    public var counts: [String: Count] { state.withLock { $0.counts } }
    public var alarms: [String] { state.withLock { $0.alarms } }
    public var recordCount: Int { counts.values.reduce(0) { $0 + $1.records } }
    public var timerCount: Int { counts.values.reduce(0) { $0 + $1.timers } }

    public func tookOver(_ shard: ShardName, replayed: Int, checksum: UInt64) {
        log.info("took a shard over", [.shard: .text(shard.description), .count: .number(replayed)])
    }

    public func committed(_ batch: BatchReport) {
        let (meters, waited) = state.withLock { state in
            state.counts[batch.worker, default: Count()].add(batch)
            let known = state.meters[batch.worker]
            let meters = known ?? Meters(metrics, batch.worker)
            if known == nil { state.meters[batch.worker] = meters }
            return (meters, state.reasons.removeValue(forKey: batch.worker) != nil)
        }
        if waited { log.notice("goes on", [.worker: .text(batch.worker)]) }
        meters.records.add(batch.records)
        meters.timers.add(batch.timers)
        meters.outputs.add(batch.outputs)
        meters.deadLetters.add(batch.deadLetters)
        meters.transactions.add()
    }

    public func deadLettered(_ letter: DeadLetter, by worker: String) {
        log.warning(
            "a record became a dead letter",
            [
                .worker: .text(worker), .topic: .text(letter.origin.topic.name), .partition: .number(letter.origin.partition),
                .offset: .number(letter.origin.offset), .code: .text(letter.reason.code), .path: .text(letter.reason.path),
                .hint: .text(letter.reason.hint),
            ])
    }

    public func blocked(_ worker: String, reason: String, until: Instant) {
        // Said once, not at every attempt.
        guard state.withLock({ $0.reasons.updateValue(reason, forKey: worker) }) != reason else { return }
        log.warning("waits", [.worker: .text(worker), .reason: .text(reason)])
    }

    /// What a worker waited for is there again, although it had nothing to commit yet.
    public func goesOn(_ worker: String) {
        guard state.withLock({ $0.reasons.removeValue(forKey: worker) }) != nil else { return }
        log.notice("goes on", [.worker: .text(worker)])
    }

    public func rebuilding(_ shard: ShardName, reason: String) {
        log.warning("a store is thrown away and rebuilt from its changelog", [.shard: .text(shard.description), .reason: .text(reason)])
    }

    public func alarmed(_ shard: ShardName, reason: String, hint: String) {
        state.withLock { $0.alarms.append("\(shard): \(reason)" + (hint.isEmpty ? "" : "; \(hint)")) }
        log.error(
            "a shard stands still until somebody looks", [.shard: .text(shard.description), .reason: .text(reason), .hint: .text(hint)])
    }

    public func released(_ shard: ShardName) { log.debug("released a shard", [.shard: .text(shard.description)]) }
}

extension HostObserver.Count {
    mutating func add(_ batch: BatchReport) {
        records += batch.records
        timers += batch.timers
        outputs += batch.outputs
        deadLetters += batch.deadLetters
        parked += batch.parked
    }
}
