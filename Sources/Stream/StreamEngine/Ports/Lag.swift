import StreamCore

/// How far a group has read one partition.
public struct Lag: Hashable, Sendable {
    public var partition: TopicPartition
    /// The next offset that the group reads.
    public var committed: Int64
    /// The offset that the next record gets.
    public var end: Int64
    /// Records between the two, as far as anyone knows: offsets without a record count where they are too many to be looked at.
    public var behind: Int64

    /// `behind`: all offsets between the two unless given.
    public init(partition: TopicPartition, committed: Int64, end: Int64, behind: Int64? = nil) {
        self.partition = partition
        self.committed = committed
        self.end = end
        self.behind = behind ?? max(0, end - committed)
    }
}
