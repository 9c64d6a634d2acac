/// What a subject can be told. Its words are a template of the policy pack (`notices`), one for each kind, in which the named values stand.
///
/// 河南省社会信用条例 articles 28 and 40: whoever is affected is told the facts, the reasons, the basis, and the way to object.
public enum NoticeKind: String, Hashable, Sendable, CaseIterable {
    case repairPossible = "repair.possible"
    case repairExtensionOver = "repair.extension-over"
    case sanctionProposed = "sanction.proposed"
    case sanctionDismissed = "sanction.dismissed"
    case sanctionOrdered = "sanction.ordered"
    case sanctionLifted = "sanction.lifted"
    case rewardPublicised = "reward.publicised"
    case rewardGranted = "reward.granted"
    case rewardEnded = "reward.ended"

    /// The values that its template has to name, each in braces.
    public var values: [String] {
        switch self {
        case .repairPossible, .repairExtensionOver: ["record"]
        case .sanctionProposed: ["case", "cause", "measures", "basis", "records", "objectionTerm", "correctionTerm"]
        case .sanctionDismissed: ["case", "measures"]
        case .sanctionOrdered: ["case", "cause", "measures", "basis", "records", "reason", "documentNo", "until"]
        case .sanctionLifted: ["case", "measures", "reason"]
        case .rewardPublicised: ["case", "programme", "basis"]
        case .rewardGranted: ["case", "programme", "benefits", "until"]
        case .rewardEnded: ["case", "programme", "reason"]
        }
    }
}
