import Foundation
import Testing

/// A sanction from its proposal to its last withdrawal, through every worker of the casework on the embedded log: told, heard, decided by another
/// officer, ordered, applied, disputed, suspended and lifted. Each command is a process of its own.
@Suite struct CaseworkPathTests {
    private static let number = "91410199MA00040671"
    private static let name = "郑州样例庚戌贸易有限公司"
    private static let company = #"{"kind":"organization","idType":"USCC","idNumber":"\#(number)","name":"\#(name)"}"#

    private let scratch: Scratch
    private var city: String { scratch.path + "/city" }

    init() throws { scratch = try Scratch() }

    private func send(_ id: String, _ source: String, _ type: String, _ data: String, at instant: String) throws {
        let line = #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"chengxin.\#(type).v1","data":{\#(data)}}"#
        let file = try scratch.file("messages.jsonl", (line + "\n").utf8)
        let submitted = try Executable.run("submit", file, "--quiet", "--data", city)
        #expect(submitted.status == 0, "\(submitted.errors)")
        try run(at: instant)
    }

    private func run(at instant: String) throws {
        let run = try Executable.run("standalone", "--data", city, "--at", instant)
        #expect(run.status == 0, "\(run.errors)")
    }

    private func lines(_ topic: String) throws -> String {
        try Executable.run("read", topic, "--data", city, "--format", "json").output
    }

    private func values(_ topic: String) throws -> [[String: Any]] {
        try Executable.run("read", topic, "--data", city, "--format", "json").objects.compactMap { $0["value"] as? [String: Any] }
    }

    private func words(_ topic: String, _ member: String) throws -> [String] { try values(topic).compactMap { $0[member] as? String } }

    /// The agency answers the newest order.
    private func acknowledge(_ status: String, at instant: String) throws {
        let order = try #require(try values("sanction.orders.v1").last)
        try send(
            "receipt-\(order["sequence"] ?? "")", "/agencies/procurement", "delivery.acknowledged",
            #""deliveryId":"\#(order["deliveryId"] ?? "")","status":"\#(status)","at":"2026-05-13T01:00:00Z""#, at: instant)
    }

    // plan: 11a, P4
    @Test func sanctionsAndTakesItBackWhereverItWent() throws {
        try send(
            "record", "/bureaus/market-regulation", "record.submitted",
            #""recordNo":"F-1","revision":1,"catalogItem":"penalty.administrative","subject":\#(Self.company),"#
                + #""conduct":{"date":"2026-03-01","facts":"销售不合格食品。"},"severity":"SERIOUS","attributes":{},"decision":{"documentNo":"F-1","#
                + #""date":"2026-04-01","authority":"样例","basis":"《中华人民共和国食品安全法》第一百二十四条","result":"吊销许可证","finality":{"state":"FINAL"}}"#,
            at: "2026-05-06T09:00+08:00")
        try send(
            "proposal", "/bureaus/market-regulation", "sanction.triggered",
            #""determinationNo":"D-1","cause":"food-and-drug-safety","subject":\#(Self.company),"recordIds":["market-regulation/F-1"],"#
                + #""measures":["procurement.excluded"],"basis":"《中华人民共和国政府采购法》第二十二条","proposer":"market-regulation/chen","#
                + #""responsiblePersons":[]"#,
            at: "2026-05-06T09:30+08:00")
        let notice = try #require(try values("notice.deliveries.v1").last)
        let caseId = try #require(notice["caseId"] as? String)
        let text = try #require(notice["text"] as? [String: String])
        #expect(notice["kind"] as? String == "sanction.proposed" && notice["channel"] as? String == "sms")
        for part in [caseId, "《中华人民共和国政府采购法》第二十二条", "market-regulation/F-1", "陈述、申辩", "改正"] {
            #expect(text["zh"]?.contains(part) == true, "\(part)")
        }
        #expect(text.values.allSatisfy { text in !text.contains { $0 == "{" || $0 == "}" } })

        let names = #""caseId":"\#(caseId)","subjectId":"\#(notice["subjectId"] ?? "")""#
        let decision =
            #"\#(names),"decision":"CONFIRM","approver":"market-regulation/wang","documentNo":"样惩〔2026〕1号","reason":"核定","#
            + #""measures":["procurement.excluded"],"until":"2027-05-01""#
        // Nothing goes on before the notice has arrived: a decision before is refused, however long ago the notice was sent.
        try send("too-early", "/bureaus/market-regulation", "sanction.decided", decision, at: "2026-05-06T09:40+08:00")
        #expect(try words("sanction.outcomes.v1", "status") == ["PROPOSED"])
        try send(
            "proof", "/gateways/sms", "notice.acknowledged",
            #""noticeId":"\#(notice["noticeId"] ?? "")","subjectId":"\#(notice["subjectId"] ?? "")","status":"DELIVERED","at":"2026-05-06T02:00:00Z""#,
            at: "2026-05-06T10:00+08:00")
        #expect(try words("sanction.outcomes.v1", "status") == ["PROPOSED", "NOTICED"])
        try send("in-time", "/bureaus/market-regulation", "sanction.decided", decision, at: "2026-05-13T09:00+08:00")
        #expect(try words("sanction.outcomes.v1", "status") == ["PROPOSED", "NOTICED", "AWAITING_DECISION", "ORDERED"])
        #expect(try words("sanction.orders.v1", "action") == ["IMPOSE"])
        try acknowledge("APPLIED", at: "2026-05-13T10:00+08:00")

        // The agency sees whom it is about, and what stands.
        let key = "\(scratch.path)/procurement.pem"
        #expect(try Executable.run("keys", "recipient", "procurement", "--data", city, "--out", key).status == 0)
        let standing = try Executable.run("open", "--key", key, input: Data(try lines("sanction.current.v1").utf8))
        #expect(standing.objects.compactMap { ($0["subject"] as? [String: String])?["idNumber"] } == [Self.number], "\(standing.errors)")

        // A dispute suspends at once, a record that was wrong lifts.
        try send(
            "dispute", "/portal", "dispute.requested",
            #""subject":\#(Self.company),"recordId":"market-regulation/F-1","ground":"NOT_MINE","statement":"不是我司。","evidence":[]"#,
            at: "2026-05-14T09:00+08:00")
        #expect(try words("sanction.orders.v1", "action") == ["IMPOSE", "SUSPEND"])
        try acknowledge("APPLIED", at: "2026-05-14T10:00+08:00")
        try send(
            "withdrawal", "/bureaus/market-regulation", "record.withdrawn",
            #""recordNo":"F-1","reason":"主体有误","basis":"《中华人民共和国行政处罚法》第七十五条""#, at: "2026-05-15T09:00+08:00")
        #expect(try words("sanction.orders.v1", "action") == ["IMPOSE", "SUSPEND", "LIFT"])
        try acknowledge("LIFTED", at: "2026-05-15T10:00+08:00")
        #expect(
            try values("delivery.status.v1").map { "\($0["status"] ?? "") \($0["action"] ?? "")" } == [
                "SENT IMPOSE", "ACKNOWLEDGED IMPOSE", "SENT SUSPEND", "ACKNOWLEDGED SUSPEND", "SENT LIFT", "ACKNOWLEDGED LIFT",
            ])
        #expect(try Executable.run("read", "sanction.current.v1", "--data", city, "--format", "json").objects.last?["value"] is NSNull)
        let kinds = try words("notice.deliveries.v1", "kind")
        #expect(kinds.contains("sanction.ordered") && kinds.contains("sanction.lifted"))

        for area in ["notice", "sanction", "delivery"] {
            for name in ["changelog", "dead-letters", "deliveries", "orders", "current", "dispatches", "outcomes", "status", "requests"] {
                let outcome = try Executable.run("read", "\(area).\(name).v1", "--data", city, "--format", "json")
                #expect(!outcome.output.contains(Self.number) && !outcome.output.contains(Self.name), "\(area).\(name)")
                if name == "dead-letters" { #expect(outcome.output.isEmpty, "\(outcome.output)") }
            }
        }
        for command in [["check", "--data", city], ["store", "check", "--data", city]] {
            let outcome = try Executable.run(command)
            #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        }
    }
}
