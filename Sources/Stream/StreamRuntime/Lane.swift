import StreamCore
import StreamEngine

/// One member of a worker's group: takes partitions over, decides what arrives in them, commits log and stores together.
///
/// Everything happens inside `step`, on the thread that calls it: a process on Kafka gives each lane a thread, `standalone` steps all
/// lanes in turn, a simulation steps them in the order of its seed. The lane itself knows neither Kafka nor SQLite nor the time.
public final class Lane {
    public let worker: any Worker
    public let instance: String
    let topology: Topology
    let log: any RecordLog
    let stores: any StoreProvider
    let seal: any PayloadSeal
    let options: LaneOptions
    let observer: any LaneObserver
    let machineClock: () -> Instant
    let journal: AttemptJournal?
    let clusterId: String
    let partitionCount: Int

    var membership = Membership(generation: 0)
    var shards: [Int: Shard] = [:]
    private var ladder: CrashLadder
    private var backlog: ArraySlice<Message> = []
    private var cycle: CommitCycle
    private var pending: Pending?
    private let book = HeaderBook()
    private var notBefore = Instant(milliseconds: .min)
    private var blockedReason = ""
    private var pollBackoff: Backoff
    /// Partitions that are ours and whose stores are not open yet.
    private var waiting: [Int: Waiting] = [:]
    /// Whether an earlier transaction could still become committed: nothing is read or committed before the producer is renewed.
    private var needsRenew = false
    /// Whose input is being decided.
    private var inWork: Shard?
    private let start: Instant
    private var counter = 0
    private var lastTidied = -1
    /// Set while the wall clock is in doubt.
    public var holdsAdverseTimers = false

    /// A partition that is ours before its store is open.
    private struct Waiting {
        /// Why its store is thrown away first; nil when it is kept.
        var discards: String?
        /// Not tried before this time: somebody else has the store's lock, or the disk is full.
        var notBefore: Instant?
    }

    /// A transaction that has not been committed everywhere.
    private struct Pending {
        var transaction: Transaction
        var batch: Batch
        var stores: [(shard: Shard, changes: [Change], meta: ShardMeta)]
        var receipt: Receipt?
        /// Only a lane with a known mistake uses it.
        var storesDone = false
    }

    /// Joins the worker's group. `instance` is the lane's place in it, unique in the cluster and the same after a restart.
    /// `machineClock` is the wall clock of the machine, whatever `step` is told. Throws when the topics are not as the topology needs them.
    public init(
        worker: any Worker, log: any RecordLog, stores: any StoreProvider, seal: any PayloadSeal, instance: String, options: LaneOptions,
        observer: any LaneObserver, machineClock: @escaping () -> Instant, journal: AttemptJournal? = nil
    ) throws(LaneFailure) {
        self.worker = worker
        self.instance = instance
        topology = worker.topology
        self.log = log
        self.stores = stores
        self.seal = seal
        self.options = options
        self.observer = observer
        self.machineClock = machineClock
        self.journal = journal
        clusterId = log.clusterId
        start = machineClock()
        cycle = CommitCycle(backoff: options.backoff, fencedWithin: options.fencedWithin)
        pollBackoff = options.backoff
        ladder = journal?.ladder(deathsMax: options.deathsMax) ?? CrashLadder(deathsMax: options.deathsMax)
        partitionCount = try Lane.commonPartitionCount(worker.topology, in: log)
    }

    /// All inputs of a worker, its changelog and its dead letters have the same number of partitions, for life.
    private static func commonPartitionCount(_ topology: Topology, in log: any RecordLog) throws(LaneFailure) -> Int {
        func failure(_ reason: String) -> LaneFailure {
            LaneFailure(
                kind: .failed, worker: topology.worker, reason: reason,
                hint: "`chengxin topics plan` shows what is missing; the number of partitions is fixed for life")
        }
        var common: (topic: Topic, count: Int)?
        for topic in topology.allInputs + [topology.changelog, topology.deadLetters] {
            let count: Int?
            do { count = try log.partitionCount(of: topic) } catch { throw failure(error.description) }
            guard let count else { throw failure("topic \(topic) does not exist") }
            if let common, common.count != count {
                throw failure("topic \(topic) has \(count) partitions, \(common.topic) has \(common.count)")
            }
            common = common ?? (topic, count)
        }
        return common?.count ?? 0
    }

    /// The earliest timer of all running shards.
    public var nextDue: Instant? { shards.values.filter { $0.life.isRunning }.compactMap { $0.nextDue }.min() }

    /// How many inputs wait in lines.
    public var parkedCount: Int { shards.values.reduce(0) { $0 + $1.lines.count } }

    /// Partitions that the group gave to this lane, whatever became of them since.
    public var assignedPartitions: [Int] { (Array(shards.keys) + waiting.keys).sorted() }

    /// Until when the lane does nothing at all; nil when the next step does what there is to do.
    public var restsUntil: Instant? { isRested ? nil : notBefore }

    /// Partitions that decide, and those that wait for a person.
    public var runningPartitions: [Int] { shards.filter { $0.value.life.isRunning }.keys.sorted() }
    public var alarms: [String] {
        shards.values.compactMap { shard in
            if case .alarmed(let reason, let hint) = shard.life.state { return "\(reason); \(hint)" }
            return nil
        }.sorted()
    }

    /// Does what there is to do, at most one transaction, and says what comes next. `now` is the wall clock, or the instant at which the
    /// clock stands still; `timersMax` bounds the timers of all shards together (nil: those of each as configured): the earliest fire
    /// first, of several at one instant that of the lowest partition. `recordsMax` bounds the records beyond what is configured; with 0 none
    /// is read. `wait` is how long it may wait for records. A pause is told by the machine's clock, also while the other one stands still.
    public func step(
        now: Instant, wait: Instant.Span = .milliseconds(0), timersMax: Int? = nil, recordsMax: Int? = nil
    ) throws(LaneFailure) -> LaneStep {
        let recordsMax = min(recordsMax ?? .max, options.recordsMax)
        guard isRested else { return .blocked(until: notBefore, reason: blockedReason) }
        if cycle.isBusy { return try finish() }
        let prepared = try prepare()
        guard !needsRenew else { return .blocked(until: notBefore, reason: blockedReason) }
        let poll: Poll
        do {
            let mayWait = backlog.isEmpty && !prepared && !hasTakeoverToAdvance
            poll = try log.poll(recordsMax: backlog.isEmpty ? recordsMax : 0, wait: mayWait ? wait : .milliseconds(0))
            pollBackoff.reset()
        } catch {
            return try pollFailed(error)
        }
        for change in poll.membership { apply(change) }
        for (partition, position) in poll.positions { shards[partition.partition]?.hasRead(partition.topic, to: position) }
        backlog += poll.messages
        let tookOver = try advanceTakeovers()
        guard pending == nil else { return .worked }
        let step = try decide(now, timersMax: timersMax, recordsMax: recordsMax)
        guard case .idle = step else { return step }
        if prepared || tookOver || !poll.membership.isEmpty { return .worked }
        return waitingTakeover() ?? step
    }

    /// Whether a pause is over. One that seems longer than any comes of a clock that was set back.
    private var isRested: Bool {
        let left = notBefore.milliseconds.subtractingReportingOverflow(machineClock().milliseconds)
        return left.overflow || left.partialValue <= 0 || left.partialValue > options.backoff.most.milliseconds
    }

    /// Makes the stores small and safe, when there is nothing else to do. What cannot be cleaned now is cleaned another time.
    public func tidy() throws(LaneFailure) {
        guard !cycle.isBusy else { return }
        for (_, shard) in shards where shard.life.isRunning {
            guard try tidy(shard) else { return }
        }
    }

    /// The same for one store, another one each time, so that nothing waits for many.
    public func tidyNext() throws(LaneFailure) {
        guard !cycle.isBusy else { return }
        let running = runningPartitions
        guard let partition = running.first(where: { $0 > lastTidied }) ?? running.first, let shard = shards[partition] else { return }
        lastTidied = partition
        _ = try tidy(shard)
    }

    /// Returns false when the lane has to take its shards over again.
    private func tidy(_ shard: Shard) throws(LaneFailure) -> Bool {
        do { try shard.store.tidy() } catch {
            switch error.kind {
            case .retriable: return true
            case .damaged:
                _ = try recover(at: machineClock(), error.description, discarding: shard)
                return false
            case .locked, .fatal, .crash: throw failure(error)
            }
        }
        return true
    }

    /// Leaves the group. What was not committed is dropped; the next owner decides it.
    public func close() {
        for (_, shard) in shards.sorted(by: { $0.key < $1.key }) { release(shard) }
        shards = [:]
        log.close()
        journal?.close()
    }

    private func pollFailed(_ failure: LogFailure) throws(LaneFailure) -> LaneStep {
        switch failure.kind {
        case .retriable: return block(until: machineClock() + pollBackoff.next(), failure.description)
        case .unclean: return try recover(at: machineClock() + pollBackoff.next(), failure.description)
        case .fatal where failure.damagedAt != nil:
            if let shard = failure.damagedAt.flatMap({ shards[$0.partition] }) { alarm(shard, failure) }
            return .worked
        case .fenced, .fatal, .crash: throw self.failure(failure)
        }
    }

    /// What cannot be read is one partition's: it waits for a person, the others go on.
    private func alarm(_ shard: Shard, _ failure: LogFailure) {
        log.stop(topology.allInputs.map { TopicPartition($0, shard.name.partition) })
        backlog.removeAll { $0.partition == shard.name.partition }
        shard.life.alarm(reason: failure.reason, hint: failure.hint)
        observer.alarmed(shard.name, reason: failure.reason, hint: failure.hint)
    }

    // MARK: - Membership

    private func apply(_ change: MembershipChange) {
        observer.membershipChanged(change, of: topology.worker)
        switch change {
        case .assigned(let partitions, let membership):
            self.membership = membership
            for partition in partitions where shards[partition] == nil && waiting[partition] == nil { waiting[partition] = Waiting() }
        case .revoked(let partitions), .lost(let partitions):
            // Whatever was decided is committed within a step, so at this point nothing is open: there is nothing to commit or to drop
            // but what was read and not yet decided.
            for partition in partitions { drop(partition) }
        }
    }

    private func open(_ partition: Int) throws(StoreFailure) {
        let name = ShardName(worker: topology.worker, partition: partition)
        if let reason = waiting[partition]?.discards {
            observer.rebuilding(name, reason: reason)
            try stores.discard(name)
            waiting[partition]?.discards = nil
        }
        let store = try openStore(name)
        waiting[partition] = nil
        shards[partition] = Shard(
            name: name, worker: worker, store: store, seal: seal, options: options, partitionCount: partitionCount, clusterId: clusterId,
            life: PartitionLife(takeover(of: name)))
    }

    private func openStore(_ name: ShardName) throws(StoreFailure) -> any StateStore {
        do {
            return try stores.open(name)
        } catch  where error.kind == .damaged {
            observer.rebuilding(name, reason: error.description)
            try stores.discard(name)
            return try stores.open(name)
        }
    }

    private func takeover(of name: ShardName) -> Takeover {
        Takeover(
            Takeover.Expectation(
                clusterId: clusterId, shard: name, partitionCount: partitionCount, inputs: topology.allInputs,
                writerVersion: topology.version, schemaVersion: topology.schemaVersion, storeAgeMax: options.storeAgeMax,
                logIsBeside: options.logIsBeside))
    }

    private func drop(_ partition: Int) {
        waiting[partition] = nil
        guard let shard = shards.removeValue(forKey: partition) else { return }
        log.stop(topology.allInputs.map { TopicPartition($0, partition) })
        backlog.removeAll { $0.partition == partition }
        release(shard)
    }

    private func release(_ shard: Shard) {
        shard.store.close()
        observer.released(shard.name)
    }

    // MARK: - Takeover

    /// A takeover that has to wait keeps the lane from being idle: records may lie in its partition.
    private func waitingTakeover() -> LaneStep? {
        let waits = shards.values.compactMap { $0.life.isTakingOver ? $0.life.notBefore : nil } + waiting.values.compactMap(\.notBefore)
        return waits.min().map { .blocked(until: $0, reason: "a shard cannot be taken over yet") }
    }

    private var hasTakeoverToAdvance: Bool {
        guard shards.values.contains(where: { $0.life.isTakingOver }) else { return false }
        let now = machineClock()
        return shards.values.contains { $0.life.isTakingOver && $0.life.notBefore <= now }
    }

    private func isSliceOver(since start: Instant) -> Bool { machineClock() - start >= options.takeoverSlice }

    /// Moves takeovers on until the slice of this step is over. Returns whether any did something.
    private func advanceTakeovers() throws(LaneFailure) -> Bool {
        var worked = false
        let now = machineClock()
        // Long restores come after those that only have to catch up, and among themselves one after the other.
        let inOrder = shards.values.filter { $0.life.isTakingOver }.sorted {
            (min($0.suspended?.slices ?? 0, 4), $0.name.partition) < (min($1.suspended?.slices ?? 0, 4), $1.name.partition)
        }
        for shard in inOrder {
            let partition = shard.name.partition
            // A takeover may have taken others with it, as an alarm does not and a recovery does.
            guard shards[partition] === shard, case .takingOver(let takeover) = shard.life.state, shard.life.notBefore <= now else {
                continue
            }
            if worked, isSliceOver(since: now) { break }
            worked = true
            do {
                let run = shard.suspended ?? TakeoverRun(lane: self, shard: shard, takeover: takeover)
                shard.suspended = nil
                try run.run(now: now) { self.isSliceOver(since: now) }
            } catch let error as StoreFailure {
                switch error.kind {
                case .damaged: rebuild(shard, error.description)
                case .retriable: openAgain(shard, after: pollBackoff.next(), error)
                case .locked where !options.logIsBeside: openAgain(shard, after: options.backoff.first, error)
                case .locked, .fatal, .crash: throw failure(error)
                }
            } catch let error as LogFailure {
                guard error.damagedAt == nil else {
                    alarm(shard, error)
                    continue
                }
                guard error.kind == .retriable || error.kind == .unclean else { throw failure(error) }
                shard.life.wait(until: now + pollBackoff.next())
            } catch {
                preconditionFailure("\(shard.name): \(error)")
            }
        }
        return worked
    }

    /// The store may have been closed, or hold a part of a restore: what it is worth is found out anew.
    private func openAgain(_ shard: Shard, after span: Instant.Span, _ error: StoreFailure) {
        let until = machineClock() + span
        observer.blocked(topology.worker, reason: error.description, until: until)
        shard.store.close()
        shards[shard.name.partition] = nil
        waiting[shard.name.partition] = Waiting(notBefore: until)
    }

    private func rebuild(_ shard: Shard, _ reason: String) {
        shard.store.close()
        shards[shard.name.partition] = nil
        waiting[shard.name.partition] = Waiting(discards: reason)
    }

    // MARK: - Deciding

    private func decide(_ now: Instant, timersMax: Int?, recordsMax: Int) throws(LaneFailure) -> LaneStep {
        var batch = Batch(worker: topology.worker, timestamp: machineClock(), book: book)
        do {
            try fillBatch(&batch, now, timersMax, recordsMax)
            journal?.handsEmpty()
        } catch {
            return try storeFailedWhileDeciding(error)
        }
        let touched = shards.values.filter { $0.isTouched }.sorted { $0.name.partition < $1.name.partition }
        guard !touched.isEmpty else { return .idle(until: nextDue.flatMap { $0 > now ? $0 : nil }) }
        pending = close(batch, touched, now)
        return try perform(cycle.decided())
    }

    private func fillBatch(_ batch: inout Batch, _ now: Instant, _ timersMax: Int?, _ recordsMax: Int) throws(StoreFailure) {
        var timersLeft = timersMax ?? .max
        for shard in shardsInOrder(earliestFirst: timersMax != nil) where timersLeft > 0 {
            let isAlone = ladder.goesAlone(timersOf: shard.name)
            if isAlone && !batch.settled.isEmpty { return }
            journal?.isAlone = isAlone
            inWork = shard
            let limit = isAlone ? 1 : min(timersLeft, options.timersMax)
            let fired = try shard.fire(limit: limit, in: surroundings(shard, now), into: &batch)
            if isAlone && fired > 0 { return }
            timersLeft -= fired
        }
        try takeRecords(into: &batch, now, recordsMax)
    }

    private func takeRecords(into batch: inout Batch, _ now: Instant, _ recordsMax: Int) throws(StoreFailure) {
        var records = 0
        let waiting = backlog
        var next = waiting.startIndex
        defer { backlog = waiting[next...] }
        // Records come in runs of one partition.
        var last: (shard: Shard, surroundings: Shard.Surroundings)?
        while next < waiting.endIndex, records < recordsMax, batch.bytes < options.bytesMax {
            let partition = waiting[next].partition
            if last?.shard.name.partition != partition {
                last = shards[partition].map { ($0, surroundings($0, now)) }
            }
            guard let (shard, surroundings) = last, shard.life.isRunning else {
                next += 1
                continue
            }
            var isSuspicious = false
            if !ladder.suspects.isEmpty {
                isSuspicious = ladder.goesAlone(TopicPartition(waiting[next].topic, partition), from: waiting[next].offset)
                if isSuspicious && (records > 0 || batch.report.timers > 0) { return }
            }
            journal?.isAlone = isSuspicious
            inWork = shard
            next += 1
            try shard.take(waiting[next - 1], in: surroundings, into: &batch)
            records += 1
            if isSuspicious { return }
        }
    }

    private func shardsInOrder(earliestFirst: Bool) -> [Shard] {
        let running = shards.values.filter { $0.life.isRunning }
        guard earliestFirst else { return running.sorted { $0.name.partition < $1.name.partition } }
        return running.sorted { ($0.nextDue ?? .distantFuture, $0.name.partition) < ($1.nextDue ?? .distantFuture, $1.name.partition) }
    }

    private func surroundings(_ shard: Shard, _ now: Instant) -> Shard.Surroundings {
        let ladder = self.ladder
        let journal = self.journal
        return Shard.Surroundings(
            tick: max(now, shard.meta.tick), now: now,
            ends: { [unowned self] in self.ends(of: shard.name.partition) },
            isCondemned: { ladder.isCondemned($0) },
            deaths: { ladder.deaths(of: $0) },
            inHand: { journal?.takes($0, isParked: $1) },
            holdsAdverseTimers: holdsAdverseTimers)
    }

    /// A bound that cannot be read now counts as reached: what is parked is then at worst answered a little early.
    private func ends(of partition: Int) -> [Topic: Int64] {
        var ends: [Topic: Int64] = [:]
        for topic in topology.inputs {
            if let bounds = try? log.bounds(of: TopicPartition(topic, partition)) { ends[topic] = bounds.end }
        }
        return ends
    }

    private func storeFailedWhileDeciding(_ error: StoreFailure) throws(LaneFailure) -> LaneStep {
        switch error.kind {
        case .damaged: return try recover(at: machineClock(), error.description, discarding: inWork)
        case .retriable: return try recover(at: machineClock() + pollBackoff.next(), error.description)
        case .locked, .fatal, .crash: throw failure(error)
        }
    }

    // MARK: - Commit

    private func close(_ batch: Batch, _ touched: [Shard], _ now: Instant) -> Pending {
        counter += 1
        // With a point: a hyphen ties digits together, and eighteen of them can look like an organisation's code.
        let sequence = "\(instance):\(start.milliseconds).\(counter)"
        var batch = batch
        let most = touched.reduce(touched.count) { $0 + $1.changesAtMost }
        var transaction = Transaction(membership: membership, records: batch.numbered(sequence, more: most))
        var writes: [(shard: Shard, changes: [Change], meta: ShardMeta)] = []
        for shard in touched {
            let (changes, meta) = shard.close(tick: now, wallClock: batch.timestamp, appendingTo: &transaction.records)
            let value = Changelog.metaValue(meta, transaction: sequence)
            transaction.records.append(Append(to: shard.changelog, key: Changelog.metaKey, value: value, timestamp: batch.timestamp))
            transaction.offsets.merge(shard.offsetsToCommit) { _, new in new }
            batch.report.changes += changes.count
            writes.append((shard, changes, meta))
        }
        return Pending(transaction: transaction, batch: batch, stores: writes)
    }

    private func finish() throws(LaneFailure) -> LaneStep {
        guard let pending else { preconditionFailure("\(topology.worker): a commit without a transaction") }
        return try perform(pending.receipt == nil ? .commitLog : .commitStores)
    }

    private func perform(_ first: CommitCycle.Action) throws(LaneFailure) -> LaneStep {
        var action = first
        while true {
            switch action {
            case .commitLog: action = commitLog()
            case .commitStores: action = commitStores()
            case .retryLog(let at): return block(until: at, "the log does not take the transaction yet")
            case .retryStores(let at):
                return block(until: at, "a store cannot be written, is the disk full? Nothing is lost, it goes on when there is room")
            case .recover(let at):
                let damaged = pending?.receipt == nil ? nil : pending?.stores.first?.shard
                let reason = damaged.map { "\($0.name): the store is damaged" } ?? "the outcome of a transaction is unknown"
                return try recover(at: at, reason, discarding: damaged)
            case .ready: return finished()
            case .end(let reason, let hint):
                throw LaneFailure(kind: failureKind, worker: topology.worker, reason: reason, hint: hint)
            }
        }
    }

    /// What the last failure of a commit makes of the lane, should it end by it.
    private var failureKind = LaneFailure.Kind.failed

    private func commitLog() -> CommitCycle.Action {
        guard var pending else { preconditionFailure("\(topology.worker): nothing to commit") }
        do {
            if let mistake = options.mistake { try makeMistake(mistake, &pending) }
            pending.receipt = try log.commit(pending.transaction)
            self.pending = pending
            return cycle.logCommitted()
        } catch {
            failureKind = LaneFailure.Kind(error)
            return cycle.logFailed(error, at: machineClock())
        }
    }

    /// What a simulation has to find: see `LaneMistake`.
    private func makeMistake(_ mistake: LaneMistake, _ pending: inout Pending) throws(LogFailure) {
        switch mistake {
        case .storeAhead:
            for write in pending.stores {
                do { try write.shard.store.commit(write.changes, write.meta) } catch { throw LogFailure(.crash, error.reason) }
            }
        case .outcomeOutside:
            let outputs = pending.transaction.records.filter { $0.to.topic != topology.changelog }
            guard !outputs.isEmpty else { return }
            _ = try log.commit(Transaction(membership: pending.transaction.membership, records: outputs, offsets: [:]))
            pending.transaction.records.removeAll { $0.to.topic != topology.changelog }
        case .timerUnfenced:
            if pending.batch.report.records == 0, pending.batch.report.timers > 0 { pending.transaction.offsets = [:] }
        }
    }

    private func commitStores() -> CommitCycle.Action {
        guard var pending, let receipt = pending.receipt else { preconditionFailure("\(topology.worker): the log has not committed") }
        while let write = pending.stores.first {
            var meta = write.meta
            meta.changelogNext = receipt.next[write.shard.changelog] ?? write.shard.meta.changelogNext
            do {
                try write.shard.store.commit(write.changes, meta)
                try write.shard.committed(meta)
            } catch {
                failureKind = error.kind == .crash ? .crash : .failed
                self.pending = pending
                return cycle.storesFailed(error, at: machineClock())
            }
            pending.stores.removeFirst()
            self.pending = pending
        }
        return cycle.storesCommitted()
    }

    private func finished() -> LaneStep {
        guard let pending else { preconditionFailure("\(topology.worker): nothing was committed") }
        var acquitted = false
        for (partition, next) in pending.transaction.offsets where ladder.committed(partition, next: next) { acquitted = true }
        if ladder.settled(pending.batch.settled) { acquitted = true }
        if acquitted { journal?.write(ladder) }
        for letter in pending.batch.letters { observer.deadLettered(letter, by: topology.worker) }
        observer.committed(pending.batch.report)
        self.pending = nil
        return .worked
    }

    /// Drops what was decided; before anything else is read or committed the producer is renewed and every shard taken over again.
    /// The store of `damaged` is thrown away and rebuilt from its changelog.
    private func recover(at: Instant, _ reason: String, discarding damaged: Shard? = nil) throws(LaneFailure) -> LaneStep {
        pending = nil
        backlog = []
        inWork = nil
        journal?.handsEmpty()
        needsRenew = true
        for (_, shard) in shards.sorted(by: { $0.key < $1.key }) {
            log.stop(topology.allInputs.map { TopicPartition($0, shard.name.partition) })
            shard.store.close()
            waiting[shard.name.partition] = Waiting(discards: shard === damaged ? reason : nil)
        }
        shards = [:]
        cycle.recovered()
        return block(until: at, reason)
    }

    /// Renews the producer and opens the stores of partitions that are ours and not taken over yet. Returns whether it did something.
    private func prepare() throws(LaneFailure) -> Bool {
        if needsRenew {
            do { try log.renew() } catch {
                guard error.kind == .retriable || error.kind == .unclean else { throw failure(error) }
                _ = block(until: machineClock() + pollBackoff.next(), error.description)
                return true
            }
            needsRenew = false
        }
        guard !waiting.isEmpty else { return false }
        let now = machineClock()
        var opened = false
        for partition in waiting.keys.sorted() {
            if let until = waiting[partition]?.notBefore, until > now { continue }
            // Opening reads the whole store.
            if opened, isSliceOver(since: now) { break }
            do { try open(partition) } catch {
                if error.kind == .locked, !options.logIsBeside {
                    waitForLock(of: partition, error, since: now)
                    continue
                }
                guard error.kind == .retriable else { throw failure(error) }
                _ = block(until: machineClock() + pollBackoff.next(), error.description)
                return true
            }
            opened = true
        }
        return opened
    }

    /// Another lane or process that has lost the partition lets go of its store when it notices; meanwhile the other shards go on.
    private func waitForLock(of partition: Int, _ failure: StoreFailure, since now: Instant) {
        let until = now + options.backoff.first
        if waiting[partition]?.notBefore == nil { observer.blocked(topology.worker, reason: failure.description, until: until) }
        waiting[partition]?.notBefore = until
    }

    private func block(until: Instant, _ reason: String) -> LaneStep {
        notBefore = until
        blockedReason = reason
        observer.blocked(topology.worker, reason: reason, until: until)
        return .blocked(until: until, reason: reason)
    }

    private func failure(_ error: LogFailure) -> LaneFailure {
        LaneFailure(kind: LaneFailure.Kind(error), worker: topology.worker, reason: error.reason, hint: error.hint)
    }

    private func failure(_ error: StoreFailure) -> LaneFailure {
        LaneFailure(kind: error.kind == .crash ? .crash : .failed, worker: topology.worker, reason: error.reason, hint: error.hint)
    }
}

extension LaneFailure.Kind {
    fileprivate init(_ failure: LogFailure) {
        switch failure.kind {
        case .crash: self = .crash
        case .fenced: self = .fenced
        case .retriable, .unclean, .fatal: self = .failed
        }
    }
}
