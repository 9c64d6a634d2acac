import StreamCore
import StreamEngine

/// A log that hands out what it was given and forgets what it is told: what is left is the cost of engine, worker and store.
final class FeedLog: RecordLog {
    let clusterId = "feed"
    private let partitions: Int
    private let messages: [Message]
    private var next = 0
    private var ends: [TopicPartition: Int64] = [:]
    private var offsets: [TopicPartition: Int64] = [:]
    private var isAssigned = false
    /// What it was told, for the eye.
    private(set) var appended = 0
    private(set) var bytes = 0

    /// `messages` in the order in which they are handed out, of each partition by offset.
    init(partitions: Int, _ messages: [Message]) {
        self.partitions = partitions
        self.messages = messages
    }

    func partitionCount(of topic: Topic) throws(LogFailure) -> Int? { partitions }

    func poll(recordsMax: Int, wait: Instant.Span) throws(LogFailure) -> Poll {
        guard isAssigned else {
            isAssigned = true
            return Poll(membership: [.assigned(Array(0..<partitions), Membership(generation: 1))])
        }
        guard !ends.isEmpty else { return Poll() }
        let end = min(messages.count, next + recordsMax)
        defer { next = end }
        return Poll(messages: Array(messages[next..<end]))
    }

    func start(_ positions: [TopicPartition: Int64]) throws(LogFailure) {
        for (partition, position) in positions { ends[partition] = position }
    }

    func stop(_ partitions: [TopicPartition]) {}

    func committedOffsets(_ partitions: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Int64] {
        offsets.filter { partitions.contains($0.key) }
    }

    func bounds(of partition: TopicPartition) throws(LogFailure) -> Bounds { Bounds(earliest: 0, end: ends[partition] ?? 0) }

    func replay(_ partition: TopicPartition, from offset: Int64, recordsMax: Int) throws(LogFailure) -> Replay {
        Replay(messages: [], next: offset)
    }

    func commit(_ transaction: Transaction) throws(LogFailure) -> Receipt {
        appended += transaction.records.count
        for record in transaction.records {
            ends[record.to, default: 0] += 1
            bytes += (record.key?.count ?? 0) + (record.value?.count ?? 0) + record.headers.encoded.count
        }
        offsets.merge(transaction.offsets) { $1 }
        return Receipt(next: ends)
    }

    func renew() throws(LogFailure) {}
    func close() {}
}
