import StreamCore

/// The takeover of a partition: from "it is ours" to "its state is true, decide from here on".
///
/// The order of the steps is a rule of correctness: first the stable committed offsets, which proves that the transactions of whoever
/// had the partition before are over; then the end of the changelog, uncommitted records included; then the replay up to it. What is
/// restored proves itself: `meta.inputNext` must equal the committed offsets and the sum over the rows `meta.checksum`.
public struct Takeover: Sendable {
    public enum Action: Hashable, Sendable {
        case readCommittedOffsets
        case readChangelogBounds
        case replay(from: Int64)
        /// State and group do not agree: read the committed offsets once more before a person is called.
        case confirmOffsets
        /// A transaction of somebody else is open: try the last step again a little later.
        case wait
        /// The store is thrown away, an empty one opened, and the takeover begun again.
        case rebuild(reason: String)
        /// Everything is new: begin at the earliest offset of every input and commit that, with the first `meta`.
        case bootstrap
        /// Decide from these offsets on. Inputs that are missing are new to the worker and begin at their earliest.
        case run(positions: [Topic: Int64])
        /// A person has to look at it.
        case alarm(reason: String, hint: String)
    }

    /// What this shard has to be.
    public struct Expectation: Sendable {
        public var clusterId: String
        public var shard: ShardName
        public var partitionCount: Int
        public var inputs: [Topic]
        public var writerVersion: Int
        public var schemaVersion: Int
        /// A store that was written longer ago may miss deletions that are compacted away: half of `delete.retention.ms`.
        public var storeAgeMax: Instant.Span
        /// Whether the log is a file beside the stores: one that is behind its store was tampered with or restored from a backup.
        public var logIsBeside: Bool

        public init(
            clusterId: String, shard: ShardName, partitionCount: Int, inputs: [Topic], writerVersion: Int, schemaVersion: Int,
            storeAgeMax: Instant.Span, logIsBeside: Bool
        ) {
            self.clusterId = clusterId
            self.shard = shard
            self.partitionCount = partitionCount
            self.inputs = inputs
            self.writerVersion = writerVersion
            self.schemaVersion = schemaVersion
            self.storeAgeMax = storeAgeMax
            self.logIsBeside = logIsBeside
        }
    }

    private enum Step { case beginning, readingOffsets, readingBounds, replaying, confirming, ended }

    public let expectation: Expectation
    private var step = Step.beginning
    private var meta: ShardMeta?
    private var committed: [Topic: Int64] = [:]
    private var next: Int64 = 0
    private var end: Int64 = 0
    private var mismatches = 0
    private var problem: Action?

    public init(_ expectation: Expectation) { self.expectation = expectation }

    /// The store is open. `wallClock` is the machine's clock, not the tick.
    public mutating func begin(meta: ShardMeta?, wallClock: Instant) -> Action {
        self.meta = meta
        if let meta, let verdict = verdict(on: meta, wallClock: wallClock) { return verdict }
        step = .readingOffsets
        return .readCommittedOffsets
    }

    public mutating func offsetsRead(_ offsets: [Topic: Int64]) -> Action {
        precondition(step == .readingOffsets, "\(expectation.shard): offsets were not asked for")
        committed = offsets
        step = .readingBounds
        return .readChangelogBounds
    }

    public mutating func boundsRead(_ bounds: Bounds) -> Action {
        precondition(step == .readingBounds, "\(expectation.shard): bounds were not asked for")
        end = bounds.end
        if let meta, meta.changelogNext > bounds.end { return storeIsAhead(by: meta.changelogNext - bounds.end) }
        next = max(meta?.changelogNext ?? bounds.earliest, bounds.earliest)
        step = .replaying
        return .replay(from: next)
    }

    /// Some of the changelog was applied: `next` is where to go on, `meta` the last one that it held.
    public mutating func replayed(next: Int64, meta: ShardMeta?) -> Action {
        precondition(step == .replaying, "\(expectation.shard): no replay was asked for")
        if let meta { self.meta = meta }
        guard next > self.next || self.next >= end else { return .wait }
        self.next = next
        return .replay(from: next)
    }

    /// Whether the changelog has been read to the end it had, so that `verify` is next.
    public var isReplayComplete: Bool { step == .replaying && next >= end }

    /// `checksum` is the sum over the rows that are now in the store.
    public mutating func verify(checksum: UInt64) -> Action {
        precondition(isReplayComplete, "\(expectation.shard): the replay is not complete")
        step = .ended
        guard let meta else {
            guard committed.isEmpty else {
                return confirm(
                    .alarm(
                        reason: "\(expectation.shard): the group has committed offsets, but its changelog holds no state",
                        hint:
                            "restore topic \(expectation.shard.worker).changelog.v1, or delete the group's offsets to begin anew from the earliest input"
                    ))
            }
            return .bootstrap
        }
        if meta.writerVersion > expectation.writerVersion { return newerWriter(meta) }
        guard checksum == meta.checksum else { return doesNotAddUp(meta) }
        if let problem = disagreement(meta) { return confirm(problem) }
        return .run(positions: meta.inputNext.filter { expectation.inputs.contains($0.key) })
    }

    /// Somebody else may have had the partition while this process stood still between two steps: then the offsets have moved since,
    /// and everything begins again. Only when they have not is it true that state and group disagree.
    private mutating func confirm(_ problem: Action) -> Action {
        step = .confirming
        self.problem = problem
        return .confirmOffsets
    }

    public mutating func offsetsConfirmed(_ offsets: [Topic: Int64]) -> Action {
        guard step == .confirming, let problem else { preconditionFailure("\(expectation.shard): no confirmation was asked for") }
        step = .ended
        return offsets == committed ? problem : .wait
    }

    /// Inputs that the group has no offset for: they are new to the worker, or the log has forgotten what the group had committed. All of
    /// them are committed with the next transaction, so that the next takeover finds either all of them or none.
    public var uncommitted: Set<Topic> { Set(expectation.inputs.filter { committed[$0] == nil }) }

    /// The new meta offsets of the replay, for the store's own copy.
    public var restoredMeta: ShardMeta? {
        guard var meta else { return nil }
        meta.changelogNext = max(next, meta.changelogNext)
        return meta
    }

    // MARK: - Rules

    private mutating func verdict(on meta: ShardMeta, wallClock: Instant) -> Action? {
        let shard = expectation.shard
        if meta.writerVersion > expectation.writerVersion { return newerWriter(meta) }
        if meta.clusterId != expectation.clusterId {
            return rebuild("\(shard): the store belongs to cluster \(meta.clusterId), this is \(expectation.clusterId)")
        }
        if meta.worker != shard.worker || meta.partition != shard.partition {
            return rebuild("\(shard): the store is that of \(meta.worker)/\(meta.partition)")
        }
        if meta.partitionCount != expectation.partitionCount {
            return rebuild("\(shard): the store is of \(meta.partitionCount) partitions, the topics have \(expectation.partitionCount)")
        }
        if meta.schemaVersion != expectation.schemaVersion {
            return rebuild("\(shard): the store has schema \(meta.schemaVersion), this worker \(expectation.schemaVersion)")
        }
        if wallClock - meta.writtenAt > expectation.storeAgeMax {
            return rebuild("\(shard): the store was last written at \(meta.writtenAt), deletions may be compacted away since")
        }
        return nil
    }

    private func newerWriter(_ meta: ShardMeta) -> Action {
        .alarm(
            reason:
                "\(expectation.shard): the state was written by version \(meta.writerVersion), this worker is \(expectation.writerVersion)",
            hint: "start the newer version; an older one does not take over its state")
    }

    private mutating func storeIsAhead(by count: Int64) -> Action {
        let reason = "\(expectation.shard): the store is \(count) records ahead of its changelog"
        guard expectation.logIsBeside else { return rebuild(reason) }
        return .alarm(
            reason: reason,
            hint: "the log was replaced by an older copy: put the newer log back, or move the folder stores away to rebuild from this log")
    }

    /// The store may be damaged; then its changelog tells. A changelog that was compacted while it was read may hold the end of a row
    /// no more whose beginning had been read already: it is read once more. After that it is damaged itself.
    private mutating func doesNotAddUp(_ meta: ShardMeta) -> Action {
        let reason = "\(expectation.shard): the rows do not add up to the checksum of transaction \(meta.sequence)"
        mismatches += 1
        guard mismatches <= 2 else {
            return .alarm(
                reason: reason + "; rebuilding it did not help", hint: "the changelog itself is damaged: restore it from a replica")
        }
        return rebuild(reason)
    }

    private mutating func rebuild(_ reason: String) -> Action {
        step = .ended
        meta = nil
        return .rebuild(reason: reason)
    }

    private func disagreement(_ meta: ShardMeta) -> Action? {
        guard !committed.isEmpty else { return nil }
        for topic in expectation.inputs {
            guard committed[topic] != meta.inputNext[topic] else { continue }
            let stored = meta.inputNext[topic].map(String.init) ?? "none"
            let group = committed[topic].map(String.init) ?? "none"
            return .alarm(
                reason:
                    "\(expectation.shard): state and group disagree about \(topic): next offset \(stored) in the state, \(group) in the group",
                hint: "somebody moved the group's offsets, or the changelog lost records: set the group's offset back to \(stored)")
        }
        return nil
    }
}
