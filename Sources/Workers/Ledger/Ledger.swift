import CreditModel
import StreamCore

/// Keeps every record of every subject: each change is a version, without gaps, with its cause and the hash of the one before.
///
/// It knows subjects by their ids only. The life of a record is `RecordMachine`; this is what reads, answers and writes.
public struct Ledger: Worker {
    private let terms: RecordTerms
    private let parkedTerm: Instant.Span
    private let parkedRetry: Instant.Span

    public init(policy: PolicyPack, keys: ClusterKeys, partitionCount: Int) {
        terms = RecordTerms(policy: policy)
        parkedTerm = policy.limits.parkedTerm.fixedSpan
        parkedRetry = policy.limits.parkedRetry.fixedSpan
    }

    public var topology: Topology {
        Topology(
            worker: "ledger",
            inputs: [FiledRecord.topic, RecordRuling.topic],
            tables: [RecordRow.table, WrongContent.table],
            outputs: [RecordChanged.ledgerTopic, RecordChanged.currentTopic, SubmissionAnswered.topic])
    }

    public var policyVersion: String { terms.policy.version }

    public func decode(_ input: Input) throws(Rejection) -> Decoded { Decoded(input: try LedgerInput(input)) }

    /// An input of the ledger.
    public struct Decoded: Sendable {
        let input: LedgerInput
    }

    public func reads(for decoded: Decoded) -> [Read] {
        let record = Read.row(RecordRow.table, key: decoded.input.key)
        guard case .filed(let filed) = decoded.input else { return [record] }
        return [record] + WrongContent.keys(for: filed).map { .row(WrongContent.table, key: $0) }
    }

    public func line(of decoded: Decoded) -> Line? { decoded.input.line }

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        let key = decoded.input.key
        let row = try state.row(RecordRow.table, key).map { bytes throws(Rejection) in try Ledger.row(bytes) }
        switch decoded.input {
        case .filed(let filed):
            switch filed.action {
            case .submit(let submission):
                // What passed it while it waited was a withdrawal.
                if moment.waitIsOver { return Ledger.answerWithdrawn(filed, submission, row) }
                if let reason = try WrongContent.reason(against: filed, known: row, in: state) {
                    return Ledger.answerWrong(filed, submission, row, reason)
                }
                do {
                    return try submit(submission, filed, row, at: moment)
                } catch {
                    // The end of the record lies in a year that the calendar lacks: it waits for a pack that has it.
                    return .waiting(
                        Wait(in: Line(LedgerInput.submissions(key)), retryAfter: parkedRetry, code: "policy.calendar-missing"))
                }
            case .withdraw: return withdraw(filed, row, at: moment)
            }
        case .ruled(let ruling):
            guard let row else { return try waitForRecord(ruling, at: moment) }
            return try rule(ruling, row, at: moment)
        case .due:
            guard let row else { return Decision() }
            return due(key, row, at: moment)
        }
    }

    private static func row(_ bytes: Bytes) throws(Rejection) -> RecordRow {
        do {
            return try RecordRow(bytes)
        } catch {
            throw Rejection("state.damaged", hint: "the ledger cannot read its own row; check the store")
        }
    }

    // MARK: Submissions

    private func submit(
        _ submission: FiledRecord.Submission, _ filed: FiledRecord, _ row: RecordRow?, at moment: Moment
    ) throws(CalendarFailure) -> Decision {
        let newTerms = RecordMachine.Terms(
            finality: RecordMachine.Terms.Finality(submission.finality), endsAt: try terms.endsAt(submission.record))
        var answer = SubmissionAnswered(filed, revision: submission.revision)
        var decision = Decision()
        var changed: RecordRow
        if var known = row {
            switch known.machine.apply(.submitted(revision: submission.revision, newTerms), at: moment.tick, retention: terms.retention) {
            case .refused(let refusal): return Ledger.refuse(refusal, with: answer, known, filed)
            case .changed, .unchanged: break
            }
            known.catalogItem = submission.record.catalogItem
            known.severity = submission.record.severity
            known.content = submission.record
            known.subjectKind = submission.subjectKind
            known.notes = filed.notes
            changed = known
        } else {
            changed = RecordRow(
                machine: RecordMachine(
                    revision: submission.revision, terms: newTerms, at: moment.tick, retention: terms.retention),
                subjectKind: submission.subjectKind, bureau: filed.bureau, recordNo: filed.recordNo, content: submission.record,
                notes: filed.notes)
            // A ruling may have been read before the record that it is about.
            let key = RecordRow.key(subjectId: filed.subjectId, recordId: filed.recordId)
            decision.endsWaiting = [Line(LedgerInput.rulings(key))]
        }
        write(
            &changed, after: row, subjectId: filed.subjectId, recordId: filed.recordId,
            cause: VersionCause(origin: moment.cause.description, type: filed.type), firedAt: nil, into: &decision)
        answer.version = changed.machine.version
        answer.notes = filed.notes
        if changed.machine.state == .held {
            answer.status = .held
            answer.reasons = submission.finality.reasons
            if changed.machine.becomesEffectiveWhenDue { answer.effectiveFrom = changed.machine.due }
        }
        if filed.isAnswered { decision.say(answer.output()) }
        return decision
    }

    private func withdraw(_ filed: FiledRecord, _ row: RecordRow?, at moment: Moment) -> Decision {
        let key = RecordRow.key(subjectId: filed.subjectId, recordId: filed.recordId)
        var answer = SubmissionAnswered(filed, revision: row?.machine.revision)
        var decision = Decision()
        decision.endsWaiting = [Line(LedgerInput.submissions(key)), Line(LedgerInput.rulings(key))]
        guard var row else {
            // Filed in order behind its record: nothing that could still come has to be waited for.
            answer.status = .rejected
            answer.reasons = [Reason(.stateNotFound, at: "/recordNo")]
            if filed.isAnswered { decision.say(answer.output()) }
            return decision
        }
        let before = row
        if case .refused(let refusal) = row.machine.apply(.withdrawn, at: moment.tick, retention: terms.retention) {
            var refused = Ledger.refuse(refusal, with: answer, row, filed)
            refused.endsWaiting = decision.endsWaiting
            return refused
        }
        write(
            &row, after: before, subjectId: filed.subjectId, recordId: filed.recordId,
            cause: VersionCause(origin: moment.cause.description, type: filed.type), firedAt: nil, into: &decision)
        answer.version = row.machine.version
        answer.status = .withdrawn
        if filed.isAnswered { decision.say(answer.output()) }
        return decision
    }

    private static func refuse(
        _ refusal: RecordMachine.Refusal, with answer: SubmissionAnswered, _ row: RecordRow, _ filed: FiledRecord
    ) -> Decision {
        var answer = answer
        answer.version = row.machine.version
        switch refusal {
        case .repeated:
            answer.status = .duplicate
            answer.reasons = [Reason(.stateDuplicate, at: "/recordNo")]
        case .superseded:
            answer.status = .superseded
            answer.reasons = [Reason(.stateSuperseded, at: "/revision")]
        case .ended:
            answer.status = .rejected
            answer.reasons = [Reason(.stateNotEligible, at: "/recordNo")]
        }
        var decision = Decision()
        if filed.isAnswered { decision.say(answer.output()) }
        return decision
    }

    private static func answerWithdrawn(_ filed: FiledRecord, _ submission: FiledRecord.Submission, _ row: RecordRow?) -> Decision {
        var answer = SubmissionAnswered(filed, revision: submission.revision)
        answer.status = .withdrawn
        answer.version = row?.machine.version
        var decision = Decision()
        if filed.isAnswered { decision.say(answer.output()) }
        return decision
    }

    private static func answerWrong(
        _ filed: FiledRecord, _ submission: FiledRecord.Submission, _ row: RecordRow?, _ reason: Reason
    ) -> Decision {
        var answer = SubmissionAnswered(filed, revision: submission.revision)
        answer.status = .rejected
        answer.version = row?.machine.version
        answer.reasons = [reason]
        var decision = Decision()
        if filed.isAnswered { decision.say(answer.output()) }
        return decision
    }

    // MARK: Rulings

    /// Topics are read at different speeds: a ruling may come before the record.
    private func waitForRecord(_ ruling: RecordRuling, at moment: Moment) throws(Rejection) -> Decision {
        // What passed by was a withdrawal: there is nothing left to rule about.
        if moment.waitIsOver { return Decision() }
        if moment.attempt > 0 && moment.isCaughtUp {
            throw Rejection("state.not-found", at: "/recordId", hint: "no record of this subject has that id; look at the case that ruled")
        }
        let key = RecordRow.key(subjectId: ruling.subjectId, recordId: ruling.recordId)
        return .waiting(Wait(in: Line(LedgerInput.rulings(key)), retryAfter: parkedTerm, code: "state.not-found"))
    }

    private func rule(_ ruling: RecordRuling, _ before: RecordRow, at moment: Moment) throws(Rejection) -> Decision {
        var row = before
        let event: RecordMachine.Event
        switch ruling.ruling {
        case .annotate: event = .annotated(case: ruling.caseId)
        case .suspend(let until): event = .annotated(case: ruling.caseId, until: until)
        case .state: event = .stated
        case .clear: event = .cleared(case: ruling.caseId)
        case .withdraw: event = .removed(case: ruling.caseId)
        case .repair: event = .repaired(case: ruling.caseId)
        case .seal: event = .sealed(case: ruling.caseId)
        case .correct(let correction):
            guard let content = before.content else { return Decision() }
            let corrected = try content.corrected(by: correction)
            do {
                event = .corrected(case: ruling.caseId, endsAt: try terms.endsAt(corrected))
            } catch {
                return .waiting(
                    Wait(
                        in: Line(LedgerInput.rulings(RecordRow.key(subjectId: ruling.subjectId, recordId: ruling.recordId))),
                        retryAfter: parkedRetry, code: "policy.calendar-missing"))
            }
            if !before.machine.isOver {
                row.content = corrected
                row.catalogItem = corrected.catalogItem
                row.severity = corrected.severity
            }
        }
        guard row.machine.apply(event, at: moment.tick, retention: terms.retention) == .changed else { return Decision() }
        if case .state(let statement) = ruling.ruling {
            row.statements.append(RecordChanged.Statement(caseId: ruling.caseId, text: statement))
        }
        if row.machine.isSealed {
            row.content = nil
            row.statements = []
            row.notes = nil
        }
        var decision = Decision()
        if let (key, wrong) = WrongContent.taken(by: ruling, from: before) { decision.put(WrongContent.table, key, wrong.encoded) }
        write(
            &row, after: before, subjectId: ruling.subjectId, recordId: ruling.recordId,
            cause: VersionCause(origin: moment.cause.description, type: RecordRuling.type, caseId: ruling.caseId), firedAt: nil,
            into: &decision)
        return decision
    }

    // MARK: Time

    private func due(_ key: Bytes, _ before: RecordRow, at moment: Moment) -> Decision {
        var decision = Decision()
        guard case .timer(_, _, let due, _) = moment.cause, before.machine.due == due, let names = RecordRow.names(in: key) else {
            return decision
        }
        var row = before
        guard row.machine.apply(.due, at: moment.tick, retention: terms.retention) == .changed else { return decision }
        let type =
            switch row.machine.state {
            case .effective: "chengxin.finality.reached.v1"
            case .archived: "chengxin.retention.ended.v1"
            default: "chengxin.term.ended.v1"
            }
        write(
            &row, after: before, subjectId: names.subjectId, recordId: names.recordId,
            cause: VersionCause(origin: moment.cause.description, type: type), firedAt: due, into: &decision)
        return decision
    }

    // MARK: Versions

    /// Writes the row's newest version, its timer and itself. `firedAt` is the timer that is gone because it has just fired.
    private func write(
        _ row: inout RecordRow, after before: RecordRow?, subjectId: String, recordId: String, cause: VersionCause, firedAt: Instant?,
        into decision: inout Decision
    ) {
        let machine = row.machine
        var publicUntil: CivilDate?
        if machine.state == .effective, let content = row.content {
            publicUntil = terms.publicUntil(content, kind: row.subjectKind)
        }
        let version = RecordChanged(
            recordId: recordId, subjectId: subjectId, subjectKind: row.subjectKind, version: machine.version,
            previousHash: before?.newestHash?.description, state: machine.state, isRestricted: machine.isRestricted,
            cause: cause, bureau: row.bureau, recordNo: row.recordNo, revision: machine.revision, content: row.content,
            catalogItem: row.catalogItem, severity: row.severity,
            effectiveFrom: machine.becomesEffectiveWhenDue ? machine.due : nil, publicUntil: publicUntil, statements: row.statements,
            annotations: machine.openCases.map { RecordChanged.Annotation(caseId: $0.id, since: $0.since, until: $0.until) },
            notes: row.notes)
        var writer = JSONWriter(reserving: 2048)
        version.encode(into: &writer)
        let value = writer.bytes
        row.newestHash = ValueHash(of: value)

        let key = RecordRow.key(subjectId: subjectId, recordId: recordId)
        decision.say(
            Output(
                topic: RecordChanged.ledgerTopic, key: Bytes(utf8: subjectId), type: RecordChanged.type, subject: subjectId,
                correlation: recordId, value: value))
        decision.say(
            Output(
                topic: RecordChanged.currentTopic, key: Bytes(utf8: recordId), type: RecordChanged.type, subject: subjectId,
                correlation: recordId, value: value))
        decision.put(RecordRow.table, key, row.encoded)

        let standing = before?.machine.due
        guard machine.due != standing || firedAt != nil else { return }
        if let standing, standing != firedAt { decision.clear(timer: key, due: standing) }
        if let due = machine.due {
            decision.set(
                Timer(
                    due: due, key: key,
                    isAdverse: machine.becomesEffectiveWhenDue && terms.isAdverse(row.catalogItem)))
        }
    }
}

extension SubmissionAnswered {
    /// The answer to what was filed, as long as nothing speaks against it.
    fileprivate init(_ filed: FiledRecord, revision: UInt64?) {
        self.init(
            submission: filed.submission, bureau: filed.bureau, recordNo: filed.recordNo, revision: revision, recordId: filed.recordId,
            subjectId: filed.subjectId, status: .accepted)
    }
}

extension RecordMachine.Terms.Finality {
    init(_ finality: Finality) {
        if let from = finality.from {
            self = .from(from)
        } else {
            self = finality.isReached ? .reached : .open
        }
    }
}
