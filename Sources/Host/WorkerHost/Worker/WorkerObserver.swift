import StreamCore
import StreamEngine
import StreamRuntime
import Telemetry

/// Hears one lane of a worker on Kafka: what every lane tells, and how it stands in its group. On the lane's thread.
final class WorkerObserver: LaneObserver {
    private let shared: HostObserver
    private let log: Log
    private let onJoin: () -> Void
    private var assignedAt: Instant.Span?
    /// Whether the group has given the lane its share, even an empty one.
    private(set) var isMember = false

    /// `log` names the instance. `onJoin` is called at every assignment, before a store is opened.
    init(_ shared: HostObserver, log: Log, onJoin: @escaping () -> Void) {
        self.shared = shared
        self.log = log
        self.onJoin = onJoin
    }

    func membershipChanged(_ change: MembershipChange, of worker: String) {
        switch change {
        case .assigned(let partitions, let membership):
            isMember = true
            assignedAt = WallClock.sinceStart
            onJoin()
            log.notice(
                "joined the group",
                [
                    .partitions: .text(Readiness.text(partitions)), .count: .number(partitions.count),
                    .generation: .number(membership.generation),
                ])
        case .revoked(let partitions):
            isMember = false
            // Every partition goes back at each change of the group, most of them come again at once.
            log.notice("gave its partitions back", [.partitions: .text(Readiness.text(partitions))])
        case .lost(let partitions):
            isMember = false
            log.warning(
                "lost its partitions",
                [
                    .partitions: .text(Readiness.text(partitions)),
                    .reason: "the group did not hear from it for the time of a session; what it had not committed is decided elsewhere",
                ])
        }
    }

    func tookOver(_ shard: ShardName, replayed: Int, checksum: UInt64) {
        let since = assignedAt.map { WallClock.sinceStart.milliseconds - $0.milliseconds } ?? 0
        log.info(
            "took a shard over", [.shard: .text(shard.description), .count: .number(replayed), .milliseconds: .number(since)])
    }

    func committed(_ batch: BatchReport) { shared.committed(batch) }
    func deadLettered(_ letter: DeadLetter, by worker: String) { shared.deadLettered(letter, by: worker) }
    func blocked(_ worker: String, reason: String, until: Instant) { shared.blocked(worker, reason: reason, until: until) }
    func goesOn(_ worker: String) { shared.goesOn(worker) }
    func rebuilding(_ shard: ShardName, reason: String) { shared.rebuilding(shard, reason: reason) }
    func alarmed(_ shard: ShardName, reason: String, hint: String) { shared.alarmed(shard, reason: reason, hint: hint) }
    func released(_ shard: ShardName) { shared.released(shard) }
}
