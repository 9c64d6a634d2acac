import CreditModel
import StreamCore

/// Brings orders and grants to the agencies that apply them, and takes them back as reliably: sealed, repeated until it is acknowledged, and
/// as a list of what stands.
///
/// It is the only place where an identity leaves for an agency. The life of what goes to one agency under one order is `DeliveryMachine`.
public struct Delivery: Worker {
    private let policy: PolicyPack
    private let keys: ClusterKeys
    private let seal: RecipientSeal
    private let askAgain: Instant.Span

    /// The identities, as identity has sealed them.
    static let subjects = Table(3, "subjects")

    public init(policy: PolicyPack, keys: ClusterKeys, partitionCount: Int) {
        self.policy = policy
        self.keys = keys
        seal = RecipientSeal(policy: policy, keys: keys)
        askAgain = policy.delivery.askAgain.fixedSpan
    }

    public var topology: Topology {
        Topology(
            worker: "delivery",
            inputs: [SanctionDispatched.topic, RewardDispatched.topic, DeliveryInput.filedTopic, SealedSubject.topic],
            tables: [DeliveryRow.table, DeliveryRow.waiting, Delivery.subjects],
            outputs: [
                SanctionOrdered.topic, SanctionOrdered.currentTopic, RewardGranted.topic, RewardGranted.currentTopic,
                DeliveryProgressed.topic, AlertRaised.topic, InboundAnswered.topic,
            ])
    }

    public var policyVersion: String { policy.version }

    /// An input of delivery.
    public struct Decoded: Sendable {
        let input: DeliveryInput
    }

    public func decode(_ input: Input) throws(Rejection) -> Decoded {
        let decoded = try DeliveryInput(input)
        // What cannot be opened is a dead letter now, and not when an order has to go out.
        if case .subject(let subject) = decoded { _ = try subject.open(keys: keys) }
        return Decoded(input: decoded)
    }

    public func reads(for decoded: Decoded) -> [Read] {
        var reads: [Read] = []
        if let mark = decoded.input.mark { reads.append(.row(DeliveryRow.table, key: mark)) }
        if let subjectId = decoded.input.subjectId {
            reads.append(.row(Delivery.subjects, key: Bytes(utf8: subjectId)))
            if let mark = decoded.input.mark {
                reads.append(.row(DeliveryRow.waiting, key: DeliveryRow.waitingKey(subjectId: subjectId, mark: mark)))
            } else {
                reads.append(.prefix(DeliveryRow.waiting, DeliveryRow.waitingPrefix(subjectId: subjectId)))
            }
        }
        return reads
    }

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        var step = Step(moment: moment)
        if let subjectId = decoded.input.subjectId, let bytes = state.row(Delivery.subjects, Bytes(utf8: subjectId)) {
            step.subject = try RowDamage.read(bytes, of: "delivery", SubjectSeal.init)
        }
        switch decoded.input {
        case .dispatched(let dispatch): try take(dispatch, try row(state, decoded), &step)
        case .acknowledged(let submission, let type, let receipt, let id):
            try take(receipt, id, submission, type, try row(state, decoded), &step)
        case .subject(let subject):
            guard step.subject.map({ $0.version < subject.version }) ?? true else { break }
            step.subject = SubjectSeal(subject)
            step.decision.put(Delivery.subjects, Bytes(utf8: subject.subjectId), SubjectSeal(subject).encoded)
            for (_, payload) in state.rows(DeliveryRow.waiting) {
                let before = try RowDamage.read(payload, of: "delivery", DeliveryRow.init)
                try advance(before, after: before, by: .subjectSeen, &step)
            }
        case .subjectGone(let subjectId):
            if step.subject != nil { step.decision.forget(Delivery.subjects, Bytes(utf8: subjectId)) }
        case .due(let alarm, let due, _, _):
            guard let row = try row(state, decoded), row.alarms[alarm] == due else { break }
            step.fired = alarm
            try ring(alarm, row, &step)
        }
        return step.decision
    }

    private func row(_ state: State, _ decoded: Decoded) throws(Rejection) -> DeliveryRow? {
        guard let mark = decoded.input.mark else { return nil }
        var bytes = state.row(DeliveryRow.table, mark)
        if bytes == nil, let subjectId = decoded.input.subjectId {
            bytes = state.row(DeliveryRow.waiting, DeliveryRow.waitingKey(subjectId: subjectId, mark: mark))
        }
        return try bytes.map { bytes throws(Rejection) in
            try RowDamage.read(bytes, of: "delivery", DeliveryRow.init)
        }
    }

    /// What one decision is about.
    private struct Step {
        var moment: Moment
        var subject: SubjectSeal?
        /// The alarm that is gone because it has just rung.
        var fired: DeliveryRow.Alarm?
        var decision = Decision()

        init(moment: Moment) { self.moment = moment }

        /// The shard, whose number every delivery id of it begins with.
        var partition: Int {
            switch moment.cause {
            case .record(let origin): origin.partition
            case .timer(_, let partition, _, _): partition
            }
        }
    }

    // MARK: Inputs

    private func take(_ dispatch: Dispatch, _ row: DeliveryRow?, _ step: inout Step) throws(Rejection) {
        var changed = row ?? DeliveryRow(dispatch)
        guard changed.id == dispatch.id, changed.subjectId == dispatch.subjectId, changed.agency == dispatch.agency else {
            throw Rejection("state.not-eligible", at: "/agency", hint: "an order never changes its subject or its agency: make another one")
        }
        guard dispatch.sequence > changed.machine.sequence else { return }
        changed.take(dispatch)
        changed.sealed = nil
        changed.receiptBy = nil
        changed.askAt = nil
        changed.isAlerted = false
        changed.forgetAt = nil
        try advance(changed, after: row, by: .dispatched(dispatch.action, sequence: dispatch.sequence), &step)
    }

    private func take(
        _ receipt: DeliveryAcknowledged, _ id: DeliveryId?, _ submission: SubmissionReference, _ type: String, _ row: DeliveryRow?,
        _ step: inout Step
    ) throws(Rejection) {
        var verdict = DeliveryMachine.Verdict.refused(.stateNotFound)
        if let row, let id, id.partition == step.partition {
            let event = DeliveryMachine.Event.receipt(
                receipt.status, sequence: id.sequence, isFromAgency: submission.source == row.agencySource)
            verdict = try advance(row, after: row, by: event, &step)
        }
        func answer(_ status: SubmissionAnswered.Status, _ reasons: [Reason] = []) {
            step.decision.say(InboundAnswered(submission: submission, type: type, status: status, reasons: reasons).output())
        }
        switch verdict {
        case .done, .noted, .unchanged: answer(.accepted)
        case .duplicate: answer(.duplicate, [Reason(.stateDuplicate)])
        case .superseded:
            answer(.superseded, [Reason(.stateSuperseded, hint: "obey and answer the highest sequence of the order")])
        case .refused(.stateNotFound): answer(.rejected, [Reason(.stateNotFound, at: "/deliveryId")])
        case .refused(.policySourceNotAllowed):
            answer(.rejected, [Reason(.policySourceNotAllowed, at: "/deliveryId", hint: "the agency that it was sent to answers")])
        case .refused(.schemaRange):
            answer(
                .rejected,
                [
                    Reason(
                        .schemaRange, at: "/status",
                        hint: "an order or grant is APPLIED, what takes it back LIFTED; or RECEIVED, REJECTED, NOT_FOUND")
                ])
        case .refused(let code):
            answer(.rejected, [Reason(code, at: "/status", hint: "it was acknowledged otherwise; tell the credit office what is true")])
        }
    }

    private func ring(_ alarm: DeliveryRow.Alarm, _ row: DeliveryRow, _ step: inout Step) throws(Rejection) {
        switch alarm {
        case .receipt: try advance(row, after: row, by: .receiptOverdue(attemptsMax: policy.delivery.attemptsMax), &step)
        case .forgetting: step.decision.forget(row.place.table, row.place.key)
        case .ask:
            var changed = row
            changed.askAt = nil
            if row.machine.state == .sent {
                // What was missing is the calendar's year.
                startReceipt(&changed, &step)
                keep(changed, after: row, &step)
            } else {
                try advance(changed, after: row, by: .askedAgain, &step)
            }
        }
    }

    // MARK: Doing what the machine says

    @discardableResult
    private func advance(
        _ row: DeliveryRow, after before: DeliveryRow?, by event: DeliveryMachine.Event, _ step: inout Step
    ) throws(Rejection) -> DeliveryMachine.Verdict {
        var changed = row
        let verdict = changed.machine.apply(event)
        if case .done(let actions) = verdict { try perform(actions, &changed, &step) }
        if changed.machine.state != .sent {
            changed.receiptBy = nil
            changed.sealed = nil
            if changed.machine.state != .awaitingKey, changed.machine.state != .awaitingSubject { changed.askAt = nil }
        }
        if changed.machine.state == .acknowledged, changed.machine.action.isLast, changed.forgetAt == nil {
            let today = CivilDate(step.moment.tick)
            // The loader takes no working days here.
            changed.forgetAt = (try? policy.calendar.lastDay(of: policy.retention.rememberedMessages, after: today))?.end
        }
        keep(changed, after: before, &step)
        return verdict
    }

    private func perform(_ actions: [DeliveryMachine.Action], _ row: inout DeliveryRow, _ step: inout Step) throws(Rejection) {
        for action in actions {
            switch action {
            case .find:
                let offer: DeliveryMachine.Offer
                if step.subject == nil {
                    offer = .subjectUnknown
                } else {
                    offer = seal.key(of: row.agencySource, on: CivilDate(step.moment.tick)) == nil ? .keyMissing : .key
                }
                if case .done(let actions) = row.machine.apply(.offered(offer)) { try perform(actions, &row, &step) }
            case .send:
                row.sealed = try sealed(row, step)
                row.askAt = nil
                say(row, current: true, &step)
            case .sendAgain:
                // Sealed to a key that the agency has no more it would never be opened.
                let isOpenable = row.sealed.map { seal.has(keyId: $0.keyId, row.agencySource) } ?? false
                let canSeal = step.subject != nil && seal.key(of: row.agencySource, on: CivilDate(step.moment.tick)) != nil
                if !isOpenable, canSeal { row.sealed = try sealed(row, step) }
                say(row, current: !isOpenable, &step)
            case .tell(let status, let receipt):
                // Waiting is said once.
                if status == .waiting, row.isAlerted { continue }
                step.decision.say(
                    DeliveryProgressed(
                        deliveryId: deliveryId(row, step), caseId: row.caseId, subjectId: row.subjectId, orderId: row.id,
                        sequence: row.machine.sequence, action: row.machine.action.rawValue, agency: row.agency, status: status,
                        receipt: receipt, at: step.moment.tick
                    ).output())
            case .startReceipt:
                row.sentAt = step.moment.tick
                startReceipt(&row, &step)
            case .startAsking: row.askAt = step.moment.tick + askAgain
            case .alert(let kind): alert(kind, &row, &step)
            case .dropCurrent:
                switch row.area {
                case .sanction: step.decision.say(SanctionOrdered.gone(orderId: row.id, caseId: row.caseId))
                case .reward: step.decision.say(RewardGranted.gone(grantId: row.id, caseId: row.caseId))
                }
            }
        }
    }

    private func alert(_ kind: DeliveryMachine.Alert, _ row: inout DeliveryRow, _ step: inout Step) {
        if kind == .keyMissing || kind == .subjectUnknown {
            guard !row.isAlerted else { return }
            row.isAlerted = true
        }
        let missed = kind == .receiptOverdue || kind == .givenUp ? row.receiptBy : nil
        step.decision.say(AlertRaised(kind.rawValue, caseId: row.caseId, who: row.agency, dueAt: missed).output())
    }

    private func deliveryId(_ row: DeliveryRow, _ step: Step) -> String {
        DeliveryId(partition: step.partition, mark: row.mark, sequence: row.machine.sequence).description
    }

    private func sealed(_ row: DeliveryRow, _ step: Step) throws(Rejection) -> SealedIdentity {
        guard let subject = step.subject, let key = seal.key(of: row.agencySource, on: CivilDate(step.moment.tick)) else {
            preconditionFailure("it goes out only to an agency with a key, about a subject that is known")
        }
        let identity = try subject.open(subjectId: row.subjectId, keys: keys)
        let type = row.area == .sanction ? SanctionOrdered.type : RewardGranted.type
        let place = SealedPlace(type: type, id: row.id, sequence: row.machine.sequence, recipient: row.agencySource)
        return seal.seal(identity, for: place, to: key)
    }

    /// The message, and the same as the newest of its order where that is new.
    private func say(_ row: DeliveryRow, current isNewest: Bool, _ step: inout Step) {
        guard let sealed = row.sealed else { return }
        switch row.area {
        case .sanction:
            guard let action = SanctionDispatched.Action(rawValue: row.machine.action.rawValue) else { return }
            let ordered = SanctionOrdered(
                orderId: row.id, sequence: row.machine.sequence, action: action, caseId: row.caseId, measure: row.item,
                agency: row.agency, until: row.until, basis: row.basis, deliveryId: deliveryId(row, step), sealed: sealed)
            step.decision.say(ordered.output())
            if isNewest { step.decision.say(ordered.output(to: SanctionOrdered.currentTopic)) }
        case .reward:
            guard let action = RewardDispatched.Action(rawValue: row.machine.action.rawValue) else { return }
            let granted = RewardGranted(
                grantId: row.id, sequence: row.machine.sequence, action: action, caseId: row.caseId, benefit: row.item,
                agency: row.agency, until: row.until, deliveryId: deliveryId(row, step), sealed: sealed)
            step.decision.say(granted.output())
            if isNewest { step.decision.say(granted.output(to: RewardGranted.currentTopic)) }
        }
    }

    /// Sets the term of the receipt. Where the calendar lacks the year it is not guessed: an alert says so, once, and it is asked again.
    private func startReceipt(_ row: inout DeliveryRow, _ step: inout Step) {
        row.receiptBy = try? policy.due(.deliveryReceipt, after: row.sentAt ?? step.moment.tick)
        guard row.receiptBy == nil else { return }
        row.askAt = step.moment.tick + askAgain
        guard !row.isAlerted else { return }
        row.isAlerted = true
        step.decision.say(AlertRaised("calendar.year-missing", caseId: row.caseId).output())
    }

    // MARK: Remembering

    private func keep(_ row: DeliveryRow, after before: DeliveryRow?, _ step: inout Step) {
        setTimers(of: row, after: before, &step)
        guard row != before else { return }
        if let before, before.place.table != row.place.table { step.decision.forget(before.place.table, before.place.key) }
        step.decision.put(row.place.table, row.place.key, row.encoded)
    }

    private func setTimers(of row: DeliveryRow, after before: DeliveryRow?, _ step: inout Step) {
        step.decision.move(timersFrom: before?.alarms ?? [:], to: row.alarms, fired: step.fired) { alarm, due in
            // What has not gone out yet and harms somebody waits while the clock is in doubt.
            let isAdverse = alarm == .ask && row.machine.action.isAdverse && row.machine.state != .sent
            return Timer(due: due, key: alarm.key(row.mark), payload: Bytes(utf8: row.subjectId), isAdverse: isAdverse)
        }
    }
}
