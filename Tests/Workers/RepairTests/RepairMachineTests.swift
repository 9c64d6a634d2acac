import CreditModel
import Testing

@testable import Repair

/// The life of an application: every state against every event.
@Suite struct RepairMachineTests {
    private static func reviewed(_ decision: RepairReviewed.Decision) -> RepairMachine.Event {
        let json = #"""
            {"repairId":"repair/1","subjectId":"s1","decision":"\#(decision.rawValue)","officer":"transport/chen","reason":"r"}
            """#
        guard let value = try? JSONParser.parse(Array(json.utf8)[...]).root, let review = RepairReviewed(validated: value),
            case .success(let authorized) = AuthorizedReview.authorize(
                review, sentBy: "transport", recordBureau: "transport", holders: [.recordBureau])
        else { preconditionFailure("the officer of this test has the right") }
        return .reviewed(authorized)
    }

    private static let events: [(name: String, event: RepairMachine.Event)] = [
        ("complete", .judged(.complete)),
        ("incomplete", .judged(.incomplete)),
        ("not admissible", .judged(.notAdmissible)),
        ("officer grants", reviewed(.granted)),
        ("officer refuses", reviewed(.refused)),
        ("officer returns", reviewed(.returned)),
        ("silence, to wait", .decisionOverdue(whenSilent: .wait)),
        ("silence, to grant", .decisionOverdue(whenSilent: .grant)),
        ("not executed in time", .executionOverdue),
        ("shown by the ledger", .shown),
        ("record ended", .recordEnded),
        ("extension over", .extensionOver),
    ]

    private static func word(_ action: RepairMachine.Action) -> String {
        switch action {
        case .tell(let status): status.rawValue
        case .alert(let alert): "alert" + (alert == .decisionOverdue ? " decision" : " execution")
        default: "\(action)"
        }
    }

    private static func outcome(of event: RepairMachine.Event, on machine: RepairMachine) -> String {
        var machine = machine
        let before = machine
        switch machine.apply(event) {
        case .done(let actions): return "\(machine.state): " + actions.map(word).joined(separator: ", ")
        case .unchanged:
            precondition(machine == before)
            return "-"
        case .refused(let code):
            precondition(machine == before)
            return "no: \(code.rawValue)"
        }
    }

    private static func table(_ kind: RepairApplied.Kind) -> String {
        var table = ""
        for state in RepairMachine.State.allCases {
            // Only an extension suspends.
            if state == .suspended, kind != .extended { continue }
            table += "\(state)\n"
            for (name, event) in events { table += "  \(name): \(outcome(of: event, on: RepairMachine(kind, state: state)))\n" }
        }
        return table
    }

    /// Read it line by line: it is what the law and the plan say about an application.
    @Test func saysForEveryStateWhatEveryEventDoes() { #expect(Self.table(.performance) == Self.performance) }

    @Test func suspendsByAnExtensionUntilItIsOver() { #expect(Self.table(.extended) == Self.extended) }

    @Test(arguments: [RepairApplied.Kind.statement, .deed])
    func letsEveryOtherKindLiveAsAPerformance(kind: RepairApplied.Kind) { #expect(Self.table(kind) == Self.performance) }

    /// The promise that the types keep, looked at from outside.
    @Test(arguments: RepairApplied.Kind.allCases)
    func refusesByNothingButAnOfficer(kind: RepairApplied.Kind) {
        for state in RepairMachine.State.allCases where state != .refused {
            for (name, event) in Self.events {
                var machine = RepairMachine(kind, state: state)
                _ = machine.apply(event)
                #expect(machine.state != .refused || name == "officer refuses")
            }
        }
    }

    @Test func neverLeavesAnEnd() {
        for state in [RepairMachine.State.notAdmitted, .returned, .refused, .executed, .overtaken] {
            for (_, event) in Self.events {
                var machine = RepairMachine(.performance, state: state)
                let verdict = machine.apply(event)
                #expect(machine.state == state)
                if case .done = verdict { Issue.record("\(state) has an end and does something") }
            }
        }
    }
}

extension RepairMachineTests {
    static let performance = """
        filed
          complete: reviewing: RECEIVED, startDecision, ACCEPTED, wantReview
          incomplete: returned: RECEIVED, RETURNED
          not admissible: notAdmitted: NOT_ADMITTED
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -
        reviewing
          complete: -
          incomplete: -
          not admissible: -
          officer grants: granted: startExecution, GRANTED, rule
          officer refuses: refused: REFUSED
          officer returns: returned: RETURNED
          silence, to wait: reviewing: alert decision, escalate, startDecision, ACCEPTED, wantReview
          silence, to grant: granted: alert decision, startExecution, GRANTED, rule
          not executed in time: -
          shown by the ledger: -
          record ended: overtaken: RETURNED
          extension over: -
        granted
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: granted: alert execution
          shown by the ledger: executed: EXECUTED
          record ended: executed: EXECUTED
          extension over: -
        notAdmitted
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -
        returned
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -
        refused
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -
        executed
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -
        overtaken
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -

        """

    static let extended = """
        filed
          complete: reviewing: RECEIVED, startDecision, ACCEPTED, wantReview
          incomplete: returned: RECEIVED, RETURNED
          not admissible: notAdmitted: NOT_ADMITTED
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -
        reviewing
          complete: -
          incomplete: -
          not admissible: -
          officer grants: granted: startExecution, GRANTED, rule
          officer refuses: refused: REFUSED
          officer returns: returned: RETURNED
          silence, to wait: reviewing: alert decision, escalate, startDecision, ACCEPTED, wantReview
          silence, to grant: granted: alert decision, startExecution, GRANTED, rule
          not executed in time: -
          shown by the ledger: -
          record ended: overtaken: RETURNED
          extension over: -
        granted
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: granted: alert execution
          shown by the ledger: suspended: EXECUTED
          record ended: executed: EXECUTED, lift
          extension over: -
        suspended
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: executed: lift
          extension over: executed: lift, tellExtensionOver
        notAdmitted
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -
        returned
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -
        refused
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -
        executed
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -
        overtaken
          complete: -
          incomplete: -
          not admissible: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          officer returns: no: state.not-eligible
          silence, to wait: -
          silence, to grant: -
          not executed in time: -
          shown by the ledger: -
          record ended: -
          extension over: -

        """
}
