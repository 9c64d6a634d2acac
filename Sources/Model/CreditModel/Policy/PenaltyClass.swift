/// The severity of a row of 双公示 penalties, by the words of its category (处罚类别) or content.
public struct PenaltyClass: Hashable, Sendable {
    public var severity: Severity
    /// Words of which one occurs in the category.
    public var words: [String]
    public var provenance: Provenance

    public init(severity: Severity, words: [String], provenance: Provenance) {
        self.severity = severity
        self.words = words
        self.provenance = provenance
    }
}
