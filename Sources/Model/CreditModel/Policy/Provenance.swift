/// Where a rule comes from, and whether somebody has read it there.
public struct Provenance: Hashable, Sendable {
    /// The instrument and article, the standard, or the notice.
    public var source: String
    /// False until somebody has compared the rule with its primary text; `config print` and `config check` list what is not.
    public var confirmed: Bool
    /// What is open about it.
    public var note: String?

    public init(_ source: String, confirmed: Bool, note: String? = nil) {
        self.source = source
        self.confirmed = confirmed
        self.note = note
    }
}
