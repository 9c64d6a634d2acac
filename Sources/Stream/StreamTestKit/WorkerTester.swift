import StreamCore

/// Asks a worker as the engine would, with rows and timers in memory: what a worker's tests are written with.
///
/// Nothing is parked: a decision that waits is given back as it is. `receive` and `fire` return everything that the worker decided.
public struct WorkerTester<W: Worker> {
    /// May be replaced by one with another policy, as after an update.
    public var worker: W
    /// The clock of the test; moved by hand.
    public var now: Instant
    public private(set) var timers: [Timer] = []
    private var rows: [UInt8: [ByteKey: Bytes]] = [:]
    private var offsets: [Topic: Int64] = [:]

    public init(_ worker: W, now: Instant) {
        self.worker = worker
        self.now = now
    }

    /// A message with the next offset of its topic.
    public mutating func message(
        _ topic: Topic, key: Bytes? = nil, value: Bytes?, headers: Headers = Headers(), partition: Int = 0
    ) -> Message {
        let offset = offsets[topic, default: 0]
        offsets[topic] = offset + 1
        return Message(topic: topic, partition: partition, offset: offset, timestamp: now, key: key, value: value, headers: headers)
    }

    /// Decides a message and remembers what the decision says.
    public mutating func receive(
        _ message: Message, attempt: Int = 0, isCaughtUp: Bool = false, waitIsOver: Bool = false, receivedAt: Instant? = nil
    ) throws(Rejection) -> Decision {
        let moment = Moment(
            tick: now, receivedAt: receivedAt, cause: .record(message.origin), attempt: attempt, isCaughtUp: isCaughtUp,
            waitIsOver: waitIsOver)
        return try decide(.message(message), moment)
    }

    /// Moves the clock to `instant` and fires what is due until then, in order, each at its due instant.
    public mutating func fire(until instant: Instant) throws(Rejection) -> [Decision] {
        var decisions: [Decision] = []
        while let timer = timers.first, timer.due <= instant {
            timers.removeFirst()
            now = max(now, timer.due)
            let cause = Cause.timer(worker: worker.topology.worker, partition: 0, due: timer.due, key: ByteKey(timer.key))
            decisions.append(try decide(.timer(timer), Moment(tick: now, cause: cause)))
        }
        now = max(now, instant)
        return decisions
    }

    /// The payload of a row; nil when there is none.
    public func row(_ table: Table, _ key: Bytes) -> Bytes? { rows[table.id]?[ByteKey(key)] }

    /// All rows of a table by key.
    public func rows(_ table: Table) -> [(key: Bytes, payload: Bytes)] {
        (rows[table.id] ?? [:]).map { ($0.key.bytes, $0.value) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }

    private mutating func decide(_ input: Input, _ moment: Moment) throws(Rejection) -> Decision {
        let decoded = try worker.decode(input)
        var state = State()
        for read in worker.reads(for: decoded) {
            switch read {
            case .row(let table, let key):
                if let payload = row(table, key) { state.add(table, key, payload) }
            case .prefix(let table, let prefix):
                for (key, payload) in rows(table) where key.starts(with: prefix) { state.add(table, key, payload) }
            }
        }
        let decision = try worker.decide(state, decoded, at: moment)
        remember(decision)
        return decision
    }

    private mutating func remember(_ decision: Decision) {
        for change in decision.changes { rows[change.table, default: [:]][ByteKey(change.key)] = change.payload }
        for change in decision.timers {
            switch change {
            case .set(let timer): timers.append(timer)
            case .clear(let due, let key): timers.removeAll { $0.due == due && $0.key.elementsEqual(key) }
            }
        }
        timers.sort { ($0.due, ByteKey($0.key)) < ($1.due, ByteKey($1.key)) }
    }
}
