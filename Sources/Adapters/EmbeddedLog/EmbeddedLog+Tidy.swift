import Files
import SQLite
import StreamCore
import StreamEngine

extension EmbeddedLog {
    /// What one call reads at most; it bounds how long it takes.
    private static let bytesOfTidyMax = 8 << 20
    private static let batchesOfTidyMax = 64

    /// Removes records that are older than their topic keeps them and that every group has read, and the replaced values of compacted
    /// topics, a piece at a time. True when there is more to do at once. Cheap when there is nothing.
    ///
    /// `now` is by the machine's clock, as everything here, never by the one of `--at`. Offsets never change.
    @discardableResult
    public func tidy(now: Instant? = nil) throws(LogFailure) -> Bool {
        let now = now ?? clock()
        if try retire(now) { return true }
        if try clean(now) { return true }
        sweepInbox(now)
        // Only when nothing has been written since the last call: emptying the log costs as much as a few commits.
        defer { tidiedBatch = lastBatch }
        if connection.logFrames > 0, tidiedBatch == lastBatch {
            do throws(SQLiteError) {
                try connection.checkpoint(.truncating)
            } catch {
                // A reader in the way: there is a next time. Everything else comes up where it matters.
                if error.kind == .failedInputOutput || error.isDamaged { throw LogFailure(error) }
            }
        }
        return false
    }

    // MARK: Age

    private func retire(_ now: Instant) throws(LogFailure) -> Bool {
        var lowest: [Int: Int64]?
        var removed: [(batch: Batch, index: Int)] = []
        var bytes = 0
        for index in parts.indices where parts[index].retention != nil && parts[index].earliest < parts[index].next {
            let before = now + .milliseconds(-parts[index].retention!.milliseconds)
            if let oldest = oldestAppended[index], oldest >= before { continue }
            var earliest = parts[index].earliest
            while removed.count < EmbeddedLog.batchesOfTidyMax, bytes < EmbeddedLog.bytesOfTidyMax, earliest < parts[index].next {
                let batch: Batch
                do throws(LogFailure) {
                    batch = try source.batch(at: source.place(of: earliest, in: parts[index]), in: parts[index])
                } catch {
                    guard error.kind == .fatal else { throw error }
                    // Its age is not to be believed, so it stays; who reads it is told.
                    oldestAppended[index] = .distantFuture
                    break
                }
                oldestAppended[index] = batch.appended
                guard batch.appended < before else { break }
                if lowest == nil { lowest = try Progress.lowest(connection, parts) }
                // Unread is not old: a cluster that stood still for long loses nothing.
                guard lowest![index].map({ $0 >= batch.next }) ?? true else { break }
                removed.append((batch, index))
                bytes += batch.records.count
                earliest = batch.next
            }
        }
        guard !removed.isEmpty else { return false }
        try remove(removed)
        return removed.count >= EmbeddedLog.batchesOfTidyMax || bytes >= EmbeddedLog.bytesOfTidyMax
    }

    private func remove(_ batches: [(batch: Batch, index: Int)]) throws(LogFailure) {
        var changed: [Int: Part] = [:]
        for (batch, index) in batches {
            var part = changed[index] ?? parts[index]
            part.earliest = batch.next
            part.cleaned = max(part.cleaned, batch.next)
            changed[index] = part
        }
        try begin()
        try perform { () throws(SQLiteError) in
            for (batch, _) in batches { try erase(batch.id) }
            for part in changed.values { try partWriter.write(part) }
            // Ids ascend for ever, also when the batch that would say so is gone.
            if batches.contains(where: { $0.batch.id == lastBatch }) {
                try connection.execute("UPDATE cluster SET lastBatch = \(lastBatch)")
            }
        }
        try commit()
        for (index, part) in changed {
            parts[index] = part
            oldestAppended[index] = nil
        }
        layout += 1
    }

    private func erase(_ id: Int64) throws(SQLiteError) {
        batchEraser.bind(1, id)
        try batchEraser.run()
    }

    // MARK: Compaction

    private func clean(_ now: Instant) throws(LogFailure) -> Bool {
        if cleaning == nil { cleaning = try nextCleaning() }
        guard let pass = cleaning else { return false }
        do throws(LogFailure) {
            if pass.mapped < pass.upTo { try mapKeys() } else { try rewrite(now) }
        } catch {
            cleaning = nil
            // A damaged batch cannot be compacted; who reads it is told.
            guard error.kind == .fatal, !connection.isInTransaction, isUsable else { throw error }
            uncleanable.insert(pass.part)
        }
        return true
    }

    /// The compacted partition with most to gain, when there is enough.
    private func nextCleaning() throws(LogFailure) -> Cleaning? {
        for index in parts.indices where parts[index].isCompacted && !uncleanable.contains(index) && sizes[index] == nil {
            try measure(index)
        }
        let candidates = sizes.filter { index, size in
            size.fresh >= max(settings.compactionBytesMin, size.clean) && parts[index].next > parts[index].cleaned
        }
        for (index, _) in candidates.sorted(by: { $0.value.fresh > $1.value.fresh }) {
            let part = parts[index]
            let newest = try source.place(of: part.next - 1, in: part)
            if newest.first > part.cleaned {
                return Cleaning(part: index, from: part.cleaned, upTo: newest.first, rewritten: part.earliest)
            }
        }
        return nil
    }

    private func measure(_ index: Int) throws(LogFailure) {
        do throws(SQLiteError) {
            let rows = try connection.prepare("SELECT first, length(records) FROM batch WHERE part = ?1")
            defer { rows.end() }
            rows.bind(1, parts[index].id)
            var size = Size()
            while try rows.step() {
                if rows.number(0) < parts[index].cleaned { size.clean += Int(rows.number(1)) } else { size.fresh += Int(rows.number(1)) }
            }
            sizes[index] = size
        } catch {
            throw LogFailure(error)
        }
    }

    private func mapKeys() throws(LogFailure) {
        let part = parts[cleaning!.part]
        var bytes = 0
        while cleaning!.mapped < cleaning!.upTo, bytes < EmbeddedLog.bytesOfTidyMax {
            let place = try source.place(of: cleaning!.mapped, in: part)
            var records = try source.records(at: place, in: part)
            while let record = records.next() {
                if let key = record.key { cleaning!.note(key, at: record.offset) }
                bytes += RecordEncoder.headSize + (record.value?.count ?? 0)
            }
            cleaning!.mapped = place.next
            // What is behind waits for the next pass.
            if cleaning!.isFull { cleaning!.upTo = place.next }
        }
    }

    private func rewrite(_ now: Instant) throws(LogFailure) {
        let pass = cleaning!
        var part = parts[pass.part]
        var position = pass.rewritten
        var bytes = 0
        var pending = Rewriting()
        try begin()
        do throws(LogFailure) {
            while position < pass.upTo, bytes < EmbeddedLog.bytesOfTidyMax {
                let batch = try source.batch(at: source.place(of: position, in: part), in: part)
                bytes += batch.records.count
                var kept: [RecordDecoder.Record] = []
                var size = 0
                var records = RecordDecoder(batch.records, first: batch.first)
                let isOld = batch.appended + settings.tombstoneRetention < now
                while let record = records.next() {
                    if let key = record.key {
                        // A tombstone has to be seen by those who have the value; later it only takes room.
                        if pass.isReplaced(key, at: record.offset) || (record.value == nil && isOld) { continue }
                    }
                    kept.append(record)
                    size += RecordEncoder.headSize + (record.key?.count ?? 0) + record.headers.encoded.count + (record.value?.count ?? 0)
                }
                if !pending.fits(batch, size, settings.batchBytesMax) { try write(&pending, part) }
                pending.add(batch, kept)
                position = batch.next
            }
            try write(&pending, part)
            if position >= pass.upTo { part.cleaned = pass.upTo }
            try perform { () throws(SQLiteError) in try partWriter.write(part) }
            try commit()
        } catch {
            try? connection.rollBack()
            throw error
        }
        layout += 1
        parts[pass.part] = part
        cleaning!.rewritten = position
        if position >= pass.upTo {
            cleaning = nil
            sizes[pass.part] = nil
        }
    }

    /// Puts one batch in place of those that were gathered. It keeps the id of the last of them: nothing comes earlier than it was committed.
    private func write(_ pending: inout Rewriting, _ part: Part) throws(LogFailure) {
        defer { pending = Rewriting() }
        guard pending.isChanged, let last = pending.inputs.last else { return }
        let batch = Batch(
            id: last, first: pending.first, next: pending.next, count: pending.encoder.count, appended: pending.appended,
            records: pending.encoder.bytes[...])
        try perform { [inputs = pending.inputs] () throws(SQLiteError) in
            for id in inputs { try erase(id) }
            try batchWriter.write(batch, in: part)
        }
    }

    private struct Rewriting {
        var inputs: [Int64] = []
        var first: Int64 = 0
        var next: Int64 = 0
        var appended = Instant(milliseconds: 0)
        var inputCount = 0
        var encoder = RecordEncoder()

        /// One batch that keeps all of its records stays as it lies there.
        var isChanged: Bool { inputs.count > 1 || inputCount != encoder.count }

        func fits(_ batch: Batch, _ size: Int, _ bytesMax: Int) -> Bool {
            inputs.isEmpty || encoder.bytes.count + size <= bytesMax && batch.next - first < Int64(UInt32.max)
        }

        mutating func add(_ batch: Batch, _ kept: [RecordDecoder.Record]) {
            if inputs.isEmpty { first = batch.first }
            inputs.append(batch.id)
            next = batch.next
            inputCount += batch.count
            appended = max(appended, batch.appended)
            for record in kept {
                encoder.append(
                    offset: UInt32(record.offset - first), timestamp: record.timestamp, key: record.key, headers: record.headers,
                    value: record.value)
            }
        }
    }

    /// Bytes of a compacted partition, before and behind the point up to which it is compacted.
    struct Size {
        var clean = 0
        var fresh = 0
    }

    // MARK: Inbox

    /// Removes what writers that were killed have left unpublished, a day later; looks once an hour.
    private func sweepInbox(_ now: Instant) {
        guard sweptAt.map({ $0 + .seconds(3600) <= now }) ?? true else { return }
        sweptAt = now
        let folder = LogFile.inbox(in: directory)
        for name in (try? Files.names(folder)) ?? [] where name.hasPrefix(".new-") {
            guard let changed = Files.changed("\(folder)/\(name)"), Files.wallClock() / 1000 - Int64(changed) > 86_400 else { continue }
            try? Files.remove("\(folder)/\(name)")
        }
    }
}
