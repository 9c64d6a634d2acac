import StreamCore

/// How far a group has read one partition.
public struct Lag: Hashable, Sendable {
    public var partition: TopicPartition
    /// The next offset that the group reads.
    public var committed: Int64
    /// The offset that the next record gets.
    public var end: Int64
    /// Offsets between the two, also those that compaction has emptied.
    public var behind: Int64 { max(0, end - committed) }

    public init(partition: TopicPartition, committed: Int64, end: Int64) {
        self.partition = partition
        self.committed = committed
        self.end = end
    }
}
