import CreditModel
import StreamCore
import StreamTestKit

@testable import Repair

/// A repair worker with its clock and rows, told what happened in the words of these tests.
///
/// The ledger is played here: `obey` answers a ruling with the version that the ledger would write.
struct RepairStory {
    var tester: WorkerTester<Repair>
    var subjectId = "s0a1"
    private var messages = 0
    private var version: UInt64 = 0

    /// What one input made.
    struct Told {
        var steps: [RepairProgressed] = []
        var tasks: [RepairReviewWanted] = []
        var rulings: [RecordRuling] = []
        var answers: [InboundAnswered] = []
        var alerts: [AlertRaised] = []
        var notices: [NoticeRequested] = []
        var decision: Decision

        var statuses: [RepairProgressed.Status] { steps.map(\.status) }
        var repairId: String { steps.first?.repairId ?? "" }
    }

    init(at now: Instant = RepairStory.noon("2026-07-06"), policy: PolicyPack? = nil) throws {
        let policy = try policy ?? SampleCity.policy()
        tester = WorkerTester(Repair(policy: policy, keys: SampleCity.keys, partitionCount: 4), now: now)
    }

    static func day(_ text: String) -> CivilDate { CivilDate(iso: text)! }
    static func noon(_ text: String) -> Instant { day(text).start + .seconds(12 * 3600) }

    /// A version of the record `transport/7` comes from the ledger.
    mutating func record(
        _ state: RecordState = .effective, item: String = "penalty.administrative", severity: Severity = .general,
        decided: String = "2026-04-01", result: String = "罚款", field: String? = nil, by caseId: String? = nil,
        isRestricted: Bool = false, statements: [RecordChanged.Statement] = [], isSealed: Bool = false
    ) throws -> Told {
        version += 1
        let content = RecordContent(
            catalogItem: item, severity: severity, conduct: Bytes(utf8: #"{"facts":"超限运输"}"#),
            decision: Bytes(utf8: #"{"documentNo":"7","date":"\#(decided)","result":"\#(result)"}"#),
            decisionDate: RepairStory.day(decided), field: field)
        let changed = RecordChanged(
            recordId: "transport/7", subjectId: subjectId, subjectKind: .organization, version: version, previousHash: nil, state: state,
            isRestricted: isRestricted,
            cause: VersionCause(origin: "record.rulings.v1/0/\(version)", type: "chengxin.record.ruled.v1", caseId: caseId),
            bureau: "transport", recordNo: "7", revision: 1, content: isSealed ? nil : content, catalogItem: item, severity: severity,
            statements: statements)
        var writer = JSONWriter()
        changed.encode(into: &writer)
        return try told(
            tester.receive(tester.message(RecordChanged.ledgerTopic, key: Bytes(utf8: subjectId), value: writer.bytes)))
    }

    /// The parts of an application that has everything.
    static let commitment = #""commitment":{"signedAt":"2026-06-01","textSha256":"\#(String(repeating: "a", count: 64))"}"#
    static let evidence = #""evidence":[{"name":"缴款凭证","sha256":"\#(String(repeating: "b", count: 64))"}]"#
    static let statement = #""statement":"已整改到位""#
    static func extended(until day: String) -> String { #""extension":{"until":"\#(day)"}"# }

    static func whole(_ kind: RepairApplied.Kind) -> [String] {
        switch kind {
        case .performance: [commitment, evidence]
        case .extended: [commitment, extended(until: "2026-09-30")]
        case .statement: [statement]
        case .deed: [evidence]
        }
    }

    mutating func apply(
        _ kind: RepairApplied.Kind = .performance, with parts: [String]? = nil, to recordId: String = "transport/7", attempt: Int = 0,
        isCaughtUp: Bool = false, waitIsOver: Bool = false, receivedAt: Instant? = nil
    ) throws -> Told {
        let members = [#""recordId":"\#(recordId)""#, #""kind":"\#(kind.rawValue)""#] + (parts ?? RepairStory.whole(kind))
        return try file(
            .repairApplied, source: "/portal", bureau: nil, caseId: nil, data: members, attempt: attempt, isCaughtUp: isCaughtUp,
            waitIsOver: waitIsOver, receivedAt: receivedAt)
    }

    mutating func review(
        _ repairId: String, _ decision: RepairReviewed.Decision, by officer: String = "transport/chen", from bureau: String? = nil,
        missing: [String] = [], attempt: Int = 0, isCaughtUp: Bool = false, waitIsOver: Bool = false
    ) throws -> Told {
        var data = [
            #""repairId":"\#(repairId)""#, #""subjectId":"\#(subjectId)""#, #""decision":"\#(decision.rawValue)""#,
            #""officer":"\#(officer)""#, #""reason":"经核查""#,
        ]
        if !missing.isEmpty { data.append(#""missing":["\#(missing.joined(separator: #"",""#))"]"#) }
        let bureau = bureau ?? String(officer.prefix { $0 != "/" })
        return try file(
            .repairReviewed, source: "/bureaus/\(bureau)", bureau: bureau, caseId: repairId, data: data, attempt: attempt,
            isCaughtUp: isCaughtUp, waitIsOver: waitIsOver, receivedAt: nil)
    }

    private mutating func file(
        _ type: InboundType, source: String, bureau: String?, caseId: String?, data: [String], attempt: Int, isCaughtUp: Bool,
        waitIsOver: Bool, receivedAt: Instant?
    ) throws -> Told {
        messages += 1
        let filed = FiledMessage(
            type: type.eventType, submission: SubmissionReference(source: source, id: "m\(messages)"), subjectId: subjectId,
            bureau: bureau, caseId: caseId, data: Bytes(utf8: "{" + data.joined(separator: ",") + "}"))
        var writer = JSONWriter()
        filed.encode(into: &writer)
        let message = tester.message("repair.filed.v1", key: Bytes(utf8: subjectId), value: writer.bytes)
        return try told(
            tester.receive(message, attempt: attempt, isCaughtUp: isCaughtUp, waitIsOver: waitIsOver, receivedAt: receivedAt))
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
            case RepairProgressed.topic: told.steps.append(try RepairProgressed.decode(value))
            case RepairReviewWanted.topic: told.tasks.append(try RepairReviewWanted.decode(value))
            case RecordRuling.topic: told.rulings.append(try RecordRuling.decode(value))
            case InboundAnswered.topic: told.answers.append(try InboundAnswered.decode(value))
            case AlertRaised.topic: told.alerts.append(try AlertRaised.decode(value))
            case NoticeRequested.topic: told.notices.append(try NoticeRequested.decode(value))
            default: break
            }
        }
        return told
    }
}
