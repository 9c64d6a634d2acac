import CreditModel
import StreamCore
import Testing

@testable import Intake

/// Everything that is no submission: passed on to identity or to its case, or answered here.
@Suite struct IntakeRequestTests {
    private static let subject =
        "{\"kind\":\"person\",\"idType\":\"RESIDENT_ID\",\"idNumber\":\"\(RecordDraft.personBorn("1990-03-07"))\",\"name\":\"样甲子\"}"
    private static let digest = String(repeating: "a", count: 64)

    private static let naming: [(InboundType, String, Area, String)] = [
        (
            InboundType.disputeRequested, "/portal", Area.dispute,
            "{\"subject\":\(subject),\"recordId\":\"transport/A-1\",\"ground\":\"NOT_MINE\",\"statement\":\"不是我\",\"unknown\":1}"
        ),
        (
            .disputeReviewRequested, "/portal", .dispute,
            "{\"disputeId\":\"dispute/1\",\"subject\":\(subject),\"statement\":\"请复核\"}"
        ),
        (.objectionRaised, "/portal", .sanction, "{\"caseId\":\"sanction/1\",\"subject\":\(subject),\"statement\":\"有异议\"}"),
        (.objectionRaised, "/portal", .reward, "{\"caseId\":\"reward/1\",\"subject\":\(subject),\"statement\":\"有异议\"}"),
        (
            .repairApplied, "/portal", .repair,
            "{\"subject\":\(subject),\"recordId\":\"transport/A-1\",\"kind\":\"STATEMENT\",\"statement\":\"说明\"}"
        ),
        (
            .rewardNominated, "/bureaus/transport", .reward,
            """
            {"programme":"integrity-citizen","subject":\(subject),"source":"VOLUNTEER","basis":"志愿服务",\
            "consent":{"givenAt":"2026-05-01T10:00:00+08:00","textSha256":"\(digest)"}}
            """
        ),
        (.rewardDeclined, "/portal", .reward, "{\"caseId\":\"reward/1\",\"subject\":\(subject)}"),
        (
            .subjectRegistered, "/bureaus/public-security", .subject,
            "{\"subject\":\(subject),\"domain\":\"telecom\",\"registeredAt\":\"2026-05-06T08:00:00+08:00\"}"
        ),
    ]

    @Test(arguments: naming)
    func sealsForIdentityWhatNamesASubject(type: InboundType, source: String, area: Area, json: String) throws {
        var story = IntakeStory()
        let said = try story.receive(type, from: source, json)
        #expect(said.map(\.topic) == [VerifiedMessage.topic], "\(said.map(\.reasons))")
        let verified = try VerifiedMessage.decode(said[0].value)
        #expect(verified.type == type.eventType && verified.area == area)
        let opened = try said[0].opened()
        #expect(opened["subject"]?["name"]?.string == "样甲子")
        #expect(opened["data"]?["subject"] == nil && opened["data"]?["unknown"] == nil)
        #expect(!IdentityScanner.hasMatch(in: said[0].output.value ?? []))
    }

    private static let deciding: [(InboundType, String, Area, String)] = [
        (
            InboundType.disputeFound, "/bureaus/transport", Area.dispute,
            """
            {"disputeId":"dispute/1","subjectId":"s1","finding":"CONFIRMED","officer":"transport/zhang","reason":"属实"}
            """
        ),
        (
            .disputeFound, "/bureaus/transport", .dispute,
            "{\"disputeId\":\"dispute/1\",\"subjectId\":\"s1\",\"clockStop\":{\"from\":\"2026-05-06\",\"reason\":\"鉴定\"}}"
        ),
        (
            .repairReviewed, "/bureaus/transport", .repair,
            "{\"repairId\":\"repair/1\",\"subjectId\":\"s1\",\"decision\":\"GRANTED\",\"officer\":\"transport/li\",\"reason\":\"已履行\"}"
        ),
        (
            .sanctionDecided, "/bureaus/courts", .sanction,
            """
            {"caseId":"sanction/1","subjectId":"s1","decision":"CONFIRM","approver":"courts/li","documentNo":"1","reason":"属实"}
            """
        ),
        (
            .rewardDecided, "/bureaus/credit-office", .reward,
            "{\"caseId\":\"reward/1\",\"subjectId\":\"s1\",\"decision\":\"GRANT\",\"approver\":\"credit-office/li\",\"reason\":\"符合\"}"
        ),
        (
            .objectionAnswered, "/bureaus/courts", .sanction,
            "{\"caseId\":\"sanction/1\",\"subjectId\":\"s1\",\"officer\":\"courts/li\",\"result\":\"DISMISSED\",\"reason\":\"属实\"}"
        ),
        (
            .publicityReleased, "/bureaus/courts", .publicity,
            "{\"recordId\":\"courts/A-1\",\"subjectId\":\"s1\",\"officer\":\"courts/li\",\"basis\":\"《食品安全法》\"}"
        ),
        (
            .noticeAcknowledged, "/gateways/sms", .notice,
            "{\"noticeId\":\"n1\",\"subjectId\":\"s1\",\"status\":\"DELIVERED\",\"at\":\"2026-05-06T08:00:00+08:00\"}"
        ),
    ]

    @Test(arguments: deciding)
    func sealsForIdentityWhatNamesTheSubjectId(type: InboundType, source: String, area: Area, json: String) throws {
        var story = IntakeStory()
        let said = try story.receive(type, from: source, json)
        #expect(said.map(\.topic) == [VerifiedMessage.topic], "\(said.map(\.reasons))")
        let verified = try VerifiedMessage.decode(said[0].value)
        #expect(verified.type == type.eventType && verified.area == area && verified.subjectId == "s1")
        #expect(said[0].key == "s1")
        let opened = try said[0].opened()
        #expect(opened["subject"] == nil && opened["data"]?["subjectId"]?.string == "s1")
    }

    @Test func sendsAReceiptToThePartitionThatItsDeliveryNames() throws {
        var story = IntakeStory()
        let json = "{\"deliveryId\":\"3-order/1-1\",\"status\":\"APPLIED\",\"at\":\"2026-05-06T08:00:00+08:00\"}"
        let said = try story.receive(.deliveryAcknowledged, from: "/agencies/metro", json)
        #expect(said.map(\.topic.name) == ["delivery.filed.v1"])
        #expect(said[0].output.partition == 3 && said[0].key == "3-order/1-1")
        for id in ["4-order/1", "order/1", "-"] {
            let unknown = try story.receive(
                .deliveryAcknowledged, from: "/agencies/metro",
                "{\"deliveryId\":\"\(id)\",\"status\":\"APPLIED\",\"at\":\"2026-05-06T08:00:00+08:00\"}")
            #expect(unknown[0].status == "REJECTED" && unknown[0].reasons == ["state.not-found /deliveryId"])
        }
    }

    @Test func showsNoWordOfAnOfficerUntilIdentityHasMaskedIt() throws {
        var story = IntakeStory()
        let number = RecordDraft.personBorn("1990-03-07")
        let said = try story.receive(
            .disputeFound, from: "/bureaus/transport",
            """
            {"disputeId":"dispute/1","subjectId":"s1","finding":"WRONG","officer":"transport/zhang","reason":"应为\(number)，样甲子"}
            """)
        #expect(said.map(\.topic) == [VerifiedMessage.topic])
        #expect(!IdentityScanner.hasMatch(in: said[0].output.value ?? []))
        #expect(!(said[0].output.value ?? []).text.contains("样甲子"))
        #expect(try said[0].opened()["data"]?["reason"]?.string == "应为\(number)，样甲子", "identity sees it as it was written")
    }

    @Test func passesNoWordOfAnAgencyOn() throws {
        var story = IntakeStory()
        let said = try story.receive(
            .deliveryAcknowledged, from: "/agencies/metro",
            """
            {"deliveryId":"3-order/1-1","status":"REJECTED","at":"2026-05-06T08:00:00+08:00","reason":"样甲子不在名册"}
            """)
        let filed = try FiledMessage.decode(said[0].value)
        #expect(filed.data.text == #"{"deliveryId":"3-order/1-1","status":"REJECTED","at":"2026-05-06T08:00:00+08:00"}"#)
    }

    // MARK: Refusals

    private static let refused: [(InboundType, String, String, [String])] = [
        (
            InboundType.disputeFound, "/bureaus/transport",
            "{\"disputeId\":\"dispute/1\",\"subjectId\":\"s1\",\"finding\":\"WRONG\",\"officer\":\"courts/li\",\"reason\":\"误\"}",
            ["policy.source-not-allowed /officer"]
        ),
        (
            .disputeRequested, "/bureaus/transport", "{}",
            [
                "policy.source-not-allowed ", "schema.missing /subject", "schema.missing /recordId", "schema.missing /ground",
                "schema.missing /statement",
            ]
        ),
        (
            .objectionAnswered, "/bureaus/courts",
            "{\"caseId\":\"reward/1\",\"subjectId\":\"s1\",\"officer\":\"courts/li\",\"result\":\"DISMISSED\",\"reason\":\"属实\"}",
            ["schema.format /caseId"]
        ),
        (
            .subjectRegistered, "/bureaus/public-security",
            "{\"subject\":\(subject),\"domain\":\"telecom\",\"registeredAt\":\"2026-05-07\"}", ["schema.range /registeredAt"]
        ),
        (
            .rewardNominated, "/bureaus/transport",
            """
            {"programme":"integrity-citizen","subject":\(subject),"source":"VOLUNTEER","basis":"志愿服务",\
            "consent":{"givenAt":"2026-05-07","textSha256":"\(digest)"}}
            """,
            ["schema.range /consent/givenAt"]
        ),
        (
            .publicityReleased, "/bureaus/courts",
            "{\"recordId\":\"courts/A-1\",\"subjectId\":\"s1\",\"officer\":\"courts/li\",\"basis\":\" \"}", ["schema.missing /basis"]
        ),
        (
            .publicityReleased, "/bureaus/courts",
            "{\"recordId\":\"courts/A-1\",\"subjectId\":\"s1\",\"officer\":\"courts/li\",\"basis\":\"规定\"}", ["basis.missing /basis"]
        ),
        (
            .noticeAcknowledged, "/agencies/metro",
            "{\"noticeId\":\"n1\",\"subjectId\":\"s1\",\"status\":\"DELIVERED\",\"at\":\"2026-05-06T08:00:00+08:00\"}",
            ["policy.source-not-allowed "]
        ),
    ]

    @Test(arguments: refused)
    func answersWhatItRefuses(type: InboundType, source: String, json: String, reasons: [String]) throws {
        var story = IntakeStory()
        let said = try story.receive(type, from: source, json)
        #expect(said.map(\.topic) == [InboundAnswered.topic])
        #expect(said[0].status == "REJECTED" && said[0].reasons == reasons)
        #expect(said[0].key == source)
        #expect(story.tester.rows(Intake.families).isEmpty)
    }

    @Test func answersWhatLiesOnTheWrongTopic() throws {
        var story = IntakeStory()
        let message = story.message(.recordSubmitted, from: "/bureaus/transport", on: "dispute.requests.v1", RecordDraft.draft())
        let said = try story.receive(message)
        #expect(said.map(\.topic) == [InboundAnswered.topic])
        #expect(said[0].reasons == ["envelope.type "])
    }

    @Test func answersRepetitionsAndReusedIds() throws {
        var story = IntakeStory()
        func json(_ statement: String) -> String {
            "{\"disputeId\":\"dispute/1\",\"subject\":\(Self.subject),\"statement\":\"\(statement)\"}"
        }
        try story.receive(.disputeReviewRequested, from: "/portal", id: "one", json("请复核"))
        let again = try story.receive(.disputeReviewRequested, from: "/portal", id: "one", json("请复核"))
        #expect(again.map(\.topic) == [InboundAnswered.topic])
        #expect(again[0].status == "DUPLICATE" && again[0].reasons == ["state.duplicate "])
        let reused = try story.receive(.disputeReviewRequested, from: "/portal", id: "one", json("又一次"))
        #expect(reused[0].status == "REJECTED" && reused[0].reasons == ["envelope.id-reused "])
    }

    @Test func forgetsACaseWhenItsMessagesAreOldAndKeepsARecordNumber() throws {
        var story = IntakeStory(on: "2026-05-06")
        let review = "{\"disputeId\":\"dispute/1\",\"subject\":\(Self.subject),\"statement\":\"请复核\"}"
        try story.receive(.disputeReviewRequested, from: "/portal", id: "one", review)
        story.moveTo("2026-06-06")
        try story.receive(.disputeReviewRequested, from: "/portal", id: "two", review)
        let key = Bytes(utf8: "dispute/1")
        _ = try story.tester.fire(until: CivilDate.day("2026-08-05").start)
        #expect(try Family(#require(story.tester.row(Intake.families, key))).seen.count == 1)
        _ = try story.tester.fire(until: CivilDate.day("2026-10-01").start)
        #expect(story.tester.row(Intake.families, key) == nil)
        #expect(story.tester.timers.isEmpty)
    }

    // MARK: Sanctions

    @Test func makesACaseOfItsOwnForEachResponsiblePerson() throws {
        var story = IntakeStory()
        let said = try story.receive(
            .sanctionTriggered, from: "/bureaus/courts",
            """
            {"determinationNo":"D-1","cause":"judgment-unperformed",
            "subject":{"kind":"organization","idType":"USCC","idNumber":"\(RecordDraft.company)","name":"郑州样例公司"},
            "recordIds":["courts/A-1"],"measures":["procurement.excluded"],"basis":"《食品安全法》","proposer":"courts/zhang",
            "responsiblePersons":[{"subject":\(Self.subject),"role":"法定代表人","finding":"直接负责","findingRecordId":"courts/A-2"}]}
            """)
        #expect(said.map(\.topic) == [VerifiedMessage.topic, VerifiedMessage.topic], "\(said.map(\.reasons))")
        let company = try said[0].opened()
        #expect(company["subject"]?["kind"]?.string == "organization")
        #expect(company["data"]?["responsiblePersons"] == nil)
        #expect(company["data"]?["recordIds"]?.elements.compactMap(\.string) == ["courts/A-1"])
        let person = try said[1].opened()
        #expect(person["subject"]?["name"]?.string == "样甲子")
        #expect(person["data"]?["recordIds"]?.elements.compactMap(\.string) == ["courts/A-2"])
        #expect(person["data"]?["determinationNo"]?.string == "D-1" && person["data"]?["role"]?.string == "法定代表人")
        #expect(person["data"]?["measures"]?.elements.compactMap(\.string) == ["procurement.excluded"])
        #expect(said[0].key != said[1].key)
        #expect(company["others"]?.elements.compactMap { $0["name"]?.string } == ["样甲子"], "what is said of one may name another")
        #expect(person["others"]?.elements.compactMap { $0["kind"]?.string } == ["organization"])
    }

    @Test func judgesATriggerByAllItsParts() throws {
        var story = IntakeStory()
        let said = try story.receive(
            .sanctionTriggered, from: "/bureaus/courts",
            """
            {"determinationNo":"D-1","cause":"bad-luck","subject":\(Self.subject),
            "recordIds":["courts/A-1"],"measures":["whipping"],"proposer":"transport/zhang",
            "responsiblePersons":[{"subject":{"kind":"person","idType":"RESIDENT_ID","idNumber":"410102199003070042","name":"样"},
            "role":"经理","finding":"直接负责","findingRecordId":"courts/A-2"}]}
            """)
        #expect(
            said[0].reasons == [
                "policy.source-not-allowed /proposer", "subject.check-digit /responsiblePersons/0/subject/idNumber", "basis.missing /basis",
                "schema.range /cause", "policy.measure-not-allowed /measures/0",
            ])
    }

    // MARK: Routing

    @Test func routesToTheProperPartitionAndJudgesThereAsIfItHadComeThere() throws {
        var story = IntakeStory()
        let proper = Partitioner.partition(of: Bytes(utf8: "market-regulation/A-1"), count: SampleCity.partitionCount)
        let message = story.message(
            .recordSubmitted, from: "/bureaus/market-regulation", id: "one", partition: (proper + 1) % SampleCity.partitionCount,
            RecordDraft.draft())
        let routed = try story.receive(message)
        #expect(routed.map(\.topic) == [RoutedMessage.topic])
        #expect(routed[0].key == "market-regulation/A-1")
        #expect(routed[0].text("origin") == message.origin.description)
        #expect(!IdentityScanner.hasMatch(in: routed[0].output.value ?? []))
        #expect(story.tester.rows(Intake.families).isEmpty)

        let there = story.tester.message(
            RoutedMessage.topic, key: routed[0].output.key, value: routed[0].output.value, partition: proper)
        let said = try story.receive(there)
        #expect(said.map(\.topic) == [VerifiedMessage.topic])
        #expect(try VerifiedMessage.decode(said[0].value).submission.id == "one")
        #expect(try story.receive(there)[0].status == "DUPLICATE")
    }

    @Test func leavesWhatItHasNotRoutedItselfToTheDeadLetters() throws {
        var story = IntakeStory()
        let forged = story.tester.message(RoutedMessage.topic, key: Bytes(utf8: "a/b"), value: Bytes(utf8: "{\"sealed\":\"AAAA\"}"))
        #expect(throws: Rejection.self) { try story.receive(forged) }
    }

    // MARK: Topology

    @Test func readsEveryInboundTopicAndWritesWhereItFiles() {
        let topology = Intake(policy: SampleCity.policy(), keys: SampleCity.keys, partitionCount: 4).topology
        #expect(topology.isSealed)
        #expect(Set(topology.inputs).count == topology.inputs.count)
        for type in InboundType.allCases { #expect(Set(type.topics).isSubset(of: topology.inputs)) }
        let outputs = Set(topology.outputs.map(\.name))
        #expect(
            outputs.isSuperset(of: [
                "intake.verified.v1", "intake.routed.v1", "record.outcomes.v1", "intake.answers.v1", "delivery.filed.v1",
            ]))
    }
}
