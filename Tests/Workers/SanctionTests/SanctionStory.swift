import CreditModel
import StreamCore
import StreamTestKit

@testable import Sanction

/// A sanction worker with its clock and rows, told what happened in the words of these tests.
///
/// The ledger, the notice worker, delivery and the officers are played here.
struct SanctionStory {
    var tester: WorkerTester<Sanction>
    var subjectId = "s0a1"
    var kind = SubjectKind.organization
    private var messages = 0
    private var versions: [String: Int64] = [:]

    /// What one input made.
    struct Told {
        var steps: [SanctionProgressed] = []
        var dispatches: [SanctionDispatched] = []
        var answers: [InboundAnswered] = []
        var alerts: [AlertRaised] = []
        var notices: [NoticeRequested] = []
        var decision: Decision

        var statuses: [SanctionProgressed.Status] { steps.map(\.status) }
        var caseId: String { steps.first?.caseId ?? "" }
        var codes: [ReasonCode] { (steps.first?.reasons ?? answers.first?.reasons ?? []).map(\.code) }
        /// `SUSPEND 2 procurement`, one line for each dispatch.
        var sent: [String] { dispatches.map { "\($0.action.rawValue) \($0.sequence) \($0.agency)" } }
    }

    init(at now: Instant = SanctionStory.noon("2026-05-06"), policy: PolicyPack? = nil) throws {
        let policy = try policy ?? SampleCity.policy()
        tester = WorkerTester(Sanction(policy: policy, keys: SampleCity.keys, partitionCount: 4), now: now)
    }

    static func day(_ text: String) -> CivilDate { CivilDate(iso: text)! }
    static func noon(_ text: String) -> Instant { day(text).start + .seconds(12 * 3600) }
    static func before(_ instant: Instant) -> Instant { Instant(milliseconds: instant.milliseconds - 1) }

    static let record = "market-regulation/7"
    static let law = "《中华人民共和国政府采购法》第二十二条"

    // MARK: The ledger and identity

    mutating func record(
        _ recordId: String = SanctionStory.record, _ state: RecordState = .effective, severity: Severity = .serious,
        item: String = "penalty.administrative", decided: String = "2026-02-01", validUntil: String? = nil, isRestricted: Bool = false,
        facts: String = "虚假投标", finality: String = "FINAL", isSealed: Bool = false
    ) throws -> Told {
        let bureau = String(recordId.prefix { $0 != "/" })
        versions[recordId, default: 0] += 1
        let content = RecordContent(
            catalogItem: item, severity: severity, conduct: Bytes(utf8: #"{"facts":"\#(facts)"}"#),
            decision: Bytes(utf8: #"{"documentNo":"7","date":"\#(decided)","result":"罚款","finality":{"state":"\#(finality)"}}"#),
            decisionDate: SanctionStory.day(decided), validUntil: validUntil.map(SanctionStory.day))
        let changed = RecordChanged(
            recordId: recordId, subjectId: subjectId, subjectKind: kind, version: UInt64(versions[recordId] ?? 1), previousHash: nil,
            state: state, isRestricted: isRestricted,
            cause: VersionCause(origin: "record.filed.v1/0/1", type: "chengxin.record.filed.v1"), bureau: bureau, recordNo: "7",
            revision: 1,
            content: isSealed ? nil : content, catalogItem: item, severity: severity)
        var writer = JSONWriter()
        changed.encode(into: &writer)
        return try receive(RecordChanged.ledgerTopic, writer.bytes)
    }

    mutating func profile(_ capacity: SubjectProfile.Capacity) throws -> Told {
        let profile = SubjectProfile(subjectId: subjectId, version: 1, kind: kind, capacity: capacity, displayName: "某某")
        var writer = JSONWriter()
        profile.encode(into: &writer)
        return try receive(SubjectProfile.topic, writer.bytes)
    }

    // MARK: What people send

    mutating func propose(
        _ measures: [String] = ["procurement.excluded"], cause: String = "fraud", on records: [String] = [SanctionStory.record],
        basis: String? = SanctionStory.law, by proposer: String = "market-regulation/chen", from bureau: String? = nil,
        determination: String = "D-1", role: String? = nil, attempt: Int = 0, isCaughtUp: Bool = false, waitIsOver: Bool = false
    ) throws -> Told {
        func list(_ texts: [String]) -> String { "[" + texts.map { #""\#($0)""# }.joined(separator: ",") + "]" }
        var data = [
            #""determinationNo":"\#(determination)""#, #""cause":"\#(cause)""#, #""recordIds":\#(list(records))"#,
            #""measures":\#(list(measures))"#, #""proposer":"\#(proposer)""#,
        ]
        if let basis { data.append(#""basis":"\#(basis)""#) }
        if let role { data.append(#""role":"\#(role)","finding":"直接责任人""#) }
        return try file(
            .sanctionTriggered, bureau: bureau ?? SanctionStory.bureau(of: proposer), caseId: nil, data, attempt: attempt,
            isCaughtUp: isCaughtUp, waitIsOver: waitIsOver)
    }

    mutating func decide(
        _ caseId: String, _ decision: SanctionDecided.Decision = .confirm, _ measures: [String] = ["procurement.excluded"],
        until: String? = "2027-05-06", by approver: String = "market-regulation/wang", from bureau: String? = nil, attempt: Int = 0,
        isCaughtUp: Bool = false, waitIsOver: Bool = false
    ) throws -> Told {
        var data = [
            #""caseId":"\#(caseId)""#, #""subjectId":"\#(subjectId)""#, #""decision":"\#(decision.rawValue)""#,
            #""approver":"\#(approver)""#, #""documentNo":"决〔2026〕1号""#, #""reason":"事实清楚""#,
            #""measures":["# + measures.map { #""\#($0)""# }.joined(separator: ",") + "]",
        ]
        if let until { data.append(#""until":"\#(until)""#) }
        return try file(
            .sanctionDecided, bureau: bureau ?? SanctionStory.bureau(of: approver), caseId: caseId, data, attempt: attempt,
            isCaughtUp: isCaughtUp, waitIsOver: waitIsOver)
    }

    mutating func object(to caseId: String, receivedAt: Instant? = nil, attempt: Int = 0, isCaughtUp: Bool = false) throws -> Told {
        let data = [
            #""caseId":"\#(caseId)""#, #""statement":"并非本单位所为""#,
            #""evidence":[{"name":"合同","sha256":"\#(String(repeating: "c", count: 64))"}]"#,
        ]
        return try file(
            .objectionRaised, bureau: nil, caseId: caseId, data, attempt: attempt, isCaughtUp: isCaughtUp, receivedAt: receivedAt)
    }

    mutating func answer(
        _ caseId: String, _ result: ObjectionAnswered.Result, by officer: String = "market-regulation/wang", from bureau: String? = nil
    ) throws -> Told {
        let data = [
            #""caseId":"\#(caseId)""#, #""subjectId":"\#(subjectId)""#, #""officer":"\#(officer)""#, #""result":"\#(result.rawValue)""#,
            #""reason":"已核实""#,
        ]
        return try file(.objectionAnswered, bureau: bureau ?? SanctionStory.bureau(of: officer), caseId: caseId, data)
    }

    private static func bureau(of officer: String) -> String { String(officer.prefix { $0 != "/" }) }

    /// The id of the last inbound message.
    var lastId: String { "m\(messages)" }

    private mutating func file(
        _ type: InboundType, bureau: String?, caseId: String?, _ data: [String], attempt: Int = 0, isCaughtUp: Bool = false,
        waitIsOver: Bool = false, receivedAt: Instant? = nil
    ) throws -> Told {
        messages += 1
        let filed = FiledMessage(
            type: type.eventType, submission: SubmissionReference(source: bureau.map { "/bureaus/\($0)" } ?? "/portal", id: lastId),
            subjectId: subjectId, bureau: bureau, caseId: caseId, data: Bytes(utf8: "{" + data.joined(separator: ",") + "}"))
        var writer = JSONWriter()
        filed.encode(into: &writer)
        let message = tester.message("sanction.filed.v1", key: Bytes(utf8: subjectId), value: writer.bytes)
        return try told(
            tester.receive(message, attempt: attempt, isCaughtUp: isCaughtUp, waitIsOver: waitIsOver, receivedAt: receivedAt))
    }

    // MARK: Notice and delivery

    mutating func notice(
        _ status: NoticeProgressed.Status, _ noticeId: String, _ caseId: String, kind: NoticeKind = .sanctionProposed, at: Instant? = nil
    ) throws -> Told {
        let progress = NoticeProgressed(
            noticeId: noticeId, subjectId: subjectId, kind: kind, caseId: caseId, recordId: nil, status: status, channel: "sms",
            at: at ?? tester.now)
        return try receive(NoticeProgressed.topic, progress.output().value ?? [])
    }

    mutating func delivery(_ status: DeliveryProgressed.Status, of dispatch: SanctionDispatched) throws -> Told {
        let progress = DeliveryProgressed(
            deliveryId: "0-1", caseId: dispatch.caseId, subjectId: dispatch.subjectId, orderId: dispatch.orderId,
            sequence: dispatch.sequence, action: dispatch.action.rawValue, agency: dispatch.agency, status: status, at: tester.now)
        return try receive(DeliveryProgressed.topic, progress.output().value ?? [])
    }

    mutating func receive(_ topic: Topic, _ value: Bytes?) throws -> Told {
        try told(tester.receive(tester.message(topic, key: Bytes(utf8: subjectId), value: value)))
    }

    /// Everything that time alone makes until then.
    mutating func wait(until instant: Instant) throws -> [Told] {
        try tester.fire(until: instant).map(told)
    }

    // MARK: Ways to a state

    /// A proposal whose notice was delivered.
    mutating func noticed(_ measures: [String] = ["procurement.excluded"], on records: [String] = [SanctionStory.record]) throws -> String {
        let told = try propose(measures, on: records)
        _ = try notice(.delivered, told.notices.first?.noticeId ?? "", told.caseId)
        return told.caseId
    }

    /// One whose terms are over.
    mutating func heard(_ measures: [String] = ["procurement.excluded"], on records: [String] = [SanctionStory.record]) throws -> String {
        let caseId = try noticed(measures, on: records)
        _ = try wait(until: SanctionStory.day("2026-05-12").end)
        return caseId
    }

    /// One with orders.
    mutating func ordered(
        _ measures: [String] = ["procurement.excluded"], on records: [String] = [SanctionStory.record]
    ) throws -> (caseId: String, told: Told) {
        let caseId = try heard(measures, on: records)
        return (caseId, try decide(caseId, .confirm, measures))
    }

    private func told(_ decision: Decision) throws -> Told {
        var told = Told(decision: decision)
        for output in decision.outputs {
            let value = try JSONParser.parse(output.value ?? []).root
            switch output.topic {
            case SanctionProgressed.topic: told.steps.append(try SanctionProgressed.decode(value))
            case SanctionDispatched.topic: told.dispatches.append(try SanctionDispatched.decode(value))
            case InboundAnswered.topic: told.answers.append(try InboundAnswered.decode(value))
            case AlertRaised.topic: told.alerts.append(try AlertRaised.decode(value))
            case NoticeRequested.topic: told.notices.append(try NoticeRequested.decode(value))
            default: break
            }
        }
        return told
    }
}
