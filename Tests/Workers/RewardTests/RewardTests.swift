import CreditModel
import StreamCore
import StreamTestKit
import Testing

@testable import Reward

/// What becomes of a nomination, up to the last benefit that is taken back.
@Suite struct RewardTests {
    private typealias Story = RewardStory

    // MARK: Nominations

    // plan: 10a
    @Test func publicisesWhatTheRulesAdmit() throws {
        var story = try Story()
        let told = try story.nominate()
        #expect(told.statuses == [.publicised] && told.answers.isEmpty && told.dispatches.isEmpty)
        let step = try #require(told.steps.first)
        #expect(step.caseId.hasPrefix("reward/0-") && step.subjectId == "s0a1" && step.programme == "integrity-citizen")
        #expect(!step.caseId.contains("s0a1"), "an agency reads the case's id, and learns no subject id")
        #expect(step.submission == SubmissionReference(source: "/bureaus/civil-affairs", id: "m1") && step.reasons.isEmpty)
        #expect(step.dueAt == Story.day("2026-05-12").end)
        let notice = try #require(told.notices.first)
        #expect(notice.kind == .rewardPublicised && notice.caseId == step.caseId)
        #expect(Set(notice.values.keys) == Set(NoticeKind.rewardPublicised.values))
        #expect(notice.values["programme"]?.zh == "文明诚信市民" && notice.values["basis"]?.zh == "连续三年参加志愿服务")
        #expect(told.decision.outputs.allSatisfy { $0.key.text == "s0a1" && $0.correlation == step.caseId })
        #expect(story.tester.timers.map(\.due) == [Story.day("2026-05-12").end])
    }

    @Test(arguments: ["SUPERVISION", "ROLE_MODEL", "VOLUNTEER", "ASSOCIATION", "MEDIA"])
    func takesNominationsOfAllFiveSources(source: String) throws {
        let data =
            #"{"programme":"integrity-citizen","source":"\#(source)","basis":"事迹","consent":{"givenAt":"2026-05-01T00:00:00Z","textSha256":"00"}}"#
        #expect(try RewardNomination(Bytes(utf8: data)).programme == "integrity-citizen")
    }

    static let inadmissible: [(String, String, String, String, Bool, [ReasonCode])] = [
        ("integrity-company", "civil-affairs", "事迹", "2026-05-01", false, [.policyItemUnknown]),
        ("integrity-citizen", "street-office", "事迹", "2026-05-01", false, [.policySourceNotAllowed]),
        ("integrity-citizen", "civil-affairs", "  ", "2026-05-01", false, [.basisMissing]),
        ("integrity-citizen", "civil-affairs", "《失信行为纠正后的信用信息修复管理办法（试行）》", "2026-05-01", false, [.basisNotInForce]),
        ("integrity-citizen", "civil-affairs", "《河南省志愿服务条例》", "2026-05-01", false, []),
        ("integrity-citizen", "civil-affairs", "《样例市志愿服务办法》", "2026-05-01", false, []),
        ("integrity-citizen", "civil-affairs", "事迹", "2026-05-07", false, [.schemaRange]),
        ("integrity-citizen", "civil-affairs", "事迹", "2026-05-01", true, [.stateNotEligible]),
        (
            "integrity-company", "street-office", " ", "2026-05-07", true,
            [.policyItemUnknown, .basisMissing, .schemaRange, .stateNotEligible]
        ),
    ]

    @Test(arguments: inadmissible)
    func admitsWhatTheRulesAllowAndSaysEverythingElseAtOnce(
        programme: String, bureau: String, basis: String, consent: String, hasAdverseRecord: Bool, codes: [ReasonCode]
    ) throws {
        var story = try Story()
        if hasAdverseRecord { _ = try story.record() }
        let told = try story.nominate(programme, by: bureau, basis: basis, consent: consent)
        #expect(told.statuses == [codes.isEmpty ? .publicised : .notAdmitted])
        #expect(told.codes == codes)
        #expect(told.steps.first?.submission != nil && told.answers.isEmpty, "one answer")
        if !codes.isEmpty {
            #expect(told.decision.changes.isEmpty && told.decision.timers.isEmpty && told.notices.isEmpty)
            #expect(told.steps.first?.dueAt == nil)
        }
    }

    @Test func takesNoSecondNominationWhileOneIsOpenOrRuns() throws {
        var story = try Story()
        let first = try story.nominate()
        let second = try story.nominate(by: "transport")
        #expect(second.statuses == [.notAdmitted] && second.codes == [.stateAlreadyOpen] && second.steps[0].openCaseId == first.caseId)
        #expect(try story.nominate(of: "s0c3").statuses == [.publicised], "of somebody else")
        _ = try story.wait(until: Story.day("2026-05-12").end)
        #expect(try story.nominate().codes == [.stateAlreadyOpen])
        _ = try story.decide(first.caseId, .grant)
        #expect(try story.nominate().codes == [.stateAlreadyOpen], "no benefit twice at a time")
        _ = try story.decline(first.caseId)
        let third = try story.nominate()
        #expect(third.statuses == [.publicised] && third.caseId != first.caseId)
        let row = try #require(story.tester.row(RewardRow.table, RewardRow.key(subjectId: "s0a1")))
        #expect(try RewardRow(row).cases.map(\.id) == [third.caseId], "what is over makes room")
    }

    // MARK: Adverse records

    static let records: [(String, RecordState, String, Bool, Bool)] = [
        ("in force", .effective, "penalty.administrative", false, true),
        ("of an item that the pack does not have", .effective, "gone.item", false, true),
        ("restricted", .effective, "penalty.administrative", true, false),
        ("held", .held, "penalty.administrative", false, false),
        ("repaired", .repaired, "penalty.administrative", false, false),
        ("withdrawn", .withdrawn, "penalty.administrative", false, false),
        ("expired", .expired, "penalty.administrative", false, false),
        ("archived", .archived, "penalty.administrative", false, false),
        ("a permit", .effective, "permit.administrative", false, false),
        ("an honour", .effective, "volunteer.service", false, false),
    ]

    /// Safeguard 7: what is disputed neither blocks nor ends a reward.
    @Test(arguments: records)
    func letsOnlyAnAdverseRecordInForceStandAgainstAReward(
        name: String, state: RecordState, item: String, isRestricted: Bool, stands: Bool
    ) throws {
        var before = try Story()
        _ = try before.record("transport/7", state, item: item, isRestricted: isRestricted)
        #expect(try before.nominate().statuses == [stands ? .notAdmitted : .publicised], "\(name)")

        var during = try Story()
        let caseId = try during.nominate().caseId
        let told = try during.record("transport/7", state, item: item, isRestricted: isRestricted)
        #expect(told.statuses == (stands ? [.ended] : []) && told.codes == (stands ? [.stateNotEligible] : []))
        if stands { #expect(told.notices.map(\.kind) == [.rewardEnded] && told.dispatches.isEmpty) }
        if !stands { #expect(try during.object(to: caseId).statuses == [.objected]) }

        var after = try Story()
        let granted = try after.grant()
        let end = try after.record("transport/7", state, item: item, isRestricted: isRestricted)
        #expect(end.statuses == (stands ? [.ended] : []))
        #expect(end.dispatches.map(\.action) == (stands ? granted.told.dispatches.map { _ in .end } : []))
    }

    // plan: 0b
    @Test func endsAGrantedRewardWhenADisputeEndsAgainstThePerson() throws {
        var story = try Story()
        _ = try story.record(isRestricted: true)
        let (caseId, told) = try story.grant()
        #expect(told.statuses == [.granted])
        let end = try story.record()
        #expect(end.statuses == [.ended] && end.caseId == caseId && end.dispatches.count == 4)
        #expect(end.notices.first?.values["reason"]?.zh.contains("transport/7") == true)
        #expect(end.steps[0].reasons.allSatisfy { !$0.hint.contains("transport/7") }, "the nominator need not know which")
        #expect(try story.record("transport/7", .repaired).steps.isEmpty)
        #expect(try story.nominate().statuses == [.publicised], "what was repaired blocks nobody")
    }

    @Test func forgetsAdverseRecordsThatAreOver() throws {
        var story = try Story()
        for number in 1...3 { _ = try story.record("transport/\(number)") }
        #expect(story.tester.rows(AdverseRow.table).count == 3)
        #expect(try story.record("transport/2").decision.changes.isEmpty)
        _ = try story.record("transport/1", .expired)
        _ = try story.record("transport/2", isRestricted: true)
        #expect(try story.nominate().statuses == [.notAdmitted])
        _ = try story.record("transport/3", .withdrawn)
        #expect(story.tester.rows(AdverseRow.table).isEmpty)
        #expect(try story.nominate().statuses == [.publicised])
    }

    // MARK: Objections

    @Test func waitsForTheAnswerToAnObjectionOfAnybody() throws {
        var story = try Story()
        let caseId = try story.nominate().caseId
        story.tester.now = Story.noon("2026-05-12")
        let told = try story.object(to: caseId, receivedAt: Story.noon("2026-05-11"))
        #expect(told.statuses == [.objected] && told.steps[0].submission?.source == "/portal")
        #expect(told.steps[0].subjectId == "s0a1", "the case is the nominated one's")
        #expect(told.steps[0].objection?.statement == "此人并未参加" && told.steps[0].objection?.evidence?.text == "[]")
        #expect(told.steps[0].dueAt == Story.day("2026-05-20").end, "seven working days from its receipt")
        #expect(!told.decision.outputs.contains { $0.value?.text.contains("s0b2") == true }, "whoever objects is protected")
        #expect(!story.tester.rows(RewardRow.table).contains { $0.payload.text.contains("s0b2") })
        // The end of the publicity decides nothing while it waits.
        #expect(try story.wait(until: Story.noon("2026-05-14")).flatMap(\.steps).isEmpty)
        #expect(try story.decide(caseId, .grant).codes == [.stateNotEligible])
        #expect(try story.object(to: caseId, by: "s0d4").statuses == [.objected], "and another")
        let answered = try story.answer(caseId, .dismissed)
        #expect(answered.statuses == [.publicised] && answered.steps[0].decision?.authority == "credit-office")
        #expect(try story.object(to: caseId).codes == [.stateNotEligible], "the time is over")
        #expect(try story.decide(caseId, .grant).statuses == [.granted])
    }

    @Test func givesBackTheRestOfThePublicity() throws {
        var story = try Story()
        let caseId = try story.nominate().caseId
        _ = try story.object(to: caseId)
        let told = try story.answer(caseId, .dismissed, by: "civil-affairs/zhao")
        #expect(told.statuses == [.publicised] && told.steps[0].dueAt == Story.day("2026-05-12").end)
        #expect(try story.decide(caseId, .grant).codes == [.stateNotEligible], "the publicity is not over")
        #expect(try story.object(to: caseId).statuses == [.objected])
    }

    @Test func refusesWhereAnObjectionIsRight() throws {
        var story = try Story()
        let caseId = try story.nominate().caseId
        _ = try story.object(to: caseId)
        let told = try story.answer(caseId, .upheld)
        #expect(told.statuses == [.refused] && told.codes == [.rewardRefused] && told.dispatches.isEmpty)
        #expect(told.notices.map(\.kind) == [.rewardEnded])
        #expect(try story.nominate().statuses == [.publicised], "a refusal shuts nobody out")
    }

    @Test func saysAgainAndAgainThatAnObjectionIsNotAnswered() throws {
        var story = try Story()
        let caseId = try story.nominate().caseId
        _ = try story.object(to: caseId)
        // Seven working days after 6 May end on the 14th, the next seven after that on the 25th.
        let first = try story.wait(until: Story.day("2026-05-14").end)
        #expect(first.flatMap(\.alerts).map(\.kind) == ["reward.objection-overdue"])
        #expect(
            first.flatMap(\.alerts).first?.who == "civil-affairs" && first.flatMap(\.alerts).first?.dueAt == Story.day("2026-05-14").end)
        #expect(first.flatMap(\.steps).isEmpty, "silence decides nothing")
        #expect(try story.wait(until: Story.day("2026-06-01").end).flatMap(\.alerts).count == 1)
    }

    static let rights: [(String, String?, Bool)] = [
        ("credit-office/li", nil, true), ("civil-affairs/zhao", nil, true), ("housing/li", nil, false),
        ("credit-office/li", "housing", false),
    ]

    @Test(arguments: rights)
    func letsTheNominatorOrTheLeadDepartmentAnswer(officer: String, bureau: String?, may: Bool) throws {
        var story = try Story()
        let caseId = try story.nominate().caseId
        _ = try story.object(to: caseId)
        let told = try story.answer(caseId, .dismissed, by: officer, from: bureau)
        #expect(told.statuses == (may ? [.publicised] : []))
        #expect(told.codes == (may ? [] : [.policySourceNotAllowed]))
    }

    // MARK: Decisions

    // plan: 10b
    @Test func grantsEachBenefitAtItsAgency() throws {
        var story = try Story()
        let (caseId, told) = try story.grant()
        #expect(told.statuses == [.granted])
        #expect(told.steps[0].until == Story.day("2027-05-13"), "twelve months from the day of the decision")
        #expect(told.steps[0].decision == RewardProgressed.Decision(authority: "credit-office", reason: "事迹属实"))
        #expect(told.dispatches.map(\.benefit) == ["metro.discount", "bus.discount", "library.deposit-free", "permits.green-channel"])
        #expect(told.dispatches.map(\.agency) == ["metro", "bus", "library", "permits"])
        #expect(told.dispatches.allSatisfy { $0.action == .grant && $0.sequence == 1 && $0.until == Story.day("2027-05-13") })
        #expect(Set(told.dispatches.map(\.grantId)).count == 4 && told.dispatches.allSatisfy { $0.caseId == caseId })
        let notice = try #require(told.notices.first)
        #expect(Set(notice.values.keys) == Set(NoticeKind.rewardGranted.values) && notice.values["until"]?.en == "2027-05-13")
        #expect(notice.values["benefits"]?.zh == "地铁优惠、公交优惠、图书借阅免押金、行政许可绿色通道")
    }

    @Test func decidesNothingBeforeThePublicityIsOver() throws {
        var story = try Story()
        let caseId = try story.nominate().caseId
        story.tester.now = Story.day("2026-05-12").end + .milliseconds(-1)
        for decision in [RewardDecided.Decision.grant, .refuse] {
            let told = try story.decide(caseId, decision)
            #expect(told.steps.isEmpty && told.codes == [.stateNotEligible] && told.decision.changes.isEmpty, "refused, and not kept")
        }
        // Whoever is asked at the instant itself need not wait for the timer.
        story.tester.now = Story.day("2026-05-12").end
        #expect(try story.decide(caseId, .grant).statuses == [.granted])
        #expect(story.tester.timers.map(\.due) == [Story.day("2027-05-13").end])
        #expect(try story.wait(until: Story.day("2026-05-20").end).isEmpty)
    }

    static let deciders: [(String, String?, Bool)] = [
        ("credit-office/wang", nil, true), ("civil-affairs/zhao", nil, false), ("credit-office/wang", "civil-affairs", false),
    ]

    @Test(arguments: deciders)
    func letsTheDecidersOfTheProgrammeDecide(officer: String, bureau: String?, may: Bool) throws {
        var story = try Story()
        let caseId = try story.nominate().caseId
        _ = try story.wait(until: Story.day("2026-05-12").end)
        let told = try story.decide(caseId, .grant, by: officer, from: bureau)
        #expect(told.statuses == (may ? [.granted] : []) && told.codes == (may ? [] : [.policySourceNotAllowed]))
        if !may { #expect(try story.decide(caseId, .grant).statuses == [.granted], "the case goes on") }
    }

    @Test func refusesWithReasons() throws {
        var story = try Story()
        let caseId = try story.nominate().caseId
        _ = try story.wait(until: Story.day("2026-05-12").end)
        let told = try story.decide(caseId, .refuse)
        #expect(told.statuses == [.refused] && told.codes == [.rewardRefused] && told.steps[0].decision?.reason == "事迹属实")
        #expect(told.notices.map(\.kind) == [.rewardEnded] && Set(told.notices[0].values.keys) == Set(NoticeKind.rewardEnded.values))
        #expect(try story.decide(caseId, .grant).codes == [.stateNotEligible], "once")
    }

    // MARK: Ends

    @Test func endsWithItsTermWhereverTheGrantWent() throws {
        var story = try Story()
        let (caseId, granted) = try story.grant()
        let last = Story.day("2027-05-13").end
        #expect(try story.wait(until: last + .milliseconds(-1)).isEmpty)
        let told = try story.wait(until: last)
        #expect(told.flatMap(\.statuses) == [.ended] && told.flatMap(\.codes) == [.rewardExpired])
        let ends = told.flatMap(\.dispatches)
        #expect(ends.map(\.grantId) == granted.dispatches.map(\.grantId) && ends.map(\.agency) == granted.dispatches.map(\.agency))
        #expect(ends.allSatisfy { $0.action == .end && $0.sequence == 2 && $0.caseId == caseId })
        #expect(story.tester.timers.count == 1 && story.tester.timers[0].isAdverse == false, "what is over is forgotten a year later")
        _ = try story.wait(until: Story.day("2028-05-15").end)
        #expect(story.tester.rows(RewardRow.table).isEmpty && story.tester.timers.isEmpty)
    }

    /// A benefit is taken away by its end: a clock in doubt has to wait with it.
    @Test func marksTheEndAsAdverse() throws {
        var story = try Story()
        _ = try story.grant()
        #expect(story.tester.timers.map(\.isAdverse) == [true])
    }

    // plan: 16a
    @Test(arguments: ["publicised", "objected", "deciding", "granted"])
    func endsAtAnyTimeWhenThePersonDoesNotWantIt(state: String) throws {
        var story = try Story()
        let caseId = try story.nominate().caseId
        if state == "objected" { _ = try story.object(to: caseId) }
        if state == "deciding" || state == "granted" { _ = try story.wait(until: Story.day("2026-05-12").end) }
        if state == "granted" { _ = try story.decide(caseId, .grant) }
        #expect(try story.decline(caseId, by: "s0b2", attempt: 1, isCaughtUp: true).codes == [.stateNotFound], "only the person")
        let told = try story.decline(caseId)
        #expect(told.statuses == [.ended] && told.codes == [.rewardDeclined] && told.steps[0].submission?.source == "/portal")
        #expect(told.dispatches.count == (state == "granted" ? 4 : 0))
        #expect(try story.decline(caseId).codes == [.stateNotEligible])
    }

    @Test func endsWhatWasGrantedWhateverTheProgrammeGivesByThen() throws {
        var story = try Story()
        let (caseId, _) = try story.grant()
        let pack = try SampleCity.policy { pack in
            pack.programmes = []
            pack.benefits = []
        }
        story.tester.worker = Reward(policy: pack, keys: SampleCity.keys, partitionCount: 4)
        let told = try story.wait(until: Story.day("2027-05-13").end)
        #expect(told.flatMap(\.dispatches).count == 4 && told.flatMap(\.dispatches).allSatisfy { $0.caseId == caseId })
        #expect(told.flatMap(\.statuses) == [.ended])
    }

    // MARK: Waiting

    @Test func waitsForACaseThatItHasNotSeen() throws {
        var story = try Story()
        let id = RewardCaseId(subjectId: "s0a1", partition: 0, cause: .record(Origin("reward.filed.v1", 0, 99))).description
        #expect(try story.object(to: id).decision.wait?.code == "state.not-found")
        #expect(try story.decide(id, .grant).decision.wait != nil && (try story.answer(id, .upheld).decision.wait != nil))
        #expect(try story.decline(id).decision.wait != nil)
        #expect(try story.object(to: id, attempt: 1).decision.wait != nil)
        for told in [
            try story.object(to: id, attempt: 1, isCaughtUp: true), try story.decide(id, .grant, attempt: 1, isCaughtUp: true),
            try story.answer(id, .upheld, attempt: 1, isCaughtUp: true), try story.decline(id, attempt: 1, isCaughtUp: true),
            try story.object(to: "reward/nonsense", attempt: 1, isCaughtUp: true),
        ] {
            #expect(told.answers.map(\.status) == [.rejected] && told.codes == [.stateNotFound] && told.steps.isEmpty)
        }
        #expect(try story.nominate().decision.endsWaiting.count == 1)
    }

    @Test func findsNothingUnderAnothersName() throws {
        var story = try Story()
        let caseId = try story.nominate().caseId
        _ = try story.wait(until: Story.day("2026-05-12").end)
        #expect(try story.decide(caseId, .grant, of: "s0b2", attempt: 1, isCaughtUp: true).codes == [.stateNotFound])
        #expect(try story.answer(caseId, .upheld, of: "s0b2", attempt: 1, isCaughtUp: true).codes == [.stateNotFound])
    }

    /// The publicity reaches into a year without a calendar: somebody is told once, and it goes on by itself when the year is there.
    @Test func waitsForTheCalendarAndNeverGuesses() throws {
        let full = try SampleCity.policy()
        let empty = try WorkCalendar([])
        var story = try Story(policy: SampleCity.policy { $0.calendar = empty })
        let told = try story.nominate()
        #expect(told.statuses == [.publicised] && told.steps[0].dueAt == nil && told.alerts.map(\.kind) == ["calendar.year-missing"])
        let caseId = told.caseId
        let asked = try story.wait(until: Story.noon("2026-05-09"))
        #expect(asked.count == 3 && asked.allSatisfy { $0.decision.outputs.isEmpty })
        #expect(try story.decide(caseId, .grant).codes == [.stateNotEligible])
        let objected = try story.object(to: caseId)
        #expect(objected.statuses == [.objected] && objected.steps[0].dueAt == nil && objected.alerts.isEmpty)

        // The same rows under a pack that has the year.
        story.tester.worker = Reward(policy: full, keys: SampleCity.keys, partitionCount: 4)
        let set = try story.wait(until: Story.day("2026-05-10").end)
        #expect(set.flatMap(\.statuses) == [.objected] && set.flatMap(\.steps).first?.dueAt == Story.day("2026-05-19").end)
        #expect(try story.answer(caseId, .dismissed).steps.first?.dueAt == Story.day("2026-05-15").end)
        #expect(try story.wait(until: Story.day("2026-05-15").end).count == 1)
        #expect(try story.decide(caseId, .grant).statuses == [.granted])
    }

    // MARK: Deliveries

    @Test func notesWhatAgenciesHaveDoneAndTellsWhatTheyWillNotDo() throws {
        var story = try Story()
        let (caseId, told) = try story.grant()
        #expect(try story.delivery(of: told.dispatches[0], .sent).decision.outputs.isEmpty)
        #expect(try story.delivery(of: told.dispatches[0], .acknowledged).decision.changes.count == 1)
        #expect(try story.delivery(of: told.dispatches[0], .acknowledged).decision.changes.isEmpty)
        let refused = try story.delivery(of: told.dispatches[1], .rejected)
        #expect(refused.alerts == [AlertRaised("reward.delivery-rejected", caseId: caseId, who: "bus")])
        let ended = try story.decline(caseId)
        #expect(try story.delivery(of: told.dispatches[1], .acknowledged).decision.changes.isEmpty, "what went before the end")
        #expect(try story.delivery(of: ended.dispatches[1], .acknowledged).decision.changes.count == 1)
    }

    // MARK: Rows

    @Test func packsAndReadsItsRows() throws {
        var story = try Story()
        let (_, told) = try story.grant()
        _ = try story.delivery(of: told.dispatches[0], .acknowledged)
        for row in story.tester.rows(RewardRow.table) {
            let read = try RewardRow(row.payload)
            #expect(read.encoded.elementsEqual(row.payload))
            #expect(throws: RowDamage.self) { try RewardRow(row.payload.dropLast()) }
            #expect(throws: RowDamage.self) { try RewardRow(row.payload + [0]) }
        }
        for alarm in RewardRow.Alarm.allCases {
            let read = try #require(RewardRow.Alarm.read(alarm.key(Bytes(utf8: "abc"), serial: "xyz")))
            #expect(read.row.text == "abc" && read.serial == "xyz" && read.alarm == alarm)
        }
    }
}
