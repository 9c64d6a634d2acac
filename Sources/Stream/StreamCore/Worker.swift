/// A worker is data and a function: what it reads and writes, and how it decides.
///
/// For each input the engine calls `decode`, fetches what `reads` names, and calls `decide`. All three are functions of their
/// arguments alone: no clock, no randomness, no input or output, no memory of earlier calls. A batch that is run again says the same.
public protocol Worker: Sendable {
    /// An input after decoding.
    associatedtype Decoded

    var topology: Topology { get }
    /// The version of the policy that it decides by, as in `ce_policy`.
    var policyVersion: String { get }

    /// Reads an input. What it throws is a dead letter: only for what cannot be answered.
    func decode(_ input: Input) throws(Rejection) -> Decoded

    /// The rows that `decide` needs.
    func reads(for decoded: Decoded) -> [Read]

    /// What the input is about, where order matters even if one of the line has to wait. `nil`: it waits for nobody.
    func line(of decoded: Decoded) -> Line?

    /// The decision. What it throws is a dead letter; an answer to a sender is an output.
    func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision
}

extension Worker {
    public func line(of decoded: Decoded) -> Line? { nil }
}

/// A queue of inputs about one thing, for example a subject and a record: what waits keeps its order, others flow.
public struct Line: Hashable, Sendable {
    public var key: ByteKey
    /// Timers, rulings, liftings and withdrawals do not queue behind what waits.
    public var passes: Bool

    public init(_ key: Bytes, passes: Bool = false) {
        self.key = ByteKey(key)
        self.passes = passes
    }
}

/// Rows that a decision needs.
public enum Read: Sendable {
    case row(Table, key: Bytes)
    /// All rows whose keys begin so, in the order of their keys.
    case prefix(Table, Bytes)
}

/// What was read for one decision.
public struct State: Sendable {
    private var rows: [(table: UInt8, key: Bytes, payload: Bytes)] = []

    public init() {}

    /// Adds a row; a test builds a state with it, the engine does nothing else.
    public mutating func add(_ table: Table, _ key: Bytes, _ payload: Bytes) {
        rows.append((table.id, key, payload))
    }

    /// The payload of a row that was asked for; nil when there is no such row.
    public func row(_ table: Table, _ key: Bytes) -> Bytes? {
        rows.first { $0.table == table.id && $0.key.elementsEqual(key) }?.payload
    }

    /// The rows of a table that were read, in the order of their keys.
    public func rows(_ table: Table) -> [(key: Bytes, payload: Bytes)] {
        rows.filter { $0.table == table.id }.map { ($0.key, $0.payload) }
    }
}
