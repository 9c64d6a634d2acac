import CreditModel
import StreamCore
import Testing

@testable import Ledger

/// The life of a record: every state against every event, and the instants on which it turns.
@Suite struct RecordMachineTests {
    private static let now = Instant(milliseconds: 1_000_000)
    private static let retention = Retention(span: .milliseconds(5_000_000))
    private static let final = RecordMachine.Terms(finality: .reached, endsAt: Instant(milliseconds: 9_000_000))
    private static let appealable = RecordMachine.Terms(
        finality: .from(Instant(milliseconds: 2_000_000)), endsAt: Instant(milliseconds: 9_000_000))
    private static let underReview = RecordMachine.Terms(finality: .open, endsAt: Instant(milliseconds: 9_000_000))

    /// Records in every state, at revision 3, without and with an open case.
    private static func records() -> [(name: String, record: RecordMachine)] {
        let states: [(RecordState, Bool)] = RecordState.allCases.map { ($0, false) } + [(.archived, true)]
        return states.flatMap { state, isSealed in
            [false, true].compactMap { isRestricted -> (String, RecordMachine)? in
                // Archiving waits for the end of cases, and sealing ends them.
                if state == .archived && isRestricted { return nil }
                let machine = RecordMachine(
                    state: state, version: 5, revision: 3, terms: state == .held ? appealable : final,
                    openCases: isRestricted ? [RecordMachine.OpenCase(id: "d", since: now)] : [],
                    archivesAt: state.isEnded ? Instant(milliseconds: 3_000_000) : nil, isSealed: isSealed)
                return ((isSealed ? "SEALED" : state.rawValue) + (isRestricted ? "+d" : ""), machine)
            }
        }
    }

    private static let events: [(name: String, event: RecordMachine.Event, at: Instant)] = [
        ("revision 4, final", .submitted(revision: 4, final), now),
        ("revision 4, appealable", .submitted(revision: 4, appealable), now),
        ("revision 4, under review", .submitted(revision: 4, underReview), now),
        ("revision 3 again", .submitted(revision: 3, final), now),
        ("revision 2", .submitted(revision: 2, final), now),
        ("withdrawn", .withdrawn, now),
        ("annotate d", .annotated(case: "d"), now),
        ("annotate e", .annotated(case: "e"), now),
        ("statement", .stated, now),
        ("clear d", .cleared(case: "d"), now),
        ("correct by d", .corrected(case: "d", endsAt: final.endsAt), now),
        ("withdraw by d", .removed(case: "d"), now),
        ("repair by r", .repaired(case: "r"), now),
        ("seal by d", .sealed(case: "d"), now),
        ("time, a bit early", .due, Instant(milliseconds: 1_999_999)),
        ("time, when due", .due, Instant(milliseconds: 9_000_000)),
    ]

    private static func outcome(of event: RecordMachine.Event, at instant: Instant, on record: RecordMachine) -> String {
        var machine = record
        let verdict = machine.apply(event, at: instant, retention: retention)
        let after = (machine.isSealed ? "SEALED" : machine.state.rawValue) + machine.openCases.map { "+" + $0.id }.joined()
        switch verdict {
        case .changed:
            precondition(machine.version == record.version + 1)
            return after
        case .unchanged:
            precondition(machine == record)
            return "-"
        case .refused(let refusal):
            precondition(machine == record)
            return "no: \(refusal)"
        }
    }

    /// Read it line by line: it is what the law says about records.
    @Test func saysForEveryStateWhatEveryEventDoes() {
        var table = ""
        for (name, record) in Self.records() {
            table += name + "\n"
            for (event, value, at) in Self.events { table += "  \(event): \(Self.outcome(of: value, at: at, on: record))\n" }
        }
        #expect(table == Self.table)
    }

    @Test(arguments: [
        (RecordMachine.Terms(finality: .reached), RecordState.effective),
        (RecordMachine.Terms(finality: .reached, endsAt: now), .expired),
        (RecordMachine.Terms(finality: .reached, endsAt: Instant(milliseconds: 1_000_001)), .effective),
        (RecordMachine.Terms(finality: .from(now)), .effective),
        (RecordMachine.Terms(finality: .from(Instant(milliseconds: 1_000_001))), .held),
        (RecordMachine.Terms(finality: .from(now), endsAt: now), .expired),
        (RecordMachine.Terms(finality: .open), .held),
        (RecordMachine.Terms(finality: .open, endsAt: now), .expired),
    ])
    func beginsAsItsTermsSay(terms: RecordMachine.Terms, state: RecordState) {
        let machine = RecordMachine(revision: 1, terms: terms, at: Self.now, retention: Self.retention)
        #expect(machine.state == state)
        #expect(machine.version == 1)
        #expect(!machine.isRestricted)
    }

    @Test func becomesEffectiveInTheFirstMillisecondAfterTheTermAndNotBefore() {
        let finalFrom = CivilDate(year: 2026, month: 5, day: 1)!.end
        var machine = RecordMachine(
            revision: 1, terms: RecordMachine.Terms(finality: .from(finalFrom)), at: Self.now, retention: Self.retention)
        #expect(machine.due == finalFrom)
        #expect(machine.becomesEffectiveWhenDue)
        #expect(machine.apply(.due, at: Instant(milliseconds: finalFrom.milliseconds - 1), retention: Self.retention) == .unchanged)
        #expect(machine.state == .held)
        #expect(machine.apply(.due, at: finalFrom, retention: Self.retention) == .changed)
        #expect(machine.state == .effective)
        #expect(machine.due == nil)
    }

    @Test func neverTakesEffectWhenItsTermEndsWithFinality() {
        let instant = Instant(milliseconds: 2_000_000)
        var machine = RecordMachine(
            revision: 1, terms: RecordMachine.Terms(finality: .from(instant), endsAt: instant), at: Self.now, retention: Self.retention)
        #expect(machine.state == .held)
        #expect(!machine.becomesEffectiveWhenDue)
        #expect(machine.apply(.due, at: instant, retention: Self.retention) == .changed)
        #expect(machine.state == .expired)
    }

    @Test func expiresOfHeldToo() {
        var machine = RecordMachine(revision: 1, terms: Self.underReview, at: Self.now, retention: Self.retention)
        #expect(machine.due == Self.underReview.endsAt)
        #expect(machine.apply(.due, at: Instant(milliseconds: 9_000_000), retention: Self.retention) == .changed)
        #expect(machine.state == .expired)
        #expect(machine.due == Instant(milliseconds: 14_000_000))
    }

    /// A worker that was down for long finds both instants behind it: the record has ended, and was never in effect.
    @Test func skipsTheEffectWhenBothInstantsArePast() {
        var machine = RecordMachine(revision: 1, terms: Self.appealable, at: Self.now, retention: Self.retention)
        #expect(machine.apply(.due, at: Instant(milliseconds: 20_000_000), retention: Self.retention) == .changed)
        #expect(machine.state == .expired)
        #expect(
            machine.archivesAt == Instant(milliseconds: 14_000_000), "retention runs from the end of the term, not from when it was seen")
        #expect(machine.apply(.due, at: Instant(milliseconds: 20_000_000), retention: Self.retention) == .changed)
        #expect(machine.state == .archived)
        #expect(machine.due == nil)
    }

    @Test func archivesOnlyWhenNoCaseIsOpen() {
        var machine = RecordMachine(revision: 1, terms: Self.final, at: Self.now, retention: Self.retention)
        _ = machine.apply(.annotated(case: "d"), at: Self.now, retention: Self.retention)
        _ = machine.apply(.repaired(case: "r"), at: Self.now, retention: Self.retention)
        #expect(machine.due == nil)
        #expect(machine.apply(.due, at: .distantFuture, retention: Self.retention) == .unchanged)
        #expect(machine.apply(.cleared(case: "d"), at: Self.now, retention: Self.retention) == .changed)
        #expect(machine.due == Instant(milliseconds: 6_000_000))
    }

    @Test func isRestrictedUntilItsLastCaseIsOver() {
        var machine = RecordMachine(revision: 1, terms: Self.final, at: Self.now, retention: Self.retention)
        _ = machine.apply(.annotated(case: "d"), at: Self.now, retention: Self.retention)
        _ = machine.apply(.annotated(case: "e"), at: Self.now, retention: Self.retention)
        _ = machine.apply(.corrected(case: "d", endsAt: Self.final.endsAt), at: Self.now, retention: Self.retention)
        #expect(machine.isRestricted)
        _ = machine.apply(.cleared(case: "e"), at: Self.now, retention: Self.retention)
        #expect(!machine.isRestricted)
        #expect(machine.version == 5)
    }

    private static let table = """
        HELD
          revision 4, final: EFFECTIVE
          revision 4, appealable: HELD
          revision 4, under review: HELD
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: WITHDRAWN
          annotate d: HELD+d
          annotate e: HELD+e
          statement: HELD
          clear d: -
          correct by d: HELD
          withdraw by d: WITHDRAWN
          repair by r: REPAIRED
          seal by d: SEALED
          time, a bit early: -
          time, when due: EXPIRED
        HELD+d
          revision 4, final: EFFECTIVE+d
          revision 4, appealable: HELD+d
          revision 4, under review: HELD+d
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: WITHDRAWN+d
          annotate d: -
          annotate e: HELD+d+e
          statement: HELD+d
          clear d: HELD
          correct by d: HELD
          withdraw by d: WITHDRAWN
          repair by r: REPAIRED+d
          seal by d: SEALED
          time, a bit early: -
          time, when due: EXPIRED+d
        EFFECTIVE
          revision 4, final: EFFECTIVE
          revision 4, appealable: HELD
          revision 4, under review: HELD
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: WITHDRAWN
          annotate d: EFFECTIVE+d
          annotate e: EFFECTIVE+e
          statement: EFFECTIVE
          clear d: -
          correct by d: EFFECTIVE
          withdraw by d: WITHDRAWN
          repair by r: REPAIRED
          seal by d: SEALED
          time, a bit early: -
          time, when due: EXPIRED
        EFFECTIVE+d
          revision 4, final: EFFECTIVE+d
          revision 4, appealable: HELD+d
          revision 4, under review: HELD+d
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: WITHDRAWN+d
          annotate d: -
          annotate e: EFFECTIVE+d+e
          statement: EFFECTIVE+d
          clear d: EFFECTIVE
          correct by d: EFFECTIVE
          withdraw by d: WITHDRAWN
          repair by r: REPAIRED+d
          seal by d: SEALED
          time, a bit early: -
          time, when due: EXPIRED+d
        REPAIRED
          revision 4, final: REPAIRED
          revision 4, appealable: REPAIRED
          revision 4, under review: REPAIRED
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: WITHDRAWN
          annotate d: REPAIRED+d
          annotate e: REPAIRED+e
          statement: REPAIRED
          clear d: -
          correct by d: REPAIRED
          withdraw by d: WITHDRAWN
          repair by r: -
          seal by d: SEALED
          time, a bit early: -
          time, when due: ARCHIVED
        REPAIRED+d
          revision 4, final: REPAIRED+d
          revision 4, appealable: REPAIRED+d
          revision 4, under review: REPAIRED+d
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: WITHDRAWN+d
          annotate d: -
          annotate e: REPAIRED+d+e
          statement: REPAIRED+d
          clear d: REPAIRED
          correct by d: REPAIRED
          withdraw by d: WITHDRAWN
          repair by r: -
          seal by d: SEALED
          time, a bit early: -
          time, when due: -
        WITHDRAWN
          revision 4, final: no: ended
          revision 4, appealable: no: ended
          revision 4, under review: no: ended
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: no: repeated
          annotate d: -
          annotate e: -
          statement: -
          clear d: -
          correct by d: -
          withdraw by d: -
          repair by r: -
          seal by d: SEALED
          time, a bit early: -
          time, when due: ARCHIVED
        WITHDRAWN+d
          revision 4, final: no: ended
          revision 4, appealable: no: ended
          revision 4, under review: no: ended
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: no: repeated
          annotate d: -
          annotate e: -
          statement: -
          clear d: WITHDRAWN
          correct by d: WITHDRAWN
          withdraw by d: WITHDRAWN
          repair by r: -
          seal by d: SEALED
          time, a bit early: -
          time, when due: -
        EXPIRED
          revision 4, final: EXPIRED
          revision 4, appealable: EXPIRED
          revision 4, under review: EXPIRED
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: WITHDRAWN
          annotate d: EXPIRED+d
          annotate e: EXPIRED+e
          statement: EXPIRED
          clear d: -
          correct by d: EXPIRED
          withdraw by d: WITHDRAWN
          repair by r: -
          seal by d: SEALED
          time, a bit early: -
          time, when due: ARCHIVED
        EXPIRED+d
          revision 4, final: EXPIRED+d
          revision 4, appealable: EXPIRED+d
          revision 4, under review: EXPIRED+d
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: WITHDRAWN+d
          annotate d: -
          annotate e: EXPIRED+d+e
          statement: EXPIRED+d
          clear d: EXPIRED
          correct by d: EXPIRED
          withdraw by d: WITHDRAWN
          repair by r: -
          seal by d: SEALED
          time, a bit early: -
          time, when due: -
        ARCHIVED
          revision 4, final: no: ended
          revision 4, appealable: no: ended
          revision 4, under review: no: ended
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: no: ended
          annotate d: -
          annotate e: -
          statement: -
          clear d: -
          correct by d: -
          withdraw by d: -
          repair by r: -
          seal by d: SEALED
          time, a bit early: -
          time, when due: -
        SEALED
          revision 4, final: no: ended
          revision 4, appealable: no: ended
          revision 4, under review: no: ended
          revision 3 again: no: repeated
          revision 2: no: superseded
          withdrawn: no: ended
          annotate d: -
          annotate e: -
          statement: -
          clear d: -
          correct by d: -
          withdraw by d: -
          repair by r: -
          seal by d: -
          time, a bit early: -
          time, when due: -

        """
}
