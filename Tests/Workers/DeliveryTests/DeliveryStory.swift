import Crypto
import StreamCore
import StreamTestKit

@testable import CreditModel
@testable import Delivery

/// A delivery worker with its clock and rows, told what happened in the words of these tests; its agencies open what they get.
struct DeliveryStory {
    var tester: WorkerTester<Delivery>
    let subjectId = "s0a1"
    private var messages = 0
    /// The tester fires its timers in this one.
    var partition = 0

    static let identity = SealedSubject.Identity(
        kind: .organization, idType: "USCC", idNumber: "91410199MA00040671", name: "郑州样例庚戌贸易有限公司")

    /// What one input made.
    struct Told {
        var orders: [SanctionOrdered] = []
        var grants: [RewardGranted] = []
        /// What stands now under the keys that changed: `ORDER SEQUENCE`, or `ORDER -` where nothing does.
        var current: [String] = []
        var steps: [DeliveryProgressed] = []
        var answers: [InboundAnswered] = []
        var alerts: [AlertRaised] = []
        var decision: Decision

        /// `SENT IMPOSE`, with the receipt where there is one.
        var words: [String] {
            steps.map { [$0.status.rawValue, $0.action, $0.receipt?.rawValue].compactMap { $0 }.joined(separator: " ") }
        }
        var statuses: [SubmissionAnswered.Status] { answers.map(\.status) }
        var codes: [String] { answers.flatMap { $0.reasons.map { "\($0.code.rawValue)@\($0.path)" } } }
        var alarms: [String] { alerts.map(\.kind) }
    }

    init(at now: Instant = DeliveryStory.noon("2026-07-06"), policy: PolicyPack? = nil) throws {
        let policy = try policy ?? SampleCity.policy()
        tester = WorkerTester(Delivery(policy: policy, keys: SampleCity.keys, partitionCount: 4), now: now)
    }

    static func day(_ text: String) -> CivilDate { CivilDate(iso: text)! }
    static func noon(_ text: String) -> Instant { day(text).start + .seconds(12 * 3600) }

    private mutating func message(_ output: Output) -> Message {
        tester.message(output.topic, key: output.key, value: output.value, partition: partition)
    }

    /// Identity says who the subject is.
    mutating func know(version: UInt64 = 1) throws -> Told {
        let cause = Cause.record(Origin("intake.verified.v1", 0, Int64(version)))
        let subject = SealedSubject(Self.identity, subjectId: subjectId, version: version, because: cause, keys: SampleCity.keys)
        var writer = JSONWriter()
        subject.encode(into: &writer)
        return try told(
            tester.receive(
                tester.message(SealedSubject.topic, key: Bytes(utf8: subjectId), value: writer.bytes, partition: partition)))
    }

    mutating func dispatch(
        _ action: SanctionDispatched.Action, _ sequence: UInt64, order: String = "sanction/1-permits", agency: String = "permits"
    ) throws -> Told {
        let dispatch = SanctionDispatched(
            orderId: order, sequence: sequence, action: action, caseId: "sanction/1", subjectId: subjectId,
            measure: "permit.no-commitment-procedure", agency: agency, until: Self.day("2027-07-06"), basis: "《中华人民共和国行政处罚法》第九条")
        return try told(tester.receive(message(dispatch.output())))
    }

    mutating func reward(_ action: RewardDispatched.Action, _ sequence: UInt64) throws -> Told {
        let dispatch = RewardDispatched(
            grantId: "reward/1-metro", sequence: sequence, action: action, caseId: "reward/1", subjectId: subjectId,
            benefit: "metro.discount", agency: "metro", until: Self.day("2027-07-06"))
        return try told(tester.receive(message(dispatch.output())))
    }

    mutating func receipt(_ status: ReceiptStatus, for deliveryId: String, from source: String = "/agencies/permits") throws -> Told {
        messages += 1
        let data = #"{"deliveryId":"\#(deliveryId)","status":"\#(status.rawValue)","at":"2026-07-06T12:00:00+08:00"}"#
        let filed = FiledMessage(
            type: InboundType.deliveryAcknowledged.eventType, submission: SubmissionReference(source: source, id: "m\(messages)"),
            subjectId: nil, data: Bytes(utf8: data))
        var writer = JSONWriter()
        filed.encode(into: &writer)
        return try told(
            tester.receive(
                tester.message("delivery.filed.v1", key: Bytes(utf8: deliveryId), value: writer.bytes, partition: partition)))
    }

    /// Everything that time alone makes until then.
    mutating func wait(until instant: Instant) throws -> [Told] {
        try tester.fire(until: instant).map(told)
    }

    /// What the agency reads.
    static func opened(_ ordered: SanctionOrdered) throws -> SealedSubject.Identity {
        let place = SealedPlace(
            type: SanctionOrdered.type, id: ordered.orderId, sequence: ordered.sequence, recipient: "/agencies/\(ordered.agency)")
        let key = SampleCity.keys.developmentKey(of: place.recipient)
        return try SealedSubject.Identity(decoding: JSONParser.parse(ordered.sealed.open(with: key, at: place)).root)
    }

    private func told(_ decision: Decision) throws -> Told {
        var told = Told(decision: decision)
        for output in decision.outputs {
            guard let bytes = output.value else {
                told.current.append("\(output.key.text) -")
                continue
            }
            let value = try JSONParser.parse(bytes).root
            switch output.topic {
            case SanctionOrdered.topic: told.orders.append(try SanctionOrdered.decode(value))
            case RewardGranted.topic: told.grants.append(try RewardGranted.decode(value))
            case SanctionOrdered.currentTopic, RewardGranted.currentTopic:
                told.current.append("\(output.key.text) \(try value.count("sequence"))")
            case DeliveryProgressed.topic: told.steps.append(try DeliveryProgressed.decode(value))
            case InboundAnswered.topic: told.answers.append(try InboundAnswered.decode(value))
            case AlertRaised.topic: told.alerts.append(try AlertRaised.decode(value))
            default: break
            }
        }
        return told
    }
}
