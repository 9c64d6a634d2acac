import CreditModel
import StreamCore

/// The life of one dispute: what happens to it, and what has to be done about it.
///
/// `received` → `inquiring` → `upheld` | `dismissed` | `unverified` → `removed`. The record is restricted from the first to the end, and in
/// `unverified` until it is removed. What leaves the record as it is, is `dismissed`, and there is no way into it but the finding of an
/// officer with a reason; from there a review begins the second instance once. Silence of a bureau ends for the person, never against.
/// The whole table of states and events is in `DisputeMachineTests`.
struct DisputeMachine: Hashable, Sendable {
    private(set) var state: State
    private(set) var instance: Instance
    private(set) var clock: Clock

    enum State: Hashable, Sendable {
        /// Restricted, but nobody is asked yet: the deadlines lie in a year that the calendar lacks.
        case received(retryAt: Instant)
        /// The bureau has to answer; `isSilent` once it has let its own deadline pass.
        case inquiring(DisputeTerms.Deadlines, isSilent: Bool)
        /// The clock stands still, for an appraisal, and goes on by itself in the end.
        case paused(since: Instant, until: Instant, DisputeTerms.Deadlines, isSilent: Bool)
        /// Nobody could show that the record is right.
        case unverified(Removal)
        case upheld
        case dismissed(by: Officer, reviewUntil: CivilDate?)
        case removed
    }

    /// When an unverified record is removed.
    enum Removal: Hashable, Sendable {
        case at(Instant)
        /// The day lies in a year that the calendar lacks.
        case unknown(endedOn: CivilDate, retryAt: Instant)
    }

    /// A review knows whose finding it is about, so that nobody reviews their own.
    enum Instance: Hashable, Sendable {
        case first
        case review(of: Officer)

        var number: Int { self == .first ? 1 : 2 }
    }

    /// What deadlines are computed from; they can be computed again from it at any time.
    struct Clock: Hashable, Sendable {
        /// Receipt of the request.
        var startedAt: Instant
        /// When the bureau was asked.
        var askedAt: Instant?
        var pauses: [DisputeTerms.Pause] = []
    }

    /// What an officer has found. There is no finding without an officer and a reason.
    struct Finding: Hashable, Sendable {
        enum Result: Hashable, Sendable {
            case confirmed
            case wrong(Remedy)
            case cannotVerify
        }

        var result: Result
        var officer: Officer
        var reason: String
    }

    /// What is done about a record that was found wrong.
    enum Remedy: Hashable, Sendable {
        case withdraw
        /// Members that replace those of the record.
        case correct(Bytes)
    }

    enum Event: Hashable, Sendable {
        case found(Finding)
        case clockStopped(from: Instant?)
        case clockResumed(from: Instant?)
        case reviewRequested(receivedAt: Instant)
        /// Its bureau, or another case, has taken the record out of the ledger.
        case recordEnded
        /// An instant that `due` gave has come.
        case due
    }

    /// What has to be said and done, in this order.
    enum Step: Hashable, Sendable {
        case restrict
        /// The bureau is asked, or told its new deadline.
        case inquire(DisputeTerms.Deadlines)
        /// The clock goes on for a bureau whose own deadline was past before.
        case goOn(DisputeTerms.Deadlines)
        case waitForCalendar
        case pause
        /// The appraisal has lasted too long.
        case endPause(Instant)
        /// The bureau's own deadline has passed.
        case escalate(DisputeTerms.Deadlines)
        case uphold(Remedy, Finding)
        /// The record is gone already.
        case close
        case dismiss(Finding, reviewUntil: CivilDate?)
        /// Of a bureau that says so, or of one that said nothing.
        case leaveUnverified(Removal, Finding?)
        case remove
    }

    enum Verdict: Hashable, Sendable {
        case changed([Step])
        /// It does not matter any more, or not yet.
        case unchanged
        case refused(Refusal)
    }

    enum Refusal: Hashable, Sendable {
        /// The state does not allow it.
        case notEligible
        /// A review is under way already.
        case alreadyOpen
        /// The officer has found what the review is about.
        case sameOfficer
        /// The instant lies ahead.
        case ahead
    }

    /// A dispute that was received, and what has to be done at once.
    static func opened(receivedAt: Instant, at tick: Instant, under terms: DisputeTerms) -> (machine: DisputeMachine, steps: [Step]) {
        var machine = DisputeMachine(
            state: .received(retryAt: tick), instance: .first, clock: Clock(startedAt: receivedAt))
        let steps = [.restrict] + machine.ask(at: tick, under: terms)
        return (machine, steps)
    }

    /// For whoever has kept it.
    init(state: State, instance: Instance, clock: Clock) {
        self.state = state
        self.instance = instance
        self.clock = clock
    }

    /// Whether it restricts its record.
    var isOpen: Bool {
        switch state {
        case .received, .inquiring, .paused, .unverified: true
        case .upheld, .dismissed, .removed: false
        }
    }

    /// Whether nothing can begin anew.
    var isFinal: Bool {
        switch state {
        case .upheld, .removed: true
        case .dismissed: instance != .first
        case .received, .inquiring, .paused, .unverified: false
        }
    }

    /// When the case is decided at the latest. While the clock stands still: as if it went on.
    var dueAt: Instant? {
        switch state {
        case .inquiring(let deadlines, _), .paused(_, _, let deadlines, _): deadlines.dueAt
        case .received, .unverified, .upheld, .dismissed, .removed: nil
        }
    }

    /// When time alone moves the case next.
    var due: Instant? {
        switch state {
        case .received(let retryAt): retryAt
        case .inquiring(let deadlines, let isSilent): isSilent ? deadlines.dueAt : deadlines.answerBy
        case .unverified(.at(let instant)): instant
        case .unverified(.unknown(_, let retryAt)): retryAt
        case .paused(_, let until, _, _): until
        case .upheld, .dismissed, .removed: nil
        }
    }

    mutating func apply(_ event: Event, at tick: Instant, under terms: DisputeTerms) -> Verdict {
        switch event {
        case .found(let finding): return found(finding, at: tick, under: terms)
        case .clockStopped(let from): return stop(from: from ?? tick, at: tick, under: terms)
        case .clockResumed(let from): return resume(from: from ?? tick, at: tick, under: terms)
        case .reviewRequested(let receivedAt): return review(receivedAt: receivedAt, at: tick, under: terms)
        case .recordEnded:
            guard isOpen else { return .unchanged }
            state = .upheld
            return .changed([.close])
        case .due: return pass(at: tick, under: terms)
        }
    }

    // MARK: Asking

    private mutating func ask(at tick: Instant, under terms: DisputeTerms) -> [Step] {
        var asked = clock
        asked.askedAt = clock.askedAt ?? tick
        guard let deadlines = try? terms.deadlines(of: asked, isReview: instance != .first) else {
            state = .received(retryAt: terms.retry(after: tick))
            return [.waitForCalendar]
        }
        clock = asked
        state = .inquiring(deadlines, isSilent: false)
        return [.inquire(deadlines)]
    }

    // MARK: Answers

    private mutating func found(_ finding: Finding, at tick: Instant, under terms: DisputeTerms) -> Verdict {
        switch state {
        case .received, .inquiring, .paused: break
        // Too late for everything but to say that the person is right: then nobody waits for the removal.
        case .unverified where finding.result == .wrong(.withdraw): break
        case .unverified, .upheld, .dismissed, .removed: return .refused(.notEligible)
        }
        if case .review(let finder) = instance, terms.policy.officers.reviewerIsNotFinder, finder == finding.officer {
            return .refused(.sameOfficer)
        }
        switch finding.result {
        case .confirmed:
            let until = instance == .first ? terms.reviewUntil(after: tick) : nil
            state = .dismissed(by: finding.officer, reviewUntil: until)
            return .changed([.dismiss(finding, reviewUntil: until)])
        case .wrong(let remedy):
            state = .upheld
            return .changed([.uphold(remedy, finding)])
        case .cannotVerify:
            let removal = removal(endedOn: CivilDate(tick), at: tick, under: terms)
            state = .unverified(removal)
            return .changed([.leaveUnverified(removal, finding)])
        }
    }

    private mutating func stop(from: Instant, at tick: Instant, under terms: DisputeTerms) -> Verdict {
        guard case .inquiring(let deadlines, let isSilent) = state else { return .refused(.notEligible) }
        if from > tick { return .refused(.ahead) }
        let until = terms.appraisalEnd(of: clock, at: tick)
        guard tick < until else { return .refused(.notEligible) }
        // Never before this instance began, and never twice the same time.
        let earliest = max(clock.startedAt, clock.pauses.last?.to ?? clock.startedAt)
        state = .paused(since: max(from, earliest), until: until, deadlines, isSilent: isSilent)
        return .changed([.pause])
    }

    private mutating func resume(from: Instant, at tick: Instant, under terms: DisputeTerms) -> Verdict {
        guard case .paused(let since, _, _, let isSilent) = state else { return .refused(.notEligible) }
        if from > tick { return .refused(.ahead) }
        return .changed(goOn(since: since, from: from, isSilent: isSilent, at: tick, under: terms))
    }

    private mutating func goOn(since: Instant, from: Instant, isSilent: Bool, at tick: Instant, under terms: DisputeTerms) -> [Step] {
        clock.pauses.append(DisputeTerms.Pause(from: since, to: max(from, since)))
        guard isSilent, let deadlines = try? terms.deadlines(of: clock, isReview: instance != .first) else {
            return ask(at: tick, under: terms)
        }
        state = .inquiring(deadlines, isSilent: true)
        return [.goOn(deadlines)]
    }

    private mutating func review(receivedAt: Instant, at tick: Instant, under terms: DisputeTerms) -> Verdict {
        switch (state, instance) {
        case (.dismissed(let finder, let until), .first):
            // The request counts by its receipt, however long it was on the way.
            if let until, receivedAt >= until.end { return .refused(.notEligible) }
            instance = .review(of: finder)
            clock = Clock(startedAt: receivedAt)
            return .changed([.restrict] + ask(at: tick, under: terms))
        case (.received, .review), (.inquiring, .review), (.paused, .review), (.unverified, .review): return .refused(.alreadyOpen)
        default: return .refused(.notEligible)
        }
    }

    // MARK: Time

    private mutating func pass(at tick: Instant, under terms: DisputeTerms) -> Verdict {
        guard let due, due <= tick else { return .unchanged }
        switch state {
        case .received:
            let steps = ask(at: tick, under: terms)
            // Said once.
            return .changed(steps == [.waitForCalendar] ? [] : steps)
        case .inquiring(let deadlines, let isSilent):
            var steps: [Step] = isSilent ? [] : [.escalate(deadlines)]
            state = .inquiring(deadlines, isSilent: true)
            if deadlines.dueAt <= tick {
                let removal = removal(endedOn: CivilDate(deadlines.dueAt + .milliseconds(-1)), at: tick, under: terms)
                state = .unverified(removal)
                steps.append(.leaveUnverified(removal, nil))
            }
            return .changed(steps)
        case .unverified(.at):
            state = .removed
            return .changed([.remove])
        case .unverified(.unknown(let endedOn, _)):
            state = .unverified(removal(endedOn: endedOn, at: tick, under: terms))
            return .changed([])
        case .paused(let since, let until, _, let isSilent):
            return .changed([.endPause(until)] + goOn(since: since, from: until, isSilent: isSilent, at: tick, under: terms))
        case .upheld, .dismissed, .removed: return .unchanged
        }
    }

    private func removal(endedOn day: CivilDate, at tick: Instant, under terms: DisputeTerms) -> Removal {
        guard let instant = try? terms.removal(after: day) else { return .unknown(endedOn: day, retryAt: terms.retry(after: tick)) }
        return .at(instant)
    }
}
