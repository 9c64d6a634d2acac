import StreamCore

extension Checker {
    /// What does not hold, what is open, and what could not be judged.
    ///
    /// - Parameters:
    ///   - isStill: whether nothing was written while the topics and the groups' offsets were read. If something was, what happened at the
    ///     edge counts as open.
    ///   - mustBeSettled: whether anything open is a violation.
    public consuming func finish(isStill: Bool, mustBeSettled: Bool = false) -> Findings {
        for place in places { end(TopicPartition(topics[place.topic].topic, place.partition)) }
        var ending = Ending(checker: self, isStill: isStill)
        self = Checker([:])
        ending.judgeAll()
        return ending.findings(mustBeSettled: mustBeSettled)
    }
}

/// The judgement at the end, when everything has been read.
private struct Ending {
    var checker: Checker
    let isStill: Bool
    /// The shard of each input's partition, by the partition's number.
    private var readers: [Int: Int] = [:]
    /// Where the trail of a submission ends without an answer.
    private var lost: [Spot: Spot] = [:]
    private var compactedAway = 0
    private var trimmed = 0
    private var partsNotSeen = 0
    private var trimmedByWorker: [Int: [Int]] = [:]

    init(checker: consuming Checker, isStill: Bool) {
        self.isStill = isStill
        for (number, place) in checker.places.enumerated() where place.extent.earliest > 0 && place.role.isOutput {
            for worker in checker.topics[place.topic].producers { trimmedByWorker[worker, default: []].append(number) }
        }
        self.checker = checker
    }

    mutating func judgeAll() {
        for (number, shard) in checker.shards.enumerated() {
            for input in shard.inputNext.keys { readers[input] = number }
        }
        judgeShards()
        judgeTransactions()
        judgeParts()
        judgeGroups()
        judgeInputs()
        judgeSubmissions()
        judgeRecords()
        judgeCausesAhead()
        // Beside running workers the list is a step behind the ledger, and so is a case.
        if isStill {
            checker.judgePublicity()
            checker.judgeCasework()
        }
    }

    private mutating func open(_ kind: Findings.Open, _ count: Int = 1) {
        if count > 0 { checker.findings.open[kind, default: 0] += count }
    }

    // MARK: Shards

    private mutating func judgeShards() {
        for shard in checker.shards where !shard.meta.isNone {
            checker.judged(.g7)
            if shard.rowsWithoutMeta > 0 {
                if isStill && checker.places[shard.place].undecided == 0 {
                    checker.violation(
                        .g7, [shard.firstWithoutMeta], expected: "a meta record behind the last rows",
                        seen: "\(shard.rowsWithoutMeta) rows without one")
                } else {
                    open(.transactions)
                }
            } else if shard.isCompacted, shard.sum != shard.checksum {
                checker.violation(
                    .g7, [shard.meta], expected: "rows that add up to \(shard.checksum) at transaction \(shard.sequence)",
                    seen: "\(shard.sum)")
            }
            if let due = shard.earliestDue, let now = checker.findings.now, due <= now.milliseconds { open(.timers) }
        }
        for shard in checker.shards where shard.meta.isNone && shard.rowsWithoutMeta > 0 && isStill {
            checker.violation(
                .g7, [shard.firstWithoutMeta], expected: "a meta record behind rows", seen: "\(shard.rowsWithoutMeta) rows without any")
        }
    }

    // MARK: Transactions

    /// Whether a transaction may have been under way while the topics were read.
    private func isAtEdge(_ number: Int) -> Bool {
        guard !isStill else { return false }
        let transaction = checker.transactions.all[number]
        return transaction.counter >= checker.transactions.lanes[Int(transaction.lane)].newestMeta
    }

    private mutating func judgeTransactions() {
        var claimed: [UInt64: Bool] = [:]
        var hasClaims = false
        for number in checker.transactions.all.indices {
            let transaction = checker.transactions.all[number]
            guard transaction.total > 0 else { continue }
            checker.judged(.g3)
            if transaction.committed > 0, transaction.aborted > 0 {
                checker.violation(
                    .g3, [transaction.first], expected: "transaction \(checker.transactions.name(number)) committed or aborted",
                    seen: "\(transaction.committed) outputs committed and \(transaction.aborted) aborted")
            }
            guard transaction.committed > 0, transaction.committed < transaction.total else { continue }
            if transaction.undecided > 0 || isAtEdge(number) {
                open(.transactions)
                continue
            }
            if !hasClaims {
                claimed = explainedByCompaction()
                hasClaims = true
            }
            // Of a profile that a timer changed nothing else tells.
            let worker = checker.transactions.lanes[Int(transaction.lane)].worker
            let otherwise = checker.workers[worker] == "identity" && profilesHaveGaps || newestHaveGaps(of: worker)
            let missing = checker.transactions.missing(number).filter { !(claimed[UInt64(number) << 32 | UInt64($0)] ?? otherwise) }
            compactedAway += Int(transaction.total - transaction.committed) - missing.count
            guard !missing.isEmpty else { continue }
            if mayBeTrimmed(transaction) {
                trimmed += 1
                continue
            }
            checker.violation(
                .g4, [transaction.first],
                expected: "\(transaction.total) outputs of transaction \(checker.transactions.name(number))",
                seen: "\(transaction.committed); \(missing.prefix(3).map(String.init).joined(separator: ", ")) missing")
        }
    }

    /// For each output that something tells of, whether it is gone from its compacted topic because something newer has its key.
    private func explainedByCompaction() -> [UInt64: Bool] {
        var explained: [UInt64: Bool] = [:]
        for claim in checker.claims where !checker.transactions.has(Int(claim.transaction), Int(claim.index)) {
            let isReplaced: Bool
            switch claim.kind {
            case .current:
                let record = checker.recordStates[Int(claim.key)]
                isReplaced = record.isGone || record.currentVersion > claim.version
            case .profile, .sealed, .profileOrSealed:
                guard claim.key != 0 else {
                    isReplaced = profilesHaveGaps
                    break
                }
                let known = checker.subjects[claim.key]
                let profile = claim.kind == .sealed ? nil : known?.profile
                let sealed = claim.kind == .profile ? nil : known?.sealed
                isReplaced = [profile, sealed].contains { isNewer($0, than: claim) }
            }
            explained[UInt64(claim.transaction) << 32 | UInt64(claim.index)] = isReplaced
        }
        return explained
    }

    /// Whether an output may be newer than the one that a claim tells of.
    private func isNewer(_ other: Checker.OutputNumber?, than claim: Checker.Claim) -> Bool {
        guard let other, other.transaction != 0 else { return false }
        let number = Int(other.transaction) - 1
        if number == Int(claim.transaction) { return other.index > claim.index }
        let (theirs, own) = (checker.transactions.all[number], checker.transactions.all[Int(claim.transaction)])
        return theirs.lane != own.lane || theirs.counter > own.counter
    }

    /// Whether something is not there any more that once lay among profiles and sealed identities; or it was a marker.
    private var profilesHaveGaps: Bool {
        checker.places.contains {
            ($0.role == .profiles || $0.role == .sealedSubjects)
                && Int64($0.committed + $0.aborted + $0.undecided) < $0.extent.end - $0.extent.earliest
        }
    }

    /// Whether something is gone from a topic of which a worker keeps the newest only, as listings, orders and grants; or it was a marker.
    private func newestHaveGaps(of worker: Int) -> Bool {
        checker.places.contains {
            ($0.role == .newest || $0.role == .listings) && checker.topics[$0.topic].producers.contains(worker)
                && Int64($0.committed + $0.aborted + $0.undecided) < $0.extent.end - $0.extent.earliest
        }
    }

    /// Whether its missing outputs may lie below the first offset that some topic of its worker still has.
    private func mayBeTrimmed(_ transaction: TransactionTable.Transaction) -> Bool {
        trimmedPlaces(of: checker.transactions.lanes[Int(transaction.lane)].worker).contains { place in
            // What is kept of the same process begins later, or there is nothing of it.
            let seen = checker.sequences[UInt64(place + 1) << 32 | UInt64(transaction.lane)]
            return (seen?.first).map { Int64($0 >> 24) > transaction.counter } ?? true
        }
    }

    /// The partitions that a worker writes and that have lost their beginning.
    private func trimmedPlaces(of worker: Int) -> [Int] { trimmedByWorker[worker] ?? [] }

    /// What a transaction did in a shard ends with its meta there.
    private mutating func judgeParts() {
        var shardOf: [UInt64: Int] = [:]
        for (number, shard) in checker.shards.enumerated() { shardOf[UInt64(shard.worker) << 32 | UInt64(shard.partition)] = number }
        // The oldest transaction of each lane whose meta is left, for shards in which compaction has been.
        var oldest: [UInt64: Int64] = [:]
        checker.parts.visit { key, part in
            guard part.meta == .committed else { return }
            let transaction = checker.transactions.all[Int(key >> 16) - 1]
            let lane = UInt64(transaction.lane) << 16 | key & 0xffff
            oldest[lane] = min(oldest[lane] ?? .max, transaction.counter)
        }
        var found: [(key: UInt64, part: Checker.Part)] = []
        checker.parts.visit { key, part in
            guard !part.first.isNone else { return }
            if part.meta != .committed || part.time != part.tick { found.append((key, part)) }
        }
        checker.judged(.t3, checker.parts.count)
        for (key, part) in found.sorted(by: { $0.key < $1.key }) {
            let number = Int(key >> 16) - 1
            let transaction = checker.transactions.all[number]
            let partition = Int(key & 0xffff)
            let worker = checker.transactions.lanes[Int(transaction.lane)].worker
            let name = checker.transactions.name(number)
            switch part.meta {
            case .committed:
                checker.violation(
                    .t3, [part.first], expected: "the tick of \(name), \(Instant(milliseconds: part.tick))",
                    seen: "\(Instant(milliseconds: part.time))")
            case .aborted:
                checker.violation(
                    .g3, [part.first], expected: "nothing visible of \(name), whose meta is aborted", seen: "outputs of it")
            case .undecided: open(.transactions)
            case nil:
                if isAtEdge(number) {
                    open(.transactions)
                } else if let shard = shardOf[UInt64(worker) << 32 | UInt64(partition)], !checker.shards[shard].meta.isNone,
                    !checker.shards[shard].isCompacted
                        || oldest[UInt64(transaction.lane) << 16 | UInt64(partition)] ?? .max < transaction.counter
                {
                    checker.violation(
                        .g2, [part.first], expected: "a meta of \(name) in \(checker.workers[worker]).changelog.v1/\(partition)",
                        seen: "none")
                } else {
                    partsNotSeen += 1
                }
            }
        }
    }

    // MARK: Positions

    private mutating func judgeGroups() {
        for group in checker.groups {
            checker.judged(.g5)
            let spot = Spot(group.place, group.offset)
            let extent = checker.places[group.place].extent
            if group.offset > extent.end {
                checker.violation(.g5, [spot], expected: "a committed offset up to the end, \(extent.end)", seen: "\(group.offset)")
                continue
            }
            // A topic that several workers read has a shard of each.
            let reader = checker.shards.firstIndex { $0.worker == group.worker && $0.inputNext[group.place] != nil }
            guard isStill, let reader, let position = checker.shards[reader].inputNext[group.place], position != group.offset
            else { continue }
            checker.violation(
                .g5, [spot, checker.shards[reader].meta], expected: "the group at \(position), as the last meta says",
                seen: "\(group.offset)")
        }
    }

    // MARK: Inputs

    private func isOnPathOfSubmission(_ role: TopicRole) -> Bool {
        switch role {
        case .submissions, .routed, .verified, .filedRecord, .redrive: true
        default: false
        }
    }

    private mutating func judgeInputs() {
        for place in checker.places.indices where checker.places[place].role.isInput {
            let reader = readers[place]
            let position = reader.flatMap { checker.shards[$0].inputNext[place] }
            let coverage = reader.flatMap { checker.shards[$0].coverage[place] }
            let earliest = checker.places[place].extent.earliest
            // Nobody who is there reads it: nothing of it is waiting for anybody.
            let isRead = reader != nil || hasReader(place)
            var step = 0
            // The transaction of the last input before that has an answer: what follows was decided in it or later.
            var before: UInt32 = 0
            for index in checker.inputs[place].indices {
                let state = checker.inputs[place][index]
                let offset = earliest + Int64(index)
                let spot = Spot(place, offset)
                guard state.standing == .committed else {
                    if state.hasOutputs { judgeCauseless(spot, state) }
                    if state.standing == .undecided { open(.transactions) }
                    continue
                }
                guard isRead else { continue }
                var covering: UInt32?
                if let coverage {
                    while step < coverage.ends.count, coverage.ends[step] <= offset { step += 1 }
                    if offset >= coverage.from, step < coverage.ends.count { covering = coverage.transactions[step] }
                }
                judge(spot, state, position, decidedIn: covering ?? before, reader)
                guard state.transaction != 0 else { continue }
                before = state.transaction
                if let covering, let reader { judgeCover(spot, state, covering, reader) }
            }
        }
    }

    private func hasReader(_ place: Int) -> Bool {
        switch checker.places[place].role {
        case .inbound, .submissions, .routed, .verified, .filedRecord: true
        default: false
        }
    }

    /// A message was made from something that is not there, or not committed.
    private mutating func judgeCauseless(_ spot: Spot, _ state: InputState) {
        let output = state.answer.isNone ? checker.transactions.all[Int(state.transaction) - 1].first : state.answer
        if state.standing == nil {
            let invariant: Invariant = state.outcomes > 0 ? .s2 : .g2
            checker.violation(invariant, [output, spot], expected: "the record that it answers", seen: "no record at that offset")
        } else {
            checker.violation(
                .g6, [output, spot], expected: "a committed cause", seen: state.standing == .aborted ? "an aborted one" : "an undecided one"
            )
        }
    }

    private mutating func judge(_ spot: Spot, _ state: InputState, _ position: Int64?, decidedIn transaction: UInt32, _ reader: Int?) {
        let role = checker.places[spot.place].role
        let answers = state.answers
        if answers == 0, spot.offset >= position ?? .min {
            open(.notRead)
            mark(spot) { $0.isOpen = true }
            return
        }
        checker.judged(.g2)
        if role == .other || role == .filed { return }
        if answers == 1 || answers == 0 && (state.needsNoAnswer || isOptional(spot, state)) { return }
        if answers == 0 {
            if state.isParked || waitsSealed(spot) {
                open(.parked)
                mark(spot) { $0.isOpen = true }
            } else if state.isPending {
                open(.undecided)
                mark(spot) { $0.isOpen = true }
            } else if mayBeTrimmed(transaction, reader) {
                trimmed += 1
                mark(spot) { $0.isCut = true }
            } else {
                let root = root(of: spot)
                if let root, root != spot { lost[root] = spot }
                checker.violation(
                    .g2, [spot], expected: "an answer, for its worker has read up to \(position ?? spot.offset)", seen: "none")
            }
            return
        }
        checker.violation(
            state.outcomes > 1 ? .s1 : .g2, [spot, state.answer], expected: "one answer",
            seen: "\(answers) (\(state.outcomes) outcomes, \(state.forwards) passed on, \(state.letters) dead letters)")
    }

    /// Whether the answer of an input may lie below the first offset that some topic of its worker still has.
    private func mayBeTrimmed(_ transaction: UInt32, _ reader: Int?) -> Bool {
        if transaction != 0 { return mayBeTrimmed(checker.transactions.all[Int(transaction) - 1]) }
        guard let reader else { return false }
        return !trimmedPlaces(of: checker.shards[reader].worker).isEmpty
    }

    /// A redrive of what needs no answer needs none.
    private func isOptional(_ spot: Spot, _ state: InputState) -> Bool {
        guard case .redrive = checker.places[spot.place].role else { return false }
        let letter = Spot(bits: state.parent)
        if letter.isNone || checker.places[letter.place].role == .other { return true }
        return !checker.isRead(letter) || checker.state(letter).needsNoAnswer
    }

    /// Which inputs wait in the lines of a worker that seals its rows is not seen; how many is.
    private mutating func waitsSealed(_ spot: Spot) -> Bool {
        guard let reader = readers[spot.place], checker.shards[reader].sealedParked > 0 else { return false }
        checker.shards[reader].sealedParked -= 1
        return true
    }

    private mutating func judgeCover(_ spot: Spot, _ state: InputState, _ transaction: UInt32, _ reader: Int) {
        guard transaction != state.transaction, !state.wasParked, !checker.shards[reader].sawSealedParked else { return }
        let seen = checker.transactions.name(Int(state.transaction) - 1)
        checker.violation(
            .g2, [spot] + (state.answer.isNone ? [] : [state.answer]),
            expected: "what it caused in \(checker.transactions.name(Int(transaction) - 1)), which covers it", seen: "in \(seen)")
    }

    // MARK: Submissions

    /// The submission from which a record on its way comes; nil for what comes from elsewhere, or what cannot be followed.
    private func root(of spot: Spot) -> Spot? {
        var spot = spot
        for _ in 0..<16 {
            guard checker.isRead(spot) else { return nil }
            let role = checker.places[spot.place].role
            if role == .submissions { return spot }
            guard isOnPathOfSubmission(role) else { return nil }
            let parent = Spot(bits: checker.state(spot).parent)
            guard !parent.isNone else { return nil }
            spot = parent
        }
        return nil
    }

    /// Whether the way from a submission to this record leads through a redrive.
    private func isRedriven(_ spot: Spot) -> Bool {
        var spot = spot
        for _ in 0..<16 {
            guard checker.isRead(spot) else { return false }
            if case .redrive = checker.places[spot.place].role { return true }
            guard isOnPathOfSubmission(checker.places[spot.place].role), checker.places[spot.place].role != .submissions else {
                return false
            }
            let parent = Spot(bits: checker.state(spot).parent)
            guard !parent.isNone else { return false }
            spot = parent
        }
        return false
    }

    private mutating func mark(_ spot: Spot, _ body: (inout InputState) -> Void) {
        guard let root = root(of: spot) else { return }
        checker.change(root, body)
    }

    private mutating func judgeSubmissions() {
        var answered: [Spot: Spot] = [:]
        for place in checker.places.indices where isOnPathOfSubmission(checker.places[place].role) {
            for index in checker.inputs[place].indices {
                let state = checker.inputs[place][index]
                guard state.standing == .committed, state.outcomes > 0 || state.letters > 0 && !state.needsNoAnswer else { continue }
                let spot = Spot(place, checker.places[place].extent.earliest + Int64(index))
                guard let root = root(of: spot) else {
                    judgeOrphan(spot, state)
                    continue
                }
                if state.outcomes > 0 { judgeReference(spot, state, root) }
                // A redrive answers anew what a dead letter has answered; each of them is judged where it lies.
                guard !isRedriven(spot) else { continue }
                for _ in 0..<(state.outcomes + state.letters) { checker.change(root) { $0.addEnding() } }
                if checker.state(root).endings > state.outcomes + state.letters, let other = answered[root] {
                    checker.violation(
                        .s1, [root, state.answer, other], expected: "one outcome", seen: "two, which came different ways")
                }
                answered[root] = state.answer
            }
        }
        for place in checker.places.indices where checker.places[place].role == .submissions {
            let position = readers[place].flatMap { checker.shards[$0].inputNext[place] }
            let earliest = checker.places[place].extent.earliest
            for index in checker.inputs[place].indices {
                let state = checker.inputs[place][index]
                let spot = Spot(place, earliest + Int64(index))
                guard state.standing == .committed else { continue }
                checker.judged(.s1)
                guard state.endings == 0, !state.isOpen, !state.isCut, spot.offset < position ?? .min else { continue }
                let end = lost[spot]
                checker.violation(
                    .s1, [spot] + (end.map { [$0] } ?? []), expected: "one outcome",
                    seen: end == nil ? "none" : "none; its way ends at \(checker.origin(end ?? spot))")
            }
        }
    }

    /// An outcome whose submission cannot be reached.
    private mutating func judgeOrphan(_ spot: Spot, _ state: InputState) {
        guard state.outcomes > 0 else { return }
        var step = spot
        for _ in 0..<16 {
            guard checker.isRead(step) else {
                trimmed += step.offset < checker.places[step.place].extent.earliest ? 1 : 0
                return
            }
            let known = checker.state(step)
            if known.standing == nil || known.parent == 0 || !isOnPathOfSubmission(checker.places[step.place].role) { break }
            step = Spot(bits: known.parent)
        }
        checker.violation(.s2, [state.answer, step], expected: "a submission that it answers", seen: "none")
    }

    private mutating func judgeReference(_ spot: Spot, _ state: InputState, _ root: Spot) {
        checker.judged(.s2)
        let print = checker.state(root).parent
        guard state.mark != 0, print != 0, UInt32(truncatingIfNeeded: print) != state.mark else { return }
        checker.violation(.s2, [state.answer, root], expected: "source and id of its submission", seen: "others")
    }

    // MARK: Records

    private mutating func judgeRecords() {
        let ledgers = checker.places.filter { $0.role == .ledger }
        guard !ledgers.isEmpty, checker.places.contains(where: { $0.role == .current }) else { return }
        let isWhole = ledgers.allSatisfy { $0.extent.earliest == 0 }
        for record in checker.recordStates {
            checker.judged(.l3)
            guard !record.spot.isNone else {
                // Its versions lie below the first offset that is kept, or there are none.
                if isWhole, isStill, !record.currentSpot.isNone {
                    checker.violation(.l3, [record.currentSpot], expected: "its versions in the ledger", seen: "none")
                }
                continue
            }
            if record.isGone { continue }
            if record.currentVersion == record.version {
                if record.currentHash != record.hash.0 {
                    checker.violation(
                        .l3, [record.currentSpot, record.spot], expected: "the newest version as it is", seen: "something else")
                }
                continue
            }
            if isAtEdge(Int(record.transaction) - 1) {
                open(.transactions)
                continue
            }
            checker.violation(
                .l3, [record.currentSpot.isNone ? record.spot : record.currentSpot, record.spot],
                expected: "version \(record.version) as the current one",
                seen: record.currentSpot.isNone ? "none" : "version \(record.currentVersion)")
        }
    }

    private mutating func judgeCausesAhead() {
        for (output, cause) in checker.causesAhead {
            if isStill {
                checker.violation(
                    .g2, [output, cause], expected: "a cause before the end, \(checker.places[cause.place].extent.end)",
                    seen: "one behind it")
            } else {
                open(.transactions)
            }
        }
    }

    // MARK: The report

    func findings(mustBeSettled: Bool) -> Findings {
        var findings = checker.findings
        findings.topics = topicCounts()
        findings.notSeen = notSeen()
        if mustBeSettled, findings.openCount > 0 {
            findings.violationCount += findings.open.count
            for (kind, count) in findings.open.sorted(by: { $0.key < $1.key }) {
                findings.violations.append(Violation(.open, at: [], expected: "nothing left to be done", seen: "\(count) \(kind.rawValue)"))
            }
        }
        findings.violations.sort { $0.order < $1.order }
        return findings
    }

    private func topicCounts() -> [Findings.TopicCount] {
        checker.topics.map { topic in
            var count = Findings.TopicCount(topic: topic.topic, partitions: 0)
            for number in topic.places where number >= 0 {
                let place = checker.places[number]
                count.partitions += 1
                count.committed += place.committed
                count.aborted += place.aborted
                count.undecided += place.undecided
                count.gone += place.role.isCompacted ? 0 : place.extent.earliest
            }
            return count
        }
    }

    private func notSeen() -> [String] {
        var lines: [String] = []
        for count in topicCounts() where count.gone > 0 {
            lines.append("\(count.topic): \(count.gone) records before the first that is kept")
        }
        if checker.publicity != nil, checker.settings.publicityRule == nil {
            lines.append("what should be listed: no policy pack was given")
        }
        if checker.casework != nil, checker.settings.isAdverse == nil {
            lines.append("what stands in the way of a reward: no policy pack was given")
        }
        if checker.causesGone > 0 { lines.append("\(checker.causesGone) messages whose causes are no longer kept") }
        if trimmed > 0 { lines.append("\(trimmed) transactions, inputs or outcomes of which a part is no longer kept") }
        if compactedAway > 0 { lines.append("\(compactedAway) outputs that compaction has replaced by newer ones") }
        let compacted = checker.shards.filter { $0.isCompacted }.count
        if compacted > 0 { lines.append("\(compacted) changelogs in which compaction has been: of these the last fold is judged") }
        if partsNotSeen > 0 { lines.append("\(partsNotSeen) transactions whose meta records are no longer kept") }
        let silent = checker.shards.filter { $0.meta.isNone }.count
        if silent > 0 { lines.append("\(silent) changelogs without a meta record: what their workers have read is not known") }
        let unread = Set(checker.shards.flatMap { $0.unreadInputs }).sorted()
        if !unread.isEmpty { lines.append("inputs that were not read: \(unread.joined(separator: ", "))") }
        if checker.foreign > 0 { lines.append("\(checker.foreign) messages on topics whose worker is not there yet") }
        if checker.topics.contains(where: { $0.role == .unknown }) {
            let names = checker.topics.filter { $0.role == .unknown }.map(\.topic.name)
            lines.append("topics that are none of the contract's: \(names.joined(separator: ", "))")
        }
        return lines
    }
}
