import CreditModel
import StreamCore

/// From when on a decision is final (河南省社会信用条例 article 20: what is still open to appeal is not yet adverse information).
///
/// It refuses nothing: what it finds goes on with the record, and the ledger holds the record for as long.
enum FinalityGate {
    static let path = "/decision/finality"

    /// - Parameter isAdverse: a record that harms nobody and says nothing about its finality does not wait.
    static func finality(
        of stated: DecisionFinality?, decided: CivilDate, isAdverse: Bool, policy: PolicyPack, at now: Instant
    ) -> Finality {
        switch stated?.state {
        case .final: return .reached
        case nil: return isAdverse ? appealable(until: nil, decided: decided, policy: policy, at: now) : .reached
        case .appealable: return appealable(until: stated?.until, decided: decided, policy: policy, at: now)
        case .underReview:
            let reason = Reason(.finalityUnderReview, at: path)
            guard let until = stated?.until else { return Finality(from: nil, reasons: [reason]) }
            return held(until: until, because: reason, at: now)
        }
    }

    private static func appealable(until: CivilDate?, decided: CivilDate, policy: PolicyPack, at now: Instant) -> Finality {
        let reason = Reason(.finalityAppealable, at: path)
        guard let last = until ?? (try? policy.calendar.lastDay(of: policy.finality.appealTerm, after: decided)) else {
            // A term in working days of a year that the calendar lacks: what is adverse waits.
            return Finality(from: nil, reasons: [reason])
        }
        return held(until: last, because: reason, at: now)
    }

    /// A term given as a date includes that day (民法典 article 203).
    private static func held(until last: CivilDate, because reason: Reason, at now: Instant) -> Finality {
        last.end <= now ? .reached : Finality(from: last.end, reasons: [reason])
    }
}
