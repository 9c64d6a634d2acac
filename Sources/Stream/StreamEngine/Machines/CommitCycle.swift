import StreamCore

/// One lane's commits: the log first, then the stores, and what to do when either does not answer well.
///
/// The stores are never ahead of the log. After anything but a clean answer of the log, what was decided is dropped and every shard
/// takes its state over again; after a clean one, what was decided is kept until the stores have it, however long that takes.
public struct CommitCycle: Sendable {
    public enum Action: Hashable, Sendable {
        case commitLog
        /// The same transaction once more, not before the time.
        case retryLog(at: Instant)
        case commitStores
        /// What was decided stays in memory, nothing is consumed, the stores are asked again, not before the time.
        case retryStores(at: Instant)
        case ready
        /// Drop what was decided, renew the producer, take every shard over again, not before the time.
        case recover(at: Instant)
        case end(reason: String, hint: String)
    }

    private enum State { case ready, committingLog, committingStores, recovering }

    private var state = State.ready
    private var backoff: Backoff
    private var lastFenced: Instant?
    private let fencedWithin: Instant.Span

    public init(backoff: Backoff, fencedWithin: Instant.Span) {
        self.backoff = backoff
        self.fencedWithin = fencedWithin
    }

    /// Whether a transaction is under way that must be finished before anything else.
    public var isBusy: Bool { state == .committingLog || state == .committingStores }

    public mutating func decided() -> Action {
        precondition(state == .ready, "a commit is under way")
        state = .committingLog
        return .commitLog
    }

    public mutating func logCommitted() -> Action {
        precondition(state == .committingLog, "no commit of the log is under way")
        state = .committingStores
        backoff.reset()
        return .commitStores
    }

    public mutating func logFailed(_ failure: LogFailure, at now: Instant) -> Action {
        switch failure.kind {
        case .retriable:
            return .retryLog(at: now + backoff.next())
        case .unclean:
            state = .recovering
            return .recover(at: now + backoff.next())
        case .fenced:
            return fenced(failure, at: now)
        case .fatal, .crash:
            return .end(reason: failure.reason, hint: failure.hint)
        }
    }

    public mutating func storesCommitted() -> Action {
        precondition(state == .committingStores, "no commit of the stores is under way")
        state = .ready
        backoff.reset()
        return .ready
    }

    public mutating func storesFailed(_ failure: StoreFailure, at now: Instant) -> Action {
        switch failure.kind {
        case .retriable:
            return .retryStores(at: now + backoff.next())
        case .damaged:
            // The log has the transaction: the takeover reads it back.
            state = .recovering
            return .recover(at: now)
        case .locked, .fatal, .crash:
            return .end(reason: failure.reason, hint: failure.hint)
        }
    }

    public mutating func recovered() { state = .ready }

    private mutating func fenced(_ failure: LogFailure, at now: Instant) -> Action {
        if let last = lastFenced, now - last < fencedWithin {
            return .end(
                reason: "fenced twice within \(fencedWithin.milliseconds / 1000) s: \(failure.reason)",
                hint: "another process runs with the same instance id: give each its own")
        }
        lastFenced = now
        state = .recovering
        return .recover(at: now + backoff.next())
    }
}

/// Waiting times that double from `first` to `most`.
public struct Backoff: Sendable {
    public let first: Instant.Span
    public let most: Instant.Span
    private var current: Instant.Span

    public init(first: Instant.Span, most: Instant.Span) {
        self.first = first
        self.most = most
        current = first
    }

    public mutating func next() -> Instant.Span {
        defer { current = min(most, Instant.Span(milliseconds: current.milliseconds * 2)) }
        return current
    }

    public mutating func reset() { current = first }
}
