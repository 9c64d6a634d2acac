import CreditModel
import StreamCore
import Testing

@testable import Intake

/// Each gate for itself: its boundary days and ages.
@Suite struct GateTests {
    private let policy = SampleCity.policy()

    private func codes(_ reasons: [Reason]) -> [String] { reasons.map { "\($0.code.rawValue) \($0.path)" } }

    // MARK: Dates

    private static let days: [(String, String, [String])] = [
        ("2026-05-06", "2026-05-06", []),
        ("2026-05-05", "2026-05-06", []),
        ("2026-05-06", "2026-05-05", ["schema.range /conduct/date"]),
        ("2026-05-07", "2026-05-07", ["schema.range /conduct/date", "schema.range /decision/date"]),
        ("2026-05-01", "2026-05-07", ["schema.range /decision/date"]),
        ("2026-05-07", "2026-05-01", ["schema.range /conduct/date", "schema.range /conduct/date"]),
    ]

    @Test(arguments: days)
    func refusesDaysThatHaveNotComeAndConductAfterTheDecision(conduct: String, decided: String, expected: [String]) {
        #expect(codes(DateGate.reasons(conduct: .day(conduct), decided: .day(decided), today: .day("2026-05-06"))) == expected)
    }

    @Test func saysNothingAboutDaysThatAreNotThere() {
        #expect(DateGate.reasons(conduct: nil, decided: nil, today: .day("2026-05-06")).isEmpty)
        #expect(DateGate.reasons(day: nil, at: "/at", today: .day("2026-05-06")).isEmpty)
        #expect(codes(DateGate.reasons(day: .day("2026-05-07"), at: "/at", today: .day("2026-05-06"))) == ["schema.range /at"])
    }

    // MARK: Capacity

    /// 周岁 is completed on the day after the birthday.
    @Test(arguments: [
        ("2008-03-10", "2026-03-09", true), ("2008-03-10", "2026-03-10", true), ("2008-03-10", "2026-03-11", false),
        ("2008-02-29", "2026-02-28", true), ("2008-02-29", "2026-03-01", false), ("2012-01-01", "2026-01-01", true),
        ("1990-01-01", "2026-01-01", false), ("2026-01-01", "2025-12-31", true),
    ])
    func refusesWhatWasDoneBeforeComingOfAge(born: String, conduct: String, isRefused: Bool) {
        let reasons = CapacityGate.reasons(
            birthDate: .day(born), conduct: .day(conduct), decided: .day("2026-05-01"), rules: policy.capacity)
        #expect(codes(reasons) == (isRefused ? ["capacity.minor /conduct/date"] : []))
    }

    @Test(arguments: [
        ("2006-03-10", "2026-03-09", true), ("2006-03-10", "2026-03-10", true), ("2006-03-10", "2026-03-11", false),
        ("2006-02-28", "2026-03-10", false),
    ])
    func takesAnybodyUnderTwentyAtTheDecisionForAMinorWhenTheConductHasNoDay(born: String, decided: String, isRefused: Bool) {
        let reasons = CapacityGate.reasons(birthDate: .day(born), conduct: nil, decided: .day(decided), rules: policy.capacity)
        #expect(codes(reasons) == (isRefused ? ["capacity.minor /decision/date"] : []))
    }

    @Test func refusesNobodyWhoseBirthOrDayIsUnknown() {
        #expect(CapacityGate.reasons(birthDate: nil, conduct: .day("2026-01-01"), decided: nil, rules: policy.capacity).isEmpty)
        #expect(CapacityGate.reasons(birthDate: .day("2015-01-01"), conduct: nil, decided: nil, rules: policy.capacity).isEmpty)
    }

    // MARK: Finality

    private func finality(_ stated: DecisionFinality?, decided: String = "2026-03-07", isAdverse: Bool = true, at now: Instant) -> Finality
    {
        FinalityGate.finality(of: stated, decided: .day(decided), isAdverse: isAdverse, policy: policy, at: now)
    }

    @Test func takesAFinalDecisionAsFinal() {
        #expect(finality(DecisionFinality(.final), at: CivilDate.day("2026-03-07").start).isReached)
    }

    /// Sixty days after 7 March are 6 May, that day included.
    @Test(arguments: [nil, DecisionFinality(.appealable)])
    func holdsForTheAppealTermWhenNoDayIsGiven(stated: DecisionFinality?) {
        let end = CivilDate.day("2026-05-06").end
        let before = finality(stated, at: end + .milliseconds(-1))
        #expect(before.from == end)
        #expect(codes(before.reasons) == ["finality.appealable /decision/finality"])
        #expect(finality(stated, at: end).isReached)
    }

    @Test(arguments: [
        (DecisionFinality.State.appealable, ReasonCode.finalityAppealable), (.underReview, .finalityUnderReview),
    ])
    func holdsThroughTheLastDayOfATerm(state: DecisionFinality.State, code: ReasonCode) {
        let stated = DecisionFinality(state, until: .day("2026-04-30"))
        let end = CivilDate.day("2026-04-30").end
        #expect(finality(stated, at: end + .milliseconds(-1)) == Finality(from: end, reasons: [Reason(code, at: "/decision/finality")]))
        #expect(finality(stated, at: end).isReached)
    }

    @Test func holdsUnderReviewWithoutADayUntilARevision() {
        let finality = finality(DecisionFinality(.underReview), at: .distantFuture)
        #expect(finality.from == nil)
        #expect(codes(finality.reasons) == ["finality.under-review /decision/finality"])
        #expect(!finality.isReached)
    }

    @Test func doesNotHoldWhatHarmsNobodyUnlessItsSenderSaysSo() {
        let now = CivilDate.day("2026-03-07").start
        #expect(finality(nil, isAdverse: false, at: now).isReached)
        #expect(!finality(DecisionFinality(.appealable), isAdverse: false, at: now).isReached)
    }

    @Test func waitsWhenTheTermNeedsACalendarThatIsMissing() {
        let policy = SampleCity.policy { $0.finality.appealTerm = Term(30, .workingDays) }
        let finality = FinalityGate.finality(
            of: nil, decided: .day("2026-03-07"), isAdverse: true, policy: policy, at: CivilDate.day("2026-03-08").start)
        #expect(finality.from == nil)
        #expect(!finality.isReached)
    }

    // MARK: Slight cases

    private static let slightCases: [(Bool, Bool, Severity, SubjectKind, [String])] = [
        (true, false, Severity.general, SubjectKind.person, ["policy.simple-procedure /decision/simpleProcedure"]),
        (true, false, .minor, .organization, []),
        (false, true, .minor, .person, ["policy.simple-procedure /decision/remedied"]),
        (false, true, .minor, .organization, ["policy.simple-procedure /decision/remedied"]),
        (false, true, .general, .person, []),
        (false, false, .minor, .person, []),
        (
            true, true, .minor, .person,
            ["policy.simple-procedure /decision/simpleProcedure", "policy.simple-procedure /decision/remedied"]
        ),
    ]

    @Test(arguments: slightCases)
    func refusesSimpleProceduresOfPersonsAndSlightCasesThatWereRemedied(
        simple: Bool, remedied: Bool, severity: Severity, kind: SubjectKind, expected: [String]
    ) {
        let reasons = SlightCaseGate.reasons(
            simpleProcedure: simple, remedied: remedied, severity: severity, kind: kind, rules: policy.slightCases)
        #expect(codes(reasons) == expected)
    }

    @Test func leavesAnUnknownKindOfSubjectToTheSchema() {
        #expect(
            SlightCaseGate.reasons(simpleProcedure: true, remedied: true, severity: .minor, kind: nil, rules: policy.slightCases).isEmpty)
    }

    // MARK: Catalogue

    private static let catalogued: [(String, SubjectKind, Severity, [String])] = [
        ("penalty.administrative", SubjectKind.person, Severity.serious, []),
        ("penalty.administrative", .person, .none, ["policy.severity-not-allowed /severity"]),
        ("exam.fraud", .organization, .minor, ["policy.kind-not-allowed /subject/kind", "policy.severity-not-allowed /severity"]),
        ("volunteer.service", .person, .none, []),
        ("nothing.known", .person, .minor, ["policy.item-unknown /catalogItem"]),
    ]

    // plan: 8b
    @Test(arguments: catalogued)
    func keepsToTheCatalogue(item: String, kind: SubjectKind, severity: Severity, expected: [String]) {
        #expect(codes(CatalogueGate.reasons(item: policy.item(item), kind: kind, severity: severity)) == expected)
    }

    // MARK: Basis

    private static let bases: [(String, String, [String], Bool)] = [
        ("《中华人民共和国食品安全法》第三十四条", "2026-01-01", [], false),
        ("《食品安全法》", "2015-10-01", [], false),
        ("《食品安全法》", "2015-09-30", ["basis.not-in-force /decision/basis"], false),
        ("《旧办法》第一条", "2025-12-31", [], false),
        ("《旧办法》第一条", "2026-01-01", ["basis.not-in-force /decision/basis"], false),
        ("《没有听说过的条例》", "2026-01-01", [], true),
        ("《没有听说过的条例》和《旧办法》", "2026-01-01", ["basis.not-in-force /decision/basis"], true),
        ("食品安全法第三十四条", "2026-01-01", ["basis.missing /decision/basis"], false),
        ("《》", "2026-01-01", ["basis.missing /decision/basis"], false),
        ("《食品安全法第三十四条", "2026-01-01", ["basis.missing /decision/basis"], false),
        ("第三条》，《 食品安全法 》", "2026-01-01", [], false),
        ("", "2026-01-01", ["basis.missing /decision/basis"], false),
    ]

    // plan: 5a, P2
    @Test(arguments: bases)
    func wantsALawThatWasInForce(text: String, day: String, expected: [String], isUnconfirmed: Bool) {
        let finding = BasisGate(policy).finding(text: Bytes(utf8: text), at: "/decision/basis", on: .day(day))
        #expect(codes(finding.reasons) == expected)
        #expect(finding.isUnconfirmed == isUnconfirmed)
    }

    private static let instruments: [(String, String, [String], Bool)] = [
        ("food-safety-law", "2026-01-01", [], false), ("old-rule", "2026-01-01", ["basis.not-in-force /decision/basisId"], false),
        ("unheard-of", "2026-01-01", [], true),
    ]

    @Test(arguments: instruments)
    func judgesTheInstrumentThatIsNamedByItsId(id: String, day: String, expected: [String], isUnconfirmed: Bool) {
        let finding = BasisGate(policy).finding(text: Bytes(utf8: "《食品安全法》"), at: "/decision/basis", basisId: id, on: .day(day))
        #expect(codes(finding.reasons) == expected)
        #expect(finding.isUnconfirmed == isUnconfirmed)
    }

    @Test func doesNotAskForForceOnADayThatIsUnknown() {
        let finding = BasisGate(policy).finding(text: Bytes(utf8: "《旧办法》"), at: "/basis", basisId: "old-rule", on: nil)
        #expect(finding == BasisGate.Finding())
        #expect(codes(BasisGate(policy).finding(text: nil, at: "/basis", on: nil).reasons) == ["basis.missing /basis"])
    }

    // MARK: Prohibited

    private static let attributes: [(String, String, [String])] = [
        ("fine", "penalty.administrative", []),
        ("horoscope", "penalty.administrative", ["prohibited.field /attributes/horoscope"]),
        ("a/b~c", "penalty.administrative", ["prohibited.field /attributes/a~1b~0c"]),
        ("Diagnosis", "nothing.known", ["prohibited.field /attributes/Diagnosis"]),
        ("horoscope", "nothing.known", []),
    ]

    @Test(arguments: attributes)
    func refusesAttributesThatTheItemDoesNotDeclare(name: String, item: String, expected: [String]) {
        let reasons = ProhibitedGate.reasons(attribute: name, item: policy.item(item), kind: .person, content: policy.prohibited)
        #expect(codes(reasons) == expected)
    }

    private static let texts: [(String, SubjectKind, [String])] = [
        ("当事人患糖尿病多年", SubjectKind.organization, ["prohibited.content /conduct/facts"]),
        ("名下银行存款五万元，另有糖尿病", .person, ["prohibited.content /conduct/facts", "prohibited.content /conduct/facts"]),
        ("名下银行存款五万元", .organization, []),
        ("无照经营", .person, []),
    ]

    // plan: 5a
    @Test(arguments: texts)
    func refusesTextsThatTellWhatNobodyMayCollect(text: String, kind: SubjectKind, expected: [String]) {
        #expect(
            codes(ProhibitedGate.reasons(text: Bytes(utf8: text), at: "/conduct/facts", kind: kind, content: policy.prohibited)) == expected
        )
    }

    @Test(arguments: [("2025-12-31", false), ("2026-01-01", true), ("2026-04-01", true)])
    func refusesWhatTheLawSealsFromItsDayOn(decided: String, isRefused: Bool) {
        let reasons = ProhibitedGate.reasons(item: policy.item("penalty.public-security"), decided: .day(decided))
        #expect(codes(reasons) == (isRefused ? ["prohibited.sealed /catalogItem"] : []))
        #expect(ProhibitedGate.reasons(item: policy.item("exam.fraud"), decided: .day(decided)).isEmpty)
    }

    @Test func refusesIdentifiersThatHoldAnIdentityNumber() {
        let number = RecordDraft.personBorn("1990-03-07")
        #expect(codes(ProhibitedGate.reasons(identifier: Bytes(utf8: "样\(number)号"), at: "/recordNo")) == ["prohibited.content /recordNo"])
        #expect(ProhibitedGate.reasons(identifier: Bytes(utf8: "郑市监罚〔2026〕12号"), at: "/recordNo").isEmpty)
    }

    // MARK: Subjects

    private static let numbers: [(SubjectKind, IdentityType, String, [String])] = [
        (SubjectKind.organization, IdentityType.residentId, "410102199003070043", ["subject.kind /subject/idType"]),
        (.person, .residentId, "410102199003070042", ["subject.check-digit /subject/idNumber"]),
        (.person, .residentId, "4101021990030700", ["schema.format /subject/idNumber"]),
        (.person, .residentId, "410102202702300042", ["subject.check-digit /subject/idNumber", "subject.birth-date /subject/idNumber"]),
        (.organization, .uscc, "91350100M000100Y43", []),
        (.organization, .uscc, "91350100M000100Y44", ["subject.check-digit /subject/idNumber"]),
        (.person, .residentId, "４１０１０２ １９９００３０７ ００４３", []),
        (.person, .residentId, "11010519491231002x", []),
    ]

    @Test(arguments: numbers)
    func checksNumbersInAnySpelling(kind: SubjectKind, idType: IdentityType, number: String, expected: [String]) {
        let finding = SubjectGate.claim(
            kind: kind, idType: idType, idNumber: number, name: "样", at: "/subject", today: .day("2026-05-06"))
        #expect(codes(finding.reasons) == expected)
        #expect((finding.claim != nil) == expected.isEmpty)
    }

    @Test func knowsTheBirthdayEvenWhenTheNameIsMissing() {
        let finding = SubjectGate.claim(
            kind: .person, idType: .residentId, idNumber: "410102199003070043", name: nil, at: "/subject", today: .day("2026-05-06"))
        #expect(finding.birthDate == .day("1990-03-07"))
        #expect(finding.claim == nil && finding.reasons.isEmpty)
        let nothing = SubjectGate.claim(kind: nil, idType: nil, idNumber: nil, name: nil, at: "/subject", today: .day("2026-05-06"))
        #expect(nothing.claim == nil && nothing.reasons.isEmpty)
    }

    // MARK: Rights

    private static let rights: [(InboundType, String, Bool)] = [
        (InboundType.recordSubmitted, "/bureaus/transport", true), (.recordSubmitted, "/bureaus/nobody", false),
        (.recordSubmitted, "/portal", false), (.disputeRequested, "/portal", true), (.disputeRequested, "/bureaus/transport", false),
        (.noticeAcknowledged, "/gateways/sms", true), (.noticeAcknowledged, "/agencies/metro", false),
        (.deliveryAcknowledged, "/agencies/metro", true), (.deliveryAcknowledged, "/workers/delivery", false),
    ]

    @Test(arguments: rights)
    func letsEachSourceSendWhatIsItsOwn(type: InboundType, source: String, isAllowed: Bool) {
        #expect(codes(RightsGate.reasons(type: type, source: source, policy: policy)) == (isAllowed ? [] : ["policy.source-not-allowed "]))
    }

    @Test func saysNothingOfTheRightToATypeThatIsUnknown() {
        #expect(RightsGate.reasons(type: nil, source: "/portal", policy: policy).isEmpty)
    }

    // plan: 8a
    @Test func letsABureauSendItsItemsOnly() {
        let item = policy.item("judgment.unperformed")
        #expect(RightsGate.reasons(item: item, source: "/bureaus/courts", policy: policy).isEmpty)
        #expect(
            codes(RightsGate.reasons(item: item, source: "/bureaus/transport", policy: policy)) == [
                "policy.source-not-allowed /catalogItem"
            ])
    }

    @Test func letsAnOfficerDecideForTheBureauThatSends() throws {
        let officer = try #require(Officer("transport/zhang"))
        #expect(RightsGate.reasons(officer: officer, at: "/officer", source: "/bureaus/transport", policy: policy).isEmpty)
        for source in ["/bureaus/courts", "/portal"] {
            #expect(
                codes(RightsGate.reasons(officer: officer, at: "/officer", source: source, policy: policy))
                    == ["policy.source-not-allowed /officer"])
        }
    }

    // MARK: Measures and attributes

    private static let measures: [(String?, [String], Set<SubjectKind>, [String])] = [
        ("judgment-unperformed", ["procurement.excluded", "permit.no-commitment-procedure"], [.organization], []),
        ("tax", ["procurement.excluded"], [.organization], ["policy.measure-not-allowed /measures/0"]),
        ("tax", ["permit.no-commitment-procedure", "whipping"], [.organization], ["policy.measure-not-allowed /measures/1"]),
        (
            "judgment-unperformed", ["travel.high-consumption-restricted"], [.organization],
            ["policy.measure-not-allowed /measures/0"]
        ),
        ("judgment-unperformed", ["travel.high-consumption-restricted"], [.organization, .person], []),
        ("bad-luck", ["procurement.excluded"], [.organization], ["schema.range /cause"]),
        (nil, ["procurement.excluded"], [.organization], []), (nil, ["procurement.excluded"], [], []),
        (nil, ["travel.high-consumption-restricted"], [.organization], ["policy.measure-not-allowed /measures/0"]),
        ("bad-luck", ["whipping"], [.person], ["schema.range /cause", "policy.measure-not-allowed /measures/0"]),
    ]

    @Test(arguments: measures)
    func keepsToTheListOfMeasures(cause: String?, measures: [String], kinds: Set<SubjectKind>, expected: [String]) {
        #expect(codes(MeasureGate.reasons(cause: cause, measures: measures, kinds: kinds, policy: policy)) == expected)
    }

    private static let declared: [(String, RecordAttribute.Value, [String])] = [
        ("fine", RecordAttribute.Value.text("5000.00"), []), ("fine", .text("5000"), ["schema.format /attributes/fine"]),
        ("fine", .integer(5), ["schema.format /attributes/fine"]),
        ("publicUntil", .text("2026-02-30"), ["schema.format /attributes/publicUntil"]),
        ("publicUntil", .text("2026-02-28"), []), ("count", .integer(3), []), ("count", .bool(true), ["schema.format /attributes/count"]),
        ("isFirst", .bool(true), []), ("isFirst", .text("yes"), ["schema.format /attributes/isFirst"]),
        ("note", .text("二十个字以内的备注"), []), ("note", .integer(1), ["schema.format /attributes/note"]),
        ("note", .text(String(repeating: "长", count: 21)), ["schema.range /attributes/note"]), ("undeclared", .integer(1), []),
    ]

    @Test(arguments: declared)
    func wantsAttributesAsTheItemDeclaresThem(name: String, value: RecordAttribute.Value, expected: [String]) throws {
        let item = try #require(policy.item("penalty.administrative"))
        #expect(codes(AttributeGate.reasons([RecordAttribute(name, value)], item: item)) == expected)
    }

    @Test func wantsTheAttributesThatTheItemRequires() throws {
        var item = try #require(policy.item("exam.fraud"))
        item.attributes.append(ItemAttribute(id: "school", name: Bilingual(zh: "学校", en: "school"), kind: .text, isRequired: true))
        #expect(codes(AttributeGate.reasons([], item: item)) == ["schema.missing /attributes/school"])
    }
}
