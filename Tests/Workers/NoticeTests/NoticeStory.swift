import Crypto
import StreamCore
import StreamTestKit

@testable import CreditModel
@testable import Notice

/// A notice worker with its clock and rows, told what happened in the words of these tests; its gateways open what they get.
struct NoticeStory {
    var tester: WorkerTester<Notice>
    let subjectId = "s0a1"
    private var messages = 0

    static let identity = SealedSubject.Identity(
        kind: .person, idType: "RESIDENT_ID", idNumber: "11010519491231002X", name: "张样例")

    /// What one input made.
    struct Told {
        var sent: [NoticeSent] = []
        var steps: [NoticeProgressed] = []
        var answers: [InboundAnswered] = []
        var alerts: [AlertRaised] = []
        var decision: Decision

        /// `SENT sms`.
        var words: [String] { steps.map { [$0.status.rawValue, $0.channel].compactMap { $0 }.joined(separator: " ") } }
        var statuses: [SubmissionAnswered.Status] { answers.map(\.status) }
        var codes: [String] { answers.flatMap { $0.reasons.map { "\($0.code.rawValue)@\($0.path)" } } }
    }

    init(at now: Instant = NoticeStory.noon("2026-07-06"), policy: PolicyPack? = nil) throws {
        let policy = try policy ?? SampleCity.policy()
        tester = WorkerTester(Notice(policy: policy, keys: SampleCity.keys, partitionCount: 4), now: now)
    }

    static func day(_ text: String) -> CivilDate { CivilDate(iso: text)! }
    static func noon(_ text: String) -> Instant { day(text).start + .seconds(12 * 3600) }

    /// Identity says who the subject is.
    mutating func know(version: UInt64 = 1) throws -> Told {
        let cause = Cause.record(Origin("intake.verified.v1", 0, Int64(version)))
        let subject = SealedSubject(Self.identity, subjectId: subjectId, version: version, because: cause, keys: SampleCity.keys)
        var writer = JSONWriter()
        subject.encode(into: &writer)
        return try told(tester.receive(tester.message(SealedSubject.topic, key: Bytes(utf8: subjectId), value: writer.bytes)))
    }

    static func request(
        _ id: String = "repair-1", _ kind: NoticeKind = .repairPossible, subjectId: String = "s0a1", without missing: String? = nil
    ) -> NoticeRequested {
        var values: [String: Bilingual] = [:]
        for name in kind.values where name != missing { values[name] = Bilingual(zh: "〔\(name)〕", en: "[\(name)]") }
        return NoticeRequested(
            noticeId: id, subjectId: subjectId, kind: kind, caseId: "repair/77", recordId: "transport/7", values: values)
    }

    mutating func request(_ request: NoticeRequested = NoticeStory.request()) throws -> Told {
        let output = request.output()
        return try told(tester.receive(tester.message(output.topic, key: output.key, value: output.value)))
    }

    mutating func receipt(
        _ status: ReceiptStatus, from source: String = "/gateways/sms", for noticeId: String = "repair-1"
    ) throws -> Told {
        messages += 1
        let data =
            #"{"noticeId":"\#(noticeId)","subjectId":"\#(subjectId)","status":"\#(status.rawValue)","at":"2026-07-06T12:00:00+08:00"}"#
        let filed = FiledMessage(
            type: InboundType.noticeAcknowledged.eventType, submission: SubmissionReference(source: source, id: "m\(messages)"),
            subjectId: subjectId, data: Bytes(utf8: data))
        var writer = JSONWriter()
        filed.encode(into: &writer)
        return try told(tester.receive(tester.message("notice.filed.v1", key: Bytes(utf8: subjectId), value: writer.bytes)))
    }

    /// Everything that time alone makes until then.
    mutating func wait(until instant: Instant) throws -> [Told] {
        try tester.fire(until: instant).map(told)
    }

    /// What the gateway reads.
    static func opened(_ notice: NoticeSent) throws -> SealedSubject.Identity {
        let place = SealedPlace(type: NoticeSent.type, id: notice.noticeId, sequence: 1, recipient: "/gateways/\(notice.channel)")
        let key = SampleCity.keys.developmentKey(of: place.recipient)
        return try SealedSubject.Identity(decoding: JSONParser.parse(notice.sealed.open(with: key, at: place)).root)
    }

    private func told(_ decision: Decision) throws -> Told {
        var told = Told(decision: decision)
        for output in decision.outputs {
            let value = try JSONParser.parse(output.value ?? []).root
            switch output.topic {
            case NoticeSent.topic: told.sent.append(try NoticeSent.decode(value))
            case NoticeProgressed.topic: told.steps.append(try NoticeProgressed.decode(value))
            case InboundAnswered.topic: told.answers.append(try InboundAnswered.decode(value))
            case AlertRaised.topic: told.alerts.append(try AlertRaised.decode(value))
            default: break
            }
        }
        return told
    }
}
