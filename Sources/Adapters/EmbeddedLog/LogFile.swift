import Files
import SQLite
import StreamCore
import StreamEngine

/// The file of a log: where it lies, its tables, and what its errors mean.
///
/// A batch is what one transaction appended to one partition. Batches of a partition tile its offsets without gaps, so one that is
/// missing is noticed; their ids ascend in the order of commit. Whatever decides where something lies has a hash beside it, because
/// SQLite does not notice a flipped bit.
enum LogFile {
    static func path(in folder: String) -> String { "\(folder)/log.sqlite" }
    static func lock(in folder: String) -> String { "\(folder)/log.lock" }
    static func inbox(in folder: String) -> String { "\(folder)/inbox" }

    /// "CXLG".
    static let schema = Schema(
        application: 0x4358_4c47,
        [
            Schema.Step(
                "batches",
                """
                CREATE TABLE cluster (id TEXT NOT NULL, opened INTEGER NOT NULL, lastBatch INTEGER NOT NULL);
                CREATE TABLE topic (
                    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL, isCompacted INTEGER NOT NULL,
                    retention INTEGER);
                CREATE TABLE part (
                    id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, number INTEGER NOT NULL, earliest INTEGER NOT NULL,
                    next INTEGER NOT NULL, cleaned INTEGER NOT NULL, hash INTEGER NOT NULL);
                CREATE TABLE batch (
                    id INTEGER PRIMARY KEY, part INTEGER NOT NULL, first INTEGER NOT NULL, next INTEGER NOT NULL, count INTEGER NOT NULL,
                    appended INTEGER NOT NULL, hash INTEGER NOT NULL, records BLOB NOT NULL);
                CREATE UNIQUE INDEX batchPlace ON batch (part, first);
                CREATE TABLE progress (
                    crew TEXT NOT NULL, part INTEGER NOT NULL, next INTEGER NOT NULL, hash INTEGER NOT NULL, PRIMARY KEY (crew, part)
                ) WITHOUT ROWID;
                CREATE TABLE taken (
                    file TEXT PRIMARY KEY, records INTEGER NOT NULL, position INTEGER NOT NULL, state INTEGER NOT NULL);
                """)
        ])

    /// Larger pages than SQLite's own: a batch is a long blob, and each page costs a call or two.
    static let pageSize = 16_384
}

extension LogFailure {
    init(_ error: SQLiteError) {
        switch error.kind {
        case .full:
            self.init(.retriable, "no space for \(error.path)", hint: "make room on that disk; it goes on by itself")
        case .busy:
            self.init(.retriable, error.description)
        case .damaged:
            self.init(
                .fatal, "\(error.path) is damaged: \(error.message)",
                hint: "nothing of it was served; bring the folder back from a copy")
        case .failedInputOutput:
            self.init(
                .fatal, "the disk failed under \(error.path): \(error.message)",
                hint: "what was committed before is safe if the disk is; look at the disk, then start again")
        case .unusable, .mistake:
            self.init(.fatal, error.description)
        }
    }

    init(_ refusal: Schema.Refusal, path: String) {
        switch refusal {
        case .foreign:
            self.init(.fatal, "\(path) is not a log of this program", hint: "name another folder by --data")
        case .newer:
            self.init(.fatal, "\(path) was written by a newer version of this program", hint: "start that version")
        case .failed(let error):
            self.init(error)
        }
    }

    init(_ error: FileError) {
        self.init(
            error.isNoSpace ? .retriable : .fatal, error.description,
            hint: error.isForbidden ? "this user needs the right to write there" : error.isNoSpace ? "make room on that disk" : "")
    }
}
