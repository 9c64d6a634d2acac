import Files
import SQLite
import StreamCore
import StreamEngine

/// The file of a store: where it lies, its tables, and what its errors mean.
///
/// A key in the file is the table's number and the row's key, so one index serves all tables and a scan walks it. Rows have a rowid
/// and a unique key beside it: less work for SQLite than a table that is itself the index.
enum StoreFile {
    static func folder(_ directory: String, _ worker: String) -> String { "\(directory)/stores/\(worker)" }

    static func path(_ directory: String, _ shard: ShardName) -> String {
        "\(folder(directory, shard.worker))/\(shard.partition).sqlite"
    }

    static func lock(_ directory: String, _ shard: ShardName) -> String {
        "\(folder(directory, shard.worker))/\(shard.partition).lock"
    }

    /// "CXST".
    static let schema = Schema(
        application: 0x4358_5354,
        [
            Schema.Step(
                "rows",
                """
                CREATE TABLE entry (key BLOB NOT NULL UNIQUE, value BLOB NOT NULL, hash INTEGER NOT NULL);
                CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), body BLOB NOT NULL, hash INTEGER NOT NULL);
                CREATE TABLE restore (id INTEGER PRIMARY KEY CHECK (id = 1), parts INTEGER NOT NULL);
                """)
        ])

    static let pageSize = 4096

    /// Removes the file and what SQLite keeps beside it. Only with the lock.
    static func remove(_ path: String) throws(StoreFailure) {
        do throws(FileError) {
            for suffix in ["-wal", "-shm", "-journal", ""] { try Files.remove(path + suffix) }
            if Files.isFolder(Files.above(path)) { try Files.syncFolder(Files.above(path)) }
        } catch {
            throw StoreFailure(error)
        }
    }

    static func meta(_ connection: Connection) throws(StoreFailure) -> ShardMeta? {
        let body: Bytes
        do throws(SQLiteError) {
            let statement = try connection.prepare("SELECT body, hash FROM meta")
            defer { statement.end() }
            guard try statement.step() else { return nil }
            body = statement.bytes(0)
            guard RowSum.hash(0, [], body) == UInt64(bitPattern: statement.number(1)) else { throw StoreFile.metaIsDamaged(connection) }
        } catch {
            throw StoreFailure(error)
        }
        guard let meta = MetaCodec.decode(body) else {
            throw StoreFailure(.damaged, "\(connection.path): its meta is of another version", hint: "it is rebuilt from the changelog")
        }
        return meta
    }

    private static func metaIsDamaged(_ connection: Connection) -> SQLiteError {
        SQLiteError(code: 11, message: "its meta is not what was written", path: connection.path)
    }
}

extension StoreFailure {
    init(_ error: SQLiteError) {
        switch error.kind {
        case .full:
            self.init(.retriable, "no space for \(error.path)", hint: "make room on that disk; it goes on by itself")
        case .busy:
            self.init(.retriable, error.description)
        case .damaged:
            self.init(.damaged, "\(error.path) is damaged: \(error.message)", hint: "it is rebuilt from the changelog")
        case .failedInputOutput:
            // After a failed sync the system may have dropped what it could not write: the file is not to be trusted.
            self.init(.damaged, "the disk failed under \(error.path): \(error.message)", hint: "look at the disk")
        case .unusable, .mistake:
            self.init(.fatal, error.description)
        }
    }

    /// While a file is opened: what is otherwise our mistake (a table that there is not) or a matter of rights is then damage, unless
    /// there really are no rights.
    init(opening error: SQLiteError) {
        let mayWrite = Files.isWritable(error.path) && Files.isWritable(Files.above(error.path))
        if error.kind == .mistake || error.kind == .unusable && mayWrite {
            self.init(.damaged, "\(error.path) cannot be used: \(error.message)", hint: "it is rebuilt from the changelog")
        } else {
            self.init(error)
        }
    }

    init(_ error: FileError) {
        self.init(
            error.isNoSpace ? .retriable : .fatal, error.description,
            hint: error.isForbidden ? "this user needs the right to write there" : error.isNoSpace ? "make room on that disk" : "")
    }
}
