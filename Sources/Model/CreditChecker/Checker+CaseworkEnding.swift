import CreditModel
import StreamCore

/// What cases, rulings, versions, notices and orders say about each other, as far as the workers have read each other.
extension Checker {
    mutating func judgeCasework() {
        guard let casework else { return }
        let reading = Reading(self)
        judgeDisputes(casework, reading)
        judgeMarks(casework, reading)
        judgeRepairs(casework, reading)
        judgeSanctions(casework, reading)
        judgeRewards(casework, reading)
        judgeOrders(casework, reading)
        judgeNotices(casework, reading)
        judgeShown(casework, reading)
    }

    /// How far each worker has read, and what it has left to do.
    struct Reading {
        /// By worker and partition.
        private var shards: [String: [Int: ShardHistory]] = [:]
        private let checker: Checker
        /// The newest tick.
        let now: Int64

        init(_ checker: Checker) {
            self.checker = checker
            now = checker.findings.now?.milliseconds ?? .min
            for shard in checker.shards where !shard.meta.isNone {
                shards[checker.workers[shard.worker], default: [:]][shard.partition] = shard
            }
        }

        /// Whether a worker has read a record, and it does not wait in a line.
        func has(_ worker: String, read spot: Spot) -> Bool {
            guard let position = shards[worker]?[checker.places[spot.place].partition]?.inputNext[spot.place], spot.offset < position
            else { return false }
            return !checker.state(spot).isParked
        }

        /// Whether nothing is due that a worker has not done yet in the partition of a record.
        func isPunctual(_ worker: String, at spot: Spot) -> Bool {
            guard let shard = shards[worker]?[checker.places[spot.place].partition] else { return false }
            return shard.earliestDue.map { $0 > now } ?? true
        }

        /// The tick of the transaction in which a worker has read a record; nil where it has not, or where that is no longer kept.
        func tick(of worker: String, reading spot: Spot) -> Int64? {
            guard let shard = shards[worker]?[checker.places[spot.place].partition], let coverage = shard.coverage[spot.place],
                spot.offset >= coverage.from, let last = coverage.ends.last, last > spot.offset
            else { return nil }
            var (step, end) = (0, coverage.ends.count - 1)
            while step < end {
                let middle = (step + end) / 2
                if coverage.ends[middle] > spot.offset { end = middle } else { step = middle + 1 }
            }
            return checker.parts[checker.partKey(Int(coverage.transactions[step]) - 1, shard.partition)].map(\.tick)
        }

        /// Whether a worker has read a record, and has not put it aside.
        func isDone(_ worker: String, _ spot: Spot) -> Bool { has(worker, read: spot) && checker.state(spot).letters == 0 }

        /// The ticks at which a worker has read the ends of a stretch; nil where one of them is not known.
        func ticks(of worker: String, _ stretch: (from: Spot, to: Spot)) -> (from: Int64, to: Int64)? {
            guard let from = tick(of: worker, reading: stretch.from) else { return nil }
            if stretch.to.isNone { return (from, .max) }
            return tick(of: worker, reading: stretch.to).map { (from, $0) }
        }

        /// Whether a ruling that the ledger has read has come to nothing.
        func isWithoutVersion(_ spot: Spot) -> Bool {
            guard !spot.isNone, has("ledger", read: spot) else { return false }
            let state = checker.state(spot)
            return !state.madeVersion && state.letters == 0
        }

        /// Whether a topic is there, from its first record on.
        func isWhole(_ name: String) -> Bool {
            let places = checker.places.filter { checker.topics[$0.topic].topic.name == name }
            return !places.isEmpty && places.allSatisfy { $0.extent.earliest == 0 }
        }
    }

    // MARK: Disputes

    private mutating func judgeDisputes(_ casework: CaseworkState, _ reading: Reading) {
        let hasRulings = reading.isWhole(RecordRuling.topic.name)
        var byGround: [UInt64: [CaseworkState.Dispute]] = [:]
        for file in casework.disputes where !file.isCut && !file.opened.isNone {
            judged(.d2)
            let mark = casework.marks[Print.of(file.record, file.name)] ?? CaseworkState.Mark()
            let record = casework.records[file.record]
            if mark.annotations < file.openings {
                if hasRulings { violation(.d2, [file.opened], expected: "a ruling that restricts the record", seen: "none") }
            } else if record?.isOver != true {
                if reading.isWithoutVersion(mark.annotation) {
                    violation(.d2, [mark.annotation, file.opened], expected: "a version that is restricted", seen: "none")
                } else if file.isOpen, mark.clearedAt != CaseworkState.noTick, record?.annotations.contains(file.name) == false,
                    reading.has("ledger", read: mark.annotation)
                {
                    violation(
                        .d2, [record?.spot ?? file.spot, file.spot], expected: "a restriction until the dispute has ended",
                        seen: "none any more")
                }
            }
            judgeTerm(of: file, record, reading)
            if file.state == .upheld, file.wasWrong {
                judged(.d3)
                if mark.ending.isNone || !mark.endingChangesRecord {
                    if hasRulings { violation(.d3, [file.spot], expected: "a ruling that corrects or withdraws", seen: "none") }
                } else if record?.isOver != true, reading.isWithoutVersion(mark.ending) {
                    violation(.d3, [mark.ending, file.spot], expected: "a version that puts the record right", seen: "none")
                }
            }
            if file.ground != 0 { byGround[Print.of(file.record, file.ground), default: []].append(file) }
        }
        for files in byGround.values where files.count > 1 {
            judged(.d4, files.count)
            let files = files.sorted { ($0.openedAt, $0.opened.offset) < ($1.openedAt, $1.opened.offset) }
            for (earlier, later) in zip(files, files.dropFirst())
            where earlier.isOpen || earlier.endedAt > later.openedAt && earlier.instance == 1 {
                violation(.d4, [later.opened, earlier.spot], expected: "the end of the one before", seen: "two at a time")
            }
        }
    }

    private mutating func judgeTerm(of file: CaseworkState.Dispute, _ record: CaseworkState.Record?, _ reading: Reading) {
        guard file.isOpen, reading.isPunctual("dispute", at: file.spot) else { return }
        if file.state == .open, file.dueAt != CaseworkState.noTick, file.dueAt <= reading.now {
            violation(
                .d1, [file.spot], expected: "an end by \(Instant(milliseconds: file.dueAt))", seen: "that it is open")
        }
        guard file.state == .unverified, file.removeAt != CaseworkState.noTick else { return }
        judged(.t4)
        let mark = casework?.marks[Print.of(file.record, file.name)]
        let isRuled = mark?.ending.isNone == false
        if file.removeAt <= reading.now, isRuled ? mark?.endingChangesRecord != true : record?.isOver != true {
            violation(
                .d1, [file.spot], expected: "a withdrawal by \(Instant(milliseconds: file.removeAt))", seen: "none")
        }
    }

    // MARK: Repairs

    private mutating func judgeMarks(_ casework: CaseworkState, _ reading: Reading) {
        for file in casework.disputes where file.isOpen && !file.isCut {
            guard let mark = casework.marks[Print.of(file.record, file.name)], !mark.ending.isNone,
                file.state != .unverified || file.removeAt > reading.now
            else { continue }
            // A review begins behind the end of the first instance.
            guard mark.ending.place == mark.annotation.place, mark.ending.offset > mark.annotation.offset else { continue }
            violation(.d2, [mark.ending, file.spot], expected: "no ruling before the end of the dispute", seen: "one")
        }
    }

    private mutating func judgeRepairs(_ casework: CaseworkState, _ reading: Reading) {
        let hasRulings = reading.isWhole(RecordRuling.topic.name)
        let hasLedger = reading.isWhole(RecordChanged.ledgerTopic.name)
        for file in casework.repairs where file.state == .granted || file.state == .executed {
            judged(.r2)
            let mark = casework.marks[Print.of(file.record, file.name)] ?? CaseworkState.Mark()
            let record = casework.records[file.record]
            let ruling = file.isPerformance ? mark.ending : mark.annotation
            let isAlive = record?.isAlive ?? true
            if ruling.isNone {
                if hasRulings { violation(.r2, [file.spot], expected: "a ruling for the ledger", seen: "none") }
            } else if isAlive, reading.isWithoutVersion(ruling) {
                violation(.r2, [ruling, file.spot], expected: "a version by this case", seen: "none")
            }
            guard hasLedger, isAlive || !mark.version.isNone else { continue }
            if file.state == .executed, mark.version.isNone {
                violation(.r2, [file.spot], expected: "a version by this case before its execution", seen: "none")
            } else if file.isPerformance, !mark.version.isNone, !mark.isShownRepaired {
                violation(.r2, [mark.version, file.spot], expected: "that the record is repaired", seen: "another state")
            }
        }
    }

    // MARK: Sanctions

    private mutating func judgeSanctions(_ casework: CaseworkState, _ reading: Reading) {
        let hasProofs = reading.isWhole(NoticeProgressed.topic.name)
        for file in casework.sanctions where !file.isCut && !file.ordered.isNone {
            if hasProofs, !file.noticed.isNone {
                judged(.x2)
                let proof = casework.proofs[file.notice]
                if proof?.spot != file.noticedBecause || proof?.sanction != file.name || proof?.isOfProposal != true {
                    violation(
                        .x2, [file.noticed] + (proof.map { [$0.spot] } ?? []),
                        expected: "the delivered notice of the proposal as its cause",
                        seen: proof == nil ? "no such notice" : "another")
                }
            }
            judgeGrounds(of: file, casework, reading)
        }
    }

    /// What a sanction has rested on when it was ordered, and what it rests on now, as far as it has read the ledger.
    private mutating func judgeGrounds(of file: CaseworkState.Sanction, _ casework: CaseworkState, _ reading: Reading) {
        judged(.x1, file.standings.count)
        for standing in file.standings {
            for name in standing.records {
                for doubt in casework.records[name]?.doubts ?? [] {
                    // What was read and answered at one tick was answered at once.
                    guard let (from, to) = reading.ticks(of: "sanction", doubt), max(from, standing.from) < min(to, standing.to) else {
                        continue
                    }
                    violation(
                        .x1, [standing.spot, doubt.from], expected: "a suspension as long as a record it rests on is in doubt",
                        seen: "that it stood")
                }
            }
        }
        guard file.state == .standing, reading.isPunctual("sanction", at: file.spot) else { return }
        var isCarried = false
        for name in file.records {
            // What the ledger does not have, or sanction has not read, is not judged.
            guard let record = casework.records[name], reading.has("sanction", read: record.spot) else { return }
            if record.isInDoubt {
                violation(
                    .x1, [file.spot, record.spot], expected: "a suspension while a record it rests on is in doubt", seen: "that it stands")
            }
            isCarried = isCarried || record.isAlive
        }
        if !isCarried {
            violation(.x1, [file.spot], expected: "a lifting, for no record carries it any more", seen: "that it stands")
        }
    }

    // MARK: Publicity

    /// What was shown for a while, and the doubts about its record, as publicity has read of them. What is shown now is judged elsewhere.
    private mutating func judgeShown(_ casework: CaseworkState, _ reading: Reading) {
        guard let publicity else { return }
        judged(.p5, publicity.shown.count)
        for shown in publicity.shown {
            for doubt in casework.records[shown.record]?.doubts ?? [] {
                guard let (from, to) = reading.ticks(of: "publicity", doubt), max(from, shown.from) < min(to, shown.to) else { continue }
                violation(.p5, [shown.spot, doubt.from], expected: "no listing while its record is in doubt", seen: "one")
            }
        }
    }
}
