import CreditModel

/// Whether the number of a subject can be one: its form, check characters (GB 11643, GB 32100) and date of birth.
enum SubjectGate {
    /// A subject as a message names it, with its number in one form.
    struct Claim: Sendable {
        var kind: SubjectKind
        var number: IdentityNumber
        var name: String

        func lookupKey(_ keys: ClusterKeys) -> String {
            keys.lookupKey(kind: kind.rawValue, idClass: number.type.lookupClass, number: number.text)
        }

        func write(to writer: inout JSONWriter) {
            SubjectStatement(kind: kind, idType: number.type, idNumber: number.text, name: name).write(to: &writer)
        }
    }

    struct Finding: Sendable {
        var claim: Claim?
        /// Also of a subject with something else wrong.
        var birthDate: CivilDate?
        var reasons: [Reason] = []
    }

    /// The claim, or why there is none. What the schema has refused already is not refused again.
    static func claim(
        kind: SubjectKind?, idType: IdentityType?, idNumber: String?, name: String?, at path: String, today: CivilDate
    ) -> Finding {
        var finding = Finding()
        if let kind, let idType, idType.kind != kind {
            let kinds = idType.kind == .person ? "persons" : "organizations"
            finding.reasons.append(Reason(.subjectKind, at: "\(path)/idType", hint: "\(idType.rawValue) is a document of \(kinds)"))
        }
        guard let idType, let idNumber, !idNumber.isEmpty else { return finding }
        do throws(IdentityFailure) {
            let number = try IdentityNumber(idNumber, type: idType, today: today)
            finding.birthDate = number.birthDate
            if finding.reasons.isEmpty, let kind, let name { finding.claim = Claim(kind: kind, number: number, name: name) }
        } catch {
            finding.reasons += error.reasons(at: "\(path)/idNumber")
        }
        return finding
    }
}
