import CreditModel
import Testing

@testable import Reward

/// The life of a reward: every state against every event.
@Suite struct RewardMachineTests {
    private static func decided(_ decision: RewardDecided.Decision) -> RewardMachine.Event {
        let json =
            #"{"caseId":"reward/1","subjectId":"s1","decision":"\#(decision.rawValue)","approver":"credit-office/li","reason":"r"}"#
        guard let value = try? JSONParser.parse(Array(json.utf8)[...]).root, let decided = RewardDecided(validated: value),
            let programme = try? SampleCity.policy().programme("integrity-citizen"),
            case .success(let authorized) = AuthorizedDecision.authorize(decided, sentBy: "credit-office", programme: programme)
        else { preconditionFailure("the officer of this test has the right") }
        return .decided(authorized)
    }

    private static func answered(_ result: ObjectionAnswered.Result) -> RewardMachine.Event {
        let json = #"{"caseId":"reward/1","subjectId":"s1","officer":"transport/li","result":"\#(result.rawValue)","reason":"r"}"#
        guard let value = try? JSONParser.parse(Array(json.utf8)[...]).root, let answered = ObjectionAnswered(validated: value),
            case .success(let authorized) = AuthorizedAnswer.authorize(
                answered, sentBy: "transport", nominator: "transport", holders: [.recordBureau])
        else { preconditionFailure("the officer of this test has the right") }
        return .answered(authorized)
    }

    private static let events: [(name: String, event: RewardMachine.Event)] = [
        ("admitted", .verified(isAdmitted: true)),
        ("not admitted", .verified(isAdmitted: false)),
        ("objected", .objected),
        ("answered, dismissed", answered(.dismissed)),
        ("answered, upheld", answered(.upheld)),
        ("publicity over", .publicityOver),
        ("not answered in time", .answerOverdue),
        ("not decided in time", .decisionOverdue),
        ("officer grants", decided(.grant)),
        ("officer refuses", decided(.refuse)),
        ("person declines", .declined),
        ("adverse record", .adverseRecord),
        ("term over", .expired),
    ]

    private static func word(_ action: RewardMachine.Action) -> String {
        switch action {
        case .tell(let status): status.rawValue
        case .notify(let kind): "notice \(kind.rawValue)"
        case .alert(let alert): "alert \(alert.rawValue)"
        default: "\(action)"
        }
    }

    private static func outcome(of event: RewardMachine.Event, on machine: RewardMachine) -> String {
        var machine = machine
        let before = machine
        switch machine.apply(event) {
        case .done(let actions):
            return "\(machine.state): " + (actions.isEmpty ? "nothing to do" : actions.map(word).joined(separator: ", "))
        case .unchanged:
            precondition(machine == before)
            return "-"
        case .refused(let code):
            precondition(machine == before)
            return "no: \(code.rawValue)"
        }
    }

    private static func table() -> String {
        var table = ""
        for state in RewardMachine.State.allCases {
            table += "\(state)\n"
            for (name, event) in events { table += "  \(name): \(outcome(of: event, on: RewardMachine(state: state)))\n" }
        }
        return table
    }

    /// Read it line by line: it is what the contract and the plan say about a reward.
    @Test func saysForEveryStateWhatEveryEventDoes() { #expect(Self.table() == Self.expected) }

    /// The promise that the types keep, looked at from outside.
    @Test func grantsByNothingButAnOfficerAfterThePublicity() {
        for state in RewardMachine.State.allCases where state != .granted {
            for (name, event) in Self.events {
                var machine = RewardMachine(state: state)
                let verdict = machine.apply(event)
                #expect(machine.state != .granted || (name == "officer grants" && state == .deciding))
                if case .done(let actions) = verdict { #expect(actions.contains(.grant) == (machine.state == .granted)) }
            }
        }
    }

    /// The end goes wherever the grant went, and nowhere else.
    @Test func endsAtTheAgenciesWhatWasGranted() {
        for state in RewardMachine.State.allCases {
            for (_, event) in Self.events {
                var machine = RewardMachine(state: state)
                guard case .done(let actions) = machine.apply(event) else { continue }
                #expect(actions.contains(.end) == (state == .granted && machine.state != .granted))
            }
        }
    }

    @Test func neverLeavesAnEnd() {
        for state in [RewardMachine.State.notAdmitted, .refused, .ended] {
            for (_, event) in Self.events {
                var machine = RewardMachine(state: state)
                let verdict = machine.apply(event)
                #expect(machine.state == state)
                if case .done = verdict { Issue.record("\(state) has an end and does something") }
            }
        }
    }
}

extension RewardMachineTests {
    static let expected = """
        nominated
          admitted: publicised: startPublicity, PUBLICISED, notice reward.publicised
          not admitted: notAdmitted: NOT_ADMITTED
          objected: no: state.not-eligible
          answered, dismissed: no: state.not-eligible
          answered, upheld: no: state.not-eligible
          publicity over: -
          not answered in time: -
          not decided in time: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          person declines: no: state.not-eligible
          adverse record: -
          term over: -
        publicised
          admitted: -
          not admitted: -
          objected: objected: startAnswer, OBJECTED
          answered, dismissed: no: state.not-eligible
          answered, upheld: no: state.not-eligible
          publicity over: deciding: startDecision
          not answered in time: -
          not decided in time: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          person declines: ended: ENDED, notice reward.ended
          adverse record: ended: ENDED, notice reward.ended
          term over: -
        objected
          admitted: -
          not admitted: -
          objected: objected: OBJECTED
          answered, dismissed: publicised: PUBLICISED
          answered, upheld: refused: REFUSED, notice reward.ended
          publicity over: -
          not answered in time: objected: alert reward.objection-overdue, startAnswer
          not decided in time: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          person declines: ended: ENDED, notice reward.ended
          adverse record: ended: ENDED, notice reward.ended
          term over: -
        deciding
          admitted: -
          not admitted: -
          objected: no: state.not-eligible
          answered, dismissed: no: state.not-eligible
          answered, upheld: no: state.not-eligible
          publicity over: -
          not answered in time: -
          not decided in time: deciding: alert reward.decision-overdue, startDecision
          officer grants: granted: grant, GRANTED, notice reward.granted
          officer refuses: refused: REFUSED, notice reward.ended
          person declines: ended: ENDED, notice reward.ended
          adverse record: ended: ENDED, notice reward.ended
          term over: -
        granted
          admitted: -
          not admitted: -
          objected: no: state.not-eligible
          answered, dismissed: no: state.not-eligible
          answered, upheld: no: state.not-eligible
          publicity over: -
          not answered in time: -
          not decided in time: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          person declines: ended: end, ENDED, notice reward.ended
          adverse record: ended: end, ENDED, notice reward.ended
          term over: ended: end, ENDED, notice reward.ended
        notAdmitted
          admitted: -
          not admitted: -
          objected: no: state.not-eligible
          answered, dismissed: no: state.not-eligible
          answered, upheld: no: state.not-eligible
          publicity over: -
          not answered in time: -
          not decided in time: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          person declines: no: state.not-eligible
          adverse record: -
          term over: -
        refused
          admitted: -
          not admitted: -
          objected: no: state.not-eligible
          answered, dismissed: no: state.not-eligible
          answered, upheld: no: state.not-eligible
          publicity over: -
          not answered in time: -
          not decided in time: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          person declines: no: state.not-eligible
          adverse record: -
          term over: -
        ended
          admitted: -
          not admitted: -
          objected: no: state.not-eligible
          answered, dismissed: no: state.not-eligible
          answered, upheld: no: state.not-eligible
          publicity over: -
          not answered in time: -
          not decided in time: -
          officer grants: no: state.not-eligible
          officer refuses: no: state.not-eligible
          person declines: no: state.not-eligible
          adverse record: -
          term over: -

        """
}
