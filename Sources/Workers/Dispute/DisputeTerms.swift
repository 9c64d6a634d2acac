import CreditModel
import StreamCore

/// What the policy says about the time of a dispute. No number of days stands here.
struct DisputeTerms: Sendable {
    var policy: PolicyPack

    /// A time that does not count: appraisal, inspection or expert review (河南省社会信用条例 article 41).
    struct Pause: Hashable, Sendable {
        var from: Instant
        var to: Instant
    }

    /// Until when the bureau answers, and until when the case is decided; the first is never later than the second.
    struct Deadlines: Hashable, Sendable {
        var answerBy: Instant
        var dueAt: Instant
    }

    /// The deadlines of an instance that began with the receipt of a request, and in which the bureau was asked later, or at once.
    func deadlines(of clock: DisputeMachine.Clock, isReview: Bool) throws(CalendarFailure) -> Deadlines {
        let dueAt = try end(isReview ? .disputeReviewDecision : .disputeDecision, after: clock.startedAt, without: clock.pauses)
        let answerBy = try end(.disputeInquiry, after: clock.askedAt ?? clock.startedAt, without: clock.pauses)
        return Deadlines(answerBy: min(answerBy, dueAt), dueAt: dueAt)
    }

    /// When a clock that stands still goes on by itself: nobody holds up a case by an appraisal that never ends. Where the calendar cannot say
    /// it, the next day.
    func appraisalEnd(of clock: DisputeMachine.Clock, at tick: Instant) -> Instant {
        (try? policy.due(.disputeAppraisal, after: clock.askedAt ?? clock.startedAt)) ?? retry(after: tick)
    }

    /// When what nobody could verify is removed: the term begins with the day on which the case has ended.
    func removal(after day: CivilDate) throws(CalendarFailure) -> Instant {
        let term = policy.clock(.disputeRemoval).term
        switch term.unit {
        case .hours, .minutes, .seconds, .milliseconds: return try term.end(after: day.end, by: policy.calendar)
        case .workingDays, .days, .months, .years: return try policy.calendar.lastDay(of: term, after: day).end
        }
    }

    /// The last day on which a review may be asked for; nil where the calendar cannot say it yet, and nobody is shut out by that.
    func reviewUntil(after tick: Instant) -> CivilDate? {
        try? policy.calendar.lastDay(of: policy.clock(.disputeReview).term, after: CivilDate(tick))
    }

    /// When something that a missing year of the calendar keeps from being set is tried again.
    func retry(after tick: Instant) -> Instant { CivilDate(tick).end }

    private func end(_ name: ClockName, after event: Instant, without pauses: [Pause]) throws(CalendarFailure) -> Instant {
        let term = policy.clock(name).term
        var end = try term.end(after: event, by: policy.calendar)
        for pause in pauses where pause.from < end { end = try moved(end, by: pause, unit: term.unit) }
        return end
    }

    /// The day on which the clock stops counts, the day on which it goes on does not: it is the event after which the rest is counted, as
    /// the day of receipt is (民法典 article 201).
    private func moved(_ end: Instant, by pause: Pause, unit: Term.Unit) throws(CalendarFailure) -> Instant {
        let last = CivilDate(end + .milliseconds(-1))
        let from = CivilDate(pause.from)
        let to = CivilDate(pause.to)
        switch unit {
        case .workingDays:
            let lost = try policy.calendar.workingDays(after: from, through: to)
            return try policy.calendar.add(workingDays: lost, after: last).end
        case .days, .months, .years: return last.adding(days: from.days(to: to)).end
        case .hours, .minutes, .seconds, .milliseconds: return end + (pause.to - pause.from)
        }
    }
}
