import StreamCore

/// Reads a log beside everybody else: joins nothing, commits nothing, changes nothing.
///
/// All calls come from one thread and may block it. Only committed records are seen.
public protocol LogReader: AnyObject {
    /// The cluster's own id, as in its stores.
    var clusterId: String { get }

    /// Whether a walk gives the records of all partitions in the order in which they were committed. Without it the order is that of
    /// their timestamps, which different machines may have given: within a partition it is sure, between partitions only likely.
    var isInOrderOfCommit: Bool { get }

    /// The names of the topics, in their order.
    var topics: [Topic] { get throws(LogFailure) }

    /// The topics as the log has them, in the order of their names.
    func specs() throws(LogFailure) -> [TopicSpec]

    /// The number of partitions; nil when there is no such topic.
    func partitionCount(of topic: Topic) throws(LogFailure) -> Int?

    /// The first offset that is kept and the one after the last, for each of these that is there.
    func bounds(of partitions: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Bounds]

    /// The first offset of a record that was appended at or after an instant, or the end where there is none, for each of these that is
    /// there.
    func offsets(of partitions: [TopicPartition], since instant: Instant) throws(LogFailure) -> [TopicPartition: Int64]

    /// Records of one partition from `offset` on, at most `recordsMax`; what is before the first that is kept is passed over. `Replay.next`
    /// is where to go on; when it does not grow, there is nothing more.
    func records(_ partition: TopicPartition, from offset: Int64, recordsMax: Int) throws(LogFailure) -> Replay

    /// Reads these topics together, in order of commit or of timestamp (`isInOrderOfCommit`); nil: all topics.
    func walk(_ topics: Set<Topic>?, from start: WalkStart) throws(LogFailure) -> any LogWalk

    /// Reads these topics one partition after the other, with the records of transactions that were aborted or are open, each with what
    /// became of it. A log that keeps only what is committed gives that.
    func attempts(_ topics: Set<Topic>?, from start: WalkStart) throws(LogFailure) -> any AttemptWalk

    /// Messages that were handed in for these topics and that nobody has taken into the log yet. Read before the log is, so that none is
    /// missed in between.
    func waiting(for topics: Set<Topic>) throws(LogFailure) -> [HandedIn]

    /// The groups that have committed offsets, in the order of their names.
    func groups() throws(LogFailure) -> [String]

    /// How far a group has read, in the order of the partitions.
    func lag(group: String) throws(LogFailure) -> [Lag]

    /// The member that reads each partition for a group now, by its instance id; empty where the log does not know.
    func owners(group: String) throws(LogFailure) -> [TopicPartition: String]

    func close()
}

extension LogReader {
    /// The first offset that is kept and the one after the last; nil when there is no such partition.
    public func bounds(of partition: TopicPartition) throws(LogFailure) -> Bounds? { try bounds(of: [partition])[partition] }

    /// Every partition of a topic; empty when there is no such topic.
    public func partitions(of topic: Topic) throws(LogFailure) -> [TopicPartition] {
        (0..<(try partitionCount(of: topic) ?? 0)).map { TopicPartition(topic, $0) }
    }
}

/// A way through several partitions.
public protocol LogWalk: AnyObject {
    /// The next records; none at the end. To follow, call again: what came meanwhile is given then.
    ///
    /// A partition that cannot be read is thrown once (`LogFailure.damagedAt`); then it is left out and the others go on.
    func next(recordsMax: Int) throws(LogFailure) -> [Message]
}

/// A way through several partitions that passes by what was not committed as well.
public protocol AttemptWalk: AnyObject {
    /// The next records, of one partition after the other; none at the end.
    func next(recordsMax: Int) throws(LogFailure) -> [Attempt]
}

/// A record as it was appended, whatever became of it.
public struct Attempt: Sendable {
    public enum Outcome: Hashable, Sendable {
        /// Everyone sees it.
        case committed
        /// Nobody ever sees it.
        case aborted
        /// Its transaction had not ended when it was read.
        case open
    }

    public var message: Message
    public var outcome: Outcome

    public init(message: Message, outcome: Outcome) {
        self.message = message
        self.outcome = outcome
    }
}

/// Where a walk begins, in each partition.
public enum WalkStart: Hashable, Sendable {
    case beginning
    /// Behind what is there now.
    case end
    /// Or behind what is there now, where a partition has not come so far.
    case offset(Int64)
    /// At the first record that was appended at or after it.
    case instant(Instant)
}

/// A message on its way into a log.
public struct HandedIn: Sendable {
    public var topic: Topic
    public var key: Bytes?
    public var headers: Headers
    public var value: Bytes?

    public init(topic: Topic, key: Bytes?, headers: Headers = Headers(), value: Bytes?) {
        self.topic = topic
        self.key = key
        self.headers = headers
        self.value = value
    }
}
