import StreamCore

/// A topic as a log has to have it.
public struct TopicSpec: Hashable, Sendable {
    public var topic: Topic
    /// Fixed for the life of a cluster.
    public var partitions: Int
    /// Whether only the last value of each key is kept.
    public var isCompacted: Bool
    /// How long records are kept, by the machine's clock at their appending; nil: for ever.
    public var retention: Instant.Span?

    public init(_ topic: Topic, partitions: Int, isCompacted: Bool = false, retention: Instant.Span? = nil) {
        self.topic = topic
        self.partitions = partitions
        self.isCompacted = isCompacted
        self.retention = retention
    }
}
