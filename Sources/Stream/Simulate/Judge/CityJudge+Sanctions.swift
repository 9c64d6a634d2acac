import CreditModel
import StreamCore
import StreamSimulation

/// No order without a delivered notice, the whole window, and two officers; none that stands on a record in doubt, or on none.
extension CityJudge {
    /// What may follow a status, as the contract tells the case.
    private static let following: [String: Set<String>] = [
        "": ["PROPOSED", "NOT_ADMITTED"],
        "PROPOSED": ["PROPOSED", "NOTICED", "OBJECTED", "DISMISSED"],
        "NOTICED": ["NOTICED", "OBJECTED", "AWAITING_DECISION", "DISMISSED"],
        "OBJECTED": ["OBJECTED", "PROPOSED", "NOTICED", "AWAITING_DECISION", "DISMISSED"],
        "AWAITING_DECISION": ["AWAITING_DECISION", "OBJECTED", "ORDERED", "DISMISSED"],
        "ORDERED": ["ORDERED", "SUSPENDED", "LIFTED"],
        "SUSPENDED": ["SUSPENDED", "RESUMED", "LIFTED"],
        "RESUMED": ["ORDERED", "SUSPENDED", "LIFTED"],
    ]

    func readSanction(_ message: Message, _ root: JSONValue) {
        let caseId = text(root, "caseId")
        let status = text(root, "status")
        var file = sanctions[caseId] ?? SanctionFile()
        let last = file.statuses.last ?? ""
        if CityJudge.following[last]?.contains(status) != true { blame(message, "\(caseId) goes from \(last) to \(status)") }
        file.statuses.append(status)
        file.proposer = text(root, "proposer")
        file.subjectId = text(root, "subjectId")
        file.cause = text(root, "cause")
        file.noticeId = root["noticeId"]?.string ?? file.noticeId
        if status == "ORDERED", last == "AWAITING_DECISION" {
            file.recordIds = root["recordIds"].map { $0.elements.compactMap(\.string) } ?? []
            if let decision = root["decision"] { file.decision = (text(decision, "officer"), reference(root) ?? "") }
        }
        sanctions[caseId] = file
    }

    func readNotice(_ message: Message, _ root: JSONValue) {
        guard text(root, "status") == "DELIVERED" else { return }
        let id = text(root, "noticeId")
        let channel = text(root, "channel")
        let isProven = (lettersAbout[id] ?? []).contains {
            $0.type == InboundType.noticeAcknowledged.eventType && $0.source == "/gateways/\(channel)" && $0.text("status") == "DELIVERED"
        }
        if !isProven { blame(message, "\(id) counts as delivered, and no gateway has said so") }
        if notices[id]?.deliveredAt != nil { blame(message, "\(id) is delivered a second time") }
        notices[id] = Notice(deliveredAt: instant(root["at"]))
    }

    func judgeImposed(_ message: Message, _ root: JSONValue) {
        let caseId = text(root, "caseId")
        guard let file = sanctions[caseId], let decision = file.decision else {
            return blame(message, "\(caseId) imposes, and nobody has decided")
        }
        if decision.officer == file.proposer { blame(message, "\(caseId) is proposed and decided by one officer") }
        let bureau = String(decision.officer.prefix { $0 != "/" })
        let isSaid = (letters[decision.reference] ?? []).contains {
            $0.type == InboundType.sanctionDecided.eventType && $0.source == "/bureaus/\(bureau)" && $0.text("decision") == "CONFIRM"
                && $0.text("approver") == decision.officer && $0.text("caseId") == caseId
        }
        if !isSaid { blame(message, "\(caseId) imposes what no officer has confirmed") }
        let bureaus = file.recordIds.compactMap { records["\(file.subjectId) \($0)"]?.bureau }
        if bureau != "credit-office", !bureaus.contains(bureau) { blame(message, "\(caseId) is decided by a bureau without the right") }
        let officer = decision.officer
        guard let noticeId = file.noticeId, let deliveredAt = notices[noticeId]?.deliveredAt else {
            return blame(message, "\(caseId) imposes without a delivered notice")
        }
        for clock in [ClockName.sanctionObjection, .sanctionCorrection] {
            guard let end = end(ofWorkingDays: policy.clock(clock).term.count, after: deliveredAt) else {
                blame(message, "\(caseId) imposes, and the calendar lacks the year of its terms")
                continue
            }
            if time(message) < end { blame(message, "\(caseId) is imposed at \(time(message)), its terms end at \(end); by \(officer)") }
        }
        let measure = text(root, "measure")
        if policy.measure(measure)?.causes?.contains(file.cause) == false { blame(message, "\(measure) is not for \(file.cause)") }
    }

    func readDispatch(_ message: Message, _ root: JSONValue) {
        let isOrder = message.topic == SanctionDispatched.topic
        let id = text(root, isOrder ? "orderId" : "grantId")
        let action = text(root, "action")
        let sequence = root["sequence"]?.int64 ?? 0
        var order =
            outgoing[id]
            ?? Outgoing(
                caseId: text(root, "caseId"), subjectId: text(root, "subjectId"), item: text(root, isOrder ? "measure" : "benefit"),
                agency: text(root, "agency"), until: date(root["until"]) ?? CivilDate(dayNumber: 0))
        if sequence != order.sequence + 1 { blame(message, "\(id) has sequence \(sequence) after \(order.sequence)") }
        let mayFollow: [String: Set<String>] = [
            "": ["IMPOSE", "GRANT"], "IMPOSE": ["SUSPEND", "LIFT"], "SUSPEND": ["RESUME", "LIFT"], "RESUME": ["SUSPEND", "LIFT"],
            "GRANT": ["END"],
        ]
        if mayFollow[order.action]?.contains(action) != true { blame(message, "\(id) has \(action) after \(order.action)") }
        order.sequence = max(sequence, order.sequence)
        order.action = action
        outgoing[id] = order
    }

    func readSent(_ message: Message, _ root: JSONValue) {
        let id = text(root, message.topic == SanctionOrdered.topic ? "orderId" : "grantId")
        let sequence = root["sequence"]?.int64 ?? 0
        guard var order = outgoing[id] else { return blame(message, "\(id) goes out, and nobody has dispatched it") }
        if sequence < order.sentSequence { blame(message, "\(id) goes out with \(sequence) after \(order.sentSequence)") }
        if order.sentSequence < sequence, sequence == order.sequence, text(root, "action") != order.action {
            blame(message, "\(id) goes out as \(text(root, "action")), and is \(order.action)")
        }
        order.sentSequence = max(order.sentSequence, sequence)
        outgoing[id] = order
    }

    func readCurrent(_ message: Message, _ root: JSONValue) {
        if let key = message.key?.text { outgoing[key]?.isCurrent = true }
    }

    func readDelivery(_ message: Message, _ root: JSONValue) {
        guard text(root, "status") == "ACKNOWLEDGED", let receipt = root["receipt"]?.string else { return }
        let id = text(root, "deliveryId")
        let agency = text(root, "agency")
        let isProven = (lettersAbout[id] ?? []).contains { $0.source == "/agencies/\(agency)" && $0.text("status") == receipt }
        if !isProven { blame(message, "\(id) counts as \(receipt), and the agency has not said so") }
    }

    func judgeStandingOrders(at now: Instant) {
        for (id, order) in outgoing.sorted(by: { $0.key < $1.key }) {
            let hasGoneOut = order.sentSequence > 0
            if hasGoneOut || !order.takesBack, order.sentSequence != order.sequence {
                blame("\(id) stands at \(order.sequence) \(order.action), its agency has \(order.sentSequence)")
            }
            if hasGoneOut, !order.takesBack, !order.isCurrent { blame("\(id) stands, and is not among the current ones") }
            guard let file = sanctions[order.caseId], !order.takesBack else { continue }
            if order.until.end + CityJudge.slack <= now { blame("\(id) was until \(order.until), and is not lifted") }
            if minors.contains(order.subjectId) { blame("\(id) stands against a minor") }
            let grounds = file.recordIds.compactMap { records["\(file.subjectId) \($0)"] }.filter(\.isAlive)
            if grounds.isEmpty { blame("\(id) stands on no record any more") }
            let isInDoubt = grounds.contains { !$0.isClear }
            if isInDoubt, order.action != "SUSPEND" { blame("\(id) stands on a record in doubt") }
            if !isInDoubt, order.action == "SUSPEND" { blame("\(id) is suspended, and no record is in doubt") }
        }
    }
}
