import CreditModel

/// Whether the catalogue has the item, for this kind of subject, with this severity.
enum CatalogueGate {
    static func reasons(item: CatalogueItem?, kind: SubjectKind?, severity: Severity?) -> [Reason] {
        guard let item else { return [Reason(.policyItemUnknown, at: "/catalogItem")] }
        var reasons: [Reason] = []
        if let kind, !item.kinds.contains(kind) { reasons.append(Reason(.policyKindNotAllowed, at: "/subject/kind")) }
        if let severity, !item.severities.contains(severity) { reasons.append(Reason(.policySeverityNotAllowed, at: "/severity")) }
        return reasons
    }
}
