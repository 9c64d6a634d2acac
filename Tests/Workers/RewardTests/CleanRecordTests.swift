import CreditModel
import StreamCore
import Testing

@testable import Reward

/// Three clean years are an answer: what stands against them on a day, and what does not.
@Suite struct CleanRecordTests {
    private func record(
        _ id: String = "transport/1", _ state: RecordState = .effective, item: String = "penalty.administrative",
        severity: Severity = .minor, decided: String = "2023-05-06", isRestricted: Bool = false, isSealed: Bool = false
    ) -> RecordChanged {
        let content = RecordContent(
            catalogItem: item, severity: severity, conduct: Bytes(utf8: "{}"), decision: Bytes(utf8: "{}"),
            decisionDate: RewardStory.day(decided))
        return RecordChanged(
            recordId: id, subjectId: "s1", subjectKind: .person, version: 1, previousHash: nil, state: state, isRestricted: isRestricted,
            cause: VersionCause(origin: "record.filed.v1/0/0", type: "chengxin.record.submitted.v1"), bureau: "transport", recordNo: "1",
            revision: 1, content: isSealed ? nil : content, catalogItem: item, severity: severity)
    }

    @Test(arguments: [("2023-05-05", true), ("2023-05-06", false), ("2026-05-06", false)])
    func countsADecisionUpToTheLastDayOfItsTerm(decided: String, isClean: Bool) throws {
        let policy = try SampleCity.policy()
        let against = policy.recordsAgainstCleanRecord([record(decided: decided)], on: RewardStory.day("2026-05-06"))
        #expect(against == (isClean ? [] : ["transport/1"]))
    }

    @Test(arguments: [RecordState.held, .repaired, .withdrawn, .expired, .archived])
    func countsNothingWithoutEffect(state: RecordState) throws {
        let policy = try SampleCity.policy()
        #expect(policy.recordsAgainstCleanRecord([record("transport/1", state)], on: RewardStory.day("2026-05-06")).isEmpty)
    }

    /// Safeguard 7: what is disputed counts for nothing until it is decided.
    @Test func countsNothingThatIsRestrictedOrSealed() throws {
        let policy = try SampleCity.policy()
        let records = [record(isRestricted: true), record("transport/2", isSealed: true)]
        #expect(policy.recordsAgainstCleanRecord(records, on: RewardStory.day("2026-05-06")).isEmpty)
    }

    @Test func countsAdverseItemsOnlyAndThoseThatNobodyKnows() throws {
        let policy = try SampleCity.policy()
        let records = [
            record("transport/3", item: "gone.item"), record("transport/2", item: "permit.administrative"),
            record("transport/4", item: "volunteer.service"), record("transport/1"),
        ]
        #expect(policy.recordsAgainstCleanRecord(records, on: RewardStory.day("2026-05-06")) == ["transport/1", "transport/3"])
    }

    /// A pack without the rule knows no term after which an adverse record in force is forgiven.
    @Test func countsEverythingInForceWithoutARule() throws {
        let policy = try SampleCity.policy { $0.cleanRecord = nil }
        let against = policy.recordsAgainstCleanRecord([record(decided: "2001-01-01")], on: RewardStory.day("2026-05-06"))
        #expect(against == ["transport/1"])
    }
}
