import CSQLite
import Glibc

/// What SQLite said, and what to make of it. It never holds a value of a row.
public struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// Another connection is in the way. The same may be tried again.
        case busy
        /// No space. What was being written is rolled back or can be.
        case full
        /// The disk or the file system failed. What was written since the last sync may be gone.
        case failedInputOutput
        /// The file is not a database, or a damaged one.
        case damaged
        /// Rights, path, or a file that may only be read.
        case unusable
        /// Anything else: a statement or a call that is our mistake.
        case mistake
    }

    /// SQLite's extended result code.
    public let code: Int32
    public let kind: Kind
    public let message: String
    public let path: String

    public init(code: Int32, systemError: Int32 = 0, message: String, path: String) {
        self.code = code
        self.message = message
        self.path = path
        self.kind = SQLiteError.kind(code, systemError)
    }

    public var isRetriable: Bool { kind == .busy || kind == .full }
    public var isDamaged: Bool { kind == .damaged }

    public var description: String { "\(path): \(message) (SQLite code \(code))" }

    private static func kind(_ code: Int32, _ systemError: Int32) -> Kind {
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_NOMEM, SQLITE_INTERRUPT: return .busy
        case SQLITE_FULL: return .full
        case SQLITE_IOERR:
            // A short write of the shared memory file, or a quota, comes as an I/O error although only space is missing. A failed
            // fsync stays what it is: nobody knows what the system has dropped.
            let isSync = code == SQLITE_IOERR | 4 << 8 || code == SQLITE_IOERR | 5 << 8
            return !isSync && (systemError == ENOSPC || systemError == EDQUOT) ? .full : .failedInputOutput
        case SQLITE_CORRUPT, SQLITE_NOTADB: return .damaged
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH, SQLITE_NOLFS: return .unusable
        default: return .mistake
        }
    }
}
