import StreamCore

/// One lane's connection to a log: a member of its worker's group that reads partitions and commits transactions.
///
/// All calls come from one thread and may block it. What a call throws says what to do (`LogFailure.Kind`).
/// Readers see committed records only, unless a call says otherwise. Every implementation passes `RecordLogConformance`.
public protocol RecordLog: AnyObject {
    /// The cluster's own id; a store of another cluster is refused.
    var clusterId: String { get }

    /// How many partitions a topic has; nil when there is no such topic.
    func partitionCount(of topic: Topic) throws(LogFailure) -> Int?

    /// What happened since the last call: changes of membership first, then records of started partitions, of each partition in
    /// the order of its offsets. Returns at once when there is something, else after `wait` at the latest.
    func poll(recordsMax: Int, wait: Instant.Span) throws(LogFailure) -> Poll

    /// Begins to deliver the records of these partitions from these offsets on. Only partitions that are assigned.
    func start(_ positions: [TopicPartition: Int64]) throws(LogFailure)

    /// Ends the delivery of these partitions; what was fetched of them is forgotten. Unknown ones are ignored.
    func stop(_ partitions: [TopicPartition])

    /// The group's committed offsets (next to read) once no open transaction can change them; partitions without one are absent.
    /// Throws `.retriable` while a transaction that touches them is open.
    func committedOffsets(_ partitions: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Int64]

    /// The first offset that is kept, and the one after the last that was appended, whether committed or not.
    func bounds(of partition: TopicPartition) throws(LogFailure) -> Bounds

    /// Committed records from `offset` on, at most `recordsMax`, without joining anything. `Replay.next` is where to go on; when it
    /// does not grow although it is below the end, an open transaction stands in the way.
    func replay(_ partition: TopicPartition, from offset: Int64, recordsMax: Int) throws(LogFailure) -> Replay

    /// Appends all records and stores all offsets, or nothing. `membership` is the token of the assignment under which the inputs were
    /// read: an older one is `.fenced`. Anything but success leaves the outcome unknown until `renew` and `committedOffsets` have answered.
    func commit(_ transaction: Transaction) throws(LogFailure) -> Receipt

    /// A new producer epoch: afterwards no earlier transaction of this lane can still become committed.
    func renew() throws(LogFailure)

    /// Leaves the group. Nothing is committed by it.
    func close()
}

/// What a lane is told by its log.
public struct Poll: Sendable {
    public var membership: [MembershipChange]
    public var messages: [Message]
    /// Where reading has got to, for partitions in which it passed something that is no record (markers, aborted records).
    public var positions: [TopicPartition: Int64]
    public init(membership: [MembershipChange] = [], messages: [Message] = [], positions: [TopicPartition: Int64] = [:]) {
        self.membership = membership
        self.messages = messages
        self.positions = positions
    }
}

/// A partition number stands for that partition of all inputs.
public enum MembershipChange: Hashable, Sendable {
    case assigned([Int], Membership)
    /// May still commit until the next `poll`.
    case revoked([Int])
    /// Somebody else may have them already: must not commit.
    case lost([Int])
}

/// The group's generation under which partitions were assigned.
public struct Membership: Hashable, Sendable {
    public var generation: Int64
    /// Tells apart those who had the same place in the same generation: a static member that came back is another one. Zero where
    /// every member has a generation of its own.
    public var incarnation: UInt64
    public init(generation: Int64, incarnation: UInt64 = 0) {
        self.generation = generation
        self.incarnation = incarnation
    }
}

public struct Bounds: Hashable, Sendable {
    public var earliest: Int64
    public var end: Int64
    public init(earliest: Int64, end: Int64) {
        self.earliest = earliest
        self.end = end
    }
}

public struct Replay: Sendable {
    public var messages: [Message]
    public var next: Int64
    public init(messages: [Message], next: Int64) {
        self.messages = messages
        self.next = next
    }
}

/// A record to append.
public struct Append: Sendable {
    public var to: TopicPartition
    public var key: Bytes?
    public var value: Bytes?
    public var headers: Headers
    public var timestamp: Instant
    public init(to: TopicPartition, key: Bytes?, value: Bytes?, headers: Headers = Headers(), timestamp: Instant) {
        self.to = to
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }
}

public struct Transaction: Sendable {
    public var membership: Membership
    /// Appended in this order within each partition.
    public var records: [Append]
    /// The next offset to read, of at least one input partition: that is what fences a zombie.
    public var offsets: [TopicPartition: Int64]
    public init(membership: Membership, records: [Append] = [], offsets: [TopicPartition: Int64] = [:]) {
        self.membership = membership
        self.records = records
        self.offsets = offsets
    }
}

/// The proof of a commit.
public struct Receipt: Sendable {
    /// For partitions that were appended to: the offset after the last record, or less where the log cannot say. Older is safe.
    public var next: [TopicPartition: Int64]
    public init(next: [TopicPartition: Int64]) { self.next = next }
}

/// A log that did not do what it was asked.
public struct LogFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// Nothing happened; the same call may be made again.
        case retriable
        /// It may have happened. Renew, read the committed offsets, go on from there.
        case unclean
        /// Somebody else has our place. Nothing of ours was committed.
        case fenced
        /// This process cannot go on.
        case fatal
        /// The process ends here, as by kill -9. Only a simulation throws it.
        case crash
    }
    public var kind: Kind
    public var reason: String
    public var hint: String
    /// The one partition that cannot be read; nil where it concerns the whole connection. The others go on.
    public var damagedAt: TopicPartition?
    public init(_ kind: Kind, _ reason: String, hint: String = "", damagedAt: TopicPartition? = nil) {
        self.kind = kind
        self.reason = reason
        self.hint = hint
        self.damagedAt = damagedAt
    }
    public var description: String { hint.isEmpty ? reason : "\(reason); \(hint)" }
}
