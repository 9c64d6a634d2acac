import CreditModel
import Testing

@testable import Notice

/// The life of a notice: every state against every event.
@Suite struct NoticeMachineTests {
    private static let events: [(name: String, event: NoticeMachine.Event)] =
        [
            ("channel post", .offered(.channel("post"))),
            ("subject unknown", .offered(.subjectUnknown)),
            ("key missing", .offered(.keyMissing)),
            ("nothing left", .offered(.nothing)),
            ("subject seen", .subjectSeen),
            ("asked again", .askedAgain),
            ("receipt overdue", .receiptOverdue),
        ]
        + ReceiptStatus.allCases.map { ("sms: \($0.rawValue)", .receipt($0, from: "sms")) }
        + [
            ("post: DELIVERED", .receipt(.delivered, from: "post")),
            ("no gateway: DELIVERED", .receipt(.delivered, from: nil)),
        ]

    /// `sent` with the gateway that is the last, and with one behind which another has it.
    private static let states: [(name: String, machine: NoticeMachine)] = [
        ("ready", NoticeMachine(state: .ready, tried: [])),
        ("awaitingSubject", NoticeMachine(state: .awaitingSubject, tried: [])),
        ("awaitingKey after sms", NoticeMachine(state: .awaitingKey, tried: ["sms"])),
        ("sent by sms", NoticeMachine(state: .sent, tried: ["sms"])),
        ("sent by post after sms", NoticeMachine(state: .sent, tried: ["sms", "post"])),
        ("delivered after sms", NoticeMachine(state: .delivered, tried: ["sms", "post"])),
        ("undeliverable after sms", NoticeMachine(state: .undeliverable, tried: ["sms", "post"])),
    ]

    private static func word(_ action: NoticeMachine.Action) -> String {
        switch action {
        case .tell(let status, let channel): status.rawValue + (channel.map { " by \($0)" } ?? "")
        case .alert(let alert): "alert \(alert.rawValue)"
        default: "\(action)"
        }
    }

    private static func outcome(of event: NoticeMachine.Event, on machine: NoticeMachine) -> String {
        var machine = machine
        let before = machine
        let verdict = machine.apply(event)
        if case .done(let actions) = verdict { return "\(machine.state): " + actions.map(word).joined(separator: ", ") }
        precondition(machine == before)
        if case .refused(let code) = verdict { return "no: \(code.rawValue)" }
        return verdict == .unchanged ? "-" : "\(verdict)"
    }

    private static var table: String {
        var table = ""
        for (name, machine) in states {
            table += "\(name)\n"
            for (name, event) in events { table += "  \(name): \(outcome(of: event, on: machine))\n" }
        }
        return table
    }

    /// Read it line by line: it is what the law and the contract say about a notice.
    @Test func saysForEveryStateWhatEveryEventDoes() { #expect(Self.table == Self.expected) }

    /// Terms that harm somebody begin with a delivery, so nothing but a proof may make one.
    @Test func isDeliveredByNothingButTheProofOfAGatewayThatHadIt() {
        for (_, machine) in Self.states where machine.state != .delivered {
            for (name, event) in Self.events {
                var machine = machine
                let hadIt = machine.tried
                _ = machine.apply(event)
                guard machine.state == .delivered else { continue }
                #expect(name.hasSuffix(": DELIVERED") && hadIt.contains(String(name.prefix { $0 != ":" })))
            }
        }
    }
}

extension NoticeMachineTests {
    static let expected = """
        ready
          channel post: sent: send, SENT by post, startReceipt
          subject unknown: awaitingSubject: startAsking
          key missing: awaitingKey: startAsking
          nothing left: undeliverable: UNDELIVERABLE, alert notice.undeliverable
          subject seen: -
          asked again: -
          receipt overdue: -
          sms: RECEIVED: no: policy.source-not-allowed
          sms: APPLIED: no: policy.source-not-allowed
          sms: LIFTED: no: policy.source-not-allowed
          sms: REJECTED: no: policy.source-not-allowed
          sms: NOT_FOUND: no: policy.source-not-allowed
          sms: DELIVERED: no: policy.source-not-allowed
          sms: FAILED: no: policy.source-not-allowed
          post: DELIVERED: no: policy.source-not-allowed
          no gateway: DELIVERED: no: policy.source-not-allowed
        awaitingSubject
          channel post: -
          subject unknown: -
          key missing: -
          nothing left: -
          subject seen: ready: findChannel
          asked again: awaitingSubject: alert notice.subject-unknown
          receipt overdue: -
          sms: RECEIVED: no: policy.source-not-allowed
          sms: APPLIED: no: policy.source-not-allowed
          sms: LIFTED: no: policy.source-not-allowed
          sms: REJECTED: no: policy.source-not-allowed
          sms: NOT_FOUND: no: policy.source-not-allowed
          sms: DELIVERED: no: policy.source-not-allowed
          sms: FAILED: no: policy.source-not-allowed
          post: DELIVERED: no: policy.source-not-allowed
          no gateway: DELIVERED: no: policy.source-not-allowed
        awaitingKey after sms
          channel post: -
          subject unknown: -
          key missing: -
          nothing left: -
          subject seen: -
          asked again: ready: findChannel
          receipt overdue: -
          sms: RECEIVED: superseded
          sms: APPLIED: no: schema.range
          sms: LIFTED: no: schema.range
          sms: REJECTED: superseded
          sms: NOT_FOUND: superseded
          sms: DELIVERED: delivered: DELIVERED by sms
          sms: FAILED: superseded
          post: DELIVERED: no: policy.source-not-allowed
          no gateway: DELIVERED: no: policy.source-not-allowed
        sent by sms
          channel post: -
          subject unknown: -
          key missing: -
          nothing left: -
          subject seen: -
          asked again: -
          receipt overdue: ready: FAILED by sms, findChannel
          sms: RECEIVED: noted
          sms: APPLIED: no: schema.range
          sms: LIFTED: no: schema.range
          sms: REJECTED: ready: FAILED by sms, findChannel
          sms: NOT_FOUND: ready: FAILED by sms, findChannel
          sms: DELIVERED: delivered: DELIVERED by sms
          sms: FAILED: ready: FAILED by sms, findChannel
          post: DELIVERED: no: policy.source-not-allowed
          no gateway: DELIVERED: no: policy.source-not-allowed
        sent by post after sms
          channel post: -
          subject unknown: -
          key missing: -
          nothing left: -
          subject seen: -
          asked again: -
          receipt overdue: ready: FAILED by post, findChannel
          sms: RECEIVED: superseded
          sms: APPLIED: no: schema.range
          sms: LIFTED: no: schema.range
          sms: REJECTED: superseded
          sms: NOT_FOUND: superseded
          sms: DELIVERED: delivered: DELIVERED by sms
          sms: FAILED: superseded
          post: DELIVERED: delivered: DELIVERED by post
          no gateway: DELIVERED: no: policy.source-not-allowed
        delivered after sms
          channel post: -
          subject unknown: -
          key missing: -
          nothing left: -
          subject seen: -
          asked again: -
          receipt overdue: -
          sms: RECEIVED: superseded
          sms: APPLIED: no: schema.range
          sms: LIFTED: no: schema.range
          sms: REJECTED: no: state.not-eligible
          sms: NOT_FOUND: no: state.not-eligible
          sms: DELIVERED: duplicate
          sms: FAILED: no: state.not-eligible
          post: DELIVERED: duplicate
          no gateway: DELIVERED: no: policy.source-not-allowed
        undeliverable after sms
          channel post: -
          subject unknown: -
          key missing: -
          nothing left: -
          subject seen: -
          asked again: -
          receipt overdue: -
          sms: RECEIVED: superseded
          sms: APPLIED: no: schema.range
          sms: LIFTED: no: schema.range
          sms: REJECTED: superseded
          sms: NOT_FOUND: superseded
          sms: DELIVERED: delivered: DELIVERED by sms
          sms: FAILED: superseded
          post: DELIVERED: delivered: DELIVERED by post
          no gateway: DELIVERED: no: policy.source-not-allowed

        """
}
