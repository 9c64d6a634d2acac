import StreamCore
import StreamEngine

/// A machine's disk with the stores on it. What was committed stays when a process ends; power loss may take the last commits.
public final class SimulatedDisk {
    struct Row {
        var value: Bytes
        /// The hash as it was written: a value that no longer has it was changed by something else than us.
        var hash: UInt64
    }
    /// One table: rows in the order of their keys.
    struct Rows {
        var keys: [ByteKey] = []
        var rows: [Row] = []

        func index(of key: ByteKey) -> Int {
            var low = 0
            var high = keys.count
            while low < high {
                let middle = (low + high) / 2
                if keys[middle] < key { low = middle + 1 } else { high = middle }
            }
            return low
        }

        subscript(key: ByteKey) -> Row? {
            get {
                let position = index(of: key)
                return position < keys.count && keys[position] == key ? rows[position] : nil
            }
            set {
                let position = index(of: key)
                let isThere = position < keys.count && keys[position] == key
                switch (isThere, newValue) {
                case (true, let row?): rows[position] = row
                case (true, nil):
                    keys.remove(at: position)
                    rows.remove(at: position)
                case (false, let row?):
                    keys.insert(key, at: position)
                    rows.insert(row, at: position)
                case (false, nil): break
                }
            }
        }
    }
    struct Commit {
        var before: [(table: UInt8, key: ByteKey, row: Row?)]
        var meta: ShardMeta?
    }
    struct Shard {
        var tables: [UInt8: Rows] = [:]
        var meta: ShardMeta?
        /// Commits that no sync has made safe yet, the oldest first, as the way back.
        var unsynced: [Commit] = []
        var openedBy: SimulatedProcess?
        /// Holds rows of a replay that no commit has ended: whoever opens it next finds an empty store.
        var isLoading = false
        /// Fails its checks when it is opened.
        var isBroken = false
    }

    public let name: String
    var shards: [ShardName: Shard] = [:]
    /// Until when nothing can be written.
    public var fullUntil: Instant?

    public init(name: String) { self.name = name }

    /// Takes away the last commits of every store, how many of each is drawn; never one in between. Gives how many in all.
    @discardableResult
    public func losePower(_ random: inout Randomness) -> Int {
        var lost = 0
        for name in shards.keys.sorted(by: { ($0.worker, $0.partition) < ($1.worker, $1.partition) }) {
            var shard = shards[name]!
            let count = random.number(in: 0...min(shard.unsynced.count, 8))
            for _ in 0..<count {
                let commit = shard.unsynced.removeLast()
                for change in commit.before.reversed() { shard.tables[change.table, default: Rows()][change.key] = change.row }
                shard.meta = commit.meta
            }
            // What is on the disk after the machine is up again has been read from it: it cannot be lost any more.
            shard.unsynced = []
            shards[name] = shard
            lost += count
        }
        return lost
    }

    /// Turns over one bit of one row; nil when there is none.
    public func flipBit(_ random: inout Randomness) -> ShardName? {
        let names = shards.keys.filter { name in shards[name]!.tables.values.contains { !$0.keys.isEmpty } }
            .sorted { ($0.worker, $0.partition) < ($1.worker, $1.partition) }
        guard !names.isEmpty else { return nil }
        let name = random.pick(names)
        let tables = shards[name]!.tables.filter { !$0.value.keys.isEmpty }.keys.sorted()
        let table = random.pick(tables)
        let position = random.number(below: shards[name]!.tables[table]!.rows.count)
        var value = Array(shards[name]!.tables[table]!.rows[position].value)
        if value.isEmpty { value = [1] } else { value[random.number(below: value.count)] ^= 1 << UInt8(random.number(in: 0...7)) }
        shards[name]!.tables[table]!.rows[position].value = value[...]
        return name
    }

    /// Damages a store so that it cannot be opened any more; nil when there is none.
    public func breakStore(_ random: inout Randomness) -> ShardName? {
        guard !kept.isEmpty else { return nil }
        let name = random.pick(kept)
        shards[name]!.isBroken = true
        return name
    }

    /// The shards that have a store with something in it.
    public var kept: [ShardName] {
        shards.filter { $0.value.meta != nil }.keys.sorted { ($0.worker, $0.partition) < ($1.worker, $1.partition) }
    }

    public func meta(of name: ShardName) -> ShardMeta? { shards[name]?.meta }

    /// The sum over the rows as they were written, and whether all of them still are what was written.
    public func sum(of name: ShardName) -> (checksum: UInt64, isWhole: Bool) {
        var sum: UInt64 = 0
        var isWhole = true
        for (table, rows) in shards[name]?.tables ?? [:] {
            for (key, row) in zip(rows.keys, rows.rows) {
                sum &+= row.hash
                if RowSum.hash(table, key.bytes, row.value) != row.hash { isWhole = false }
            }
        }
        return (sum, isWhole)
    }
}
