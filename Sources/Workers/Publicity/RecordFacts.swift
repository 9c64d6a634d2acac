import CreditModel
import StreamCore

/// What publicity has to know of a record's newest version.
struct RecordFacts: Hashable, Sendable {
    var recordId: String
    var bureau: String
    var catalogItem: String
    var kind: SubjectKind
    var severity: Severity
    var state: RecordState
    var isRestricted: Bool
    /// nil when the newest version does not show what the record says.
    var decisionDate: CivilDate?
    /// The last day of publicity, as the ledger has computed it.
    var publicUntil: CivilDate?
    /// Whether its bureau says that the subject agrees.
    var hasConsent: Bool
    /// What is shown of the decision, a JSON object; empty where nothing is.
    var decision: Bytes

    /// Whether a release of the other is one of this as well: it says the same about how serious it is, and by which decision.
    func isReleased(with other: RecordFacts) -> Bool {
        catalogItem == other.catalogItem && severity == other.severity && decisionDate == other.decisionDate && kind == other.kind
    }

    /// Whether a listing shows the same of both, besides what stands in `Listing`.
    func isShown(like other: RecordFacts) -> Bool {
        catalogItem == other.catalogItem && severity == other.severity && decision == other.decision
    }
}

/// What publicity has to know of a subject.
struct SubjectFacts: Hashable, Sendable {
    var capacity: SubjectProfile.Capacity
    /// A person's name masked, an organisation's as it is: publicity knows no other.
    var displayName: String
}
