import CreditModel

/// What may not even be reported: penalties of persons by simple procedure, and slight cases that were remedied
/// (河南省社会信用条例 article 13). A slight case alone is no ground.
enum SlightCaseGate {
    static func reasons(
        simpleProcedure: Bool, remedied: Bool, severity: Severity?, kind: SubjectKind?, rules: SlightCaseRules
    ) -> [Reason] {
        guard simpleProcedure || remedied, let kind else { return [] }
        var reasons: [Reason] = []
        if simpleProcedure, rules.simpleProcedureRefusedFor.contains(kind) {
            reasons.append(Reason(.policySimpleProcedure, at: "/decision/simpleProcedure"))
        }
        if remedied, let severity, rules.slightSeverities.contains(severity), rules.remediedRefusedFor.contains(kind) {
            reasons.append(Reason(.policySimpleProcedure, at: "/decision/remedied"))
        }
        return reasons
    }
}
