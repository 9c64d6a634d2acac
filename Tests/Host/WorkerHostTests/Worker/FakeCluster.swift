import Foundation
import StreamCore
import StreamEngine
import StreamSimulation
import StreamTestKit
import Synchronization

@testable import WorkerHost

/// A cluster: its topics as the test says, its members on a simulated broker.
///
/// `@unchecked Sendable`: the test changes it only before lanes start and after they have ended, and lanes take turns with the broker.
final class FakeCluster: WorkerCluster, @unchecked Sendable {
    static let id = "cluster-1"
    var clusterId = FakeCluster.id
    var counts: [Topic: Int] = [:]
    var changelog: [String: String]? = ["cleanup.policy": "compact", "delete.retention.ms": "604800000"]
    var memberFailure: LogFailure?
    let simulated: SimulatedCluster
    let members = Mutex(0)
    let isClosed = Mutex(false)
    /// The simulated broker is made for one thread.
    let turn = NSLock()
    let commits = Mutex(0)
    /// What the member's next poll says.
    let pollFailure = Mutex<LogFailure?>(nil)

    init(partitions: Int = 2) {
        let topology = TallyWorker().topology
        let topics = topology.allInputs + topology.outputs + [topology.deadLetters]
        simulated = SimulatedCluster(
            seed: 1, start: WallClock.now, partitionCount: partitions,
            topics: topics.map { SimulatedTopic($0) } + [SimulatedTopic(topology.changelog, isCompacted: true)])
        simulated.movesClockWhenIdle = true
        for topic in topics + [topology.changelog] { counts[topic] = partitions }
    }

    func partitionCounts() throws(LogFailure) -> [Topic: Int] { counts }

    func settings(of topic: Topic) throws(LogFailure) -> [String: String] {
        guard let changelog else { throw LogFailure(.fatal, "not allowed to ask") }
        return changelog
    }

    func member(of group: String, instance: String, topics: [Topic]) throws(LogFailure) -> any RecordLog {
        members.withLock { $0 += 1 }
        if let memberFailure { throw memberFailure }
        return WatchedLog(
            turn.withLock {
                simulated.connect(group: group, instance: instance, topics: topics, process: SimulatedProcess(name: instance))
            }, self)
    }

    func close() { isClosed.withLock { $0 = true } }
}

/// Counts what a lane commits, and fails when the test says so.
private final class WatchedLog: RecordLog {
    private let log: any RecordLog
    private let cluster: FakeCluster

    init(_ log: any RecordLog, _ cluster: FakeCluster) {
        self.log = log
        self.cluster = cluster
    }

    /// One call to the broker, while nobody else makes one.
    private func ask<Answer>(_ call: (any RecordLog) throws(LogFailure) -> Answer) throws(LogFailure) -> Answer {
        cluster.turn.lock()
        defer { cluster.turn.unlock() }
        return try call(log)
    }

    var clusterId: String { cluster.clusterId }
    func partitionCount(of topic: Topic) throws(LogFailure) -> Int? {
        try ask { log throws(LogFailure) in try log.partitionCount(of: topic) }
    }
    func poll(recordsMax: Int, wait: Instant.Span) throws(LogFailure) -> Poll {
        if let failure = cluster.pollFailure.withLock({ $0.take() }) { throw failure }
        return try ask { log throws(LogFailure) in try log.poll(recordsMax: recordsMax, wait: wait) }
    }
    func start(_ positions: [TopicPartition: Int64]) throws(LogFailure) {
        try ask { log throws(LogFailure) in try log.start(positions) }
    }
    func stop(_ partitions: [TopicPartition]) { cluster.turn.withLock { log.stop(partitions) } }
    func committedOffsets(_ partitions: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Int64] {
        try ask { log throws(LogFailure) in try log.committedOffsets(partitions) }
    }
    func bounds(of partition: TopicPartition) throws(LogFailure) -> Bounds {
        try ask { log throws(LogFailure) in try log.bounds(of: partition) }
    }
    func replay(_ partition: TopicPartition, from offset: Int64, recordsMax: Int) throws(LogFailure) -> Replay {
        try ask { log throws(LogFailure) in try log.replay(partition, from: offset, recordsMax: recordsMax) }
    }
    func commit(_ transaction: Transaction) throws(LogFailure) -> Receipt {
        let receipt = try ask { log throws(LogFailure) in try log.commit(transaction) }
        cluster.commits.withLock { $0 += 1 }
        return receipt
    }
    func renew() throws(LogFailure) { try ask { log throws(LogFailure) in try log.renew() } }
    func close() { cluster.turn.withLock { log.close() } }
}
