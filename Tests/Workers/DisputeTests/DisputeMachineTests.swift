import CreditModel
import StreamCore
import Testing

@testable import Dispute

/// The life of a dispute: every state against every event.
@Suite struct DisputeMachineTests {
    private static let terms = DisputeTerms(policy: SampleCity.policy())
    private static let now = DisputeStory.morning
    private static let deadlines = DisputeTerms.Deadlines(answerBy: day("2026-05-09").end, dueAt: day("2026-05-14").end)
    private static let clock = DisputeMachine.Clock(startedAt: now, askedAt: now)
    private static let wang = Officer("transport/wang")!
    private static let li = Officer("transport/li")!

    private static func machines() -> [(name: String, machine: DisputeMachine)] {
        let first: [(String, DisputeMachine.State)] = [
            ("received", .received(retryAt: day("2026-05-06").end)),
            ("inquiring", .inquiring(deadlines, isSilent: false)),
            ("inquiring, silent", .inquiring(deadlines, isSilent: true)),
            ("paused", .paused(since: now, until: day("2026-05-15").end, deadlines, isSilent: false)),
            ("paused, silent", .paused(since: now, until: day("2026-05-15").end, deadlines, isSilent: true)),
            ("unverified", .unverified(.at(day("2026-05-15").end))),
            ("unverified, no date", .unverified(.unknown(endedOn: day("2026-05-14"), retryAt: day("2026-05-15").end))),
            ("upheld", .upheld),
            ("dismissed", .dismissed(by: wang, reviewUntil: day("2026-06-10"))),
            ("dismissed long ago", .dismissed(by: wang, reviewUntil: day("2026-05-05"))),
            ("removed", .removed),
        ]
        return first.map { ($0, DisputeMachine(state: $1, instance: .first, clock: clock)) }
            + first.filter { $0.0 != "dismissed long ago" }.map {
                ("review of wang's: " + $0, DisputeMachine(state: $1, instance: .review(of: wang), clock: clock))
            }
    }

    private static func found(_ result: DisputeMachine.Finding.Result, _ officer: Officer = li) -> DisputeMachine.Event {
        .found(DisputeMachine.Finding(result: result, officer: officer, reason: "核对了卷宗"))
    }

    private static let events: [(name: String, event: DisputeMachine.Event, at: Instant)] = [
        ("confirmed by li", found(.confirmed), now),
        ("confirmed by wang", found(.confirmed, wang), now),
        ("wrong", found(.wrong(.withdraw)), now),
        ("wrong, corrected", found(.wrong(.correct(Bytes(utf8: "{}")))), now),
        ("cannot verify", found(.cannotVerify), now),
        ("clock stops", .clockStopped(from: nil), now),
        ("clock stops tomorrow", .clockStopped(from: day("2026-05-07").start), now),
        ("clock goes on", .clockResumed(from: nil), now),
        ("clock goes on tomorrow", .clockResumed(from: day("2026-05-07").start), now),
        ("review asked for", .reviewRequested(receivedAt: now), now),
        ("record ends", .recordEnded, now),
        ("time, too early", .due, now),
        ("time, 10 May", .due, day("2026-05-09").end),
        ("time, 15 May", .due, day("2026-05-14").end),
        ("time, 16 May", .due, day("2026-05-15").end),
    ]

    private static func name(_ machine: DisputeMachine) -> String {
        switch machine.state {
        case .received: "received"
        case .inquiring(_, let isSilent): isSilent ? "inquiring, silent" : "inquiring"
        case .paused(_, _, _, let isSilent): isSilent ? "paused, silent" : "paused"
        case .unverified(.at): "unverified"
        case .unverified(.unknown): "unverified, no date"
        case .upheld: "upheld"
        case .dismissed: "dismissed"
        case .removed: "removed"
        }
    }

    private static func name(_ step: DisputeMachine.Step) -> String {
        switch step {
        case .restrict: "restrict"
        case .inquire: "inquire"
        case .goOn: "go on"
        case .waitForCalendar: "wait for the calendar"
        case .pause: "pause"
        case .endPause: "appraisal over"
        case .escalate: "escalate"
        case .uphold(.withdraw, _): "withdraw"
        case .uphold(.correct, _): "correct"
        case .close: "close"
        case .dismiss(_, let until): until == nil ? "dismiss" : "dismiss, may be reviewed"
        case .leaveUnverified(.at, _): "unverified"
        case .leaveUnverified(.unknown, _): "unverified, no date"
        case .remove: "remove"
        }
    }

    private static func outcome(of event: DisputeMachine.Event, at tick: Instant, on before: DisputeMachine) -> String {
        var machine = before
        switch machine.apply(event, at: tick, under: terms) {
        case .changed(let steps):
            let review = machine.instance != before.instance ? "review, " : ""
            return "\(review)\(name(machine)): " + (steps.isEmpty ? "nothing to say" : steps.map(name).joined(separator: ", "))
        case .unchanged:
            precondition(machine == before)
            return "-"
        case .refused(let refusal):
            precondition(machine == before)
            return "no: \(refusal)"
        }
    }

    /// Read it line by line: it is what the law says about disputes.
    @Test func saysForEveryStateWhatEveryEventDoes() {
        var table = ""
        for (name, machine) in Self.machines() {
            table += name + "\n"
            for (event, value, at) in Self.events { table += "  \(event) → \(Self.outcome(of: value, at: at, on: machine))\n" }
        }
        #expect(table == Self.table)
    }

    /// What leaves a disputed record as it is has an officer and a reason behind it, in every cell.
    @Test func neverReleasesARecordWithoutAFinding() {
        for (_, before) in Self.machines() where before.isOpen {
            for (_, event, at) in Self.events {
                var machine = before
                _ = machine.apply(event, at: at, under: Self.terms)
                if case .dismissed = machine.state {
                    guard case .found(let finding) = event else {
                        Issue.record("dismissed without a finding")
                        continue
                    }
                    #expect(finding.result == .confirmed)
                }
            }
        }
    }

    /// However often it is stopped, the clock goes on in the end, and ends for the person.
    @Test func letsNoAppraisalHoldUpACaseForEver() throws {
        var machine = DisputeMachine(
            state: .inquiring(Self.deadlines, isSilent: false), instance: .first, clock: Self.clock)
        let end = Self.terms.appraisalEnd(of: Self.clock, at: Self.now)
        for _ in 0..<3 {
            #expect(machine.apply(.clockStopped(from: nil), at: Self.now, under: Self.terms) == .changed([.pause]))
            #expect(machine.due == end)
            guard case .changed = machine.apply(.clockResumed(from: nil), at: Self.now, under: Self.terms) else {
                Issue.record("it goes on when the bureau says so")
                return
            }
        }
        _ = machine.apply(.clockStopped(from: nil), at: Self.now, under: Self.terms)
        guard case .changed(let steps) = machine.apply(.due, at: end, under: Self.terms) else {
            Issue.record("it goes on by itself")
            return
        }
        #expect(steps.first == .endPause(end))
        #expect(machine.apply(.clockStopped(from: nil), at: end, under: Self.terms) == .refused(.notEligible))
        let dueAt = try #require(machine.dueAt)
        #expect(end < dueAt)
        _ = machine.apply(.due, at: dueAt, under: Self.terms)
        guard case .unverified = machine.state else {
            Issue.record("it ends for the person")
            return
        }
    }

    /// What is kept of a case is the case.
    @Test func isReadAsItWasWritten() throws {
        for (_, machine) in Self.machines() {
            var kept = machine
            if case .paused = machine.state {
                kept = DisputeMachine(
                    state: machine.state, instance: machine.instance,
                    clock: DisputeMachine.Clock(
                        startedAt: Self.now, askedAt: nil,
                        pauses: [DisputeTerms.Pause(from: Self.now, to: Self.now + .seconds(5))]))
            }
            var file = DisputeFile(
                recordId: "transport/7",
                record: DisputeFile.Record(
                    version: 3, state: .held, bureau: "transport", severity: .minor, validUntil: day("2026-12-31")))
            file.casesOpened = 9
            file.cases = [
                DisputeFile.Case(
                    number: 9, machine: kept, ground: .noBasis, statement: "没有依据",
                    evidence: [Evidence(name: "a", sha256: "b"), Evidence(name: "c", sha256: "d", uri: "e")])
            ]
            #expect(try DisputeFile(file.encoded) == file)
            for end in 0..<file.encoded.count {
                #expect(throws: RowDamage.self) { try DisputeFile(file.encoded.prefix(end)) }
            }
        }
    }

    private static let table = """
        received
          confirmed by li → dismissed: dismiss, may be reviewed
          confirmed by wang → dismissed: dismiss, may be reviewed
          wrong → upheld: withdraw
          wrong, corrected → upheld: correct
          cannot verify → unverified: unverified
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: notEligible
          record ends → upheld: close
          time, too early → -
          time, 10 May → inquiring: inquire
          time, 15 May → inquiring: inquire
          time, 16 May → inquiring: inquire
        inquiring
          confirmed by li → dismissed: dismiss, may be reviewed
          confirmed by wang → dismissed: dismiss, may be reviewed
          wrong → upheld: withdraw
          wrong, corrected → upheld: correct
          cannot verify → unverified: unverified
          clock stops → paused: pause
          clock stops tomorrow → no: ahead
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: notEligible
          record ends → upheld: close
          time, too early → -
          time, 10 May → inquiring, silent: escalate
          time, 15 May → unverified: escalate, unverified
          time, 16 May → unverified: escalate, unverified
        inquiring, silent
          confirmed by li → dismissed: dismiss, may be reviewed
          confirmed by wang → dismissed: dismiss, may be reviewed
          wrong → upheld: withdraw
          wrong, corrected → upheld: correct
          cannot verify → unverified: unverified
          clock stops → paused, silent: pause
          clock stops tomorrow → no: ahead
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: notEligible
          record ends → upheld: close
          time, too early → -
          time, 10 May → -
          time, 15 May → unverified: unverified
          time, 16 May → unverified: unverified
        paused
          confirmed by li → dismissed: dismiss, may be reviewed
          confirmed by wang → dismissed: dismiss, may be reviewed
          wrong → upheld: withdraw
          wrong, corrected → upheld: correct
          cannot verify → unverified: unverified
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → inquiring: inquire
          clock goes on tomorrow → no: ahead
          review asked for → no: notEligible
          record ends → upheld: close
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → inquiring: appraisal over, inquire
        paused, silent
          confirmed by li → dismissed: dismiss, may be reviewed
          confirmed by wang → dismissed: dismiss, may be reviewed
          wrong → upheld: withdraw
          wrong, corrected → upheld: correct
          cannot verify → unverified: unverified
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → inquiring, silent: go on
          clock goes on tomorrow → no: ahead
          review asked for → no: notEligible
          record ends → upheld: close
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → inquiring, silent: appraisal over, go on
        unverified
          confirmed by li → no: notEligible
          confirmed by wang → no: notEligible
          wrong → upheld: withdraw
          wrong, corrected → no: notEligible
          cannot verify → no: notEligible
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: notEligible
          record ends → upheld: close
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → removed: remove
        unverified, no date
          confirmed by li → no: notEligible
          confirmed by wang → no: notEligible
          wrong → upheld: withdraw
          wrong, corrected → no: notEligible
          cannot verify → no: notEligible
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: notEligible
          record ends → upheld: close
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → unverified: nothing to say
        upheld
          confirmed by li → no: notEligible
          confirmed by wang → no: notEligible
          wrong → no: notEligible
          wrong, corrected → no: notEligible
          cannot verify → no: notEligible
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: notEligible
          record ends → -
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → -
        dismissed
          confirmed by li → no: notEligible
          confirmed by wang → no: notEligible
          wrong → no: notEligible
          wrong, corrected → no: notEligible
          cannot verify → no: notEligible
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → review, inquiring: restrict, inquire
          record ends → -
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → -
        dismissed long ago
          confirmed by li → no: notEligible
          confirmed by wang → no: notEligible
          wrong → no: notEligible
          wrong, corrected → no: notEligible
          cannot verify → no: notEligible
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: notEligible
          record ends → -
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → -
        removed
          confirmed by li → no: notEligible
          confirmed by wang → no: notEligible
          wrong → no: notEligible
          wrong, corrected → no: notEligible
          cannot verify → no: notEligible
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: notEligible
          record ends → -
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → -
        review of wang's: received
          confirmed by li → dismissed: dismiss
          confirmed by wang → no: sameOfficer
          wrong → upheld: withdraw
          wrong, corrected → upheld: correct
          cannot verify → unverified: unverified
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: alreadyOpen
          record ends → upheld: close
          time, too early → -
          time, 10 May → inquiring: inquire
          time, 15 May → inquiring: inquire
          time, 16 May → inquiring: inquire
        review of wang's: inquiring
          confirmed by li → dismissed: dismiss
          confirmed by wang → no: sameOfficer
          wrong → upheld: withdraw
          wrong, corrected → upheld: correct
          cannot verify → unverified: unverified
          clock stops → paused: pause
          clock stops tomorrow → no: ahead
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: alreadyOpen
          record ends → upheld: close
          time, too early → -
          time, 10 May → inquiring, silent: escalate
          time, 15 May → unverified: escalate, unverified
          time, 16 May → unverified: escalate, unverified
        review of wang's: inquiring, silent
          confirmed by li → dismissed: dismiss
          confirmed by wang → no: sameOfficer
          wrong → upheld: withdraw
          wrong, corrected → upheld: correct
          cannot verify → unverified: unverified
          clock stops → paused, silent: pause
          clock stops tomorrow → no: ahead
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: alreadyOpen
          record ends → upheld: close
          time, too early → -
          time, 10 May → -
          time, 15 May → unverified: unverified
          time, 16 May → unverified: unverified
        review of wang's: paused
          confirmed by li → dismissed: dismiss
          confirmed by wang → no: sameOfficer
          wrong → upheld: withdraw
          wrong, corrected → upheld: correct
          cannot verify → unverified: unverified
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → inquiring: inquire
          clock goes on tomorrow → no: ahead
          review asked for → no: alreadyOpen
          record ends → upheld: close
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → inquiring: appraisal over, inquire
        review of wang's: paused, silent
          confirmed by li → dismissed: dismiss
          confirmed by wang → no: sameOfficer
          wrong → upheld: withdraw
          wrong, corrected → upheld: correct
          cannot verify → unverified: unverified
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → inquiring, silent: go on
          clock goes on tomorrow → no: ahead
          review asked for → no: alreadyOpen
          record ends → upheld: close
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → inquiring, silent: appraisal over, go on
        review of wang's: unverified
          confirmed by li → no: notEligible
          confirmed by wang → no: notEligible
          wrong → upheld: withdraw
          wrong, corrected → no: notEligible
          cannot verify → no: notEligible
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: alreadyOpen
          record ends → upheld: close
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → removed: remove
        review of wang's: unverified, no date
          confirmed by li → no: notEligible
          confirmed by wang → no: notEligible
          wrong → upheld: withdraw
          wrong, corrected → no: notEligible
          cannot verify → no: notEligible
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: alreadyOpen
          record ends → upheld: close
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → unverified: nothing to say
        review of wang's: upheld
          confirmed by li → no: notEligible
          confirmed by wang → no: notEligible
          wrong → no: notEligible
          wrong, corrected → no: notEligible
          cannot verify → no: notEligible
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: notEligible
          record ends → -
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → -
        review of wang's: dismissed
          confirmed by li → no: notEligible
          confirmed by wang → no: notEligible
          wrong → no: notEligible
          wrong, corrected → no: notEligible
          cannot verify → no: notEligible
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: notEligible
          record ends → -
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → -
        review of wang's: removed
          confirmed by li → no: notEligible
          confirmed by wang → no: notEligible
          wrong → no: notEligible
          wrong, corrected → no: notEligible
          cannot verify → no: notEligible
          clock stops → no: notEligible
          clock stops tomorrow → no: notEligible
          clock goes on → no: notEligible
          clock goes on tomorrow → no: notEligible
          review asked for → no: notEligible
          record ends → -
          time, too early → -
          time, 10 May → -
          time, 15 May → -
          time, 16 May → -

        """
}
