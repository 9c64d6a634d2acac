import CreditModel

/// Whether the closed list has the cause, and the measures for it (完善失信约束制度: no measure outside of the list).
///
/// What a measure needs of the record that it rests on, the sanction worker sees.
enum MeasureGate {
    /// - Parameter kinds: of the subject and of the responsible persons; each case takes what is for its own.
    static func reasons(cause: String?, measures: [String], kinds: Set<SubjectKind>, policy: PolicyPack) -> [Reason] {
        var reasons: [Reason] = []
        let isKnown = cause.map { policy.causes.contains(id: $0) } ?? false
        if cause != nil, !isKnown { reasons.append(Reason(.schemaRange, at: "/cause", hint: "the list of causes is closed")) }
        for (index, id) in measures.enumerated() {
            guard let measure = policy.measure(id), isAllowed(measure, for: isKnown ? cause : nil, kinds) else {
                reasons.append(Reason(.policyMeasureNotAllowed, at: "/measures/\(index)"))
                continue
            }
        }
        return reasons
    }

    /// Without a known cause only the kind counts.
    private static func isAllowed(_ measure: SanctionMeasure, for cause: String?, _ kinds: Set<SubjectKind>) -> Bool {
        if let cause, let causes = measure.causes, !causes.contains(cause) { return false }
        return kinds.isEmpty || !measure.kinds.isDisjoint(with: kinds)
    }
}
