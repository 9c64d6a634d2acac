import CreditModel
import StreamCore
import StreamTestKit
import Testing

@testable import Ledger

/// What the ledger answers, writes, remembers and waits for.
@Suite struct LedgerTests {
    private let appealable = Finality(
        from: LedgerStory.day("2026-05-01").end, reasons: [Reason(.finalityAppealable, at: "/decision/finality")])

    // MARK: Submissions

    // plan: 1b, 1c
    @Test func acceptsAFinalRecordAndWritesItsFirstVersion() throws {
        var story = LedgerStory()
        let told = try story.submit(notes: #"{"basis":"unconfirmed"}"#)
        let version = try #require(told.versions.first)
        #expect(told.versions.count == 1)
        #expect(version.recordId == "transport/7" && version.subjectId == "s0a1" && version.version == 1 && version.revision == 1)
        #expect(version.state == .effective && !version.isRestricted && version.previousHash == nil)
        #expect(version.cause == VersionCause(origin: "record.filed.v1/0/0", type: "chengxin.record.submitted.v1"))
        #expect(version.content == LedgerStory.content())
        #expect(version.notes?.text == #"{"basis":"unconfirmed"}"#)

        let answer = try #require(told.answers.first)
        #expect(told.answers.count == 1)
        #expect(answer.status == .accepted && answer.reasons.isEmpty && answer.version == 1 && answer.revision == 1)
        #expect(answer.recordId == "transport/7" && answer.subjectId == "s0a1" && answer.effectiveFrom == nil)

        let outputs = told.decision.outputs
        #expect(outputs.map(\.topic.name) == ["record.ledger.v1", "record.current.v1", "record.outcomes.v1"])
        #expect(outputs.map(\.key.text) == ["s0a1", "transport/7", "transport/7"])
        #expect(outputs[0].value == outputs[1].value)
        #expect(outputs.allSatisfy { $0.subject == "s0a1" })
    }

    // plan: 17e
    @Test func holdsWhatIsNotFinalAndSaysUntilWhen() throws {
        var story = LedgerStory()
        let told = try story.submit(finality: appealable)
        #expect(told.versions.first?.state == .held)
        #expect(told.versions.first?.effectiveFrom == appealable.from)
        #expect(told.versions.first?.publicUntil == nil)
        #expect(told.answers.map(\.status) == [.held])
        #expect(told.answers.first?.reasons == appealable.reasons)
        #expect(told.answers.first?.effectiveFrom == appealable.from)
        #expect(story.tester.timers.map(\.isAdverse) == [true])

        #expect(try story.wait(until: Instant(milliseconds: appealable.from!.milliseconds - 1)).isEmpty)
        let later = try story.wait(until: appealable.from!)
        #expect(later.count == 1)
        #expect(later[0].answers.isEmpty, "one answer for each submission")
        #expect(later[0].versions.map(\.state) == [.effective])
        #expect(later[0].versions[0].cause.type == "chengxin.finality.reached.v1")
        #expect(later[0].versions[0].cause.origin.hasPrefix("ledger.timers/0/\(appealable.from!.milliseconds)-"))
        #expect(later[0].versions[0].previousHash == ValueHash(of: told.values[0]).description)
    }

    @Test func acceptsWhatBecameFinalOnTheWay() throws {
        var story = LedgerStory(at: appealable.from!)
        #expect(try story.submit(finality: appealable).answers.map(\.status) == [.accepted])
    }

    @Test func holdsWhatIsUnderReviewUntilARevision() throws {
        var story = LedgerStory()
        let review = Finality(from: nil, reasons: [Reason(.finalityUnderReview, at: "/decision/finality")])
        let held = try story.submit(finality: review)
        #expect(held.answers.first?.status == .held && held.answers.first?.effectiveFrom == nil)
        #expect(story.tester.timers.map(\.isAdverse) == [false], "only the end of its term")

        let revised = try story.submit(revision: 2)
        #expect(revised.versions.map(\.state) == [.effective])
        #expect(revised.versions.first?.version == 2 && revised.versions.first?.revision == 2)
        #expect(revised.answers.map(\.status) == [.accepted])
    }

    @Test func holdsAnEffectiveRecordAgainWhenARevisionIsNotFinal() throws {
        var story = LedgerStory()
        _ = try story.submit()
        let revised = try story.submit(revision: 2, finality: appealable)
        #expect(revised.versions.map(\.state) == [.held])
        #expect(revised.answers.map(\.status) == [.held])
    }

    // plan: 3c
    @Test func answersRepeatedAndLateRevisionsWithoutAVersion() throws {
        var story = LedgerStory()
        _ = try story.submit(revision: 2)
        let again = try story.submit(revision: 2)
        #expect(again.versions.isEmpty && again.decision.changes.isEmpty)
        #expect(again.answers.map(\.status) == [.duplicate] && again.answers[0].reasons.map(\.code) == [.stateDuplicate])
        let late = try story.submit(revision: 1)
        #expect(late.versions.isEmpty)
        #expect(late.answers.map(\.status) == [.superseded] && late.answers[0].reasons.map(\.code) == [.stateSuperseded])
    }

    // plan: 3c
    @Test func withdrawsOnceAndTakesNoRevisionAfterwards() throws {
        var story = LedgerStory()
        _ = try story.submit(finality: appealable)
        let told = try story.withdraw()
        #expect(told.versions.map(\.state) == [.withdrawn] && told.versions[0].version == 2)
        #expect(told.versions[0].cause.type == "chengxin.record.withdrawn.v1")
        #expect(told.answers.map(\.status) == [.withdrawn] && told.answers[0].revision == 1 && told.answers[0].version == 2)
        #expect(try story.withdraw().answers.map(\.status) == [.duplicate])
        let revised = try story.submit(revision: 2)
        #expect(revised.versions.isEmpty)
        #expect(revised.answers.map(\.status) == [.rejected] && revised.answers[0].reasons.map(\.code) == [.stateNotEligible])
        #expect(try story.wait(until: appealable.from!).isEmpty, "the timer of finality is gone")
    }

    @Test func refusesAWithdrawalOfWhatIsNotHere() throws {
        var story = LedgerStory()
        let told = try story.withdraw()
        #expect(told.answers.map(\.status) == [.rejected] && told.answers[0].reasons == [Reason(.stateNotFound, at: "/recordNo")])
        #expect(told.versions.isEmpty && told.decision.changes.isEmpty)
    }

    @Test func saysNothingToTheSenderOfAWithdrawalThatIntakeHasMade() throws {
        var story = LedgerStory()
        _ = try story.submit()
        let told = try story.withdraw(isAnswered: false)
        #expect(told.versions.map(\.state) == [.withdrawn])
        #expect(told.answers.isEmpty)
        #expect(try story.withdraw(isAnswered: false).answers.isEmpty)
        #expect(try story.withdraw("8", isAnswered: false).answers.isEmpty)
        #expect(try story.submit(revision: 1, isAnswered: false).answers.isEmpty)
    }

    @Test func keepsRecordsOfTwoSubjectsApart() throws {
        var story = LedgerStory()
        _ = try story.submit()
        story.subjectId = "s0b2"
        let told = try story.submit(revision: 2, recordId: "transport/7~2")
        #expect(told.versions.first?.version == 1)
        #expect(told.answers.first?.recordId == "transport/7~2" && told.answers.first?.recordNo == "7")
        #expect(try story.rule(.annotate).decision.wait != nil, "the record of somebody else is none of this subject's")
    }

    // MARK: Terms

    @Test func expiresAtTheEndOfTheLastDay() throws {
        var story = LedgerStory()
        _ = try story.submit(content: LedgerStory.content(until: "2026-04-30"))
        let end = LedgerStory.day("2026-04-30").end
        #expect(try story.wait(until: Instant(milliseconds: end.milliseconds - 1)).isEmpty)
        let told = try story.wait(until: end)
        #expect(told.flatMap(\.versions).map(\.state) == [.expired])
        #expect(told[0].versions[0].cause.type == "chengxin.term.ended.v1")
        #expect(told[0].versions[0].publicUntil == nil)
        // The last day of the term is 30 April, and 24:00 of it the first instant of 1 May: a year of retention from there.
        let archived = try story.wait(until: LedgerStory.day("2027-05-01").end)
        #expect(archived.flatMap(\.versions).map(\.state) == [.archived])
        #expect(archived[0].versions[0].cause.type == "chengxin.retention.ended.v1")
        #expect(story.tester.timers.isEmpty)
    }

    @Test(
        arguments: [
            // Adverse without a term: the general one, five years from the decision.
            ("penalty.administrative", Severity.serious, "2026-03-02", nil, "2031-03-02"),
            ("penalty.administrative", .serious, "2024-02-29", nil, "2029-02-28"),
            ("penalty.administrative", .serious, "2026-03-02", "2026-12-31", "2026-12-31"),
            ("tax.a-grade", .none, "2026-03-02", nil, "2027-03-02"),
            ("tax.a-grade", .none, "2026-03-02", "2026-06-30", "2026-06-30"),
            // Neutral without a term ends by nothing.
            ("permit.administrative", .none, "2026-03-02", nil, nil),
            // What the pack does not know any more is taken for adverse.
            ("gone.item", .serious, "2026-03-02", nil, "2031-03-02"),
        ] as [(String, Severity, String, String?, String?)])
    func endsWhenValidityOrTermSay(item: String, severity: Severity, decided: String, until: String?, ends: String?) throws {
        var story = LedgerStory()
        let told = try story.submit(content: LedgerStory.content(item: item, severity: severity, decided: decided, until: until))
        #expect(told.versions.first?.state == .effective)
        #expect(story.tester.timers.map(\.due) == ends.map { [LedgerStory.day($0).end] } ?? [])
        #expect(story.tester.timers.allSatisfy { !$0.isAdverse })
    }

    @Test(
        arguments: [
            ("penalty.administrative", SubjectKind.organization, Severity.minor, nil, nil),
            ("penalty.administrative", .organization, .general, nil, "2027-03-02"),
            ("penalty.administrative", .organization, .serious, nil, "2029-03-02"),
            ("penalty.administrative", .organization, .serious, "2026-12-31", "2026-12-31"),
            ("penalty.administrative", .person, .general, nil, nil),
            ("penalty.administrative", .person, .serious, nil, "2029-03-02"),
            ("permit.administrative", .organization, .none, nil, nil),
            ("permit.administrative", .organization, .none, "2030-01-31", "2030-01-31"),
            ("gone.item", .organization, .serious, nil, nil),
        ] as [(String, SubjectKind, Severity, String?, String?)])
    func saysHowLongARecordMayBePublic(item: String, kind: SubjectKind, severity: Severity, until: String?, publicUntil: String?) throws {
        var story = LedgerStory()
        let told = try story.submit(content: LedgerStory.content(item: item, severity: severity, until: until), kind: kind)
        #expect(told.versions.first?.publicUntil == publicUntil.map(LedgerStory.day))
    }

    @Test func expiresAtOnceWhatComesAfterItsTerm() throws {
        var story = LedgerStory()
        let told = try story.submit(content: LedgerStory.content(decided: "2020-01-01", until: "2026-03-09"))
        #expect(told.versions.map(\.state) == [.expired])
        #expect(told.answers.map(\.status) == [.accepted])
    }

    @Test func movesTheTimerWithTheTerm() throws {
        var story = LedgerStory()
        _ = try story.submit(content: LedgerStory.content(until: "2026-04-30"))
        _ = try story.submit(revision: 2, content: LedgerStory.content(until: "2026-06-30"))
        #expect(story.tester.timers.map(\.due) == [LedgerStory.day("2026-06-30").end])
        // A revision that changes no instant leaves the timer alone.
        let told = try story.submit(revision: 3, content: LedgerStory.content(until: "2026-06-30", facts: "更正"))
        #expect(told.decision.timers.isEmpty)
    }

    /// A pack may give terms in working days; a year without a notice of the State Council is never guessed.
    @Test func waitsWhileTheCalendarLacksTheYearOfItsEnd() throws {
        let policy = SampleCity.policy { pack in
            pack.items.append(
                CatalogueItem(
                    id: "tax.a-grade", name: Bilingual(zh: "", en: ""), senders: [], kinds: [.organization], severities: [.none],
                    nature: .positive, term: Term(10, .workingDays), provenance: SampleCity.provenance))
        }
        var story = LedgerStory(policy: policy)
        let content = LedgerStory.content(item: "tax.a-grade", severity: .none)
        let told = try story.submit(content: content)
        #expect(told.decision.wait?.code == "policy.calendar-missing")
        #expect(told.decision.wait?.retryAfter == .seconds(5))
        #expect(told.decision.outputs.isEmpty && told.decision.changes.isEmpty)
        let withdrawal = try story.withdraw()
        #expect(withdrawal.decision.endsWaiting.contains(told.decision.wait!.line))
        let ended = try story.submit(content: content, attempt: 1, waitIsOver: true)
        #expect(ended.answers.map(\.status) == [.withdrawn] && ended.versions.isEmpty)

        _ = try story.submit("8", content: LedgerStory.content(item: "tax.a-grade", severity: .none, until: "2026-12-31"))
        let correction = try story.rule(.correct(Bytes(utf8: #"{"validUntil":null}"#)), "8")
        #expect(correction.decision.wait?.code == "policy.calendar-missing")
    }

    // MARK: Rulings

    @Test func restrictsTheRecordAtOnceWhenDisputed() throws {
        var story = LedgerStory()
        let first = try story.submit()
        let told = try story.rule(.annotate)
        #expect(told.versions.map(\.isRestricted) == [true])
        #expect(told.versions[0].state == .effective)
        #expect(told.versions[0].annotations == [RecordChanged.Annotation(caseId: "dispute/1", since: story.tester.now)])
        #expect(told.versions[0].cause == VersionCause(origin: "record.rulings.v1/0/0", type: RecordRuling.type, caseId: "dispute/1"))
        #expect(told.versions[0].previousHash == ValueHash(of: first.values[0]).description)
        #expect(told.answers.isEmpty)
        #expect(try story.rule(.annotate).decision.outputs.isEmpty)
        let cleared = try story.rule(.clear)
        #expect(cleared.versions.map(\.isRestricted) == [false] && cleared.versions[0].annotations.isEmpty)
        #expect(try story.rule(.clear).decision.changes.isEmpty)
    }

    // plan: 7c
    @Test func restrictsTheRecordForAnExtensionAndShowsItsLastDay() throws {
        var story = LedgerStory()
        _ = try story.submit()
        let until = LedgerStory.day("2026-09-30")
        let told = try story.rule(.suspend(until: until), by: "repair/1")
        #expect(told.versions.map(\.isRestricted) == [true] && told.versions[0].state == .effective)
        #expect(
            told.versions[0].annotations == [RecordChanged.Annotation(caseId: "repair/1", since: story.tester.now, until: until)])
        #expect(try story.rule(.suspend(until: until), by: "repair/1").decision.outputs.isEmpty)
        // The case ends it by its own timer; a dispute beside it goes on.
        _ = try story.rule(.annotate)
        let cleared = try story.rule(.clear, by: "repair/1")
        #expect(cleared.versions.map(\.isRestricted) == [true] && cleared.versions[0].annotations.map(\.caseId) == ["dispute/1"])
    }

    @Test func correctsMemberByMember() throws {
        var story = LedgerStory()
        _ = try story.submit()
        _ = try story.rule(.annotate)
        let told = try story.rule(
            .correct(
                Bytes(utf8: #"{"severity":"GENERAL","conduct":{"facts":"未超限"},"decision":{"result":null},"validUntil":"2026-12-31"}"#)))
        let content = try #require(told.versions.first?.content)
        #expect(content.severity == .general && told.versions[0].severity == .general)
        #expect(content.conduct.text == #"{"date":"2026-02-01","facts":"未超限"}"#)
        #expect(content.decision.text == #"{"documentNo":"7","date":"2026-03-02"}"#)
        #expect(content.validUntil == LedgerStory.day("2026-12-31"))
        #expect(told.versions[0].publicUntil == LedgerStory.day("2026-12-31"))
        #expect(!told.versions[0].isRestricted, "the case that corrects is over by it")
        #expect(story.tester.timers.map(\.due) == [LedgerStory.day("2026-12-31").end])
    }

    @Test(arguments: [#"{"severity":"AWFUL"}"#, #"{"conduct":7}"#, #"{"decision":{"date":"yesterday"}}"#, "[]", "7", "null"])
    func doesNotTakeACorrectionThatIsNone(correction: String) throws {
        var story = LedgerStory()
        _ = try story.submit()
        #expect(throws: Rejection.self) { try story.rule(.correct(Bytes(utf8: correction))) }
    }

    @Test func keepsWhatAWithdrawnRecordSaidWhenACorrectionComesLate() throws {
        var story = LedgerStory()
        _ = try story.submit()
        _ = try story.rule(.annotate)
        _ = try story.withdraw()
        let told = try story.rule(.correct(Bytes(utf8: #"{"severity":"MINOR"}"#)))
        #expect(told.versions.map(\.severity) == [.serious] && !told.versions[0].isRestricted)
    }

    @Test func repairsAndEndsPublicity() throws {
        var story = LedgerStory()
        #expect(try story.submit().versions.first?.publicUntil != nil)
        let told = try story.rule(.repair, by: "repair/1")
        #expect(told.versions.map(\.state) == [.repaired] && told.versions[0].publicUntil == nil)
        #expect(story.tester.timers.map(\.due) == [LedgerStory.day("2027-03-10").end])
        let revised = try story.submit(revision: 2)
        #expect(revised.versions.map(\.state) == [.repaired], "a correction does not bring an effect back")
        #expect(revised.answers.map(\.status) == [.accepted])
    }

    @Test func withdrawsByRuling() throws {
        var story = LedgerStory()
        _ = try story.submit()
        _ = try story.rule(.annotate)
        let told = try story.rule(.withdraw)
        #expect(told.versions.map(\.state) == [.withdrawn] && !told.versions[0].isRestricted && told.answers.isEmpty)
    }

    @Test func attachesStatementsAndShowsThemEverAfter() throws {
        var story = LedgerStory()
        _ = try story.submit()
        let told = try story.rule(.state("已整改"), by: "repair/2")
        #expect(told.versions[0].statements == [RecordChanged.Statement(caseId: "repair/2", text: "已整改")])
        #expect(!told.versions[0].isRestricted)
        #expect(try story.submit(revision: 2).versions[0].statements.count == 1)
    }

    @Test func showsNothingOfASealedRecord() throws {
        var story = LedgerStory()
        _ = try story.submit(notes: "{}")
        _ = try story.rule(.state("说明"), by: "repair/2")
        let told = try story.rule(.seal, by: "dispute/2")
        #expect(told.versions.map(\.state) == [.archived])
        #expect(told.versions[0].content == nil && told.versions[0].statements.isEmpty && told.versions[0].notes == nil)
        #expect(!told.values[0].text.contains("超限运输"))
        #expect(story.tester.timers.isEmpty)
        let rows = story.tester.rows(RecordRow.table)
        #expect(!rows[0].payload.text.contains("超限运输"))
        #expect(try story.rule(.correct(Bytes(utf8: "{}"))).decision.outputs.isEmpty)
        #expect(try story.submit(revision: 2).answers.map(\.status) == [.rejected])
        #expect(try story.withdraw().answers.map(\.status) == [.rejected])
    }

    // MARK: Waiting

    @Test func waitsForARecordThatItHasNotSeen() throws {
        var story = LedgerStory()
        let told = try story.rule(.annotate)
        #expect(told.decision.wait?.code == "state.not-found" && told.decision.wait?.retryAfter == .seconds(60))
        // Tried again after the minute: not before everything was read.
        #expect(try story.rule(.annotate, attempt: 1, isCaughtUp: false).decision.wait != nil)
        #expect(throws: Rejection.self) { try story.rule(.annotate, attempt: 1, isCaughtUp: true) }
    }

    @Test func decidesWhatWaitedAsSoonAsTheRecordComes() throws {
        var story = LedgerStory()
        let line = try #require(try story.rule(.annotate).decision.wait?.line)
        let submitted = try story.submit()
        #expect(submitted.decision.endsWaiting == [line])
        #expect(try story.rule(.annotate, attempt: 1, waitIsOver: true).versions.map(\.isRestricted) == [true])
        #expect(try story.submit(revision: 2).decision.endsWaiting.isEmpty)
    }

    @Test func forgetsWhatWaitedForARecordThatIsWithdrawn() throws {
        var story = LedgerStory()
        let line = try #require(try story.rule(.annotate).decision.wait?.line)
        #expect(try story.withdraw().decision.endsWaiting.contains(line))
        let ended = try story.rule(.annotate, attempt: 1, waitIsOver: true).decision
        #expect(ended.wait == nil && ended.outputs.isEmpty)
    }

    @Test func letsWithdrawalsPassWhatWaits() throws {
        let ledger = Ledger(policy: SampleCity.policy(), keys: SampleCity.keys, partitionCount: 4)
        func line(_ value: String, _ topic: Topic) throws -> Line? {
            let message = Message(
                topic: topic, partition: 0, offset: 0, timestamp: Instant(milliseconds: 0), key: nil, value: Bytes(utf8: value))
            return ledger.line(of: try ledger.decode(.message(message)))
        }
        let common = #""type":"t","submission":{"source":"s","id":"1"},"bureau":"b","recordNo":"7","recordId":"b/7","subjectId":"s1""#
        let withdrawal = try #require(try line(#"{"action":"WITHDRAW",\#(common)}"#, FiledRecord.topic))
        let submission = try #require(
            try line(
                #"{"action":"SUBMIT",\#(common),"revision":1,"subjectKind":"person","record":{"catalogItem":"x","severity":"NONE","conduct":{},"decision":{"date":"2026-01-01"}}}"#,
                FiledRecord.topic))
        let ruling = try #require(
            try line(#"{"ruling":"clear","subjectId":"s1","recordId":"b/7","caseId":"dispute/1"}"#, RecordRuling.topic))
        #expect(withdrawal.passes && !submission.passes)
        #expect(withdrawal.key == submission.key)
        #expect(ruling.key != submission.key, "a submission must not queue behind the ruling that waits for it")
        #expect(ledger.line(of: try ledger.decode(.timer(Timer(due: Instant(milliseconds: 0), key: [])))) == nil)
    }

    @Test func ignoresATimerThatTheRowDoesNotKnow() throws {
        let ledger = Ledger(policy: SampleCity.policy(), keys: SampleCity.keys, partitionCount: 4)
        let due = Instant(milliseconds: 5)
        let decoded = try ledger.decode(.timer(Timer(due: due, key: Bytes(utf8: "s1/b/7"))))
        let moment = Moment(tick: due, cause: .timer(worker: "ledger", partition: 0, due: due, key: ByteKey(Bytes(utf8: "s1/b/7"))))
        #expect(try ledger.decide(State(), decoded, at: moment).outputs.isEmpty)
        var story = LedgerStory()
        _ = try story.submit()
        var state = State()
        let row = story.tester.rows(RecordRow.table)[0]
        state.add(RecordRow.table, Bytes(utf8: "s1/b/7"), row.payload)
        #expect(try ledger.decide(state, decoded, at: moment).outputs.isEmpty)
    }

    // MARK: What was found wrong

    /// The same decision under another number, about the same subject.
    @Test func doesNotTakeBackWhatADisputeHasTakenOut() throws {
        var story = LedgerStory()
        _ = try story.submit()
        _ = try story.submit("6", content: LedgerStory.content(facts: "同一决定的另一条"))
        _ = try story.rule(.withdraw)
        let again = try story.submit("8", content: LedgerStory.content(facts: "换一种说法"))
        #expect(again.versions.isEmpty && again.decision.changes.isEmpty)
        #expect(again.answers.map(\.status) == [.rejected])
        #expect(again.answers[0].reasons.map(\.code) == [.stateNotEligible] && again.answers[0].reasons[0].path == "/decision/documentNo")
        #expect(again.answers[0].reasons[0].hint.hasPrefix("dispute/1 has taken this out of transport/7"))
        #expect(try story.submit("8", isAnswered: false).answers.isEmpty)
        #expect(try story.submit("9", content: LedgerStory.content(decided: "2026-03-03")).answers.map(\.status) == [.accepted])
        #expect(
            try story.submit("6", revision: 2, content: LedgerStory.content(facts: "更正")).answers.map(\.status) == [.accepted],
            "what stood beside it was not found wrong")
        story.subjectId = "s0b2"
        #expect(try story.submit("8").answers.map(\.status) == [.accepted], "it is about somebody else")
    }

    @Test func doesNotTakeBackWhatADisputeHasCorrected() throws {
        var story = LedgerStory()
        let wrong = LedgerStory.content(facts: "超限百分之二十")
        _ = try story.submit(content: wrong)
        _ = try story.rule(.correct(Bytes(utf8: #"{"conduct":{"facts":"超限百分之二"}}"#)))
        let again = try story.submit(revision: 2, content: wrong)
        #expect(again.versions.isEmpty && again.answers.map(\.status) == [.rejected])
        #expect(again.answers[0].reasons.map(\.code) == [.stateNotEligible])
        #expect(try story.submit(revision: 3, content: LedgerStory.content(facts: "超限百分之三")).answers.map(\.status) == [.accepted])
    }

    @Test func takesBackWhatAnotherCaseOrItsBureauHasEnded() throws {
        var story = LedgerStory()
        _ = try story.submit()
        _ = try story.rule(.withdraw, by: "sanction/1")
        #expect(try story.submit("8").answers.map(\.status) == [.accepted])
        _ = try story.withdraw("8")
        #expect(try story.submit("9").answers.map(\.status) == [.accepted])
        // An annotation and its end say nothing about what the record says.
        _ = try story.rule(.annotate, "9")
        _ = try story.rule(.clear, "9")
        #expect(try story.submit("10").answers.map(\.status) == [.accepted])
    }

    // MARK: Rows and messages

    @Test func packsEveryRowSoThatItComesBack() throws {
        var story = LedgerStory()
        _ = try story.submit(finality: appealable, notes: "{}")
        _ = try story.rule(.annotate)
        _ = try story.rule(.suspend(until: LedgerStory.day("2026-09-30")), by: "repair/2")
        _ = try story.rule(.state("说明"), by: "repair/1")
        let row = story.tester.rows(RecordRow.table)[0].payload
        #expect(try RecordRow(row).encoded == row)
        for length in 0..<row.count { #expect(throws: RowDamage.self) { try RecordRow(row.prefix(length)) } }
        #expect(throws: RowDamage.self) { try RecordRow(row + [0]) }
        for position in 0..<min(row.count, 3) {
            var changed = Array(row)
            changed[position] = 0xee
            _ = try? RecordRow(changed[...])
        }
        for state in RecordState.allCases {
            for finality in [RecordMachine.Terms.Finality.reached, .from(Instant(milliseconds: -1)), .open] {
                var other = try RecordRow(row)
                other.machine = RecordMachine(
                    state: state, version: 300, revision: 2, terms: .init(finality: finality), openCases: [], archivesAt: nil,
                    isSealed: true)
                for severity in Severity.allCases {
                    other.severity = severity
                    other.content = nil
                    #expect(try RecordRow(other.encoded).encoded == other.encoded)
                    #expect(try RecordRow(other.encoded).machine == other.machine)
                }
            }
        }
        #expect(RecordRow.names(in: Bytes(utf8: "nothing")) == nil)
    }

    /// A store that a ledger before extensions has left behind.
    @Test func readsRowsWhoseCasesHaveNoLastDay() throws {
        var story = LedgerStory()
        _ = try story.submit()
        let without = story.tester.rows(RecordRow.table)[0].payload
        #expect(try RecordRow([1] + without.dropFirst()).encoded == without)
    }

    @Test func deadLettersARowThatItCannotRead() throws {
        let ledger = Ledger(policy: SampleCity.policy(), keys: SampleCity.keys, partitionCount: 4)
        let key = Bytes(utf8: "s1/b/7")
        let decoded = try ledger.decode(.timer(Timer(due: Instant(milliseconds: 5), key: key)))
        var state = State()
        state.add(RecordRow.table, key, [9])
        #expect(throws: Rejection.self) {
            try ledger.decide(
                state, decoded,
                at: Moment(tick: Instant(milliseconds: 5), cause: .record(Origin("record.filed.v1", 0, 0))))
        }
    }

    @Test(arguments: [nil, "", "{", "[]", #"{"action":"WITHDRAW"}"#])
    func deadLettersAMessageThatIsNone(value: String?) {
        let ledger = Ledger(policy: SampleCity.policy(), keys: SampleCity.keys, partitionCount: 4)
        for topic in ledger.topology.inputs {
            let message = Message(
                topic: topic, partition: 0, offset: 0, timestamp: Instant(milliseconds: 0), key: nil, value: value.map { Bytes(utf8: $0) })
            #expect(throws: Rejection.self) { try ledger.decode(.message(message)) }
        }
    }

    @Test func saysWhatItReadsAndWrites() {
        let ledger = Ledger(policy: SampleCity.policy(), keys: SampleCity.keys, partitionCount: 4)
        #expect(ledger.topology.inputs == ["record.filed.v1", "record.rulings.v1"])
        #expect(ledger.topology.outputs == ["record.ledger.v1", "record.current.v1", "record.outcomes.v1"])
        #expect(!ledger.topology.isSealed)
        #expect(ledger.policyVersion == "tests")
    }
}
