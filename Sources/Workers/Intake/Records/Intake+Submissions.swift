import CreditModel
import StreamCore

extension Intake {
    /// Decides what lies on the topic of submissions: exactly one answer, here or by those who file it.
    func take(submission arrival: Arrival, _ known: Family, at moment: Moment) -> Decision {
        var decision = Decision()
        let judgement = judge(arrival, at: moment.tick)
        let seen = arrival.seen(at: moment.tick)
        switch known.acquaintance(of: seen, remembered: rememberedTerm) {
        case .same where judgement.isEnvelopeInOrder:
            decision.say(answerToRepeated(arrival, known, judgement))
        case .reused:
            decision.say(arrival.answer(.rejected, judgement.reasons + [Reason(.envelopeIdReused)]))
        case .same, .new:
            guard judgement.reasons.isEmpty else {
                decision.say(arrival.answer(.rejected, judgement.reasons))
                decision.hidesCauseId = judgement.refusesIdentifiers
                break
            }
            var family = known
            let isNew: Bool
            if let filing = judgement.filing {
                isNew = file(filing, of: arrival, in: &family, at: moment, into: &decision)
            } else {
                isNew = withdraw(arrival, in: &family, at: moment, into: &decision)
            }
            guard isNew, let key = arrival.key else { break }
            family.remember(seen, for: rememberedTerm)
            decision.put(Intake.families, key, family.encoded)
        }
        return decision
    }

    private func answerToRepeated(_ arrival: Arrival, _ family: Family, _ judgement: Judgement) -> Output {
        let reasons = [Reason(.stateDuplicate)]
        guard let record = arrival.record, record.isRow else {
            let place = arrival.recordNo.flatMap { family.party(Bytes(utf8: RecordNumber.suffix(of: $0))) }
            return arrival.answer(
                .duplicate, reasons, recordId: place.flatMap { recordId(of: arrival, family.parties[$0]) })
        }
        // A row says neither which party it is nor which revision: its subject and its content do.
        guard let filing = judgement.filing, let place = family.party(lookupKey: filing.lookupKey) else {
            return arrival.answer(.duplicate, reasons)
        }
        let party = family.parties[place]
        return arrival.answer(
            .duplicate, reasons, recordNo: arrival.recordNo.map { $0 + party.suffix.text },
            revision: party.revisions.first { $0.content == filing.content }?.number, recordId: recordId(of: arrival, party))
    }

    // MARK: Filing

    /// Files a record, or answers that it is nothing new. Gives back whether it is new.
    private func file(
        _ filing: Filing, of arrival: Arrival, in family: inout Family, at moment: Moment, into decision: inout Decision
    ) -> Bool {
        let place: Int
        switch arrival.record?.isRow == true ? family.takeRow(filing) : family.take(filing, suffix: Bytes(utf8: filing.suffix)) {
        case .new(let party): place = party
        case .moved(let party, let lookupKey):
            place = party
            withdrawFromFormerSubject(family.parties[party], lookupKey, arrival, at: moment, into: &decision)
        case .duplicate(let party, let revision):
            let known = family.parties[party]
            decision.say(
                arrival.answer(
                    .duplicate, [Reason(.stateDuplicate, at: "/revision")], recordNo: filing.family + known.suffix.text, revision: revision,
                    recordId: recordId(of: arrival, known)))
            return false
        case .superseded(let party):
            decision.say(
                arrival.answer(
                    .superseded, [Reason(.stateSuperseded, at: "/revision")], recordId: recordId(of: arrival, family.parties[party])))
            return false
        case .reused(let party):
            decision.say(
                arrival.answer(
                    .rejected, [Reason(.stateRevisionReused, at: "/revision")], recordId: recordId(of: arrival, family.parties[party])))
            return false
        }
        let party = family.parties[place]
        verified(
            VerifiedMessage(
                type: InboundType.recordSubmitted.eventType, area: .record, submission: arrival.submission,
                bureau: arrival.envelope.sender?.bureauId, recordNo: filing.family + party.suffix.text, revision: party.revision,
                recordId: recordId(of: arrival, party), finality: filing.finality, notes: filing.notes, sealed: []),
            filing.plain, for: party.lookupKey, at: moment, into: &decision)
        return true
    }

    private func withdraw(_ arrival: Arrival, in family: inout Family, at moment: Moment, into decision: inout Decision) -> Bool {
        guard let recordNo = arrival.recordNo, let data = arrival.data,
            let place = family.party(Bytes(utf8: RecordNumber.suffix(of: recordNo)))
        else {
            decision.say(arrival.answer(.rejected, [Reason(.stateNotFound, at: "/recordNo")]))
            return false
        }
        family.parties[place].isWithdrawn = true
        let party = family.parties[place]
        var writer = JSONWriter()
        writer.object {
            $0.member(
                "data",
                object: {
                    $0.member("reason", ifPresent: data["reason"]?.string)
                    $0.member("basis", ifPresent: data["basis"]?.string)
                })
        }
        verified(
            VerifiedMessage(
                type: InboundType.recordWithdrawn.eventType, area: .record, submission: arrival.submission,
                bureau: arrival.envelope.sender?.bureauId, recordNo: recordNo, revision: party.revision,
                recordId: recordId(of: arrival, party), sealed: []),
            writer.bytes, for: party.lookupKey, at: moment, into: &decision)
        return true
    }

    /// A revision names another subject: the record was never about the former one, who is told, with all that rested on it.
    private func withdrawFromFormerSubject(
        _ party: Family.Party, _ lookupKey: Bytes, _ arrival: Arrival, at moment: Moment, into decision: inout Decision
    ) {
        var former = party
        former.generation -= 1
        var writer = JSONWriter()
        writer.object {
            $0.member("data", object: { $0.member("reason", "更正：该记录的主体有误，与本主体无关。") })
        }
        verified(
            VerifiedMessage(
                type: InboundType.recordWithdrawn.eventType, area: .record, submission: arrival.submission, isAnswered: false,
                bureau: arrival.envelope.sender?.bureauId, recordNo: arrival.recordNo, recordId: recordId(of: arrival, former), sealed: []),
            writer.bytes, for: lookupKey, at: moment, into: &decision)
    }

    /// `bureau/recordNo`, with the numbers of the party and of its subject.
    private func recordId(of arrival: Arrival, _ party: Family.Party) -> String? {
        guard let key = arrival.key else { return nil }
        let generation = party.generation > 1 ? "~\(party.generation)" : ""
        return key.text + party.suffix.text + generation
    }

    /// Seals a message for identity and says it. Which of the messages of one cause it is makes its nonce its own.
    func verified(
        _ message: VerifiedMessage, _ plain: Bytes, for key: Bytes, at moment: Moment, into decision: inout Decision
    ) {
        var message = message
        message.sealed = VerifiedMessage.seal(plain, for: key, because: moment.cause, index: decision.outputs.count, keys: keys)
        var writer = JSONWriter(reserving: message.sealed.count * 4 / 3 + 512)
        message.encode(into: &writer)
        decision.say(
            Output(
                topic: VerifiedMessage.topic, key: key, type: VerifiedMessage.type, correlation: message.submission.id,
                value: writer.bytes))
    }
}
