import StreamCore

extension Checker {
    /// Tables that the engine keeps in every shard.
    private static let timersTable: UInt8 = 250
    private static let parkedTable: UInt8 = 251

    mutating func readChangelog(_ message: Message, _ standing: Standing, _ spot: Spot) {
        guard let number = shardOfPlace[spot.place] else { return }
        guard let key = message.key, let table = key.first else {
            violation(.g7, [spot], expected: "a row or a meta record", seen: "a record without a key")
            return
        }
        if table == MetaRecord.key {
            readMeta(message, standing, spot, number)
        } else if standing == .committed {
            readRow(table, key, message.value, spot, number)
        }
        // Rows of intake and identity are sealed; of theirs only the key could tell something.
        scanForNumbers(message, spot, value: !isSealed(shards[number].worker))
    }

    /// Workers up to identity see identity numbers and seal what they keep.
    func isSealed(_ worker: Int) -> Bool { workers[worker] == "intake" || workers[worker] == "identity" }

    private mutating func readRow(_ table: UInt8, _ key: Bytes, _ value: Bytes?, _ spot: Spot, _ number: Int) {
        let print = Print.of(key)
        let hash = value.map { ChangelogSum.hash(key: key, value: $0) } ?? 0
        let before = shards[number].rows.update(print) { (row: inout UInt64) -> UInt64 in
            defer { row = hash }
            return row
        }
        shards[number].sum = shards[number].sum &- before &+ hash
        if shards[number].rowsWithoutMeta == 0 { shards[number].firstWithoutMeta = spot }
        shards[number].rowsWithoutMeta += 1
        if table == Checker.timersTable, let due = key.dropFirst().leadingBigEndian {
            let isSet = value != nil
            shards[number].timers.set(print, isSet ? Int64(truncatingIfNeeded: due) : 0)
        } else if table == Checker.parkedTable {
            readParked(print, value, number)
        }
    }

    /// A parked input begins with the length of a text whose first line is its cause.
    private mutating func readParked(_ print: UInt64, _ value: Bytes?, _ number: Int) {
        if let old = shards[number].parked.removeValue(forKey: print) {
            if old.isNone { shards[number].sealedParked -= 1 } else if isRead(old) { change(old) { $0.isParked = false } }
        }
        guard let value else { return }
        var cause = Spot.none
        if !isSealed(shards[number].worker), let length = value.leadingBigEndian, length < UInt64(value.count) {
            let line = value.dropFirst(8).prefix(Int(length)).prefix { $0 != UInt8(ascii: "\n") }
            if case .record(let topic, let partition, let offset) = NamedCause(line), let place = place(topic, partition) {
                cause = Spot(place, offset)
            }
        }
        shards[number].parked[print] = cause
        if cause.isNone {
            shards[number].sealedParked += 1
            shards[number].sawSealedParked = true
        } else if isRead(cause) {
            change(cause) {
                $0.isParked = true
                $0.wasParked = true
            }
        }
    }

    private mutating func readMeta(_ message: Message, _ standing: Standing, _ spot: Spot, _ number: Int) {
        guard let value = message.value, let meta = MetaRecord(value), let name = Provenance.name(meta.transaction) else {
            violation(.g7, [spot], expected: "a meta record", seen: "one that cannot be read")
            return
        }
        let shard = shards[number]
        let lane = transactions.lane(name.lane, worker: shard.worker)
        let transaction = transactions.number(lane: lane, counter: name.counter)
        notePart(transaction, meta, standing, spot, number)
        guard standing == .committed else { return }
        transactions.sawMeta(name.counter, of: lane)
        judgeNumbers(meta, spot, shard)
        judgeSum(meta, spot, number)
        cover(meta, UInt32(transaction + 1), spot, number)
        if shard.metaCount == 0 {
            shards[number].firstSequence = meta.sequence
            shards[number].cluster = meta.cluster
            shards[number].partitionCount = meta.partitionCount
        }
        shards[number].sequence = meta.sequence
        shards[number].tick = max(shard.tick, meta.tick)
        shards[number].metaCount += 1
        shards[number].meta = spot
        shards[number].rowsWithoutMeta = 0
        sawTick(meta.tick)
    }

    private mutating func notePart(_ transaction: Int, _ meta: MetaRecord, _ standing: Standing, _ spot: Spot, _ number: Int) {
        let key = partKey(transaction, shards[number].partition)
        let other = parts.update(key) { (part: inout Part) -> Standing? in
            let before = part.meta
            // What is committed is what counts.
            if before != .committed { part.meta = standing }
            if standing == .committed { part.tick = meta.tick }
            return before
        }
        if other == .committed, standing == .committed {
            violation(
                .g2, [spot], expected: "one meta record of transaction \(transactions.name(transaction))", seen: "a second one")
        }
    }

    func partKey(_ transaction: Int, _ partition: Int) -> UInt64 { UInt64(transaction + 1) << 16 | UInt64(partition) & 0xffff }

    private mutating func judgeNumbers(_ meta: MetaRecord, _ spot: Spot, _ shard: ShardHistory) {
        judged(.g7)
        if !meta.worker.elementsEqual(workers[shard.worker].utf8) || meta.partition != Int64(shard.partition) {
            violation(
                .g7, [spot], expected: "the meta of \(workers[shard.worker])/\(shard.partition)",
                seen: "that of \(meta.worker.text)/\(meta.partition)")
        }
        guard shard.metaCount > 0 else { return }
        if meta.sequence != shard.sequence + 1 {
            violation(
                .g7, [spot, shard.meta], expected: "transaction \(shard.sequence + 1) of the shard", seen: "transaction \(meta.sequence)")
        }
        if !meta.cluster.elementsEqual(shard.cluster) || meta.partitionCount != shard.partitionCount {
            violation(.g7, [spot, shard.meta], expected: "the same cluster and number of partitions", seen: "others")
        }
        judged(.t2)
        if meta.tick < shard.tick {
            violation(
                .t2, [spot, shard.meta], expected: "a tick from \(Instant(milliseconds: shard.tick)) on",
                seen: "\(Instant(milliseconds: meta.tick))")
        }
    }

    /// Where compaction has been, rows that were replaced later are gone already, so only the last fold can be right.
    private mutating func judgeSum(_ meta: MetaRecord, _ spot: Spot, _ number: Int) {
        shards[number].checksum = meta.checksum
        let isWhole = shards[number].metaCount == 0 ? meta.sequence == 1 : !shards[number].isCompacted
        guard isWhole, shards[number].sum != meta.checksum, !shards[number].hasReportedSum else { return }
        shards[number].hasReportedSum = true
        violation(
            .g7, [spot], expected: "rows that add up to \(meta.checksum) at transaction \(meta.sequence)", seen: "\(shards[number].sum)")
    }

    private mutating func cover(_ meta: MetaRecord, _ transaction: UInt32, _ spot: Spot, _ number: Int) {
        let shard = shards[number]
        var stated: Set<Int> = []
        for (topic, offset) in meta.next {
            guard let input = place(topic, shard.partition) else {
                shards[number].unreadInputs.insert(topic.text)
                continue
            }
            stated.insert(input)
            judged(.g5)
            if let before = shard.inputNext[input], offset < before {
                violation(
                    .g5, [spot, shard.meta, Spot(input, offset)], expected: "a position from \(before) on", seen: "\(offset)")
            }
            let extent = places[input].extent
            if offset > extent.end {
                violation(
                    .g5, [spot, Spot(input, offset)], expected: "a position up to the end, \(extent.end)", seen: "\(offset)")
            }
            // Before the first meta that is left it is not known who decided what, unless it is the first of all, or the input is new.
            let from = shard.metaCount == 0 && meta.sequence != 1 ? offset : extent.earliest
            shards[number].inputNext[input] = max(shard.inputNext[input] ?? offset, offset)
            shards[number].coverage[input, default: ShardHistory.Coverage(from: from)].add(offset, transaction)
        }
        for input in shard.inputNext.keys.sorted() where !stated.contains(input) {
            violation(.g5, [spot, shard.meta], expected: "a position of \(topics[places[input].topic].topic)", seen: "none")
        }
    }
}

extension ShardHistory.Coverage {
    mutating func add(_ end: Int64, _ transaction: UInt32) {
        guard end > ends.last ?? from else { return }
        ends.append(end)
        transactions.append(transaction)
    }
}
