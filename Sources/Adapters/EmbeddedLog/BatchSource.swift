import SQLite
import StreamCore
import StreamEngine

/// Finds and reads batches, and believes none that is not what was written.
final class BatchSource {
    struct Place {
        var id: Int64
        var first: Int64
        var next: Int64
    }

    private let path: String
    private let covering: Statement
    private let content: Statement

    init(_ connection: Connection) throws(SQLiteError) {
        path = connection.path
        covering = try connection.prepare(
            "SELECT id, first, next FROM batch WHERE part = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1")
        content = try connection.prepare("SELECT part, first, next, count, appended, hash, records FROM batch WHERE id = ?1")
    }

    /// The batch that covers an offset between `earliest` and `next` of its partition.
    func place(of offset: Int64, in part: Part) throws(LogFailure) -> Place {
        do throws(SQLiteError) {
            defer { covering.reset() }
            covering.bind(1, part.id)
            covering.bind(2, offset)
            if try covering.step() {
                let place = Place(id: covering.number(0), first: covering.number(1), next: covering.number(2))
                if place.first <= offset, offset < place.next { return place }
            }
        } catch {
            throw LogFailure(error)
        }
        throw damage(part, offset, offset + 1, "is not there")
    }

    /// The batch's records.
    func records(at place: Place, in part: Part) throws(LogFailure) -> RecordDecoder {
        RecordDecoder(try batch(at: place, in: part).records, first: place.first)
    }

    func batch(at place: Place, in part: Part) throws(LogFailure) -> Batch {
        var batch: Batch?
        var hash: UInt64 = 0
        do throws(SQLiteError) {
            defer { content.reset() }
            content.bind(1, place.id)
            if try content.step(), content.number(0) == part.id, content.number(1) == place.first, content.number(2) == place.next {
                batch = Batch(
                    id: place.id, first: place.first, next: place.next, count: Int(content.number(3)),
                    appended: Instant(milliseconds: content.number(4)), records: content.bytes(6))
                hash = UInt64(bitPattern: content.number(5))
            }
        } catch {
            throw error.isDamaged ? damage(part, place.first, place.next, "cannot be read (\(error.message))") : LogFailure(error)
        }
        guard let batch, batch.hash(in: part) == hash else {
            throw damage(part, place.first, place.next, "is not what was written")
        }
        return batch
    }

    func damage(_ part: Part, _ first: Int64, _ next: Int64, _ what: String) -> LogFailure {
        LogFailure(
            .fatal, "\(path): \(part.place), offsets \(first) to \(next - 1): the batch \(what)",
            hint: "nothing of it was served, other partitions go on; bring the folder back from a copy", damagedAt: part.place)
    }
}

/// A batch with all that its hash covers.
struct Batch {
    var id: Int64
    var first: Int64
    var next: Int64
    var count: Int
    var appended: Instant
    var records: Bytes

    /// Binds the records to their place: a batch that got into another partition, or another order, is not believed.
    func hash(in part: Part) -> UInt64 {
        var place = Bytes()
        place.reserveCapacity(64)
        for number in [id, part.id, Int64(part.place.partition), first, next, Int64(count), appended.milliseconds] {
            place.append(littleEndian: UInt64(bitPattern: number))
        }
        place.append(contentsOf: part.place.topic.name.utf8)
        return RowSum.hash(2, place, records)
    }
}

/// One statement that adds a batch.
struct BatchWriter {
    private let statement: Statement

    init(_ connection: Connection) throws(SQLiteError) {
        statement = try connection.prepare(
            """
            INSERT INTO batch (id, part, first, next, count, appended, hash, records) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
    }

    func write(_ batch: Batch, in part: Part) throws(SQLiteError) {
        defer { statement.reset() }
        statement.bind(1, batch.id)
        statement.bind(2, part.id)
        statement.bind(3, batch.first)
        statement.bind(4, batch.next)
        statement.bind(5, Int64(batch.count))
        statement.bind(6, batch.appended.milliseconds)
        statement.bind(7, Int64(bitPattern: batch.hash(in: part)))
        _ = try statement.step(blob: 8, batch.records)
    }
}
