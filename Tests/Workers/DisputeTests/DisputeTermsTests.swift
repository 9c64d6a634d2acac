import CreditModel
import StreamCore
import Testing

@testable import Dispute

/// Every clock of a dispute on the sample city's calendar, at its boundaries.
@Suite struct DisputeTermsTests {
    private let terms = DisputeTerms(policy: SampleCity.policy())

    /// Three and seven working days, the day of receipt not counted, worked weekends counted (2026-02-14, 02-28, 05-09, 09-20).
    @Test(arguments: [
        ("2026-05-06T09:00+08:00", "2026-05-09", "2026-05-14"),
        ("2026-05-06T00:00+08:00", "2026-05-09", "2026-05-14"),
        ("2026-05-06T23:59:59.999+08:00", "2026-05-09", "2026-05-14"),
        ("2026-05-07T00:00+08:00", "2026-05-11", "2026-05-15"),
        ("2026-04-29T09:00+08:00", "2026-05-07", "2026-05-12"),
        ("2026-05-01T09:00+08:00", "2026-05-08", "2026-05-13"),
        ("2026-05-16T09:00+08:00", "2026-05-20", "2026-05-26"),
        ("2026-02-13T09:00+08:00", "2026-02-25", "2026-03-02"),
        ("2026-09-18T09:00+08:00", "2026-09-22", "2026-09-29"),
        ("2026-12-22T09:00+08:00", "2026-12-25", "2026-12-31"),
    ])
    func endsItsDeadlinesAt24OClock(received: String, answerBy: String, dueAt: String) throws {
        let clock = DisputeMachine.Clock(startedAt: instant(received), askedAt: instant(received))
        for isReview in [false, true] {
            let deadlines = try terms.deadlines(of: clock, isReview: isReview)
            #expect(deadlines == DisputeTerms.Deadlines(answerBy: day(answerBy).end, dueAt: day(dueAt).end))
        }
    }

    @Test func setsNoDeadlineInAYearThatTheCalendarLacks() {
        for received in ["2026-12-23T09:00+08:00", "2026-12-31T23:00+08:00", "2027-01-05T09:00+08:00"] {
            let clock = DisputeMachine.Clock(startedAt: instant(received), askedAt: instant(received))
            #expect(throws: CalendarFailure.self) { try terms.deadlines(of: clock, isReview: false) }
        }
    }

    /// A bureau that is asked late, because the request was on the way for days, answers within the case's own deadline.
    @Test func neverLetsABureauAnswerAfterTheEndOfTheCase() throws {
        let clock = DisputeMachine.Clock(startedAt: instant("2026-05-06T09:00+08:00"), askedAt: instant("2026-05-13T09:00+08:00"))
        let deadlines = try terms.deadlines(of: clock, isReview: false)
        #expect(deadlines.answerBy == day("2026-05-14").end && deadlines.dueAt == day("2026-05-14").end)
    }

    /// The day of the stop counts, the day on which the clock goes on does not.
    @Test(arguments: [
        (["2026-05-08T15:00+08:00", "2026-05-08T18:00+08:00"], "2026-05-09", "2026-05-14"),
        (["2026-05-08T15:00+08:00", "2026-05-09T08:00+08:00"], "2026-05-11", "2026-05-15"),
        (["2026-05-08T15:00+08:00", "2026-05-12T08:00+08:00"], "2026-05-13", "2026-05-19"),
        (
            ["2026-05-08T15:00+08:00", "2026-05-12T08:00+08:00", "2026-05-13T09:00+08:00", "2026-05-15T09:00+08:00"], "2026-05-15",
            "2026-05-21"
        ),
        // After its own deadline the bureau gains nothing for that, the case does.
        (["2026-05-12T00:00+08:00", "2026-05-13T08:00+08:00"], "2026-05-09", "2026-05-15"),
        // A weekend is no time lost.
        (["2026-05-09T23:00+08:00", "2026-05-10T08:00+08:00"], "2026-05-09", "2026-05-14"),
    ])
    func leavesOutWhatAnAppraisalTakes(pauses: [String], answerBy: String, dueAt: String) throws {
        var clock = DisputeMachine.Clock(startedAt: DisputeStory.morning, askedAt: DisputeStory.morning)
        for index in stride(from: 0, to: pauses.count, by: 2) {
            clock.pauses.append(DisputeTerms.Pause(from: instant(pauses[index]), to: instant(pauses[index + 1])))
        }
        let deadlines = try terms.deadlines(of: clock, isReview: false)
        #expect(deadlines == DisputeTerms.Deadlines(answerBy: day(answerBy).end, dueAt: day(dueAt).end))
    }

    @Test(arguments: [
        ("2026-05-14", "2026-05-15"), ("2026-04-30", "2026-05-06"), ("2026-05-08", "2026-05-09"), ("2026-05-15", "2026-05-18"),
    ])
    func removesOneWorkingDayLater(ended: String, removed: String) throws {
        #expect(try terms.removal(after: day(ended)) == day(removed).end)
    }

    @Test func knowsNoRemovalInAYearThatTheCalendarLacks() {
        #expect(throws: CalendarFailure.self) { try terms.removal(after: day("2026-12-31")) }
    }

    @Test func letsAReviewBeAskedForThirtyDays() {
        #expect(terms.reviewUntil(after: instant("2026-05-06T23:59+08:00")) == day("2026-06-05"))
    }

    @Test func goesByThePolicyAndNotByTheCode() throws {
        let longer = DisputeTerms(
            policy: SampleCity.policy { policy in
                policy.clocks = NamedList(
                    policy.clocks.map { clock in
                        var clock = clock
                        switch ClockName(rawValue: clock.id) {
                        case .disputeInquiry: clock.term = Term(5, .days)
                        case .disputeDecision: clock.term = Term(2, .months)
                        case .disputeRemoval: clock.term = Term(12, .hours)
                        default: break
                        }
                        return clock
                    })
            })
        let clock = DisputeMachine.Clock(
            startedAt: DisputeStory.morning, askedAt: DisputeStory.morning,
            pauses: [DisputeTerms.Pause(from: instant("2026-05-07T09:00+08:00"), to: instant("2026-05-10T09:00+08:00"))])
        let deadlines = try longer.deadlines(of: clock, isReview: false)
        #expect(deadlines == DisputeTerms.Deadlines(answerBy: day("2026-05-14").end, dueAt: day("2026-07-09").end))
        #expect(try longer.removal(after: day("2026-05-14")) == instant("2026-05-15T12:00+08:00"))
    }
}
