import CreditModel
import StreamCore
import StreamTestKit
import Testing

@testable import Sanction

/// What sanction answers, asks, orders and lifts.
@Suite struct SanctionTests {
    private typealias Story = SanctionStory

    // MARK: Proposals

    // plan: 11a
    @Test func tellsWhoeverIsConcernedBeforeAnythingElse() throws {
        var story = try Story()
        _ = try story.record()
        let told = try story.propose()
        #expect(told.statuses == [.proposed])
        let step = told.steps[0]
        #expect(step.caseId.hasPrefix("sanction/") && step.determinationNo == "D-1" && step.cause == "fraud")
        #expect(step.submission == SubmissionReference(source: "/bureaus/market-regulation", id: "m1"))
        #expect(step.measures == ["procurement.excluded"] && step.recordIds == [Story.record] && step.reasons.isEmpty)
        #expect(step.proposer == "market-regulation/chen" && step.dueAt == Story.day("2026-08-04").end && step.appeal != nil)
        let notice = try #require(told.notices.first)
        #expect(told.notices.count == 1 && notice.kind == .sanctionProposed && notice.caseId == step.caseId)
        #expect(notice.noticeId == step.noticeId && notice.subjectId == "s0a1")
        #expect(Set(notice.values.keys) == Set(NoticeKind.sanctionProposed.values))
        #expect(notice.values["measures"] == Bilingual(zh: "限制参加政府采购活动", en: "Excluded from government procurement"))
        #expect(notice.values["objectionTerm"] == Bilingual(zh: "5个工作日", en: "5 working days"))
        #expect(notice.values["records"]?.zh == Story.record && notice.values["basis"]?.zh == Story.law)
        #expect(told.dispatches.isEmpty && told.answers.isEmpty && told.alerts.isEmpty)
        let keys = told.decision.outputs.map { "\($0.topic.name) \($0.key.text) \($0.correlation ?? "")" }
        #expect(keys == ["sanction.outcomes.v1 s0a1 \(step.caseId)", "notice.requests.v1 s0a1 \(step.caseId)"])
    }

    /// One gate each; the words tell which.
    struct Refused: Sendable, CustomStringConvertible {
        var description: String
        var codes: [ReasonCode]
        var tell: @Sendable (inout SanctionStory) throws -> SanctionStory.Told
        init(_ description: String, _ codes: [ReasonCode], _ tell: @escaping @Sendable (inout SanctionStory) throws -> SanctionStory.Told) {
            self.description = description
            self.codes = codes
            self.tell = tell
        }
    }

    static let refused: [Refused] = [
        Refused("somebody else's or no record", [.stateNotFound]) {
            try $0.propose(on: [SanctionStory.record, "market-regulation/8"], attempt: 1, isCaughtUp: true)
        },
        Refused("a record that is not final", [.stateNotEligible]) {
            _ = try $0.record(SanctionStory.record, .held)
            return try $0.propose()
        },
        Refused("a repaired record", [.stateNotEligible]) {
            _ = try $0.record(SanctionStory.record, .repaired)
            return try $0.propose()
        },
        Refused("a disputed record", [.stateRestricted]) {
            _ = try $0.record(isRestricted: true)
            return try $0.propose()
        },
        Refused("another bureau's record", [.policySourceNotAllowed]) { try $0.propose(by: "transport/li") },
        Refused("an officer of another bureau than the sender's", [.policySourceNotAllowed]) { try $0.propose(from: "transport") },
        Refused("no basis", [.basisMissing, .policyMeasureNotAllowed]) { try $0.propose(basis: nil) },
        Refused("a basis without a law", [.basisMissing, .policyMeasureNotAllowed]) { try $0.propose(basis: "依法") },
        Refused("a basis that only a rule gives", [.policyMeasureNotAllowed]) { try $0.propose(basis: "《国家教育考试违规处理办法》第一条") },
        Refused("a law that the pack does not know", [.policyMeasureNotAllowed]) { try $0.propose(basis: "《某某办法》第一条") },
        Refused("slight dishonesty alone", [.policySeverityNotAllowed, .policyMeasureNotAllowed]) {
            _ = try $0.record(severity: .minor)
            return try $0.propose()
        },
        Refused("less than the measure needs", [.policyMeasureNotAllowed]) {
            _ = try $0.record(severity: .general)
            return try $0.propose()
        },
        Refused("a measure for another cause", [.policyMeasureNotAllowed]) { try $0.propose(["land.excluded"]) },
        Refused("a measure that is not on the list", [.policyMeasureNotAllowed]) { try $0.propose(["school.excluded"]) },
        Refused("a measure for persons", [.policyMeasureNotAllowed]) {
            try $0.propose(["travel.high-consumption-restricted"], cause: "judgment-unperformed")
        },
        Refused("a measure that a court has to decide", [.policyMeasureNotAllowed]) {
            $0.kind = .person
            _ = try $0.record()
            return try $0.propose(["travel.high-consumption-restricted"], cause: "judgment-unperformed")
        },
        Refused("a minor", [.capacityMinor]) {
            $0.kind = .person
            _ = try $0.profile(.minor)
            _ = try $0.record()
            return try $0.propose()
        },
        Refused("a person whose age nobody knows", [.stateNotEligible]) {
            $0.kind = .person
            _ = try $0.profile(.unknown)
            _ = try $0.record()
            return try $0.propose()
        },
        Refused("a cause that is not on the list", [.schemaRange, .policyMeasureNotAllowed]) { try $0.propose(cause: "late-payment") },
        Refused("the same determination again", [.stateAlreadyOpen]) {
            _ = try $0.propose()
            return try $0.propose(["permit.no-commitment-procedure"])
        },
        Refused("the same measure on the same record again", [.stateAlreadyOpen]) {
            _ = try $0.propose()
            return try $0.propose(["procurement.excluded", "permit.no-commitment-procedure"], determination: "D-2")
        },
        Refused(
            "everything at once",
            [.policySourceNotAllowed, .stateNotEligible, .basisMissing, .policySeverityNotAllowed, .policyMeasureNotAllowed]
        ) {
            _ = try $0.record(SanctionStory.record, .expired, severity: .minor)
            return try $0.propose(basis: nil, from: "transport")
        },
    ]

    // plan: 11b, 11d
    @Test(arguments: refused)
    func admitsNothingThatAGateRefusesAndSaysAllOfThem(refused: Refused) throws {
        var story = try Story()
        _ = try story.record()
        let told = try refused.tell(&story)
        #expect(told.statuses == [.notAdmitted])
        #expect(told.codes == refused.codes)
        #expect(told.steps[0].submission?.id == story.lastId && told.answers.isEmpty)
        #expect(told.notices.isEmpty && told.dispatches.isEmpty && told.decision.changes.isEmpty && told.decision.timers.isEmpty)
        if refused.codes == [.stateAlreadyOpen] { #expect(told.steps[0].openCaseId != nil) }
    }

    @Test func takesForEachKindOfSubjectTheMeasuresThatAreForIt() throws {
        var story = try Story()
        _ = try story.record("courts/1", item: "judgment.unperformed")
        let measures = ["travel.high-consumption-restricted", "land.excluded", "permit.no-commitment-procedure"]
        let company = try story.propose(measures, cause: "judgment-unperformed", on: ["courts/1"], by: "courts/gao")
        #expect(company.statuses == [.proposed])
        #expect(company.steps[0].measures == ["land.excluded", "permit.no-commitment-procedure"])

        // Somebody who is responsible there, by an own record: a case of its own, which answers nobody's message.
        story.subjectId = "s0b2"
        story.kind = .person
        _ = try story.record("courts/2", item: "judgment.unperformed")
        let person = try story.propose(
            measures, cause: "judgment-unperformed", on: ["courts/2"], by: "courts/gao", role: "法定代表人")
        #expect(person.statuses == [.proposed] && person.steps[0].submission == nil && person.answers.isEmpty)
        #expect(person.steps[0].measures == measures && person.caseId != company.caseId)
        let guilt = try story.propose(
            measures, cause: "judgment-unperformed", on: ["courts/1"], by: "courts/gao", determination: "D-2", role: "股东", attempt: 1,
            isCaughtUp: true)
        #expect(guilt.statuses == [.notAdmitted] && guilt.steps[0].reasons.map(\.path) == ["/responsiblePersons"])
    }

    /// What the pack does not know is accepted where no law is needed, and said.
    @Test func saysThatABasisIsUnconfirmed() throws {
        let value =
            #"{"type":"chengxin.sanction.triggered.v1","submission":{"source":"/bureaus/transport","id":"1"},"subjectId":"s1","#
            + #""bureau":"transport","notes":{"basis":"UNCONFIRMED"},"data":{"determinationNo":"1","cause":"traffic","proposer":"transport/li","#
            + #""recordIds":["transport/1"],"measures":["permit.no-commitment-procedure"],"basis":"《某某条例》第一条"}}"#
        var story = try Story()
        story.subjectId = "s1"
        _ = try story.record("transport/1", severity: .general)
        let told = try story.receive("sanction.filed.v1", Bytes(utf8: value))
        #expect(told.statuses == [.proposed] && told.steps[0].isBasisUnconfirmed)
    }

    /// What the market says about a default is for reference; nothing of it is a proposal, and no record that is not adverse is a ground.
    // plan: 11d
    @Test func takesNoReferenceDataForATrigger() throws {
        var story = try Story()
        let reference =
            #"{"type":"chengxin.consent.given.v1","submission":{"source":"/bureaus/people-bank","id":"1"},"subjectId":"s0a1","data":{}}"#
        #expect(thrown(Rejection.self) { try story.receive("sanction.filed.v1", Bytes(utf8: reference)) }?.code == "envelope.type")
        let neutral = try story.record("people-bank/1", severity: .serious, item: "permit.administrative")
        #expect(neutral.decision.changes.isEmpty)
        let told = try story.propose(on: ["people-bank/1"], by: "people-bank/hu", attempt: 1, isCaughtUp: true)
        #expect(told.statuses == [.notAdmitted] && told.codes == [.stateNotFound])
    }

    // MARK: Waiting

    @Test func waitsForRecordsThatItHasNotSeen() throws {
        var story = try Story()
        let wait = try #require(try story.propose().decision.wait)
        #expect(wait.code == "state.not-found" && wait.retryAfter == .seconds(60))
        #expect(try story.propose(attempt: 1).decision.wait != nil, "not everything has been read yet")
        #expect(try story.record().decision.endsWaiting == [wait.line])
        #expect(try story.propose(waitIsOver: true).statuses == [.proposed])
        // Several are waited for together; no single version ends that.
        let both = try #require(try story.propose(on: ["market-regulation/8", "market-regulation/9"]).decision.wait)
        #expect(try story.record("market-regulation/8").decision.endsWaiting != [both.line])
    }

    @Test func answersAProposalWhoseRecordWasWithdrawnMeanwhile() throws {
        var story = try Story()
        _ = try story.record(Story.record, .withdrawn)
        let told = try story.propose(waitIsOver: true)
        #expect(told.steps.isEmpty && told.answers.map(\.status) == [.withdrawn])
    }

    @Test func waitsForACaseThatItHasNotSeenAndNotForOneThatIsOver() throws {
        var story = try Story()
        _ = try story.record()
        let told = try story.propose()
        let wait = try #require(try story.decide("sanction/00").decision.wait)
        #expect(try story.object(to: "sanction/00").decision.wait?.line == wait.line)
        let missing = try story.decide("sanction/00", attempt: 1, isCaughtUp: true)
        #expect(missing.answers.map(\.status) == [.rejected] && missing.codes == [.stateNotFound])
        #expect(told.decision.endsWaiting == [Line(SanctionInput.answers(subjectId: "s0a1", caseId: told.caseId))])

        _ = try story.decide(told.caseId, .dismiss)
        let late = try story.decide(told.caseId, .dismiss)
        #expect(late.answers.map(\.status) == [.rejected] && late.codes == [.stateNotEligible])
        #expect(try SanctionRow(story.tester.rows(SanctionRow.table)[0].payload).cases.isEmpty)
        #expect(story.tester.timers.isEmpty)
    }

    // MARK: The hearing

    /// Delivered on the day; the fifth working day after it, by the State Council's calendar.
    @Test(arguments: [
        ("2026-05-06", "2026-05-12"),  // over a worked Saturday
        ("2026-09-29", "2026-10-12"),  // over National Day and its worked Saturday
        ("2026-02-11", "2026-02-25"),  // over the Spring Festival, 14 February worked
        ("2026-12-24", "2026-12-31"),
    ])
    func letsBothTermsRunFromTheDeliveredNotice(delivered: String, last: String) throws {
        var story = try Story(at: Story.noon(delivered))
        _ = try story.record(decided: "2026-01-01")
        let proposed = try story.propose()
        let told = try story.notice(.delivered, proposed.notices[0].noticeId, proposed.caseId)
        #expect(told.statuses == [.noticed] && told.steps[0].dueAt == Story.day(last).end)
        #expect(told.steps[0].appeal?.until == Story.day(last).end && told.alerts.isEmpty)
        #expect(story.tester.timers.filter { $0.isAdverse }.map(\.due) == [Story.day(last).end])

        _ = try story.wait(until: Story.before(Story.day(last).end))
        let early = try story.decide(proposed.caseId)
        #expect(early.answers.map(\.status) == [.rejected] && early.codes == [.stateNotEligible])
        let over = try story.wait(until: Story.day(last).end)
        #expect(over.map(\.statuses) == [[.awaitingDecision]])
        #expect(try story.decide(proposed.caseId).statuses == [.ordered])
    }

    @Test func waitsForEverForANoticeThatCannotBeDelivered() throws {
        var story = try Story()
        _ = try story.record()
        let told = try story.propose()
        let noticeId = told.notices[0].noticeId
        #expect(try story.notice(.sent, noticeId, told.caseId).decision.outputs.isEmpty)
        #expect(try story.notice(.failed, noticeId, told.caseId).decision.outputs.isEmpty)
        let failed = try story.notice(.undeliverable, noticeId, told.caseId)
        #expect(failed.alerts == [AlertRaised("sanction.notice-undeliverable", caseId: told.caseId, who: "market-regulation")])
        let waited = try story.wait(until: Story.noon("2028-05-06"))
        #expect(waited.flatMap(\.steps).isEmpty)
        #expect(
            waited.flatMap(\.alerts) == [
                AlertRaised(
                    "sanction.decision-overdue", caseId: told.caseId, who: "market-regulation", dueAt: Story.day("2026-08-04").end)
            ])
        #expect(try story.decide(told.caseId, until: "2029-01-01").codes == [.stateNotEligible])
    }

    /// Another case's notice, another notice of this case, and a second delivery set nothing going.
    @Test func countsOnlyItsOwnNotice() throws {
        var story = try Story()
        _ = try story.record()
        let told = try story.propose()
        let noticeId = told.notices[0].noticeId
        #expect(try story.notice(.delivered, "sanction-other", told.caseId).decision.outputs.isEmpty)
        #expect(try story.notice(.delivered, noticeId, "sanction/other").decision.outputs.isEmpty)
        #expect(try story.notice(.delivered, noticeId, told.caseId, kind: .sanctionOrdered).decision.outputs.isEmpty)
        #expect(try story.notice(.delivered, noticeId, "repair/1").decision.outputs.isEmpty)
        #expect(try story.notice(.delivered, noticeId, told.caseId).statuses == [.noticed])
        story.tester.now = Story.noon("2026-05-08")
        #expect(try story.notice(.delivered, noticeId, told.caseId).decision.outputs.isEmpty, "terms run once")
    }

    @Test func holdsTheCaseUntilAnObjectionIsAnswered() throws {
        var story = try Story()
        _ = try story.record()
        let caseId = try story.noticed()
        story.tester.now = Story.noon("2026-05-07")
        let objected = try story.object(to: caseId)
        #expect(objected.statuses == [.objected] && objected.steps[0].submission?.id == story.lastId)
        #expect(objected.steps[0].dueAt == Story.day("2026-05-15").end && objected.steps[0].objection?.statement == "并非本单位所为")
        #expect(objected.steps[0].objection?.evidence?.text.contains("合同") == true)
        let more = try story.object(to: caseId)
        #expect(more.statuses == [.objected] && more.steps[0].dueAt == Story.day("2026-05-15").end, "in the same term")

        let overdue = try story.wait(until: Story.noon("2026-06-01"))
        #expect(overdue.flatMap(\.steps).isEmpty, "the terms are over, and nothing goes on")
        #expect(
            overdue.flatMap(\.alerts) == [
                AlertRaised(
                    "sanction.objection-overdue", caseId: caseId, who: "market-regulation", dueAt: Story.day("2026-05-15").end)
            ])
        #expect(try story.decide(caseId).codes == [.stateNotEligible])
        #expect(try story.answer(caseId, .dismissed, by: "transport/li").codes == [.policySourceNotAllowed])
        #expect(try story.answer(caseId, .dismissed, from: "transport").codes == [.policySourceNotAllowed])
        let answered = try story.answer(caseId, .dismissed)
        #expect(answered.statuses == [.awaitingDecision] && answered.steps[0].submission?.id == story.lastId)
        #expect(answered.steps[0].answer?.reason == "已核实")
        #expect(try story.answer(caseId, .upheld).codes == [.stateNotEligible], "no objection is open")
        #expect(try story.decide(caseId).statuses == [.ordered])
    }

    @Test func goesBackToItsTermWhenAnObjectionIsAnsweredBefore() throws {
        var story = try Story()
        _ = try story.record()
        let told = try story.propose()
        #expect(try story.object(to: told.caseId).statuses == [.objected], "somebody has heard of it otherwise")
        #expect(try story.answer(told.caseId, .dismissed, by: "credit-office/zhao").statuses == [.proposed])
        #expect(try story.object(to: told.caseId).statuses == [.objected])
        let delivered = try story.notice(.delivered, told.notices[0].noticeId, told.caseId)
        #expect(delivered.statuses == [.noticed, .objected])
        #expect(try story.answer(told.caseId, .dismissed).statuses == [.noticed])
        #expect(try story.wait(until: Story.day("2026-05-12").end).flatMap(\.statuses) == [.awaitingDecision])
    }

    @Test func endsWithAnUpheldObjection() throws {
        var story = try Story()
        _ = try story.record()
        let caseId = try story.noticed()
        _ = try story.object(to: caseId)
        let told = try story.answer(caseId, .upheld)
        #expect(told.statuses == [.dismissed] && told.codes == [.sanctionObjectionUpheld])
        #expect(told.notices.map(\.kind) == [.sanctionDismissed])
        #expect(told.notices[0].values.keys.sorted() == NoticeKind.sanctionDismissed.values.sorted())
        #expect(story.tester.timers.isEmpty)
    }

    /// Received in the last second and read after it counts; received at 24:00 does not.
    @Test(arguments: [-1, 0] as [Int64])
    func takesAnObjectionByWhenItWasReceived(shift: Int64) throws {
        var story = try Story()
        _ = try story.record()
        let caseId = try story.heard()
        let received = Instant(milliseconds: Story.day("2026-05-12").end.milliseconds + shift)
        let told = try story.object(to: caseId, receivedAt: received)
        if shift < 0 {
            #expect(told.statuses == [.objected])
            #expect(try story.decide(caseId).codes == [.stateNotEligible])
        } else {
            #expect(told.answers.map(\.status) == [.rejected] && told.codes == [.stateNotEligible])
        }
    }

    // MARK: Decisions

    // plan: 11a
    @Test func ordersByTheDecisionOfAnotherOfficer() throws {
        var story = try Story()
        _ = try story.record()
        let measures = ["procurement.excluded", "permit.no-commitment-procedure"]
        let caseId = try story.heard(measures)
        let told = try story.decide(caseId, .confirm, measures)
        #expect(told.statuses == [.ordered])
        let step = told.steps[0]
        #expect(step.submission?.id == story.lastId && step.until == Story.day("2027-05-06") && step.measures == measures)
        #expect(step.dueAt == Story.day("2027-05-06").end && step.appeal != nil && step.noticeId != nil)
        #expect(
            step.decision
                == SanctionProgressed.Decision(officer: "market-regulation/wang", documentNo: "决〔2026〕1号", reason: "事实清楚"))
        #expect(told.sent == ["IMPOSE 1 procurement", "IMPOSE 1 permits"])
        let order = told.dispatches[0]
        #expect(order.caseId == caseId && order.subjectId == "s0a1" && order.measure == "procurement.excluded")
        #expect(order.until == Story.day("2027-05-06") && order.basis == Story.law)
        #expect(Set(told.dispatches.map(\.orderId)).count == 2 && !order.orderId.contains("s0a1"))
        #expect(told.notices.map(\.kind) == [.sanctionOrdered])
        #expect(Set(told.notices[0].values.keys) == Set(NoticeKind.sanctionOrdered.values))
        #expect(story.tester.timers.map(\.due) == [Story.day("2027-05-06").end])
        #expect(try story.decide(caseId).codes.first == .stateNotEligible, "decided is decided")
    }

    struct Undecided: Sendable, CustomStringConvertible {
        var description: String
        var codes: [ReasonCode]
        var tell: @Sendable (inout SanctionStory, String) throws -> SanctionStory.Told
        init(
            _ description: String, _ codes: [ReasonCode],
            _ tell: @escaping @Sendable (inout SanctionStory, String) throws -> SanctionStory.Told
        ) {
            self.description = description
            self.codes = codes
            self.tell = tell
        }
    }

    static let undecided: [Undecided] = [
        Undecided("the proposer alone", [.policySameOfficer]) { try $0.decide($1, by: "market-regulation/chen") },
        Undecided("another bureau", [.policySourceNotAllowed]) { try $0.decide($1, by: "transport/li") },
        Undecided("an officer of another bureau than the sender's", [.policySourceNotAllowed]) { try $0.decide($1, from: "transport") },
        Undecided("a measure that was not proposed", [.policyMeasureNotAllowed]) {
            try $0.decide($1, .confirm, ["procurement.excluded", "permit.no-commitment-procedure"])
        },
        Undecided("no measure and no end", [.schemaMissing, .schemaMissing]) { try $0.decide($1, .confirm, [], until: nil) },
        Undecided("an end in the past", [.schemaRange]) { try $0.decide($1, until: "2026-05-12") },
        Undecided("longer than the records", [.schemaRange]) { try $0.decide($1, until: "2031-02-02") },
        Undecided("a disputed record", [.stateRestricted]) {
            _ = try $0.record(isRestricted: true)
            return try $0.decide($1)
        },
        Undecided("a record under review again", [.stateNotEligible]) {
            _ = try $0.record(SanctionStory.record, .held, finality: "UNDER_REVIEW")
            return try $0.decide($1)
        },
        Undecided("a revocation of nothing", [.stateNotEligible]) { try $0.decide($1, .revoke) },
        Undecided("a dismissal by the proposer", [.policySameOfficer]) { try $0.decide($1, .dismiss, by: "market-regulation/chen") },
    ]

    @Test(arguments: undecided)
    func refusesADecisionAndGoesOn(undecided: Undecided) throws {
        var story = try Story()
        _ = try story.record()
        let caseId = try story.heard()
        let told = try undecided.tell(&story, caseId)
        #expect(told.answers.map(\.status) == [.rejected] && told.codes == undecided.codes)
        #expect(told.answers[0].submission.id == story.lastId)
        #expect(told.steps.isEmpty && told.dispatches.isEmpty && told.notices.isEmpty)
        _ = try story.record()
        #expect(try story.decide(caseId, until: "2031-02-01", by: "credit-office/zhao").statuses == [.ordered], "the case goes on")
    }

    @Test func letsADecisionNarrowWhatWasProposed() throws {
        var story = try Story()
        _ = try story.record()
        let caseId = try story.heard(["procurement.excluded", "permit.no-commitment-procedure"])
        let told = try story.decide(caseId, .confirm, ["permit.no-commitment-procedure"])
        #expect(told.sent == ["IMPOSE 1 permits"] && told.steps[0].measures == ["permit.no-commitment-procedure"])
    }

    // plan: 7e
    @Test(arguments: ["proposed", "noticed", "heard"])
    func endsWithoutASanctionWhatWasCorrectedOrDismissedBefore(state: String) throws {
        for change in ["repaired", "withdrawn", "expired", "corrected", "less serious", "dismissed", "minor"] {
            var story = try Story()
            story.kind = .person
            _ = try story.record()
            let caseId = state == "proposed" ? try story.propose().caseId : state == "noticed" ? try story.noticed() : try story.heard()
            let told =
                switch change {
                case "repaired": try story.record(Story.record, .repaired)
                case "withdrawn": try story.record(Story.record, .withdrawn)
                case "expired": try story.record(Story.record, .expired)
                case "corrected": try story.record(facts: "迟延履约")
                case "less serious": try story.record(severity: .general)
                case "minor": try story.profile(.minor)
                default: try story.decide(caseId, .dismiss)
                }
            #expect(told.statuses == [.dismissed], "\(change)")
            #expect(told.notices.map(\.kind) == [.sanctionDismissed] && told.dispatches.isEmpty)
            let code: ReasonCode =
                change == "dismissed" ? .sanctionDismissed : change == "minor" ? .capacityMinor : .sanctionNoGround
            #expect(told.codes == [code] && story.tester.timers.isEmpty)
        }
    }

    /// An appeal puts a record in doubt; it does not make it another one.
    @Test func goesOnAfterADoubtThatHasEnded() throws {
        var story = try Story()
        _ = try story.record()
        let caseId = try story.noticed()
        #expect(try story.record(Story.record, .held, finality: "UNDER_REVIEW").steps.isEmpty)
        #expect(try story.record(isRestricted: true).steps.isEmpty)
        #expect(try story.wait(until: Story.day("2026-05-12").end).flatMap(\.statuses) == [.awaitingDecision])
        #expect(try story.decide(caseId).codes == [.stateRestricted])
        #expect(try story.record().steps.isEmpty)
        #expect(try story.decide(caseId).statuses == [.ordered])
    }

    // MARK: Orders

    @Test func suspendsWhileAnyRecordIsInDoubt() throws {
        var story = try Story()
        _ = try story.record()
        _ = try story.record("market-regulation/8")
        let (caseId, _) = try story.ordered(["procurement.excluded"], on: [Story.record, "market-regulation/8"])
        let disputed = try story.record(isRestricted: true)
        #expect(disputed.statuses == [.suspended] && disputed.sent == ["SUSPEND 2 procurement"])
        #expect(disputed.codes == [.stateRestricted] && disputed.notices.isEmpty)
        #expect(
            try story.record("market-regulation/8", .held, finality: "UNDER_REVIEW").decision.outputs.isEmpty, "it is suspended already")
        #expect(try story.record().decision.outputs.isEmpty, "the other is in doubt")
        let clear = try story.record("market-regulation/8")
        #expect(clear.statuses == [.resumed] && clear.sent == ["RESUME 3 procurement"])
        #expect(clear.steps[0].caseId == caseId && clear.steps[0].dueAt == Story.day("2027-05-06").end)
        #expect(try story.record(facts: "另一事实").decision.outputs.isEmpty, "what still carries it carries it")
    }

    static let ends: [(String, ReasonCode)] = [
        ("repaired", .sanctionNoGround), ("withdrawn", .sanctionNoGround), ("expired", .sanctionNoGround),
        ("archived", .sanctionNoGround), ("less serious", .sanctionNoGround), ("not adverse", .sanctionNoGround),
        ("revoked", .sanctionRevoked), ("last day", .sanctionExpired), ("minor", .capacityMinor),
    ]

    @Test(arguments: ends)
    func liftsWhereverAnOrderWent(end: String, code: ReasonCode) throws {
        for isSuspended in [false, true] {
            var story = try Story()
            story.kind = .person
            _ = try story.record()
            let measures = ["procurement.excluded", "permit.no-commitment-procedure"]
            let (caseId, imposed) = try story.ordered(measures)
            if isSuspended { _ = try story.record(isRestricted: true) }
            if end == "last day" { #expect(try story.wait(until: Story.before(Story.day("2027-05-06").end)).isEmpty) }
            let told: SanctionStory.Told
            switch end {
            case "repaired": told = try story.record(Story.record, .repaired)
            case "withdrawn": told = try story.record(Story.record, .withdrawn)
            case "expired": told = try story.record(Story.record, .expired)
            case "archived": told = try story.record(Story.record, .archived, isSealed: true)
            case "less serious": told = try story.record(severity: .minor)
            case "not adverse": told = try story.record(item: "permit.administrative")
            case "minor": told = try story.profile(.minor)
            case "revoked": told = try story.decide(caseId, .revoke)
            default: told = try #require(try story.wait(until: Story.day("2027-05-06").end).last)
            }
            #expect(told.statuses == [.lifted] && told.codes == [code])
            let sequence = isSuspended ? 3 : 2
            #expect(told.sent == ["LIFT \(sequence) procurement", "LIFT \(sequence) permits"])
            #expect(told.dispatches.map(\.orderId) == imposed.dispatches.map(\.orderId))
            #expect(told.notices.map(\.kind) == [.sanctionLifted])
            #expect(told.notices[0].values["reason"]?.zh == code.message.zh)
            #expect(story.tester.timers.isEmpty)

            // The case stays until every agency has said that it is lifted.
            #expect(try story.delivery(.acknowledged, of: told.dispatches[0]).decision.outputs.isEmpty)
            #expect(try SanctionRow(story.tester.rows(SanctionRow.table)[0].payload).cases.count == 1)
            #expect(try story.delivery(.acknowledged, of: imposed.dispatches[1]).decision.outputs.isEmpty)
            #expect(try SanctionRow(story.tester.rows(SanctionRow.table)[0].payload).cases.count == 1, "that was the order")
            _ = try story.delivery(.acknowledged, of: told.dispatches[1])
            let row = try SanctionRow(story.tester.rows(SanctionRow.table)[0].payload)
            #expect(row.cases.isEmpty && row.closed == [caseId])
        }
    }

    /// Of two records one is repaired: each measure is looked at by what is left.
    @Test func liftsOnlyWhatIsNotCarriedAnyMore() throws {
        var story = try Story()
        _ = try story.record()
        _ = try story.record("market-regulation/8", severity: .general)
        let records = [Story.record, "market-regulation/8"]
        let measures = ["procurement.excluded", "permit.no-commitment-procedure"]
        let (caseId, _) = try story.ordered(measures, on: records)
        let told = try story.record(Story.record, .repaired)
        #expect(told.sent == ["LIFT 2 procurement"] && told.statuses == [.ordered])
        #expect(told.steps[0].measures == ["permit.no-commitment-procedure"] && told.steps[0].recordIds == ["market-regulation/8"])
        #expect(told.notices.map(\.kind) == [.sanctionLifted])
        #expect(told.notices[0].values["measures"]?.en == "Excluded from government procurement")
        let last = try story.record("market-regulation/8", .withdrawn)
        #expect(last.sent == ["LIFT 2 permits"] && last.statuses == [.lifted] && last.steps[0].caseId == caseId)

        // Before the order as well, without a case that stands on nothing.
        var pending = try Story()
        _ = try pending.record()
        _ = try pending.record("market-regulation/8", severity: .general)
        _ = try pending.noticed(measures, on: records)
        let narrowed = try pending.record(Story.record, .withdrawn)
        #expect(narrowed.statuses == [.noticed] && narrowed.steps[0].measures == ["permit.no-commitment-procedure"])
        #expect(narrowed.dispatches.isEmpty)
        #expect(try pending.record("market-regulation/8", .expired).statuses == [.dismissed])
    }

    @Test func followsReceiptsAndTellsOnceOfWhatAnAgencyDoesNotDo() throws {
        var story = try Story()
        _ = try story.record()
        let (caseId, told) = try story.ordered()
        let order = told.dispatches[0]
        for status in [DeliveryProgressed.Status.sent, .waiting, .acknowledged] {
            #expect(try story.delivery(status, of: order).decision.outputs.isEmpty)
        }
        #expect(
            try story.delivery(.overdue, of: order).alerts == [
                AlertRaised("sanction.order-overdue", caseId: caseId, who: "market-regulation")
            ])
        #expect(try story.delivery(.overdue, of: order).alerts.isEmpty, "once")
        #expect(
            try story.delivery(.rejected, of: order).alerts == [
                AlertRaised("sanction.order-rejected", caseId: caseId, who: "market-regulation")
            ])
        let lifted = try story.decide(caseId, .revoke)
        #expect(try story.delivery(.overdue, of: lifted.dispatches[0]).alerts.count == 1, "a lifting as well")
        #expect(try story.delivery(.overdue, of: order).alerts.isEmpty)
        var other = order
        other.caseId = "reward/1"
        #expect(try story.delivery(.rejected, of: other).alerts.isEmpty, "another worker's")
    }

    // MARK: The calendar

    /// A year without a notice is not guessed: what is adverse waits, what favours somebody goes on.
    @Test func waitsWithATermWhoseYearTheCalendarLacks() throws {
        var story = try Story(at: Story.noon("2026-12-30"))
        _ = try story.record()
        let proposed = try story.propose()
        let told = try story.notice(.delivered, proposed.notices[0].noticeId, proposed.caseId)
        #expect(told.statuses == [.noticed] && told.steps[0].dueAt == nil)
        #expect(told.alerts == [AlertRaised("calendar.year-missing", caseId: proposed.caseId)])
        let waited = try story.wait(until: Story.noon("2027-02-01"))
        #expect(waited.allSatisfy { $0.decision.outputs.isEmpty } && waited.count == 33, "asked every day, one alert")
        #expect(try story.decide(proposed.caseId, until: "2028-01-01").codes == [.stateNotEligible])
        let objected = try story.object(to: proposed.caseId)
        #expect(objected.statuses == [.objected] && objected.alerts.isEmpty)
        #expect(try story.answer(proposed.caseId, .upheld).statuses == [.dismissed], "relief does not wait")
    }

    @Test func setsTheTermsWhenTheCalendarHasTheYear() throws {
        var story = try Story(at: Story.noon("2026-12-30"))
        _ = try story.record()
        let proposed = try story.propose()
        _ = try story.notice(.delivered, proposed.notices[0].noticeId, proposed.caseId)
        // The same rows under a pack that has the year.
        let policy = try SampleCity.policy { pack in
            let made = [2026, 2027].compactMap { try? WorkCalendar.Year($0, daysOff: [], workingDays: []) }
            if let calendar = try? WorkCalendar(made) { pack.calendar = calendar }
        }
        let later = Sanction(policy: policy, keys: SampleCity.keys, partitionCount: 4)
        let timer = try #require(story.tester.timers.first)
        var state = State()
        let (key, payload) = story.tester.rows(SanctionRow.table)[0]
        state.add(SanctionRow.table, key, payload)
        let cause = Cause.timer(worker: "sanction", partition: 0, due: timer.due, key: ByteKey(timer.key))
        let decision = try later.decide(state, later.decode(.timer(timer)), at: Moment(tick: timer.due, cause: cause))
        let step = try SanctionProgressed.decode(try JSONParser.parse(decision.outputs[0].value ?? []).root)
        #expect(decision.outputs.count == 1 && step.status == .noticed && step.dueAt == Story.day("2027-01-06").end)
    }

    // MARK: Rows and messages

    @Test func packsEveryRowSoThatItComesBack() throws {
        var story = try Story()
        story.kind = .person
        _ = try story.record(validUntil: "2028-01-01")
        let (caseId, told) = try story.ordered()
        _ = try story.delivery(.overdue, of: told.dispatches[0])
        _ = try story.propose(["permit.no-commitment-procedure"], determination: "D-2")
        let payload = story.tester.rows(SanctionRow.table)[0].payload
        var row = try SanctionRow(payload)
        #expect(row.encoded == payload && row.cases.count == 2 && row.cases[0].id == caseId)
        for length in 0..<payload.count { #expect(throws: RowDamage.self) { try SanctionRow(payload.prefix(length)) } }
        #expect(throws: RowDamage.self) { try SanctionRow(payload + [0]) }
        for state in SanctionMachine.State.allCases {
            row.cases[1].machine = SanctionMachine(state: state)
            #expect(try SanctionRow(row.encoded) == row)
        }
        let ground = story.tester.rows(Ground.table)[0].payload
        #expect(try Ground(row: ground).encoded == ground && Ground(row: ground).lastDay == Story.day("2028-01-01"))
        for length in 0..<ground.count { #expect(throws: RowDamage.self) { try Ground(row: ground.prefix(length)) } }
    }

    /// What is over leaves its rows: archived records, closed cases but for their ids, and a subject about whom there is nothing to know.
    @Test func keepsNothingOfWhatIsOver() throws {
        var story = try Story()
        story.kind = .person
        for number in 1...20 {
            _ = try story.record("market-regulation/\(number)")
            let told = try story.propose(on: ["market-regulation/\(number)"], determination: "D-\(number)")
            _ = try story.record("market-regulation/\(number)", .withdrawn)
            #expect(told.statuses == [.proposed])
            _ = try story.record("market-regulation/\(number)", .archived, isSealed: true)
        }
        #expect(story.tester.rows(Ground.table).isEmpty && story.tester.timers.isEmpty)
        let row = try SanctionRow(story.tester.rows(SanctionRow.table)[0].payload)
        #expect(row.cases.isEmpty && row.closed.count == 16)

        story.subjectId = "s0c3"
        _ = try story.profile(.minor)
        #expect(story.tester.rows(SanctionRow.table).count == 2)
        _ = try story.profile(.adult)
        #expect(story.tester.rows(SanctionRow.table).count == 1)
        #expect(try story.receive(SubjectProfile.topic, nil).decision.outputs.isEmpty)
    }

    @Test func forgetsAStaleTimer() throws {
        var story = try Story()
        _ = try story.record()
        let caseId = try story.noticed()
        let row = story.tester.rows(SanctionRow.table)[0].payload
        for alarm in SanctionCase.Alarm.allCases {
            for id in [caseId, "sanction/other"] {
                let timer = Timer(due: story.tester.now, key: alarm.key(subjectId: "s0a1", caseId: id))
                let sanction = story.tester.worker
                var state = State()
                state.add(SanctionRow.table, SanctionRow.key("s0a1"), row)
                let cause = Cause.timer(worker: "sanction", partition: 0, due: timer.due, key: ByteKey(timer.key))
                let decision = try sanction.decide(state, sanction.decode(.timer(timer)), at: Moment(tick: timer.due, cause: cause))
                #expect(decision.outputs.isEmpty && decision.changes.isEmpty && decision.timers.isEmpty)
            }
        }
        #expect(throws: Rejection.self) { try story.tester.worker.decode(.timer(Timer(due: story.tester.now, key: [1]))) }
    }

    @Test func deadLettersARowThatItCannotRead() throws {
        let sanction = try Story().tester.worker
        let now = Instant(milliseconds: 5)
        let decoded = try sanction.decode(.timer(Timer(due: now, key: SanctionCase.Alarm.terms.key(subjectId: "s1", caseId: "sanction/1"))))
        var state = State()
        state.add(SanctionRow.table, SanctionRow.key("s1"), [9])
        let moment = Moment(tick: now, cause: .record(Origin("sanction.filed.v1", 0, 0)))
        #expect(throws: Rejection.self) { try sanction.decide(state, decoded, at: moment) }
    }

    @Test(arguments: [
        "", "{", "[]", #"{"type":"chengxin.sanction.triggered.v1"}"#,
        #"{"type":"chengxin.repair.applied.v1","submission":{"source":"/portal","id":"1"},"subjectId":"s1","data":{}}"#,
        #"{"type":"chengxin.sanction.triggered.v1","submission":{"source":"/bureaus/b","id":"1"},"subjectId":"s1","data":{}}"#,
        #"{"type":"chengxin.sanction.triggered.v1","submission":{"source":"/bureaus/b","id":"1"},"data":{"cause":"fraud"}}"#,
        #"{"type":"chengxin.sanction.decided.v1","submission":{"source":"/bureaus/b","id":"1"},"subjectId":"s1","data":{}}"#,
        #"{"type":"chengxin.objection.answered.v1","submission":{"source":"/bureaus/b","id":"1"},"subjectId":"s1","data":{}}"#,
        #"{"type":"chengxin.objection.raised.v1","submission":{"source":"/portal","id":"1"},"subjectId":"s1","data":{}}"#,
    ])
    func deadLettersAMessageThatIsNone(value: String) throws {
        let sanction = try Story().tester.worker
        for topic in sanction.topology.inputs {
            let message = Message(
                topic: topic, partition: 0, offset: 0, timestamp: Instant(milliseconds: 0), key: nil, value: Bytes(utf8: value))
            #expect(throws: Rejection.self) { try sanction.decode(.message(message)) }
        }
    }

    @Test func saysWhatItReadsAndWrites() throws {
        let topology = try Story().tester.worker.topology
        #expect(
            topology.inputs == [
                "sanction.filed.v1", "record.ledger.v1", "subject.profiles.v1", "notice.status.v1", "delivery.status.v1",
            ])
        #expect(
            topology.outputs == [
                "sanction.outcomes.v1", "sanction.dispatches.v1", "notice.requests.v1", "intake.answers.v1", "supervision.alerts.v1",
            ])
        #expect(!topology.isSealed)
    }

    @Test func makesIdsThatLookLikeNoNumber() {
        let id = SanctionCase.id(because: .record(Origin("sanction.filed.v1", 3, 17)))
        #expect(id == SanctionCase.id(because: .record(Origin("sanction.filed.v1", 3, 17))))
        #expect(id != SanctionCase.id(because: .record(Origin("sanction.filed.v1", 3, 18))))
        #expect(id.split(separator: "/").map(\.count) == [8, 14])
    }
}
