import CreditModel
import Testing

@testable import Delivery

/// The life of what goes to one agency: every state against every event.
@Suite struct DeliveryMachineTests {
    private static func machine(
        _ state: DeliveryMachine.State, _ action: DeliveryAction, isOut: Bool = true, isApplied: Bool = false, receipt: ReceiptStatus? = nil
    ) -> DeliveryMachine {
        DeliveryMachine(
            state: state, action, sequence: 2, attempts: state == .sent ? 1 : 0, isOut: isOut, isApplied: isApplied, receipt: receipt)
    }

    private static let events: [(name: String, event: DeliveryMachine.Event)] =
        [
            ("dispatched: older", .dispatched(.impose, sequence: 2)),
            ("dispatched: IMPOSE", .dispatched(.impose, sequence: 3)),
            ("dispatched: LIFT", .dispatched(.lift, sequence: 3)),
            ("key", .offered(.key)),
            ("subject unknown", .offered(.subjectUnknown)),
            ("key missing", .offered(.keyMissing)),
            ("subject seen", .subjectSeen),
            ("asked again", .askedAgain),
            ("overdue, may go out again", .receiptOverdue(attemptsMax: 2)),
            ("overdue, for the last time", .receiptOverdue(attemptsMax: 1)),
        ]
        + ReceiptStatus.allCases.map { ("receipt: \($0.rawValue)", .receipt($0, sequence: 2, isFromAgency: true)) }
        + [
            ("receipt of an older one: APPLIED", .receipt(.applied, sequence: 1, isFromAgency: true)),
            ("receipt of one to come: APPLIED", .receipt(.applied, sequence: 3, isFromAgency: true)),
            ("another agency: APPLIED", .receipt(.applied, sequence: 2, isFromAgency: false)),
        ]

    private static let states: [(name: String, machine: DeliveryMachine)] = [
        ("ready IMPOSE", machine(.ready, .impose, isOut: false)),
        ("awaitingSubject IMPOSE", machine(.awaitingSubject, .impose, isOut: false)),
        ("awaitingKey IMPOSE", machine(.awaitingKey, .impose, isOut: false)),
        ("sent IMPOSE", machine(.sent, .impose)),
        ("sent SUSPEND", machine(.sent, .suspend, isApplied: true)),
        ("sent LIFT, never applied", machine(.sent, .lift)),
        ("sent LIFT, applied before", machine(.sent, .lift, isApplied: true)),
        ("givenUp IMPOSE", machine(.givenUp, .impose)),
        ("rejected IMPOSE", machine(.rejected, .impose, receipt: .rejected)),
        ("acknowledged IMPOSE", machine(.acknowledged, .impose, isApplied: true, receipt: .applied)),
        ("acknowledged LIFT", machine(.acknowledged, .lift, receipt: .lifted)),
        ("acknowledged LIFT that never went out", machine(.acknowledged, .lift, isOut: false)),
    ]

    private static func word(_ action: DeliveryMachine.Action) -> String {
        switch action {
        case .tell(let status, let receipt): status.rawValue + (receipt.map { " (\($0.rawValue))" } ?? "")
        case .alert(let alert): "alert \(alert.rawValue)"
        default: "\(action)"
        }
    }

    private static func outcome(of event: DeliveryMachine.Event, on machine: DeliveryMachine) -> String {
        var machine = machine
        let verdict = machine.apply(event)
        switch verdict {
        case .done(let actions): return "\(machine.state): " + actions.map(word).joined(separator: ", ")
        case .refused(let code): return "no: \(code.rawValue)"
        case .unchanged: return "-"
        case .noted, .duplicate, .superseded: return "\(verdict)"
        }
    }

    private static var table: String {
        var table = ""
        for (name, machine) in states {
            table += "\(name)\n"
            for (name, event) in events { table += "  \(name): \(outcome(of: event, on: machine))\n" }
        }
        return table
    }

    /// Read it line by line: it is what agencies are promised, and people.
    @Test func saysForEveryStateWhatEveryEventDoes() { #expect(Self.table == Self.expected) }

    /// What each word of an agency does to each action that is under way.
    @Test func closesByTheRightWordOnly() {
        var table = ""
        for action in DeliveryAction.allCases {
            let closing = ReceiptStatus.allCases.filter { status in
                var machine = Self.machine(.sent, action)
                _ = machine.apply(.receipt(status, sequence: 2, isFromAgency: true))
                return machine.state == .acknowledged
            }
            table += "\(action.rawValue): \(closing.map(\.rawValue).joined(separator: " "))\n"
        }
        #expect(
            table == """
                IMPOSE: APPLIED NOT_FOUND
                SUSPEND: APPLIED LIFTED NOT_FOUND
                RESUME: APPLIED NOT_FOUND
                LIFT: LIFTED NOT_FOUND
                GRANT: APPLIED NOT_FOUND
                END: LIFTED NOT_FOUND

                """)
    }

    /// X5: a lifting reaches whom the order has reached.
    @Test func neverGivesUpWhatTakesSomethingBack() {
        for action in DeliveryAction.allCases {
            var machine = Self.machine(.sent, action)
            for _ in 0..<100 { _ = machine.apply(.receiptOverdue(attemptsMax: 3)) }
            #expect(machine.state == (action.takesBack ? .sent : .givenUp))
            _ = machine.apply(.receipt(.rejected, sequence: 2, isFromAgency: true))
            #expect(machine.state == (action.takesBack ? .sent : .rejected))
        }
    }

    @Test(arguments: [DeliveryMachine.State.sent, .givenUp, .rejected, .acknowledged])
    func liftsWhatHasGoneOutWhateverTheAgencyHasSaid(state: DeliveryMachine.State) {
        var machine = Self.machine(state, .impose)
        _ = machine.apply(.dispatched(.lift, sequence: 3))
        #expect(machine.state == .ready && machine.action == .lift)
        _ = machine.apply(.offered(.key))
        #expect(machine.state == .sent)
    }
}

extension DeliveryMachineTests {
    static let expected = """
        ready IMPOSE
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: acknowledged: ACKNOWLEDGED
          key: sent: send, SENT, startReceipt
          subject unknown: awaitingSubject: WAITING, startAsking
          key missing: awaitingKey: WAITING, alert delivery.key-missing, startAsking
          subject seen: -
          asked again: -
          overdue, may go out again: -
          overdue, for the last time: -
          receipt: RECEIVED: no: state.not-found
          receipt: APPLIED: no: state.not-found
          receipt: LIFTED: no: state.not-found
          receipt: REJECTED: no: state.not-found
          receipt: NOT_FOUND: no: state.not-found
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: no: state.not-found
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed
        awaitingSubject IMPOSE
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: acknowledged: ACKNOWLEDGED
          key: -
          subject unknown: -
          key missing: -
          subject seen: ready: find
          asked again: awaitingSubject: alert delivery.subject-unknown
          overdue, may go out again: -
          overdue, for the last time: -
          receipt: RECEIVED: no: state.not-found
          receipt: APPLIED: no: state.not-found
          receipt: LIFTED: no: state.not-found
          receipt: REJECTED: no: state.not-found
          receipt: NOT_FOUND: no: state.not-found
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: no: state.not-found
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed
        awaitingKey IMPOSE
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: acknowledged: ACKNOWLEDGED
          key: -
          subject unknown: -
          key missing: -
          subject seen: -
          asked again: ready: find
          overdue, may go out again: -
          overdue, for the last time: -
          receipt: RECEIVED: no: state.not-found
          receipt: APPLIED: no: state.not-found
          receipt: LIFTED: no: state.not-found
          receipt: REJECTED: no: state.not-found
          receipt: NOT_FOUND: no: state.not-found
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: no: state.not-found
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed
        sent IMPOSE
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: ready: find
          key: -
          subject unknown: -
          key missing: -
          subject seen: -
          asked again: -
          overdue, may go out again: sent: sendAgain, OVERDUE, alert delivery.receipt-overdue, startReceipt
          overdue, for the last time: givenUp: OVERDUE, alert delivery.given-up
          receipt: RECEIVED: noted
          receipt: APPLIED: acknowledged: ACKNOWLEDGED (APPLIED)
          receipt: LIFTED: no: schema.range
          receipt: REJECTED: rejected: REJECTED (REJECTED), alert delivery.rejected
          receipt: NOT_FOUND: acknowledged: ACKNOWLEDGED (NOT_FOUND)
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: superseded
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed
        sent SUSPEND
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: ready: find
          key: -
          subject unknown: -
          key missing: -
          subject seen: -
          asked again: -
          overdue, may go out again: sent: sendAgain, OVERDUE, alert delivery.receipt-overdue, startReceipt
          overdue, for the last time: sent: sendAgain, OVERDUE, alert delivery.receipt-overdue, startReceipt
          receipt: RECEIVED: noted
          receipt: APPLIED: acknowledged: ACKNOWLEDGED (APPLIED)
          receipt: LIFTED: acknowledged: ACKNOWLEDGED (LIFTED)
          receipt: REJECTED: sent: REJECTED (REJECTED), alert delivery.rejected
          receipt: NOT_FOUND: sent: REJECTED (NOT_FOUND), alert delivery.contradicted
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: superseded
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed
        sent LIFT, never applied
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: ready: find
          key: -
          subject unknown: -
          key missing: -
          subject seen: -
          asked again: -
          overdue, may go out again: sent: sendAgain, OVERDUE, alert delivery.receipt-overdue, startReceipt
          overdue, for the last time: sent: sendAgain, OVERDUE, alert delivery.receipt-overdue, startReceipt
          receipt: RECEIVED: noted
          receipt: APPLIED: no: schema.range
          receipt: LIFTED: acknowledged: ACKNOWLEDGED (LIFTED), dropCurrent
          receipt: REJECTED: sent: REJECTED (REJECTED), alert delivery.rejected
          receipt: NOT_FOUND: acknowledged: ACKNOWLEDGED (NOT_FOUND), dropCurrent
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: superseded
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed
        sent LIFT, applied before
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: ready: find
          key: -
          subject unknown: -
          key missing: -
          subject seen: -
          asked again: -
          overdue, may go out again: sent: sendAgain, OVERDUE, alert delivery.receipt-overdue, startReceipt
          overdue, for the last time: sent: sendAgain, OVERDUE, alert delivery.receipt-overdue, startReceipt
          receipt: RECEIVED: noted
          receipt: APPLIED: no: schema.range
          receipt: LIFTED: acknowledged: ACKNOWLEDGED (LIFTED), dropCurrent
          receipt: REJECTED: sent: REJECTED (REJECTED), alert delivery.rejected
          receipt: NOT_FOUND: sent: REJECTED (NOT_FOUND), alert delivery.contradicted
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: superseded
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed
        givenUp IMPOSE
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: ready: find
          key: -
          subject unknown: -
          key missing: -
          subject seen: -
          asked again: -
          overdue, may go out again: -
          overdue, for the last time: -
          receipt: RECEIVED: noted
          receipt: APPLIED: acknowledged: ACKNOWLEDGED (APPLIED)
          receipt: LIFTED: no: schema.range
          receipt: REJECTED: rejected: REJECTED (REJECTED), alert delivery.rejected
          receipt: NOT_FOUND: acknowledged: ACKNOWLEDGED (NOT_FOUND)
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: superseded
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed
        rejected IMPOSE
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: ready: find
          key: -
          subject unknown: -
          key missing: -
          subject seen: -
          asked again: -
          overdue, may go out again: -
          overdue, for the last time: -
          receipt: RECEIVED: noted
          receipt: APPLIED: acknowledged: ACKNOWLEDGED (APPLIED)
          receipt: LIFTED: no: schema.range
          receipt: REJECTED: duplicate
          receipt: NOT_FOUND: acknowledged: ACKNOWLEDGED (NOT_FOUND)
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: superseded
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed
        acknowledged IMPOSE
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: ready: find
          key: -
          subject unknown: -
          key missing: -
          subject seen: -
          asked again: -
          overdue, may go out again: -
          overdue, for the last time: -
          receipt: RECEIVED: superseded
          receipt: APPLIED: duplicate
          receipt: LIFTED: no: schema.range
          receipt: REJECTED: no: state.not-eligible
          receipt: NOT_FOUND: no: state.not-eligible
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: superseded
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed
        acknowledged LIFT
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: ready: find
          key: -
          subject unknown: -
          key missing: -
          subject seen: -
          asked again: -
          overdue, may go out again: -
          overdue, for the last time: -
          receipt: RECEIVED: superseded
          receipt: APPLIED: no: schema.range
          receipt: LIFTED: duplicate
          receipt: REJECTED: no: state.not-eligible
          receipt: NOT_FOUND: no: state.not-eligible
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: superseded
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed
        acknowledged LIFT that never went out
          dispatched: older: -
          dispatched: IMPOSE: ready: find
          dispatched: LIFT: acknowledged: ACKNOWLEDGED
          key: -
          subject unknown: -
          key missing: -
          subject seen: -
          asked again: -
          overdue, may go out again: -
          overdue, for the last time: -
          receipt: RECEIVED: no: state.not-found
          receipt: APPLIED: no: state.not-found
          receipt: LIFTED: no: state.not-found
          receipt: REJECTED: no: state.not-found
          receipt: NOT_FOUND: no: state.not-found
          receipt: DELIVERED: no: schema.range
          receipt: FAILED: no: schema.range
          receipt of an older one: APPLIED: no: state.not-found
          receipt of one to come: APPLIED: no: state.not-found
          another agency: APPLIED: no: policy.source-not-allowed

        """
}
