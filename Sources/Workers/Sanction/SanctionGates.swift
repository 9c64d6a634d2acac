import CreditModel
import StreamCore

/// The gates of a proposal: everything that stands against it, at once.
struct SanctionGates: Sendable {
    var policy: PolicyPack

    struct Finding {
        var reasons: [Reason] = []
        /// What the proposal may ask for.
        var measures: [String] = []
        /// A case of the same matter that is not over.
        var openCaseId: String?
    }

    /// - Parameter grounds: what is known of the records, in the order of the proposal; nil where nothing is.
    func judge(
        _ proposal: SanctionProposal, _ grounds: [Ground?], _ row: SanctionRow, sentBy bureau: String?, at tick: Instant
    ) -> Finding {
        var finding = Finding()
        let today = CivilDate(tick)
        let known = grounds.compactMap { $0 }
        if !policy.causes.contains(id: proposal.cause) {
            finding.reasons.append(Reason(.schemaRange, at: "/cause", hint: "the list of causes is closed"))
        }
        finding.reasons += records(proposal, grounds, sentBy: bureau)
        if let kind = known.first?.kind, kind == .person { finding.reasons += capacity(row.capacity) }
        finding.reasons += basis(proposal, on: today)
        if !known.isEmpty, known.allSatisfy({ $0.severity <= .minor }) {
            finding.reasons.append(
                Reason(.policySeverityNotAllowed, at: recordsPath(proposal), hint: "slight dishonesty alone is no ground of a sanction"))
        }
        if let kind = known.first?.kind {
            let (measures, reasons) = self.measures(proposal, known, kind, on: today)
            finding.measures = measures
            finding.reasons += reasons
        } else {
            finding.measures = proposal.measures
        }
        let open = row.cases.first { file in
            guard file.machine.isPending || file.machine.isImposed else { return false }
            let isSame = file.determinationNo == proposal.determinationNo
            let sharesRecord = file.grounds.contains { proposal.recordIds.contains($0.recordId) }
            return isSame || (sharesRecord && file.measures.contains { proposal.measures.contains($0) })
        }
        if let open {
            finding.openCaseId = open.id
            finding.reasons.append(Reason(.stateAlreadyOpen, at: "/determinationNo"))
        }
        return finding
    }

    /// What a responsible person's case rests on stands elsewhere in the message.
    private func recordsPath(_ proposal: SanctionProposal) -> String {
        proposal.isOfResponsiblePerson ? "/responsiblePersons" : "/recordIds"
    }

    private func records(_ proposal: SanctionProposal, _ grounds: [Ground?], sentBy bureau: String?) -> [Reason] {
        var reasons: [Reason] = []
        if proposal.proposer.bureau != bureau {
            reasons.append(
                Reason(.policySourceNotAllowed, at: "/proposer", hint: "the officer belongs to another bureau than the one that sends"))
        }
        for (index, ground) in grounds.enumerated() {
            let path = proposal.isOfResponsiblePerson ? recordsPath(proposal) : JSONPointer.element(index, of: "/recordIds")
            guard let ground else {
                // Also what is somebody else's: whose it is, is nobody's business.
                reasons.append(Reason(.stateNotFound, at: path, hint: "the subject has no adverse record of this id"))
                continue
            }
            if ground.state != .effective {
                reasons.append(Reason(.stateNotEligible, at: path, hint: "the record is \(ground.state.rawValue) and carries nothing"))
            }
            if ground.isRestricted { reasons.append(Reason(.stateRestricted, at: path)) }
            let isHolder = policy.officers.proposesSanction.contains {
                $0.isHeld(by: proposal.proposer.bureau, recordBureau: ground.bureau)
            }
            if !isHolder {
                reasons.append(Reason(.policySourceNotAllowed, at: path, hint: "the bureau of the record proposes what rests on it"))
            }
        }
        return reasons
    }

    /// Decision 0017: whatever acts on a person asks for somebody who is known to be of age.
    private func capacity(_ capacity: SubjectProfile.Capacity) -> [Reason] {
        switch capacity {
        case .adult: []
        case .minor: [Reason(.capacityMinor, at: "/subject")]
        case .unknown: [Reason(.stateNotEligible, at: "/subject", hint: "nobody knows whether the subject is of age")]
        }
    }

    private func basis(_ proposal: SanctionProposal, on day: CivilDate) -> [Reason] {
        let names = proposal.basis.map { Instrument.names(citedIn: $0) } ?? []
        if names.isEmpty { return [Reason(.basisMissing, at: "/basis")] }
        let isOutOfForce = names.contains { name in
            let instruments = policy.instruments(named: name)
            return !instruments.isEmpty && !instruments.contains { $0.inForce(on: day) }
        }
        return isOutOfForce ? [Reason(.basisNotInForce, at: "/basis")] : []
    }

    /// Of the measures for several subjects each case takes what is for its own kind.
    private func measures(
        _ proposal: SanctionProposal, _ grounds: [Ground], _ kind: SubjectKind, on day: CivilDate
    ) -> (measures: [String], reasons: [Reason]) {
        let file = CarriedMeasure.Case(
            cause: proposal.cause, kind: kind, basis: proposal.basis ?? "", day: day, grounds: grounds)
        let isForKind = proposal.measures.map { policy.measure($0)?.kinds.contains(kind) ?? true }
        let dropsOthers = isForKind.contains(true)
        var measures: [String] = []
        var reasons: [Reason] = []
        for (index, id) in proposal.measures.enumerated() where !measures.contains(id) && (isForKind[index] || !dropsOthers) {
            measures.append(id)
            let path = JSONPointer.element(index, of: "/measures")
            if case .failure(let reason) = CarriedMeasure.examine(id, at: path, for: file, by: policy) { reasons.append(reason) }
        }
        return (measures, reasons)
    }
}
