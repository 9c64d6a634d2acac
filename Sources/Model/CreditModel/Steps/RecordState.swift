/// Where a record stands. Restriction by an open case is an overlay beside it, never a state.
public enum RecordState: String, Hashable, Sendable, CaseIterable {
    /// The decision is not final yet: nothing rests on the record.
    case held = "HELD"
    case effective = "EFFECTIVE"
    case repaired = "REPAIRED"
    case withdrawn = "WITHDRAWN"
    /// Its term is over.
    case expired = "EXPIRED"
    /// Retention is over, or it was sealed: the last version.
    case archived = "ARCHIVED"

    /// Whether the record had its end, by whatever way, and only waits for its archiving.
    public var isEnded: Bool { self == .repaired || self == .withdrawn || self == .expired }
}
