import StreamCore
import StreamEngine
import StreamRuntime
import Telemetry

/// Turns what lanes do into log lines and metrics, and keeps what a summary needs.
public final class HostObserver: LaneObserver {
    public struct Count: Sendable {
        public var records = 0
        public var timers = 0
        public var outputs = 0
        public var deadLetters = 0
        public var parked = 0
    }

    /// By worker, since the process began.
    public private(set) var counts: [String: Count] = [:]
    public private(set) var alarms: [String] = []
    /// Called after each transaction.
    public var onCommit: () -> Void = {}

    private let log: Log
    private let metrics: Metrics
    private var lastReason: [String: String] = [:]

    public init(log: Log, metrics: Metrics) {
        self.log = log
        self.metrics = metrics
    }

    public var recordCount: Int { counts.values.reduce(0) { $0 + $1.records } }
    public var timerCount: Int { counts.values.reduce(0) { $0 + $1.timers } }

    public func tookOver(_ shard: ShardName, replayed: Int, checksum: UInt64) {
        log.info("took a shard over", [.shard: .text(shard.description), .count: .number(replayed)])
    }

    public func committed(_ batch: BatchReport) {
        var count = counts[batch.worker] ?? Count()
        count.records += batch.records
        count.timers += batch.timers
        count.outputs += batch.outputs
        count.deadLetters += batch.deadLetters
        count.parked += batch.parked
        counts[batch.worker] = count
        if lastReason.removeValue(forKey: batch.worker) != nil { log.notice("goes on", [.worker: .text(batch.worker)]) }
        metrics.counter("chengxin_records_total", help: "Records decided.", labels: ["worker": batch.worker]).add(batch.records)
        metrics.counter("chengxin_timers_total", help: "Timers fired.", labels: ["worker": batch.worker]).add(batch.timers)
        metrics.counter("chengxin_outputs_total", help: "Messages written.", labels: ["worker": batch.worker]).add(batch.outputs)
        metrics.counter("chengxin_dead_letters_total", help: "Dead letters written.", labels: ["worker": batch.worker]).add(
            batch.deadLetters)
        metrics.counter("chengxin_transactions_total", help: "Transactions committed.", labels: ["worker": batch.worker]).add()
        onCommit()
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
        guard lastReason.updateValue(reason, forKey: worker) != reason else { return }
        log.warning("waits", [.worker: .text(worker), .reason: .text(reason)])
    }

    public func rebuilding(_ shard: ShardName, reason: String) {
        log.warning("a store is thrown away and rebuilt from its changelog", [.shard: .text(shard.description), .reason: .text(reason)])
    }

    public func alarmed(_ shard: ShardName, reason: String, hint: String) {
        alarms.append("\(shard): \(reason)" + (hint.isEmpty ? "" : "; \(hint)"))
        log.error(
            "a shard stands still until somebody looks", [.shard: .text(shard.description), .reason: .text(reason), .hint: .text(hint)])
    }

    public func released(_ shard: ShardName) { log.debug("released a shard", [.shard: .text(shard.description)]) }
}
