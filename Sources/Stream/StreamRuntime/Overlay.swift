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
        var cause: Bytes
        var index: Int

        var bytes: Bytes {
            var bytes = cause
            bytes.append(bigEndian: UInt64(bitPattern: Int64(index)))
            return bytes
        }
    }

    /// A row that goes to changelog and store.
    struct Written {
        /// The key of the changelog: the table's number, then the row's key.
        var changelogKey: Bytes
        var change: Change
    }

    private struct Entry {
        let row: RowKey
        /// Hash of the row in the store; zero when there is none.
        var storedHash: UInt64
        var exists: Bool
        var plain: Bytes?
        /// What changed it, which makes the nonce of a sealed value unique; nil while the row is as in the store.
        var salt: Salt?
    }

    private let store: any StateStore
    private let seal: any PayloadSeal
    private let isSealed: Bool
    private var entries: [Entry] = []
    /// Where a row's entry is.
    private var places: [RowKey: Int] = [:]
    /// The entries that were changed, in the order of their first change.
    private var changed: [Int] = []

    init(store: any StateStore, seal: any PayloadSeal) {
        self.store = store
        self.seal = seal
        isSealed = !(seal is NoSeal)
    }

    var hasChanges: Bool { !changed.isEmpty }

    mutating func row(_ table: UInt8, _ key: Bytes) throws(StoreFailure) -> Bytes? {
        entries[try place(of: RowKey(table: table, key: ByteKey(key)))].plain
    }

    /// All rows whose keys begin so, in their order.
    mutating func rows(_ table: UInt8, prefix: Bytes, pageRows: Int) throws(StoreFailure) -> [(key: Bytes, payload: Bytes)] {
        let end = prefix.afterPrefix
        var from = prefix
        while true {
            let page = try store.scan(table, from: from, upTo: end, limit: pageRows)
            for row in page {
                let key = RowKey(table: table, key: ByteKey(row.key))
                if places[key] == nil { _ = try remember(row.value, at: key) }
            }
            guard page.count == pageRows, let last = page.last else { break }
            from = last.key + [0]
        }
        var rows: [(key: Bytes, payload: Bytes)] = []
        for entry in entries where entry.row.table == table && entry.row.key.bytes.starts(with: prefix) {
            if let plain = entry.plain { rows.append((entry.row.key.bytes, plain)) }
        }
        rows.sort { $0.key.order(to: $1.key) < 0 }
        return rows
    }

    mutating func put(_ table: UInt8, _ key: Bytes, _ payload: Bytes?, salt: Salt) throws(StoreFailure) {
        let place = try place(of: RowKey(table: table, key: ByteKey(key)))
        if entries[place].salt == nil { changed.append(place) }
        entries[place].plain = payload
        entries[place].salt = salt
    }

    /// The changes as they go to changelog and store, sorted and sealed, and the checksum after them.
    func changes(checksum before: UInt64) -> (rows: [Written], checksum: UInt64) {
        var checksum = before
        var rows: [Written] = []
        rows.reserveCapacity(changed.count)
        for place in changed.sorted(by: { entries[$0].row < entries[$1].row }) {
            let entry = entries[place]
            guard let salt = entry.salt, entry.exists || entry.plain != nil else { continue }
            // Context of the seal, key in the changelog, and with its first byte off the row's own key.
            let key = Changelog.key(table: entry.row.table, key: entry.row.key.bytes)
            let value = isSealed ? entry.plain.map { seal.seal($0, context: key, salt: salt.bytes) } : entry.plain
            checksum &-= entry.storedHash
            if let value { checksum &+= RowSum.hash(entry.row.table, key.dropFirst(), value) }
            rows.append(Written(changelogKey: key, change: Change(table: entry.row.table, key: key.dropFirst(), payload: value)))
        }
        return (rows, checksum)
    }

    /// Forgets everything: it is in the store now, or must not be.
    mutating func clear() {
        entries.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        changed.removeAll(keepingCapacity: true)
    }

    private mutating func place(of row: RowKey) throws(StoreFailure) -> Int {
        if let place = places[row] { return place }
        if let value = try store.read(row.table, row.key.bytes) { return try remember(value, at: row) }
        return add(Entry(row: row, storedHash: 0, exists: false, plain: nil, salt: nil))
    }

    private mutating func remember(_ value: Bytes, at row: RowKey) throws(StoreFailure) -> Int {
        let plain = isSealed ? try seal.open(value, context: Changelog.key(table: row.table, key: row.key.bytes)) : value
        return add(
            Entry(row: row, storedHash: RowSum.hash(row.table, row.key.bytes, value), exists: true, plain: plain, salt: nil))
    }

    private mutating func add(_ entry: Entry) -> Int {
        places[entry.row] = entries.count
        entries.append(entry)
        return entries.count - 1
    }
}
