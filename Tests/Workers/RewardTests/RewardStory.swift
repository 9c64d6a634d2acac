import CreditModel
import StreamCore
import StreamTestKit

@testable import Reward

/// A reward worker with its clock and rows, told what happened in the words of these tests.
struct RewardStory {
    var tester: WorkerTester<Reward>
    var subjectId = "s0a1"
    private var messages = 0
    private var version: UInt64 = 0

    /// What one input made.
    struct Told {
        var steps: [RewardProgressed] = []
        var dispatches: [RewardDispatched] = []
        var answers: [InboundAnswered] = []
        var alerts: [AlertRaised] = []
        var notices: [NoticeRequested] = []
        var decision: Decision

        var statuses: [RewardProgressed.Status] { steps.map(\.status) }
        var caseId: String { steps.first?.caseId ?? "" }
        /// Of the steps and of the answers.
        var codes: [ReasonCode] { steps.flatMap(\.reasons).map(\.code) + answers.flatMap(\.reasons).map(\.code) }
    }

    /// Wednesday 6 May 2026: five working days after it, 9 May (a working Saturday) among them, end on Tuesday the 12th.
    init(at now: Instant = RewardStory.noon("2026-05-06"), policy: PolicyPack? = nil) throws {
        let policy = try policy ?? SampleCity.policy()
        tester = WorkerTester(Reward(policy: policy, keys: SampleCity.keys, partitionCount: 4), now: now)
    }

    static func day(_ text: String) -> CivilDate { CivilDate(iso: text)! }
    static func noon(_ text: String) -> Instant { day(text).start + .seconds(12 * 3600) }

    // MARK: Words

    mutating func nominate(
        _ programme: String = "integrity-citizen", by bureau: String = "civil-affairs", basis: String = "连续三年参加志愿服务",
        consent: String = "2026-05-01", of subjectId: String? = nil
    ) throws -> Told {
        try file(
            .rewardNominated, source: "/bureaus/\(bureau)", bureau: bureau, subjectId: subjectId ?? self.subjectId,
            data: [
                #""programme":"\#(programme)""#, #""source":"VOLUNTEER""#, #""basis":"\#(basis)""#,
                #""consent":{"givenAt":"\#(consent)","textSha256":"\#(String(repeating: "a", count: 64))"}"#,
            ])
    }

    mutating func object(
        to caseId: String, by subjectId: String = "s0b2", attempt: Int = 0, isCaughtUp: Bool = false, waitIsOver: Bool = false,
        receivedAt: Instant? = nil
    ) throws -> Told {
        try file(
            .objectionRaised, source: "/portal", bureau: nil, subjectId: subjectId, caseId: caseId,
            data: [#""caseId":"\#(caseId)""#, #""statement":"此人并未参加""#, #""evidence":[]"#], attempt: attempt, isCaughtUp: isCaughtUp,
            waitIsOver: waitIsOver, receivedAt: receivedAt)
    }

    mutating func answer(
        _ caseId: String, _ result: ObjectionAnswered.Result, by officer: String = "credit-office/li", from bureau: String? = nil,
        of subjectId: String? = nil, attempt: Int = 0, isCaughtUp: Bool = false
    ) throws -> Told {
        let bureau = bureau ?? String(officer.prefix { $0 != "/" })
        return try file(
            .objectionAnswered, source: "/bureaus/\(bureau)", bureau: bureau, subjectId: subjectId ?? self.subjectId, caseId: caseId,
            data: [
                #""caseId":"\#(caseId)""#, #""subjectId":"\#(subjectId ?? self.subjectId)""#, #""officer":"\#(officer)""#,
                #""result":"\#(result.rawValue)""#, #""reason":"经核实""#,
            ], attempt: attempt, isCaughtUp: isCaughtUp)
    }

    mutating func decide(
        _ caseId: String, _ decision: RewardDecided.Decision, by officer: String = "credit-office/wang", from bureau: String? = nil,
        of subjectId: String? = nil, attempt: Int = 0, isCaughtUp: Bool = false, waitIsOver: Bool = false
    ) throws -> Told {
        let bureau = bureau ?? String(officer.prefix { $0 != "/" })
        return try file(
            .rewardDecided, source: "/bureaus/\(bureau)", bureau: bureau, subjectId: subjectId ?? self.subjectId, caseId: caseId,
            data: [
                #""caseId":"\#(caseId)""#, #""subjectId":"\#(subjectId ?? self.subjectId)""#, #""decision":"\#(decision.rawValue)""#,
                #""approver":"\#(officer)""#, #""reason":"事迹属实""#,
            ], attempt: attempt, isCaughtUp: isCaughtUp, waitIsOver: waitIsOver)
    }

    mutating func decline(
        _ caseId: String, by subjectId: String? = nil, attempt: Int = 0, isCaughtUp: Bool = false
    ) throws -> Told {
        try file(
            .rewardDeclined, source: "/portal", bureau: nil, subjectId: subjectId ?? self.subjectId, caseId: caseId,
            data: [#""caseId":"\#(caseId)""#], attempt: attempt, isCaughtUp: isCaughtUp)
    }

    mutating func record(
        _ recordId: String = "transport/7", _ state: RecordState = .effective, item: String = "penalty.administrative",
        severity: Severity = .general, isRestricted: Bool = false, of subjectId: String? = nil
    ) throws -> Told {
        version += 1
        let content = RecordContent(
            catalogItem: item, severity: severity, conduct: Bytes(utf8: "{}"), decision: Bytes(utf8: #"{"date":"2026-04-01"}"#),
            decisionDate: RewardStory.day("2026-04-01"))
        let changed = RecordChanged(
            recordId: recordId, subjectId: subjectId ?? self.subjectId, subjectKind: .person, version: version, previousHash: nil,
            state: state, isRestricted: isRestricted,
            cause: VersionCause(origin: "record.filed.v1/0/\(version)", type: "chengxin.record.submitted.v1"),
            bureau: "transport", recordNo: "7", revision: 1, content: content, catalogItem: item, severity: severity)
        var writer = JSONWriter()
        changed.encode(into: &writer)
        return try told(
            tester.receive(tester.message(RecordChanged.ledgerTopic, key: Bytes(utf8: changed.subjectId), value: writer.bytes)))
    }

    /// What delivery says about a dispatch.
    mutating func delivery(of dispatch: RewardDispatched, _ status: DeliveryProgressed.Status) throws -> Told {
        let progress = DeliveryProgressed(
            deliveryId: "0-1", caseId: dispatch.caseId, subjectId: dispatch.subjectId, orderId: dispatch.grantId,
            sequence: dispatch.sequence, action: dispatch.action.rawValue, agency: dispatch.agency, status: status, at: tester.now)
        let value = progress.output().value
        return try told(tester.receive(tester.message(DeliveryProgressed.topic, key: Bytes(utf8: dispatch.subjectId), value: value)))
    }

    /// A nomination that was publicised and granted: the case, and what the grant said.
    mutating func grant() throws -> (caseId: String, told: Told) {
        let caseId = try nominate().caseId
        _ = try wait(until: RewardStory.day("2026-05-12").end)
        return (caseId, try decide(caseId, .grant))
    }

    private mutating func file(
        _ type: InboundType, source: String, bureau: String?, subjectId: String, caseId: String? = nil, data: [String], attempt: Int = 0,
        isCaughtUp: Bool = false, waitIsOver: Bool = false, receivedAt: Instant? = nil
    ) throws -> Told {
        messages += 1
        let filed = FiledMessage(
            type: type.eventType, submission: SubmissionReference(source: source, id: "m\(messages)"), subjectId: subjectId,
            bureau: bureau, caseId: caseId, data: Bytes(utf8: "{" + data.joined(separator: ",") + "}"))
        var writer = JSONWriter()
        filed.encode(into: &writer)
        let message = tester.message("reward.filed.v1", key: Bytes(utf8: subjectId), value: writer.bytes)
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
            case RewardProgressed.topic: told.steps.append(try RewardProgressed.decode(value))
            case RewardDispatched.topic: told.dispatches.append(try RewardDispatched.decode(value))
            case InboundAnswered.topic: told.answers.append(try InboundAnswered.decode(value))
            case AlertRaised.topic: told.alerts.append(try AlertRaised.decode(value))
            case NoticeRequested.topic: told.notices.append(try NoticeRequested.decode(value))
            default: break
            }
        }
        return told
    }
}
