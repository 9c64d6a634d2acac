/// The tables of one kind of file, and how they came to be: steps with names, each run once in a file's life and never edited.
public struct Schema: Sendable {
    public struct Step: Sendable {
        public let name: String
        public let sql: String
        public init(_ name: String, _ sql: String) {
            self.name = name
            self.sql = sql
        }
    }

    /// Why a file cannot be used.
    public enum Refusal: Error, Hashable, Sendable {
        /// Made by another program, or another kind of file of ours.
        case foreign
        /// Made by a newer version of this program.
        case newer
        case failed(SQLiteError)
    }

    /// SQLite's `application_id`, by which a file says what it is.
    public let application: Int32
    public let steps: [Step]

    public init(application: Int32, _ steps: [Step]) {
        self.application = application
        self.steps = steps
    }

    /// Brings a file to this version, in one transaction. True when the file was new.
    public func apply(to connection: Connection) throws(Refusal) -> Bool {
        let done = try check(connection)
        guard done < steps.count else { return false }
        do throws(SQLiteError) {
            try connection.execute("BEGIN IMMEDIATE")
            try connection.execute("CREATE TABLE IF NOT EXISTS step (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)")
            let note = try connection.prepare("INSERT INTO step (number, name) VALUES (?1, ?2)")
            for (index, step) in steps.enumerated().dropFirst(done) {
                try connection.execute(step.sql)
                note.bind(1, Int64(index + 1))
                note.bind(2, step.name)
                try note.run()
            }
            try connection.execute("PRAGMA application_id = \(application); PRAGMA user_version = \(steps.count); COMMIT")
        } catch {
            try? connection.rollBack()
            throw .failed(error)
        }
        return done == 0
    }

    /// How many steps the file has behind it; zero for an empty file. Throws when it is not a file of this kind or a newer one.
    public func check(_ connection: Connection) throws(Refusal) -> Int {
        let application: Int64
        let names: [String]
        do throws(SQLiteError) {
            application = try connection.number("PRAGMA application_id") ?? 0
            if application == 0, try connection.number("SELECT count(*) FROM sqlite_schema") == 0 { return 0 }
            names = application == Int64(self.application) ? try connection.texts("SELECT name FROM step ORDER BY number") : []
        } catch {
            throw .failed(error)
        }
        guard application == Int64(self.application) else { throw .foreign }
        let known = steps.map(\.name)
        guard names.count <= known.count, names == Array(known.prefix(names.count)) else { throw .newer }
        return names.count
    }
}
