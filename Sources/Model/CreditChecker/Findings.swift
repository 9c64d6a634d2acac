import StreamCore

/// What a check has found, and what it could not judge.
public struct Findings: Sendable {
    /// By invariant and place; at most as many as the settings allow.
    public var violations: [Violation] = []
    /// All of them, also those that are not listed.
    public var violationCount = 0
    public var topics: [TopicCount] = []
    /// How often each invariant was looked at.
    public var judged: [Invariant: Int] = [:]
    /// What is under way, by what it waits for. No violation.
    public var open: [Open: Int] = [:]
    /// What could not be judged, and why; one line each.
    public var notSeen: [String] = []
    /// The newest tick that was read: the only time that a check knows.
    public var now: Instant?

    public var openCount: Int { open.values.reduce(0, +) }

    /// The records of a topic.
    public struct TopicCount: Hashable, Sendable {
        public var topic: Topic
        public var partitions: Int
        public var committed = 0
        public var aborted = 0
        public var undecided = 0
        /// Records below the first offset that is kept.
        public var gone: Int64 = 0
    }

    /// Why something is not finished.
    public enum Open: String, CaseIterable, Comparable, Sendable {
        case notRead = "inputs that their worker has not read yet"
        case parked = "inputs that wait in a line"
        case undecided = "inputs whose answer is not decided yet"
        case timers = "timers that are due"
        case transactions = "transactions that were under way while the topics were read"

        public static func < (left: Open, right: Open) -> Bool { left.rawValue < right.rawValue }
    }
}
