import CreditModel
import StreamCore
import StreamTestKit
import Testing

@testable import Repair

/// What repair answers, asks, rules and waits for.
@Suite struct RepairTests {
    private typealias Story = RepairStory

    // MARK: Applications

    // plan: 7b
    @Test func acceptsWhatIsCompleteAndAsksTheBureauOfTheRecord() throws {
        var story = try Story()
        _ = try story.record()
        let told = try story.apply()
        #expect(told.statuses == [.received, .accepted])
        let (received, accepted) = (told.steps[0], told.steps[1])
        #expect(received.repairId.hasPrefix("repair/") && received.repairId == accepted.repairId)
        #expect(received.recordId == "transport/7" && received.subjectId == "s0a1" && received.kind == .performance)
        #expect(received.submission == SubmissionReference(source: "/portal", id: "m1") && accepted.submission == nil)
        #expect(received.missing.isEmpty && received.reasons.isEmpty)
        // Monday 6 July: three working days are Thursday, ten are Monday the 20th.
        #expect(received.dueAt == Story.day("2026-07-09").end)
        #expect(accepted.dueAt == Story.day("2026-07-20").end)

        let task = try #require(told.tasks.first)
        #expect(told.tasks.count == 1)
        #expect(task.repairId == told.repairId && task.recordId == "transport/7" && task.subjectId == "s0a1")
        #expect(task.authority == "transport" && task.decideBy == Story.day("2026-07-20").end)
        #expect(task.application?.text == "{\(Story.commitment),\(Story.evidence)}")
        #expect(told.rulings.isEmpty && told.alerts.isEmpty && told.answers.isEmpty)
        let outputs = told.decision.outputs
        #expect(outputs.map(\.topic.name) == ["repair.outcomes.v1", "repair.outcomes.v1", "repair.tasks.v1"])
        #expect(outputs.allSatisfy { $0.key.text == "s0a1" && $0.subject == "s0a1" && $0.correlation == told.repairId })
    }

    static let lacking: [(RepairApplied.Kind, [String], [String], [ReasonCode])] = [
        (.performance, [], ["commitment", "evidence", "minimum-period"], [.schemaMissing, .schemaMissing, .repairTooEarly]),
        (.performance, [RepairStory.commitment], ["evidence", "minimum-period"], [.schemaMissing, .repairTooEarly]),
        (.performance, [RepairStory.commitment, #""evidence":[]"#], ["evidence", "minimum-period"], [.schemaMissing, .repairTooEarly]),
        (.performance, [RepairStory.commitment, RepairStory.evidence], ["minimum-period"], [.repairTooEarly]),
        (.extended, [], ["commitment", "extension"], [.schemaMissing, .schemaMissing]),
        (.extended, [RepairStory.commitment, RepairStory.extended(until: "2026-05-05")], ["extension"], [.schemaRange]),
        (.extended, [RepairStory.commitment, RepairStory.extended(until: "2026-11-07")], ["extension"], [.schemaRange]),
        (.statement, [], ["statement"], [.schemaMissing]),
        (.statement, [#""statement":"  ""#], ["statement"], [.schemaMissing]),
        (.deed, [RepairStory.statement], ["evidence"], [.schemaMissing]),
    ]

    @Test(arguments: lacking)
    func returnsWithOneListOfEverythingMissing(
        kind: RepairApplied.Kind, parts: [String], missing: [String], codes: [ReasonCode]
    ) throws {
        var story = try Story(at: Story.noon("2026-05-06"))
        _ = try story.record(severity: .serious, decided: "2026-05-06")
        let told = try story.apply(kind, with: parts)
        #expect(told.statuses == [.received, .returned])
        let returned = try #require(told.steps.last)
        #expect(returned.missing == missing)
        #expect(returned.reasons.map(\.code) == codes)
        #expect(returned.dueAt == nil)
        #expect(told.tasks.isEmpty && told.rulings.isEmpty)
        #expect(try story.apply(kind).steps.last?.reasons.map(\.code) ?? [] != [.stateAlreadyOpen], "what was returned is not open")
    }

    @Test(arguments: ["2026-05-06", "2026-11-06"])
    func takesAnExtensionUpToItsFirstAndItsLastDay(until: String) throws {
        var story = try Story(at: Story.noon("2026-05-06"))
        _ = try story.record(severity: .serious, decided: "2026-05-06")
        let told = try story.apply(.extended, with: [Story.commitment, Story.extended(until: until)])
        #expect(told.statuses == [.received, .accepted])
        #expect(told.steps.last?.until == Story.day(until))
    }

    static let notAdmissible: [(String, RecordState, RepairApplied.Kind, Bool)] = [
        ("penalty.administrative", .held, .performance, true),
        ("penalty.administrative", .repaired, .performance, false),
        ("penalty.administrative", .expired, .performance, false),
        ("penalty.administrative", .withdrawn, .performance, false),
        ("penalty.administrative", .expired, .extended, false),
        ("penalty.administrative", .expired, .deed, false),
        ("penalty.administrative", .expired, .statement, true),
        ("penalty.administrative", .withdrawn, .statement, false),
        ("volunteer.service", .effective, .performance, false),
        ("permit.administrative", .effective, .extended, false),
        ("gone.item", .effective, .performance, true),
    ]

    @Test(arguments: notAdmissible)
    func admitsWhatTheCatalogueAndTheStateOfTheRecordAllow(
        item: String, state: RecordState, kind: RepairApplied.Kind, isAdmitted: Bool
    ) throws {
        var story = try Story()
        _ = try story.record(state, item: item)
        let told = try story.apply(kind)
        #expect(told.statuses == (isAdmitted ? [.received, .accepted] : [.notAdmitted]))
        if !isAdmitted {
            #expect(Set(told.steps[0].reasons.map(\.code)) == [.stateNotEligible])
            #expect(told.steps[0].submission != nil)
            #expect(told.tasks.isEmpty && told.decision.changes.isEmpty)
        }
    }

    /// A ban for life (食品安全法 article 135) and a decision of the day before that law came into force.
    @Test(arguments: [
        ("2015-10-01", RepairApplied.Kind.performance, false), ("2015-09-30", .performance, true), ("2015-10-01", .extended, false),
        ("2015-10-01", .deed, false), ("2015-10-01", .statement, true),
    ])
    func shutsOutWhatTheLawOfTheDecisionsDateDoes(decided: String, kind: RepairApplied.Kind, isAdmitted: Bool) throws {
        var story = try Story()
        let seen = try story.record(severity: .serious, decided: decided, result: "终身禁止从事食品生产经营")
        #expect(seen.notices.isEmpty == (decided == "2015-10-01"), "nobody is told of a way that there is not")
        let told = try story.apply(kind)
        #expect(told.statuses == (isAdmitted ? [.received, .accepted] : [.notAdmitted]))
    }

    @Test func takesNoSecondApplicationWhileOneIsOpen() throws {
        var story = try Story()
        _ = try story.record()
        let first = try story.apply()
        for kind in RepairApplied.Kind.allCases {
            let second = try story.apply(kind)
            #expect(second.statuses == [.notAdmitted])
            #expect(second.steps[0].reasons.map(\.code) == [.stateAlreadyOpen])
            #expect(second.steps[0].openRepairId == first.repairId && second.repairId != first.repairId)
            #expect(second.tasks.isEmpty && second.decision.changes.isEmpty)
        }
        _ = try story.review(first.repairId, .refused)
        #expect(try story.apply().statuses == [.received, .accepted], "a refusal shuts nobody out")
    }

    // MARK: Waiting

    @Test func waitsForARecordThatItHasNotSeen() throws {
        var story = try Story()
        let told = try story.apply()
        let wait = try #require(told.decision.wait)
        #expect(wait.code == "state.not-found" && wait.retryAfter == .seconds(60))
        #expect(told.decision.outputs.isEmpty && told.decision.changes.isEmpty)
        #expect(try story.apply(attempt: 1).decision.wait != nil, "not everything has been read yet")
        let missing = try story.apply(attempt: 1, isCaughtUp: true)
        #expect(missing.statuses == [.notAdmitted])
        #expect(missing.steps[0].reasons == [Reason(.stateNotFound, at: "/recordId")])

        // Its version ends the wait.
        let seen = try story.record()
        #expect(seen.decision.endsWaiting == [wait.line])
        #expect(try story.apply(waitIsOver: true).statuses == [.received, .accepted])
        #expect(try story.record().decision.endsWaiting.isEmpty)
    }

    @Test func answersAnApplicationAboutAWithdrawnRecordThatWasWaitedFor() throws {
        var story = try Story()
        _ = try story.record(.withdrawn)
        let told = try story.apply(waitIsOver: true)
        #expect(told.steps.isEmpty)
        #expect(told.answers.map(\.status) == [.withdrawn])
    }

    /// Whose it is, is nobody's business: it is not there.
    @Test func admitsNoApplicationAboutTheRecordOfAnother() throws {
        var story = try Story()
        _ = try story.record()
        story.subjectId = "s0b2"
        #expect(try story.apply().decision.wait != nil)
        let told = try story.apply(attempt: 1, isCaughtUp: true)
        #expect(told.statuses == [.notAdmitted] && told.steps[0].reasons.map(\.code) == [.stateNotFound])
        #expect(told.decision.changes.isEmpty)
    }

    @Test func waitsForACaseThatItHasNotSeenBeforeItRefusesAReview() throws {
        var story = try Story()
        _ = try story.record()
        for id in ["repair/0123456789abcd-0123456789", "repair/x", "dispute/1"] {
            #expect(try story.review(id, .granted).decision.wait?.code == "state.not-found")
            let told = try story.review(id, .granted, attempt: 1, isCaughtUp: true)
            #expect(told.answers.map(\.status) == [.rejected])
            #expect(told.answers[0].reasons == [Reason(.stateNotFound, at: "/repairId")])
            #expect(told.steps.isEmpty)
        }
        let told = try story.apply()
        #expect(told.decision.endsWaiting == [Line(Bytes(utf8: "reviews/" + told.repairId))])
    }

    // MARK: Reviews

    /// Who decides is of the record's bureau and sends for it; nobody else, and the case goes on.
    @Test(arguments: [
        ("housing/li", "housing"), ("credit-office/wu", "credit-office"), ("transport/chen", "housing"), ("housing/li", "transport"),
    ])
    func refusesAReviewOfSomebodyWithoutTheRight(officer: String, bureau: String) throws {
        var story = try Story()
        _ = try story.record()
        let case1 = try story.apply()
        let rows = story.tester.rows(RepairRow.table).map(\.payload)
        for decision in RepairReviewed.Decision.allCases {
            let told = try story.review(case1.repairId, decision, by: officer, from: bureau)
            #expect(told.answers.map(\.status) == [.rejected])
            #expect(told.answers[0].reasons.map(\.code) == [.policySourceNotAllowed] && told.answers[0].reasons[0].path == "/officer")
            #expect(told.steps.isEmpty && told.rulings.isEmpty)
        }
        #expect(story.tester.rows(RepairRow.table).map(\.payload) == rows)
        #expect(try story.review(case1.repairId, .granted).statuses == [.granted])
    }

    @Test func executesAGrantAtOnceAndSaysSoWhenTheLedgerShowsIt() throws {
        var story = try Story()
        _ = try story.record()
        let id = try story.apply().repairId
        let granted = try story.review(id, .granted)
        #expect(granted.statuses == [.granted])
        #expect(granted.steps[0].submission == SubmissionReference(source: "/bureaus/transport", id: "m2"))
        #expect(granted.steps[0].dueAt == Story.day("2026-07-07").end)
        #expect(granted.steps[0].decision == RepairProgressed.Decision(authority: "transport", reason: "经核查"))
        let ruling = try #require(granted.rulings.first)
        #expect(granted.rulings.count == 1 && ruling.word == "repair")
        #expect(ruling.subjectId == "s0a1" && ruling.recordId == "transport/7" && ruling.caseId == id)
        #expect(
            ruling.cause == VersionCause(origin: "repair.filed.v1/0/1", type: "chengxin.repair.reviewed.v1", caseId: id))
        #expect(granted.answers.isEmpty)

        #expect(try story.record().statuses.isEmpty, "a version that others made is not it")
        let executed = try story.record(.repaired, by: id)
        #expect(executed.statuses == [.executed] && executed.steps[0].repairId == id && executed.steps[0].dueAt == nil)
        #expect(story.tester.timers.isEmpty)
        #expect(try story.record(.repaired, by: id).steps.isEmpty)
    }

    @Test func refusesWithReasonsAndTheWayToAppeal() throws {
        var story = try Story()
        _ = try story.record()
        let told = try story.review(story.apply().repairId, .refused)
        #expect(told.statuses == [.refused])
        #expect(told.steps[0].reasons.map(\.code) == [.repairRefused])
        #expect(told.steps[0].decision?.reason == "经核查")
        #expect(told.steps[0].appeal?.until == Story.day("2026-09-04"), "sixty days after 6 July")
        #expect(told.steps[0].appeal?.how == RepairTexts.appeal)
        #expect(told.rulings.isEmpty && story.tester.timers.isEmpty)
    }

    @Test func returnsWhatTheOfficerMisses() throws {
        var story = try Story()
        _ = try story.record()
        let first = try story.apply().repairId
        let empty = try story.review(first, .returned)
        #expect(
            empty.statuses.isEmpty && empty.answers.flatMap(\.reasons).map(\.path) == ["/missing"], "no refusal without reasons and appeal")
        let told = try story.review(first, .returned, missing: ["缴款凭证原件", "整改报告"])
        #expect(told.statuses == [.returned])
        let again = try story.apply().repairId
        let second = try story.review(again, .returned, missing: ["照片"])
        #expect(second.statuses.isEmpty && second.answers.flatMap(\.reasons).map(\.path) == ["/decision"], "what is missing is named once")
        #expect(try story.review(again, .refused).statuses == [.refused])
        #expect(told.steps[0].missing == ["缴款凭证原件", "整改报告"] && told.steps[0].reasons.map(\.code) == [.schemaMissing])
        #expect(told.rulings.isEmpty && story.tester.timers.isEmpty)
    }

    @Test(arguments: RepairReviewed.Decision.allCases)
    func takesNoSecondDecision(decision: RepairReviewed.Decision) throws {
        var story = try Story()
        _ = try story.record()
        let id = try story.apply().repairId
        _ = try story.review(id, decision, missing: decision == .returned ? ["整改报告"] : [])
        for second in RepairReviewed.Decision.allCases {
            let told = try story.review(id, second)
            #expect(told.answers.map(\.status) == [.rejected] && told.answers[0].reasons.map(\.code) == [.stateNotEligible])
            #expect(told.steps.isEmpty && told.rulings.isEmpty)
        }
    }

    @Test func endsACaseWhoseRecordHasEnded() throws {
        for state in [RecordState.repaired, .withdrawn, .expired, .archived] {
            var story = try Story()
            _ = try story.record()
            let id = try story.apply().repairId
            let told = try story.record(state, isSealed: state == .archived)
            #expect(told.statuses == [.returned] && told.steps[0].repairId == id)
            #expect(told.steps[0].reasons.map(\.code) == [.stateNotEligible])
            #expect(story.tester.timers.isEmpty)
            #expect(story.tester.rows(RepairRow.table).filter { !$0.payload.isEmpty }.count == (state == .archived ? 0 : 1))
        }
    }

    // MARK: Kinds

    // plan: 7c
    @Test func suspendsByAnExtensionUntilTheEndOfItsDay() throws {
        var story = try Story()
        _ = try story.record(severity: .serious)
        let id = try story.apply(.extended).repairId
        let granted = try story.review(id, .granted)
        #expect(granted.rulings.map(\.word) == ["annotate"])
        guard case .suspend(let until) = granted.rulings[0].ruling else {
            Issue.record("an extension has a day")
            return
        }
        #expect(until == Story.day("2026-09-30"))
        let executed = try story.record(severity: .serious, by: id, isRestricted: true)
        #expect(executed.statuses == [.executed] && executed.steps[0].until == until)
        #expect(story.tester.timers.contains { $0.due == until.end && $0.isAdverse }, "with it effects come back")
        #expect(try story.apply(.extended).steps.map(\.reasons.first?.code) == [.stateAlreadyOpen], "one at a time")

        #expect(try story.wait(until: Instant(milliseconds: until.end.milliseconds - 1)).isEmpty)
        let over = try story.wait(until: until.end)
        #expect(over.flatMap(\.rulings).map(\.word) == ["clear"] && over[0].rulings[0].caseId == id)
        #expect(over.flatMap(\.notices).map(\.kind) == [.repairExtensionOver])
        #expect(try story.record(severity: .serious, by: id).steps.isEmpty)
        #expect(
            try story.apply(.extended, with: [Story.commitment, Story.extended(until: "2026-12-31")]).statuses == [.received, .accepted])
    }

    @Test func letsPerformanceEndTheRecordWhileAnExtensionRuns() throws {
        var story = try Story()
        _ = try story.record()
        let extended = try story.apply(.extended).repairId
        _ = try story.review(extended, .granted)
        _ = try story.record(by: extended, isRestricted: true)
        let performed = try story.apply().repairId
        #expect(try story.review(performed, .granted).rulings.map(\.word) == ["repair"])
        let told = try story.record(.repaired, by: performed, isRestricted: true)
        #expect(told.statuses == [.executed] && told.steps[0].repairId == performed)
        #expect(told.rulings.map(\.word) == ["clear"] && told.rulings[0].caseId == extended, "nothing restricts an ended record for ever")
        #expect(story.tester.timers.isEmpty)
    }

    @Test func takesBackAnExtensionWhoseRecordEndedBeforeTheLedgerHeardOfIt() throws {
        var story = try Story()
        _ = try story.record()
        let id = try story.apply(.extended).repairId
        _ = try story.review(id, .granted)
        let told = try story.record(.expired)
        #expect(told.statuses == [.executed] && told.rulings.map(\.word) == ["clear"])
        #expect(story.tester.timers.isEmpty)
    }

    // plan: 7d
    @Test func attachesAStatementToTheRecord() throws {
        var story = try Story()
        _ = try story.record(severity: .serious)
        let id = try story.apply(.statement).repairId
        let granted = try story.review(id, .granted)
        guard case .state(let text)? = granted.rulings.first?.ruling else {
            Issue.record("a statement is attached")
            return
        }
        #expect(text == "已整改到位" && granted.rulings.count == 1)
        let told = try story.record(
            severity: .serious, by: id, statements: [RecordChanged.Statement(caseId: id, text: text)])
        #expect(told.statuses == [.executed])
    }

    // plan: 7h
    @Test func letsADeedSupportAPerformanceAndNeverReplaceIt() throws {
        var story = try Story()
        _ = try story.record()
        let deed = try story.apply(.deed).repairId
        let granted = try story.review(deed, .granted)
        guard case .state(let text)? = granted.rulings.first?.ruling else {
            Issue.record("a deed repairs nothing")
            return
        }
        #expect(text == RepairTexts.deed && granted.rulings.count == 1)
        _ = try story.record(by: deed, statements: [RecordChanged.Statement(caseId: deed, text: text)])
        let told = try story.apply(.performance, with: [])
        #expect(told.statuses == [.received, .returned], "what performance lacks a deed does not give")
        #expect(try story.apply().tasks.map(\.supportedBy) == [[deed]])
    }

    // MARK: Clocks

    /// Received, acceptance (3 WD), decision (10 WD) and execution (1 WD), by the notices of the State Council.
    @Test(arguments: [
        // Before Labour Day: 1 to 5 May are off, Saturday the 9th is worked.
        ("2026-04-30", "2026-05-08", "2026-05-18", "2026-05-06"),
        // A Friday; a Saturday that is worked, as the day of the event; a Sunday.
        ("2026-07-03", "2026-07-08", "2026-07-17", "2026-07-06"),
        ("2026-05-09", "2026-05-13", "2026-05-22", "2026-05-11"),
        ("2026-07-05", "2026-07-08", "2026-07-17", "2026-07-06"),
        // Before the National Day: 1 to 7 October are off, Saturday the 10th is worked.
        ("2026-09-30", "2026-10-10", "2026-10-20", "2026-10-08"),
        // The last days whose terms lie in years that the calendar has.
        ("2026-12-17", "2026-12-22", "2026-12-31", "2026-12-18"),
    ])
    func runsItsClocksByTheCalendar(day: String, acceptance: String, decision: String, execution: String) throws {
        for instant in [Story.day(day).start, Instant(milliseconds: Story.day(day).end.milliseconds - 1)] {
            var story = try Story(at: instant)
            _ = try story.record(severity: .minor, decided: "2026-04-01")
            let told = try story.apply()
            #expect(told.steps.map(\.dueAt) == [Story.day(acceptance).end, Story.day(decision).end])
            #expect(told.tasks.map(\.decideBy) == [Story.day(decision).end])
            #expect(try story.review(told.repairId, .granted).steps.map(\.dueAt) == [Story.day(execution).end])
        }
    }

    @Test func countsAcceptanceFromTheReceiptAtIntake() throws {
        var story = try Story(at: Story.day("2026-07-07").start)
        _ = try story.record(severity: .minor)
        let told = try story.apply(receivedAt: Instant(milliseconds: Story.day("2026-07-07").start.milliseconds - 1))
        #expect(told.steps[0].dueAt == Story.day("2026-07-09").end)
        #expect(told.steps[1].dueAt == Story.day("2026-07-21").end, "the decision from the acceptance")
    }

    @Test(arguments: [RepairApplied.Kind.performance, .extended, .deed])
    func escalatesASilentReviewerAndDecidesNothing(kind: RepairApplied.Kind) throws {
        var story = try Story()
        _ = try story.record()
        let id = try story.apply(kind).repairId
        let due = Story.day("2026-07-20").end
        #expect(try story.wait(until: Instant(milliseconds: due.milliseconds - 1)).isEmpty)
        let told = try story.wait(until: due)
        #expect(told.count == 1)
        #expect(told[0].alerts == [AlertRaised("repair.decision-overdue", caseId: id, who: "transport", dueAt: due)])
        #expect(told[0].statuses == [.accepted] && told[0].rulings.isEmpty)
        // 21 July is the day of the event: the tenth working day after it is 4 August.
        #expect(told[0].steps[0].dueAt == Story.day("2026-08-04").end)
        #expect(told[0].tasks.map(\.authority) == ["credit-office"] && told[0].tasks[0].decideBy == Story.day("2026-08-04").end)

        let again = try story.wait(until: Story.day("2026-08-04").end)
        #expect(again.flatMap(\.alerts).map(\.who) == ["credit-office"] && again.flatMap(\.rulings).isEmpty)
        #expect(try story.review(id, .granted, by: "housing/li").answers.map(\.status) == [.rejected])
        #expect(try story.review(id, .granted, by: "credit-office/wu").statuses == [.granted], "now the lead department may")
    }

    @Test func grantsAStatementBySilence() throws {
        var story = try Story()
        _ = try story.record()
        let id = try story.apply(.statement).repairId
        let told = try story.wait(until: Story.day("2026-07-20").end)
        #expect(told.flatMap(\.alerts).map(\.kind) == ["repair.decision-overdue"])
        #expect(told.flatMap(\.statuses) == [.granted] && told[0].rulings.map(\.word) == ["annotate"])
        #expect(told[0].steps[0].decision == nil && told[0].steps[0].repairId == id)
    }

    @Test func alertsOnceWhenTheLedgerDoesNotShowAGrantInTime() throws {
        var story = try Story()
        _ = try story.record()
        let id = try story.apply().repairId
        _ = try story.review(id, .granted)
        let due = Story.day("2026-07-07").end
        #expect(try story.wait(until: Instant(milliseconds: due.milliseconds - 1)).isEmpty)
        let told = try story.wait(until: due)
        #expect(told.map(\.alerts) == [[AlertRaised("repair.execution-overdue", caseId: id, dueAt: due)]])
        #expect(told[0].steps.isEmpty && story.tester.timers.isEmpty)
        #expect(try story.record(.repaired, by: id).statuses == [.executed])
    }

    /// A year without a notice is not guessed; the case goes on without its term, and gets it once the calendar has it.
    @Test func goesOnWithoutATermWhoseYearTheCalendarLacks() throws {
        var story = try Story(at: Story.noon("2026-12-18"))
        _ = try story.record(severity: .minor)
        let told = try story.apply()
        #expect(told.statuses == [.received, .accepted])
        #expect(told.steps.map(\.dueAt) == [Story.day("2026-12-23").end, nil])
        #expect(told.tasks.map(\.decideBy) == [nil])
        #expect(told.alerts == [AlertRaised("calendar.year-missing", caseId: told.repairId)])
        let retried = try story.wait(until: Story.noon("2026-12-20"))
        #expect(retried.count == 2 && retried.allSatisfy { $0.decision.outputs.isEmpty }, "one alert")
        #expect(try story.review(told.repairId, .granted).rulings.map(\.word) == ["repair"], "relief does not wait")

        // The same rows under a pack that has the year.
        var later = try Story(at: Story.noon("2026-12-18"), policy: Calendars.policy())
        _ = try later.record(severity: .minor)
        #expect(try later.apply().steps.last?.dueAt == Story.day("2027-01-01").end)
    }

    // MARK: Guidance

    // plan: 7g
    @Test func guidesOnceAndOnlyWhereThereIsSomethingToDo() throws {
        var story = try Story(at: Story.noon("2026-05-06"))
        #expect(try story.record(.held).decision.timers.isEmpty, "nothing rests on it yet")
        let effective = try story.record()
        #expect(effective.notices.isEmpty && story.tester.timers.map(\.due) == [Story.day("2026-07-01").end])
        // A revision says that it is serious: another period.
        _ = try story.record(severity: .serious)
        #expect(story.tester.timers.map(\.due) == [Story.day("2027-04-01").end])
        _ = try story.record()
        let told = try story.wait(until: Story.day("2026-07-01").end)
        let notice = try #require(told.first?.notices.first)
        #expect(notice.kind == .repairPossible && notice.recordId == "transport/7" && notice.subjectId == "s0a1" && notice.caseId == nil)
        #expect(notice.values == ["record": Bilingual(zh: "transport/7", en: "transport/7")])
        #expect(try story.record(severity: .minor).notices.isEmpty, "once")

        var ended = try Story(at: Story.noon("2026-05-06"))
        _ = try ended.record()
        _ = try ended.record(.withdrawn)
        #expect(ended.tester.timers.isEmpty)
        var positive = try Story()
        #expect(try positive.record(item: "volunteer.service", severity: .none).notices.isEmpty)
    }

    // MARK: Rows and messages

    @Test func packsEveryRowSoThatItComesBack() throws {
        var story = try Story()
        _ = try story.record(result: "终身禁止", field: "taxation")
        _ = try story.review(story.apply(.extended).repairId, .granted)
        let payload = story.tester.rows(RepairRow.table)[0].payload
        var row = try RepairRow(payload)
        #expect(row.encoded == payload)
        for length in 0..<payload.count { #expect(throws: RowDamage.self) { try RepairRow(payload.prefix(length)) } }
        #expect(throws: RowDamage.self) { try RepairRow(payload + [0]) }
        #expect(throws: RowDamage.self) { try RepairRow([9] + payload.dropFirst()) }
        for state in RepairMachine.State.allCases {
            for kind in RepairApplied.Kind.allCases {
                row.cases[0].machine = RepairMachine(kind, state: state)
                #expect(try RepairRow(row.encoded) == row)
            }
        }
    }

    @Test func makesCaseIdsThatLeadToTheirRecordAndLookLikeNoNumber() {
        let cause = Cause.record(Origin("repair.filed.v1", 3, 17))
        let id = RepairRow.caseId(recordId: "transport/7", cause: cause)
        #expect(id == RepairRow.caseId(recordId: "transport/7", cause: cause))
        #expect(id != RepairRow.caseId(recordId: "transport/7", cause: .record(Origin("repair.redrive.v1", 3, 17))))
        #expect(
            RepairRow.key(subjectId: "s1", repairId: id) == RepairRow.key(subjectId: "s1", recordId: "transport/7"))
        #expect(id.split(whereSeparator: { "/-".contains($0) }).map(\.count) == [6, 14, 10])
    }

    @Test func forgetsAStaleTimer() throws {
        let repair = Repair(policy: try SampleCity.policy(), keys: SampleCity.keys, partitionCount: 4)
        var story = try Story()
        _ = try story.record()
        let (key, payload) = story.tester.rows(RepairRow.table)[0]
        for alarm in RepairRow.Alarm.allCases {
            let timer = Timer(due: story.tester.now, key: alarm.key(key))
            let decoded = try repair.decode(.timer(timer))
            var state = State()
            let moment = Moment(
                tick: story.tester.now,
                cause: .timer(worker: "repair", partition: 0, due: timer.due, key: ByteKey(timer.key)))
            #expect(try repair.decide(state, decoded, at: moment).outputs.isEmpty, "without its row")
            state.add(RepairRow.table, key, payload)
            let decision = try repair.decide(state, decoded, at: moment)
            #expect(decision.outputs.isEmpty && decision.changes.isEmpty && decision.timers.isEmpty)
        }
        #expect(throws: Rejection.self) { try repair.decode(.timer(Timer(due: story.tester.now, key: [1]))) }
    }

    @Test func deadLettersARowThatItCannotRead() throws {
        let repair = Repair(policy: try SampleCity.policy(), keys: SampleCity.keys, partitionCount: 4)
        let key = Bytes(utf8: "s1/0123456789abcd")
        let now = Instant(milliseconds: 5)
        let decoded = try repair.decode(.timer(Timer(due: now, key: RepairRow.Alarm.decision.key(key))))
        var state = State()
        state.add(RepairRow.table, key, [9])
        let moment = Moment(tick: now, cause: .record(Origin("repair.filed.v1", 0, 0)))
        #expect(throws: Rejection.self) { try repair.decide(state, decoded, at: moment) }
    }

    @Test(arguments: [
        nil, "", "{", "[]", #"{"type":"chengxin.repair.applied.v1"}"#,
        #"{"type":"chengxin.dispute.requested.v1","submission":{"source":"/portal","id":"1"},"subjectId":"s1","data":{}}"#,
        #"{"type":"chengxin.repair.applied.v1","submission":{"source":"/portal","id":"1"},"subjectId":"s1","data":{"kind":"DEED"}}"#,
        #"{"type":"chengxin.repair.applied.v1","submission":{"source":"/portal","id":"1"},"data":{"recordId":"b/1","kind":"DEED"}}"#,
        #"{"type":"chengxin.repair.reviewed.v1","submission":{"source":"/bureaus/b","id":"1"},"subjectId":"s1","data":{}}"#,
    ])
    func deadLettersAMessageThatIsNone(value: String?) throws {
        let repair = Repair(policy: try SampleCity.policy(), keys: SampleCity.keys, partitionCount: 4)
        for topic in repair.topology.inputs {
            let message = Message(
                topic: topic, partition: 0, offset: 0, timestamp: Instant(milliseconds: 0), key: nil, value: value.map { Bytes(utf8: $0) })
            #expect(throws: Rejection.self) { try repair.decode(.message(message)) }
        }
    }

    @Test func saysWhatItReadsAndWrites() throws {
        let repair = Repair(policy: try SampleCity.policy(), keys: SampleCity.keys, partitionCount: 4)
        #expect(repair.topology.inputs == ["repair.filed.v1", "record.ledger.v1"])
        #expect(
            repair.topology.outputs == [
                "repair.outcomes.v1", "repair.tasks.v1", "record.rulings.v1", "intake.answers.v1", "supervision.alerts.v1",
                "notice.requests.v1",
            ])
        #expect(!repair.topology.isSealed)
    }
}
