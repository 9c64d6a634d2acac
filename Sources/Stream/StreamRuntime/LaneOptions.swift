import StreamCore
import StreamEngine

/// How a lane works. Every number is configuration (`Config/workers/NAME.yaml`); the values here are those of the sample city.
public struct LaneOptions: Sendable {
    /// Records of one transaction, all inputs together.
    public var recordsMax = 1000
    /// Bytes that one transaction may say and remember; it is closed when they are passed.
    public var bytesMax = 8 << 20
    /// Timers of one shard that fire in one transaction.
    public var timersMax = 500
    /// An input value above this is dead-lettered as digest, length and origin.
    public var valueBytesMax = 2 << 20
    /// Inputs that may wait in one line; a full line gives up its head.
    public var parkedMax = 1000
    /// Inputs that are parked while others of their line wait are first tried after this.
    public var parkedRetry = Instant.Span.seconds(60)
    public var backoff = Backoff(first: .milliseconds(100), most: .seconds(10))
    public var fencedWithin = Instant.Span.seconds(60)
    /// Half of `delete.retention.ms`.
    public var storeAgeMax = Instant.Span.seconds(7 * 86_400 / 2)
    public var logIsBeside = true
    /// Deaths of its own after which a record becomes a dead letter.
    public var deathsMax = 3
    /// Rows that one page of a replay or a scan holds.
    public var pageRows = 10_000
    /// How long takeovers may keep one step, to the end of a page: in between the group is heard, and other shards decide.
    public var takeoverSlice = Instant.Span.milliseconds(250)
    /// SHA-256, for what is too large to be kept.
    public var digest: @Sendable (Bytes) -> Bytes

    /// A known mistake that a simulation switches on, to see whether it is found. Never set in production.
    package var mistake: LaneMistake?

    public init(digest: @escaping @Sendable (Bytes) -> Bytes) { self.digest = digest }
}

/// The mistakes that a checker has to find.
package enum LaneMistake: String, Sendable, CaseIterable {
    /// The stores commit before the log.
    case storeAhead = "store-ahead"
    /// Outputs are appended in a transaction of their own before the offsets.
    case outcomeOutside = "outcome-outside"
    /// A transaction that only fires timers commits no input offset and does not check the membership.
    case timerUnfenced = "timer-unfenced"
}

/// What a lane did in one step.
public enum LaneStep: Hashable, Sendable {
    /// Something was decided, taken over or retried: step again.
    case worked
    /// There is nothing to do before something arrives or the time comes.
    case idle(until: Instant?)
    /// It cannot go on before this time, and says why.
    case blocked(until: Instant, reason: String)
}

/// A lane that cannot go on: the process ends and says so.
public struct LaneFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case failed
        /// Another process has the place in the group.
        case fenced
        /// Only in a simulation: the process ends as by kill -9.
        case crash
    }
    public var kind: Kind
    public var worker: String
    public var reason: String
    public var hint: String

    public init(kind: Kind, worker: String, reason: String, hint: String) {
        self.kind = kind
        self.worker = worker
        self.reason = reason
        self.hint = hint
    }

    public var description: String { hint.isEmpty ? "\(worker): \(reason)" : "\(worker): \(reason); \(hint)" }
}

/// Hears what a lane does, at batch boundaries, on the lane's thread. Nothing that it hears holds personal data.
public protocol LaneObserver: AnyObject {
    /// Partitions came or went; those that came are not taken over yet.
    func membershipChanged(_ change: MembershipChange, of worker: String)
    func tookOver(_ shard: ShardName, replayed: Int, checksum: UInt64)
    func committed(_ batch: BatchReport)
    func deadLettered(_ letter: DeadLetter, by worker: String)
    func blocked(_ worker: String, reason: String, until: Instant)
    func rebuilding(_ shard: ShardName, reason: String)
    func alarmed(_ shard: ShardName, reason: String, hint: String)
    func released(_ shard: ShardName)
}

extension LaneObserver {
    public func membershipChanged(_ change: MembershipChange, of worker: String) {}
}

/// One committed transaction in numbers.
public struct BatchReport: Hashable, Sendable {
    public var worker: String
    public var records = 0
    public var timers = 0
    public var outputs = 0
    public var changes = 0
    public var deadLetters = 0
    public var parked = 0
    public init(worker: String) { self.worker = worker }
}

/// Hears nothing.
public final class SilentObserver: LaneObserver {
    public init() {}
    public func tookOver(_ shard: ShardName, replayed: Int, checksum: UInt64) {}
    public func committed(_ batch: BatchReport) {}
    public func deadLettered(_ letter: DeadLetter, by worker: String) {}
    public func blocked(_ worker: String, reason: String, until: Instant) {}
    public func rebuilding(_ shard: ShardName, reason: String) {}
    public func alarmed(_ shard: ShardName, reason: String, hint: String) {}
    public func released(_ shard: ShardName) {}
}
