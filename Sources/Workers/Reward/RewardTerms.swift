import CreditModel
import StreamCore

/// What the policy says about rewards. No number of days stands here.
struct RewardTerms: Sendable {
    var policy: PolicyPack

    /// An item that the pack does not have (any more) is taken for adverse.
    func isAdverse(_ version: RecordChanged) -> Bool { policy.item(version.catalogItem)?.nature ?? .adverse == .adverse }

    /// Whether it speaks against a reward: it has effect, and no dispute restricts it (safeguard 7).
    func standsAgainst(_ version: RecordChanged) -> Bool {
        version.state == .effective && !version.isRestricted && isAdverse(version)
    }

    /// Everything that stands against a nomination, and the case that is open already.
    func inadmissible(
        _ nomination: RewardNomination, by bureau: String?, _ row: RewardRow?, hasAdverseRecord: Bool, at tick: Instant
    ) -> (reasons: [Reason], openCaseId: String?) {
        var reasons: [Reason] = []
        if let programme = policy.programme(nomination.programme) {
            let mayNominate = bureau.map { programme.nominators?.contains($0) ?? policy.bureaus.contains(id: $0) } ?? false
            if !mayNominate {
                reasons.append(Reason(.policySourceNotAllowed, at: "/programme", hint: "the programme names the bureaus that nominate"))
            }
        } else {
            reasons.append(Reason(.policyItemUnknown, at: "/programme", hint: "nominate for a programme of the policy pack"))
        }
        reasons += missingBasis(nomination.basis, on: CivilDate(tick))
        if nomination.consentGivenAt > tick {
            reasons.append(Reason(.schemaRange, at: "/consent/givenAt", hint: "the person has to agree before the nomination"))
        }
        if hasAdverseRecord {
            reasons.append(Reason(.stateNotEligible, at: "/subject", hint: "an adverse record of the subject has effect"))
        }
        let open = row?.cases.first { $0.programme == nomination.programme && $0.machine.isOpen }
        if open != nil { reasons.append(Reason(.stateAlreadyOpen, at: "/programme")) }
        return (reasons, open?.id)
    }

    /// A basis is a text; where it cites instruments that the pack knows, they are in force on the day.
    private func missingBasis(_ basis: String, on day: CivilDate) -> [Reason] {
        guard basis.contains(where: { !$0.isWhitespace }) else { return [Reason(.basisMissing, at: "/basis")] }
        let isOutOfForce = Instrument.names(citedIn: basis).contains { name in
            policy.instrument(named: name, on: day).map { !$0.inForce(on: day) } ?? false
        }
        return isOutOfForce
            ? [Reason(.basisNotInForce, at: "/basis", hint: "name an instrument that is in force on the day of the nomination")] : []
    }

    /// What a programme gives, with the agency that gives it.
    func benefits(of programme: RewardProgramme) -> [Benefit] { programme.benefits.compactMap { policy.benefit($0) } }

    /// When a case that is over is forgotten; nil where the calendar cannot say it yet: then it stays.
    func forgetAt(after tick: Instant) -> Instant? {
        (try? policy.calendar.lastDay(of: policy.retention.archiveAfter, after: CivilDate(tick)))?.end
    }

    /// When something that a missing year of the calendar keeps from being set is tried again.
    func retry(after tick: Instant) -> Instant { CivilDate(tick).end }

    /// Whose turn it is: the nominator answers objections, the programme's deciders decide.
    func answers(_ alert: RewardMachine.Alert, _ file: RewardCase) -> String {
        switch alert {
        case .objectionOverdue: file.nominator
        case .decisionOverdue: policy.programme(file.programme)?.deciders.min() ?? file.nominator
        }
    }

    func name(ofProgramme id: String) -> Bilingual { policy.programme(id)?.name ?? Bilingual(zh: id, en: id) }
    func name(ofBenefit id: String) -> Bilingual { policy.benefit(id)?.name ?? Bilingual(zh: id, en: id) }
}
