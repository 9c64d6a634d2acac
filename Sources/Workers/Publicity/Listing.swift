import CreditModel
import StreamCore

/// A record as everyone may see it. There is no other way to one than `judge`, and back from the row of what was judged so.
struct Listing: Hashable, Sendable {
    let displayName: String
    let from: CivilDate
    let until: CivilDate?
    let reason: ListingChanged.Reason

    private init(displayName: String, from: CivilDate, until: CivilDate?, reason: ListingChanged.Reason) {
        self.displayName = displayName
        self.from = from
        self.until = until
        self.reason = reason
    }

    /// Why a record is not listed. The first is told when it was listed before.
    enum Obstacle: UInt8, Hashable, Sendable, CaseIterable {
        case held
        case repaired
        case withdrawn
        case expired
        case archived
        /// A dispute, a review or an extension is open.
        case restricted
        /// The catalogue and the law of the decision's date do not publish such a record.
        case notPublic
        /// Its last day is over.
        case ended
        /// The law limits its publicity, and the ledger could not say until when.
        case endUnknown
        case minor
        /// An adverse record of a person of whom nobody knows whether this is an adult.
        case ageUnknown
        /// The profile has not been seen yet.
        case subjectUnknown
        case noConsent
        case notReleased
    }

    /// Why there is no listing: at least one obstacle, the first to be told first.
    struct Obstacles: Error, Hashable, Sendable {
        var all: [Obstacle]
        var first: Obstacle { all[0] }
        func hasOnly(_ obstacle: Obstacle) -> Bool { all == [obstacle] }
    }

    /// What is to be listed of a record at an instant, or everything that stands against it.
    static func judge(
        _ facts: RecordFacts, of subject: SubjectFacts?, isReleased: Bool, under terms: PublicityTerms, at tick: Instant
    ) -> Result<Listing, Obstacles> {
        var obstacles: [Obstacle] = []
        switch facts.state {
        case .effective: break
        case .held: obstacles.append(.held)
        case .repaired: obstacles.append(.repaired)
        case .withdrawn: obstacles.append(.withdrawn)
        case .expired: obstacles.append(.expired)
        case .archived: obstacles.append(.archived)
        }
        if facts.isRestricted { obstacles.append(.restricted) }
        let rule = terms.rule(for: facts)
        if rule == nil { obstacles.append(.notPublic) }
        if let until = facts.publicUntil {
            if until.end <= tick { obstacles.append(.ended) }
        } else if rule?.maximum != nil, facts.state == .effective {
            obstacles.append(.endUnknown)
        }
        if facts.kind == .person, let subject {
            switch subject.capacity {
            case .adult: break
            case .minor: obstacles.append(.minor)
            case .unknown: if terms.isAdverse(facts) { obstacles.append(.ageUnknown) }
            }
        }
        if subject == nil { obstacles.append(.subjectUnknown) }
        let reason: ListingChanged.Reason
        switch rule?.mode {
        case .consent:
            reason = .consented
            if !facts.hasConsent { obstacles.append(.noConsent) }
        case .released:
            reason = .released
            if !isReleased { obstacles.append(.notReleased) }
        case .ordered, .never, nil: reason = .ordered
        }
        guard obstacles.isEmpty, let subject, let from = facts.decisionDate else {
            return .failure(Obstacles(all: obstacles.isEmpty ? [.notPublic] : obstacles))
        }
        return .success(Listing(displayName: subject.displayName, from: from, until: facts.publicUntil, reason: reason))
    }

    // MARK: Rows

    func encode(into writer: inout RowWriter) {
        writer.text(displayName)
        writer.signed(Int64(from.dayNumber))
        writer.optional(until) { $0.signed(Int64($1.dayNumber)) }
        writer.text(reason.rawValue)
    }

    init(_ reader: inout RowReader) throws(RowDamage) {
        displayName = try reader.text()
        from = CivilDate(dayNumber: Int(try reader.signed()))
        until = try reader.optional { reader throws(RowDamage) in CivilDate(dayNumber: Int(try reader.signed())) }
        guard let reason = ListingChanged.Reason(rawValue: try reader.text()) else { throw RowDamage() }
        self.reason = reason
    }
}

extension Listing.Obstacle {
    /// What everyone is told of a listing that ends by it.
    var endReason: ListingChanged.Reason {
        switch self {
        case .held: .held
        case .repaired: .repaired
        case .withdrawn: .withdrawn
        case .expired: .expired
        case .archived: .archived
        case .restricted: .restricted
        case .notPublic, .endUnknown: .notPublic
        case .ended: .ended
        // What stands against it is the person's own matter: no difference is shown.
        case .minor, .ageUnknown, .subjectUnknown: .protected
        case .noConsent: .consentEnded
        case .notReleased: .notReleased
        }
    }

    /// What an officer is told whose release it stands against.
    var refusal: Reason {
        switch self {
        case .held: Reason(.stateNotEligible, at: "/recordId", hint: "the record is HELD; release it when it is final")
        case .repaired: Reason(.stateNotEligible, at: "/recordId", hint: "the record is REPAIRED and is not published any more")
        case .withdrawn: Reason(.stateNotEligible, at: "/recordId", hint: "the record is WITHDRAWN and is not published any more")
        case .expired: Reason(.stateNotEligible, at: "/recordId", hint: "the record is EXPIRED and is not published any more")
        case .archived: Reason(.stateNotEligible, at: "/recordId", hint: "the record is ARCHIVED and is not published any more")
        case .restricted: Reason(.stateRestricted, at: "/recordId")
        case .notPublic:
            Reason(
                .stateNotEligible, at: "/recordId", hint: "the law in force on the day of the decision publishes no such record")
        case .ended: Reason(.stateNotEligible, at: "/recordId", hint: "the time of its publicity is over")
        case .endUnknown:
            Reason(.stateNotEligible, at: "/recordId", hint: "the end of its publicity could not be computed; complete the policy pack")
        case .minor: Reason(.capacityMinor, at: "/subjectId", hint: "records of minors are never published")
        case .ageUnknown:
            Reason(.stateNotEligible, at: "/subjectId", hint: "nobody knows whether this person is an adult, so it is not published")
        case .subjectUnknown: Reason(.subjectUnknown, at: "/subjectId")
        case .noConsent, .notReleased:
            Reason(.stateNotEligible, at: "/recordId", hint: "no release is needed; with the subject's consent it is published by itself")
        }
    }
}
