import CreditModel
import StreamCore

/// Measures against serious dishonesty: takes proposals, tells whoever is concerned, hears them, has another officer decide, and sends the
/// orders; suspends them while a record is in doubt, and lifts them when nothing carries them any more.
///
/// It knows subjects by their ids only. The life of a case is `SanctionMachine`; this is what reads, answers and writes.
public struct Sanction: Worker {
    private let policy: PolicyPack
    private let gates: SanctionGates
    private let parkedTerm: Instant.Span
    private let calendarRetry: Instant.Span

    public init(policy: PolicyPack, keys: ClusterKeys, partitionCount: Int) {
        self.policy = policy
        gates = SanctionGates(policy: policy)
        parkedTerm = policy.limits.parkedTerm.fixedSpan
        calendarRetry = policy.repair.calendarRetry.fixedSpan
    }

    public var topology: Topology {
        Topology(
            worker: "sanction",
            inputs: [
                SanctionInput.filedTopic, RecordChanged.ledgerTopic, SubjectProfile.topic, NoticeProgressed.topic, DeliveryProgressed.topic,
            ],
            tables: [SanctionRow.table, Ground.table],
            outputs: [
                SanctionProgressed.topic, SanctionDispatched.topic, NoticeRequested.topic, InboundAnswered.topic, AlertRaised.topic,
            ])
    }

    public var policyVersion: String { policy.version }

    /// An input of sanction.
    public struct Decoded: Sendable {
        let input: SanctionInput
    }

    public func decode(_ input: Input) throws(Rejection) -> Decoded { Decoded(input: try SanctionInput(input)) }

    public func reads(for decoded: Decoded) -> [Read] {
        guard let subjectId = decoded.input.subjectId else { return [] }
        let subject = Read.row(SanctionRow.table, key: SanctionRow.key(subjectId))
        switch decoded.input {
        case .triggered(_, let proposal):
            return [subject] + proposal.recordIds.map { .row(Ground.table, key: Ground.key(subjectId: subjectId, recordId: $0)) }
        case .changed(let version):
            // Most records are no ground of anything, and nothing was known of them before.
            if isFirstOfNoGround(version) { return [] }
            return [subject, .row(Ground.table, key: Ground.key(subjectId: subjectId, recordId: version.recordId))]
        case .decided, .objected, .answered, .profiled, .noticed, .delivered, .due: return [subject]
        case .foreign: return []
        }
    }

    private func isFirstOfNoGround(_ version: SanctionInput.Version) -> Bool {
        version.number == 1 && policy.item(version.catalogItem)?.nature != .adverse
    }

    public func line(of decoded: Decoded) -> Line? { decoded.input.line }

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        guard let subjectId = decoded.input.subjectId else { return Decision() }
        let key = SanctionRow.key(subjectId)
        let row = try state.row(SanctionRow.table, key).map { bytes throws(Rejection) in
            try RowDamage.read(bytes, of: "sanction", SanctionRow.init)
        }
        var step = Step(subjectId: subjectId, before: row ?? SanctionRow(), moment: moment)
        switch decoded.input {
        case .triggered(let letter, let proposal):
            var grounds: [Ground?] = []
            for id in proposal.recordIds { grounds.append(try ground(state, subjectId: subjectId, recordId: id)) }
            propose(proposal, grounds, letter, &step)
        case .decided(let letter, let decision): take(decision, letter, &step)
        case .objected(let letter, let caseId, let objection): take(objection, to: caseId, letter, &step)
        case .answered(let letter, let answer): take(answer, letter, &step)
        case .changed(let version):
            if isFirstOfNoGround(version) { return Decision() }
            let known = try ground(state, subjectId: subjectId, recordId: version.recordId)
            follow(version, after: known, try Ground(version, policy: policy), &step)
        case .profiled(_, let kind, let capacity): follow(kind == .organization ? .adult : capacity, &step)
        case .noticed(let notice): follow(notice, &step)
        case .delivered(let delivery): follow(delivery, &step)
        case .due(let alarm, let due, _, let caseId): ring(alarm, due, caseId, &step)
        case .foreign: break
        }
        keep(&step)
        return step.decision
    }

    private func ground(_ state: State, subjectId: String, recordId: String) throws(Rejection) -> Ground? {
        try state.row(Ground.table, Ground.key(subjectId: subjectId, recordId: recordId)).map { bytes throws(Rejection) in
            try RowDamage.read(bytes, of: "sanction", Ground.init(row:))
        }
    }

    /// What one decision is about: the subject's row before and after, and what is said.
    private struct Step {
        var subjectId: String
        var before: SanctionRow
        var row: SanctionRow
        var moment: Moment
        /// The alarm that is gone because it has just rung.
        var fired: (caseId: String, alarm: SanctionCase.Alarm, due: Instant)?
        var decision = Decision()

        init(subjectId: String, before: SanctionRow, moment: Moment) {
            self.subjectId = subjectId
            self.before = before
            row = before
            self.moment = moment
        }

        func index(of caseId: String) -> Int? { row.cases.firstIndex { $0.id == caseId } }
    }

    /// What goes out beside the status of a case.
    private struct Words {
        var submission: SubmissionReference?
        var reasons: [Reason] = []
        var objection: CaseObjection?
        var answer: SanctionProgressed.Decision?
        var decision: SanctionProgressed.Decision?
        var openCaseId: String?
        /// nil: those of the case.
        var measures: [String]?
    }

    // MARK: Proposals

    private func propose(_ proposal: SanctionProposal, _ grounds: [Ground?], _ letter: SanctionInput.Letter, _ step: inout Step) {
        let moment = step.moment
        if grounds.contains(nil), !moment.waitIsOver, moment.attempt == 0 || !moment.isCaughtUp {
            let line = SanctionInput.proposals(subjectId: letter.subjectId, recordIds: proposal.recordIds)
            step.decision = .waiting(Wait(in: Line(line), retryAfter: parkedTerm, code: "state.not-found"))
            return
        }
        // A responsible person's case answers to nobody: the message has its answer from the case of its subject.
        let submission = proposal.isOfResponsiblePerson ? nil : letter.submission
        if moment.waitIsOver, grounds.contains(where: { $0?.state == .withdrawn }), let submission {
            step.decision.say(InboundAnswered(submission: submission, type: letter.type, status: .withdrawn).output())
            return
        }
        let finding = gates.judge(proposal, grounds, step.row, sentBy: letter.bureau, at: moment.tick)
        let id = SanctionCase.id(because: moment.cause)
        var file = SanctionCase(
            id: id, determinationNo: proposal.determinationNo, cause: proposal.cause, basis: proposal.basis ?? "",
            isBasisUnconfirmed: proposal.isBasisUnconfirmed, basisDay: CivilDate(moment.tick), proposer: proposal.proposer,
            kind: grounds.lazy.compactMap { $0 }.first?.kind ?? .person, noticeId: noticeId(.sanctionProposed, about: id, step),
            measures: finding.measures, grounds: grounds.compactMap { $0 },
            decideBy: try? policy.due(.sanctionDecision, after: moment.receivedAt))
        let words = Words(submission: submission, reasons: finding.reasons, openCaseId: finding.openCaseId)
        advance(&file, by: .judged(isAdmissible: finding.reasons.isEmpty), words, &step)
        guard file.machine.isPending else { return }
        step.row.cases.append(file)
        // Who names the case before it was announced has to be told something.
        step.decision.endsWaiting = [Line(SanctionInput.answers(subjectId: letter.subjectId, caseId: id))]
    }

    // MARK: What people send

    /// The case that a message names; when there is none, the message waits for it or is refused.
    private func find(_ caseId: String, _ letter: SanctionInput.Letter, _ step: inout Step) -> Int? {
        if let index = step.index(of: caseId) { return index }
        if step.row.closed.contains(caseId) {
            refuse(letter, [Reason(.stateNotEligible, at: "/caseId", hint: "the case is over")], &step)
            return nil
        }
        guard step.moment.waitIsOver || (step.moment.attempt > 0 && step.moment.isCaughtUp) else {
            let line = Line(SanctionInput.answers(subjectId: letter.subjectId, caseId: caseId))
            step.decision = .waiting(Wait(in: line, retryAfter: parkedTerm, code: "state.not-found"))
            return nil
        }
        refuse(letter, [Reason(.stateNotFound, at: "/caseId")], &step)
        return nil
    }

    private func refuse(_ letter: SanctionInput.Letter, _ reasons: [Reason], _ step: inout Step) {
        step.decision.say(
            InboundAnswered(submission: letter.submission, type: letter.type, status: .rejected, reasons: reasons).output())
    }

    private func take(_ decision: SanctionDecided, _ letter: SanctionInput.Letter, _ step: inout Step) {
        guard let index = find(decision.caseId, letter, &step) else { return }
        let file = step.row.cases[index]
        let approver: AuthorizedApprover
        switch AuthorizedApprover.authorize(
            decision.approver, sentBy: letter.bureau, proposer: file.proposer, recordBureaus: file.recordBureaus, rights: policy.officers)
        {
        case .failure(let refusal): return refuse(letter, refusal.reasons, &step)
        case .success(let officer): approver = officer
        }
        var words = Words(
            submission: letter.submission,
            decision: SanctionProgressed.Decision(
                officer: approver.officer.description, documentNo: decision.documentNo, reason: decision.reason))
        let event: SanctionMachine.Event
        switch decision.decision {
        case .confirm:
            switch Decided.decide(
                decision, by: approver, on: file, capacity: step.row.capacity, policy: policy, at: step.moment.tick)
            {
            case .failure(let refusal): return refuse(letter, refusal.reasons, &step)
            case .success(let decided): event = .confirmed(decided)
            }
        case .dismiss:
            words.reasons = [Reason(.sanctionDismissed)]
            event = .dismissed(approver)
        case .revoke:
            words.reasons = [Reason(.sanctionRevoked)]
            event = .revoked(approver)
        }
        if case .refused(let code) = advance(index, by: event, words, &step) {
            refuse(letter, [Reason(code, at: "/caseId")], &step)
        }
    }

    private func take(
        _ objection: CaseObjection, to caseId: String, _ letter: SanctionInput.Letter, _ step: inout Step
    ) {
        guard let index = find(caseId, letter, &step) else { return }
        guard step.row.cases[index].hearing.takesObjection(receivedAt: step.moment.receivedAt) else {
            return refuse(letter, [Reason(.stateNotEligible, at: "/caseId", hint: "the window for objections is over")], &step)
        }
        let words = Words(submission: letter.submission, objection: objection)
        if case .refused(let code) = advance(index, by: .objected, words, &step) {
            refuse(letter, [Reason(code, at: "/caseId", hint: "dispute the records that it rests on, or apply for their repair")], &step)
        }
    }

    private func take(_ answer: ObjectionAnswered, _ letter: SanctionInput.Letter, _ step: inout Step) {
        guard let index = find(answer.caseId, letter, &step) else { return }
        let authorized: AuthorizedAnswer
        switch AuthorizedAnswer.authorize(
            answer, sentBy: letter.bureau, recordBureaus: step.row.cases[index].recordBureaus, rights: policy.officers)
        {
        case .failure(let refusal): return refuse(letter, refusal.reasons, &step)
        case .success(let answer): authorized = answer
        }
        let words = Words(
            submission: letter.submission, reasons: authorized.result == .upheld ? [Reason(.sanctionObjectionUpheld)] : [],
            answer: SanctionProgressed.Decision(officer: authorized.officer.description, reason: authorized.reason))
        if case .refused(let code) = advance(index, by: .answered(authorized), words, &step) {
            refuse(letter, [Reason(code, at: "/caseId", hint: "no objection is open")], &step)
        }
    }

    // MARK: Records and capacity

    private func follow(_ version: SanctionInput.Version, after known: Ground?, _ ground: Ground, _ step: inout Step) {
        let key = Ground.key(subjectId: version.subjectId, recordId: version.recordId)
        if version.state == .archived || !ground.isAdverse {
            if known != nil { step.decision.forget(Ground.table, key) }
        } else if ground != known {
            step.decision.put(Ground.table, key, ground.encoded)
        }
        if known == nil {
            step.decision.endsWaiting = [
                Line(SanctionInput.proposals(subjectId: version.subjectId, recordIds: [version.recordId]))
            ]
        }
        for index in step.row.cases.indices {
            let (isPending, isImposed) = (step.row.cases[index].machine.isPending, step.row.cases[index].machine.isImposed)
            guard isPending || isImposed,
                let place = step.row.cases[index].grounds.firstIndex(where: { $0.recordId == version.recordId })
            else { continue }
            // What was corrected before the order is not what the subject was told of, and heard about.
            if !ground.isAlive || (isPending && ground.content != step.row.cases[index].grounds[place].content) {
                step.row.cases[index].grounds.remove(at: place)
            } else {
                step.row.cases[index].grounds[place] = ground
            }
            var file = step.row.cases[index]
            reassess(&file, &step)
            step.row.cases[index] = file
        }
    }

    /// Looks what the records still carry, and whether they are in doubt. What favours the subject comes first.
    private func reassess(_ file: inout SanctionCase, _ step: inout Step) {
        let reasons = [Reason(.sanctionNoGround)]
        let judged = file.judged(on: file.basisDay)
        func isCarried(_ measure: String) -> Bool {
            if case .success = CarriedMeasure.examine(measure, at: "", for: judged, by: policy) { true } else { false }
        }
        let left = file.measures.filter(isCarried)
        guard !left.isEmpty else {
            advance(&file, by: .groundsGone, Words(reasons: reasons), &step)
            return
        }
        if left.count < file.measures.count {
            let gone = file.measures.filter { !left.contains($0) }
            file.measures = left
            if file.machine.isImposed {
                dispatch(.lift, file: &file, where: gone.contains, &step)
                notify(.sanctionLifted, file, Words(reasons: reasons, measures: gone), &step)
            }
            tell(Sanction.status(of: file.machine.state), file, Words(reasons: reasons), &step)
        }
        if file.isInDoubt {
            advance(&file, by: .groundsDoubted, Words(reasons: Sanction.doubts(file)), &step)
        } else if let until = file.until, until.end <= step.moment.tick {
            // Its end is due now; nothing comes back for that moment.
        } else {
            advance(&file, by: .groundsClear, Words(), &step)
        }
    }

    private static func doubts(_ file: SanctionCase) -> [Reason] {
        let isRestricted = file.grounds.contains(where: \.isRestricted)
        let isHeld = file.grounds.contains { $0.state == .held }
        return (isRestricted ? [Reason(.stateRestricted)] : []) + (isHeld ? [Reason(.finalityUnderReview)] : [])
    }

    /// The word for where a case stands.
    private static func status(of state: SanctionMachine.State) -> SanctionProgressed.Status {
        switch state {
        case .filed, .notAdmitted: .notAdmitted
        case .proposed: .proposed
        case .noticed: .noticed
        case .awaitingDecision: .awaitingDecision
        case .objectedBeforeNotice, .objectedInTerm, .objectedAfterTerm: .objected
        case .ordered: .ordered
        case .suspended: .suspended
        case .dismissed: .dismissed
        case .lifted: .lifted
        }
    }

    private func follow(_ capacity: SubjectProfile.Capacity, _ step: inout Step) {
        step.row.capacity = capacity
        guard capacity == .minor else { return }
        for index in step.row.cases.indices {
            advance(index, by: .underage, Words(reasons: [Reason(.capacityMinor)]), &step)
        }
    }

    // MARK: Notices and deliveries

    private func follow(_ notice: NoticeProgressed, _ step: inout Step) {
        // Only the notice that this case has asked for counts for it.
        guard notice.kind == .sanctionProposed, let caseId = notice.caseId, let index = step.index(of: caseId),
            step.row.cases[index].hearing.noticeId == notice.noticeId
        else { return }
        switch notice.status {
        case .delivered:
            guard step.row.cases[index].hearing.deliveredAt == nil else { return }
            step.row.cases[index].hearing.deliveredAt = notice.at
            advance(index, by: .noticeDelivered, Words(), &step)
        case .undeliverable: advance(index, by: .noticeUndeliverable, Words(), &step)
        case .sent, .failed: break
        }
    }

    private func follow(_ delivery: DeliveryProgressed, _ step: inout Step) {
        guard let index = step.index(of: delivery.caseId),
            let place = step.row.cases[index].orders.firstIndex(where: { $0.id == delivery.orderId })
        else { return }
        var order = step.row.cases[index].orders[place]
        let authority = step.row.cases[index].proposer.bureau
        guard delivery.sequence <= order.sequence else { return }
        switch delivery.status {
        case .acknowledged: order.acknowledged = max(order.acknowledged, delivery.sequence)
        case .rejected where order.toldRejected < delivery.sequence:
            order.toldRejected = delivery.sequence
            // Delivery tells the agency's side; this is for the bureau whose order is not carried out.
            step.decision.say(AlertRaised("sanction.order-rejected", caseId: delivery.caseId, who: authority).output())
        case .overdue where order.toldOverdue < delivery.sequence:
            order.toldOverdue = delivery.sequence
            step.decision.say(AlertRaised("sanction.order-overdue", caseId: delivery.caseId, who: authority).output())
        case .sent, .waiting, .rejected, .overdue: break
        }
        step.row.cases[index].orders[place] = order
    }

    // MARK: Time

    private func ring(_ alarm: SanctionCase.Alarm, _ due: Instant, _ caseId: String, _ step: inout Step) {
        guard let index = step.index(of: caseId), step.row.cases[index].alarms[alarm] == due else { return }
        step.fired = (caseId, alarm, due)
        switch alarm {
        case .terms: advance(index, by: .termsOver, Words(), &step)
        case .answer:
            advance(index, by: .answerOverdue, Words(), &step)
            step.row.cases[index].hearing.isAnswerOverdue = true
        case .decision:
            advance(index, by: .decisionOverdue, Words(), &step)
            step.row.cases[index].isDecisionOverdue = true
        case .until: advance(index, by: .untilOver, Words(reasons: [Reason(.sanctionExpired)]), &step)
        case .calendar:
            var file = step.row.cases[index]
            let before = file.hearing
            setTerms(&file, &step)
            step.row.cases[index] = file
            let hasEnd = file.hearing.end != before.end
            if hasEnd { tell(.noticed, file, Words(), &step) }
            if file.machine.isObjected, hasEnd || file.hearing.answerDueAt != before.answerDueAt { tell(.objected, file, Words(), &step) }
        }
    }

    /// Sets the ends of what runs. Where the calendar lacks the year they are not guessed: an alert says so, once, and the calendar is
    /// asked again; until it answers no term of the case is over.
    private func setTerms(_ file: inout SanctionCase, _ step: inout Step) {
        let isAskedAgain = file.retryAt != nil
        var isMissing = false
        func end(_ clock: ClockName, after event: Instant) -> Instant? {
            guard let end = try? policy.due(clock, after: event) else {
                isMissing = true
                return nil
            }
            return end
        }
        if let deliveredAt = file.hearing.deliveredAt {
            file.hearing.objectionEnd = file.hearing.objectionEnd ?? end(.sanctionObjection, after: deliveredAt)
            file.hearing.correctionEnd = file.hearing.correctionEnd ?? end(.sanctionCorrection, after: deliveredAt)
        }
        if let objectedAt = file.hearing.objectedAt, file.hearing.answerDueAt == nil {
            file.hearing.answerDueAt = end(.sanctionObjectionAnswer, after: objectedAt)
        }
        file.retryAt = isMissing ? step.moment.tick + calendarRetry : nil
        if isMissing, !isAskedAgain { step.decision.say(AlertRaised("calendar.year-missing", caseId: file.id).output()) }
    }

    // MARK: Doing what the machine says

    @discardableResult
    private func advance(
        _ index: Int, by event: SanctionMachine.Event, _ words: Words, _ step: inout Step
    ) -> SanctionMachine.Verdict {
        var file = step.row.cases[index]
        let verdict = advance(&file, by: event, words, &step)
        step.row.cases[index] = file
        return verdict
    }

    @discardableResult
    private func advance(
        _ file: inout SanctionCase, by event: SanctionMachine.Event, _ words: Words, _ step: inout Step
    ) -> SanctionMachine.Verdict {
        let verdict = file.machine.apply(event)
        guard case .done(let actions) = verdict else { return verdict }
        var words = words
        if !file.machine.isObjected {
            file.hearing.objectedAt = nil
            file.hearing.answerDueAt = nil
            file.hearing.isAnswerOverdue = false
        }
        for action in actions {
            switch action {
            case .tell(let status):
                tell(status, file, words, &step)
                // The first status answers the message.
                words.submission = nil
            case .notify(let kind): notify(kind, file, words, &step)
            case .startTerms: setTerms(&file, &step)
            case .startAnswer:
                file.hearing.objectedAt = step.moment.receivedAt
                setTerms(&file, &step)
            case .alert(let alert): raise(alert, file, &step)
            case .impose(let decided):
                file.orders = Order.orders(of: decided, caseId: file.id)
                file.measures = decided.measures.map(\.id)
                file.until = decided.until
                file.basisDay = CivilDate(step.moment.tick)
            case .dispatch(let action): dispatch(action, file: &file, where: { _ in true }, &step)
            }
        }
        return verdict
    }

    private func raise(_ alert: SanctionMachine.Alert, _ file: SanctionCase, _ step: inout Step) {
        let dueAt: Instant? =
            switch alert {
            case .undeliverable: nil
            case .answerOverdue: file.hearing.answerDueAt
            case .decisionOverdue: file.decideBy
            }
        step.decision.say(AlertRaised(alert.rawValue, caseId: file.id, who: file.proposer.bureau, dueAt: dueAt).output())
    }

    /// To wherever an order stands.
    private func dispatch(
        _ action: SanctionDispatched.Action, file: inout SanctionCase, where isMeant: (String) -> Bool, _ step: inout Step
    ) {
        guard let until = file.until else { return }
        for index in file.orders.indices where !file.orders[index].isLifted && isMeant(file.orders[index].measure) {
            file.orders[index].dispatch(action)
            let order = file.orders[index]
            step.decision.say(
                SanctionDispatched(
                    orderId: order.id, sequence: order.sequence, action: action, caseId: file.id, subjectId: step.subjectId,
                    measure: order.measure, agency: order.agency, until: until, basis: file.basis
                ).output())
        }
    }

    private func tell(_ status: SanctionProgressed.Status, _ file: SanctionCase, _ words: Words, _ step: inout Step) {
        var progress = SanctionProgressed(
            caseId: file.id, determinationNo: file.determinationNo, subjectId: step.subjectId, status: status, cause: file.cause,
            proposer: file.proposer.description)
        progress.submission = words.submission
        progress.recordIds = file.grounds.map(\.recordId)
        progress.reasons = words.reasons
        progress.measures = words.measures ?? file.measures
        progress.until = file.until
        progress.isBasisUnconfirmed = file.isBasisUnconfirmed
        progress.objection = words.objection
        progress.answer = words.answer
        progress.decision = words.decision
        progress.openCaseId = words.openCaseId
        if status != .notAdmitted { progress.noticeId = file.hearing.noticeId }
        switch status {
        case .proposed, .awaitingDecision: progress.dueAt = file.decideBy
        case .noticed: progress.dueAt = file.hearing.end
        case .objected: progress.dueAt = file.hearing.answerDueAt
        case .ordered, .suspended, .resumed: progress.dueAt = file.until?.end
        case .notAdmitted, .dismissed, .lifted: break
        }
        switch status {
        case .proposed, .noticed:
            progress.appeal = SanctionProgressed.Appeal(how: SanctionTexts.objection, until: file.hearing.objectionEnd)
        case .ordered: progress.appeal = SanctionProgressed.Appeal(how: SanctionTexts.order)
        default: break
        }
        step.decision.say(progress.output())
    }

    // MARK: Notices

    private func noticeId(_ kind: NoticeKind, about: String, _ step: Step) -> String {
        NoticeRequested.id(from: "sanction", kind, about: about, because: step.moment.cause)
    }

    private func notify(_ kind: NoticeKind, _ file: SanctionCase, _ words: Words, _ step: inout Step) {
        let measures = words.measures ?? file.measures
        var values: [String: Bilingual] = [
            "case": SanctionTexts.same(file.id),
            "measures": SanctionTexts.list(measures.map { policy.measure($0)?.name ?? SanctionTexts.same($0) }),
        ]
        if kind == .sanctionProposed || kind == .sanctionOrdered {
            values["cause"] = policy.causes[id: file.cause]?.name ?? SanctionTexts.same(file.cause)
            values["basis"] = SanctionTexts.same(file.basis)
            values["records"] = SanctionTexts.list(file.grounds.map { SanctionTexts.same($0.recordId) })
        }
        switch kind {
        case .sanctionProposed:
            values["objectionTerm"] = SanctionTexts.term(policy.clock(.sanctionObjection).term)
            values["correctionTerm"] = SanctionTexts.term(policy.clock(.sanctionCorrection).term)
        case .sanctionOrdered:
            values["reason"] = SanctionTexts.same(words.decision?.reason ?? "")
            values["documentNo"] = SanctionTexts.same(words.decision?.documentNo ?? "")
            values["until"] = SanctionTexts.same(file.until?.description ?? "")
        case .sanctionLifted: values["reason"] = SanctionTexts.reasons(words.reasons)
        default: break
        }
        let about = words.measures.map { "\(file.id)/\($0.joined(separator: ","))" } ?? file.id
        step.decision.say(
            NoticeRequested(
                noticeId: noticeId(kind, about: about, step), subjectId: step.subjectId, kind: kind, caseId: file.id, values: values
            ).output())
    }

    // MARK: Remembering

    private func keep(_ step: inout Step) {
        guard step.decision.wait == nil else { return }
        step.row.close()
        if step.row != step.before {
            let key = SanctionRow.key(step.subjectId)
            if step.row.isEmpty {
                step.decision.forget(SanctionRow.table, key)
            } else {
                step.decision.put(SanctionRow.table, key, step.row.encoded)
            }
        }
        for file in step.before.cases { setTimers(of: step.index(of: file.id).map { step.row.cases[$0] }, after: file, &step) }
        for file in step.row.cases where !step.before.cases.contains(where: { $0.id == file.id }) { setTimers(of: file, after: nil, &step) }
    }

    private func setTimers(of file: SanctionCase?, after before: SanctionCase?, _ step: inout Step) {
        guard file != before || step.fired != nil, let caseId = (file ?? before)?.id else { return }
        let subjectId = step.subjectId
        let fired = step.fired.flatMap { $0.caseId == caseId ? $0.alarm : nil }
        step.decision.move(timersFrom: before?.alarms ?? [:], to: file?.alarms ?? [:], fired: fired) { alarm, due in
            // With the end of the terms a decision becomes possible; everything else is relief, or an alert.
            Timer(due: due, key: alarm.key(subjectId: subjectId, caseId: caseId), isAdverse: alarm == .terms)
        }
    }
}
