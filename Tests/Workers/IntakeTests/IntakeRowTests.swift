import CreditModel
import StreamCore
import Testing

@testable import Intake

/// Rows of 双公示: intake's memory gives them number and revision.
@Suite struct IntakeRowTests {
    private let bureau = "/bureaus/market-regulation"

    private func row(
        _ number: String = "郑市监罚〔2026〕1号", person: String = RecordDraft.personBorn("1980-01-01"), facts: String = "无照经营",
        basis: String = "《中华人民共和国食品安全法》第三条", decided: String = "2026/1/5", remark: String = ""
    ) -> String {
        """
        {"CF_XDR_MC":"样甲子","CF_XDR_LB":"自然人","CF_XDR_ZJLX":"身份证","CF_XDR_ZJHM":"\(person)","CF_WSH":"\(number)",\
        "CF_WFXW":"无照经营","CF_SY":"\(facts)","CF_YJ":"\(basis)","CF_CFLB":"罚款","CF_NR":"罚款人民币5000元","CF_NR_FK":"0.5",\
        "CF_JDRQ":"\(decided)","CF_CFJG":"样例局","CF_FRDB":"\(remark)"}
        """
    }

    private func story() -> IntakeStory {
        IntakeStory(
            SampleCity.policy { policy in
                var item = policy.item("penalty.administrative")!
                for name in ["violationType", "penaltyType"] {
                    item.attributes.append(ItemAttribute(id: name, name: Bilingual(zh: name, en: name), kind: .text))
                }
                policy.items.append(item)
            })
    }

    @Test func filesARowUnderTheNumberOfItsDecision() throws {
        var story = story()
        let said = try story.receive(.recordSubmitted, from: bureau, row())
        #expect(said.map(\.topic) == [VerifiedMessage.topic], "\(said.map(\.reasons))")
        let verified = try VerifiedMessage.decode(said[0].value)
        #expect(verified.recordId == "market-regulation/郑市监罚〔2026〕1号" && verified.revision == 1)
        #expect(try said[0].opened()["data"]?["attributes"]?["fine"]?.string == "5000.00")
    }

    @Test func countsThePartiesOfADecisionInTheOrderInWhichTheyCome() throws {
        var story = story()
        let persons = ["1980-01-01", "1981-01-01", "1982-01-01"].map { RecordDraft.personBorn($0) }
        let ids = try persons.map { try story.receive(.recordSubmitted, from: bureau, row(person: $0))[0].text("recordNo") }
        #expect(ids == ["郑市监罚〔2026〕1号", "郑市监罚〔2026〕1号#2", "郑市监罚〔2026〕1号#3"])
        // The second party's row again, and changed.
        let again = try story.receive(.recordSubmitted, from: bureau, row(person: persons[1], remark: "不影响记录"))
        #expect(again[0].status == "DUPLICATE" && again[0].text("recordNo") == "郑市监罚〔2026〕1号#2")
        #expect(again[0].value["revision"]?.int64 == 1)
        let changed = try story.receive(.recordSubmitted, from: bureau, row(person: persons[1], facts: "更正后的事实"))
        #expect(changed[0].text("recordId") == "market-regulation/郑市监罚〔2026〕1号#2" && changed[0].value["revision"]?.int64 == 2)
    }

    @Test func answersTheSameRowAsDuplicateAlsoAfterACorrection() throws {
        var story = story()
        let first = story.message(.recordSubmitted, from: bureau, id: "row-1", row())
        try story.receive(first)
        try story.receive(.recordSubmitted, from: bureau, id: "row-2", row(facts: "更正"))
        let again = try story.receive(first)
        #expect(again[0].status == "DUPLICATE" && again[0].reasons == ["state.duplicate "])
        #expect(again[0].value["revision"]?.int64 == 1 && again[0].text("recordId") == "market-regulation/郑市监罚〔2026〕1号")
        story.moveTo("2026-12-01")
        #expect(try story.receive(first)[0].status == "DUPLICATE")
    }

    @Test func givesNoNumberToARowThatIsRefused() throws {
        var story = story()
        let refused = try story.receive(.recordSubmitted, from: bureau, row(person: "410102199003070042"))
        #expect(refused[0].status == "REJECTED" && refused[0].reasons == ["subject.check-digit /CF_XDR_ZJHM"])
        #expect(try story.receive(.recordSubmitted, from: bureau, row())[0].text("recordNo") == "郑市监罚〔2026〕1号")
    }

    @Test func pointsIntoTheRow() throws {
        var story = story()
        let said = try story.receive(
            .recordSubmitted, from: bureau, row(facts: "当事人患糖尿病", basis: "食品安全法", decided: "2026/5/7"))
        #expect(
            said[0].reasons == ["schema.range /CF_JDRQ", "basis.missing /CF_YJ", "prohibited.content /CF_SY"])
        let young = try story.receive(.recordSubmitted, from: bureau, row(person: RecordDraft.personBorn("2007-01-01")))
        #expect(young[0].reasons == ["capacity.minor /CF_JDRQ"])
    }

    @Test func withdrawsOnePartyByItsNumber() throws {
        var story = story()
        let first = try story.receive(.recordSubmitted, from: bureau, row())
        let second = try story.receive(.recordSubmitted, from: bureau, row(person: RecordDraft.personBorn("1981-01-01")))
        let said = try story.receive(
            .recordWithdrawn, from: bureau, "{\"recordNo\":\"郑市监罚〔2026〕1号#2\",\"reason\":\"撤销\",\"basis\":\"《行政处罚法》\"}")
        #expect(said[0].key == second[0].key && said[0].key != first[0].key)
    }

    @Test func takesARowAndARecordOfTheSameNumberForOneParty() throws {
        var story = story()
        let person = RecordDraft.personBorn("1980-01-01")
        try story.receive(.recordSubmitted, from: bureau, row(person: person))
        let corrected = try story.receive(
            .recordSubmitted, from: bureau,
            RecordDraft.draft {
                $0.recordNo = "郑市监罚〔2026〕1号"
                $0.revision = 2
                $0.idNumber = person
            })
        #expect(corrected[0].text("recordId") == "market-regulation/郑市监罚〔2026〕1号")
    }
}
