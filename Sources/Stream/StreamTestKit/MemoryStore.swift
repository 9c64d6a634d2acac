import StreamCore
import StreamEngine

/// Stores that live in memory, with the failures that real ones have: a process that is killed, power that is lost, a flipped bit.
public final class MemoryStores: StoreProvider {
    private var disks: [ShardName: MemoryDisk] = [:]

    public init() {}

    public func open(_ shard: ShardName) throws(StoreFailure) -> any StateStore {
        let disk = disks[shard] ?? MemoryDisk()
        guard !disk.isOpen else {
            throw StoreFailure(.locked, "the store \(shard) is in use", hint: "stop the other process first")
        }
        if let meta = disk.meta, meta.worker != shard.worker || meta.partition != shard.partition {
            throw StoreFailure(.damaged, "the store \(shard) is that of \(meta.worker)/\(meta.partition)")
        }
        // A restore that did not come to its end counts for nothing.
        if disk.meta == nil { disk.clear() }
        disk.isOpen = true
        disks[shard] = disk
        return MemoryStore(disk)
    }

    public func discard(_ shard: ShardName) throws(StoreFailure) {
        if let disk = disks[shard], disk.isOpen {
            throw StoreFailure(.locked, "the store \(shard) is in use", hint: "close it first")
        }
        disks[shard] = nil
    }

    /// The process ends, as by kill -9: every store is let go, what was committed stays.
    public func kill() {
        for disk in disks.values { disk.isOpen = false }
    }

    /// The process ends and the power with it: a shard also loses its last commits, at most as many as are remembered (eight).
    public func losePower(_ shard: ShardName, commits: Int) {
        kill()
        disks[shard]?.undo(commits)
    }

    /// The same rows under another name, as when somebody copies a file.
    public func copy(_ shard: ShardName, to other: ShardName) {
        disks[other] = disks[shard].map(MemoryDisk.init(copying:))
    }

    /// Flips a bit of a row's value. False when there is no such row, or it is empty.
    public func flipBit(_ shard: ShardName, table: UInt8, key: Bytes) -> Bool {
        disks[shard]?.flipBit(table, key) ?? false
    }

    /// All rows of a shard as committed, in the order of table and key; for checkers.
    public func rows(_ shard: ShardName) -> [(table: UInt8, key: Bytes, value: Bytes)] {
        disks[shard]?.rows ?? []
    }
}

/// A store in memory, of `MemoryStores` or on its own.
public final class MemoryStore: StateStore {
    private let disk: MemoryDisk

    init(_ disk: MemoryDisk) { self.disk = disk }

    /// A store without a provider, empty.
    public init() { disk = MemoryDisk() }

    public var meta: ShardMeta? { disk.meta }

    public func read(_ table: UInt8, _ key: Bytes) throws(StoreFailure) -> Bytes? {
        guard let row = disk.row(table, key) else { return nil }
        return try verified(table, key, row)
    }

    public func scan(_ table: UInt8, from: Bytes, upTo: Bytes?, limit: Int) throws(StoreFailure) -> [(key: Bytes, value: Bytes)] {
        var found: [(key: Bytes, value: Bytes)] = []
        for row in disk.rows(table, from: from, upTo: upTo, limit: limit) {
            found.append((row.key, try verified(table, row.key, row.row)))
        }
        return found
    }

    public func commit(_ changes: [Change], _ meta: ShardMeta) throws(StoreFailure) {
        disk.apply(changes, isRemembered: true)
        disk.meta = meta
    }

    public func load(_ changes: [Change]) throws(StoreFailure) {
        disk.meta = nil
        disk.apply(changes, isRemembered: false)
    }

    public func tidy() throws(StoreFailure) {}

    public func close() { disk.isOpen = false }

    private func verified(_ table: UInt8, _ key: Bytes, _ row: MemoryDisk.Row) throws(StoreFailure) -> Bytes {
        guard RowSum.hash(table, key, row.value) == row.hash else {
            throw StoreFailure(.damaged, "a row of table \(table) is not what was written")
        }
        return row.value
    }
}

/// What a store would have on the disk.
final class MemoryDisk {
    struct Row {
        var value: Bytes
        var hash: UInt64
    }
    private struct Undo {
        var meta: ShardMeta?
        var rows: [(table: UInt8, key: Bytes, row: Row?)]
    }

    var isOpen = false
    var meta: ShardMeta?
    private var tables: [UInt8: MemoryTable] = [:]
    private var undos: [Undo] = []

    init() {}

    init(copying disk: MemoryDisk) {
        meta = disk.meta
        tables = disk.tables
    }

    func clear() {
        tables = [:]
        undos = []
    }

    func row(_ table: UInt8, _ key: Bytes) -> Row? { tables[table]?.row(key) }

    func rows(_ table: UInt8, from: Bytes, upTo: Bytes?, limit: Int) -> [(key: Bytes, row: Row)] {
        tables[table]?.rows(from: from, upTo: upTo, limit: limit) ?? []
    }

    var rows: [(table: UInt8, key: Bytes, value: Bytes)] {
        tables.sorted { $0.key < $1.key }.flatMap { table, rows in
            rows.rows(from: [], upTo: nil, limit: .max).map { (table, $0.key, $0.row.value) }
        }
    }

    func apply(_ changes: [Change], isRemembered: Bool) {
        var undo = Undo(meta: meta, rows: [])
        for change in changes {
            let row = change.payload.map { Row(value: $0, hash: RowSum.hash(change.table, change.key, $0)) }
            let old = tables[change.table, default: MemoryTable()].set(change.key, row)
            if isRemembered { undo.rows.append((change.table, change.key, old)) }
        }
        undos = isRemembered ? undos.suffix(7) + [undo] : []
    }

    func undo(_ count: Int) {
        for _ in 0..<count {
            guard let undo = undos.popLast() else { return }
            for (table, key, row) in undo.rows.reversed() {
                _ = tables[table, default: MemoryTable()].set(key, row)
            }
            meta = undo.meta
        }
    }

    func flipBit(_ table: UInt8, _ key: Bytes) -> Bool {
        guard var row = row(table, key), !row.value.isEmpty else { return false }
        row.value[row.value.startIndex] ^= 1
        _ = tables[table, default: MemoryTable()].set(key, row)
        return true
    }
}

/// Rows in the order of their keys.
private struct MemoryTable {
    private var keys: [ByteKey] = []
    private var rows: [MemoryDisk.Row] = []

    func row(_ key: Bytes) -> MemoryDisk.Row? {
        let index = place(of: ByteKey(key))
        return index < keys.count && keys[index] == ByteKey(key) ? rows[index] : nil
    }

    /// Puts, or removes when `row` is nil. Gives what was there.
    mutating func set(_ key: Bytes, _ row: MemoryDisk.Row?) -> MemoryDisk.Row? {
        let key = ByteKey(key)
        let index = place(of: key)
        let isThere = index < keys.count && keys[index] == key
        let old = isThere ? rows[index] : nil
        switch (isThere, row) {
        case (true, let row?): rows[index] = row
        case (true, nil):
            keys.remove(at: index)
            rows.remove(at: index)
        case (false, let row?):
            // A copy of its own: the key may be a slice of a large batch.
            keys.insert(ByteKey(Array(key.bytes)[...]), at: index)
            rows.insert(row, at: index)
        case (false, nil): break
        }
        return old
    }

    func rows(from: Bytes, upTo: Bytes?, limit: Int) -> [(key: Bytes, row: MemoryDisk.Row)] {
        let first = place(of: ByteKey(from))
        let last = upTo.map { place(of: ByteKey($0)) } ?? keys.count
        guard first < last else { return [] }
        return (first..<last).prefix(limit).map { (keys[$0].bytes, rows[$0]) }
    }

    private func place(of key: ByteKey) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
