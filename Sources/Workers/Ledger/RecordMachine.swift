import CreditModel
import StreamCore

/// The life of one record: what happens to it, and what becomes of it.
///
/// `HELD` → `EFFECTIVE` → `REPAIRED` | `WITHDRAWN` | `EXPIRED` → `ARCHIVED`, never backwards but for one edge: a revision saying that the
/// decision is not final (any more) holds an effective record again. Open cases restrict it and change nothing else. The whole table of
/// states and events is in `RecordMachineTests`.
struct RecordMachine: Hashable, Sendable {
    private(set) var state: RecordState
    /// The number of the newest version. It counts each change, and nothing else.
    private(set) var version: UInt64
    /// The bureau's own count.
    private(set) var revision: UInt64
    private(set) var terms: Terms
    private(set) var openCases: [OpenCase]
    /// When retention ends; there once the record had its end.
    private(set) var archivesAt: Instant?
    private(set) var isSealed: Bool

    /// The instants that a record's content gives it.
    struct Terms: Hashable, Sendable {
        var finality: Finality
        /// From this instant on the record has no effect any more; nil: its term does not end by itself.
        var endsAt: Instant?

        enum Finality: Hashable, Sendable {
            case reached
            /// Final from this instant on.
            case from(Instant)
            /// Until a revision or a withdrawal, for example under review without an end.
            case open
        }

        init(finality: Finality, endsAt: Instant? = nil) {
            self.finality = finality
            self.endsAt = endsAt
        }
    }

    struct OpenCase: Hashable, Sendable {
        var id: String
        var since: Instant
        /// The last day of an extension. The case that opened it ends it; the ledger only shows the day.
        var until: CivilDate?
    }

    enum Event: Hashable, Sendable {
        case submitted(revision: UInt64, Terms)
        /// By the bureau.
        case withdrawn
        case annotated(case: String, until: CivilDate? = nil)
        /// A statement was attached: it is always shown, and restricts nothing.
        case stated
        case cleared(case: String)
        /// By a ruling, as the four that follow: the case that rules is over by it.
        /// Finality is no matter of a correction: that stays as the bureau has said it.
        case corrected(case: String, endsAt: Instant?)
        case removed(case: String)
        case repaired(case: String)
        case sealed(case: String)
        /// An instant that `due` gave has come.
        case due
    }

    enum Verdict: Hashable, Sendable {
        /// There is a new version.
        case changed
        /// It was so already, or does not matter any more: no version.
        case unchanged
        case refused(Refusal)
    }

    enum Refusal: Hashable, Sendable {
        /// This revision, or this withdrawal, is here already.
        case repeated
        /// A higher revision is here already.
        case superseded
        /// The record was withdrawn or archived: it takes no revision.
        case ended
    }

    /// A record seen for the first time, in its first version.
    init(revision: UInt64, terms: Terms, at tick: Instant, retention: Retention) {
        state = .held
        version = 1
        self.revision = revision
        self.terms = terms
        openCases = []
        archivesAt = nil
        isSealed = false
        settle(at: tick, retention: retention)
    }

    /// Puts a machine together again from its row.
    init(
        state: RecordState, version: UInt64, revision: UInt64, terms: Terms, openCases: [OpenCase], archivesAt: Instant?, isSealed: Bool
    ) {
        self.state = state
        self.version = version
        self.revision = revision
        self.terms = terms
        self.openCases = openCases
        self.archivesAt = archivesAt
        self.isSealed = isSealed
    }

    var isRestricted: Bool { !openCases.isEmpty }

    /// Whether nothing that it says can be changed any more.
    var isOver: Bool { state == .withdrawn || state == .archived }

    /// When time alone changes the record next. One timer is enough: whatever happens before moves it.
    ///
    /// A record with an open case is not archived; the end of the case lets the timer go on.
    var due: Instant? {
        switch state {
        case .held:
            guard case .from(let finalFrom) = terms.finality else { return terms.endsAt }
            return min(finalFrom, terms.endsAt ?? .distantFuture)
        case .effective: return terms.endsAt
        case .repaired, .withdrawn, .expired: return isRestricted ? nil : archivesAt
        case .archived: return nil
        }
    }

    /// Whether what comes at `due` makes the record effective.
    var becomesEffectiveWhenDue: Bool {
        guard state == .held, case .from(let finalFrom) = terms.finality else { return false }
        return finalFrom < terms.endsAt ?? .distantFuture
    }

    mutating func apply(_ event: Event, at tick: Instant, retention: Retention) -> Verdict {
        let before = self
        switch event {
        case .submitted(let revision, let terms):
            if revision == self.revision { return .refused(.repeated) }
            if revision < self.revision { return .refused(.superseded) }
            if isOver { return .refused(.ended) }
            self.revision = revision
            revise(terms, at: tick, retention: retention)
        case .withdrawn:
            if state == .withdrawn { return .refused(.repeated) }
            if state == .archived { return .refused(.ended) }
            end(as: .withdrawn, since: tick, retention: retention)
        case .annotated(let id, let until):
            if isOver || openCases.contains(where: { $0.id == id }) { return .unchanged }
            openCases.append(OpenCase(id: id, since: tick, until: until))
        case .stated:
            if isOver { return .unchanged }
        case .cleared(let id):
            return close(id) ? changed() : .unchanged
        case .corrected(let id, let endsAt):
            let closed = close(id)
            if isOver { return closed ? changed() : .unchanged }
            revise(Terms(finality: terms.finality, endsAt: endsAt), at: tick, retention: retention)
        case .removed(let id):
            let closed = close(id)
            if isOver { return closed ? changed() : .unchanged }
            end(as: .withdrawn, since: tick, retention: retention)
        case .repaired(let id):
            let closed = close(id)
            guard state == .held || state == .effective else { return closed ? changed() : .unchanged }
            end(as: .repaired, since: tick, retention: retention)
        case .sealed(let id):
            close(id)
            if isSealed { return .unchanged }
            state = .archived
            archivesAt = nil
            openCases = []
            isSealed = true
        case .due:
            guard let due, due <= tick else { return .unchanged }
            if state.isEnded {
                state = .archived
                archivesAt = nil
            } else {
                settle(at: tick, retention: retention)
            }
            if self == before { return .unchanged }
        }
        return changed()
    }

    private mutating func changed() -> Verdict {
        version += 1
        return .changed
    }

    /// New content. What had its end keeps it: a correction does not bring an effect back.
    private mutating func revise(_ terms: Terms, at tick: Instant, retention: Retention) {
        self.terms = terms
        if !state.isEnded { settle(at: tick, retention: retention) }
    }

    /// The end of the term goes before finality: what is over never takes effect.
    private mutating func settle(at tick: Instant, retention: Retention) {
        if let endsAt = terms.endsAt, endsAt <= tick {
            return end(as: .expired, since: endsAt, retention: retention)
        }
        switch terms.finality {
        case .reached: state = .effective
        case .from(let finalFrom): state = finalFrom <= tick ? .effective : .held
        case .open: state = .held
        }
    }

    private mutating func end(as state: RecordState, since instant: Instant, retention: Retention) {
        self.state = state
        archivesAt = retention.end(of: state, since: instant)
    }

    @discardableResult
    private mutating func close(_ id: String) -> Bool {
        guard let index = openCases.firstIndex(where: { $0.id == id }) else { return false }
        openCases.remove(at: index)
        return true
    }
}
