import Files
import Glibc
import SQLite
import StreamCore
import StreamEngine

/// A shard's rows in one SQLite file. What it gives back is what was written, or an error.
public final class SQLiteStore: StateStore {
    public private(set) var meta: ShardMeta?

    private let path: String
    private let policy: StorePolicy
    private let connection: Connection
    private let lookUp: Statement
    private let scanRange: Statement
    private let scanRest: Statement
    private let put: Statement
    private let erase: Statement
    private let writeMeta: Statement
    private let eraseMeta: Statement
    private let writeRestore: Statement
    private let begin: Statement
    private let finish: Statement
    private var loading = Loading.none
    private var checkpointAt: Int
    private var wasWritten = false
    /// Nothing was written since the last `tidy`.
    private var isQuiet = false
    /// A key with its table in front, made anew for each call in the same memory.
    private var fileKey: [UInt8] = []
    private var lock: FileLock?
    private var filter = KeyFilter()

    private enum Loading {
        case none
        /// Changes of a replay wait in one open transaction; so many of them.
        case tail(Int)
        /// The store has no meta and does not wait for the disk.
        case bulk
    }

    /// A replay of more changes than this is a restore: its transaction would fill the write-ahead log.
    private static let tailMax = 50_000

    /// nil: the file has rows but no meta, so its restore did not come to its end.
    init?(_ path: String, _ shard: ShardName, _ policy: StorePolicy, _ lock: FileLock) throws(StoreFailure) {
        self.path = path
        self.policy = policy
        self.lock = lock
        checkpointAt = policy.writeAheadBytesMax / StoreFile.pageSize
        do throws(FileError) { try Files.makePrivate(path) } catch { throw StoreFailure(error) }
        do throws(SQLiteError) {
            connection = try Connection(path, .writing)
            if Files.size(path) == 0 { try connection.execute("PRAGMA page_size = \(StoreFile.pageSize)") }
            try connection.execute(
                """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -\(policy.cacheBytes >> 10);
                PRAGMA temp_store = MEMORY; PRAGMA secure_delete = \(policy.overwritesDeleted ? "ON" : "OFF")
                """)
        } catch {
            throw StoreFailure(opening: error)
        }
        do throws(Schema.Refusal) {
            _ = try StoreFile.schema.apply(to: connection)
        } catch {
            switch error {
            case .foreign:
                throw StoreFailure(.damaged, "\(path) is not a store", hint: "it is rebuilt from the changelog")
            case .newer:
                throw StoreFailure(.damaged, "\(path) was written by a newer version", hint: "it is rebuilt from the changelog")
            case .failed(let error):
                throw StoreFailure(opening: error)
            }
        }
        do throws(SQLiteError) {
            lookUp = try connection.prepare("SELECT value, hash FROM entry WHERE key = ?1")
            scanRange = try connection.prepare("SELECT key, value, hash FROM entry WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3")
            scanRest = try connection.prepare("SELECT key, value, hash FROM entry WHERE key >= ?1 ORDER BY key LIMIT ?3")
            // Naming an indexed column in SET would make SQLite write its index entry again.
            put = try connection.prepare(
                """
                INSERT INTO entry (key, value, hash) VALUES (?1, ?2, ?3)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value, hash = excluded.hash
                """)
            erase = try connection.prepare("DELETE FROM entry WHERE key = ?1")
            writeMeta = try connection.prepare(
                """
                INSERT INTO meta (id, body, hash) VALUES (1, ?1, ?2) ON CONFLICT DO UPDATE SET body = excluded.body, hash = excluded.hash
                """)
            eraseMeta = try connection.prepare("DELETE FROM meta")
            writeRestore = try connection.prepare(
                """
                INSERT INTO restore (id, parts) VALUES (1, 1) ON CONFLICT DO UPDATE SET parts = parts + 1
                """)
            begin = try connection.prepare("BEGIN")
            finish = try connection.prepare("COMMIT")
        } catch {
            throw StoreFailure(opening: error)
        }
        meta = try StoreFile.meta(connection)
        guard let meta else {
            do throws(SQLiteError) {
                if try connection.number("SELECT EXISTS (SELECT 1 FROM entry)") != 0 { return nil }
            } catch {
                throw StoreFailure(error)
            }
            return
        }
        guard meta.worker == shard.worker, meta.partition == shard.partition else {
            throw StoreFailure(
                .damaged, "\(path) is the store of \(meta.worker)/\(meta.partition), not of \(shard)",
                hint: "it is rebuilt from the changelog")
        }
        if !policy.verifiesAtOpening {
            try fillFilter()
        } else if let finding = try StoreVerification.findings(connection, meta, limit: 1, onKey: { filter.add($0) }).first {
            // The keys were met on the way.
            throw StoreFailure(.damaged, "\(finding)", hint: "it is rebuilt from the changelog")
        }
    }

    private func fillFilter() throws(StoreFailure) {
        do throws(SQLiteError) {
            let keys = try connection.prepare("SELECT key FROM entry")
            defer { keys.end() }
            while try keys.step() {
                filter.add(keys.withBytes(0) { KeyFilter.hash($0.first ?? 0, UnsafeRawBufferPointer(rebasing: $0.dropFirst())) })
            }
        } catch {
            throw StoreFailure(error)
        }
    }

    // MARK: Reading

    public func read(_ table: UInt8, _ key: Bytes) throws(StoreFailure) -> Bytes? {
        guard filter.mayHave(key.withUnsafeBytes { KeyFilter.hash(table, $0) }) else { return nil }
        makeKey(table, key)
        do throws(SQLiteError) {
            // An open transaction makes a look-up half as dear: no lock is taken for each.
            if !connection.isInTransaction { try begin.run() }
            defer { lookUp.reset() }
            guard try lookUp.step(blob: 1, fileKey[...]) else { return nil }
            let value = lookUp.bytes(0)
            guard RowSum.hash(table, key, value) == UInt64(bitPattern: lookUp.number(1)) else { throw rowIsDamaged(table) }
            return value
        } catch {
            throw StoreFailure(error)
        }
    }

    public func scan(_ table: UInt8, from: Bytes, upTo: Bytes?, limit: Int) throws(StoreFailure) -> [(key: Bytes, value: Bytes)] {
        do throws(SQLiteError) {
            if !connection.isInTransaction { try begin.run() }
            let isBounded = upTo != nil || table < .max
            let statement = isBounded ? scanRange : scanRest
            defer { statement.reset() }
            makeKey(table, from)
            statement.bind(1, copyOf: fileKey[...])
            if let upTo {
                makeKey(table, upTo)
                statement.bind(2, copyOf: fileKey[...])
            } else if isBounded {
                statement.bind(2, copyOf: [table + 1])
            }
            statement.bind(3, Int64(limit))
            var rows: [(key: Bytes, value: Bytes)] = []
            while try statement.step() {
                let key = statement.bytes(0).dropFirst()
                let value = statement.bytes(1)
                guard RowSum.hash(table, key, value) == UInt64(bitPattern: statement.number(2)) else { throw rowIsDamaged(table) }
                rows.append((key, value))
            }
            return rows
        } catch {
            throw StoreFailure(error)
        }
    }

    private func makeKey(_ table: UInt8, _ key: Bytes) {
        fileKey.removeAll(keepingCapacity: true)
        fileKey.append(table)
        fileKey.append(contentsOf: key)
    }

    private func rowIsDamaged(_ table: UInt8) -> SQLiteError {
        SQLiteError(code: 11, message: "a row of table \(table) is not what was written", path: path)
    }

    // MARK: Writing

    public func commit(_ changes: [Change], _ meta: ShardMeta) throws(StoreFailure) {
        if case .bulk = loading { try endBulk() }
        let wasLoading = if case .tail = loading { true } else { false }
        do throws(SQLiteError) {
            // In a replay's transaction an error must not undo what was loaded before, since the caller will not say it again.
            if wasLoading { try connection.execute("SAVEPOINT part") } else if !connection.isInTransaction { try begin.run() }
            try write(changes)
            let body = MetaCodec.encode(meta)
            writeMeta.bind(2, Int64(bitPattern: RowSum.hash(0, [], body)))
            defer { writeMeta.reset() }
            _ = try writeMeta.step(blob: 1, body)
            try finish.run()
        } catch {
            throw undo(error, toSavepoint: wasLoading)
        }
        loading = .none
        self.meta = meta
        wasWritten = true
        isQuiet = false
        checkpointIfLarge()
    }

    public func load(_ changes: [Change]) throws(StoreFailure) {
        let isNew = if case .none = loading { meta == nil } else { false }
        if isNew { try startBulk() }
        let changes = SQLiteStore.lastOfEachKey(changes)
        if case .bulk = loading {
            do throws(SQLiteError) {
                if !connection.isInTransaction { try begin.run() }
                try write(changes)
                try writeRestore.run()
                try finish.run()
            } catch {
                throw undo(error, toSavepoint: false)
            }
            wasWritten = true
            isQuiet = false
            return checkpointIfLarge()
        }
        do throws(SQLiteError) {
            if !connection.isInTransaction { try begin.run() }
            try connection.execute("SAVEPOINT part")
            try write(changes)
            try connection.execute("RELEASE part")
        } catch {
            throw undo(error, toSavepoint: true)
        }
        var count = changes.count
        if case .tail(let before) = loading { count += before }
        loading = .tail(count)
        meta = nil
        guard count > SQLiteStore.tailMax else { return }
        do throws(SQLiteError) {
            try eraseMeta.run()
            try finish.run()
        } catch {
            throw undo(error, toSavepoint: false)
        }
        try startBulk()
    }

    private func write(_ changes: [Change]) throws(SQLiteError) {
        for change in changes {
            makeKey(change.table, change.key)
            if let value = change.payload {
                defer { put.reset() }
                // Before it is written: what is rolled back only costs a look-up later.
                filter.add(change.key.withUnsafeBytes { KeyFilter.hash(change.table, $0) })
                put.bind(3, Int64(bitPattern: RowSum.hash(change.table, change.key, value)))
                _ = try put.step(blob: 1, fileKey[...], blob: 2, value)
            } else {
                defer { erase.reset() }
                _ = try erase.step(blob: 1, fileKey[...])
            }
        }
    }

    /// Takes back what the failed call has done, and says what that means.
    private func undo(_ error: SQLiteError, toSavepoint: Bool) -> StoreFailure {
        if toSavepoint, connection.isInTransaction {
            if (try? connection.execute("ROLLBACK TO part; RELEASE part")) != nil { return StoreFailure(error) }
        }
        let isWhole = !toSavepoint
        try? connection.rollBack()
        if isWhole { return StoreFailure(error) }
        // SQLite has undone all that was loaded since the last commit.
        return StoreFailure(.damaged, "\(path): a replay was undone (\(error.message))", hint: "it is rebuilt from the changelog")
    }

    /// The last change of each row, in the order of the keys: what SQLite writes fastest.
    static func lastOfEachKey(_ changes: [Change]) -> [Change] {
        let order = changes.indices.sorted { left, right in
            let (first, second) = (changes[left], changes[right])
            if first.table != second.table { return first.table < second.table }
            switch compare(first.key, second.key) {
            case 0: return left < right
            case let difference: return difference < 0
            }
        }
        var kept: [Change] = []
        kept.reserveCapacity(order.count)
        for index in order {
            let change = changes[index]
            if let last = kept.last, last.table == change.table, compare(last.key, change.key) == 0 { kept.removeLast() }
            kept.append(change)
        }
        return kept
    }

    /// Below, equal to or above zero, as bytes without sign; a shorter one comes before what it begins.
    private static func compare(_ left: Bytes, _ right: Bytes) -> Int {
        left.withUnsafeBytes { leftRaw in
            right.withUnsafeBytes { rightRaw in
                let common = min(leftRaw.count, rightRaw.count)
                let difference = common == 0 ? 0 : Int(memcmp(leftRaw.baseAddress!, rightRaw.baseAddress!, common))
                return difference != 0 ? difference : leftRaw.count - rightRaw.count
            }
        }
    }

    // MARK: Restore

    /// From here on nothing waits for the disk; without meta the file counts for nothing until `endBulk`.
    private func startBulk() throws(StoreFailure) {
        do throws(SQLiteError) {
            try connection.rollBack()
            try connection.execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -\(policy.restoreCacheBytes >> 10)")
        } catch {
            throw StoreFailure(error)
        }
        loading = .bulk
    }

    /// Everything that was loaded is on the disk before the meta that says so.
    private func endBulk() throws(StoreFailure) {
        do throws(SQLiteError) {
            try connection.rollBack()
            try connection.execute("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -\(policy.cacheBytes >> 10); PRAGMA shrink_memory")
            // A checkpoint only syncs the file when it has something to move; this gives it something.
            try writeRestore.run()
            try connection.checkpoint(.passive)
        } catch {
            throw StoreFailure(error)
        }
        loading = .none
    }

    // MARK: Files

    private func checkpointIfLarge() {
        guard connection.logFrames > checkpointAt, !connection.isInTransaction else { return }
        let frames = policy.writeAheadBytesMax / StoreFile.pageSize
        // What fails here fails again where somebody is told: at the next commit, or in `tidy`.
        let result = try? connection.checkpoint(.passive)
        let isDone = result.map { $0.frames == $0.moved } ?? false
        checkpointAt = isDone ? frames : connection.logFrames + frames / 2
    }

    /// Empties the write-ahead log, at the second call after which nothing was written: that costs as much as a few commits.
    public func tidy() throws(StoreFailure) {
        guard wasWritten, case .none = loading else { return }
        guard isQuiet else {
            isQuiet = true
            return
        }
        do throws(SQLiteError) {
            try connection.rollBack()
            try connection.checkpoint(.truncating)
            wasWritten = false
            checkpointAt = policy.writeAheadBytesMax / StoreFile.pageSize
        } catch {
            // A reader in the way is no failure: there is a next time.
            if error.kind != .busy { throw StoreFailure(error) }
        }
    }

    public func close() {
        guard lock != nil else { return }
        try? connection.rollBack()
        connection.close()
        lock = nil
    }
}
