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

    /// The first sixteen bytes of a row's place in the order of rows, as numbers: nearly always enough to tell two rows apart. A key that
    /// ends before is filled with zeros, so rows of one rank have to be compared as a whole.
    private struct Rank: Comparable {
        let first: UInt64
        let second: UInt64

        init(_ row: RowKey) {
            let key = row.key.bytes
            func number(_ start: UInt64, _ range: Range<Int>) -> UInt64 {
                range.reduce(start) { $0 << 8 | ($1 < key.count ? UInt64(key[key.startIndex + $1]) : 0) }
            }
            first = number(UInt64(row.table), 0..<7)
            second = number(0, 7..<15)
        }

        static func < (left: Rank, right: Rank) -> Bool {
            left.first == right.first ? left.second < right.second : left.first < right.first
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

    /// How many rows were written to; some are no change after all.
    var changesAtMost: Int { changed.count }

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

    /// The changes as they go to the store, sorted and sealed, and the checksum after them. `told` gets each with its key in the
    /// changelog: the table's number, then the row's key.
    func changes(checksum before: UInt64, _ told: (_ changelogKey: Bytes, _ value: Bytes?) -> Void) -> (rows: [Change], checksum: UInt64) {
        var checksum = before
        var rows: [Change] = []
        rows.reserveCapacity(changed.count)
        for place in changedInOrder() {
            // By its place: an entry in hand would be a copy, of which four arrays know.
            guard let salt = entries[place].salt, entries[place].exists || entries[place].plain != nil else { continue }
            let table = entries[place].row.table
            // Context of the seal, key in the changelog, and with its first byte off the row's own key.
            let key = Changelog.key(table: table, key: entries[place].row.key.bytes)
            let value = isSealed ? entries[place].plain.map { seal.seal($0, context: key, salt: salt.bytes) } : entries[place].plain
            let change = Change(table: table, key: key.dropFirst(), payload: value)
            checksum &-= entries[place].storedHash
            if let value { checksum &+= RowSum.hash(table, change.key, value) }
            told(key, value)
            rows.append(change)
        }
        return (rows, checksum)
    }

    private func changedInOrder() -> [Int] {
        let ranked = changed.map { (rank: Rank(entries[$0].row), place: $0) }.sorted { left, right in
            guard left.rank == right.rank else { return left.rank < right.rank }
            return entries[left.place].row < entries[right.place].row
        }
        return ranked.map(\.place)
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
