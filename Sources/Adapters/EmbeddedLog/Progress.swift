import SQLite
import StreamCore
import StreamEngine

/// The committed offsets of a group, by index of the partition.
enum Progress {
    static func hash(_ crew: String, _ part: Part, _ next: Int64) -> UInt64 {
        var bytes = Bytes()
        bytes.append(littleEndian: UInt64(bitPattern: part.id))
        bytes.append(littleEndian: UInt64(bitPattern: next))
        return RowSum.hash(3, Bytes(utf8: crew), bytes)
    }

    static func read(_ connection: Connection, crew: String, parts: [Part]) throws(LogFailure) -> [Int: Int64] {
        do throws(SQLiteError) {
            let rows = try connection.prepare("SELECT part, next, hash FROM progress WHERE crew = ?1")
            defer { rows.end() }
            rows.bind(1, crew)
            let indices = Dictionary(uniqueKeysWithValues: parts.enumerated().map { ($1.id, $0) })
            var progress: [Int: Int64] = [:]
            while try rows.step() {
                let next = rows.number(1)
                guard let index = indices[rows.number(0)], Int64(bitPattern: hash(crew, parts[index], next)) == rows.number(2) else {
                    throw SQLiteError(
                        code: 11, message: "a committed offset of \(crew) is not what was written", path: connection.path)
                }
                progress[index] = next
            }
            return progress
        } catch {
            throw LogFailure(error)
        }
    }

    /// How far one has read, in the order of the partitions.
    static func lag(_ progress: [Int: Int64], _ parts: [Part]) -> [Lag] {
        progress.map { Lag(partition: parts[$0].place, committed: $1, end: parts[$0].next) }.sorted { $0.partition < $1.partition }
    }

    static func crews(_ connection: Connection) throws(LogFailure) -> [String] {
        do throws(SQLiteError) {
            return try connection.texts("SELECT DISTINCT crew FROM progress ORDER BY crew")
        } catch {
            throw LogFailure(error)
        }
    }

    /// The lowest offset that some group still has to read, for partitions in which a group has committed one.
    static func lowest(_ connection: Connection, _ parts: [Part]) throws(LogFailure) -> [Int: Int64] {
        var lowest: [Int: Int64] = [:]
        for crew in try crews(connection) {
            lowest.merge(try read(connection, crew: crew, parts: parts), uniquingKeysWith: min)
        }
        return lowest
    }
}
