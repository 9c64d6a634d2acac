import CreditModel
import StreamCore

/// The public life of one record: whatever happens to it, to its subject or to the day, what is listed is what should be listed.
///
/// Nobody lists: an event changes what is known, and the listing follows from that by `Listing.judge`. So there is no order of events in which
/// one is forgotten. The whole table of situations and events is in `PublicRecordTests`.
struct PublicRecord: Hashable, Sendable {
    private(set) var facts: RecordFacts
    /// By an officer, of what the record says now.
    private(set) var isReleased: Bool
    /// What is listed; nil when nothing is.
    private(set) var listing: Listing?

    enum Event: Hashable, Sendable {
        /// There is a newer version.
        case changed(RecordFacts)
        /// The profile of its subject is there, or says something else.
        case profiled
        case released(AuthorizedRelease)
        /// The last day of publicity is over.
        case due
    }

    enum Action: Hashable, Sendable {
        case list(Listing)
        /// The listing that was, and why it ends.
        case delist(Listing, ListingChanged.Reason)
        /// The law limits its publicity, and nobody could say until when: somebody has to complete the pack.
        case alertEndUnknown
    }

    enum Verdict: Hashable, Sendable {
        case done([Action])
        /// It is released already.
        case repeated
        /// Everything that stands against a release.
        case refused([Listing.Obstacle])
        /// A release that only wants the subject's profile, which has not been seen yet.
        case waits
    }

    /// A record that is seen for the first time, before its version has been applied: until then it counts as held.
    init(_ facts: RecordFacts) {
        self.facts = facts
        self.facts.state = .held
        isReleased = false
    }

    /// Puts a record together again from its row.
    init(_ facts: RecordFacts, isReleased: Bool, listing: Listing?) {
        self.facts = facts
        self.isReleased = isReleased
        self.listing = listing
    }

    /// When time alone ends the listing.
    var due: Instant? { listing?.until?.end }

    /// Whether nothing is left to be remembered.
    var isOver: Bool { facts.state == .archived && listing == nil }

    mutating func apply(_ event: Event, of subject: SubjectFacts?, under terms: PublicityTerms, at tick: Instant) -> Verdict {
        switch event {
        case .changed(let newer):
            let wasEndUnknown = isEndUnknown(terms)
            let before = facts
            facts = newer
            // A release is for what the officer has seen. A dispute that ends without a change leaves it as it was.
            if !newer.isReleased(with: before) { isReleased = false }
            var actions = settle(of: subject, under: terms, at: tick, showingAgain: !newer.isShown(like: before))
            if !wasEndUnknown, isEndUnknown(terms) { actions.append(.alertEndUnknown) }
            return .done(actions)
        case .profiled, .due: return .done(settle(of: subject, under: terms, at: tick))
        case .released:
            if case .failure(let obstacles) = Listing.judge(facts, of: subject, isReleased: true, under: terms, at: tick) {
                return obstacles.hasOnly(.subjectUnknown) ? .waits : .refused(obstacles.all.filter { $0 != .subjectUnknown })
            }
            // Listed by law or by consent: there is nothing to release.
            guard terms.rule(for: facts)?.mode == .released else { return .refused([.notReleased]) }
            if isReleased { return .repeated }
            isReleased = true
            return .done(settle(of: subject, under: terms, at: tick))
        }
    }

    private func isEndUnknown(_ terms: PublicityTerms) -> Bool {
        facts.state == .effective && facts.publicUntil == nil && terms.rule(for: facts)?.maximum != nil
    }

    /// Lists, changes or delists, so that what is listed is what should be.
    private mutating func settle(
        of subject: SubjectFacts?, under terms: PublicityTerms, at tick: Instant, showingAgain: Bool = false
    ) -> [Action] {
        let before = listing
        switch Listing.judge(facts, of: subject, isReleased: isReleased, under: terms, at: tick) {
        case .success(let wanted):
            listing = wanted
            return wanted != before || showingAgain ? [.list(wanted)] : []
        case .failure(let obstacles):
            listing = nil
            return before.map { [.delist($0, obstacles.first.endReason)] } ?? []
        }
    }
}
