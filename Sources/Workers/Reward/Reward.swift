import CreditModel
import StreamCore

/// Rewards the honest: takes nominations that the rules admit, lets anybody object while they are public, has the programme's deciders decide,
/// brings each benefit to its agency, and ends it everywhere when its term is over, when the person does not want it, or when an adverse
/// record takes effect.
///
/// It knows subjects by their ids only. The life of a case is `RewardMachine`; this is what reads, answers and writes.
public struct Reward: Worker {
    private let terms: RewardTerms
    private let parkedTerm: Instant.Span

    public init(policy: PolicyPack, keys: ClusterKeys, partitionCount: Int) {
        terms = RewardTerms(policy: policy)
        parkedTerm = policy.limits.parkedTerm.fixedSpan
    }

    public var topology: Topology {
        Topology(
            worker: "reward",
            inputs: [RewardInput.filedTopic, RecordChanged.ledgerTopic, DeliveryProgressed.topic],
            tables: [RewardRow.table, AdverseRow.table],
            outputs: [RewardProgressed.topic, RewardDispatched.topic, InboundAnswered.topic, AlertRaised.topic, NoticeRequested.topic])
    }

    public var policyVersion: String { terms.policy.version }

    /// An input of reward.
    public struct Decoded: Sendable {
        let input: RewardInput
    }

    public func decode(_ input: Input) throws(Rejection) -> Decoded { Decoded(input: try RewardInput(input)) }

    public func reads(for decoded: Decoded) -> [Read] {
        let row = Read.row(RewardRow.table, key: decoded.input.key)
        switch decoded.input {
        case .nominated(_, let subjectId, _): return [row, .prefix(AdverseRow.table, AdverseRow.prefix(subjectId))]
        case .changed(let version):
            return [row, .row(AdverseRow.table, key: AdverseRow.key(subjectId: version.subjectId, recordId: version.recordId))]
        case .declined, .objected, .answered, .decided, .delivered, .due: return [row]
        }
    }

    public func line(of decoded: Decoded) -> Line? { decoded.input.line }

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        let key = decoded.input.key
        let row = try state.row(RewardRow.table, key).map { bytes throws(Rejection) in
            try RowDamage.read(bytes, of: "reward", RewardRow.init)
        }
        var step = Step(key: key, moment: moment, before: row)
        switch decoded.input {
        case .nominated(let sent, let subjectId, let nomination):
            guard case .record(let origin) = moment.cause else { return Decision() }
            let hasAdverseRecord = !state.rows(AdverseRow.table).isEmpty
            nominate(nomination, sent, subjectId, partition: origin.partition, hasAdverseRecord: hasAdverseRecord, &step)
        case .declined(let sent, let subjectId, let caseId):
            move(caseId, of: subjectId, by: .declined, Words(reasons: [Reason(.rewardDeclined)], text: RewardTexts.declined), sent, &step)
        case .objected(let sent, let objection):
            let words = Words(objection: CaseObjection(statement: objection.statement, evidence: objection.evidence))
            move(objection.caseId, of: nil, by: .objected, words, sent, &step)
        case .answered(let sent, let answered): answer(answered, sent, &step)
        case .decided(let sent, let decided): decideCase(decided, sent, &step)
        case .changed(let version): follow(version, wasAdverse: !state.rows(AdverseRow.table).isEmpty, &step)
        case .delivered(let delivery): note(delivery, &step)
        case .due(let alarm, let due, _, let serial): ring(alarm, due, serial, &step)
        }
        return step.decision
    }

    /// What one decision is about, and because of what.
    private struct Step {
        let key: Bytes
        let moment: Moment
        let before: RewardRow?
        /// The timer that is gone because it has just fired.
        var fired: (alarm: RewardRow.Alarm, due: Instant, serial: String)?
        var decision = Decision()

        init(key: Bytes, moment: Moment, before: RewardRow?) {
            self.key = key
            self.moment = moment
            self.before = before
        }
    }

    /// What goes out beside the status of a case.
    private struct Words {
        var submission: SubmissionReference?
        var reasons: [Reason] = []
        var decision: RewardProgressed.Decision?
        var objection: CaseObjection?
        var openCaseId: String?
        var basis: String?
        /// Why it ended, for the person.
        var text: Bilingual?
    }

    // MARK: Nominations

    private func nominate(
        _ nomination: RewardNomination, _ sent: RewardInput.Sent, _ subjectId: String, partition: Int, hasAdverseRecord: Bool,
        _ step: inout Step
    ) {
        let id = RewardCaseId(subjectId: subjectId, partition: partition, cause: step.moment.cause).description
        var file = RewardCase(id: id, programme: nomination.programme, nominator: sent.bureau ?? "")
        let (reasons, openCaseId) = terms.inadmissible(
            nomination, by: sent.bureau, step.before, hasAdverseRecord: hasAdverseRecord, at: step.moment.tick)
        let words = Words(submission: sent.submission, reasons: reasons, openCaseId: openCaseId, basis: nomination.basis)
        advance(&file, by: .verified(isAdmitted: reasons.isEmpty), subjectId, words, &step)
        guard file.machine.isOpen else { return }
        var row = step.before ?? RewardRow(subjectId: subjectId)
        // One that is over makes room for the next of its programme.
        row.cases.removeAll { $0.programme == file.programme && !$0.machine.isOpen }
        row.cases.append(file)
        // Who names the case before it was announced has to be told something.
        step.decision.endsWaiting = [Line(RewardInput.cases(id))]
        keep(row, &step)
    }

    // MARK: Cases

    /// The case that a message names, or the answer that there is none, or that it is waited for. `subjectId`: whose it has to be.
    private func find(_ caseId: String, of subjectId: String?, _ sent: RewardInput.Sent, _ step: inout Step) -> (
        row: RewardRow, index: Int
    )? {
        if let row = step.before, subjectId == nil || row.subjectId == subjectId,
            let index = row.cases.firstIndex(where: { $0.id == caseId })
        {
            return (row, index)
        }
        if step.moment.waitIsOver || (step.moment.attempt > 0 && step.moment.isCaughtUp) {
            // Also what is somebody else's: whose it is, is nobody's business.
            refuse(sent, Reason(.stateNotFound, at: "/caseId"), &step)
        } else {
            step.decision = .waiting(Wait(in: Line(RewardInput.cases(caseId)), retryAfter: parkedTerm, code: "state.not-found"))
        }
        return nil
    }

    private func refuse(_ sent: RewardInput.Sent, _ reason: Reason, _ step: inout Step) {
        step.decision.say(
            InboundAnswered(submission: sent.submission, type: sent.type, status: .rejected, reasons: [reason]).output())
    }

    private func answer(_ answered: ObjectionAnswered, _ sent: RewardInput.Sent, _ step: inout Step) {
        guard let (row, index) = find(answered.caseId, of: answered.subjectId, sent, &step) else { return }
        let authorized: AuthorizedAnswer
        switch AuthorizedAnswer.authorize(
            answered, sentBy: sent.bureau, nominator: row.cases[index].nominator, holders: terms.policy.officers.answersObjection)
        {
        case .failure(let reason): return refuse(sent, reason, &step)
        case .success(let answer): authorized = answer
        }
        var words = Words(decision: RewardProgressed.Decision(authority: authorized.officer.bureau, reason: authorized.reason))
        if authorized.result == .upheld {
            words.reasons = [Reason(.rewardRefused, hint: "an objection was found right")]
            words.text = RewardTexts.upheld
        }
        move(row, index, by: .answered(authorized), words, sent, &step)
    }

    private func decideCase(_ decided: RewardDecided, _ sent: RewardInput.Sent, _ step: inout Step) {
        guard let (row, index) = find(decided.caseId, of: decided.subjectId, sent, &step) else { return }
        var changed = row
        guard let programme = terms.policy.programme(row.cases[index].programme) else {
            return refuse(sent, Reason(.policyItemUnknown, at: "/caseId", hint: "the pack does not have the programme any more"), &step)
        }
        let authorized: AuthorizedDecision
        switch AuthorizedDecision.authorize(decided, sentBy: sent.bureau, programme: programme) {
        case .failure(let reason): return refuse(sent, reason, &step)
        case .success(let decision): authorized = decision
        }
        var words = Words(decision: RewardProgressed.Decision(authority: authorized.approver.bureau, reason: authorized.reason))
        switch authorized.decision {
        // The loader takes no working days here, so that the calendar has nothing to refuse.
        case .grant: changed.cases[index].until = programme.term.lastDay(after: CivilDate(step.moment.tick))
        case .refuse:
            words.reasons = [Reason(.rewardRefused)]
            words.text = RewardTexts.refused
        }
        move(changed, index, by: .decided(authorized), words, sent, &step)
    }

    private func move(
        _ caseId: String, of subjectId: String?, by event: RewardMachine.Event, _ words: Words, _ sent: RewardInput.Sent, _ step: inout Step
    ) {
        guard let (row, index) = find(caseId, of: subjectId, sent, &step) else { return }
        move(row, index, by: event, words, sent, &step)
    }

    /// Moves a case by a message, which is answered by the case, or refused.
    private func move(
        _ row: RewardRow, _ index: Int, by event: RewardMachine.Event, _ words: Words, _ sent: RewardInput.Sent, _ step: inout Step
    ) {
        var changed = row
        var words = words
        words.submission = sent.submission
        endPublicity(&changed.cases[index], &step)
        switch advance(&changed.cases[index], by: event, row.subjectId, words, &step) {
        case .refused(let code):
            return refuse(sent, Reason(code, at: "/caseId", hint: Reward.hint(event, changed.cases[index])), &step)
        case .unchanged, .done: break
        }
        endPublicity(&changed.cases[index], &step)
        keep(changed, &step)
    }

    /// A timer does this when nobody asks; whoever asks after its instant does not have to wait for the timer.
    private func endPublicity(_ file: inout RewardCase, _ step: inout Step) {
        guard let end = file.publicUntil, end <= step.moment.tick, file.machine.apply(.publicityOver) != .unchanged else { return }
        start(.rewardDecision, of: &file, after: end, &step)
    }

    private static func hint(_ event: RewardMachine.Event, _ file: RewardCase) -> String {
        switch (event, file.machine.state) {
        case (.decided, .publicised):
            file.publicUntil.map { "it is decided when the publicity is over, from \($0) on" } ?? "it is decided when the publicity is over"
        case (.decided, .objected): "an objection is to be answered before"
        case (.objected, .deciding): "the time to object is over"
        case (.answered, _): "no objection waits for an answer"
        default: "the case is over, or has been decided"
        }
    }

    // MARK: Records and deliveries

    private func follow(_ version: RecordChanged, wasAdverse: Bool, _ step: inout Step) {
        let isAdverse = terms.standsAgainst(version)
        if isAdverse != wasAdverse {
            let key = AdverseRow.key(subjectId: version.subjectId, recordId: version.recordId)
            if isAdverse {
                step.decision.put(AdverseRow.table, key, AdverseRow.payload)
            } else {
                step.decision.forget(AdverseRow.table, key)
            }
        }
        guard isAdverse, var row = step.before else { return }
        for index in row.cases.indices where row.cases[index].machine.isOpen {
            // The nominator learns that there is one, the person which one it is.
            let words = Words(
                reasons: [Reason(.stateNotEligible, hint: "an adverse record of the subject has effect")],
                text: RewardTexts.adverse(version.recordId))
            advance(&row.cases[index], by: .adverseRecord, row.subjectId, words, &step)
        }
        keep(row, &step)
    }

    private func note(_ delivery: DeliveryProgressed, _ step: inout Step) {
        guard var row = step.before, let index = row.cases.firstIndex(where: { $0.id == delivery.caseId }),
            let place = row.cases[index].grants.firstIndex(where: { $0.id == delivery.orderId }),
            row.cases[index].grants[place].sequence == delivery.sequence
        else { return }
        switch delivery.status {
        case .acknowledged:
            row.cases[index].grants[place].isAcknowledged = true
            keep(row, &step)
        case .rejected:
            step.decision.say(AlertRaised("reward.delivery-rejected", caseId: delivery.caseId, who: delivery.agency).output())
        // Delivery itself repeats what is overdue, and says so.
        case .sent, .waiting, .overdue: break
        }
    }

    // MARK: Time

    private func ring(_ alarm: RewardRow.Alarm, _ due: Instant, _ serial: String, _ step: inout Step) {
        guard var row = step.before, let index = row.cases.firstIndex(where: { $0.serial == serial }), row.cases[index].alarms[alarm] == due
        else { return }
        step.fired = (alarm, due, serial)
        switch alarm {
        case .publicity: endPublicity(&row.cases[index], &step)
        case .answer: advance(&row.cases[index], by: .answerOverdue, row.subjectId, Words(), &step)
        case .decision: advance(&row.cases[index], by: .decisionOverdue, row.subjectId, Words(), &step)
        case .end:
            advance(
                &row.cases[index], by: .expired, row.subjectId, Words(reasons: [Reason(.rewardExpired)], text: RewardTexts.expired), &step)
        case .calendar:
            let before = row.cases[index]
            if before.publicUntil == nil { start(.rewardPublicity, of: &row.cases[index], &step) }
            if before.isAnswerUnset { start(.rewardObjectionAnswer, of: &row.cases[index], &step) }
            if before.isDecisionUnset { start(.rewardDecision, of: &row.cases[index], &step) }
            row.cases[index].retryAt = row.cases[index].isTermUnset ? terms.retry(after: step.moment.tick) : nil
            if row.cases[index].publicUntil != before.publicUntil || row.cases[index].answerBy != before.answerBy {
                tell(before.machine.state == .objected ? .objected : .publicised, row.cases[index], row.subjectId, Words(), &step)
            }
        case .forget: row.cases.remove(at: index)
        }
        keep(row, &step)
    }

    /// Sets the end of a term. Where the calendar lacks the year it is not guessed: an alert says so, once, and the calendar is asked again.
    private func start(_ clock: ClockName, of file: inout RewardCase, after event: Instant? = nil, _ step: inout Step) {
        switch clock {
        // Who wants to object has the whole term from the moment in which it is public.
        case .rewardPublicity: file.publicUntil = try? terms.policy.due(clock, after: step.moment.tick)
        case .rewardDecision: file.decideBy = try? terms.policy.due(clock, after: event ?? step.moment.tick)
        default: file.answerBy = try? terms.policy.due(clock, after: step.moment.receivedAt)
        }
        guard file.isTermUnset, file.retryAt == nil else { return }
        file.retryAt = terms.retry(after: step.moment.tick)
        step.decision.say(AlertRaised("calendar.year-missing", caseId: file.id).output())
    }

    // MARK: Doing what the machine says

    @discardableResult
    private func advance(
        _ file: inout RewardCase, by event: RewardMachine.Event, _ subjectId: String, _ words: Words, _ step: inout Step
    ) -> RewardMachine.Verdict {
        let verdict = file.machine.apply(event)
        guard case .done(let actions) = verdict else { return verdict }
        if file.machine.state != .objected { file.answerBy = nil }
        if file.machine.state != .deciding { file.decideBy = nil }
        if !file.machine.isOpen {
            file.retryAt = nil
            file.forgetAt = terms.forgetAt(after: step.moment.tick)
        }
        var words = words
        for action in actions {
            switch action {
            case .startPublicity: start(.rewardPublicity, of: &file, &step)
            case .startAnswer: start(.rewardObjectionAnswer, of: &file, &step)
            case .startDecision: start(.rewardDecision, of: &file, &step)
            case .tell(let status):
                tell(status, file, subjectId, words, &step)
                // The first status answers the message.
                words.submission = nil
            case .notify(let kind): notify(kind, file, subjectId, words, &step)
            case .alert(let alert):
                let dueAt = alert == .decisionOverdue ? file.decideBy : file.answerBy
                step.decision.say(AlertRaised(alert.rawValue, caseId: file.id, who: terms.answers(alert, file), dueAt: dueAt).output())
            case .grant: grant(&file, subjectId, &step)
            case .end: end(&file, subjectId, &step)
            }
        }
        return verdict
    }

    private func grant(_ file: inout RewardCase, _ subjectId: String, _ step: inout Step) {
        guard let programme = terms.policy.programme(file.programme) else { return }
        for benefit in terms.benefits(of: programme) {
            file.grants.append(
                RewardCase.Grant(id: "\(file.id)/\(benefit.id)", benefit: benefit.id, agency: benefit.agency, sequence: 1))
        }
        dispatch(.grant, file, subjectId, &step)
    }

    /// Wherever the grant went, also when the programme gives something else by now.
    private func end(_ file: inout RewardCase, _ subjectId: String, _ step: inout Step) {
        for index in file.grants.indices {
            file.grants[index].sequence += 1
            file.grants[index].isAcknowledged = false
        }
        dispatch(.end, file, subjectId, &step)
    }

    private func dispatch(_ action: RewardDispatched.Action, _ file: RewardCase, _ subjectId: String, _ step: inout Step) {
        guard let until = file.until else { return }
        for grant in file.grants {
            step.decision.say(
                RewardDispatched(
                    grantId: grant.id, sequence: grant.sequence, action: action, caseId: file.id, subjectId: subjectId,
                    benefit: grant.benefit, agency: grant.agency, until: until
                ).output())
        }
    }

    private func tell(
        _ status: RewardProgressed.Status, _ file: RewardCase, _ subjectId: String, _ words: Words, _ step: inout Step
    ) {
        var progress = RewardProgressed(caseId: file.id, subjectId: subjectId, programme: file.programme, status: status)
        progress.submission = words.submission
        progress.reasons = words.reasons
        progress.decision = words.decision
        progress.openCaseId = words.openCaseId
        progress.objection = words.objection
        switch status {
        case .publicised: progress.dueAt = file.publicUntil
        case .objected: progress.dueAt = file.answerBy
        case .granted, .ended: progress.until = file.until
        case .notAdmitted, .refused: break
        }
        step.decision.say(progress.output())
    }

    private func notify(_ kind: NoticeKind, _ file: RewardCase, _ subjectId: String, _ words: Words, _ step: inout Step) {
        var values = ["case": Bilingual(zh: file.id, en: file.id), "programme": terms.name(ofProgramme: file.programme)]
        values["basis"] = words.basis.map { Bilingual(zh: $0, en: $0) }
        values["reason"] = words.text
        if kind == .rewardGranted {
            let names = file.grants.map { terms.name(ofBenefit: $0.benefit) }
            values["benefits"] = Bilingual(zh: names.map(\.zh).joined(separator: "、"), en: names.map(\.en).joined(separator: ", "))
            values["until"] = file.until.map { Bilingual(zh: $0.description, en: $0.description) }
        }
        step.decision.say(
            NoticeRequested(
                noticeId: NoticeRequested.id(from: "reward", kind, about: file.id, because: step.moment.cause), subjectId: subjectId,
                kind: kind, caseId: file.id, values: values
            ).output())
    }

    // MARK: Remembering

    private func keep(_ row: RewardRow, _ step: inout Step) {
        if row != step.before {
            if row.cases.isEmpty {
                step.decision.forget(RewardRow.table, step.key)
            } else {
                step.decision.put(RewardRow.table, step.key, row.encoded)
            }
        }
        setTimers(of: row, &step)
    }

    private func setTimers(of row: RewardRow, _ step: inout Step) {
        let before = step.before?.cases ?? []
        let gone = before.filter { file in !row.cases.contains { $0.id == file.id } }
        let rowKey = step.key
        for file in row.cases + gone {
            let standing = before.first { $0.id == file.id }?.alarms ?? [:]
            let wanted = row.cases.first { $0.id == file.id }?.alarms ?? [:]
            let fired = step.fired.flatMap { $0.serial == file.serial ? $0.alarm : nil }
            step.decision.move(timersFrom: standing, to: wanted, fired: fired) { alarm, due in
                // With the end a benefit is taken away; everything else harms nobody.
                Timer(due: due, key: alarm.key(rowKey, serial: file.serial), isAdverse: alarm == .end)
            }
        }
    }
}
