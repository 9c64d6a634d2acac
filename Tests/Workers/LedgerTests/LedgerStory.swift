import CreditModel
import StreamCore
import StreamTestKit

@testable import Ledger

/// A ledger with its clock and rows, told what happened in the words of these tests.
struct LedgerStory {
    var tester: WorkerTester<Ledger>
    var subjectId = "s0a1"
    private var messages = 0

    /// What one input made.
    struct Told {
        var versions: [RecordChanged] = []
        /// The bytes of the versions, which the next one's hash is of.
        var values: [Bytes] = []
        var answers: [SubmissionAnswered] = []
        var decision: Decision
    }

    init(policy: PolicyPack = SampleCity.policy(), at now: Instant = LedgerStory.noon("2026-03-10")) {
        tester = WorkerTester(Ledger(policy: policy, keys: SampleCity.keys, partitionCount: 4), now: now)
    }

    static func day(_ text: String) -> CivilDate { CivilDate(iso: text)! }
    static func noon(_ text: String) -> Instant { day(text).start + .seconds(12 * 3600) }

    static func content(
        item: String = "penalty.administrative", severity: Severity = .serious, decided: String = "2026-03-02", until: String? = nil,
        facts: String = "超限运输"
    ) -> RecordContent {
        RecordContent(
            catalogItem: item, severity: severity, conduct: Bytes(utf8: #"{"date":"2026-02-01","facts":"\#(facts)"}"#),
            decision: Bytes(utf8: #"{"documentNo":"7","date":"\#(decided)","result":"罚款"}"#), decisionDate: day(decided),
            validUntil: until.map(day))
    }

    mutating func submit(
        _ recordNo: String = "7", revision: UInt64 = 1, content: RecordContent = content(), finality: Finality = .reached,
        kind: SubjectKind = .organization, recordId: String? = nil, notes: String? = nil, isAnswered: Bool = true, attempt: Int = 0,
        isCaughtUp: Bool = false, waitIsOver: Bool = false
    ) throws -> Told {
        let action = FiledRecord.Action.submit(
            FiledRecord.Submission(revision: revision, subjectKind: kind, finality: finality, record: content))
        return try file(
            action, "chengxin.record.submitted.v1", recordNo, recordId: recordId, notes: notes, isAnswered: isAnswered, attempt: attempt,
            isCaughtUp: isCaughtUp, waitIsOver: waitIsOver)
    }

    mutating func withdraw(_ recordNo: String = "7", isAnswered: Bool = true) throws -> Told {
        try file(
            .withdraw(FiledRecord.Withdrawal(reason: "撤销", basis: nil)), "chengxin.record.withdrawn.v1", recordNo, recordId: nil,
            notes: nil,
            isAnswered: isAnswered)
    }

    private mutating func file(
        _ action: FiledRecord.Action, _ type: String, _ recordNo: String, recordId: String?, notes: String?, isAnswered: Bool,
        attempt: Int = 0, isCaughtUp: Bool = false, waitIsOver: Bool = false
    ) throws -> Told {
        messages += 1
        let filed = FiledRecord(
            action: action, type: type, submission: SubmissionReference(source: "/bureaus/transport", id: "m\(messages)"),
            isAnswered: isAnswered, bureau: "transport", recordNo: recordNo, recordId: recordId ?? "transport/\(recordNo)",
            subjectId: subjectId, notes: notes.map { Bytes(utf8: $0) })
        var writer = JSONWriter()
        filed.encode(into: &writer)
        let message = tester.message(FiledRecord.topic, key: Bytes(utf8: subjectId), value: writer.bytes)
        return try told(tester.receive(message, attempt: attempt, isCaughtUp: isCaughtUp, waitIsOver: waitIsOver))
    }

    mutating func rule(
        _ ruling: RecordRuling.Ruling, by caseId: String = "dispute/1", _ recordNo: String = "7", attempt: Int = 0,
        isCaughtUp: Bool = false,
        waitIsOver: Bool = false
    ) throws -> Told {
        let message = RecordRuling(ruling, subjectId: subjectId, recordId: "transport/\(recordNo)", caseId: caseId)
        var writer = JSONWriter()
        message.encode(into: &writer)
        return try told(
            tester.receive(
                tester.message(RecordRuling.topic, key: Bytes(utf8: subjectId), value: writer.bytes), attempt: attempt,
                isCaughtUp: isCaughtUp, waitIsOver: waitIsOver))
    }

    /// Everything that time alone makes until then.
    mutating func wait(until instant: Instant) throws -> [Told] {
        try tester.fire(until: instant).map(told)
    }

    private func told(_ decision: Decision) throws -> Told {
        var told = Told(decision: decision)
        for output in decision.outputs {
            let value = try JSONParser.parse(output.value ?? []).root
            switch output.topic {
            case RecordChanged.ledgerTopic:
                told.versions.append(try RecordChanged.decode(value))
                told.values.append(output.value ?? [])
            case SubmissionAnswered.topic: told.answers.append(try SubmissionAnswered.decode(value))
            default: break
            }
        }
        return told
    }
}
