import CreditModel
import StreamCore
import Testing
import WorkerHost

/// The pack of the sample city, as the contract fixes its identifiers.
@Suite struct SampleCityTests {
    let configuration: Configuration
    var pack: PolicyPack { configuration.policy }

    /// Read once for all tests.
    private static let shared = Result { try ConfigurationLoader.read(directory: Repository.path("Config")) }

    init() throws { configuration = try SampleCityTests.shared.get() }

    @Test func hasTheBureausAndAgenciesOfTheContract() {
        #expect(
            pack.bureaus.ids == [
                "market-regulation", "public-security", "education", "civil-affairs", "transport", "taxation", "courts", "housing",
                "human-resources", "culture-tourism", "commerce", "finance", "people-bank", "post", "emergency", "ecology", "health",
                "credit-office",
            ])
        #expect(pack.agencies.ids == ["metro", "bus", "library", "procurement", "land-auction", "permits", "airlines"])
        #expect(pack.gateways.ids == ["sms", "post"])
    }

    @Test(arguments: [
        ("penalty.administrative", "organization person", "GENERAL MINOR SERIOUS"),
        ("permit.administrative", "organization person", "NONE"),
        ("penalty.public-security", "person", "GENERAL MINOR SERIOUS"),
        ("judgment.unperformed", "organization person", "SERIOUS"),
        ("loan.student-default", "person", "GENERAL"),
        ("exam.fraud", "person", "GENERAL SERIOUS"),
        ("volunteer.service", "person", "NONE"),
        ("honour.integrity-model", "organization person", "NONE"),
        ("tax.a-grade", "organization", "NONE"),
    ])
    func hasTheCatalogueOfTheContract(_ id: String, _ kinds: String, _ severities: String) throws {
        let item = try #require(pack.item(id))
        #expect(item.kinds.map(\.rawValue).sorted().joined(separator: " ") == kinds)
        #expect(item.severities.map(\.rawValue).sorted().joined(separator: " ") == severities)
    }

    @Test(arguments: [
        ("penalty.administrative", "market-regulation", true), ("penalty.administrative", "courts", false),
        ("permit.administrative", "housing", true), ("permit.administrative", "courts", false),
        ("penalty.public-security", "public-security", true), ("penalty.public-security", "housing", false),
        ("judgment.unperformed", "courts", true), ("loan.student-default", "education", true),
        ("volunteer.service", "civil-affairs", true), ("honour.integrity-model", "credit-office", true),
        ("tax.a-grade", "taxation", true), ("tax.a-grade", "courts", false),
    ])
    func letsOnlyTheRightBureauSendAnItem(_ item: String, _ bureau: String, _ may: Bool) throws {
        #expect(try #require(pack.item(item)).senders.contains(bureau) == may)
    }

    @Test(arguments: [
        (SubjectKind.organization, Severity.minor, nil as String?),
        (.organization, .general, "ordered 3 months 12 months"),
        (.organization, .serious, "ordered 12 months 36 months"),
        (.person, .minor, nil),
        (.person, .general, nil),
        (.person, .serious, "released 12 months 36 months"),
    ])
    func publishesPenaltiesAsTheContractSays(_ kind: SubjectKind, _ severity: Severity, _ expected: String?) throws {
        let item = try #require(pack.item("penalty.administrative"))
        // On both sides of the day on which order 36 came into force.
        for day in ["2025-11-03", "2026-03-31", "2026-04-01", "2026-05-06"] {
            let rule = item.publicityRule(kind: kind, severity: severity, decidedOn: try #require(CivilDate(iso: day)))
            let text = rule.map { "\($0.mode.rawValue) \($0.minimum?.description ?? "-") \($0.maximum?.description ?? "-")" }
            #expect(text == expected)
            if kind == .person { #expect(rule?.masked ?? true) }
        }
    }

    @Test func neverPublishesWhatTheContractForbids() throws {
        for id in ["penalty.public-security", "loan.student-default", "exam.fraud"] {
            #expect(try #require(pack.item(id)).publicity.isEmpty)
        }
    }

    @Test(arguments: [
        ("警告", Severity.minor), ("通报批评", .minor), ("罚款", .general), ("吊销许可证件", .serious), ("责令关闭", .serious), ("限制从业", .serious),
        ("警告、罚款", .minor), ("警告；吊销营业执照", .serious), ("没收违法所得", .general), ("", .general),
    ])
    func takesTheSeverityFromTheRow(_ category: String, _ severity: Severity) {
        #expect(pack.severity(ofPenalty: category) == severity)
    }

    @Test func hasTheClosedListOfCauses() {
        #expect(
            pack.causes.ids == [
                "food-and-drug-safety", "life-and-health", "market-order", "social-order", "fraud", "telecom-fraud", "online-fraud",
                "illegal-fundraising", "debt-evasion", "tax", "traffic", "judgment-unperformed", "defence-duty",
            ])
    }

    @Test func hasTheMeasuresOfTheContract() throws {
        let procurement = try #require(pack.measure("procurement.excluded"))
        #expect(procurement.agency == "procurement")
        #expect(procurement.causes == ["food-and-drug-safety", "fraud", "judgment-unperformed"])
        #expect(procurement.needsLaw && procurement.severities == [.serious])
        let land = try #require(pack.measure("land.excluded"))
        #expect(land.causes == ["judgment-unperformed"] && land.needsLaw && land.severities == [.serious] && land.agency == "land-auction")
        let permit = try #require(pack.measure("permit.no-commitment-procedure"))
        #expect(permit.causes == nil && permit.severities == [.general, .serious] && permit.agency == "permits" && !permit.needsLaw)
        let travel = try #require(pack.measure("travel.high-consumption-restricted"))
        #expect(travel.causes == ["judgment-unperformed"] && travel.kinds == [.person] && travel.needsCourtDecision)
    }

    @Test func hasTheProgrammeOfTheContract() throws {
        let programme = try #require(pack.programme("integrity-citizen"))
        #expect(programme.nominators == nil && programme.deciders == ["credit-office"])
        #expect(programme.benefits == ["metro.discount", "bus.discount", "library.deposit-free", "permits.green-channel"])
        #expect(programme.benefits.compactMap { pack.benefit($0)?.agency } == ["metro", "bus", "library", "permits"])
    }

    @Test(arguments: [
        ("中华人民共和国政府采购法", true), ("《政府采购法》", true), ("食品安全法", true), ("《中华人民共和国行政处罚法》", true), ("治安管理处罚法", true),
        ("河南省社会信用条例", true), ("征信业管理条例", true), ("信用修复管理办法", false), ("样例管理办法", nil as Bool?),
    ])
    func knowsInstrumentsByTheirNames(_ name: String, _ takesRights: Bool?) throws {
        let instrument = pack.instrument(named: name, on: try #require(CivilDate(iso: "2026-05-06")))
        #expect(instrument?.kind.takesRights == takesRights)
    }

    @Test(arguments: [
        ("信用修复管理办法", "2026-03-31", false), ("信用修复管理办法", "2026-04-01", true),
        ("失信行为纠正后的信用信息修复管理办法（试行）", "2026-03-31", true), ("失信行为纠正后的信用信息修复管理办法(试行)", "2026-04-01", false),
        ("个人信息保护法", "2021-10-31", false), ("个人信息保护法", "2021-11-01", true),
    ])
    func knowsWhenAnInstrumentIsInForce(_ name: String, _ day: String, _ isInForce: Bool) throws {
        let day = try #require(CivilDate(iso: day))
        #expect(pack.instrument(named: name, on: day)?.inForce(on: day) == isInForce)
    }

    @Test(arguments: [
        (ClockName.disputeInquiry, "3 WD"), (.disputeDecision, "7 WD"), (.repairAcceptance, "3 WD"), (.repairDecision, "10 WD"),
        (.repairExecution, "1 WD"), (.sanctionObjection, "5 WD"), (.sanctionCorrection, "5 WD"), (.rewardPublicity, "5 WD"),
        (.deliveryReceipt, "1 WD"), (.recordReturn, "5 WD"), (.recordPublish, "7 WD"), (.recordBasisRevoked, "1 WD"),
    ])
    func runsTheClocksOfTheContract(_ name: ClockName, _ term: String) {
        #expect(pack.clock(name).term.description == term)
    }

    /// By severity and the law of the decision's date: order 36 from 2026-04-01, order 58 from 2023-05-01, notice 424 before.
    @Test(
        arguments: [
            ("2026-04-01", Severity.minor, nil, nil), ("2026-04-01", .general, nil, "3 months"), ("2026-04-01", .serious, nil, "12 months"),
            ("2026-04-01", .general, "work-safety", "3 months"), ("2026-03-31", .general, "work-safety", "12 months"),
            ("2026-03-31", .general, "labour", "3 months"), ("2026-03-31", .serious, nil, "12 months"), ("2026-03-31", .minor, nil, nil),
            ("2023-05-01", .serious, nil, "12 months"), ("2023-04-30", .serious, nil, "6 months"),
            ("2023-05-01", .general, "work-safety", "12 months"), ("2023-04-30", .general, "work-safety", "3 months"),
        ] as [(String, Severity, String?, String?)])
    func hasTheMinimumPeriodsOfTheLaw(_ decided: String, _ severity: Severity, _ field: String?, _ expected: String?) throws {
        let day = try #require(CivilDate(iso: decided))
        let item = pack.item("penalty.administrative")
        #expect(pack.repair.minimum(of: item, severity: severity, field: field, decidedOn: day)?.description == expected)
        #expect(pack.repair.minimum(of: pack.item("judgment.unperformed"), severity: severity, field: field, decidedOn: day) == nil)
    }

    @Test func saysWhatAnApplicationForRepairNeeds() {
        let needs = RepairApplied.Kind.allCases.map { pack.repair.rule(for: $0).needs.map(\.rawValue).joined(separator: " ") }
        #expect(needs == ["commitment evidence minimum-period", "commitment extension", "statement", "evidence"])
        #expect(RepairApplied.Kind.allCases.map { pack.repair.rule(for: $0).whenSilent } == [.wait, .wait, .grant, .wait])
        #expect(pack.repair.decidesAfterSilence == [.bureau("credit-office")])
    }

    /// Safeguards 5, 13 and 24: what happened, why, and what can be done about it, in both languages.
    @Test(arguments: NoticeKind.allCases)
    func tellsPeopleWhatTheyCanDo(kind: NoticeKind) throws {
        let template = try #require(pack.notices.templates[kind])
        #expect(Set(template.zh.names) == Set(kind.values) && Set(template.en.names) == Set(kind.values))
        let values = Dictionary(uniqueKeysWithValues: kind.values.map { ($0, Bilingual(zh: "〔\($0)〕", en: "[\($0)]")) })
        let text = try template.text(values)
        #expect(text.zh.contains("异议") && ["object", "dispute"].contains { text.en.contains($0) })
        #expect(!template.provenance.source.isEmpty)
    }

    @Test func hasAClockForEveryName() {
        for name in ClockName.allCases { #expect(pack.clocks.contains(id: name.rawValue)) }
    }

    @Test func countsDueInstantsByTheCalendar() throws {
        // 2026-04-30 is a Thursday; 05-01 to 05-05 are off, 05-09 is a Saturday that is worked.
        let event = try #require(CivilDate(iso: "2026-04-30")).start + .seconds(3600)
        #expect(try pack.due(.disputeInquiry, after: event) == CivilDate(iso: "2026-05-08")?.end)
        #expect(try pack.due(.sanctionObjection, after: event) == CivilDate(iso: "2026-05-11")?.end)
        #expect(throws: CalendarFailure.self) { try pack.due(.repairDecision, after: try #require(CivilDate(iso: "2026-12-28")).start) }
    }

    @Test func hasTheYearsOfTheNotices() throws {
        #expect(pack.calendar.knownYears == [2025, 2026])
        let working = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10", "2025-01-26", "2025-10-11"]
        let off = ["2026-01-02", "2026-02-23", "2026-06-19", "2026-09-25", "2026-10-07", "2025-10-08", "2025-06-02", "2026-05-10"]
        for day in working { #expect(try pack.calendar.isWorkingDay(try #require(CivilDate(iso: day)))) }
        for day in off { #expect(try !pack.calendar.isWorkingDay(try #require(CivilDate(iso: day)))) }
    }

    @Test func hasTheNumbersOfThePlan() {
        #expect(pack.fields.count == 16)
        #expect(pack.occupations.count == 14)
        #expect(pack.domains.count == 11)
        #expect(pack.finality.appealTerm == Term(60, .days))
        #expect(pack.retention.rememberedMessages == Term(90, .days))
        #expect(pack.capacity.adultAge == 18 && pack.capacity.presumedMinorBelowAge == 20)
        #expect(pack.limits.inboundBytesMax == 256 << 10 && pack.limits.workerBytesMax == 2 << 20)
        #expect(pack.limits.parkedTerm == Term(1, .minutes))
    }

    @Test(arguments: [
        ("record.submitted", "/bureaus/housing", true), ("record.submitted", "/portal", false), ("dispute.requested", "/portal", true),
        ("dispute.requested", "/bureaus/housing", false), ("notice.acknowledged", "/gateways/sms", true),
        ("notice.acknowledged", "/agencies/metro", false), ("delivery.acknowledged", "/agencies/metro", true),
        ("record.submitted", "/bureaus/nobody", false), ("record.submitted", "/bureaus/", false),
        ("record.submitted", "bureaus/housing", false),
        ("something.else", "/bureaus/housing", false),
    ])
    func letsSendersSendTheirOwnMessages(_ type: String, _ source: String, _ may: Bool) {
        #expect(pack.maySend(type: type, source: source) == may)
    }

    @Test(arguments: [
        ("患有乙肝", SubjectKind.person, ["illness"]), ("该人信仰佛教", .person, ["religion"]), ("血型为 O 型", .person, ["blood-type"]),
        ("采集指纹", .person, ["fingerprints"]), ("基因检测结果", .person, ["genes"]), ("年收入约三十万元", .person, ["income"]),
        ("名下房产两处", .person, ["real-estate"]), ("银行存款五万元", .person, ["deposits"]), ("拖欠物业费", .person, ["utility-arrears"]),
        ("经人民法院生效判决确认拖欠物业费", .person, []), ("非法吸收公众存款", .person, []), ("年收入约三十万元", .organization, []),
        ("安排患有国务院卫生行政部门规定的有碍食品安全疾病的人员从事接触直接入口食品的工作", .organization, []),
        ("房地产中介未公示收费标准", .person, []), ("未按规定开具发票", .organization, []), ("Blood type AB", .person, ["blood-type"]),
        ("ＨＩＶ", .person, ["illness"]), ("患 有 糖尿病", .person, ["illness"]), ("archive", .person, []),
        ("信仰佛教，患有高血压", .person, ["religion", "illness"]),
    ])
    func findsWhatMayNotBeRecorded(_ text: String, _ kind: SubjectKind, _ terms: [String]) {
        #expect(pack.prohibited.terms(in: text, of: kind).map(\.id) == terms)
    }

    @Test(arguments: [
        ("bloodType", SubjectKind.person, "blood-type" as String?), ("blood_type", .person, "blood-type"),
        ("religion", .organization, "religion"),
        ("annual-income", .person, "income"), ("income", .organization, nil), ("fine", .person, nil),
    ])
    func knowsFieldsThatMayNotBeRecorded(_ field: String, _ kind: SubjectKind, _ term: String?) {
        #expect(pack.prohibited.term(forField: field, of: kind)?.id == term)
    }

    @Test func marksWhatNobodyHasConfirmed() {
        #expect(configuration.unconfirmed.contains { $0.key == "clocks.repair.decision" })
        #expect(!configuration.unconfirmed.contains { $0.key == "clocks.dispute.inquiry" })
        #expect(configuration.printed().contains("repair.decision:  # UNCONFIRMED"))
    }

    @Test func isUnsignedInDevelopmentOnly() throws {
        #expect(pack.takesUnsigned && pack.allowsFixedTime && pack.derivesRecipientKeys)
        let production = try ConfigurationLoader.load(directory: Repository.path("Config"), profile: "production")
        #expect(!production.policy.takesUnsigned && !production.policy.allowsFixedTime && !production.settings.createsMasterKey)
        #expect(!production.policy.derivesRecipientKeys)
        #expect(production.policy.version != pack.version)
    }
}

/// The files of the repository, from wherever the tests run.
enum Repository {
    static func path(_ name: String) -> String {
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(5).joined(separator: "/") + "/" + name
    }
}
