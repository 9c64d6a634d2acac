import CreditModel
import StreamCore

/// Tells people what concerns them: in the words of the policy pack, by one gateway after the other, until one of them proves that it
/// arrived. No adverse step goes on before that.
///
/// Who the subject is leaves here sealed to the gateway that needs it. The life of a notice is `NoticeMachine`.
public struct Notice: Worker {
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
        askAgain = policy.notices.askAgain.fixedSpan
    }

    public var topology: Topology {
        Topology(
            worker: "notice",
            inputs: [NoticeRequested.topic, NoticeInput.filedTopic, SealedSubject.topic],
            tables: [NoticeRow.table, NoticeRow.waiting, Notice.subjects],
            outputs: [NoticeSent.topic, NoticeProgressed.topic, AlertRaised.topic, InboundAnswered.topic])
    }

    public var policyVersion: String { policy.version }

    /// An input of notice.
    public struct Decoded: Sendable {
        let input: NoticeInput
    }

    public func decode(_ input: Input) throws(Rejection) -> Decoded {
        let decoded = try NoticeInput(input)
        // What cannot be opened is a dead letter now, and not when somebody has to be told something.
        if case .subject(let subject) = decoded { _ = try subject.open(keys: keys) }
        return Decoded(input: decoded)
    }

    public func reads(for decoded: Decoded) -> [Read] {
        let subject = Read.row(Notice.subjects, key: Bytes(utf8: decoded.input.subjectId))
        guard let row = decoded.input.row else {
            return [subject, .prefix(NoticeRow.waiting, NoticeRow.prefix(subjectId: decoded.input.subjectId))]
        }
        return [subject, .row(NoticeRow.table, key: row), .row(NoticeRow.waiting, key: row)]
    }

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        let subjectId = decoded.input.subjectId
        let known = try state.row(Notice.subjects, Bytes(utf8: subjectId)).map { bytes throws(Rejection) in
            try RowDamage.read(bytes, of: "notice", SubjectSeal.init)
        }
        var step = Step(subjectId: subjectId, subject: known, moment: moment)
        switch decoded.input {
        case .requested(let request):
            // The same request again: whoever asked has run a batch again, or an operator has.
            guard try row(state, decoded) == nil else { break }
            try take(request, &step)
        case .acknowledged(let submission, let type, let receipt):
            try take(receipt, submission, type, try row(state, decoded), &step)
        case .subject(let subject):
            guard known.map({ $0.version < subject.version }) ?? true else { break }
            step.subject = SubjectSeal(subject)
            step.decision.put(Notice.subjects, Bytes(utf8: subjectId), SubjectSeal(subject).encoded)
            for (key, payload) in state.rows(NoticeRow.waiting) {
                let before = try RowDamage.read(payload, of: "notice", NoticeRow.init)
                try advance(before, key, by: .subjectSeen, &step)
            }
        case .subjectGone:
            if known != nil { step.decision.forget(Notice.subjects, Bytes(utf8: subjectId)) }
        case .due(let alarm, let due, _, let key):
            guard let row = try row(state, decoded), row.alarms[alarm] == due else { break }
            step.fired = alarm
            try ring(alarm, row, key, &step)
        }
        return step.decision
    }

    private func row(_ state: State, _ decoded: Decoded) throws(Rejection) -> NoticeRow? {
        guard let key = decoded.input.row, let bytes = state.row(NoticeRow.table, key) ?? state.row(NoticeRow.waiting, key) else {
            return nil
        }
        return try RowDamage.read(bytes, of: "notice", NoticeRow.init)
    }

    /// What one decision is about.
    private struct Step {
        var subjectId: String
        var subject: SubjectSeal?
        var moment: Moment
        /// The alarm that is gone because it has just rung.
        var fired: NoticeRow.Alarm?
        var decision = Decision()

        init(subjectId: String, subject: SubjectSeal?, moment: Moment) {
            self.subjectId = subjectId
            self.subject = subject
            self.moment = moment
        }
    }

    // MARK: Inputs

    private func take(_ request: NoticeRequested, _ step: inout Step) throws(Rejection) {
        guard let template = policy.notices.templates[request.kind] else {
            preconditionFailure("the policy pack has no text for \(request.kind.rawValue)")
        }
        let text: Bilingual
        do {
            text = try template.text(request.values)
        } catch {
            throw Rejection(
                "schema.missing", at: "/values/\(error.name)",
                hint: "the worker that asks gives every value of \(request.kind.rawValue), in both languages")
        }
        var row = NoticeRow(request, text: text)
        let key = NoticeRow.key(subjectId: request.subjectId, noticeId: request.noticeId)
        try find(&row, &step)
        keep(row, after: nil, key, &step)
    }

    private func take(
        _ receipt: NoticeAcknowledged, _ submission: SubmissionReference, _ type: String, _ row: NoticeRow?, _ step: inout Step
    ) throws(Rejection) {
        var verdict = NoticeMachine.Verdict.refused(.stateNotFound)
        // What nobody was given yet nobody can have delivered.
        if let before = row, before.machine.state != .awaitingSubject {
            let gateway = policy.gateways.first { $0.source == submission.source }?.id
            let key = NoticeRow.key(subjectId: step.subjectId, noticeId: before.noticeId)
            verdict = try advance(before, key, by: .receipt(receipt.status, from: gateway), &step)
        }
        func answer(_ status: SubmissionAnswered.Status, _ reasons: [Reason] = []) {
            step.decision.say(InboundAnswered(submission: submission, type: type, status: status, reasons: reasons).output())
        }
        switch verdict {
        case .done, .noted, .unchanged: answer(.accepted)
        case .duplicate: answer(.duplicate, [Reason(.stateDuplicate)])
        case .superseded:
            answer(.superseded, [Reason(.stateSuperseded, hint: "nothing to do; the notice has gone on without it")])
        case .refused(.stateNotFound): answer(.rejected, [Reason(.stateNotFound, at: "/noticeId")])
        case .refused(.policySourceNotAllowed):
            answer(.rejected, [Reason(.policySourceNotAllowed, at: "/noticeId", hint: "only a gateway that was given it knows")])
        case .refused(.schemaRange):
            answer(.rejected, [Reason(.schemaRange, at: "/status", hint: "a gateway says RECEIVED, DELIVERED or FAILED")])
        case .refused(let code):
            answer(.rejected, [Reason(code, at: "/status", hint: "that it was delivered is proven already, and stays so")])
        }
    }

    private func ring(_ alarm: NoticeRow.Alarm, _ row: NoticeRow, _ key: Bytes, _ step: inout Step) throws(Rejection) {
        switch alarm {
        case .receipt: try advance(row, key, by: .receiptOverdue, &step)
        case .forgetting:
            step.decision.forget(row.table, key)
        case .ask:
            var changed = row
            changed.askAt = nil
            if row.machine.state == .sent {
                // What was missing is the calendar's year.
                startReceipt(&changed, &step)
                keep(changed, after: row, key, &step)
            } else {
                try advance(changed, after: row, key, by: .askedAgain, &step)
            }
        }
    }

    // MARK: Doing what the machine says

    @discardableResult
    private func advance(
        _ row: NoticeRow, after before: NoticeRow? = nil, _ key: Bytes, by event: NoticeMachine.Event, _ step: inout Step
    ) throws(Rejection) -> NoticeMachine.Verdict {
        var changed = row
        let verdict = changed.machine.apply(event)
        if case .done(let actions) = verdict { try perform(actions, &changed, &step) }
        keep(changed, after: before ?? row, key, &step)
        return verdict
    }

    private func perform(_ actions: [NoticeMachine.Action], _ row: inout NoticeRow, _ step: inout Step) throws(Rejection) {
        // Whatever was waited for has come to pass.
        row.receiptBy = nil
        row.askAt = nil
        for action in actions {
            switch action {
            case .findChannel: try find(&row, &step)
            case .send: try send(&row, &step)
            case .tell(let status, let channel):
                step.decision.say(
                    NoticeProgressed(
                        noticeId: row.noticeId, subjectId: step.subjectId, kind: row.kind, caseId: row.caseId, recordId: row.recordId,
                        status: status, channel: channel, at: step.moment.tick
                    ).output())
            case .startReceipt: startReceipt(&row, &step)
            case .startAsking:
                row.askAt = step.moment.tick + askAgain
                if row.machine.state == .awaitingKey { alert(.keyMissing, who: nextChannels(row).first?.id, &row, &step) }
            case .alert(let kind): alert(kind, who: nil, &row, &step)
            }
        }
        if !row.machine.isOpen, row.forgetAt == nil {
            let today = CivilDate(step.moment.tick)
            // The loader takes no working days here.
            row.forgetAt = (try? policy.calendar.lastDay(of: policy.retention.rememberedMessages, after: today))?.end
        }
    }

    private func alert(_ kind: NoticeMachine.Alert, who: String?, _ row: inout NoticeRow, _ step: inout Step) {
        let isOnce = kind != .undeliverable
        guard !isOnce || !row.isAlerted else { return }
        if isOnce { row.isAlerted = true }
        step.decision.say(AlertRaised(kind.rawValue, caseId: row.about, who: who).output())
    }

    /// The gateways that were not given it yet, in the order in which notices try them.
    private func nextChannels(_ row: NoticeRow) -> [Gateway] { policy.gateways.filter { !row.machine.tried.contains($0.id) } }

    private func find(_ row: inout NoticeRow, _ step: inout Step) throws(Rejection) {
        let left = nextChannels(row)
        let today = CivilDate(step.moment.tick)
        let offer: NoticeMachine.Offer
        if left.isEmpty {
            offer = .nothing
        } else if step.subject == nil {
            offer = .subjectUnknown
        } else if let channel = left.first(where: { seal.key(of: $0.source, on: today) != nil }) {
            offer = .channel(channel.id)
        } else {
            offer = .keyMissing
        }
        if case .done(let actions) = row.machine.apply(.offered(offer)) { try perform(actions, &row, &step) }
    }

    private func send(_ row: inout NoticeRow, _ step: inout Step) throws(Rejection) {
        guard let channel = row.machine.tried.last, let gateway = policy.gateways[id: channel], let subject = step.subject,
            let key = seal.key(of: gateway.source, on: CivilDate(step.moment.tick))
        else { preconditionFailure("only a gateway with a key is offered, to a subject that is known") }
        let identity = try subject.open(subjectId: step.subjectId, keys: keys)
        let place = SealedPlace(type: NoticeSent.type, id: row.noticeId, sequence: 1, recipient: gateway.source)
        row.sentAt = step.moment.tick
        step.decision.say(
            NoticeSent(
                noticeId: row.noticeId, subjectId: step.subjectId, kind: row.kind, caseId: row.caseId, recordId: row.recordId,
                channel: channel, text: row.text, sealed: seal.seal(identity, for: place, to: key)
            ).output())
    }

    /// Sets the term of the receipt. Where the calendar lacks the year it is not guessed: an alert says so, once, and it is asked again.
    private func startReceipt(_ row: inout NoticeRow, _ step: inout Step) {
        row.receiptBy = try? policy.due(.noticeReceipt, after: row.sentAt ?? step.moment.tick)
        guard row.receiptBy == nil else { return }
        row.askAt = step.moment.tick + askAgain
        guard !row.isAlerted else { return }
        row.isAlerted = true
        step.decision.say(AlertRaised("calendar.year-missing", caseId: row.about).output())
    }

    // MARK: Remembering

    private func keep(_ row: NoticeRow, after before: NoticeRow?, _ key: Bytes, _ step: inout Step) {
        setTimers(of: row, after: before, key, &step)
        guard row != before else { return }
        if let before, before.table != row.table { step.decision.forget(before.table, key) }
        step.decision.put(row.table, key, row.encoded)
    }

    private func setTimers(of row: NoticeRow, after before: NoticeRow?, _ key: Bytes, _ step: inout Step) {
        // A notice that goes on by another way harms nobody.
        step.decision.move(timersFrom: before?.alarms ?? [:], to: row.alarms, fired: step.fired) { alarm, due in
            Timer(due: due, key: alarm.key(key))
        }
    }
}
