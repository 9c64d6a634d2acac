import CreditModel
import StreamCore
import Testing

@testable import Sanction

/// The life of a sanction: every state against every event.
@Suite struct SanctionMachineTests {
    private let events: [(name: String, event: SanctionMachine.Event)]

    init() throws {
        let decided = try Decisions.decided()
        events = [
            ("admissible", .judged(isAdmissible: true)), ("not admissible", .judged(isAdmissible: false)),
            ("notice delivered", .noticeDelivered), ("notice undeliverable", .noticeUndeliverable), ("terms over", .termsOver),
            ("objected", .objected), ("objection upheld", .answered(try Decisions.answer(.upheld))),
            ("objection dismissed", .answered(try Decisions.answer(.dismissed))), ("answer overdue", .answerOverdue),
            ("decision overdue", .decisionOverdue), ("confirmed", .confirmed(decided)), ("dismissed", .dismissed(decided.approver)),
            ("revoked", .revoked(decided.approver)), ("records in doubt", .groundsDoubted), ("records clear", .groundsClear),
            ("records gone", .groundsGone), ("not of age", .underage), ("last day over", .untilOver),
        ]
    }

    private static func word(_ action: SanctionMachine.Action) -> String {
        switch action {
        case .tell(let status): status.rawValue
        case .notify(let kind): "notice \(kind.rawValue)"
        case .alert(let alert): "alert \(alert.rawValue)"
        case .impose: "make orders"
        case .dispatch(let action): "dispatch \(action.rawValue)"
        case .startTerms, .startAnswer: "\(action)"
        }
    }

    private static func outcome(of event: SanctionMachine.Event, on state: SanctionMachine.State) -> String {
        var machine = SanctionMachine(state: state)
        switch machine.apply(event) {
        case .done(let actions):
            return "\(machine.state): " + (actions.isEmpty ? "says nothing" : actions.map(word).joined(separator: ", "))
        case .unchanged:
            precondition(machine.state == state)
            return "-"
        case .refused(let code):
            precondition(machine.state == state)
            return "no: \(code.rawValue)"
        }
    }

    /// Read it line by line: it is what the law and the plan say about a sanction.
    @Test func saysForEveryStateWhatEveryEventDoes() {
        var table = ""
        for state in SanctionMachine.State.allCases {
            table += "\(state)\n"
            for (name, event) in events { table += "  \(name): \(Self.outcome(of: event, on: state))\n" }
        }
        #expect(table == Self.table)
    }

    /// The promises that the types keep, looked at from outside.
    @Test func makesOrdersByNothingButADecisionAfterTheHearing() {
        for state in SanctionMachine.State.allCases {
            for (name, event) in events {
                var machine = SanctionMachine(state: state)
                guard case .done(let actions) = machine.apply(event) else { continue }
                let isImposing = actions.contains { if case .impose = $0 { true } else { false } }
                #expect(isImposing == (state == .awaitingDecision && name == "confirmed"), "\(state), \(name)")
                #expect(actions.contains(.dispatch(.impose)) == isImposing)
                #expect(!actions.contains(.dispatch(.resume)) || (state == .suspended && name == "records clear"))
            }
        }
    }

    @Test func neverLeavesAnEnd() {
        for state in [SanctionMachine.State.notAdmitted, .dismissed, .lifted] {
            for (_, event) in events {
                var machine = SanctionMachine(state: state)
                if case .done = machine.apply(event) { Issue.record("\(state) is an end and does something") }
                #expect(machine.state == state)
            }
        }
    }

    /// Whatever takes effect from somebody is reached from every state in which there is something to take.
    @Test func reliefIsPossibleInEveryStateThatIsNotOver() {
        for state in SanctionMachine.State.allCases {
            var machine = SanctionMachine(state: state)
            guard machine.isPending || machine.isImposed else { continue }
            let wasImposed = machine.isImposed
            guard case .done(let actions) = machine.apply(.groundsGone) else {
                Issue.record("\(state) stands on nothing")
                continue
            }
            #expect(machine.state == (wasImposed ? .lifted : .dismissed))
            #expect(actions.contains(.dispatch(.lift)) == wasImposed)
        }
    }
}

/// Decisions as they come about, for tests of what follows from one.
enum Decisions {
    static func decided() throws -> Decided {
        var story = try SanctionStory()
        _ = try story.record()
        let caseId = try story.heard()
        let row = try SanctionRow(story.tester.rows(SanctionRow.table)[0].payload)
        let message = try decision(
            #"{"caseId":"\#(caseId)","subjectId":"s1","decision":"CONFIRM","approver":"market-regulation/wang","#
                + #""documentNo":"1","reason":"r","measures":["procurement.excluded"],"until":"2027-05-06"}"#)
        let policy = try SampleCity.policy()
        let approver = try AuthorizedApprover.authorize(
            message.approver, sentBy: "market-regulation", proposer: row.cases[0].proposer, recordBureaus: row.cases[0].recordBureaus,
            rights: policy.officers
        ).get()
        return try Decided.decide(
            message, by: approver, on: row.cases[0], capacity: .adult, policy: policy, at: story.tester.now
        ).get()
    }

    static func decision(_ json: String) throws -> SanctionDecided {
        guard let decision = SanctionDecided(validated: try JSONParser.parse(Bytes(utf8: json)).root) else { throw RowDamage() }
        return decision
    }

    static func answer(_ result: ObjectionAnswered.Result) throws -> AuthorizedAnswer {
        let json =
            #"{"caseId":"sanction/1","subjectId":"s1","officer":"market-regulation/wang","result":"\#(result.rawValue)","reason":"r"}"#
        guard let answer = ObjectionAnswered(validated: try JSONParser.parse(Bytes(utf8: json)).root) else { throw RowDamage() }
        return try AuthorizedAnswer.authorize(
            answer, sentBy: "market-regulation", recordBureaus: ["market-regulation"], rights: try SampleCity.policy().officers
        ).get()
    }
}

extension SanctionMachineTests {
    static let table = """
        filed
          admissible: proposed: PROPOSED, notice sanction.proposed
          not admissible: notAdmitted: NOT_ADMITTED
          notice delivered: -
          notice undeliverable: -
          terms over: -
          objected: no: state.not-eligible
          objection upheld: no: state.not-eligible
          objection dismissed: no: state.not-eligible
          answer overdue: -
          decision overdue: -
          confirmed: no: state.not-eligible
          dismissed: no: state.not-eligible
          revoked: no: state.not-eligible
          records in doubt: -
          records clear: -
          records gone: -
          not of age: -
          last day over: -
        proposed
          admissible: -
          not admissible: -
          notice delivered: noticed: startTerms, NOTICED
          notice undeliverable: proposed: alert sanction.notice-undeliverable
          terms over: -
          objected: objectedBeforeNotice: startAnswer, OBJECTED
          objection upheld: no: state.not-eligible
          objection dismissed: no: state.not-eligible
          answer overdue: -
          decision overdue: proposed: alert sanction.decision-overdue
          confirmed: no: state.not-eligible
          dismissed: dismissed: DISMISSED, notice sanction.dismissed
          revoked: no: state.not-eligible
          records in doubt: -
          records clear: -
          records gone: dismissed: DISMISSED, notice sanction.dismissed
          not of age: dismissed: DISMISSED, notice sanction.dismissed
          last day over: -
        noticed
          admissible: -
          not admissible: -
          notice delivered: -
          notice undeliverable: -
          terms over: awaitingDecision: AWAITING_DECISION
          objected: objectedInTerm: startAnswer, OBJECTED
          objection upheld: no: state.not-eligible
          objection dismissed: no: state.not-eligible
          answer overdue: -
          decision overdue: noticed: alert sanction.decision-overdue
          confirmed: no: state.not-eligible
          dismissed: dismissed: DISMISSED, notice sanction.dismissed
          revoked: no: state.not-eligible
          records in doubt: -
          records clear: -
          records gone: dismissed: DISMISSED, notice sanction.dismissed
          not of age: dismissed: DISMISSED, notice sanction.dismissed
          last day over: -
        awaitingDecision
          admissible: -
          not admissible: -
          notice delivered: -
          notice undeliverable: -
          terms over: -
          objected: objectedAfterTerm: startAnswer, OBJECTED
          objection upheld: no: state.not-eligible
          objection dismissed: no: state.not-eligible
          answer overdue: -
          decision overdue: awaitingDecision: alert sanction.decision-overdue
          confirmed: ordered: make orders, ORDERED, dispatch IMPOSE, notice sanction.ordered
          dismissed: dismissed: DISMISSED, notice sanction.dismissed
          revoked: no: state.not-eligible
          records in doubt: -
          records clear: -
          records gone: dismissed: DISMISSED, notice sanction.dismissed
          not of age: dismissed: DISMISSED, notice sanction.dismissed
          last day over: -
        objectedBeforeNotice
          admissible: -
          not admissible: -
          notice delivered: objectedInTerm: startTerms, NOTICED, OBJECTED
          notice undeliverable: objectedBeforeNotice: alert sanction.notice-undeliverable
          terms over: -
          objected: objectedBeforeNotice: OBJECTED
          objection upheld: dismissed: DISMISSED, notice sanction.dismissed
          objection dismissed: proposed: PROPOSED
          answer overdue: objectedBeforeNotice: alert sanction.objection-overdue
          decision overdue: objectedBeforeNotice: alert sanction.decision-overdue
          confirmed: no: state.not-eligible
          dismissed: dismissed: DISMISSED, notice sanction.dismissed
          revoked: no: state.not-eligible
          records in doubt: -
          records clear: -
          records gone: dismissed: DISMISSED, notice sanction.dismissed
          not of age: dismissed: DISMISSED, notice sanction.dismissed
          last day over: -
        objectedInTerm
          admissible: -
          not admissible: -
          notice delivered: -
          notice undeliverable: -
          terms over: objectedAfterTerm: says nothing
          objected: objectedInTerm: OBJECTED
          objection upheld: dismissed: DISMISSED, notice sanction.dismissed
          objection dismissed: noticed: NOTICED
          answer overdue: objectedInTerm: alert sanction.objection-overdue
          decision overdue: objectedInTerm: alert sanction.decision-overdue
          confirmed: no: state.not-eligible
          dismissed: dismissed: DISMISSED, notice sanction.dismissed
          revoked: no: state.not-eligible
          records in doubt: -
          records clear: -
          records gone: dismissed: DISMISSED, notice sanction.dismissed
          not of age: dismissed: DISMISSED, notice sanction.dismissed
          last day over: -
        objectedAfterTerm
          admissible: -
          not admissible: -
          notice delivered: -
          notice undeliverable: -
          terms over: -
          objected: objectedAfterTerm: OBJECTED
          objection upheld: dismissed: DISMISSED, notice sanction.dismissed
          objection dismissed: awaitingDecision: AWAITING_DECISION
          answer overdue: objectedAfterTerm: alert sanction.objection-overdue
          decision overdue: objectedAfterTerm: alert sanction.decision-overdue
          confirmed: no: state.not-eligible
          dismissed: dismissed: DISMISSED, notice sanction.dismissed
          revoked: no: state.not-eligible
          records in doubt: -
          records clear: -
          records gone: dismissed: DISMISSED, notice sanction.dismissed
          not of age: dismissed: DISMISSED, notice sanction.dismissed
          last day over: -
        ordered
          admissible: -
          not admissible: -
          notice delivered: -
          notice undeliverable: -
          terms over: -
          objected: no: state.not-eligible
          objection upheld: no: state.not-eligible
          objection dismissed: no: state.not-eligible
          answer overdue: -
          decision overdue: -
          confirmed: no: state.not-eligible
          dismissed: no: state.not-eligible
          revoked: lifted: LIFTED, dispatch LIFT, notice sanction.lifted
          records in doubt: suspended: SUSPENDED, dispatch SUSPEND
          records clear: -
          records gone: lifted: LIFTED, dispatch LIFT, notice sanction.lifted
          not of age: lifted: LIFTED, dispatch LIFT, notice sanction.lifted
          last day over: lifted: LIFTED, dispatch LIFT, notice sanction.lifted
        suspended
          admissible: -
          not admissible: -
          notice delivered: -
          notice undeliverable: -
          terms over: -
          objected: no: state.not-eligible
          objection upheld: no: state.not-eligible
          objection dismissed: no: state.not-eligible
          answer overdue: -
          decision overdue: -
          confirmed: no: state.not-eligible
          dismissed: no: state.not-eligible
          revoked: lifted: LIFTED, dispatch LIFT, notice sanction.lifted
          records in doubt: -
          records clear: ordered: RESUMED, dispatch RESUME
          records gone: lifted: LIFTED, dispatch LIFT, notice sanction.lifted
          not of age: lifted: LIFTED, dispatch LIFT, notice sanction.lifted
          last day over: lifted: LIFTED, dispatch LIFT, notice sanction.lifted
        notAdmitted
          admissible: -
          not admissible: -
          notice delivered: -
          notice undeliverable: -
          terms over: -
          objected: no: state.not-eligible
          objection upheld: no: state.not-eligible
          objection dismissed: no: state.not-eligible
          answer overdue: -
          decision overdue: -
          confirmed: no: state.not-eligible
          dismissed: no: state.not-eligible
          revoked: no: state.not-eligible
          records in doubt: -
          records clear: -
          records gone: -
          not of age: -
          last day over: -
        dismissed
          admissible: -
          not admissible: -
          notice delivered: -
          notice undeliverable: -
          terms over: -
          objected: no: state.not-eligible
          objection upheld: no: state.not-eligible
          objection dismissed: no: state.not-eligible
          answer overdue: -
          decision overdue: -
          confirmed: no: state.not-eligible
          dismissed: no: state.not-eligible
          revoked: no: state.not-eligible
          records in doubt: -
          records clear: -
          records gone: -
          not of age: -
          last day over: -
        lifted
          admissible: -
          not admissible: -
          notice delivered: -
          notice undeliverable: -
          terms over: -
          objected: no: state.not-eligible
          objection upheld: no: state.not-eligible
          objection dismissed: no: state.not-eligible
          answer overdue: -
          decision overdue: -
          confirmed: no: state.not-eligible
          dismissed: no: state.not-eligible
          revoked: no: state.not-eligible
          records in doubt: -
          records clear: -
          records gone: -
          not of age: -
          last day over: -

        """
}
