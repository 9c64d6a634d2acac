import CreditModel
import StreamCore

/// What the policy says about the time of a record. No number of days stands here.
struct RecordTerms: Sendable {
    var policy: PolicyPack

    /// When a record's effect ends: with `validUntil`, else with the item's term, else for adverse items with the general one.
    func endsAt(_ content: RecordContent) throws(CalendarFailure) -> Instant? { try lastDay(content)?.end }

    /// The last day on which the record has effect.
    private func lastDay(_ content: RecordContent) throws(CalendarFailure) -> CivilDate? {
        if let validUntil = content.validUntil { return validUntil }
        let item = policy.item(content.catalogItem)
        if let term = item?.term { return try policy.calendar.lastDay(of: term, after: content.decisionDate) }
        guard isAdverse(content.catalogItem) else { return nil }
        return try policy.calendar.lastDay(of: policy.retention.adverseRecord, after: content.decisionDate)
    }

    /// An item that the pack does not have (any more) is taken for adverse.
    func isAdverse(_ catalogItem: String) -> Bool {
        policy.item(catalogItem)?.nature ?? .adverse == .adverse
    }

    /// The last day of publicity by the law of the decision date: the rule's maximum, never beyond the record's own end.
    func publicUntil(_ content: RecordContent, kind: SubjectKind) -> CivilDate? {
        guard
            let rule = policy.item(content.catalogItem)?.publicityRule(
                kind: kind, severity: content.severity, decidedOn: content.decisionDate)
        else { return nil }
        // Where the calendar lacks a year the record itself waits; a publicity that cannot be limited is none.
        let ends = (try? lastDay(content)) ?? nil
        guard let maximum = rule.maximum else { return ends }
        guard let last = try? policy.calendar.lastDay(of: maximum, after: content.decisionDate) else { return nil }
        return min(last, ends ?? last)
    }

    var retention: Retention { Retention(policy: policy) }
}

/// How long an ended record waits for its archiving.
struct Retention: Sendable {
    private let after: @Sendable (Instant) -> Instant?

    init(policy: PolicyPack) {
        let term = policy.retention.archiveAfter
        let calendar = policy.calendar
        // A term that the calendar cannot give yet archives nothing: the end of the record, which is relief, does not wait for it.
        after = { since in (try? calendar.lastDay(of: term, after: CivilDate(since)))?.end }
    }

    /// For tests of the machine alone.
    init(span: Instant.Span) { after = { $0 + span } }

    func end(of state: RecordState, since instant: Instant) -> Instant? { after(instant) }
}
