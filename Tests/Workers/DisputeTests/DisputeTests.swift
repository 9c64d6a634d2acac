import CreditModel
import StreamCore
import StreamTestKit
import Testing

@testable import Dispute

/// What the worker says, rules, remembers and waits for.
@Suite struct DisputeTests {
    // MARK: Requests

    // plan: 6a, 6b, 6c
    @Test func restrictsTheRecordAtOnceWhenDisputed() throws {
        var story = try DisputeStory.withRecord()
        let told = try story.dispute()
        #expect(told.line == "annotate, RECEIVED, inquiry, INQUIRING")
        let receipt = told.outcomes[0]
        let disputeId = receipt.disputeId
        #expect(disputeId.hasPrefix("dispute/") && disputeId.hasSuffix("-1"))
        #expect(receipt.recordId == "transport/7" && receipt.subjectId == "s0a1" && receipt.instance == 1 && receipt.reasons.isEmpty)
        #expect(receipt.submission == SubmissionReference(source: "/portal", id: "m1"))
        #expect(told.outcomes.map(\.dueAt) == [day("2026-05-14").end, day("2026-05-14").end])
        #expect(told.answerCount == 1)

        let ruling = told.rulings[0]
        #expect(ruling.subjectId == "s0a1" && ruling.recordId == "transport/7" && ruling.caseId == disputeId)
        #expect(ruling.cause?.origin == "dispute.filed.v1/0/0" && ruling.cause?.caseId == disputeId)

        let inquiry = told.inquiries[0]
        #expect(inquiry.disputeId == disputeId && inquiry.bureau == "transport" && inquiry.ground == .factsWrong)
        #expect(inquiry.statement == "不是我" && inquiry.evidence == [Evidence(name: "a.pdf", sha256: "00")])
        #expect(inquiry.answerBy == day("2026-05-09").end && inquiry.instance == 1)

        let outputs = told.decision.outputs
        #expect(outputs.map(\.key.text) == ["s0a1", "s0a1", "s0a1", "s0a1"])
        #expect(outputs.allSatisfy { $0.subject == "s0a1" && $0.correlation == disputeId })
        #expect(story.tester.timers.map(\.due) == [day("2026-05-09").end])
        #expect(story.tester.timers.allSatisfy { !$0.isAdverse })
    }

    /// The legal clock starts at the receipt, however long the request was on the way.
    @Test func countsFromTheReceiptOfTheRequest() throws {
        var story = try DisputeStory.withRecord(at: instant("2026-05-08T09:00+08:00"))
        let told = try story.dispute(receivedAt: DisputeStory.morning)
        #expect(told.outcomes[0].dueAt == day("2026-05-14").end)
        #expect(told.inquiries[0].answerBy == day("2026-05-12").end, "the bureau's runs from the inquiry")
    }

    @Test func opensNoSecondCaseWhileOneIsOpenForTheSameGround() throws {
        var story = try DisputeStory.withRecord()
        let first = try story.dispute().outcomes[0]
        let again = try story.dispute()
        #expect(again.line == "DUPLICATE" && again.answerCount == 1)
        #expect(again.outcomes[0].disputeId == first.disputeId && again.outcomes[0].dueAt == first.dueAt)
        #expect(again.outcomes[0].reasons == [Reason(.stateAlreadyOpen, at: "/ground")])
        #expect(again.decision.changes.isEmpty && again.decision.timers.isEmpty)

        let other = try story.dispute(ground: "OUTDATED")
        #expect(other.line == "annotate, RECEIVED, inquiry, INQUIRING")
        #expect(other.outcomes[0].disputeId.hasSuffix("-2") && other.rulings[0].caseId == other.outcomes[0].disputeId)
        #expect(story.tester.timers.count == 2)

        _ = try story.find(first.disputeId, "CONFIRMED")
        #expect(try story.dispute().line == "annotate, RECEIVED, inquiry, INQUIRING", "it has ended")
    }

    @Test func keepsUnverifiedCasesOpenUntilTheRemoval() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        _ = try story.find(id, "CANNOT_VERIFY")
        let again = try story.dispute()
        #expect(again.line == "DUPLICATE" && again.outcomes[0].disputeId == id)
    }

    // MARK: What is not admitted

    /// The records of somebody else lie elsewhere: they are not found, and nothing is said about them.
    @Test func admitsNoDisputeOfSomebodyElse() throws {
        var story = try DisputeStory.withRecord()
        story.subjectId = "s0b2"
        #expect(try story.dispute().line == "waits")
        #expect(try story.dispute(attempt: 1, isCaughtUp: false).line == "waits", "not everything has been read")
        #expect(try story.dispute(attempt: 0, isCaughtUp: true).line == "waits", "the term is not over")
        let told = try story.dispute(attempt: 1, isCaughtUp: true)
        #expect(told.line == "NOT_ADMITTED" && told.answerCount == 1)
        #expect(told.outcomes[0].reasons.map(\.code) == [.stateNotFound] && told.outcomes[0].reasons[0].path == "/recordId")
        #expect(told.outcomes[0].subjectId == "s0b2" && told.outcomes[0].dueAt == nil)
        #expect(told.decision.changes.isEmpty)
    }

    @Test func waitsForARecordThatHasNotBeenSeen() throws {
        var story = DisputeStory()
        let waiting = try story.dispute()
        let wait = try #require(waiting.decision.wait)
        #expect(waiting.line == "waits" && wait.retryAfter == .seconds(60) && wait.code == "state.not-found")
        let seen = try story.record()
        #expect(seen.decision.endsWaiting == [wait.line])
        #expect(try story.dispute(waitIsOver: true).line == "annotate, RECEIVED, inquiry, INQUIRING")
        #expect(try story.record().decision.endsWaiting.isEmpty)
    }

    @Test(arguments: [
        (RecordState.held, true), (.effective, true), (.repaired, true), (.expired, true), (.withdrawn, false),
    ])
    func admitsDisputesOfWhatIsStillShown(state: RecordState, isAdmitted: Bool) throws {
        var story = DisputeStory()
        try story.record("transport/7", state)
        let told = try story.dispute()
        #expect((told.outcomes.map(\.status).first == .received) == isAdmitted)
        if !isAdmitted { #expect(told.line == "NOT_ADMITTED" && told.outcomes[0].reasons.map(\.code) == [.stateNotEligible]) }
        #expect(told.answerCount == 1)
    }

    @Test func forgetsAnArchivedRecord() throws {
        var story = try DisputeStory.withRecord()
        #expect(story.tester.rows(DisputeFile.table).count == 1)
        try story.record("transport/7", .archived)
        #expect(story.tester.rows(DisputeFile.table).isEmpty)
        #expect(try story.dispute().line == "waits")
    }

    // MARK: Findings

    @Test func dismissesWhatAnOfficerConfirmsWithReasonsAndReview() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        let told = try story.find(id, "CONFIRMED")
        #expect(told.line == "clear, DISMISSED" && told.answerCount == 1)
        let outcome = told.outcomes[0]
        #expect(outcome.reasons.map(\.code) == [.disputeConfirmed])
        #expect(outcome.finding == DisputeProgressed.Finding(.confirmed, officer: "transport/wang", reason: "核对了卷宗"))
        #expect(outcome.review?.until == day("2026-06-05") && outcome.dueAt == nil)
        #expect(told.rulings[0].caseId == id)
        #expect(story.tester.timers.isEmpty)
    }

    @Test func withdrawsWhatWasWrong() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        let told = try story.find(id, "WRONG")
        #expect(told.line == "withdraw, UPHELD" && told.answerCount == 1)
        #expect(told.outcomes[0].correction == nil && told.outcomes[0].review == nil && told.outcomes[0].finding?.finding == .wrong)
        #expect(try story.record("transport/7", .withdrawn).line == "", "what the ruling made of it moves no case")
        #expect(story.tester.timers.isEmpty)
    }

    @Test func correctsWhatWasWrongInPart() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        let correction = #"{"severity":"GENERAL","conduct":{"facts":"超限百分之二"}}"#
        let told = try story.find(id, "WRONG", correction: correction)
        #expect(told.line == "correct, UPHELD")
        #expect(told.outcomes[0].correction?.text == correction)
        guard case .correct(let ruled) = told.rulings[0].ruling else {
            Issue.record("no correction")
            return
        }
        #expect(ruled.text == correction)
    }

    /// No heavier outcome for having objected.
    @Test(arguments: [
        (#"{"severity":"SERIOUS"}"#, "REJECTED policy.severity-not-allowed@/correction/severity"),
        (#"{"validUntil":"2027-01-01"}"#, "REJECTED schema.range@/correction/validUntil"),
        (
            #"{"severity":"SERIOUS","validUntil":"2027-01-01"}"#,
            "REJECTED policy.severity-not-allowed@/correction/severity schema.range@/correction/validUntil"
        ),
        ("{}", "REJECTED schema.missing@/correction"),
        (#"{"severity":"GENERAL","validUntil":"2026-12-31"}"#, "correct, UPHELD"),
        (#"{"severity":"MINOR","validUntil":"2026-06-30"}"#, "correct, UPHELD"),
    ])
    func makesNothingWorseByACorrection(correction: String, line: String) throws {
        var story = DisputeStory()
        try story.record("transport/7", severity: .general, validUntil: "2026-12-31")
        let id = try story.dispute().outcomes[0].disputeId
        let told = try story.find(id, "WRONG", correction: correction)
        #expect(told.line == line && told.answerCount == 1)
    }

    @Test func takesNoCorrectionOfWhatIsConfirmed() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        #expect(try story.find(id, "CONFIRMED", correction: #"{"severity":"MINOR"}"#).line == "REJECTED schema.format@/correction")
    }

    @Test func removesWhatABureauCannotVerify() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        let told = try story.find(id, "CANNOT_VERIFY")
        #expect(told.line == "UNVERIFIED, alert dispute.unverified" && told.answerCount == 1)
        #expect(told.outcomes[0].removeAt == day("2026-05-07").end && told.outcomes[0].reasons.map(\.code) == [.disputeUnverified])
        #expect(told.rulings.isEmpty, "the record stays restricted")
        #expect(try story.wait(until: day("2026-05-07").end.justBefore).isEmpty)
        let later = try story.wait(until: day("2026-05-07").end)
        #expect(later.map(\.line) == ["withdraw"] && later[0].rulings[0].caseId == id)
        #expect(story.tester.timers.isEmpty)
    }

    @Test func takesAnAnswerOfTheSourceBureauOnly() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        for bureau in ["taxation", "credit-office"] {
            let told = try story.find(id, "CONFIRMED", by: "\(bureau)/zhao")
            #expect(told.line == "REJECTED policy.source-not-allowed@/officer" && told.answerCount == 1)
            #expect(told.decision.changes.isEmpty && told.decision.timers.isEmpty)
        }
        #expect(try story.stopClock(id, from: "2026-05-06", bureau: "taxation").line == "REJECTED policy.source-not-allowed@")
        #expect(try story.resumeClock(id, bureau: "taxation").line == "REJECTED policy.source-not-allowed@ state.not-eligible@/disputeId")
        #expect(try story.find(id, "CONFIRMED").line == "clear, DISMISSED", "the case goes on")
    }

    @Test func answersFindingsAboutNothingAfterAWait() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        let other = id.dropLast() + "2"
        for unknown in [String(other), "dispute/x", "dispute/000000000000000000000000-1"] {
            #expect(try story.find(unknown, "CONFIRMED").line == "waits")
            let told = try story.find(unknown, "CONFIRMED", attempt: 1, isCaughtUp: true)
            #expect(told.line == "REJECTED state.not-found@/disputeId" && told.answerCount == 1)
            #expect(try story.askForReview(unknown).line == "waits")
            #expect(try story.askForReview(unknown, attempt: 1, isCaughtUp: true).line == "REJECTED state.not-found@/disputeId")
        }
        story.subjectId = "s0b2"
        #expect(try story.find(id, "WRONG", attempt: 1, isCaughtUp: true).line == "REJECTED state.not-found@/disputeId")
    }

    @Test func refusesASecondFindingWithoutAReview() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        _ = try story.find(id, "CONFIRMED")
        #expect(try story.find(id, "WRONG", by: "transport/li").line == "REJECTED state.not-eligible@/disputeId")
        #expect(try story.find(id, "WRONG", by: "transport/wang").line == "REJECTED state.not-eligible@/disputeId")
    }

    // MARK: Time

    @Test func escalatesASilentBureauAndEndsForThePerson() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        #expect(try story.wait(until: day("2026-05-09").end.justBefore).isEmpty)
        let overdue = try story.wait(until: day("2026-05-09").end)
        #expect(overdue.map(\.line) == ["alert dispute.inquiry-overdue"])
        #expect(
            overdue[0].alerts == [
                AlertRaised("dispute.inquiry-overdue", caseId: id, who: "transport", dueAt: day("2026-05-09").end)
            ])
        #expect(try story.wait(until: day("2026-05-14").end.justBefore).isEmpty)
        let ended = try story.wait(until: day("2026-05-14").end)
        #expect(ended.map(\.line) == ["UNVERIFIED, alert dispute.unverified"])
        #expect(ended[0].outcomes[0].submission == nil && ended[0].outcomes[0].removeAt == day("2026-05-15").end)
        #expect(ended[0].outcomes[0].finding == nil && ended[0].rulings.isEmpty)
        #expect(try story.find(id, "CONFIRMED").line == "REJECTED state.not-eligible@/disputeId", "too late")
        #expect(try story.wait(until: day("2026-05-15").end.justBefore).isEmpty)
        #expect(try story.wait(until: day("2026-05-15").end).map(\.line) == ["withdraw"])
        #expect(story.tester.timers.isEmpty)
    }

    @Test func takesALateAnswerBeforeTheEndOfTheCase() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        _ = try story.wait(until: day("2026-05-12").end)
        #expect(try story.find(id, "WRONG").line == "withdraw, UPHELD")
        #expect(story.tester.timers.isEmpty)
    }

    @Test func stopsTheClockForAnAppraisal() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        story.tester.now = instant("2026-05-08T15:00+08:00")
        let stopped = try story.stopClock(id, from: "2026-05-08")
        #expect(stopped.line == "PAUSED" && stopped.answerCount == 1 && stopped.outcomes[0].dueAt == day("2026-05-14").end)
        #expect(story.tester.timers.map(\.due) == [day("2026-07-05").end], "it goes on by itself when an appraisal has no end")
        #expect(try story.stopClock(id, from: "2026-05-08").line == "REJECTED state.not-eligible@/disputeId")
        #expect(try story.wait(until: instant("2026-05-30T09:00+08:00")).isEmpty, "nothing runs out while it stands still")
        #expect(try story.resumeClock(id, from: "2026-05-31").line == "REJECTED schema.range@/clockResume/from")

        let resumed = try story.resumeClock(id, from: "2026-05-12T08:00:00+08:00")
        #expect(resumed.line == "inquiry, INQUIRING" && resumed.answerCount == 1)
        #expect(resumed.outcomes[0].dueAt == day("2026-05-19").end && resumed.inquiries[0].answerBy == day("2026-05-13").end)
        #expect(try story.resumeClock(id).line == "REJECTED state.not-eligible@/disputeId")
    }

    @Test func stopsTheClockNotBeforeTheCaseAndNotInTheFuture() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        #expect(try story.stopClock(id, from: "2026-05-07").line == "REJECTED schema.range@/clockStop/from")
        #expect(try story.stopClock(id, from: "2026-04-01").line == "PAUSED")
        story.tester.now = instant("2026-05-07T09:00+08:00")
        #expect(try story.resumeClock(id).outcomes[0].dueAt == day("2026-05-15").end, "one day was lost, and no month won")
    }

    @Test func goesOnWithABureauThatWasSilentBefore() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        _ = try story.wait(until: instant("2026-05-11T09:00+08:00"))
        _ = try story.stopClock(id, from: "2026-05-11")
        story.tester.now = instant("2026-05-13T09:00+08:00")
        let told = try story.resumeClock(id)
        #expect(told.line == "INQUIRING" && told.outcomes[0].dueAt == day("2026-05-18").end)
        #expect(try story.wait(until: day("2026-05-18").end).map(\.line) == ["UNVERIFIED, alert dispute.unverified"])
    }

    /// Relief needs no calendar: the record is restricted at once, and the bureau is asked when the year is known.
    @Test func restrictsWithoutADeadlineWhenTheCalendarLacksTheYear() throws {
        var story = try DisputeStory.withRecord(at: instant("2026-12-28T09:00+08:00"))
        let told = try story.dispute()
        #expect(told.line == "annotate, RECEIVED, alert calendar.year-missing" && told.answerCount == 1)
        let id = told.outcomes[0].disputeId
        #expect(told.outcomes[0].dueAt == nil && story.tester.timers.map(\.due) == [day("2026-12-28").end])
        #expect(try story.wait(until: day("2026-12-30").end).map(\.line) == ["", "", ""], "tried every day, said once")
        #expect(try story.find(id, "WRONG").line == "withdraw, UPHELD")
    }

    // MARK: Review

    @Test func reviewsOnceByAnotherOfficer() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        #expect(try story.askForReview(id).line == "REJECTED state.not-eligible@/disputeId", "it is not decided yet")
        _ = try story.find(id, "CONFIRMED")
        story.tester.now = instant("2026-05-16T09:00+08:00")
        let asked = try story.askForReview(id)
        #expect(asked.line == "annotate, RECEIVED, inquiry, INQUIRING" && asked.answerCount == 1)
        #expect(asked.outcomes[0].instance == 2 && asked.outcomes[0].disputeId == id)
        #expect(asked.outcomes[0].dueAt == day("2026-05-26").end && asked.inquiries[0].answerBy == day("2026-05-20").end)
        #expect(asked.inquiries[0].instance == 2 && asked.inquiries[0].statement == "仍然不是我")
        #expect(try story.askForReview(id).line == "REJECTED state.already-open@/disputeId")
        #expect(try story.dispute().line == "DUPLICATE", "a review is open for this ground")

        let same = try story.find(id, "CONFIRMED")
        #expect(same.line == "REJECTED policy.same-officer@/officer" && same.decision.changes.isEmpty)
        #expect(try story.find(id, "CONFIRMED", by: "taxation/zhao").line == "REJECTED policy.source-not-allowed@/officer")
        let decided = try story.find(id, "CONFIRMED", by: "transport/li")
        #expect(decided.line == "clear, DISMISSED" && decided.outcomes[0].review == nil && decided.outcomes[0].instance == 2)
        #expect(try story.askForReview(id).line == "REJECTED state.not-eligible@/disputeId", "there is no third instance")
    }

    @Test func upholdsInTheReviewWhatWasDismissed() throws {
        for officer in ["transport/li", "credit-office/qian"] {
            var story = try DisputeStory.withRecord()
            let id = try story.dispute().outcomes[0].disputeId
            _ = try story.find(id, "CONFIRMED")
            _ = try story.askForReview(id)
            #expect(try story.find(id, "WRONG", by: officer).line == "withdraw, UPHELD")
        }
    }

    @Test func endsASilentReviewForThePerson() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        _ = try story.find(id, "CONFIRMED")
        _ = try story.askForReview(id)
        #expect(
            try story.wait(until: day("2026-05-15").end).map(\.line) == [
                "alert dispute.inquiry-overdue", "UNVERIFIED, alert dispute.unverified", "withdraw",
            ])
    }

    @Test(arguments: [
        ("2026-06-05T23:59:59.999+08:00", "annotate, RECEIVED, inquiry, INQUIRING"),
        ("2026-06-06T00:00+08:00", "REJECTED state.not-eligible@/disputeId"),
    ])
    func takesARequestForAReviewUntil24OClock(at: String, line: String) throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        _ = try story.find(id, "CONFIRMED")
        story.tester.now = instant(at)
        #expect(try story.askForReview(id).line == line)
    }

    @Test func reviewsNothingWhileANewDisputeOfTheSameGroundIsOpen() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        _ = try story.find(id, "CONFIRMED")
        _ = try story.dispute()
        #expect(try story.askForReview(id).line == "REJECTED state.already-open@/disputeId")
    }

    // MARK: The record's own end

    @Test func endsWithARecordThatItsBureauTakesBack() throws {
        var story = try DisputeStory.withRecord()
        let first = try story.dispute().outcomes[0].disputeId
        let second = try story.dispute(ground: "NOT_MINE").outcomes[0].disputeId
        let told = try story.record("transport/7", .withdrawn)
        #expect(told.line == "clear, UPHELD, clear, UPHELD")
        #expect(told.rulings.map(\.caseId) == [first, second] && told.answerCount == 0)
        #expect(story.tester.timers.isEmpty)
        #expect(try story.find(first, "CONFIRMED").line == "REJECTED state.not-eligible@/disputeId")
        #expect(try story.askForReview(first).line == "REJECTED state.not-eligible@/disputeId")
    }

    @Test func goesOnWhileARecordIsRevisedRepairedOrExpires() throws {
        for state in [RecordState.effective, .held, .repaired, .expired] {
            var story = try DisputeStory.withRecord()
            let id = try story.dispute().outcomes[0].disputeId
            #expect(try story.record("transport/7", state).line == "")
            #expect(try story.find(id, "CONFIRMED").line == "clear, DISMISSED")
        }
    }

    @Test func reviewsNothingAboutARecordThatIsGone() throws {
        var story = try DisputeStory.withRecord()
        let id = try story.dispute().outcomes[0].disputeId
        _ = try story.find(id, "CONFIRMED")
        try story.record("transport/7", .withdrawn)
        #expect(try story.askForReview(id).line == "REJECTED state.not-eligible@/disputeId")
    }

    @Test func readsAnOldVersionWithoutHarm() throws {
        var story = try DisputeStory.withRecord()
        try story.record("transport/7", .effective, version: 5)
        let told = try story.record("transport/7", .withdrawn, version: 4)
        #expect(told.decision.changes.isEmpty)
        #expect(try story.dispute().line == "annotate, RECEIVED, inquiry, INQUIRING")
    }

    // MARK: The restriction

    /// From the first annotation to the last ruling that ends a case, the ledger has the record restricted; never longer, never shorter.
    @Test func restrictsExactlyAsLongAsSomethingIsOpen() throws {
        var story = try DisputeStory.withRecord()
        var open: Set<String> = []
        func follow(_ told: DisputeStory.Told) {
            for ruling in told.rulings {
                if ruling.word == "annotate" { open.insert(ruling.caseId) } else { open.remove(ruling.caseId) }
            }
        }
        func isRestricted() throws -> Bool {
            let rows = try story.tester.rows(DisputeFile.table).map { try DisputeFile($0.payload) }
            return rows.contains { $0.cases.contains { $0.machine.isOpen } }
        }
        var steps = 0
        func step(_ told: [DisputeStory.Told]) throws {
            told.forEach(follow)
            steps += 1
            let expected = try isRestricted()
            #expect(open.isEmpty == !expected, "step \(steps)")
        }
        let first = try story.dispute()
        try step([first])
        let id = first.outcomes[0].disputeId
        let second = try story.dispute(ground: "NOT_MINE")
        try step([second])
        try step([story.find(id, "CONFIRMED")])
        try step([story.find(second.outcomes[0].disputeId, "CONFIRMED")])
        #expect(open.isEmpty)
        try step([story.askForReview(id)])
        #expect(open == [id])
        try step([story.stopClock(id, from: "2026-05-06")])
        try step([story.resumeClock(id)])
        try step(story.wait(until: day("2026-05-14").end))
        #expect(open == [id])
        try step(story.wait(until: day("2026-05-15").end))
        #expect(open.isEmpty)
    }

    // MARK: Lines

    @Test func queuesRequestsByRecordAndAnswersByCase() throws {
        let dispute = Dispute(policy: SampleCity.policy(), keys: SampleCity.keys, partitionCount: 4)
        var story = try DisputeStory.withRecord()
        let waiting = try #require(try DisputeStory().waitingLine())
        #expect(!waiting.passes)
        let told = try story.dispute()
        #expect(told.decision.endsWaiting.count == 1)
        #expect(dispute.topology.inputs.map(\.name) == ["dispute.filed.v1", "record.ledger.v1"])
        #expect(!dispute.topology.isSealed)
    }

    @Test func buriesWhatIsNoMessageOfADispute() throws {
        var story = DisputeStory()
        let value = #"{"type":"chengxin.repair.applied.v1","submission":{"source":"/portal","id":"1"},"subjectId":"s","data":{}}"#
        let message = story.tester.message("dispute.filed.v1", key: nil, value: Bytes(utf8: value))
        let rejection = thrown(Rejection.self) { try story.tester.receive(message) }
        #expect(rejection?.code == "schema.format" && rejection?.path == "/type")
    }
}

extension DisputeStory {
    /// The line in which a request about an unseen record waits.
    fileprivate func waitingLine() throws -> Line? {
        var story = self
        return try story.dispute().decision.wait?.line
    }
}
