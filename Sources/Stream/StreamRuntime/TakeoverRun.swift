import StreamCore
import StreamEngine

/// Carries out one shard's takeover: does what the machine says until the shard runs, waits, or needs a person. Between two pages of a
/// replay it may be put aside, and goes on at the lane's next step.
struct TakeoverRun {
    // The lane owns the shard, which keeps this while it is put aside.
    private unowned let lane: Lane
    private unowned let shard: Shard
    private var takeover: Takeover
    private var replay: ReplayInto
    /// What the machine said last; nil before its first step.
    private var action: Takeover.Action?
    /// How often it was put aside.
    private(set) var slices = 0

    init(lane: Lane, shard: Shard, takeover: Takeover) {
        self.lane = lane
        self.shard = shard
        self.takeover = takeover
        replay = ReplayInto(shard: shard, isFresh: shard.store.meta == nil, pageRows: lane.options.pageRows)
    }

    func run(now: Instant, isOver: () -> Bool) throws {
        var run = self
        try run.perform(now, isOver)
    }

    private mutating func perform(_ now: Instant, _ isOver: () -> Bool) throws {
        // A step that had to wait begins anew: all of it is idempotent, and the store knows how far it is.
        var action = self.action ?? takeover.begin(meta: shard.store.meta, wallClock: lane.machineClock())
        while true {
            switch action {
            case .readCommittedOffsets:
                action = takeover.offsetsRead(try committedOffsets())
            case .confirmOffsets:
                action = takeover.offsetsConfirmed(try committedOffsets())
            case .readChangelogBounds:
                action = takeover.boundsRead(try lane.log.bounds(of: shard.changelog))
            case .replay(let from):
                action = try advance(from)
                if case .replay = action, isOver() {
                    self.action = action
                    slices += 1
                    shard.suspended = self
                    return
                }
            case .wait:
                shard.life.restart(Takeover(expectation), notBefore: now + lane.options.backoff.first)
                return
            case .rebuild(let reason):
                lane.observer.rebuilding(shard.name, reason: reason)
                shard.store.close()
                try lane.stores.discard(shard.name)
                shard.replace(store: try lane.stores.open(shard.name))
                replay = ReplayInto(shard: shard, isFresh: true, pageRows: lane.options.pageRows)
                action = takeover.begin(meta: nil, wallClock: lane.machineClock())
            case .bootstrap:
                return try begin(positions: [:], replayed: 0, checksum: 0)
            case .run(let positions):
                return try begin(positions: positions, replayed: replay.count, checksum: replay.checksum)
            case .alarm(let reason, let hint):
                shard.life.alarm(reason: reason, hint: hint)
                lane.observer.alarmed(shard.name, reason: reason, hint: hint)
                return
            }
        }
    }

    private var expectation: Takeover.Expectation { takeover.expectation }

    private func committedOffsets() throws(LogFailure) -> [Topic: Int64] {
        let partitions = lane.topology.allInputs.map { TopicPartition($0, shard.name.partition) }
        var offsets: [Topic: Int64] = [:]
        for (partition, next) in try lane.log.committedOffsets(partitions) { offsets[partition.topic] = next }
        return offsets
    }

    private mutating func advance(_ from: Int64) throws -> Takeover.Action {
        guard !takeover.isReplayComplete else {
            try replay.finish(meta: takeover.restoredMeta)
            return takeover.verify(checksum: replay.checksum)
        }
        let page = try lane.log.replay(shard.changelog, from: from, recordsMax: lane.options.pageRows)
        let meta = try replay.apply(page)
        return takeover.replayed(next: page.next, meta: meta)
    }

    private func begin(positions: [Topic: Int64], replayed: Int, checksum: UInt64) throws {
        var positions = positions
        for topic in lane.topology.allInputs where positions[topic] == nil {
            positions[topic] = try lane.log.bounds(of: TopicPartition(topic, shard.name.partition)).earliest
        }
        let meta = takeover.restoredMeta ?? shard.meta
        try shard.begin(meta: meta, positions: positions, new: takeover.uncommitted)
        var starts: [TopicPartition: Int64] = [:]
        for (topic, next) in positions { starts[TopicPartition(topic, shard.name.partition)] = next }
        try lane.log.start(starts)
        shard.life.tookOver()
        lane.observer.tookOver(shard.name, replayed: replayed, checksum: checksum)
    }
}

/// Puts a replay into a store and keeps the sum over its rows.
///
/// A fresh store is loaded in bulk and summed at the end; one that only lacks the tail is changed row by row, so that its sum follows.
private struct ReplayInto {
    unowned let shard: Shard
    let isFresh: Bool
    let pageRows: Int
    private(set) var count = 0
    private(set) var checksum: UInt64

    init(shard: Shard, isFresh: Bool, pageRows: Int) {
        self.shard = shard
        self.isFresh = isFresh
        self.pageRows = pageRows
        checksum = shard.store.meta?.checksum ?? 0
    }

    /// Applies a page. Returns the last meta that it holds.
    mutating func apply(_ page: Replay) throws -> ShardMeta? {
        var changes: [Change] = []
        changes.reserveCapacity(page.messages.count)
        var meta: ShardMeta?
        // Should the takeover be interrupted, the last meta is read again: nothing else knows what it says.
        var next = page.next
        for message in page.messages {
            switch try Changelog.entry(message) {
            case .row(let change): changes.append(change)
            case .meta(let found):
                meta = found
                next = message.offset
            }
        }
        count += page.messages.count
        guard !changes.isEmpty || meta != nil else { return nil }
        if isFresh {
            try shard.store.load(changes)
        } else {
            try applyToStore(changes, next: next)
        }
        return meta
    }

    private mutating func applyToStore(_ changes: [Change], next: Int64) throws(StoreFailure) {
        var last: [Overlay.RowKey: Change] = [:]
        for change in changes { last[Overlay.RowKey(table: change.table, key: ByteKey(change.key))] = change }
        var sorted: [Change] = []
        sorted.reserveCapacity(last.count)
        for row in last.keys.sorted() {
            guard let change = last[row] else { continue }
            if let old = try shard.store.read(change.table, change.key) { checksum &-= RowSum.hash(change.table, change.key, old) }
            if let value = change.payload { checksum &+= RowSum.hash(change.table, change.key, value) }
            sorted.append(change)
        }
        guard var meta = shard.store.meta else { return }
        meta.changelogNext = next
        meta.checksum = checksum
        try shard.store.commit(sorted, meta)
    }

    /// The replay is complete: the store gets the meta it has proven, or is about to be judged by.
    mutating func finish(meta: ShardMeta?) throws {
        guard var meta, count > 0 else { return }
        if isFresh {
            try shard.store.commit([], meta)
            checksum = try sum()
            return
        }
        // What the rows add up to, not what they should: the takeover compares the two.
        meta.checksum = checksum
        try shard.store.commit([], meta)
    }

    private func sum() throws(StoreFailure) -> UInt64 {
        var sum: UInt64 = 0
        for table in UInt8.min...EngineTables.parked {
            var from = Bytes()
            while true {
                let page = try shard.store.scan(table, from: from, upTo: nil, limit: pageRows)
                for row in page { sum &+= RowSum.hash(table, row.key, row.value) }
                guard page.count == pageRows, let last = page.last else { break }
                from = last.key + [0]
            }
        }
        return sum
    }
}
