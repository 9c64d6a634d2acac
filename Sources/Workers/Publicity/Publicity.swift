import CreditModel
import StreamCore

/// Lists publicly what the catalogue and the law of the decision's date publish, for as long as they do, and takes it down by itself.
///
/// It knows subjects by their ids and the names that may be shown. What is listed follows from what it has last heard of the record and of its
/// subject (`PublicRecord`); this is what reads, answers and writes. Whatever is adverse waits for what has not been seen yet, and a
/// delisting waits for nothing.
public struct Publicity: Worker {
    private let terms: PublicityTerms
    private let parkedTerm: Instant.Span

    public init(policy: PolicyPack, keys: ClusterKeys, partitionCount: Int) {
        terms = PublicityTerms(policy: policy)
        parkedTerm = policy.limits.parkedTerm.fixedSpan
    }

    public var topology: Topology {
        Topology(
            worker: "publicity",
            inputs: [PublicityInput.filedTopic, RecordChanged.ledgerTopic, SubjectProfile.topic],
            tables: [SubjectRow.table, PublicRecordRow.table],
            outputs: [ListingChanged.topic, InboundAnswered.topic, AlertRaised.topic])
    }

    public var policyVersion: String { terms.policy.version }

    /// An input of publicity.
    public struct Decoded: Sendable {
        let input: PublicityInput
    }

    public func decode(_ input: Input) throws(Rejection) -> Decoded { Decoded(input: try PublicityInput(input)) }

    public func reads(for decoded: Decoded) -> [Read] {
        let subject = Read.row(SubjectRow.table, key: SubjectRow.key(decoded.input.subjectId))
        guard let key = decoded.input.recordKey else {
            return [subject, .prefix(PublicRecordRow.table, PublicRecordRow.prefix(decoded.input.subjectId))]
        }
        return [subject, .row(PublicRecordRow.table, key: key)]
    }

    public func line(of decoded: Decoded) -> Line? { decoded.input.line }

    public func decide(_ state: State, _ decoded: Decoded, at moment: Moment) throws(Rejection) -> Decision {
        let subject = try state.row(SubjectRow.table, SubjectRow.key(decoded.input.subjectId)).map { row throws(Rejection) in
            try RowDamage.read(row, of: "publicity", SubjectRow.decode)
        }
        switch decoded.input {
        case .profiled(let profile):
            var records: [(key: Bytes, record: PublicRecord)] = []
            for (key, row) in state.rows(PublicRecordRow.table) {
                records.append((key, try RowDamage.read(row, of: "publicity", PublicRecordRow.decode)))
            }
            return learn(profile, before: subject, records, at: moment)
        case .changed(let version):
            let key = PublicRecordRow.key(subjectId: version.subjectId, recordId: version.recordId)
            let known = try record(key, in: state)
            var decision = Decision()
            // What is released before it was seen waits for both, the record and its subject.
            if known == nil, subject != nil { decision.endsWaiting = [Line(PublicityInput.releases(key))] }
            let facts = terms.facts(of: version)
            change(known ?? PublicRecord(facts), after: known, by: .changed(facts), key, of: subject, at: moment, into: &decision)
            return decision
        case .released(let submission, let type, let bureau, let release):
            let key = PublicRecordRow.key(subjectId: release.subjectId, recordId: release.recordId)
            let answer = InboundAnswered(submission: submission, type: type, status: .accepted)
            return take(release, sentBy: bureau, answer, try record(key, in: state), key, of: subject, at: moment)
        case .due(let key, let due):
            var decision = Decision()
            guard let known = try record(key, in: state), known.due == due else { return decision }
            change(known, after: known, by: .due, key, of: subject, at: moment, firedAt: due, into: &decision)
            return decision
        }
    }

    private func record(_ key: Bytes, in state: State) throws(Rejection) -> PublicRecord? {
        try state.row(PublicRecordRow.table, key).map { row throws(Rejection) in
            try RowDamage.read(row, of: "publicity", PublicRecordRow.decode)
        }
    }

    // MARK: Subjects

    private func learn(
        _ profile: SubjectProfile, before: SubjectFacts?, _ records: [(key: Bytes, record: PublicRecord)], at moment: Moment
    ) -> Decision {
        var decision = Decision()
        let subject = SubjectFacts(capacity: profile.capacity, displayName: profile.displayName)
        guard subject != before else { return decision }
        decision.put(SubjectRow.table, SubjectRow.key(profile.subjectId), SubjectRow.encode(subject))
        for (key, record) in records {
            if before == nil { decision.endsWaiting.append(Line(PublicityInput.releases(key))) }
            change(record, after: record, by: .profiled, key, of: subject, at: moment, into: &decision)
        }
        return decision
    }

    // MARK: Releases

    private func take(
        _ release: PublicityReleased, sentBy bureau: String?, _ answer: InboundAnswered, _ known: PublicRecord?, _ key: Bytes,
        of subject: SubjectFacts?, at moment: Moment
    ) -> Decision {
        var answer = answer
        var decision = Decision()
        let isSeenThrough = moment.waitIsOver || (moment.attempt > 0 && moment.isCaughtUp)
        func waiting(or reason: Reason) -> Decision {
            guard isSeenThrough else {
                return .waiting(Wait(in: Line(PublicityInput.releases(key)), retryAfter: parkedTerm, code: reason.code.rawValue))
            }
            return refusing([reason])
        }
        func refusing(_ reasons: [Reason], as status: SubmissionAnswered.Status = .rejected) -> Decision {
            var decision = Decision()
            answer.status = status
            answer.reasons = reasons
            decision.say(answer.output())
            return decision
        }
        // Also what is somebody else's: whose it is, is nobody's business.
        guard let known else { return waiting(or: Reason(.stateNotFound, at: "/recordId")) }
        let authorized: AuthorizedRelease
        switch AuthorizedRelease.authorize(
            release, sentBy: bureau, recordBureau: known.facts.bureau, holders: terms.policy.officers.releasesPublicity)
        {
        case .failure(let reason): return refusing([reason])
        case .success(let release): authorized = release
        }
        switch change(known, after: known, by: .released(authorized), key, of: subject, at: moment, into: &decision) {
        case .done: break
        case .repeated: return refusing([Reason(.stateDuplicate, at: "/recordId")], as: .duplicate)
        case .refused(let obstacles): return refusing(obstacles.map(\.refusal))
        case .waits: return waiting(or: Listing.Obstacle.subjectUnknown.refusal)
        }
        decision.outputs.insert(answer.output(), at: 0)
        return decision
    }

    // MARK: Listings

    /// Applies an event to a record, says what follows from it, and remembers it. `firedAt` is the timer that is gone because it has just fired.
    @discardableResult
    private func change(
        _ record: PublicRecord, after known: PublicRecord?, by event: PublicRecord.Event, _ key: Bytes, of subject: SubjectFacts?,
        at moment: Moment, firedAt: Instant? = nil, into decision: inout Decision
    ) -> PublicRecord.Verdict {
        var record = record
        let verdict = record.apply(event, of: subject, under: terms, at: moment.tick)
        guard case .done(let actions) = verdict else { return verdict }
        for action in actions {
            switch action {
            case .list(let listing):
                say(.list, listing, because: listing.reason, record.facts, showing: record.facts.decision, into: &decision)
            case .delist(let listing, let reason): say(.delist, listing, because: reason, record.facts, showing: nil, into: &decision)
            case .alertEndUnknown:
                decision.say(AlertRaised("publicity.end-unknown", caseId: ListingChanged.id(ofRecord: record.facts.recordId)).output())
            }
        }
        if record.isOver {
            if known != nil { decision.forget(PublicRecordRow.table, key) }
        } else if record != known {
            decision.put(PublicRecordRow.table, key, PublicRecordRow.encode(record))
        }
        let standing = known?.due
        if record.due != standing || firedAt != nil {
            if let standing, standing != firedAt { decision.clear(timer: key, due: standing) }
            // It takes something down: nobody has to wait for a clock in doubt.
            if let due = record.due { decision.set(Timer(due: due, key: key)) }
        }
        return verdict
    }

    private func say(
        _ action: ListingChanged.Action, _ listing: Listing, because reason: ListingChanged.Reason, _ facts: RecordFacts,
        showing decided: Bytes?, into decision: inout Decision
    ) {
        decision.say(
            ListingChanged(
                recordId: facts.recordId, action: action, displayName: listing.displayName, from: listing.from, until: listing.until,
                reason: reason, bureau: facts.bureau, catalogItem: facts.catalogItem, severity: facts.severity, decision: decided
            ).output())
    }
}
