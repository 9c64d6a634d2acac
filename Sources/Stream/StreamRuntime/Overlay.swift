import StreamCore
import StreamEngine

/// The rows of a shard as the decisions of the current batch see them: changes in memory over the store.
///
/// Also remembers what it has read, so that a row is fetched and opened once in a batch, and keeps the shard's checksum.
struct Overlay {
    struct RowKey: Hashable, Comparable {
        let table: UInt8
        let key: ByteKey
        static func < (left: RowKey, right: RowKey) -> Bool {
            left.table == right.table ? left.key < right.key : left.table < right.table
        }
    }

    /// The cause of a change and the change's number in the decision.
    struct Salt {
        var cause: String
        var index: Int

        var bytes: Bytes {
            var bytes = Bytes(utf8: cause)
            bytes.append(bigEndian: UInt64(bitPattern: Int64(index)))
            return bytes
        }
    }

    private struct Entry {
        /// Hash of the row in the store; zero when there is none.
        var storedHash: UInt64
        var exists: Bool
        var plain: Bytes?
        /// What changed it, which makes the nonce of a sealed value unique; nil while the row is as in the store.
        var salt: Salt?
    }

    private let store: any StateStore
    private let seal: any PayloadSeal
    private var entries: [RowKey: Entry] = [:]
    private var changedCount = 0

    init(store: any StateStore, seal: any PayloadSeal) {
        self.store = store
        self.seal = seal
    }

    var hasChanges: Bool { changedCount > 0 }

    mutating func row(_ table: UInt8, _ key: Bytes) throws(StoreFailure) -> Bytes? {
        try entry(RowKey(table: table, key: ByteKey(key))).plain
    }

    /// All rows whose keys begin so, in their order.
    mutating func rows(_ table: UInt8, prefix: Bytes, pageRows: Int) throws(StoreFailure) -> [(key: Bytes, payload: Bytes)] {
        let end = prefix.afterPrefix
        var from = prefix
        while true {
            let page = try store.scan(table, from: from, upTo: end, limit: pageRows)
            for row in page { try remember(row.value, at: RowKey(table: table, key: ByteKey(row.key))) }
            guard page.count == pageRows, let last = page.last else { break }
            from = last.key + [0]
        }
        var rows: [(key: Bytes, payload: Bytes)] = []
        for (row, entry) in entries where row.table == table && row.key.bytes.starts(with: prefix) {
            if let plain = entry.plain { rows.append((row.key.bytes, plain)) }
        }
        rows.sort { $0.key.lexicographicallyPrecedes($1.key) }
        return rows
    }

    mutating func put(_ table: UInt8, _ key: Bytes, _ payload: Bytes?, salt: Salt) throws(StoreFailure) {
        let row = RowKey(table: table, key: ByteKey(key))
        var entry = try entry(row)
        if entry.salt == nil { changedCount += 1 }
        entry.plain = payload
        entry.salt = salt
        entries[row] = entry
    }

    /// The changes as they go to changelog and store, sorted and sealed, and the checksum after them.
    func changes(checksum before: UInt64) -> (changes: [Change], checksum: UInt64) {
        var checksum = before
        var changes: [Change] = []
        changes.reserveCapacity(changedCount)
        for row in entries.filter({ $0.value.salt != nil }).keys.sorted() {
            guard let entry = entries[row], let salt = entry.salt, entry.exists || entry.plain != nil else { continue }
            let key = row.key.bytes
            let value = entry.plain.map { seal.seal($0, context: Changelog.key(table: row.table, key: key), salt: salt.bytes) }
            checksum &-= entry.storedHash
            if let value { checksum &+= RowSum.hash(row.table, key, value) }
            changes.append(Change(table: row.table, key: key, payload: value))
        }
        return (changes, checksum)
    }

    /// Forgets everything: it is in the store now, or must not be.
    mutating func clear() {
        entries.removeAll(keepingCapacity: true)
        changedCount = 0
    }

    private mutating func entry(_ row: RowKey) throws(StoreFailure) -> Entry {
        if let entry = entries[row] { return entry }
        guard let value = try store.read(row.table, row.key.bytes) else {
            let entry = Entry(storedHash: 0, exists: false, plain: nil, salt: nil)
            entries[row] = entry
            return entry
        }
        return try remember(value, at: row)
    }

    @discardableResult
    private mutating func remember(_ value: Bytes, at row: RowKey) throws(StoreFailure) -> Entry {
        if let entry = entries[row] { return entry }
        let plain = try seal.open(value, context: Changelog.key(table: row.table, key: row.key.bytes))
        let entry = Entry(storedHash: RowSum.hash(row.table, row.key.bytes, value), exists: true, plain: plain, salt: nil)
        entries[row] = entry
        return entry
    }
}
