import CreditModel
import StreamCore
import StreamTestKit

@testable import Dispute

/// The worker with its clock and rows, told what happened in the words of these tests.
struct DisputeStory {
    var tester: WorkerTester<Dispute>
    var subjectId = "s0a1"
    private var messages = 0
    private var versions: [String: UInt64] = [:]

    /// What one input made.
    struct Told {
        var outcomes: [DisputeProgressed] = []
        var inquiries: [DisputeInquired] = []
        var rulings: [RecordRuling] = []
        var alerts: [AlertRaised] = []
        var answers: [InboundAnswered] = []
        var decision: Decision

        /// Everything in one line, in the order in which it was said.
        var line: String

        /// Answers to messages: exactly one for each.
        var answerCount: Int { answers.count + outcomes.filter { $0.submission != nil }.count }
    }

    static let morning = instant("2026-05-06T09:00+08:00")
    static let finder = "transport/wang"

    init(policy: PolicyPack = SampleCity.policy(), at now: Instant = DisputeStory.morning) {
        tester = WorkerTester(Dispute(policy: policy, keys: SampleCity.keys, partitionCount: 4), now: now)
    }

    /// One with a record that it has seen.
    static func withRecord(policy: PolicyPack = SampleCity.policy(), at now: Instant = DisputeStory.morning) throws -> DisputeStory {
        var story = DisputeStory(policy: policy, at: now)
        _ = try story.record()
        return story
    }

    // MARK: What comes in

    @discardableResult
    mutating func record(
        _ recordId: String = "transport/7", _ state: RecordState = .effective, severity: Severity = .serious, validUntil: String? = nil,
        version: UInt64? = nil
    ) throws -> Told {
        let version = version ?? versions[recordId, default: 0] + 1
        versions[recordId] = version
        let content = RecordContent(
            catalogItem: "penalty.administrative", severity: severity, conduct: Bytes(utf8: "{}"),
            decision: Bytes(utf8: #"{"date":"2026-03-02"}"#), decisionDate: day("2026-03-02"), validUntil: validUntil.map(day))
        var writer = JSONWriter()
        RecordChanged(
            recordId: recordId, subjectId: subjectId, subjectKind: .person, version: version, previousHash: nil, state: state,
            isRestricted: false, cause: VersionCause(origin: "record.filed.v1/0/0", type: "chengxin.record.submitted.v1"),
            bureau: String(recordId.prefix { $0 != "/" }), recordNo: "7", revision: 1, content: content,
            catalogItem: content.catalogItem, severity: severity
        ).encode(into: &writer)
        return try receive(tester.message(RecordChanged.ledgerTopic, key: Bytes(utf8: subjectId), value: writer.bytes))
    }

    mutating func dispute(
        _ recordId: String = "transport/7", ground: String = "FACTS_WRONG", receivedAt: Instant? = nil, attempt: Int = 0,
        isCaughtUp: Bool = false, waitIsOver: Bool = false
    ) throws -> Told {
        let data = #"{"recordId":"\#(recordId)","ground":"\#(ground)","statement":"不是我","evidence":[{"name":"a.pdf","sha256":"00"}]}"#
        return try file(
            "chengxin.dispute.requested.v1", data, source: "/portal", recordId: recordId, receivedAt: receivedAt, attempt: attempt,
            isCaughtUp: isCaughtUp, waitIsOver: waitIsOver)
    }

    mutating func find(
        _ disputeId: String, _ finding: String, by officer: String = finder, bureau: String? = nil, correction: String? = nil,
        attempt: Int = 0, isCaughtUp: Bool = false
    ) throws -> Told {
        let correction = correction.map { #","correction":\#($0)"# } ?? ""
        let data = #"""
            {"disputeId":"\#(disputeId)","subjectId":"\#(subjectId)","finding":"\#(finding)","officer":"\#(officer)",\#
            "reason":"核对了卷宗"\#(correction)}
            """#
        return try answer(disputeId, data, bureau: bureau ?? String(officer.prefix { $0 != "/" }), attempt: attempt, isCaughtUp: isCaughtUp)
    }

    mutating func stopClock(_ disputeId: String, from: String, bureau: String = "transport") throws -> Told {
        try answer(
            disputeId, #"{"disputeId":"\#(disputeId)","subjectId":"\#(subjectId)","clockStop":{"from":"\#(from)","reason":"鉴定"}}"#,
            bureau: bureau)
    }

    mutating func resumeClock(_ disputeId: String, from: String? = nil, bureau: String = "transport") throws -> Told {
        let from = from.map { #""from":"\#($0)""# } ?? ""
        return try answer(
            disputeId, #"{"disputeId":"\#(disputeId)","subjectId":"\#(subjectId)","clockResume":{\#(from)}}"#, bureau: bureau)
    }

    mutating func askForReview(_ disputeId: String, attempt: Int = 0, isCaughtUp: Bool = false) throws -> Told {
        try file(
            "chengxin.dispute.review-requested.v1", #"{"disputeId":"\#(disputeId)","statement":"仍然不是我"}"#, source: "/portal",
            caseId: disputeId, attempt: attempt, isCaughtUp: isCaughtUp)
    }

    private mutating func answer(
        _ disputeId: String, _ data: String, bureau: String, attempt: Int = 0, isCaughtUp: Bool = false
    ) throws -> Told {
        try file(
            "chengxin.dispute.found.v1", data, source: "/bureaus/\(bureau)", bureau: bureau, caseId: disputeId, attempt: attempt,
            isCaughtUp: isCaughtUp)
    }

    private mutating func file(
        _ type: String, _ data: String, source: String, bureau: String? = nil, caseId: String? = nil, recordId: String? = nil,
        receivedAt: Instant? = nil, attempt: Int = 0, isCaughtUp: Bool = false, waitIsOver: Bool = false
    ) throws -> Told {
        messages += 1
        var writer = JSONWriter()
        FiledMessage(
            type: type, submission: SubmissionReference(source: source, id: "m\(messages)"), subjectId: subjectId, bureau: bureau,
            caseId: caseId, recordId: recordId, data: Bytes(utf8: data)
        ).encode(into: &writer)
        return try receive(
            tester.message("dispute.filed.v1", key: Bytes(utf8: subjectId), value: writer.bytes), receivedAt: receivedAt,
            attempt: attempt, isCaughtUp: isCaughtUp, waitIsOver: waitIsOver)
    }

    private mutating func receive(
        _ message: Message, receivedAt: Instant? = nil, attempt: Int = 0, isCaughtUp: Bool = false, waitIsOver: Bool = false
    ) throws -> Told {
        try told(
            tester.receive(message, attempt: attempt, isCaughtUp: isCaughtUp, waitIsOver: waitIsOver, receivedAt: receivedAt))
    }

    /// Everything that time alone makes until then.
    mutating func wait(until instant: Instant) throws -> [Told] { try tester.fire(until: instant).map(told) }

    // MARK: What goes out

    private func told(_ decision: Decision) throws -> Told {
        var told = Told(decision: decision, line: "")
        var words: [String] = []
        for output in decision.outputs {
            let value = try JSONParser.parse(output.value ?? []).root
            switch output.topic {
            case DisputeProgressed.topic:
                let outcome = try DisputeProgressed.decode(value)
                told.outcomes.append(outcome)
                words.append(outcome.status.rawValue)
            case DisputeInquired.topic:
                told.inquiries.append(try DisputeInquired.decode(value))
                words.append("inquiry")
            case RecordRuling.topic:
                let ruling = try RecordRuling.decode(value)
                told.rulings.append(ruling)
                words.append(ruling.word)
            case AlertRaised.topic:
                let alert = try AlertRaised.decode(value)
                told.alerts.append(alert)
                words.append("alert \(alert.kind)")
            case InboundAnswered.topic:
                let answer = try InboundAnswered.decode(value)
                told.answers.append(answer)
                words.append(
                    ([answer.status.rawValue] + answer.reasons.map { "\($0.code.rawValue)@\($0.path)" }).joined(separator: " "))
            default: words.append(output.topic.name)
            }
        }
        if decision.wait != nil { words.append("waits") }
        told.line = words.joined(separator: ", ")
        return told
    }
}
