import StreamCore
import StreamEngine

/// The stores that one process has open on its machine's disk.
public final class SimulatedStores: StoreProvider {
    let disk: SimulatedDisk
    let process: SimulatedProcess
    weak var troubles: (any TroubleMaker)?
    let clock: () -> Instant

    public init(
        disk: SimulatedDisk, process: SimulatedProcess, troubles: (any TroubleMaker)? = nil, clock: @escaping () -> Instant
    ) {
        self.disk = disk
        self.process = process
        self.troubles = troubles
        self.clock = clock
    }

    public func open(_ shard: ShardName) throws(StoreFailure) -> any StateStore {
        let isCrashing = try check(.storeOpen)
        try checkIsFree(shard)
        if disk.shards[shard]?.isBroken == true {
            throw StoreFailure(.damaged, "the store of \(shard) is malformed", hint: "discard the store")
        }
        if disk.shards[shard]?.isLoading == true { disk.shards[shard] = nil }
        disk.shards[shard, default: SimulatedDisk.Shard()].openedBy = process
        if isCrashing { throw crash(.storeOpen) }
        return SimulatedStore(stores: self, shard: shard)
    }

    public func discard(_ shard: ShardName) throws(StoreFailure) {
        let isCrashing = try check(.storeDiscard)
        try checkIsFree(shard)
        disk.shards[shard] = nil
        if isCrashing { throw crash(.storeDiscard) }
    }

    private func checkIsFree(_ shard: ShardName) throws(StoreFailure) {
        guard let owner = disk.shards[shard]?.openedBy, owner.state != .ended else { return }
        throw StoreFailure(.locked, "\(owner.name) has the store of \(shard)")
    }

    /// True when the process is to end right after the call took effect.
    func check(_ call: PortCall) throws(StoreFailure) -> Bool {
        guard process.state != .ended else { throw StoreFailure(.crash, "\(process.name) has ended") }
        let isWriting = call == .storeCommit || call == .storeLoad
        if isWriting, let until = disk.fullUntil {
            if clock() < until { throw StoreFailure(.retriable, "no space left on \(disk.name)", hint: "make room") }
            disk.fullUntil = nil
        }
        guard let troubles else { return false }
        switch troubles.trouble(at: call, of: process) {
        case .none, .lostBefore, .lostAfter, .late: return false
        case .refused: throw StoreFailure(.retriable, "input/output error at \(call.rawValue)", hint: "try again")
        case .crashBefore: throw crash(call)
        case .crashAfter: return true
        case .pause(let span):
            troubles.letOthersRun(for: span, while: process)
            if process.state == .ended { throw crash(call) }
            return false
        }
    }

    func crash(_ call: PortCall) -> StoreFailure {
        process.state = .ended
        return StoreFailure(.crash, "killed at \(call.rawValue)")
    }
}

/// One shard's store on a simulated disk.
public final class SimulatedStore: StateStore {
    private let stores: SimulatedStores
    private let shard: ShardName
    private var isOpen = true

    init(stores: SimulatedStores, shard: ShardName) {
        self.stores = stores
        self.shard = shard
    }

    public var meta: ShardMeta? { stores.disk.shards[shard]?.meta }

    private func check(_ call: PortCall) throws(StoreFailure) -> Bool {
        guard isOpen else { throw StoreFailure(.fatal, "the store of \(shard) is closed") }
        return try stores.check(call)
    }

    public func read(_ table: UInt8, _ key: Bytes) throws(StoreFailure) -> Bytes? {
        _ = try check(.storeRead)
        guard let row = stores.disk.shards[shard]?.tables[table]?[ByteKey(key)] else { return nil }
        return try proved(row, table, key)
    }

    private func proved(_ row: SimulatedDisk.Row, _ table: UInt8, _ key: Bytes) throws(StoreFailure) -> Bytes {
        guard RowSum.hash(table, key, row.value) == row.hash else {
            throw StoreFailure(.damaged, "a row of table \(table) of \(shard) is not what was written", hint: "discard the store")
        }
        return row.value
    }

    public func scan(
        _ table: UInt8, from: Bytes, upTo: Bytes?, limit: Int
    ) throws(StoreFailure) -> [(key: Bytes, value: Bytes)] {
        _ = try check(.storeScan)
        guard let rows = stores.disk.shards[shard]?.tables[table] else { return [] }
        var found: [(key: Bytes, value: Bytes)] = []
        var position = rows.index(of: ByteKey(from))
        while position < rows.keys.count, found.count < limit {
            let key = rows.keys[position].bytes
            if let upTo, !key.lexicographicallyPrecedes(upTo) { break }
            found.append((key, try proved(rows.rows[position], table, key)))
            position += 1
        }
        return found
    }

    public func commit(_ changes: [Change], _ meta: ShardMeta) throws(StoreFailure) {
        let isCrashing = try check(.storeCommit)
        write(changes, meta)
        if isCrashing { throw stores.crash(.storeCommit) }
    }

    public func load(_ changes: [Change]) throws(StoreFailure) {
        let isCrashing = try check(.storeLoad)
        write(changes, nil)
        if isCrashing { throw stores.crash(.storeLoad) }
    }

    private func write(_ changes: [Change], _ meta: ShardMeta?) {
        var kept = stores.disk.shards.removeValue(forKey: shard) ?? SimulatedDisk.Shard()
        var commit = SimulatedDisk.Commit(before: [], meta: kept.meta)
        for change in changes {
            let key = ByteKey(ArraySlice(Array(change.key)))
            commit.before.append((change.table, key, kept.tables[change.table]?[key]))
            let row = change.payload.map { payload in
                SimulatedDisk.Row(value: ArraySlice(Array(payload)), hash: RowSum.hash(change.table, change.key, payload))
            }
            kept.tables[change.table, default: SimulatedDisk.Rows()][key] = row
        }
        kept.meta = meta
        kept.isLoading = meta == nil
        kept.unsynced.append(commit)
        if kept.unsynced.count > 64 { kept.unsynced.removeFirst(kept.unsynced.count - 64) }
        stores.disk.shards[shard] = kept
    }

    public func tidy() throws(StoreFailure) {
        let isCrashing = try check(.storeTidy)
        stores.disk.shards[shard]?.unsynced = []
        if isCrashing { throw stores.crash(.storeTidy) }
    }

    public func close() {
        guard isOpen else { return }
        isOpen = false
        if stores.disk.shards[shard]?.openedBy === stores.process { stores.disk.shards[shard]?.openedBy = nil }
    }
}
