import CreditModel

/// Nobody has an adverse record of what was done before coming of age (河南省社会信用条例 article 3 with 民法典 articles 17 to 20).
enum CapacityGate {
    /// - Parameters:
    ///   - birthDate: nil where the document does not say it; the gate then refuses nothing, and the profile says that capacity is unknown.
    ///   - conduct: nil where the record does not say it; then the day of the decision stands, with a higher age, because decisions
    ///     come later than what they are about.
    static func reasons(birthDate: CivilDate?, conduct: CivilDate?, decided: CivilDate?, rules: CapacityRules) -> [Reason] {
        guard let birthDate else { return [] }
        if let conduct {
            return birthDate.completedYears(at: conduct) < rules.adultAge ? [Reason(.capacityMinor, at: "/conduct/date")] : []
        }
        guard let decided, birthDate.completedYears(at: decided) < rules.presumedMinorBelowAge else { return [] }
        return [Reason(.capacityMinor, at: "/decision/date", hint: "say when the conduct was: without it, the day of the decision counts")]
    }
}
