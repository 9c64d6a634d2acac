import CreditModel

/// A measure that the records carry: it is on the list for the cause and the kind of subject, and the records and the basis are what it
/// needs (完善失信约束制度: related and proportionate, 过惩相当). There is no other way to one than `examine`.
struct CarriedMeasure: Hashable, Sendable {
    let id: String
    let agency: String

    private init(_ measure: SanctionMeasure) {
        id = measure.id
        agency = measure.agency
    }

    /// What measures are judged by.
    struct Case {
        var cause: String
        var kind: SubjectKind
        var basis: String
        /// On which the basis has to be in force.
        var day: CivilDate
        /// Those that still have effect, or will have it again.
        var grounds: [Ground]
    }

    static func examine(_ id: String, at path: String, for file: Case, by policy: PolicyPack) -> Result<CarriedMeasure, Reason> {
        func refused(_ hint: String) -> Result<CarriedMeasure, Reason> {
            .failure(Reason(.policyMeasureNotAllowed, at: path, hint: hint))
        }
        guard let measure = policy.measure(id) else { return refused("the list of measures is closed") }
        if let causes = measure.causes, !causes.contains(file.cause) { return refused("the list does not have this measure for the cause") }
        guard measure.kinds.contains(file.kind) else { return refused("the list does not have this measure for subjects of this kind") }
        // Slight dishonesty alone is no ground, whatever a measure says.
        let fitting = file.grounds.filter { $0.severity > .minor && measure.severities.contains($0.severity) }
        guard !fitting.isEmpty else {
            let words = measure.severities.filter { $0 > .minor }.sorted().map(\.rawValue).joined(separator: " or ")
            return refused("a record of severity \(words) is needed")
        }
        if measure.needsCourtDecision, !fitting.contains(where: { policy.bureau($0.bureau)?.isCourt ?? false }) {
            return refused("a record of a court is needed")
        }
        if measure.needsLaw, !CarriedMeasure.restsOnLaw(file.basis, on: file.day, policy) {
            return refused("the basis has to name a law or regulation in force; see instruments.yaml")
        }
        return .success(CarriedMeasure(measure))
    }

    private static func restsOnLaw(_ basis: String, on day: CivilDate, _ policy: PolicyPack) -> Bool {
        Instrument.names(citedIn: basis).contains { name in
            policy.instruments(named: name).contains { $0.kind.takesRights && $0.inForce(on: day) }
        }
    }
}
