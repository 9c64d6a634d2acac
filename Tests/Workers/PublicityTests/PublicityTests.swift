import CreditModel
import StreamCore
import Testing

@testable import Publicity

/// What is listed, from when, until when, and what never is.
@Suite struct PublicityTests {
    private typealias Story = PublicityStory

    // MARK: By law

    // plan: 12b
    @Test func listsAtOnceWhatTheLawOrdersToPublish() throws {
        var story = try Story()
        #expect(try story.profile("样例运输公司").decision.outputs.isEmpty)
        let told = try story.record()
        #expect(told.words == ["LIST ORDERED"])
        let listing = try #require(told.listings.first)
        #expect(listing.listingId == "listing/transport/7" && listing.recordId == "transport/7" && listing.displayName == "样例运输公司")
        #expect(listing.from == Story.day("2026-04-01") && listing.until == Story.day("2027-04-01"))
        #expect(listing.bureau == "transport" && listing.catalogItem == "penalty.administrative" && listing.severity == .general)
        #expect(listing.decision?.text == #"{"documentNo":"交罚7号","authority":"样例交通局","basis":"《公路法》第七十六条","result":"罚款"}"#)
        let output = try #require(told.decision.outputs.first)
        #expect(output.key.text == "listing/transport/7" && output.subject == nil && output.correlation == "transport/7")
        #expect(output.value?.text.contains("s0a1") == false)
        #expect(told.decision.timers.count == 1)
    }

    @Test func waitsForTheProfileOfTheSubject() throws {
        var story = try Story()
        #expect(try story.record().words.isEmpty)
        #expect(try story.record(Story.Version(recordId: "transport/8")).words.isEmpty)
        #expect(try story.record(Story.Version(recordId: "transport/9", subjectId: "s0a11")).words.isEmpty)
        let told = try story.profile("样例运输公司")
        #expect(told.listings.map(\.recordId) == ["transport/7", "transport/8"])
        #expect(told.words == ["LIST ORDERED", "LIST ORDERED"])
        #expect(try story.profile("样例运输公司").decision.changes.isEmpty, "a profile that says the same changes nothing")
    }

    /// The contract's catalogue, line by line: what is sent, what is seen.
    static let catalogue: [(String, SubjectKind, Severity, String?, String?)] = [
        ("penalty.administrative", .organization, .minor, nil, nil),
        ("penalty.administrative", .organization, .general, "2027-04-01", "LIST ORDERED"),
        ("penalty.administrative", .organization, .serious, "2029-04-01", "LIST ORDERED"),
        ("penalty.administrative", .person, .minor, nil, nil),
        ("penalty.administrative", .person, .general, nil, nil),
        ("permit.administrative", .organization, .none, nil, "LIST ORDERED"),
        ("permit.administrative", .organization, .none, "2031-04-01", "LIST ORDERED"),
        ("penalty.public-security", .person, .serious, nil, nil),
        ("judgment.unperformed", .organization, .serious, "2028-04-01", "LIST ORDERED"),
        ("loan.student-default", .person, .general, nil, nil),
        ("exam.fraud", .person, .serious, nil, nil),
        ("tax.a-grade", .organization, .none, "2027-04-01", "LIST ORDERED"),
        ("gone.item", .organization, .serious, nil, nil),
    ]

    @Test(arguments: catalogue)
    func keepsToTheCatalogue(item: String, kind: SubjectKind, severity: Severity, until: String?, seen: String?) throws {
        var story = try Story()
        _ = try story.profile(kind == .person ? "张＊" : "样例公司", kind: kind)
        let told = try story.record(Story.Version(kind: kind, item: item, severity: severity, until: until))
        #expect(told.words == (seen.map { [$0] } ?? []))
        #expect(told.listings.first?.until == until.map(Story.day) || seen == nil)
        if seen == nil {
            #expect(try story.release().answers.map(\.status) == [.rejected], "no release makes public what the law does not")
        }
    }

    /// A rule of the law counts for decisions of its days, both included.
    @Test(arguments: [("2026-03-31", false), ("2026-04-01", true), ("2026-06-30", true), ("2026-07-01", false)])
    func keepsToTheLawOfTheDecisionsDate(decided: String, isListed: Bool) throws {
        let pack = try SampleCity.policy { pack in
            guard var item = pack.item("penalty.administrative") else { return }
            item.publicity = item.publicity.map { rule in
                var rule = rule
                rule.force = Force(from: CivilDate(iso: "2026-04-01"), to: CivilDate(iso: "2026-06-30"))
                return rule
            }
            pack.items.append(item)
        }
        var story = try Story(at: Story.noon("2026-07-06"), policy: pack)
        _ = try story.profile("样例公司")
        #expect(try story.record(Story.Version(decided: decided)).words == (isListed ? ["LIST ORDERED"] : []))
    }

    @Test(arguments: [RecordState.held, .repaired, .withdrawn, .expired, .archived])
    func listsNothingThatHasNoEffect(state: RecordState) throws {
        var story = try Story()
        _ = try story.profile("样例公司")
        #expect(try story.record(Story.Version(state: state)).decision.outputs.isEmpty)
    }

    // MARK: By an officer

    @Test func listsAPersonOnlyAfterAnOfficerHasReleasedTheRecordAndMasked() throws {
        var story = try Story()
        _ = try story.profile("张＊", kind: .person)
        #expect(try story.record(Story.person()).words.isEmpty)
        let told = try story.release(by: "credit-office/li")
        #expect(told.answers.map(\.status) == [.accepted] && told.answers[0].submission.id == "m1")
        #expect(told.words == ["LIST RELEASED"])
        #expect(told.listings[0].displayName == "张＊" && told.listings[0].until == Story.day("2029-04-01"))
        #expect(told.listings[0].decision?.text == #"{"documentNo":"交罚7号","authority":"样例交通局","basis":"《公路法》第七十六条"}"#)
        #expect(told.decision.outputs.map(\.topic.name) == ["intake.answers.v1", "publicity.listings.v1"])
        let again = try story.release()
        #expect(again.answers.map(\.status) == [.duplicate] && again.codes == [.stateDuplicate] && again.decision.changes.isEmpty)
    }

    static let refusals: [(String, PublicityStory.Version, SubjectProfile.Capacity, String, String?, [ReasonCode])] = [
        ("held", PublicityStory.person(.held), .adult, "transport/chen", nil, [.stateNotEligible]),
        ("repaired", PublicityStory.person(.repaired), .adult, "transport/chen", nil, [.stateNotEligible]),
        ("withdrawn", PublicityStory.person(.withdrawn), .adult, "transport/chen", nil, [.stateNotEligible]),
        ("expired", PublicityStory.person(.expired), .adult, "transport/chen", nil, [.stateNotEligible]),
        ("minor", PublicityStory.person(), .minor, "transport/chen", nil, [.capacityMinor]),
        ("nobody knows the age", PublicityStory.person(), .unknown, "transport/chen", nil, [.stateNotEligible]),
        ("a foreign officer", PublicityStory.person(), .adult, "housing/li", nil, [.policySourceNotAllowed]),
        ("an officer of another sender", PublicityStory.person(), .adult, "transport/chen", "housing", [.policySourceNotAllowed]),
        (
            "restricted", PublicityStory.Version(kind: .person, severity: .serious, isRestricted: true, until: "2029-04-01"), .adult,
            "transport/chen", nil, [.stateRestricted]
        ),
        (
            "restricted, of a minor, over",
            PublicityStory.Version(kind: .person, severity: .serious, isRestricted: true, until: "2026-05-05"), .minor, "transport/chen",
            nil,
            [.stateRestricted, .stateNotEligible, .capacityMinor]
        ),
        (
            "over", PublicityStory.Version(kind: .person, severity: .serious, until: "2026-05-05"), .adult, "transport/chen", nil,
            [.stateNotEligible]
        ),
        ("ordered by law", PublicityStory.Version(), .adult, "transport/chen", nil, [.stateNotEligible]),
        ("by consent", PublicityStory.volunteer(consent: "true"), .adult, "credit-office/li", nil, [.stateNotEligible]),
        ("without consent", PublicityStory.volunteer(consent: nil), .adult, "credit-office/li", nil, [.stateNotEligible]),
    ]

    @Test(arguments: refusals)
    func refusesAReleaseWithAllReasons(
        name: String, record: PublicityStory.Version, capacity: SubjectProfile.Capacity, officer: String, bureau: String?,
        codes: [ReasonCode]
    ) throws {
        var story = try Story()
        _ = try story.profile("张＊", capacity, kind: record.kind)
        _ = try story.record(record)
        let before = story.shown
        let told = try story.release(record.recordId, by: officer, from: bureau)
        #expect(told.answers.map(\.status) == [.rejected], "\(name)")
        #expect(told.codes == codes, "\(name)")
        #expect(told.decision.changes.isEmpty && told.decision.timers.isEmpty && story.shown == before)
    }

    @Test func waitsWithAReleaseForTheRecordAndForTheProfile() throws {
        var story = try Story()
        #expect(try story.release().decision.wait?.code == "state.not-found")
        let seen = try story.record(Story.person())
        #expect(seen.decision.endsWaiting.isEmpty, "the profile is still to come")
        #expect(try story.release(attempt: 1).decision.wait?.code == "subject.unknown")
        let learned = try story.profile("张＊", kind: .person)
        #expect(learned.decision.endsWaiting.count == 1 && learned.words.isEmpty)
        #expect(try story.release(attempt: 1, waitIsOver: true).words == ["LIST RELEASED"])

        var other = try Story()
        _ = try other.profile("张＊", kind: .person)
        #expect(try other.release().decision.wait != nil)
        #expect(try other.record(Story.person()).decision.endsWaiting.count == 1)
    }

    @Test func refusesTheReleaseOfWhatIsNotThere() throws {
        var story = try Story()
        _ = try story.profile("张＊", kind: .person)
        _ = try story.record(Story.person())
        #expect(try story.release(of: "s0b2", attempt: 1).decision.wait != nil, "a retry before everything is read waits again")
        let told = try story.release(of: "s0b2", attempt: 1, isCaughtUp: true)
        #expect(told.answers.map(\.status) == [.rejected] && told.codes == [.stateNotFound], "also of what is somebody else's")
        var stranger = try Story()
        _ = try stranger.record(Story.person())
        #expect(try stranger.release(attempt: 1, isCaughtUp: true).codes == [.subjectUnknown])
    }

    /// A release is for what the officer has seen.
    @Test(arguments: [("severity", true), ("date", true), ("result", false), ("restriction", false)])
    func keepsAReleaseOnlyWhileTheRecordSaysTheSame(change: String, needsAnother: Bool) throws {
        var story = try Story()
        _ = try story.profile("张＊", kind: .person)
        _ = try story.record(Story.person())
        _ = try story.release()
        var other = Story.person()
        switch change {
        case "severity": other.severity = .general
        case "date": other.decided = "2026-03-31"
        case "result": other.result = "警告"
        default: other.isRestricted = true
        }
        let told = try story.record(other)
        switch change {
        case "severity": #expect(told.words == ["DELIST NOT_PUBLIC"])
        case "date": #expect(told.words == ["DELIST NOT_RELEASED"])
        case "result": #expect(told.words.isEmpty, "it is not shown")
        default: #expect(told.words == ["DELIST RESTRICTED"])
        }
        if change == "severity" || change == "restriction" {
            #expect(try story.record(Story.person()).words == (needsAnother ? [] : ["LIST RELEASED"]))
        }
        if needsAnother { #expect(try story.release().answers.map(\.status) == [.accepted]) }
        #expect(story.shown.count == 1)
    }

    // MARK: By consent

    // plan: 15a
    @Test(arguments: [("true", true), ("false", false), (nil as String?, false), (#""true""#, false)])
    func listsAnHonourOnlyWithConsent(consent: String?, isListed: Bool) throws {
        var story = try Story()
        _ = try story.profile("李＊", kind: .person)
        #expect(try story.record(Story.volunteer(consent: consent)).words == (isListed ? ["LIST CONSENTED"] : []))
    }

    @Test func takesItDownWhenTheConsentIsTakenBack() throws {
        var story = try Story()
        _ = try story.profile("李＊", kind: .person)
        _ = try story.record(Story.volunteer(consent: "true"))
        #expect(try story.record(Story.volunteer(consent: "false")).words == ["DELIST CONSENT_ENDED"])
    }

    // MARK: Never

    // plan: 7f
    @Test func neverListsAMinor() throws {
        for version in [Story.person(), Story.volunteer(consent: "true")] {
            var story = try Story()
            _ = try story.profile("张＊", .minor, kind: .person)
            #expect(try story.record(version).words.isEmpty)
            _ = try story.release(version.recordId)
            #expect(story.shown.isEmpty)
        }
    }

    @Test func listsAnHonourWithConsentAlsoWhereNobodyKnowsTheAge() throws {
        var story = try Story()
        _ = try story.profile("＊", .unknown, kind: .person)
        #expect(try story.record(Story.volunteer(consent: "true")).words == ["LIST CONSENTED"])
    }

    @Test func takesDownWhatProvesToBeAMinorsAndListsWhoComesOfAge() throws {
        var story = try Story()
        _ = try story.profile("李＊", .unknown, kind: .person)
        _ = try story.record(Story.volunteer(consent: "true"))
        #expect(try story.profile("李＊", .minor, kind: .person).words == ["DELIST PROTECTED"])
        #expect(try story.profile("李＊", .adult, kind: .person).words == ["LIST CONSENTED"])
    }

    @Test func takesASealedRecordDownAndShowsNothingOfIt() throws {
        var story = try Story()
        _ = try story.profile("样例公司")
        _ = try story.record()
        let told = try story.record(Story.Version(state: .archived, isSealed: true))
        #expect(told.words == ["DELIST ARCHIVED"])
        #expect(told.listings[0].decision == nil && told.listings[0].displayName == "样例公司")
        #expect(told.listings[0].from == Story.day("2026-04-01") && told.listings[0].until == Story.day("2027-04-01"))
        #expect(story.tester.rows(PublicRecordRow.table).isEmpty && story.tester.timers.isEmpty, "nothing is kept of it")
    }

    /// Where the law sets an end, and the ledger could not say when it is, nothing is listed, and somebody is told once.
    @Test func listsNothingWhoseEndNobodyKnows() throws {
        var story = try Story()
        _ = try story.profile("样例公司")
        let told = try story.record(Story.Version(until: nil))
        #expect(told.words.isEmpty && told.alerts.map(\.kind) == ["publicity.end-unknown"])
        #expect(try story.record(Story.Version(until: nil)).alerts.isEmpty)
        #expect(try story.record().words == ["LIST ORDERED"])
    }

    // MARK: The end

    // plan: 7a, 12b
    @Test func endsByItselfWithTheLastDay() throws {
        var story = try Story()
        _ = try story.profile("样例公司")
        _ = try story.record()
        let last = Story.day("2027-04-01").end
        #expect(try story.wait(until: last + .milliseconds(-1)).isEmpty)
        let told = try story.wait(until: last)
        #expect(told.map(\.words) == [["DELIST ENDED"]])
        #expect(story.shown.isEmpty && story.tester.timers.isEmpty)
        #expect(try story.record().words.isEmpty, "a later version does not bring it back")
        #expect(try story.record(Story.Version(state: .expired)).words.isEmpty)
    }

    @Test(arguments: [("2026-05-05", false), ("2026-05-06", true)])
    func listsWhatComesLateOnlyForTheRestOfItsTime(until: String, isListed: Bool) throws {
        var story = try Story()
        _ = try story.profile("样例公司")
        #expect(try story.record(Story.Version(until: until)).words == (isListed ? ["LIST ORDERED"] : []))
        #expect(try story.wait(until: Story.day("2026-05-06").end).map(\.words) == (isListed ? [["DELIST ENDED"]] : []))
    }

    static let ends: [(RecordState, String)] = [
        (.held, "DELIST HELD"), (.repaired, "DELIST REPAIRED"), (.withdrawn, "DELIST WITHDRAWN"), (.expired, "DELIST EXPIRED"),
        (.archived, "DELIST ARCHIVED"),
    ]

    @Test(arguments: ends)
    func takesDownAtOnceWhatHasNoEffectAnyMore(state: RecordState, word: String) throws {
        var story = try Story()
        _ = try story.profile("样例公司")
        _ = try story.record()
        #expect(try story.record(Story.Version(state: state)).words == [word])
        #expect(story.tester.timers.isEmpty)
        #expect(try story.record(Story.Version(state: state)).words.isEmpty, "once")
    }

    @Test func hidesWhatIsDisputedAndShowsItAgainWhenTheRecordStands() throws {
        var story = try Story()
        _ = try story.profile("样例公司")
        _ = try story.record()
        #expect(try story.record(Story.Version(isRestricted: true)).words == ["DELIST RESTRICTED"])
        #expect(try story.wait(until: Story.noon("2026-06-06")).isEmpty)
        #expect(try story.record().words == ["LIST ORDERED"])
        // Restricted over its last day: it ends unseen, and stays so.
        _ = try story.record(Story.Version(isRestricted: true))
        #expect(try story.wait(until: Story.day("2027-04-02").start).isEmpty)
        #expect(try story.record().words.isEmpty)
    }

    @Test func changesAListingInOneStep() throws {
        var story = try Story()
        _ = try story.profile("样例公司")
        _ = try story.record()
        let told = try story.record(Story.Version(severity: .serious, until: "2029-04-01", result: "吊销"))
        #expect(told.words == ["LIST ORDERED"])
        #expect(told.listings[0].until == Story.day("2029-04-01") && told.listings[0].severity == .serious)
        #expect(story.tester.timers.map(\.due) == [Story.day("2029-04-01").end], "the timer has moved")
        #expect(try story.record(Story.Version(severity: .serious, until: "2029-04-01", result: "责令关闭")).words == ["LIST ORDERED"])
        #expect(try story.record(Story.Version(severity: .serious, until: "2029-04-01", result: "责令关闭")).decision.outputs.isEmpty)
        #expect(try story.record(Story.Version(severity: .minor, until: nil)).words == ["DELIST NOT_PUBLIC"])
        // And the name.
        _ = try story.record()
        #expect(try story.profile("样例更名公司").listings.map(\.displayName) == ["样例更名公司"])
    }

    /// A pack without a calendar of working days: publicity needs none.
    @Test func listsAndEndsWithoutACalendar() throws {
        let empty = try WorkCalendar([])
        var story = try Story(policy: SampleCity.policy { $0.calendar = empty })
        _ = try story.profile("样例公司")
        #expect(try story.record().words == ["LIST ORDERED"])
        #expect(try story.wait(until: Story.day("2027-04-01").end).map(\.words) == [["DELIST ENDED"]])
    }

    // MARK: Rows

    @Test func forgetsARecordThatIsArchived() throws {
        var story = try Story()
        _ = try story.profile("样例公司")
        _ = try story.record()
        #expect(story.tester.rows(PublicRecordRow.table).count == 1)
        _ = try story.record(Story.Version(state: .repaired))
        _ = try story.record(Story.Version(state: .archived))
        #expect(story.tester.rows(PublicRecordRow.table).isEmpty)
        #expect(try story.record(Story.Version(recordId: "transport/8", state: .archived)).decision.changes.isEmpty)
    }

    @Test func packsAndReadsItsRows() throws {
        var story = try Story()
        _ = try story.profile("样例公司")
        _ = try story.record()
        _ = try story.record(Story.volunteer(consent: "true"))
        for row in story.tester.rows(PublicRecordRow.table) {
            let record = try PublicRecordRow.decode(row.payload)
            #expect(PublicRecordRow.encode(record).elementsEqual(row.payload))
            #expect(throws: RowDamage.self) { try PublicRecordRow.decode(row.payload.dropLast()) }
            #expect(throws: RowDamage.self) { try PublicRecordRow.decode(row.payload + [0]) }
        }
        #expect(throws: RowDamage.self) { try SubjectRow.decode([9]) }
    }
}
