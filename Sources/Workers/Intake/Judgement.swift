import CreditModel
import StreamCore

/// What the gates say about a message, before anything that was seen earlier is looked at: what `validate` answers offline.
public struct Judgement: Sendable {
    /// Everything that refuses it, in the order of the gates.
    public internal(set) var reasons: [Reason] = []
    /// Why a record that is not refused has to wait, and until when.
    public internal(set) var finality: Finality = .reached
    /// Whether envelope, signature and rights refuse nothing.
    var isEnvelopeInOrder = true
    /// The record, when nothing refuses it.
    var filing: Filing?
    /// The subjects that a request names, in the order of its cases, when nothing refuses it.
    var claims: [SubjectGate.Claim] = []
    /// What was found without refusing, a JSON object.
    var notes: Bytes?

    /// Whether the message's own id or source may not be repeated.
    var refusesIdentifiers: Bool { reasons.contains { $0.code == .prohibitedContent && $0.path.isEmpty } }

    /// Adds reasons; of several gates that say the same of one place the first is heard.
    mutating func add(_ more: [Reason]) {
        for reason in more where !reasons.contains(where: { $0.code == reason.code && $0.path == reason.path }) { reasons.append(reason) }
    }

    /// What the sender would be answered if nothing was known of the record yet.
    public var status: SubmissionAnswered.Status {
        if !reasons.isEmpty { return .rejected }
        return finality.isReached ? .accepted : .held
    }
}

extension Intake {
    /// What intake would say about a message by its gates alone. Throws what would make it a dead letter.
    public func judge(_ message: Message, at now: Instant) throws(Rejection) -> Judgement {
        judge(try Arrival(message, isRouted: false, gates: gates), at: now)
    }

    func judge(_ arrival: Arrival, at now: Instant) -> Judgement {
        let today = CivilDate(now)
        var judgement = Judgement()
        judgement.reasons = gates.reasons(ofEnvelope: arrival, today: today)
        judgement.isEnvelopeInOrder = judgement.reasons.isEmpty
        guard let type = arrival.type, let data = arrival.data else { return judgement }
        if let record = arrival.record {
            judge(record, of: arrival, at: now, today, &judgement)
        } else {
            judge(type, data, of: arrival, today, &judgement)
        }
        return judgement
    }

    private func judge(_ record: SubmittedRecord, of arrival: Arrival, at now: Instant, _ today: CivilDate, _ judgement: inout Judgement) {
        let item = record.catalogItem.flatMap { policy.item($0) }
        var reasons = RightsGate.reasons(item: item, source: arrival.submission.source, policy: policy)
        if !reasons.isEmpty { judgement.isEnvelopeInOrder = false }
        reasons += record.reasons
        // What is no object has nothing that the other gates could look at.
        if record.reasons.contains(where: { $0.code == .schemaType && $0.path.isEmpty }) { return judgement.add(reasons) }
        if let item, let whole = record.whole { reasons += AttributeGate.reasons(whole.attributes, item: item) }
        if let recordNo = record.recordNo { reasons += ProhibitedGate.reasons(identifier: Bytes(utf8: recordNo), at: "/recordNo") }
        reasons += DateGate.reasons(conduct: record.conductDate, decided: record.decisionDate, today: today)
        let subject = SubjectGate.claim(
            kind: record.kind, idType: record.idType, idNumber: record.idNumber, name: record.name, at: "/subject", today: today)
        reasons += subject.reasons
        var isUnconfirmed = false
        let needsBasis = item?.needsBasis ?? true
        if needsBasis || record.basis != nil || record.basisId != nil {
            let basis = gates.basis.finding(text: record.basis, at: "/decision/basis", basisId: record.basisId, on: record.decisionDate)
            reasons += needsBasis ? basis.reasons : basis.reasons.filter { $0.code != .basisMissing }
            isUnconfirmed = basis.isUnconfirmed
        }
        reasons += prohibited(record, item)
        reasons += SlightCaseGate.reasons(
            simpleProcedure: record.simpleProcedure, remedied: record.remedied, severity: record.severity, kind: record.kind,
            rules: policy.slightCases)
        let isAdverse = item.map { $0.nature == .adverse } ?? (record.severity != Severity.none)
        if isAdverse {
            reasons += CapacityGate.reasons(
                birthDate: subject.birthDate, conduct: record.conductDate, decided: record.hasConductDate ? nil : record.decisionDate,
                rules: policy.capacity)
        }
        if record.catalogItem != nil { reasons += CatalogueGate.reasons(item: item, kind: record.kind, severity: record.severity) }
        // Pointers are into the message as it came.
        judgement.add(record.mapping?.reasons(with: reasons) ?? reasons)

        guard judgement.reasons.isEmpty, let whole = record.whole, let claim = subject.claim else { return }
        judgement.finality = FinalityGate.finality(
            of: whole.decision.finality, decided: whole.decision.date, isAdverse: isAdverse, policy: policy, at: now)
        judgement.notes = notes(isUnconfirmed: isUnconfirmed, record)
        judgement.filing = Filing(whole, claim, finality: judgement.finality, notes: judgement.notes, keys: keys)
    }

    private func prohibited(_ record: SubmittedRecord, _ item: CatalogueItem?) -> [Reason] {
        // Of an unknown kind only that is refused which nobody's record may hold.
        let kind = record.kind ?? .organization
        var reasons: [Reason] = []
        for (name, text) in record.attributes {
            let field = ProhibitedGate.reasons(attribute: name, item: item, kind: kind, content: policy.prohibited)
            reasons += field
            if let text, field.isEmpty {
                reasons += ProhibitedGate.reasons(
                    text: text, at: JSONPointer.member(name, of: "/attributes"), kind: kind, content: policy.prohibited)
            }
        }
        for (path, text) in record.texts { reasons += ProhibitedGate.reasons(text: text, at: path, kind: kind, content: policy.prohibited) }
        return reasons + ProhibitedGate.reasons(item: item, decided: record.decisionDate)
    }

    /// Marks what is accepted though the pack does not know it; nil when there is nothing of that.
    private func notes(isUnconfirmed: Bool, _ record: SubmittedRecord) -> Bytes? {
        var codes: [String] = []
        if let field = record.field, !policy.fields.contains(id: field) { codes.append("/field") }
        if let occupation = record.occupation, !policy.occupations.contains(id: occupation) { codes.append("/occupation") }
        guard isUnconfirmed || !codes.isEmpty else { return nil }
        var writer = JSONWriter()
        writer.object {
            if isUnconfirmed { $0.member("basis", "UNCONFIRMED") }
            if !codes.isEmpty { $0.member("unknownCodes", codes) }
        }
        return writer.bytes
    }
}
