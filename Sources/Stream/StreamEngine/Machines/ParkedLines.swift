import StreamCore

/// Which lines wait in a shard: how many inputs each holds, and when its head is tried again.
public struct ParkedLines: Sendable {
    public struct Waiting: Hashable, Sendable {
        public var first: UInt64
        public var next: UInt64
        public var retryAt: Instant
        public var count: Int { Int(next - first) }

        public init(first: UInt64, next: UInt64, retryAt: Instant) {
            self.first = first
            self.next = next
            self.retryAt = retryAt
        }
    }

    private var lines: [ByteKey: Waiting] = [:]

    public init() {}

    public var isEmpty: Bool { lines.isEmpty }
    /// How many inputs wait, in all lines.
    public var count: Int { lines.values.reduce(0) { $0 + $1.count } }

    public subscript(line: ByteKey) -> Waiting? { lines[line] }

    /// What is to be done with an input of this line.
    public enum Verdict: Hashable, Sendable {
        case decide
        /// It queues behind what waits.
        case queue
        /// It queues, and the head becomes a dead letter, for the line is full.
        case queueAndGiveUpHead
    }

    public func arrived(_ line: Line?, limit: Int) -> Verdict {
        guard let line, !line.passes, let waiting = lines[line.key] else { return .decide }
        return waiting.count < limit ? .queue : .queueAndGiveUpHead
    }

    /// Adds one at the end of a line and gives it its number.
    public mutating func append(_ line: ByteKey, retryAt: Instant) -> UInt64 {
        var waiting = lines[line] ?? Waiting(first: 0, next: 0, retryAt: retryAt)
        let number = waiting.next
        waiting.next += 1
        lines[line] = waiting
        return number
    }

    /// The head is gone. Returns whether others wait.
    public mutating func removeHead(_ line: ByteKey) -> Bool {
        guard var waiting = lines[line] else { return false }
        waiting.first += 1
        lines[line] = waiting.count > 0 ? waiting : nil
        return waiting.count > 0
    }

    public mutating func retry(_ line: ByteKey, at instant: Instant) {
        lines[line]?.retryAt = instant
    }

    /// What the store says after a takeover: a parked input, in the order of the numbers, or a retry timer.
    public mutating func restore(_ line: ByteKey, number: UInt64) {
        if lines[line] == nil {
            lines[line] = Waiting(first: number, next: number + 1, retryAt: .distantFuture)
        } else {
            lines[line]?.next = number + 1
        }
    }
}
