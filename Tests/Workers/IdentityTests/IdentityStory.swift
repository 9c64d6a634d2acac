import CreditModel
import StreamCore
import StreamTestKit

@testable import Identity

/// An identity worker with its clock and rows, fed with what intake would have verified.
struct IdentityStory {
    var tester: WorkerTester<Identity>
    private var messages = 0
    private var announced: Output?

    /// What one input made.
    struct Told {
        var profiles: [SubjectProfile] = []
        var sealed: [SealedSubject] = []
        var records: [FiledRecord] = []
        var answers: [SubmissionAnswered] = []
        var inboundAnswers: [InboundAnswered] = []
        var filed: [FiledMessage] = []
        var decision: Decision
    }

    init() {
        tester = WorkerTester(
            Identity(policy: SampleCity.policy(), keys: Samples.keys, partitionCount: 4), now: CivilDate(iso: "2026-03-10")!.start)
    }

    mutating func submit(
        _ subject: SealedSubject.Identity, recordNo: String = "7", revision: UInt64 = 1, facts: String = "超限运输", attributes: String? = nil,
        finality: Finality? = nil, notes: String? = nil, id: String? = nil, key: SealedSubject.Identity? = nil
    ) throws -> Told {
        try send(
            subject, type: "record.submitted", area: .record, Samples.data(facts: facts, attributes: attributes), key: key,
            recordNo: recordNo, revision: revision, finality: finality, notes: notes, id: id)
    }

    /// Sends what intake would have sealed. The lookup key is that of `key`, or of the subject.
    mutating func send(
        _ subject: SealedSubject.Identity?, type: String, area: Area, _ data: String, key: SealedSubject.Identity? = nil,
        isAnswered: Bool = true, recordNo: String? = "7", revision: UInt64? = 1, finality: Finality? = nil, notes: String? = nil,
        id: String? = nil, caseId: String? = nil, others: String? = nil
    ) throws -> Told {
        messages += 1
        let named = key ?? subject!
        let lookupKey = Bytes(
            utf8: Samples.keys.lookupKey(
                kind: named.kind.rawValue, idClass: IdentityType(rawValue: named.idType)!.lookupClass, number: named.idNumber))
        var writer = JSONWriter()
        writer.object {
            if let subject {
                $0.name("subject")
                subject.encode(into: &$0)
            }
            $0.member("data", raw: Bytes(utf8: data))
            if let others { $0.member("others", raw: Bytes(utf8: others)) }
        }
        let isRecord = area == .record
        var verified = VerifiedMessage(
            type: "chengxin.\(type).v1", area: area,
            submission: SubmissionReference(source: "/bureaus/transport", id: id ?? "m\(messages)"),
            isAnswered: isAnswered, bureau: "transport", recordNo: isRecord ? recordNo : nil, revision: isRecord ? revision : nil,
            recordId: isRecord ? recordNo.map { "transport/\($0)" } : nil, finality: finality, notes: notes.map { Bytes(utf8: $0) },
            sealed: VerifiedMessage.seal(
                writer.bytes, for: lookupKey, because: .record(Origin("record.submissions.v1", 0, Int64(messages))), keys: Samples.keys))
        verified.caseId = caseId
        var value = JSONWriter()
        verified.encode(into: &value)
        return try told(tester.receive(tester.message(VerifiedMessage.topic, key: lookupKey, value: value.bytes)))
    }

    /// Gives it what it has announced last of who a subject is.
    mutating func hearItself() throws -> Told {
        let output = announced!
        return try told(tester.receive(tester.message(output.topic, key: output.key, value: output.value)))
    }

    /// Gives it what it has passed on to where the case lies of which a message speaks.
    mutating func goOn(_ told: Told, waitIsOver: Bool = false) throws -> Told {
        let output = told.decision.outputs.last { $0.topic == VerifiedMessage.topic }!
        return try self.told(
            tester.receive(
                tester.message(output.topic, key: output.key, value: output.value, partition: output.partition ?? 0), waitIsOver: waitIsOver
            ))
    }

    /// Sends an officer's finding about a subject id, as intake would have sealed it.
    mutating func decide(
        about subjectId: String, _ data: String, area: Area = .dispute, caseId: String = "dispute/1", waitIsOver: Bool = false
    ) throws -> Told {
        messages += 1
        let key = Bytes(utf8: subjectId)
        let verified = VerifiedMessage(
            type: area == .dispute ? "chengxin.dispute.found.v1" : "chengxin.reward.decided.v1", area: area,
            submission: SubmissionReference(source: "/bureaus/transport", id: "m\(messages)"),
            subjectId: subjectId, bureau: "transport", caseId: caseId,
            sealed: VerifiedMessage.seal(
                Bytes(utf8: #"{"data":\#(data)}"#), for: key, because: .record(Origin("dispute.findings.v1", 0, Int64(messages))),
                keys: Samples.keys))
        var value = JSONWriter()
        verified.encode(into: &value)
        return try told(
            tester.receive(tester.message(VerifiedMessage.topic, key: key, value: value.bytes), waitIsOver: waitIsOver))
    }

    /// Everything that time alone makes until then.
    mutating func wait(until instant: Instant) throws -> [Told] {
        try tester.fire(until: instant).map { try told($0) }
    }

    private mutating func told(_ decision: Decision) throws -> Told {
        var told = Told(decision: decision)
        announced = decision.outputs.last { $0.topic == SealedSubject.topic } ?? announced
        for output in decision.outputs {
            let value = try JSONParser.parse(output.value ?? []).root
            switch output.topic {
            case SubjectProfile.topic: told.profiles.append(try SubjectProfile.decode(value))
            case SealedSubject.topic: told.sealed.append(try SealedSubject.decode(value))
            case FiledRecord.topic: told.records.append(try FiledRecord.decode(value))
            case SubmissionAnswered.topic: told.answers.append(try SubmissionAnswered.decode(value))
            case InboundAnswered.topic: told.inboundAnswers.append(try InboundAnswered.decode(value))
            case let topic where topic.name.hasSuffix(".filed.v1"): told.filed.append(try FiledMessage.decode(value))
            default: break
            }
        }
        return told
    }
}
