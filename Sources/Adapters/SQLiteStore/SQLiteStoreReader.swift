import Files
import SQLite
import StreamCore
import StreamEngine

/// Reads a store beside its owner or without one. It sees committed rows only and changes nothing.
public final class SQLiteStoreReader {
    private let connection: Connection
    private let lookUp: Statement
    private let scanRange: Statement

    public init(directory: String, shard: ShardName) throws(StoreFailure) {
        let path = StoreFile.path(directory, shard)
        guard Files.exists(path) else { throw StoreFailure(.fatal, "there is no store \(path)") }
        do throws(SQLiteError) {
            connection = try Connection.reader(path)
        } catch {
            throw StoreFailure(error)
        }
        do throws(Schema.Refusal) {
            guard try StoreFile.schema.check(connection) == StoreFile.schema.steps.count else {
                throw Schema.Refusal.failed(SQLiteError(code: 21, message: "it is of an older version; start its owner once", path: path))
            }
        } catch {
            switch error {
            case .foreign: throw StoreFailure(.damaged, "\(path) is not a store")
            case .newer: throw StoreFailure(.fatal, "\(path) was written by a newer version of this program")
            case .failed(let error): throw StoreFailure(error)
            }
        }
        do throws(SQLiteError) {
            lookUp = try connection.prepare("SELECT value, hash FROM entry WHERE key = ?1")
            scanRange = try connection.prepare("SELECT key, value, hash FROM entry WHERE key >= ?1 ORDER BY key LIMIT ?2")
        } catch {
            throw StoreFailure(error)
        }
    }

    public func close() { connection.close() }

    /// As of now; nil while the store is being restored.
    public func meta() throws(StoreFailure) -> ShardMeta? { try StoreFile.meta(connection) }

    public func read(_ table: UInt8, _ key: Bytes) throws(StoreFailure) -> Bytes? {
        do throws(SQLiteError) {
            defer { lookUp.reset() }
            guard try lookUp.step(blob: 1, [table] + key) else { return nil }
            let value = lookUp.bytes(0)
            guard RowSum.hash(table, key, value) == UInt64(bitPattern: lookUp.number(1)) else { throw rowIsDamaged(table) }
            return value
        } catch {
            throw StoreFailure(error)
        }
    }

    /// Rows of a table in the order of their keys, from `from` on, at most `limit`.
    public func scan(_ table: UInt8, from: Bytes = [], limit: Int) throws(StoreFailure) -> [(key: Bytes, value: Bytes)] {
        do throws(SQLiteError) {
            defer { scanRange.reset() }
            scanRange.bind(1, copyOf: [table] + from)
            scanRange.bind(2, Int64(limit))
            var rows: [(key: Bytes, value: Bytes)] = []
            while try scanRange.step() {
                let fileKey = scanRange.bytes(0)
                guard fileKey.first == table else { break }
                let value = scanRange.bytes(1)
                guard RowSum.hash(table, fileKey.dropFirst(), value) == UInt64(bitPattern: scanRange.number(2)) else {
                    throw rowIsDamaged(table)
                }
                rows.append((fileKey.dropFirst(), value))
            }
            return rows
        } catch {
            throw StoreFailure(error)
        }
    }

    func check(_ shard: ShardName, limit: Int) throws(StoreFailure) -> [StoreFinding] {
        var findings: [StoreFinding] = []
        func found(_ what: String) { findings.append(StoreFinding(file: connection.path, table: nil, key: nil, what: what)) }
        do throws(SQLiteError) {
            // One view for all: rows and meta of the same commit.
            try connection.execute("BEGIN")
            for line in try connection.texts("PRAGMA integrity_check(20)") where line != "ok" { found("SQLite says: \(line)") }
        } catch {
            throw StoreFailure(error)
        }
        defer { try? connection.rollBack() }
        guard let meta = try meta() else {
            do throws(SQLiteError) {
                if try connection.number("SELECT EXISTS (SELECT 1 FROM entry)") != 0 {
                    found("it has rows but no meta: a restore did not come to its end, or is under way")
                }
            } catch {
                throw StoreFailure(error)
            }
            return findings
        }
        if meta.worker != shard.worker || meta.partition != shard.partition {
            found("it is the store of \(meta.worker)/\(meta.partition)")
        }
        return findings + (try StoreVerification.findings(connection, meta, limit: limit))
    }

    private func rowIsDamaged(_ table: UInt8) -> SQLiteError {
        SQLiteError(code: 11, message: "a row of table \(table) is not what was written", path: connection.path)
    }
}
