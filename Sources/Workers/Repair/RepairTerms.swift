import CreditModel
import StreamCore

/// What the policy says about the repair of a record. No number of days stands here.
struct RepairTerms: Sendable {
    var policy: PolicyPack

    /// From when on a record can be repaired by performance; nil: at once.
    func eligibleFrom(_ row: RepairRow) -> Instant? {
        guard let day = row.decisionDate else { return nil }
        let item = policy.item(row.catalogItem)
        guard let term = policy.repair.minimum(of: item, severity: row.severity, field: row.field, decidedOn: day) else { return nil }
        // The loader takes no working days here, so that the calendar has nothing to refuse.
        return (try? policy.calendar.lastDay(of: term, after: day))?.end
    }

    /// An item that the pack does not have (any more) is taken for adverse.
    func isAdverse(_ row: RepairRow) -> Bool { isAdverse(row.catalogItem) }

    private func isAdverse(_ catalogItem: String) -> Bool { policy.item(catalogItem)?.nature ?? .adverse == .adverse }

    /// Ids of the exclusions that are for a record which says this, whatever the day.
    func exclusions(of catalogItem: String, _ severity: Severity, decision: Bytes) -> [String] {
        // Nothing but an adverse record is ever repaired, and most records are not.
        guard isAdverse(catalogItem) else { return [] }
        let result = (try? JSONParser.parse(decision))?.root["result"]?.string
        return policy.repair.matchingExclusions(item: catalogItem, severity: severity, result: result).map(\.id)
    }

    /// The exclusion that shuts out this kind of application, by the law of the decision's date.
    func exclusion(of row: RepairRow, kind: RepairApplied.Kind) -> RepairExclusion? {
        guard let day = row.decisionDate else { return nil }
        return row.exclusions.lazy.compactMap { policy.repair.exclusions[id: $0] }
            .first { $0.kinds.contains(kind) && $0.force.covers(day) }
    }

    /// Why the application cannot be taken at all; empty when it can.
    func inadmissible(_ application: RepairApplication, _ row: RepairRow) -> [Reason] {
        var reasons: [Reason] = []
        if !isAdverse(row) {
            reasons.append(Reason(.stateNotEligible, at: "/recordId", hint: "the record is not adverse; there is nothing to repair"))
        }
        let isOver =
            application.kind == .statement
            ? row.state == .withdrawn || row.state == .archived : row.state != .held && row.state != .effective
        if isOver {
            reasons.append(
                Reason(.stateNotEligible, at: "/recordId", hint: "the record is \(row.state.rawValue) and has no effect any more"))
        }
        if exclusion(of: row, kind: application.kind) != nil {
            reasons.append(
                Reason(.stateNotEligible, at: "/recordId", hint: "the law in force on the day of the decision allows no repair of it"))
        }
        if row.openCase != nil {
            reasons.append(Reason(.stateAlreadyOpen, at: "/recordId"))
        } else if application.kind == .extended, row.runningExtension != nil {
            reasons.append(Reason(.stateAlreadyOpen, at: "/kind", hint: "an extension is running; apply again when it is over"))
        }
        return reasons
    }

    /// Everything that the application lacks, each with its reason.
    func missing(_ application: RepairApplication, _ row: RepairRow, at tick: Instant) -> [(need: RepairNeed, reason: Reason)] {
        policy.repair.rule(for: application.kind).needs.compactMap { need in
            reason(why: need, isMissingFrom: application, row, at: tick).map { (need: need, reason: $0) }
        }
    }

    private func reason(
        why need: RepairNeed, isMissingFrom application: RepairApplication, _ row: RepairRow, at tick: Instant
    ) -> Reason? {
        switch need {
        case .commitment:
            return application.hasCommitment
                ? nil : Reason(.schemaMissing, at: "/commitment", hint: "add the signed commitment: the day and the digest of its text")
        case .evidence:
            return application.hasEvidence
                ? nil : Reason(.schemaMissing, at: "/evidence", hint: "add at least one document that proves it")
        case .statement: return application.statement == nil ? Reason(.schemaMissing, at: "/statement") : nil
        case .minimumPeriod:
            guard let from = eligibleFrom(row), tick < from else { return nil }
            return Reason(
                .repairTooEarly, at: "/recordId", hint: "apply again from \(CivilDate(from)) on; what was handed in can be used again")
        case .extensionUntil:
            guard let until = application.extensionUntil else {
                return Reason(.schemaMissing, at: "/extension/until", hint: "name the last day of the extension")
            }
            let today = CivilDate(tick)
            let last = policy.repair.extensionMaximum.flatMap { try? policy.calendar.lastDay(of: $0, after: today) }
            guard until >= today, until <= last ?? until else {
                return Reason(
                    .schemaRange, at: "/extension/until",
                    hint: last.map { "name a day from \(today) to \($0)" } ?? "name a day from \(today) on")
            }
            return nil
        }
    }

    /// Who may decide on a case.
    func deciders(of file: RepairCase) -> [RightHolder] {
        policy.officers.reviewsRepair + (file.isEscalated ? policy.repair.decidesAfterSilence : [])
    }

    /// The bureau that a task is for: that of the record, and after its silence the next that the policy names.
    func authority(of file: RepairCase, recordBureau: String) -> String {
        let holders = file.isEscalated ? policy.repair.decidesAfterSilence + policy.officers.reviewsRepair : policy.officers.reviewsRepair
        switch holders.first {
        case .bureau(let id): return id
        case .recordBureau, nil: return recordBureau
        }
    }
}
