/// What a worker remembers and says because of one input. All of it becomes true together, or none.
public struct Decision: Sendable {
    public var changes: [Change] = []
    public var outputs: [Output] = []
    public var timers: [TimerChange] = []
    /// Lines whose waiting inputs are decided now, with `Moment.waitIsOver`.
    public var endsWaiting: [Line] = []
    /// Whether outputs do not repeat the id of the message that is the cause: set where the id itself is what is refused.
    public var hidesCauseId = false
    /// Set when the input cannot be decided yet: it is parked, and everything else in this decision must be empty.
    public var wait: Wait?

    public init() {}

    public mutating func put(_ table: Table, _ key: Bytes, _ payload: Bytes) {
        changes.append(Change(table: table.id, key: key, payload: payload))
    }

    public mutating func forget(_ table: Table, _ key: Bytes) {
        changes.append(Change(table: table.id, key: key, payload: nil))
    }

    public mutating func say(_ output: Output) { outputs.append(output) }

    public mutating func set(_ timer: Timer) { timers.append(.set(timer)) }

    public mutating func clear(timer key: Bytes, due: Instant) { timers.append(.clear(due: due, key: key)) }

    /// Moves the timers of a row, one for each of its alarms: from how they stand to how they are wanted. `fired` is the one that is gone
    /// because it has just fired. `timer` makes that of an alarm; its key may not depend on when it is due.
    public mutating func move<Alarm: CaseIterable & Hashable>(
        timersFrom standing: [Alarm: Instant], to wanted: [Alarm: Instant], fired: Alarm?, _ timer: (Alarm, Instant) -> Timer
    ) {
        for alarm in Alarm.allCases where wanted[alarm] != standing[alarm] || alarm == fired {
            if let due = standing[alarm], alarm != fired { clear(timer: timer(alarm, due).key, due: due) }
            if let due = wanted[alarm] { set(timer(alarm, due)) }
        }
    }

    /// The input waits and is tried again.
    public static func waiting(_ wait: Wait) -> Decision {
        var decision = Decision()
        decision.wait = wait
        return decision
    }
}

/// A row put (payload) or forgotten (nil).
public struct Change: Sendable {
    public var table: UInt8
    public var key: Bytes
    public var payload: Bytes?
    public init(table: UInt8, key: Bytes, payload: Bytes?) {
        self.table = table
        self.key = key
        self.payload = payload
    }
}

public enum TimerChange: Sendable {
    case set(Timer)
    case clear(due: Instant, key: Bytes)
}

/// Why an input waits, and when to try again.
public struct Wait: Sendable {
    /// The line in which it waits.
    public var line: Line
    public var retryAfter: Instant.Span
    /// A reason code, for the dead letter that it becomes when its queue is full.
    public var code: String
    public init(in line: Line, retryAfter: Instant.Span, code: String) {
        self.line = line
        self.retryAfter = retryAfter
        self.code = code
    }
}

/// A message that a worker writes. Its headers are the engine's work.
public struct Output: Sendable {
    public var topic: Topic
    public var key: Bytes
    /// `chengxin.<noun>.<past participle>.v1`.
    public var type: String
    /// The subject id, where the topic may carry one.
    public var subject: String?
    /// The case or submission that this belongs to.
    public var correlation: String?
    /// `nil` is a tombstone of a compacted topic.
    public var value: Bytes?
    /// The partition; `nil`: by the key.
    public var partition: Int?

    public init(
        topic: Topic, key: Bytes, type: String, subject: String? = nil, correlation: String? = nil, value: Bytes?, partition: Int? = nil
    ) {
        self.topic = topic
        self.key = key
        self.type = type
        self.subject = subject
        self.correlation = correlation
        self.value = value
        self.partition = partition
    }
}

/// Why an input is not acted on. It goes to the dead letters with its bytes.
public struct Rejection: Error, Hashable, Sendable, CustomStringConvertible {
    /// `area.thing`.
    public var code: String
    /// JSON Pointer into the message; empty for the whole.
    public var path: String
    /// What to do about it. Never holds a value of the message.
    public var hint: String

    public init(_ code: String, at path: String = "", hint: String) {
        self.code = code
        self.path = path
        self.hint = hint
    }

    public var description: String { "\(code) at \"\(path)\": \(hint)" }
}
