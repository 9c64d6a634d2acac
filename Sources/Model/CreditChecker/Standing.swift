/// What became of the transaction in which a record was written.
public enum Standing: UInt8, Sendable {
    /// Readers of committed records see it. What was written outside any transaction is that too.
    case committed = 1
    case aborted
    /// Not yet known: the transaction is open.
    case undecided
}
