import CSQLite
import Glibc

/// One connection to one database file, and the statements prepared on it. One thread uses it at a time.
///
/// It owns the pointers: closing it (or dropping the last reference) ends its statements first.
public final class Connection {
    public enum Mode: Sendable {
        /// Reads and writes; the file is made where there is none.
        case writing
        /// Reads only, and never checkpoints.
        case reading
        /// Reads a file that nobody changes, without locks and without a shared-memory file: for folders that cannot be written.
        case readingUnchanging
    }

    public enum Checkpoint: Sendable {
        /// Moves what it can without waiting for anybody.
        case passive
        /// Moves everything and empties the write-ahead log; `busy` when a reader stands in the way.
        case truncating
    }

    public let path: String
    /// Frames in the write-ahead log after the last commit of this connection.
    public private(set) var logFrames = 0

    private var handle: OpaquePointer?
    private let statements = StatementList()

    public init(_ path: String, _ mode: Mode) throws(SQLiteError) {
        self.path = path
        // The statistics take a global mutex at every allocation; they can only be switched off before the first connection.
        _ = Connection.isConfigured
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        var name = path
        switch mode {
        case .writing: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .reading: flags |= SQLITE_OPEN_READONLY
        case .readingUnchanging:
            flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            name = "file:\(Connection.escaped(path))?immutable=1"
        }
        let code = sqlite3_open_v2(name, &handle, flags, nil)
        guard code == SQLITE_OK else {
            let error = failure(code)
            sqlite3_close_v2(handle)
            handle = nil
            throw error
        }
        if case .writing = mode {
            // Replaces SQLite's own checkpoints, which this hook is otherwise used for: the owner decides when.
            sqlite3_wal_hook(
                handle,
                { context, _, _, frames in
                    Unmanaged<Connection>.fromOpaque(context!).takeUnretainedValue().logFrames = Int(frames)
                    return SQLITE_OK
                }, Unmanaged.passUnretained(self).toOpaque())
        } else {
            _ = shim_sqlite3_no_checkpoint_on_close(handle)
        }
        sqlite3_busy_timeout(handle, 5000)
    }

    deinit { close() }

    /// A connection that reads beside an owner or without one, also from a folder that cannot be written.
    ///
    /// Reading a file with a write-ahead log needs a shared-memory file beside it. Where none can be made, and nothing is in that log,
    /// the file alone is all there is.
    public static func reader(_ path: String) throws(SQLiteError) -> Connection {
        do throws(SQLiteError) {
            let connection = try Connection(path, .reading)
            _ = try connection.number("SELECT count(*) FROM sqlite_schema")
            return connection
        } catch {
            let folder = path.lastIndex(of: "/").map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? "."
            guard error.kind == .unusable, access(path, R_OK) == 0, access(folder, W_OK) != 0 else { throw error }
            var log = stat()
            guard stat("\(path)-wal", &log) != 0 || log.st_size == 0 else {
                throw SQLiteError(
                    code: SQLITE_CANTOPEN,
                    message: "it was not closed, and its folder cannot be written; start its owner once, or read a "
                        + "copy in a folder that can be written", path: path)
            }
        }
        let connection = try Connection(path, .readingUnchanging)
        _ = try connection.number("SELECT count(*) FROM sqlite_schema")
        return connection
    }

    /// Ends all statements and closes the file. Afterwards nothing may be called.
    public func close() {
        statements.finalizeAll()
        sqlite3_close_v2(handle)
        handle = nil
    }

    /// Compiles a statement, to be kept and used again.
    public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else { throw failure(code == SQLITE_OK ? SQLITE_MISUSE : code) }
        let statement = Statement(pointer, self)
        statements.add(statement)
        return statement
    }

    /// Runs statements that are needed once, one after the other; rows they give are dropped.
    public func execute(_ sql: String) throws(SQLiteError) {
        var code = SQLITE_OK
        var text = sql
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes).bindMemory(to: CChar.self)[...]
            while code == SQLITE_OK, !rest.isEmpty {
                var pointer: OpaquePointer?
                var tail: UnsafePointer<CChar>?
                let part = UnsafeBufferPointer(rebasing: rest)
                code = sqlite3_prepare_v3(handle, part.baseAddress, Int32(part.count), 0, &pointer, &tail)
                guard code == SQLITE_OK else { return }
                guard let pointer else { return }  // only white space or a comment is left
                repeat { code = sqlite3_step(pointer) } while code == SQLITE_ROW
                let ended = sqlite3_finalize(pointer)
                code = code == SQLITE_DONE ? SQLITE_OK : ended
                rest = rest.dropFirst(tail! - part.baseAddress!)
            }
        }
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// The first column of the first row of a query that is needed once; nil when there is no row or it is null.
    public func number(_ sql: String) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        defer { statement.end() }
        return try statement.step() && !statement.isNull(0) ? statement.number(0) : nil
    }

    /// The first column of each row, as text.
    public func texts(_ sql: String) throws(SQLiteError) -> [String] {
        let statement = try prepare(sql)
        defer { statement.end() }
        var texts: [String] = []
        while try statement.step() { texts.append(statement.text(0)) }
        return texts
    }

    /// Undoes what is open. Nothing happens when nothing is: SQLite rolls some errors back by itself.
    public func rollBack() throws(SQLiteError) {
        if isInTransaction { try execute("ROLLBACK") }
    }

    public var isInTransaction: Bool { handle != nil && sqlite3_get_autocommit(handle) == 0 }

    /// Rows that the last statement wrote.
    public var changedRows: Int { Int(sqlite3_changes64(handle)) }

    /// Moves frames of the write-ahead log into the file. Gives how many are in the log and how many of them are moved.
    @discardableResult
    public func checkpoint(_ kind: Checkpoint) throws(SQLiteError) -> (frames: Int, moved: Int) {
        var frames: Int32 = 0
        var moved: Int32 = 0
        let mode = if case .passive = kind { SQLITE_CHECKPOINT_PASSIVE } else { SQLITE_CHECKPOINT_TRUNCATE }
        let code = sqlite3_wal_checkpoint_v2(handle, nil, mode, &frames, &moved)
        guard code == SQLITE_OK else { throw failure(code) }
        logFrames = max(0, Int(frames) - (frames == moved ? Int(frames) : 0))
        return (Int(frames), Int(moved))
    }

    func failure(_ code: Int32) -> SQLiteError {
        SQLiteError(
            code: code, systemError: handle == nil ? 0 : sqlite3_system_errno(handle),
            message: String(cString: handle == nil ? sqlite3_errstr(code) : sqlite3_errmsg(handle)), path: path)
    }

    func forget(_ statement: Statement) { statements.remove(statement) }

    private static let isConfigured: Bool = shim_sqlite3_without_memory_statistics() == SQLITE_OK

    /// The path as a part of a URI: percent signs, question marks and hashes would end or change it.
    private static func escaped(_ path: String) -> String {
        var text = ""
        for character in path.unicodeScalars {
            switch character {
            case "%": text += "%25"
            case "?": text += "%3f"
            case "#": text += "%23"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}

/// The statements that a connection has to end before it closes. It does not keep them alive.
final class StatementList {
    private var open: [ObjectIdentifier: Unmanaged<Statement>] = [:]

    func add(_ statement: Statement) { open[ObjectIdentifier(statement)] = Unmanaged.passUnretained(statement) }
    func remove(_ statement: Statement) { open[ObjectIdentifier(statement)] = nil }
    func finalizeAll() {
        for statement in open.values { statement.takeUnretainedValue().finalizeOnly() }
        open = [:]
    }
}
