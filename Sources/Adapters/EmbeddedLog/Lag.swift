import StreamCore
import StreamEngine

/// How far a group has read one partition.
public struct Lag: Hashable, Sendable {
    public var partition: TopicPartition
    /// The next offset that the group reads.
    public var committed: Int64
    /// The offset that the next record gets.
    public var end: Int64
    /// Records between the two, those that compaction has removed included.
    public var behind: Int64 { end - committed }

    public init(partition: TopicPartition, committed: Int64, end: Int64) {
        self.partition = partition
        self.committed = committed
        self.end = end
    }

    static func of(_ progress: [Int: Int64], _ parts: [Part]) -> [Lag] {
        progress.map { Lag(partition: parts[$0].place, committed: $1, end: parts[$0].next) }.sorted { $0.partition < $1.partition }
    }
}
