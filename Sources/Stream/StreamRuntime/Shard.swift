import StreamCore
import StreamEngine

/// One partition of a worker while a lane has it: its store, what waits in it, and the decisions of the current batch.
final class Shard {
    let name: ShardName
    var life: PartitionLife
    /// A takeover that is in the middle of its replay.
    var suspended: TakeoverRun?
    private(set) var store: any StateStore
    /// As of the last commit of log and store.
    private(set) var meta: ShardMeta
    private(set) var lines = ParkedLines()
    /// The earliest timer in the store; nil when there is none.
    private(set) var nextDue: Instant?
    /// How far the log has passed each input as of its last answer, also where only markers lay; `inputNext` may be ahead of it.
    private var readTo: [Topic: Int64] = [:]

    private let worker: any Worker
    private let topology: Topology
    let changelog: TopicPartition
    private let redrive: Topic
    private let seal: any PayloadSeal
    private let options: LaneOptions
    private let headers: OutputHeaders
    private let partitionCount: Int

    // The current batch.
    private var overlay: Overlay
    private(set) var inputNext: [Topic: Int64]
    private(set) var offsetsChanged: Set<Topic> = []
    /// The topic of the last record of the batch: it stands in `offsetsChanged`.
    private var lastTopic: Topic?
    private var timersChanged = false
    private(set) var isTouched = false
    private var tick = Instant(milliseconds: 0)

    /// What the runner asks of the lane while deciding.
    struct Surroundings {
        var tick: Instant
        /// The clock of this process. The tick may be ahead of it: another process, whose clock was wrong, may have written it.
        var now: Instant
        /// The end of each input now, for what is parked.
        var ends: () -> [Topic: Int64]
        var isCondemned: (Origin) -> Bool
        var deaths: (Origin) -> Int
        /// Marks what is in hand, for the attempt journal.
        var inHand: (Origin, _ isParked: Bool) -> Void
        var holdsAdverseTimers: Bool
    }

    init(
        name: ShardName, worker: any Worker, store: any StateStore, seal: any PayloadSeal, options: LaneOptions, partitionCount: Int,
        clusterId: String, life: PartitionLife
    ) {
        self.name = name
        self.worker = worker
        topology = worker.topology
        changelog = TopicPartition(topology.changelog, name.partition)
        redrive = topology.redrive
        self.store = store
        self.seal = seal
        self.options = options
        self.partitionCount = partitionCount
        self.life = life
        headers = OutputHeaders(worker.topology, policyVersion: worker.policyVersion)
        meta = ShardMeta(
            clusterId: clusterId, worker: name.worker, partition: name.partition, partitionCount: partitionCount,
            writerVersion: worker.topology.version, schemaVersion: worker.topology.schemaVersion)
        overlay = Overlay(store: store, seal: seal)
        inputNext = [:]
    }

    // MARK: - Takeover

    func replace(store: any StateStore) {
        self.store = store
        overlay = Overlay(store: store, seal: seal)
    }

    /// The takeover is over: state as restored, inputs from `positions`; those in `isNew` are committed with the next transaction.
    func begin(meta: ShardMeta, positions: [Topic: Int64], new isNew: Set<Topic>) throws(StoreFailure) {
        self.meta = meta
        self.meta.writerVersion = topology.version
        self.meta.schemaVersion = topology.schemaVersion
        overlay.clear()
        inputNext = positions
        readTo = positions
        offsetsChanged = isNew
        lastTopic = nil
        isTouched = !isNew.isEmpty
        try loadWaiting()
        try loadNextDue()
    }

    private func loadWaiting() throws(StoreFailure) {
        lines = ParkedLines()
        try scanAll(EngineTables.parked) { key, _ in
            if let parked = EngineTables.parked(key: key) { lines.restore(parked.line, number: parked.number) }
        }
        guard !lines.isEmpty else { return }
        try scanAll(EngineTables.timers) { key, _ in
            if let found = EngineTables.timer(key: key, value: [0]), found.kind == .retry {
                lines.retry(ByteKey(found.timer.key), at: found.timer.due)
            }
        }
    }

    private func loadNextDue() throws(StoreFailure) {
        let first = try store.scan(EngineTables.timers, from: [], upTo: nil, limit: 1)
        nextDue = first.first.flatMap { $0.key.leadingBigEndian }.map { Instant(milliseconds: Int64($0)) }
        timersChanged = false
    }

    private func scanAll(_ table: UInt8, _ body: (Bytes, Bytes) -> Void) throws(StoreFailure) {
        var from = Bytes()
        while true {
            let page = try store.scan(table, from: from, upTo: nil, limit: options.pageRows)
            for row in page { body(row.key, row.value) }
            guard page.count == options.pageRows, let last = page.last else { return }
            from = last.key + [0]
        }
    }

    // MARK: - Deciding

    /// Fires timers that are due, at most `limit`. Returns how many.
    func fire(limit: Int, in surroundings: Surroundings, into batch: inout Batch) throws(StoreFailure) -> Int {
        tick = surroundings.tick
        guard let nextDue, nextDue <= tick, limit > 0 else { return 0 }
        var fired = 0
        var from = Bytes()
        let end = EngineTables.timersAfter(surroundings.tick)
        while fired < limit {
            let page = try store.scan(EngineTables.timers, from: from, upTo: end, limit: limit - fired)
            for row in page where fired < limit {
                if try fire(row.key, row.value, in: surroundings, into: &batch) { fired += 1 }
            }
            guard let last = page.last else { break }
            from = last.key + [0]
        }
        batch.report.timers += fired
        return fired
    }

    /// Returns false for a timer that was cleared in this batch, or is held.
    private func fire(_ key: Bytes, _ stored: Bytes, in surroundings: Surroundings, into batch: inout Batch) throws(StoreFailure) -> Bool {
        guard let value = try overlay.row(EngineTables.timers, key), let found = EngineTables.timer(key: key, value: value) else {
            return false
        }
        if found.timer.isAdverse, surroundings.holdsAdverseTimers || found.timer.due > surroundings.now { return false }
        let cause = Cause.timer(worker: name.worker, partition: name.partition, due: found.timer.due, key: ByteKey(found.timer.key))
        try change(EngineTables.timers, key, nil, cause: cause.text, index: -1)
        timersChanged = true
        if found.kind == .retry {
            try retry(ByteKey(found.timer.key), in: surroundings, into: &batch)
            return true
        }
        let place = CrashLadder.origin(of: found.timer, in: name)
        batch.settled.append(place)
        guard !surroundings.isCondemned(place) else {
            try timerGaveUp(found.timer, crashed(surroundings.deaths(place)), at: place, into: &batch)
            return true
        }
        surroundings.inHand(place, false)
        let moment = Moment(tick: surroundings.tick, cause: cause)
        let settled = try settle(worker, .timer(found.timer), moment, source: nil, queues: false)
        switch settled {
        case .decided(let decision) where decision.wait == nil:
            try apply(decision, cause.text, moment, nil, in: surroundings, into: &batch)
        case .decided, .queued:
            try timerGaveUp(found.timer, Rejection("engine.timer-waits", hint: "a timer's decision must not wait"), at: place, into: &batch)
        case .refused(let rejection):
            try timerGaveUp(found.timer, rejection, at: place, into: &batch)
        }
        return true
    }

    /// Takes one record of an input.
    func take(_ message: Message, in surroundings: Surroundings, into batch: inout Batch) throws(StoreFailure) {
        if let before = inputNext.updateValue(message.offset + 1, forKey: message.topic), message.offset < before {
            // Nothing of this batch may stand: a log that has lost its place may have left something out as well.
            throw StoreFailure(.retriable, "\(message.origin) was given though \(before) was the next one: the shard is taken over again")
        }
        tick = surroundings.tick
        isTouched = true
        // Most records follow one of the same topic.
        if message.topic != lastTopic {
            offsetsChanged.insert(message.topic)
            lastTopic = message.topic
        }
        batch.report.records += 1
        let origin = message.origin
        if surroundings.isCondemned(origin) {
            let deaths = surroundings.deaths(origin)
            return try bury(message, origin, crashed(deaths), attempts: deaths, into: &batch)
        }
        if let value = message.value, value.count > options.valueBytesMax {
            let hint = "at most \(options.valueBytesMax) bytes; kept as digest, length and origin"
            return try bury(message, origin, Rejection("envelope.too-large", hint: hint), attempts: 1, into: &batch)
        }
        guard message.topic == redrive else {
            return try decide(message, cause: origin, redrives: 0, in: surroundings, into: &batch)
        }
        try takeRedriven(message, in: surroundings, into: &batch)
    }

    private func crashed(_ deaths: Int) -> Rejection {
        Rejection("engine.crashed", hint: "it ended the process \(deaths) times; look at the crash reports, mend, then redrive")
    }

    private func takeRedriven(_ message: Message, in surroundings: Surroundings, into batch: inout Batch) throws(StoreFailure) {
        let redrives = (DeadLetter(message.headers)?.redrives ?? 0) + 1
        var original: Message?
        if let value = message.value, let opened = try? seal.open(value, context: Bytes(utf8: topology.deadLetters.name)) {
            original = Parcel.unpack(opened)
        }
        guard let original else {
            let hint = "redrive takes the values of \(topology.deadLetters) as they are"
            return try bury(message, message.origin, Rejection("engine.no-dead-letter", hint: hint), attempts: 1, into: &batch)
        }
        try decide(original, cause: message.origin, redrives: redrives, in: surroundings, into: &batch)
    }

    private func decide(
        _ message: Message, cause: Origin, redrives: Int, in surroundings: Surroundings, into batch: inout Batch
    ) throws(StoreFailure) {
        surroundings.inHand(cause, false)
        let moment = Moment(tick: surroundings.tick, receivedAt: receivedAt(message), cause: .record(cause))
        switch try settle(worker, .message(message), moment, source: message, queues: true) {
        case .decided(let decision):
            if let wait = decision.wait {
                try park(message, cause, in: wait.line.key, code: wait.code, after: wait.retryAfter, in: surroundings, into: &batch)
            } else {
                try apply(decision, cause.text, moment, message, in: surroundings, into: &batch)
            }
        case .queued(let line, let givesUpHead):
            if givesUpHead { try giveUpHead(of: line, in: surroundings, into: &batch) }
            try park(message, cause, in: line, code: "state.not-found", after: options.parkedRetry, in: surroundings, into: &batch)
        case .refused(let rejection):
            try bury(message, cause, rejection, attempts: 1, redrives: redrives, into: &batch)
        }
    }

    private enum Settled {
        case decided(Decision)
        /// It has to queue behind others of its line.
        case queued(ByteKey, givesUpHead: Bool)
        case refused(Rejection)
    }

    /// Asks the worker. Generic, so that one call opens the existential for all three questions.
    private func settle<W: Worker>(
        _ worker: W, _ input: Input, _ moment: Moment, source: Message?, queues: Bool
    ) throws(StoreFailure) -> Settled {
        let decoded: W.Decoded
        do { decoded = try worker.decode(input) } catch { return .refused(error) }
        if queues, let line = worker.line(of: decoded) {
            switch lines.arrived(line, limit: options.parkedMax) {
            case .decide: break
            case .queue: return .queued(line.key, givesUpHead: false)
            case .queueAndGiveUpHead: return .queued(line.key, givesUpHead: true)
            }
        }
        var state = State()
        for read in worker.reads(for: decoded) {
            switch read {
            case .row(let table, let key):
                if let payload = try overlay.row(table.id, key) { state.add(table, key, payload) }
            case .prefix(let table, let prefix):
                for row in try overlay.rows(table.id, prefix: prefix, pageRows: options.pageRows) { state.add(table, row.key, row.payload) }
            }
        }
        do { return .decided(try worker.decide(state, decoded, at: moment)) } catch { return .refused(error) }
    }

    private func apply(
        _ decision: Decision, _ cause: Bytes, _ moment: Moment, _ message: Message?, in surroundings: Surroundings, into batch: inout Batch
    ) throws(StoreFailure) {
        isTouched = true
        var index = 0
        for change in decision.changes {
            try self.change(change.table, change.key, change.payload, cause: cause, index: index)
            index += 1
        }
        for change in decision.timers {
            timersChanged = true
            switch change {
            case .set(let timer):
                let key = EngineTables.timerKey(due: timer.due, kind: .worker, key: timer.key)
                try self.change(EngineTables.timers, key, EngineTables.timerValue(timer), cause: cause, index: index)
            case .clear(let due, let key):
                let key = EngineTables.timerKey(due: due, kind: .worker, key: key)
                try self.change(EngineTables.timers, key, nil, cause: cause, index: index)
            }
            index += 1
        }
        say(decision, cause, moment, message, into: &batch)
        for line in decision.endsWaiting { try end(line.key, in: surroundings, into: &batch) }
    }

    private func say(_ decision: Decision, _ cause: Bytes, _ moment: Moment, _ message: Message?, into batch: inout Batch) {
        let outputs = decision.outputs
        guard !outputs.isEmpty else { return }
        // What no message caused, or whose id may not be repeated, is told by its place.
        let id = (decision.hidesCauseId ? nil : message?.headers["ce_id"]) ?? cause
        let context = OutputHeaders.Context(
            origin: cause, time: batch.time(of: moment.tick), receivedAt: moment.receivedAt, causation: id,
            correlation: message.flatMap(ownCorrelation) ?? id, traceparent: message?.headers.traceparent)
        for (index, output) in outputs.enumerated() {
            let partition = output.partition ?? Partitioner.partition(of: output.key, count: partitionCount)
            batch.say(TopicPartition(output.topic, partition), key: output.key, value: output.value) { book in
                headers.write(
                    context, type: output.type, subject: output.subject, correlation: output.correlation, index: index, to: book)
            }
        }
        batch.report.outputs += outputs.count
    }

    /// What a worker of the cluster said that its message belongs to; others' words are not passed on in headers.
    private func ownCorrelation(_ message: Message) -> Bytes? {
        guard let source = message.headers["ce_source"], source.starts(with: "/workers/".utf8) else { return nil }
        return message.headers["ce_correlationid"]
    }

    private func change(_ table: UInt8, _ key: Bytes, _ payload: Bytes?, cause: Bytes, index: Int) throws(StoreFailure) {
        isTouched = true
        try overlay.put(table, key, payload, salt: Overlay.Salt(cause: cause, index: index))
    }

    // MARK: - Parking

    private func park(
        _ message: Message, _ cause: Origin, in line: ByteKey, code: String, after: Instant.Span, in surroundings: Surroundings,
        into batch: inout Batch
    ) throws(StoreFailure) {
        let isFirst = lines[line] == nil
        let retryAt = surroundings.tick + after
        let number = lines.append(line, retryAt: retryAt)
        let parked = ParkedInput(message: message, cause: cause, attempts: 1, code: code, ends: surroundings.ends())
        try change(EngineTables.parked, EngineTables.parkedKey(line, number: number), parked.pack(), cause: cause.text, index: -2)
        if isFirst { try arm(line, at: retryAt, cause: cause.text) }
        batch.report.parked += 1
    }

    private func arm(_ line: ByteKey, at instant: Instant, cause: Bytes) throws(StoreFailure) {
        lines.retry(line, at: instant)
        let key = EngineTables.timerKey(due: instant, kind: .retry, key: line.bytes)
        try change(EngineTables.timers, key, EngineTables.timerValue(Timer(due: instant, key: [])), cause: cause, index: -3)
        timersChanged = true
    }

    private func disarm(_ line: ByteKey, cause: Bytes) throws(StoreFailure) {
        guard let waiting = lines[line], waiting.retryAt != .distantFuture else { return }
        let key = EngineTables.timerKey(due: waiting.retryAt, kind: .retry, key: line.bytes)
        try change(EngineTables.timers, key, nil, cause: cause, index: -4)
        timersChanged = true
    }

    /// The head of a line is due: it, and what waits behind it, until one has to wait again.
    private func retry(_ line: ByteKey, in surroundings: Surroundings, into batch: inout Batch) throws(StoreFailure) {
        while let head = try head(of: line, into: &batch) {
            surroundings.inHand(head.cause, true)
            guard !surroundings.isCondemned(head.cause) else {
                try removeHead(of: line, cause: head.cause, into: &batch)
                try bury(head.message, head.cause, crashed(surroundings.deaths(head.cause)), attempts: head.attempts, into: &batch)
                continue
            }
            var moment = Moment(
                tick: surroundings.tick, receivedAt: receivedAt(head.message), cause: .record(head.cause), attempt: head.attempts)
            moment.isCaughtUp = head.ends.allSatisfy { max(readTo[$0.key] ?? 0, inputNext[$0.key] ?? 0) >= $0.value }
            switch try settle(worker, .message(head.message), moment, source: head.message, queues: false) {
            case .decided(let decision):
                if let wait = decision.wait { return try waitAgain(head, in: line, after: wait.retryAfter, at: surroundings.tick) }
                try removeHead(of: line, cause: head.cause, into: &batch)
                try apply(decision, head.cause.text, moment, head.message, in: surroundings, into: &batch)
            case .refused(let rejection):
                try removeHead(of: line, cause: head.cause, into: &batch)
                try bury(head.message, head.cause, rejection, attempts: head.attempts + 1, into: &batch)
            case .queued:
                preconditionFailure("\(name): the head of a line does not queue")
            }
        }
    }

    /// What waited in a line is decided now: something that passed by ended the wait.
    private func end(_ line: ByteKey, in surroundings: Surroundings, into batch: inout Batch) throws(StoreFailure) {
        guard lines[line] != nil else { return }
        while let head = try head(of: line, into: &batch) {
            var moment = Moment(
                tick: surroundings.tick, receivedAt: receivedAt(head.message), cause: .record(head.cause), attempt: head.attempts)
            moment.waitIsOver = true
            moment.isCaughtUp = true
            try disarm(line, cause: head.cause.text)
            try removeHead(of: line, cause: head.cause, into: &batch)
            switch try settle(worker, .message(head.message), moment, source: head.message, queues: false) {
            case .decided(let decision) where decision.wait == nil:
                try apply(decision, head.cause.text, moment, head.message, in: surroundings, into: &batch)
            case .refused(let rejection):
                try bury(head.message, head.cause, rejection, attempts: head.attempts + 1, into: &batch)
            case .decided, .queued:
                let rejection = Rejection(head.code, hint: "what it waited for has ended; the worker would still wait")
                try bury(head.message, head.cause, rejection, attempts: head.attempts + 1, into: &batch)
            }
        }
    }

    private func giveUpHead(of line: ByteKey, in surroundings: Surroundings, into batch: inout Batch) throws(StoreFailure) {
        guard let head = try head(of: line, into: &batch) else { return }
        try removeHead(of: line, cause: head.cause, into: &batch)
        let rejection = Rejection(head.code, hint: "its line was full (\(options.parkedMax) wait); redrive it when the others are through")
        try bury(head.message, head.cause, rejection, attempts: head.attempts, into: &batch)
    }

    private func head(of line: ByteKey, into batch: inout Batch) throws(StoreFailure) -> ParkedInput? {
        guard let waiting = lines[line] else { return nil }
        let key = EngineTables.parkedKey(line, number: waiting.first)
        guard let packed = try overlay.row(EngineTables.parked, key), let parked = ParkedInput(packed: packed) else {
            throw StoreFailure(.damaged, "\(name): a parked input is missing or cannot be read")
        }
        return parked
    }

    private func waitAgain(_ head: ParkedInput, in line: ByteKey, after: Instant.Span, at tick: Instant) throws(StoreFailure) {
        guard let waiting = lines[line] else { return }
        var head = head
        head.attempts += 1
        let cause = head.cause.text
        try change(EngineTables.parked, EngineTables.parkedKey(line, number: waiting.first), head.pack(), cause: cause, index: -2)
        try arm(line, at: tick + after, cause: cause)
    }

    private func removeHead(of line: ByteKey, cause: Origin, into batch: inout Batch) throws(StoreFailure) {
        guard let waiting = lines[line] else { return }
        batch.settled.append(cause)
        let cause = cause.text
        try change(EngineTables.parked, EngineTables.parkedKey(line, number: waiting.first), nil, cause: cause, index: -2)
        _ = lines.removeHead(line)
    }

    // MARK: - Dead letters

    private func bury(
        _ message: Message, _ cause: Origin, _ reason: Rejection, attempts: Int, redrives: Int = 0, into batch: inout Batch
    ) throws(StoreFailure) {
        var kept = message
        let letter = DeadLetter(origin: message.origin, reason: reason, attempts: attempts, redrives: redrives)
        let context = OutputHeaders.Context(
            origin: cause.text, time: batch.time(of: tick), receivedAt: receivedAt(message) ?? tick,
            causation: cause.text, correlation: message.origin.text,
            traceparent: message.headers.traceparent)
        // Index -1: an outcome of the same cause after a redrive has an id of its own.
        var own = Headers()
        letter.appendHeaders(to: &own)
        if let value = message.value, value.count > options.valueBytesMax {
            own.append("dl_sha256", options.digest(value))
            own.append("dl_length", text: String(value.count))
            kept.value = nil
        }
        let value = seal.seal(Parcel.pack(kept), context: Bytes(utf8: topology.deadLetters.name), salt: cause.text)
        batch.say(TopicPartition(topology.deadLetters, name.partition), key: message.origin.text, value: value) { book in
            headers.write(context, type: DeadLetter.type, subject: nil, correlation: nil, index: -1, to: book)
            book.append(contentsOf: own)
        }
        batch.letters.append(letter)
        batch.report.deadLetters += 1
        isTouched = true
    }

    /// A timer that could not be decided is kept as a dead letter as well, so that nobody waits for it in vain.
    private func timerGaveUp(_ timer: Timer, _ reason: Rejection, at place: Origin, into batch: inout Batch) throws(StoreFailure) {
        let message = Message(
            topic: place.topic, partition: place.partition, offset: place.offset, timestamp: batch.timestamp, key: timer.key,
            value: timer.payload)
        try bury(message, place, reason, attempts: 1, into: &batch)
    }

    /// The log has passed this place of an input, also where only markers lay.
    func hasRead(_ topic: Topic, to position: Int64) { readTo[topic] = position }

    // MARK: - Commit

    var changesAtMost: Int { overlay.changesAtMost }

    /// The batch's changes and the meta that ends them; the changes are appended to `records` as the changelog gets them. Everything stays
    /// in the overlay until `committed`.
    func close(tick: Instant, wallClock: Instant, appendingTo records: inout [Append]) -> (changes: [Change], meta: ShardMeta) {
        let (changes, checksum) = overlay.changes(checksum: meta.checksum) { key, value in
            records.append(Append(to: changelog, key: key, value: value, timestamp: wallClock))
        }
        var next = meta
        next.inputNext = inputNext
        next.tick = max(meta.tick, tick)
        next.sequence += 1
        next.checksum = checksum
        next.writtenAt = wallClock
        return (changes, next)
    }

    /// The next offsets that this transaction commits: those that moved, or one that did not, for a transaction without offsets fences nobody.
    var offsetsToCommit: [TopicPartition: Int64] {
        var topics = offsetsChanged
        if topics.isEmpty, let first = inputNext.keys.min() { topics.insert(first) }
        var offsets: [TopicPartition: Int64] = [:]
        for topic in topics { offsets[TopicPartition(topic, name.partition)] = inputNext[topic] }
        return offsets
    }

    /// The store has the batch.
    func committed(_ meta: ShardMeta) throws(StoreFailure) {
        self.meta = meta
        overlay.clear()
        offsetsChanged = []
        lastTopic = nil
        isTouched = false
        if timersChanged { try loadNextDue() }
    }

    private func receivedAt(_ message: Message) -> Instant? {
        message.headers["receivedAt"].flatMap { Int64($0.text) }.map { Instant(milliseconds: $0) }
    }
}
