import StreamCore

/// What one shard of a worker remembers: rows by table and key, and the place in its changelog up to which they are true.
///
/// One thread uses it. Values are what the changelog holds, sealed where the worker seals. Every implementation passes
/// `StateStoreConformance`.
public protocol StateStore: AnyObject {
    /// As of the last commit; nil in a store that is new.
    var meta: ShardMeta? { get }

    /// The row's value. Throws `.damaged` when it is not what was written.
    func read(_ table: UInt8, _ key: Bytes) throws(StoreFailure) -> Bytes?

    /// Rows in the order of their keys, from `from` (inclusive) up to `upTo` (exclusive; nil: the table's end), at most `limit`.
    func scan(_ table: UInt8, from: Bytes, upTo: Bytes?, limit: Int) throws(StoreFailure) -> [(key: Bytes, value: Bytes)]

    /// Writes changes, which are sorted by table and key and name each row once, and `meta`: all or nothing. Afterwards a kill of the
    /// process loses none of it; a loss of power may lose the last commits, never one in between.
    func commit(_ changes: [Change], _ meta: ShardMeta) throws(StoreFailure)

    /// Takes changes of a replay in their order, as fast as it can. They count from the `commit` that follows, with no changes of its own;
    /// a process that ends before leaves a store without meta.
    func load(_ changes: [Change]) throws(StoreFailure)

    /// Makes the files small and safe, when there is nothing else to do. Cheap when there is nothing to be done.
    func tidy() throws(StoreFailure)

    func close()
}

/// Where the stores of a process are.
public protocol StoreProvider: AnyObject {
    /// Opens the shard's store, an empty one where there is none. Throws `.damaged` for one that fails its checks, `.locked` when
    /// another process has it.
    func open(_ shard: ShardName) throws(StoreFailure) -> any StateStore

    /// Throws the shard's store away, so that the next `open` gives an empty one.
    func discard(_ shard: ShardName) throws(StoreFailure)
}

/// One partition of one worker.
public struct ShardName: Hashable, Sendable, CustomStringConvertible {
    public var worker: String
    public var partition: Int
    public init(worker: String, partition: Int) {
        self.worker = worker
        self.partition = partition
    }
    public var description: String { "\(worker)/\(partition)" }
}

/// What a store knows of itself, and what the `meta` record at the end of each changelog transaction says.
public struct ShardMeta: Hashable, Sendable {
    public var clusterId: String
    public var worker: String
    public var partition: Int
    public var partitionCount: Int
    /// Changelog records below this offset are in the store. Not in the changelog's own copy.
    public var changelogNext: Int64
    /// For each input topic the next offset to decide.
    public var inputNext: [Topic: Int64]
    public var tick: Instant
    /// Counts the shard's transactions.
    public var sequence: Int64
    /// The order-free sum over all rows (`RowSum`).
    public var checksum: UInt64
    public var writerVersion: Int
    public var schemaVersion: Int
    /// The machine's wall clock at the commit, for judging the store's age; never the tick.
    public var writtenAt: Instant

    public init(
        clusterId: String, worker: String, partition: Int, partitionCount: Int, changelogNext: Int64 = 0, inputNext: [Topic: Int64] = [:],
        tick: Instant = Instant(milliseconds: 0), sequence: Int64 = 0, checksum: UInt64 = 0, writerVersion: Int = 1,
        schemaVersion: Int = 1, writtenAt: Instant = Instant(milliseconds: 0)
    ) {
        self.clusterId = clusterId
        self.worker = worker
        self.partition = partition
        self.partitionCount = partitionCount
        self.changelogNext = changelogNext
        self.inputNext = inputNext
        self.tick = tick
        self.sequence = sequence
        self.checksum = checksum
        self.writerVersion = writerVersion
        self.schemaVersion = schemaVersion
        self.writtenAt = writtenAt
    }
}

/// A store that did not do what it was asked.
public struct StoreFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// No space, or a passing error: keep what is in memory, try again.
        case retriable
        /// The store is not to be trusted: throw it away and rebuild it.
        case damaged
        /// Another process has it.
        case locked
        /// This process cannot use it (rights, path).
        case fatal
        /// The process ends here, as by kill -9. Only a simulation throws it.
        case crash
    }
    public var kind: Kind
    public var reason: String
    public var hint: String
    public init(_ kind: Kind, _ reason: String, hint: String = "") {
        self.kind = kind
        self.reason = reason
        self.hint = hint
    }
    public var description: String { hint.isEmpty ? reason : "\(reason); \(hint)" }
}
