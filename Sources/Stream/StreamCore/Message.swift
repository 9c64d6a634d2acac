/// A record of a log as a worker receives it.
public struct Message: Sendable {
    public var topic: Topic
    public var partition: Int
    public var offset: Int64
    /// When the log or its producer says that it was appended; information, it decides nothing.
    public var timestamp: Instant
    public var key: Bytes?
    public var value: Bytes?
    public var headers: Headers

    public init(
        topic: Topic, partition: Int, offset: Int64, timestamp: Instant, key: Bytes?, value: Bytes?, headers: Headers = Headers()
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
    }

    public var origin: Origin { Origin(topic, partition, offset) }
}

/// What a worker is asked to decide: a message of one of its inputs, or a timer that it has set and that is now due.
public enum Input: Sendable {
    case message(Message)
    case timer(Timer)
}

/// A durable alarm of a shard. It comes back as an input once, at or after `due`, and is gone then.
///
/// `due` and `key` together identify it; whoever wants to clear it keeps `due` in its state.
public struct Timer: Hashable, Sendable {
    public var due: Instant
    public var key: Bytes
    public var payload: Bytes
    /// Whether what it causes may harm somebody. Such timers wait while the clock is in doubt; the others go on.
    public var isAdverse: Bool

    public init(due: Instant, key: Bytes, payload: Bytes = [], isAdverse: Bool = false) {
        self.due = due
        self.key = key
        self.payload = payload
        self.isAdverse = isAdverse
    }
}

/// When and where a decision is taken.
public struct Moment: Sendable {
    /// The shard's own time: never goes back, the same when the batch is run again.
    public var tick: Instant
    /// Intake's tick of the message that began all this; for what comes first, `tick`. Legal clocks start here.
    public var receivedAt: Instant
    /// What is being decided: a record's place, or the place that stands for a timer.
    public var cause: Cause
    /// How often this input was tried before; above zero only for what was parked.
    public var attempt: Int
    /// Whether every input of the shard has been read past the end it had when this input was parked.
    public var isCaughtUp: Bool
    /// Set when something that passed by ended what this input was waiting for.
    public var waitIsOver: Bool

    public init(
        tick: Instant, receivedAt: Instant? = nil, cause: Cause, attempt: Int = 0, isCaughtUp: Bool = false, waitIsOver: Bool = false
    ) {
        self.tick = tick
        self.receivedAt = receivedAt ?? tick
        self.cause = cause
        self.attempt = attempt
        self.isCaughtUp = isCaughtUp
        self.waitIsOver = waitIsOver
    }
}

/// What made a worker act. Its text is unique in the cluster and the same in every run.
public enum Cause: Hashable, Sendable, CustomStringConvertible {
    case record(Origin)
    case timer(worker: String, partition: Int, due: Instant, key: ByteKey)

    /// `topic/partition/offset`; for a timer `WORKER.timers/PARTITION/DUE-KEY` with the key in hexadecimal digits.
    public var description: String {
        switch self {
        case .record(let origin): return origin.description
        case .timer(let worker, let partition, let due, let key):
            return "\(worker).timers/\(partition)/\(due.milliseconds)-\(Cause.hexadecimal(key.bytes))"
        }
    }

    /// The same as `description`, in UTF-8: that of a record is written for every input.
    public var text: Bytes {
        switch self {
        case .record(let origin): return origin.text
        case .timer: return Bytes(utf8: description)
        }
    }

    /// Two lower-case digits for each byte.
    public static func hexadecimal(_ bytes: Bytes) -> String {
        var digits = Bytes()
        digits.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            for digit in [byte >> 4, byte & 15] { digits.append(digit < 10 ? 48 + digit : 87 + digit) }
        }
        return digits.text
    }
}
