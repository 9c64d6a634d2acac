import StreamCore
import StreamEngine

/// Reads partitions from given offsets on, of all of them together in the order of commit.
///
/// Only one batch is in memory at a time, however many partitions there are: the one that comes next.
struct Feed {
    private struct Cursor {
        /// Index among the partitions of the log.
        var part: Int
        var position: Int64
        var place: BatchSource.Place?
        var records: RecordDecoder?
        /// Its damage has been reported; it is not read any further.
        var isBroken = false
    }

    private var cursors: [Cursor] = []
    private let passesOverWhatIsGone: Bool

    /// `passesOverWhatIsGone`: a position that retention has overtaken moves to the first record that is kept; else it is an error.
    init(passesOverWhatIsGone: Bool = false) { self.passesOverWhatIsGone = passesOverWhatIsGone }

    /// What one call gives at most, so that large records do not fill the memory.
    private static let bytesMax = 4 << 20

    var isEmpty: Bool { cursors.isEmpty }

    mutating func start(_ part: Int, at position: Int64) {
        stop(part)
        cursors.append(Cursor(part: part, position: position))
    }

    mutating func stop(_ part: Int) { cursors.removeAll { $0.part == part } }

    /// Where a partition's reading has got to; nil when it was not started.
    func position(of part: Int) -> Int64? { cursors.first { $0.part == part }?.position }

    /// Whether anything is left to be read.
    func isAtEnd(_ parts: [Part]) -> Bool { !cursors.contains { !$0.isBroken && $0.position < parts[$0.part].next } }

    /// What a caller has read no longer counts as located: batches may have been merged or removed since.
    mutating func relocate() {
        for index in cursors.indices {
            cursors[index].place = nil
            cursors[index].records = nil
        }
    }

    /// The next records. A damaged batch is thrown once, when everything before it has been given; afterwards its partition stands
    /// still and the others go on.
    mutating func next(_ recordsMax: Int, of parts: [Part], from source: BatchSource) throws(LogFailure) -> [Message] {
        var messages: [Message] = []
        var bytes = 0
        while messages.count < recordsMax, bytes < Feed.bytesMax {
            do throws(LogFailure) {
                guard let index = try firstCursor(parts, source) else { break }
                try read(index, recordsMax, &bytes, parts, source, into: &messages)
            } catch {
                // What is already at hand first. The cursor has not moved, so the error comes again.
                if messages.isEmpty {
                    breakCursor()
                    throw error
                }
                break
            }
        }
        return messages
    }

    /// The cursor at which the last error came up.
    private var current = 0

    private mutating func breakCursor() { cursors[current].isBroken = true }

    /// The cursor whose batch was committed first among those that have something.
    private mutating func firstCursor(_ parts: [Part], _ source: BatchSource) throws(LogFailure) -> Int? {
        var best: Int?
        for index in cursors.indices where !cursors[index].isBroken {
            let part = parts[cursors[index].part]
            guard cursors[index].position < part.next else { continue }
            if cursors[index].place == nil {
                current = index
                if passesOverWhatIsGone { cursors[index].position = max(cursors[index].position, part.earliest) }
                guard cursors[index].position < part.next else { continue }
                guard cursors[index].position >= part.earliest else {
                    throw LogFailure(
                        .fatal, "\(part.place): offset \(cursors[index].position) is gone, the log begins at \(part.earliest)",
                        hint: "records were removed by age before they were read")
                }
                cursors[index].place = try source.place(of: cursors[index].position, in: part)
            }
            if best == nil || cursors[index].place!.id < cursors[best!].place!.id { best = index }
        }
        return best
    }

    private mutating func read(
        _ index: Int, _ recordsMax: Int, _ bytes: inout Int, _ parts: [Part], _ source: BatchSource, into messages: inout [Message]
    ) throws(LogFailure) {
        current = index
        let part = parts[cursors[index].part]
        let place = cursors[index].place!
        if cursors[index].records == nil {
            var records = try source.records(at: place, in: part)
            while records.skip(below: cursors[index].position) {}
            cursors[index].records = records
        }
        // Taken out and put back, so that the decoder is not copied at each record.
        var records = cursors[index].records!
        cursors[index].records = nil
        while messages.count < recordsMax, bytes < Feed.bytesMax, let record = records.next() {
            messages.append(
                Message(
                    topic: part.place.topic, partition: part.place.partition, offset: record.offset, timestamp: record.timestamp,
                    key: record.key, value: record.value, headers: record.headers))
            bytes += RecordEncoder.headSize + (record.key?.count ?? 0) + record.headers.encoded.count + (record.value?.count ?? 0)
            cursors[index].position = record.offset + 1
        }
        if messages.count < recordsMax, bytes < Feed.bytesMax, !records.isAtEnd {
            throw source.damage(part, place.first, place.next, "holds what is no record")
        }
        if records.isAtEnd {
            cursors[index].position = place.next
            cursors[index].place = nil
        } else {
            cursors[index].records = records
        }
    }
}
