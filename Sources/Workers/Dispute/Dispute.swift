import CreditModel
import StreamCore

/// Hears whoever says that a record about them is wrong: restricts the record at once, asks its bureau, and ends the case in its term,
/// for the person where nobody answers (河南省社会信用条例 article 41).
///
/// It knows subjects by their ids only, and of a record only what decides about a dispute. The life of a case is `DisputeMachine`; this is
/// what reads, answers and writes.
public struct Dispute: Worker {
    let terms: DisputeTerms
    private let parkedTerm: Instant.Span

    public init(policy: PolicyPack, keys: ClusterKeys, partitionCount: Int) {
        terms = DisputeTerms(policy: policy)
        parkedTerm = policy.limits.parkedTerm.fixedSpan
    }

    static let filedTopic: Topic = "dispute.filed.v1"

    public var topology: Topology {
        Topology(
            worker: "dispute",
            inputs: [Dispute.filedTopic, RecordChanged.ledgerTopic],
            tables: [DisputeFile.table],
            outputs: [
                DisputeProgressed.topic, DisputeInquired.topic, RecordRuling.topic, AlertRaised.topic, InboundAnswered.topic,
            ])
    }

    public var policyVersion: String { terms.policy.version }

    /// An input of the worker.
    public struct Decoded: Sendable {
        let input: DisputeInput
    }

    public func decode(_ input: Input) throws(Rejection) -> Decoded { Decoded(input: try DisputeInput(input)) }

    public func reads(for decoded: Decoded) -> [Read] {
        decoded.input.fileKey.map { [.row(DisputeFile.table, key: $0)] } ?? []
    }

    public func line(of decoded: Decoded) -> Line? { decoded.input.line }

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        let key = decoded.input.fileKey
        var file: DisputeFile?
        if let key, let row = state.row(DisputeFile.table, key) {
            do {
                file = try DisputeFile(row)
            } catch {
                throw Rejection("state.damaged", hint: "dispute cannot read its own row; check the store")
            }
        }
        switch decoded.input {
        case .version(let version): return take(version, file, at: moment)
        case .requested(let request): return take(request, file, at: moment)
        case .reviewRequested(let request): return take(request, file, at: moment)
        case .found(let found): return take(found, file, at: moment)
        case .due(let subjectId, let name, _): return pass(subjectId, name, file, at: moment)
        }
    }

    // MARK: Records

    private func take(_ version: DisputeInput.Version, _ known: DisputeFile?, at moment: Moment) -> Decision {
        // A redriven one may come late.
        if let known, known.record.version >= version.record.version { return Decision() }
        var file = known ?? DisputeFile(recordId: version.recordId, record: version.record)
        file.record = version.record
        var record = CaseRecord(subjectId: version.subjectId, file: file, before: known)
        if version.record.isOver {
            for place in file.cases.indices where file.cases[place].machine.isOpen {
                advance(&record, place, .recordEnded, answering: nil, at: moment)
            }
        }
        if version.record.state == .archived {
            record.forget()
        } else {
            record.keep()
        }
        // A request may have been read before the record that it is about.
        if known == nil {
            record.decision.endsWaiting = [Line(DisputeInput.requests(subjectId: version.subjectId, recordId: version.recordId))]
        }
        return record.decision
    }

    // MARK: Requests

    private func take(_ request: DisputeInput.Request, _ file: DisputeFile?, at moment: Moment) -> Decision {
        var answer = DisputeProgressed(
            disputeId: DisputeName(subjectId: request.subjectId, recordId: request.recordId).id, recordId: request.recordId,
            subjectId: request.subjectId, status: .notAdmitted, submission: request.submission)
        guard let file else {
            if let wait = wait(in: DisputeInput.requests(subjectId: request.subjectId, recordId: request.recordId), at: moment) {
                return wait
            }
            // Nor does it say whether there is such a record of somebody else.
            answer.reasons = [Reason(.stateNotFound, at: "/recordId", hint: "dispute a record that is about yourself")]
            return Dispute.saying(answer.output())
        }
        if file.record.isOver {
            answer.reasons = [Reason(.stateNotEligible, at: "/recordId", hint: "the record is not in force any more")]
            return Dispute.saying(answer.output())
        }
        if let open = file.openCase(ground: request.ground) {
            answer.disputeId = DisputeName(subjectId: request.subjectId, recordId: request.recordId, number: open.number).id
            answer.status = .duplicate
            answer.instance = open.machine.instance.number
            answer.dueAt = open.machine.dueAt
            answer.reasons = [Reason(.stateAlreadyOpen, at: "/ground")]
            return Dispute.saying(answer.output())
        }
        var record = CaseRecord(subjectId: request.subjectId, file: file, before: file)
        let (machine, steps) = DisputeMachine.opened(receivedAt: moment.receivedAt, at: moment.tick, under: terms)
        record.file.casesOpened += 1
        record.file.cases.append(
            DisputeFile.Case(
                number: record.file.casesOpened, machine: machine, ground: request.ground, statement: request.statement,
                evidence: request.evidence))
        let place = record.file.cases.count - 1
        perform(steps, of: &record, place, answering: request.submission, at: moment)
        record.setTimer(place, before: nil)
        record.keep()
        record.decision.endsWaiting = [
            Line(DisputeInput.answers(subjectId: request.subjectId, disputeId: record.disputeId(place)))
        ]
        return record.decision
    }

    private func take(_ request: DisputeInput.ReviewRequest, _ file: DisputeFile?, at moment: Moment) -> Decision {
        let refusal = { (reason: Reason) in
            Dispute.saying(
                InboundAnswered(submission: request.submission, type: request.type, status: .rejected, reasons: [reason]).output())
        }
        guard let file, let place = DisputeName(request.disputeId).flatMap({ file.place(of: $0.number) }) else {
            return wait(in: DisputeInput.answers(subjectId: request.subjectId, disputeId: request.disputeId), at: moment)
                ?? refusal(Reason(.stateNotFound, at: "/disputeId"))
        }
        if file.record.isOver { return refusal(Reason(.stateNotEligible, at: "/disputeId", hint: "the record is not in force any more")) }
        var record = CaseRecord(subjectId: request.subjectId, file: file, before: file)
        // One open case for a record and ground, also when a new dispute was begun after the end of this one.
        if let open = file.openCase(ground: file.cases[place].ground, otherThan: file.cases[place].number) {
            return refusal(
                Reason(
                    .stateAlreadyOpen, at: "/disputeId",
                    hint: "follow \(DisputeName(subjectId: request.subjectId, recordId: file.recordId, number: open.number).id)"))
        }
        record.file.cases[place].statement = request.statement
        switch advance(
            &record, place, .reviewRequested(receivedAt: moment.receivedAt), answering: request.submission, at: moment)
        {
        case .refused(let refused): return refusal(Dispute.reason(refused, at: "/disputeId"))
        case .changed, .unchanged: return record.kept
        }
    }

    // MARK: Findings

    private func take(_ found: DisputeInput.Found, _ file: DisputeFile?, at moment: Moment) -> Decision {
        let message = found.message
        let refusal = { (reasons: [Reason]) in
            Dispute.saying(InboundAnswered(submission: found.submission, type: found.type, status: .rejected, reasons: reasons).output())
        }
        guard let file, let place = DisputeName(message.disputeId).flatMap({ file.place(of: $0.number) }) else {
            return wait(in: DisputeInput.answers(subjectId: found.subjectId, disputeId: message.disputeId), at: moment)
                ?? refusal([Reason(.stateNotFound, at: "/disputeId")])
        }
        var reasons: [Reason] = []
        let isReview = file.cases[place].machine.instance != .first
        let holders = isReview ? terms.policy.officers.reviewsDispute : terms.policy.officers.answersInquiry
        if !holders.contains(where: { $0.isHeld(by: found.bureau ?? "", recordBureau: file.record.bureau) }) {
            reasons.append(
                Reason(
                    .policySourceNotAllowed, at: message.officer == nil ? "" : "/officer",
                    hint: "the bureau that sent the record answers, or whom the policy names"))
        }
        let event: DisputeMachine.Event
        let path: String
        if let stop = message.clockStop {
            event = .clockStopped(from: stop.from)
            path = "/clockStop"
        } else if let resume = message.clockResume {
            event = .clockResumed(from: resume.from)
            path = "/clockResume"
        } else {
            path = "/officer"
            do {
                event = .found(try DisputeFinding.finding(in: message, about: file.record))
            } catch {
                reasons += error.reasons
                return refusal(reasons)
            }
        }
        // All that is wrong is said at once: what the case would say is asked of a copy.
        var record = CaseRecord(subjectId: found.subjectId, file: file, before: file)
        if case .refused(let refused) = advance(&record, place, event, answering: found.submission, at: moment) {
            switch refused {
            case .ahead: reasons.append(Dispute.reason(refused, at: path + "/from"))
            case .sameOfficer: reasons.append(Dispute.reason(refused, at: "/officer"))
            case .notEligible, .alreadyOpen: reasons.append(Dispute.reason(refused, at: "/disputeId"))
            }
        }
        return reasons.isEmpty ? record.kept : refusal(reasons)
    }

    private static func reason(_ refusal: DisputeMachine.Refusal, at path: String) -> Reason {
        switch refusal {
        case .notEligible: Reason(.stateNotEligible, at: path)
        case .alreadyOpen: Reason(.stateAlreadyOpen, at: path)
        case .sameOfficer: Reason(.policySameOfficer, at: path)
        case .ahead: Reason(.schemaRange, at: path, hint: "name an instant that has been")
        }
    }

    // MARK: Time

    private func pass(_ subjectId: String, _ name: DisputeName, _ file: DisputeFile?, at moment: Moment) -> Decision {
        guard case .timer(_, _, let due, _) = moment.cause, let file, let place = file.place(of: name.number),
            file.cases[place].machine.due == due
        else { return Decision() }
        var record = CaseRecord(subjectId: subjectId, file: file, before: file)
        advance(&record, place, .due, answering: nil, firedAt: due, at: moment)
        return record.kept
    }

    // MARK: Steps

    /// Lets something happen to a case, and does what follows. Nothing is changed when it is refused.
    @discardableResult
    private func advance(
        _ record: inout CaseRecord, _ place: Int, _ event: DisputeMachine.Event, answering submission: SubmissionReference?,
        firedAt: Instant? = nil, at moment: Moment
    ) -> DisputeMachine.Verdict {
        let before = record.file.cases[place].machine
        let verdict = record.file.cases[place].machine.apply(event, at: moment.tick, under: terms)
        guard case .changed(let steps) = verdict else { return verdict }
        perform(steps, of: &record, place, answering: submission, at: moment)
        if record.file.cases[place].machine.isFinal {
            record.file.cases[place].statement = ""
            record.file.cases[place].evidence = []
        }
        record.setTimer(place, before: before.due, firedAt: firedAt)
        return verdict
    }

    private func perform(
        _ steps: [DisputeMachine.Step], of record: inout CaseRecord, _ place: Int, answering submission: SubmissionReference?,
        at moment: Moment
    ) {
        let disputeId = record.disputeId(place)
        let bureau = record.file.record.bureau
        let progress = DisputeProgressed(
            disputeId: disputeId, recordId: record.file.recordId, subjectId: record.subjectId, status: .inquiring,
            instance: record.file.cases[place].machine.instance.number, dueAt: record.file.cases[place].machine.dueAt)
        // The first thing that is said about a message is its answer.
        var unanswered = submission
        func say(_ status: DisputeProgressed.Status, _ change: (inout DisputeProgressed) -> Void = { _ in }) {
            var told = progress
            told.status = status
            told.submission = unanswered
            unanswered = nil
            change(&told)
            record.decision.say(told.output())
        }
        for step in steps {
            switch step {
            case .restrict:
                record.rule(.annotate, by: disputeId, at: moment)
                say(.received)
            case .inquire(let deadlines):
                let asked = record.file.cases[place]
                record.decision.say(
                    DisputeInquired(
                        disputeId: disputeId, recordId: record.file.recordId, subjectId: record.subjectId, bureau: bureau,
                        ground: asked.ground, instance: progress.instance, statement: asked.statement, evidence: asked.evidence,
                        answerBy: deadlines.answerBy
                    ).output())
                say(.inquiring)
            case .goOn: say(.inquiring)
            case .waitForCalendar:
                // A clock that goes on is answered; a new one was.
                if unanswered != nil { say(.inquiring) }
                record.decision.say(AlertRaised("calendar.year-missing", caseId: disputeId).output())
            case .pause: say(.paused)
            case .endPause(let until):
                record.decision.say(AlertRaised("dispute.appraisal-overdue", caseId: disputeId, who: bureau, dueAt: until).output())
            case .escalate(let deadlines):
                record.decision.say(
                    AlertRaised("dispute.inquiry-overdue", caseId: disputeId, who: bureau, dueAt: deadlines.answerBy).output())
            case .uphold(let remedy, let finding):
                switch remedy {
                case .withdraw: record.rule(.withdraw, by: disputeId, at: moment)
                case .correct(let correction): record.rule(.correct(correction), by: disputeId, at: moment)
                }
                say(.upheld) {
                    $0.finding = finding.told
                    if case .correct(let correction) = remedy { $0.correction = correction }
                }
            case .close:
                record.rule(.clear, by: disputeId, at: moment)
                say(.upheld)
            case .dismiss(let finding, let until):
                record.rule(.clear, by: disputeId, at: moment)
                let isFirst = progress.instance == 1
                say(.dismissed) {
                    $0.reasons = [Reason(.disputeConfirmed)]
                    $0.finding = finding.told
                    if isFirst { $0.review = DisputeProgressed.Review(how: Dispute.howToReview, until: until) }
                }
            case .leaveUnverified(let removal, let finding):
                say(.unverified) {
                    $0.reasons = [Reason(.disputeUnverified)]
                    $0.finding = finding?.told
                    if case .at(let instant) = removal { $0.removeAt = instant }
                }
                record.decision.say(
                    AlertRaised("dispute.unverified", caseId: disputeId, who: bureau, dueAt: removal.instant).output())
            case .remove: record.rule(.withdraw, by: disputeId, at: moment)
            }
        }
    }

    private static let howToReview = Bilingual(
        zh: "对处理结果不服的，可在期限内通过本人门户或服务窗口申请复核，由另一名经办人办理",
        en: "If you do not agree, ask for a review on the portal or at a service window in time; another officer decides on it")

    // MARK: Waiting

    /// Topics are read at different speeds. nil: it has waited long enough, and everything has been read.
    private func wait(in line: Bytes, at moment: Moment) -> Decision? {
        if moment.waitIsOver || (moment.attempt > 0 && moment.isCaughtUp) { return nil }
        return .waiting(Wait(in: Line(line), retryAfter: parkedTerm, code: ReasonCode.stateNotFound.rawValue))
    }

    private static func saying(_ output: Output) -> Decision {
        var decision = Decision()
        decision.say(output)
        return decision
    }
}

/// The row of a record while something is decided about it, and the decision as far as it is made.
struct CaseRecord {
    let subjectId: String
    var file: DisputeFile
    let before: DisputeFile?
    var decision = Decision()

    init(subjectId: String, file: DisputeFile, before: DisputeFile?) {
        self.subjectId = subjectId
        self.file = file
        self.before = before
    }

    private func name(_ place: Int) -> DisputeName {
        DisputeName(subjectId: subjectId, recordId: file.recordId, number: file.cases[place].number)
    }

    func disputeId(_ place: Int) -> String { name(place).id }

    private var key: Bytes { DisputeName(subjectId: subjectId, recordId: file.recordId).fileKey(subjectId: subjectId) }

    mutating func keep() {
        if file != before { decision.put(DisputeFile.table, key, file.encoded) }
    }

    mutating func forget() {
        if before != nil { decision.forget(DisputeFile.table, key) }
    }

    /// The decision, with the row.
    var kept: Decision {
        var record = self
        record.keep()
        return record.decision
    }

    mutating func rule(_ ruling: RecordRuling.Ruling, by disputeId: String, at moment: Moment) {
        var writer = JSONWriter()
        RecordRuling(
            ruling, subjectId: subjectId, recordId: file.recordId, caseId: disputeId,
            cause: VersionCause(origin: moment.cause.description, type: DisputeProgressed.type, caseId: disputeId)
        ).encode(into: &writer)
        decision.say(
            Output(
                topic: RecordRuling.topic, key: Bytes(utf8: subjectId), type: RecordRuling.type, subject: subjectId,
                correlation: disputeId, value: writer.bytes))
    }

    /// One timer for a case: it is set anew whenever the next instant is another. `firedAt` is the one that has just fired.
    mutating func setTimer(_ place: Int, before: Instant?, firedAt: Instant? = nil) {
        let due = file.cases[place].machine.due
        guard due != before || firedAt != nil else { return }
        let key = name(place).timerKey(subjectId: subjectId)
        if let before, before != firedAt { decision.clear(timer: key, due: before) }
        // What it causes is an escalation or the removal of a record: neither harms the person.
        if let due { decision.set(Timer(due: due, key: key)) }
    }
}

extension DisputeMachine.Removal {
    var instant: Instant? {
        if case .at(let instant) = self { instant } else { nil }
    }
}

extension DisputeMachine.Finding {
    /// As an outcome says it.
    fileprivate var told: DisputeProgressed.Finding {
        let word: DisputeFound.Finding =
            switch result {
            case .confirmed: .confirmed
            case .wrong: .wrong
            case .cannotVerify: .cannotVerify
            }
        return DisputeProgressed.Finding(word, officer: officer.description, reason: reason)
    }
}
