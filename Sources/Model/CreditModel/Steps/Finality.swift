import StreamCore

/// From when on a decision is final, and why it is not yet.
public struct Finality: Hashable, Sendable {
    /// When the term ends. Without it, but with reasons: until a revision or a withdrawal.
    public var from: Instant?
    /// Empty for a decision that is final.
    public var reasons: [Reason]

    public init(from: Instant?, reasons: [Reason]) {
        self.from = from
        self.reasons = reasons
    }

    /// A decision that is final now.
    public static let reached = Finality(from: nil, reasons: [])

    public var isReached: Bool { reasons.isEmpty && from == nil }

    init(decoding value: JSONValue) throws(Rejection) {
        from = try value.instantIfPresent("from")
        reasons = try [Reason](step: value["reasons"])
    }

    func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.name("from")
            if let from { $0.instant(from) } else { $0.null() }
            $0.member("reasons", reasons)
        }
    }
}
