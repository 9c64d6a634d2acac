import CreditModel
import StreamCore

/// Gives people the way back: takes applications for repair, says at once everything that is missing, has a person of the record's bureau
/// decide in time, and executes a grant in the same transaction.
///
/// It knows subjects by their ids only. The life of a case is `RepairMachine`; this is what reads, answers and writes.
public struct Repair: Worker {
    private let terms: RepairTerms
    private let parkedTerm: Instant.Span
    private let calendarRetry: Instant.Span

    public init(policy: PolicyPack, keys: ClusterKeys, partitionCount: Int) {
        terms = RepairTerms(policy: policy)
        parkedTerm = policy.limits.parkedTerm.fixedSpan
        calendarRetry = policy.repair.calendarRetry.fixedSpan
    }

    public var topology: Topology {
        Topology(
            worker: "repair",
            inputs: [RepairInput.filedTopic, RecordChanged.ledgerTopic],
            tables: [RepairRow.table],
            outputs: [
                RepairProgressed.topic, RepairReviewWanted.topic, RecordRuling.topic, InboundAnswered.topic, AlertRaised.topic,
                NoticeRequested.topic,
            ])
    }

    public var policyVersion: String { terms.policy.version }

    /// An input of repair.
    public struct Decoded: Sendable {
        let input: RepairInput
        let key: Bytes
    }

    public func decode(_ input: Input) throws(Rejection) -> Decoded {
        let decoded = try RepairInput(input)
        return Decoded(input: decoded, key: decoded.key(of: input))
    }

    public func reads(for decoded: Decoded) -> [Read] { [.row(RepairRow.table, key: decoded.key)] }

    public func line(of decoded: Decoded) -> Line? { decoded.input.line(decoded.key) }

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        let row = try state.row(RepairRow.table, decoded.key).map { bytes throws(Rejection) in
            try RowDamage.read(bytes, of: "repair", RepairRow.init)
        }
        switch decoded.input {
        case .applied(let submission, let type, let subjectId, let application):
            let step = Step(subjectId: subjectId, key: decoded.key, type: type, moment: moment)
            return apply(application, submission, row, step)
        case .reviewed(let submission, let type, let bureau, let review):
            let step = Step(subjectId: review.subjectId, key: decoded.key, type: type, moment: moment)
            return take(review, sentBy: bureau, submission, row, step)
        case .changed(let version):
            let step = Step(subjectId: version.subjectId, key: decoded.key, type: RecordChanged.type, moment: moment)
            return follow(version, row, step)
        case .due(let alarm, let due, let subjectId):
            guard let row else { return Decision() }
            let step = Step(
                subjectId: subjectId, key: decoded.key, type: "chengxin.\(Repair.word(alarm)).v1", moment: moment, fired: (alarm, due))
            return ring(alarm, due, row, step)
        }
    }

    /// The type that a ruling names as its cause when time has made it.
    private static func word(_ alarm: RepairRow.Alarm) -> String {
        switch alarm {
        case .guidance: "guidance.due"
        case .decision: "decision.overdue"
        case .execution: "execution.overdue"
        case .extensionEnd: "extension.ended"
        case .calendar: "calendar.asked"
        }
    }

    /// What one decision is about, and because of what.
    private struct Step {
        var subjectId: String
        var key: Bytes
        /// The type of the cause.
        var type: String
        var moment: Moment
        /// The alarm that is gone because it has just rung.
        var fired: (alarm: RepairRow.Alarm, due: Instant)?
        var decision = Decision()

        init(
            subjectId: String, key: Bytes, type: String, moment: Moment, fired: (alarm: RepairRow.Alarm, due: Instant)? = nil
        ) {
            self.subjectId = subjectId
            self.key = key
            self.type = type
            self.moment = moment
            self.fired = fired
        }
    }

    /// What goes out beside the status of a case.
    private struct Words {
        var submission: SubmissionReference?
        var missing: [String] = []
        var reasons: [Reason] = []
        var eligibleFrom: Instant?
        var decision: RepairProgressed.Decision?
        var openRepairId: String?
        var application: Bytes?
    }

    // MARK: Applications

    private func apply(
        _ application: RepairApplication, _ submission: SubmissionReference, _ row: RepairRow?, _ step: Step
    ) -> Decision {
        var step = step
        let moment = step.moment
        var words = Words(submission: submission)
        let id = RepairRow.caseId(recordId: application.recordId, cause: moment.cause)
        var file = RepairCase(id: id, kind: application.kind, since: moment.tick)
        guard var changed = row else {
            let isSeenThrough = moment.attempt > 0 && moment.isCaughtUp
            guard moment.waitIsOver || isSeenThrough else {
                return .waiting(
                    Wait(in: Line(RepairInput.applications(step.key)), retryAfter: parkedTerm, code: "state.not-found"))
            }
            // Also what is somebody else's: whose it is, is nobody's business.
            words.reasons = [Reason(.stateNotFound, at: "/recordId")]
            advance(&file, by: .judged(.notAdmissible), recordId: application.recordId, bureau: "", words, &step)
            return step.decision
        }
        if moment.waitIsOver, changed.state == .withdrawn {
            step.decision.say(InboundAnswered(submission: submission, type: step.type, status: .withdrawn).output())
            return step.decision
        }
        let inadmissible = terms.inadmissible(application, changed)
        let missing = terms.missing(application, changed, at: moment.tick)
        let judgement: RepairMachine.Judgement
        if !inadmissible.isEmpty {
            judgement = .notAdmissible
            words.reasons = inadmissible
            words.openRepairId = changed.openCase?.id ?? (application.kind == .extended ? changed.runningExtension?.id : nil)
        } else if !missing.isEmpty {
            judgement = .incomplete
            words.missing = missing.map { $0.need.rawValue }
            words.reasons = missing.map(\.reason)
            if missing.contains(where: { $0.need == .minimumPeriod }) { words.eligibleFrom = terms.eligibleFrom(changed) }
        } else {
            judgement = .complete
            words.application = application.parts
            file.until = application.kind == .extended ? application.extensionUntil : nil
            file.text = application.kind == .deed ? application.statement ?? RepairTexts.deed : nil
            if application.kind == .statement { file.text = application.statement }
        }
        advance(&file, by: .judged(judgement), recordId: changed.recordId, bureau: changed.bureau, deeds: changed.deeds, words, &step)
        if judgement == .complete {
            changed.cases.append(file)
            // Who names the case before it was announced has to be told something.
            step.decision.endsWaiting = [Line(RepairInput.reviews(id))]
        }
        keep(changed, after: row, &step)
        return step.decision
    }

    // MARK: Reviews

    private func take(
        _ review: RepairReviewed, sentBy bureau: String?, _ submission: SubmissionReference, _ row: RepairRow?, _ step: Step
    ) -> Decision {
        var step = step
        let moment = step.moment
        func refuse(_ reason: Reason) -> Decision {
            var decision = Decision()
            decision.say(InboundAnswered(submission: submission, type: step.type, status: .rejected, reasons: [reason]).output())
            return decision
        }
        guard var changed = row, let index = changed.cases.firstIndex(where: { $0.id == review.repairId }) else {
            guard moment.waitIsOver || (moment.attempt > 0 && moment.isCaughtUp) else {
                return .waiting(
                    Wait(in: Line(RepairInput.reviews(review.repairId)), retryAfter: parkedTerm, code: "state.not-found"))
            }
            return refuse(Reason(.stateNotFound, at: "/repairId"))
        }
        let authorized: AuthorizedReview
        switch AuthorizedReview.authorize(
            review, sentBy: bureau, recordBureau: changed.bureau, holders: terms.deciders(of: changed.cases[index]))
        {
        case .failure(let reason): return refuse(reason)
        case .success(let review): authorized = review
        }
        let kind = changed.cases[index].machine.kind
        var words = Words(
            submission: submission,
            decision: RepairProgressed.Decision(authority: authorized.officer.bureau, reason: authorized.reason))
        switch authorized.decision {
        case .granted: break
        case .refused: words.reasons = [Reason(.repairRefused)]
        case .returned:
            // Without a list, or with a second one, it is a refusal without reasons and without appeal.
            let isWaiting = changed.cases[index].machine.state == .reviewing
            if isWaiting, authorized.missing.isEmpty {
                return refuse(Reason(.schemaMissing, at: "/missing", hint: "name everything that is missing, or refuse with reasons"))
            }
            if isWaiting, changed.returnedKinds.contains(kind) {
                return refuse(
                    Reason(.stateNotEligible, at: "/decision", hint: "what is missing was named once; grant it, or refuse it with reasons"))
            }
            words.missing = authorized.missing
            words.reasons = [Reason(.schemaMissing, hint: "hand in what `missing` names, with a new application")]
        }
        if case .refused(let code) = advance(&changed, index, by: .reviewed(authorized), words, &step) {
            return refuse(Reason(code, at: "/repairId", hint: "the case is not waiting for a decision"))
        }
        if authorized.decision == .returned { changed.returnedKinds.append(kind) }
        keep(changed, after: row, &step)
        return step.decision
    }

    // MARK: Records

    private func follow(_ version: RecordChanged, _ row: RepairRow?, _ step: Step) -> Decision {
        var step = step
        var changed = row ?? RepairRow(version)
        changed.state = version.state
        changed.catalogItem = version.catalogItem
        changed.severity = version.severity
        if let content = version.content {
            changed.field = content.field
            changed.decisionDate = content.decisionDate
            changed.exclusions = terms.exclusions(of: version.catalogItem, version.severity, decision: content.decision)
        } else {
            changed.decisionDate = nil
        }
        for index in changed.cases.indices {
            let file = changed.cases[index]
            if version.cause.caseId == file.id, advance(&changed, index, by: .shown, Words(), &step) != .unchanged { continue }
            guard Repair.isOver(version.state, for: file.machine.kind) else { continue }
            let words = Words(
                reasons: file.machine.state == .reviewing
                    ? [
                        Reason(
                            .stateNotEligible, at: "/recordId", hint: "the record is \(version.state.rawValue); nothing is left to repair")
                    ]
                    : [])
            advance(&changed, index, by: .recordEnded, words, &step)
        }
        guide(&changed, &step)
        if row == nil { step.decision.endsWaiting = [Line(RepairInput.applications(step.key))] }
        if version.state == .archived {
            // Nothing can be applied for any more: what is kept of it goes.
            setTimers(of: nil, after: row, &step)
            if row != nil { step.decision.forget(RepairRow.table, step.key) }
        } else {
            keep(changed, after: row, &step)
        }
        return step.decision
    }

    /// Whether a record in this state leaves nothing for such a case to do. A statement stands with a record as long as that is shown.
    private static func isOver(_ state: RecordState, for kind: RepairApplied.Kind) -> Bool {
        switch state {
        case .held, .effective: false
        case .repaired, .expired: kind != .statement
        case .withdrawn, .archived: true
        }
    }

    /// Tells the subject of an effective record, once, that it can be repaired, as soon as that is so.
    private func guide(_ row: inout RepairRow, _ step: inout Step) {
        let isToBeGuided =
            !row.isGuided && row.state == .effective && terms.isAdverse(row) && terms.exclusion(of: row, kind: .performance) == nil
        guard isToBeGuided, row.decisionDate != nil else {
            row.guidanceAt = nil
            return
        }
        if let from = terms.eligibleFrom(row), from > step.moment.tick {
            row.guidanceAt = from
            return
        }
        row.guidanceAt = nil
        row.isGuided = true
        notify(.repairPossible, caseId: nil, recordId: row.recordId, &step)
    }

    // MARK: Time

    private func ring(_ alarm: RepairRow.Alarm, _ due: Instant, _ row: RepairRow, _ step: Step) -> Decision {
        var step = step
        guard row.alarms[alarm] == due else { return Decision() }
        var changed = row
        switch alarm {
        case .guidance: guide(&changed, &step)
        case .decision:
            guard let index = row.cases.firstIndex(where: { $0.machine.state == .reviewing }) else { break }
            let silence = terms.policy.repair.rule(for: row.cases[index].machine.kind).whenSilent
            advance(&changed, index, by: .decisionOverdue(whenSilent: silence), Words(), &step)
        case .execution:
            guard let index = row.cases.firstIndex(where: { $0.machine.state == .granted }) else { break }
            advance(&changed, index, by: .executionOverdue, Words(), &step)
            changed.cases[index].dueAt = nil
        case .extensionEnd:
            guard let index = row.cases.firstIndex(where: { $0.machine.state == .suspended }) else { break }
            advance(&changed, index, by: .extensionOver, Words(), &step)
        case .calendar:
            guard let index = row.cases.firstIndex(where: { $0.machine.isOpen }) else { break }
            let isReview = changed.cases[index].machine.state == .reviewing
            let since = changed.cases[index].since
            start(isReview ? .repairDecision : .repairExecution, of: &changed.cases[index], since: since, &step)
            if changed.cases[index].dueAt != nil {
                tell(isReview ? .accepted : .granted, changed.cases[index], recordId: row.recordId, Words(), &step)
            }
        }
        keep(changed, after: row, &step)
        return step.decision
    }

    /// Sets the end of a term. Where the calendar lacks the year it is not guessed: an alert says so, once, and the calendar is asked again.
    private func start(_ clock: ClockName, of file: inout RepairCase, since: Instant, _ step: inout Step) {
        let isAskedAgain = file.retryAt != nil
        file.since = since
        file.dueAt = try? terms.policy.due(clock, after: since)
        file.retryAt = file.dueAt == nil ? step.moment.tick + calendarRetry : nil
        if file.dueAt == nil, !isAskedAgain {
            step.decision.say(AlertRaised("calendar.year-missing", caseId: file.id).output())
        }
    }

    // MARK: Doing what the machine says

    @discardableResult
    private func advance(
        _ row: inout RepairRow, _ index: Int, by event: RepairMachine.Event, _ words: Words, _ step: inout Step
    ) -> RepairMachine.Verdict {
        let (recordId, bureau, deeds) = (row.recordId, row.bureau, row.deeds)
        return advance(&row.cases[index], by: event, recordId: recordId, bureau: bureau, deeds: deeds, words, &step)
    }

    @discardableResult
    private func advance(
        _ file: inout RepairCase, by event: RepairMachine.Event, recordId: String, bureau: String, deeds: [String] = [], _ words: Words,
        _ step: inout Step
    ) -> RepairMachine.Verdict {
        let verdict = file.machine.apply(event)
        guard case .done(let actions) = verdict else { return verdict }
        var words = words
        for action in actions {
            switch action {
            case .tell(let status):
                tell(status, file, recordId: recordId, words, &step)
                // The first status answers the message.
                words.submission = nil
            case .startDecision: start(.repairDecision, of: &file, since: step.moment.tick, &step)
            case .startExecution: start(.repairExecution, of: &file, since: step.moment.tick, &step)
            case .wantReview:
                step.decision.say(
                    RepairReviewWanted(
                        repairId: file.id, recordId: recordId, subjectId: step.subjectId, kind: file.machine.kind,
                        authority: terms.authority(of: file, recordBureau: bureau), decideBy: file.dueAt, application: words.application,
                        supportedBy: deeds
                    ).output())
            case .escalate: file.isEscalated = true
            case .alert(let alert):
                let who = alert == .decisionOverdue ? terms.authority(of: file, recordBureau: bureau) : nil
                step.decision.say(AlertRaised(alert.rawValue, caseId: file.id, who: who, dueAt: file.dueAt).output())
            case .rule: rule(Repair.ruling(of: file), file, recordId: recordId, &step)
            case .lift: rule(.clear, file, recordId: recordId, &step)
            case .tellExtensionOver:
                notify(.repairExtensionOver, caseId: file.id, recordId: recordId, &step)
            }
        }
        if !file.machine.isOpen {
            file.dueAt = nil
            file.retryAt = nil
            if file.machine.state != .suspended {
                file.text = nil
                file.until = nil
            }
        }
        return verdict
    }

    /// What a grant does to the record: only performance ends it.
    private static func ruling(of file: RepairCase) -> RecordRuling.Ruling {
        switch file.machine.kind {
        case .performance: .repair
        case .extended: file.until.map { RecordRuling.Ruling.suspend(until: $0) } ?? .annotate
        case .statement, .deed: .state(file.text ?? RepairTexts.deed)
        }
    }

    private func rule(_ ruling: RecordRuling.Ruling, _ file: RepairCase, recordId: String, _ step: inout Step) {
        let ruling = RecordRuling(
            ruling, subjectId: step.subjectId, recordId: recordId, caseId: file.id,
            cause: VersionCause(origin: step.moment.cause.description, type: step.type, caseId: file.id))
        var writer = JSONWriter()
        ruling.encode(into: &writer)
        step.decision.say(
            Output(
                topic: RecordRuling.topic, key: Bytes(utf8: step.subjectId), type: RecordRuling.type, subject: step.subjectId,
                correlation: file.id, value: writer.bytes))
    }

    private func tell(
        _ status: RepairProgressed.Status, _ file: RepairCase, recordId: String, _ words: Words, _ step: inout Step
    ) {
        var progress = RepairProgressed(
            repairId: file.id, recordId: recordId, subjectId: step.subjectId, kind: file.machine.kind, status: status)
        progress.submission = words.submission
        progress.until = file.until
        switch status {
        case .received:
            progress.dueAt = try? terms.policy.due(.repairAcceptance, after: step.moment.receivedAt)
        case .accepted: progress.dueAt = file.dueAt
        case .granted:
            progress.dueAt = file.dueAt
            progress.decision = words.decision
        case .returned, .notAdmitted:
            progress.missing = words.missing
            progress.reasons = words.reasons
            progress.eligibleFrom = words.eligibleFrom
            progress.decision = words.decision
            progress.openRepairId = words.openRepairId
        case .refused:
            progress.reasons = words.reasons
            progress.decision = words.decision
            let today = CivilDate(step.moment.tick)
            let term = terms.policy.clock(.repairAppeal).term
            progress.appeal = RepairProgressed.Appeal(
                how: RepairTexts.appeal, until: try? terms.policy.calendar.lastDay(of: term, after: today))
        case .executed: break
        }
        step.decision.say(progress.output())
    }

    private func notify(_ kind: NoticeKind, caseId: String?, recordId: String, _ step: inout Step) {
        step.decision.say(
            NoticeRequested(
                noticeId: NoticeRequested.id(from: "repair", kind, about: recordId, because: step.moment.cause),
                subjectId: step.subjectId, kind: kind, caseId: caseId, recordId: recordId,
                values: ["record": Bilingual(zh: recordId, en: recordId)]
            ).output())
    }

    // MARK: Remembering

    private func keep(_ row: RepairRow, after before: RepairRow?, _ step: inout Step) {
        guard row != before else { return }
        step.decision.put(RepairRow.table, step.key, row.encoded)
        setTimers(of: row, after: before, &step)
    }

    private func setTimers(of row: RepairRow?, after before: RepairRow?, _ step: inout Step) {
        let key = step.key
        step.decision.move(timersFrom: before?.alarms ?? [:], to: row?.alarms ?? [:], fired: step.fired?.alarm) { alarm, due in
            // With the end of an extension effects come back; everything else is relief.
            Timer(due: due, key: alarm.key(key), isAdverse: alarm == .extensionEnd)
        }
    }
}
