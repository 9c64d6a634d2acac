import Files
import Foundation
import SQLite
import StreamTestKit
import Testing

@Suite struct SQLiteTests {
    private final class Folder {
        let path = NSTemporaryDirectory() + "chengxin-sqlite-" + Files.randomName().prefix(16)
        init() { try? Files.makeFolder(path) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
        var file: String { "\(path)/test.sqlite" }
    }

    @Test func givesBackWhatWasBound() throws {
        let folder = Folder()
        let connection = try Connection(folder.file, .writing)
        try connection.execute("CREATE TABLE t (n INTEGER, s TEXT, b BLOB, c BLOB)")
        let insert = try connection.prepare("INSERT INTO t VALUES (?1, ?2, ?3, ?4)")
        let bytes: ArraySlice<UInt8> = [9, 0, 255, 9][1..<3]
        insert.bind(1, Int64.min)
        insert.bind(2, "信用 \0 end")
        _ = try insert.step(blob: 3, bytes, blob: 4, [])
        insert.reset()
        insert.bind(1, nil as Int64?)
        insert.bind(2, "")
        insert.bind(3, copyOf: bytes)
        try insert.run()
        let rows = try connection.prepare("SELECT n, s, b, c FROM t ORDER BY rowid")
        #expect(try rows.step())
        #expect(rows.number(0) == .min)
        #expect(rows.text(1) == "信用 \0 end")
        #expect(rows.bytes(2) == [0, 255])
        #expect(!rows.isNull(3) && rows.bytes(3).isEmpty)
        #expect(try rows.step())
        #expect(rows.isNull(0) && !rows.isNull(1) && rows.text(1) == "" && rows.bytes(2) == [0, 255] && rows.isNull(3))
        #expect(try !rows.step())
    }

    @Test func runsSeveralStatementsAndStopsAtTheFirstError() throws {
        let folder = Folder()
        let connection = try Connection(folder.file, .writing)
        try connection.execute("CREATE TABLE t (n); INSERT INTO t VALUES (1); SELECT * FROM t; INSERT INTO t VALUES (2) -- and a comment\n")
        #expect(try connection.number("SELECT count(*) FROM t") == 2)
        let error = try #require(
            thrown(SQLiteError.self) {
                try connection.execute("INSERT INTO t VALUES (3); INSERT INTO nowhere VALUES (4); INSERT INTO t VALUES (5)")
            })
        #expect(error.kind == .mistake)
        #expect(error.description.contains(folder.file))
        #expect(try connection.number("SELECT max(n) FROM t") == 3)
    }

    @Test func saysWhatAFailureMeans() throws {
        let folder = Folder()
        try Files.write(ArraySlice(repeating: 1, count: 5000), to: folder.file)
        let connection = try Connection(folder.file, .writing)
        let damaged = try #require(thrown(SQLiteError.self) { _ = try connection.number("SELECT count(*) FROM sqlite_schema") })
        #expect(damaged.isDamaged && !damaged.isRetriable)
        let unusable = try #require(thrown(SQLiteError.self) { _ = try Connection("\(folder.path)/no/such/folder", .writing) })
        #expect(unusable.kind == .unusable)
        #expect(SQLiteError(code: 13, message: "", path: "").isRetriable)
        #expect(SQLiteError(code: 5, message: "", path: "").isRetriable)
        // A short shared-memory file on a full disk is a matter of space; a failed sync never is.
        #expect(SQLiteError(code: 10 | 19 << 8, systemError: 28, message: "", path: "").kind == .full)
        #expect(SQLiteError(code: 10 | 4 << 8, systemError: 28, message: "", path: "").kind == .failedInputOutput)
    }

    @Test func namesNoValueInAnError() throws {
        let folder = Folder()
        let connection = try Connection(folder.file, .writing)
        try connection.execute("CREATE TABLE t (s TEXT UNIQUE)")
        let insert = try connection.prepare("INSERT INTO t VALUES (?1)")
        insert.bind(1, "a secret")
        try insert.run()
        insert.bind(1, "a secret")
        let error = try #require(thrown(SQLiteError.self) { try insert.run() })
        #expect(!error.description.contains("secret"))
    }

    @Test func countsAndMovesTheWriteAheadLog() throws {
        let folder = Folder()
        let connection = try Connection(folder.file, .writing)
        try connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (b BLOB)")
        let insert = try connection.prepare("INSERT INTO t VALUES (?1)")
        for _ in 0..<2000 {
            insert.bind(1, copyOf: ArraySlice(repeating: 7, count: 3000))
            try insert.run()
        }
        // SQLite's own checkpoints would have come at a thousand.
        #expect(connection.logFrames > 2000)
        let moved = try connection.checkpoint(.passive)
        #expect(moved.frames == moved.moved)
        try connection.checkpoint(.truncating)
        #expect(Files.size("\(folder.file)-wal") == 0)
    }

    @Test func endsItsStatementsWhenItCloses() throws {
        let folder = Folder()
        let connection = try Connection(folder.file, .writing)
        try connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (n)")
        let statement = try connection.prepare("SELECT n FROM t")
        connection.close()
        statement.end()
        // Had a statement been left, the write-ahead log would still be there.
        #expect(!Files.exists("\(folder.file)-wal"))
    }

    // MARK: Schemas

    private let first = Schema.Step("first", "CREATE TABLE t (n); INSERT INTO t VALUES (1)")
    private let second = Schema.Step("second", "ALTER TABLE t ADD COLUMN s TEXT; UPDATE t SET s = 'x' || n")

    @Test func runsEachStepOnce() throws {
        let folder = Folder()
        let connection = try Connection(folder.file, .writing)
        #expect(try Schema(application: 7, [first]).apply(to: connection))
        #expect(try !Schema(application: 7, [first]).apply(to: connection))
        #expect(try !Schema(application: 7, [first, second]).apply(to: connection))
        #expect(try Schema(application: 7, [first, second]).check(connection) == 2)
        #expect(try connection.texts("SELECT s FROM t") == ["x1"])
        #expect(try connection.number("PRAGMA user_version") == 2)
    }

    @Test func leavesAFileAsItWasWhenAStepFails() throws {
        let folder = Folder()
        let connection = try Connection(folder.file, .writing)
        _ = try Schema(application: 7, [first]).apply(to: connection)
        let broken = Schema(application: 7, [first, second, Schema.Step("third", "INSERT INTO nowhere VALUES (1)")])
        #expect(throws: Schema.Refusal.self) { try broken.apply(to: connection) }
        #expect(try Schema(application: 7, [first]).check(connection) == 1)
        #expect(throws: SQLiteError.self) { _ = try connection.texts("SELECT s FROM t") }
    }

    @Test func refusesFilesOfOthersAndOfTomorrow() throws {
        let folder = Folder()
        let connection = try Connection(folder.file, .writing)
        _ = try Schema(application: 7, [first, second]).apply(to: connection)
        #expect(throws: Schema.Refusal.newer) { try Schema(application: 7, [first]).apply(to: connection) }
        #expect(throws: Schema.Refusal.newer) { try Schema(application: 7, [second, first]).apply(to: connection) }
        #expect(throws: Schema.Refusal.foreign) { try Schema(application: 8, [first, second]).apply(to: connection) }
    }
}
