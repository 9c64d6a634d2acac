import CreditModel
import StreamCore

/// That measures are imposed. It takes a subject who was heard, an officer who may decide, measures that the records carry, and records
/// that are neither disputed nor open; there is no other way to one than `decide`, and none to an order without one.
struct Decided: Hashable, Sendable {
    let heard: Heard
    let approver: AuthorizedApprover
    let measures: [CarriedMeasure]
    let until: CivilDate
    let documentNo: String
    let reason: String

    private init(
        heard: Heard, approver: AuthorizedApprover, measures: [CarriedMeasure], until: CivilDate, documentNo: String, reason: String
    ) {
        self.heard = heard
        self.approver = approver
        self.measures = measures
        self.until = until
        self.documentNo = documentNo
        self.reason = reason
    }

    /// The decision, or everything that stands against it.
    static func decide(
        _ decision: SanctionDecided, by approver: AuthorizedApprover, on file: SanctionCase, capacity: SubjectProfile.Capacity,
        policy: PolicyPack, at tick: Instant
    ) -> Result<Decided, Refusal> {
        let today = CivilDate(tick)
        var reasons: [Reason] = []
        let heard = Heard(file.hearing, file.machine, at: tick)
        if heard == nil {
            reasons.append(
                Reason(
                    .stateNotEligible, at: "/caseId",
                    hint: "decide when sanction.outcomes.v1 says AWAITING_DECISION; what came earlier is not kept"))
        }
        for ground in file.grounds where !ground.isClear {
            reasons.append(
                ground.isRestricted
                    ? Reason(.stateRestricted, at: "/caseId")
                    : Reason(.stateNotEligible, at: "/caseId", hint: "a record that it rests on has no effect at present"))
        }
        switch file.kind == .organization ? .adult : capacity {
        case .adult: break
        case .minor: reasons.append(Reason(.capacityMinor, at: "/subjectId"))
        case .unknown:
            reasons.append(Reason(.stateNotEligible, at: "/subjectId", hint: "nobody knows whether the subject is of age"))
        }
        if decision.measures.isEmpty {
            reasons.append(Reason(.schemaMissing, at: "/measures", hint: "name what is imposed of the measures that were proposed"))
        }
        var measures: [CarriedMeasure] = []
        let judged = file.judged(on: today)
        for (index, id) in decision.measures.enumerated() where !decision.measures[..<index].contains(id) {
            let path = JSONPointer.element(index, of: "/measures")
            guard file.measures.contains(id) else {
                reasons.append(Reason(.policyMeasureNotAllowed, at: path, hint: "a decision may narrow what was proposed, and add nothing"))
                continue
            }
            switch CarriedMeasure.examine(id, at: path, for: judged, by: policy) {
            case .success(let measure): measures.append(measure)
            case .failure(let reason): reasons.append(reason)
            }
        }
        if let until = decision.until {
            if until < today {
                reasons.append(Reason(.schemaRange, at: "/until", hint: "name a day from \(today) on"))
            } else if let last = file.lastDay, last < until {
                reasons.append(Reason(.schemaRange, at: "/until", hint: "the records have effect until \(last), the measures no longer"))
            }
        } else {
            reasons.append(Reason(.schemaMissing, at: "/until", hint: "name the last day of the measures"))
        }
        guard reasons.isEmpty, let heard, let until = decision.until else { return .failure(Refusal(reasons: reasons)) }
        return .success(
            Decided(
                heard: heard, approver: approver, measures: measures, until: until, documentNo: decision.documentNo,
                reason: decision.reason))
    }
}

/// What one agency has to apply or to lift. It is made of a `Decided`, or read from the row that such a one was written into.
struct Order: Hashable, Sendable {
    let id: String
    let measure: String
    let agency: String
    /// Of the newest that went out.
    private(set) var sequence: UInt64 = 0
    private(set) var action: SanctionDispatched.Action = .impose
    /// The highest that the agency has acknowledged.
    var acknowledged: UInt64 = 0
    /// The highest about which somebody was told that it was rejected, and that it is overdue.
    var toldRejected: UInt64 = 0
    var toldOverdue: UInt64 = 0

    private init(id: String, measure: String, agency: String) {
        self.id = id
        self.measure = measure
        self.agency = agency
    }

    static func orders(of decided: Decided, caseId: String) -> [Order] {
        decided.measures.map { measure in
            // Of the case and the measure alone: nothing in it points to a person.
            let digest = ValueHash(of: Bytes(utf8: "\(caseId)/\(measure.id)")).description.prefix(14)
            return Order(id: "order-\(digest)", measure: measure.id, agency: measure.agency)
        }
    }

    var isLifted: Bool { action == .lift }

    /// Whether nothing more has to come: it was lifted, and the agency has said so.
    var isSettled: Bool { isLifted && acknowledged == sequence }

    /// Counts what goes out.
    mutating func dispatch(_ action: SanctionDispatched.Action) {
        self.action = action
        sequence += 1
    }

    func encode(into writer: inout RowWriter) {
        writer.text(id)
        writer.text(measure)
        writer.text(agency)
        writer.text(action.rawValue)
        for number in [sequence, acknowledged, toldRejected, toldOverdue] { writer.number(number) }
    }

    init(_ reader: inout RowReader) throws(RowDamage) {
        id = try reader.text()
        measure = try reader.text()
        agency = try reader.text()
        guard let action = SanctionDispatched.Action(rawValue: try reader.text()) else { throw RowDamage() }
        self.action = action
        sequence = try reader.number()
        acknowledged = try reader.number()
        toldRejected = try reader.number()
        toldOverdue = try reader.number()
    }
}
