import SQLite
import StreamCore
import StreamEngine

/// One partition as the file has it.
struct Part {
    var id: Int64
    var place: TopicPartition
    var isCompacted: Bool
    var retention: Instant.Span?
    var earliest: Int64
    /// The offset that the next record gets.
    var next: Int64
    /// Below it each key occurs once.
    var cleaned: Int64

    var hash: UInt64 {
        var bytes = Bytes()
        for number in [id, Int64(place.partition), earliest, next, cleaned] {
            bytes.append(littleEndian: UInt64(bitPattern: number))
        }
        return RowSum.hash(1, Bytes(utf8: place.topic.name), bytes)
    }

    /// All partitions of the log; topics without their partitions, and numbers that were changed, are damage.
    static func all(_ connection: Connection) throws(LogFailure) -> [Part] {
        do throws(SQLiteError) {
            let rows = try connection.prepare(
                """
                SELECT part.id, name, number, isCompacted, retention, earliest, next, cleaned, hash FROM part
                JOIN topic ON topic.id = part.topic ORDER BY part.id
                """)
            defer { rows.end() }
            var parts: [Part] = []
            var damaged: Part?
            while try rows.step() {
                let part = Part(
                    id: rows.number(0), place: TopicPartition(Topic(rows.text(1)), Int(rows.number(2))), isCompacted: rows.number(3) != 0,
                    retention: rows.isNull(4) ? nil : .milliseconds(rows.number(4)), earliest: rows.number(5), next: rows.number(6),
                    cleaned: rows.number(7))
                if Int64(bitPattern: part.hash) != rows.number(8) { damaged = part }
                parts.append(part)
            }
            if let damaged {
                throw SQLiteError(
                    code: 11, message: "the entry of partition \(damaged.place) is not what was written", path: connection.path)
            }
            return parts
        } catch {
            throw LogFailure(error)
        }
    }
}

/// One statement that writes a partition's numbers.
struct PartWriter {
    private let statement: Statement

    init(_ connection: Connection) throws(SQLiteError) {
        statement = try connection.prepare("UPDATE part SET earliest = ?2, next = ?3, cleaned = ?4, hash = ?5 WHERE id = ?1")
    }

    func write(_ part: Part) throws(SQLiteError) {
        statement.bind(1, part.id)
        statement.bind(2, part.earliest)
        statement.bind(3, part.next)
        statement.bind(4, part.cleaned)
        statement.bind(5, Int64(bitPattern: part.hash))
        try statement.run()
    }
}
