import Foundation
import Testing

/// Sanctions through every worker on the embedded log: from a bureau's proposal to the agencies and back, each command a process of its own.
@Suite struct SanctionPathTests {
    private static let company = #"{"kind":"organization","idType":"USCC","idNumber":"91410199MA00040671","name":"郑州样例庚戌贸易有限公司"}"#
    private static let person = #"{"kind":"person","idType":"RESIDENT_ID","idNumber":"410199196001010018","name":"样甲子"}"#

    private let scratch: Scratch
    private var city: String { scratch.path + "/city" }

    init() throws { scratch = try Scratch() }

    private func event(_ id: String, _ source: String, _ type: String, _ data: String) -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"chengxin.\#(type).v1","data":{\#(data)}}"#
    }

    private func record(_ recordNo: String, of subject: String, _ severity: String) -> String {
        event(
            "record-\(recordNo)", "/bureaus/market-regulation", "record.submitted",
            #""recordNo":"\#(recordNo)","revision":1,"catalogItem":"penalty.administrative","subject":\#(subject),"#
                + #""conduct":{"date":"2026-03-01","facts":"销售不合格食品。"},"severity":"\#(severity)","attributes":{},"decision":{"documentNo":"\#(recordNo)","#
                + #""date":"2026-04-01","authority":"样例","basis":"《中华人民共和国食品安全法》第一百二十四条","result":"吊销许可证","finality":{"state":"FINAL"}}"#
        )
    }

    private func proposal(_ id: String, on records: [String], persons: String = "[]") -> String {
        event(
            id, "/bureaus/market-regulation", "sanction.triggered",
            #""determinationNo":"\#(id)","cause":"food-and-drug-safety","subject":\#(Self.company),"#
                + #""recordIds":["\#(records.joined(separator: #"",""#))"],"measures":["procurement.excluded"],"#
                + #""basis":"《中华人民共和国政府采购法》第二十二条","proposer":"market-regulation/chen","responsiblePersons":\#(persons)"#)
    }

    /// Hands messages in and lets everything happen that they make at that time.
    private func send(_ lines: [String], at instant: String) throws {
        if !lines.isEmpty {
            let file = try scratch.file("messages.jsonl", (lines.joined(separator: "\n") + "\n").utf8)
            let submitted = try Executable.run("submit", file, "--quiet", "--data", city)
            #expect(submitted.status == 0, "\(submitted.errors)")
        }
        let run = try Executable.run("standalone", "--data", city, "--at", instant)
        #expect(run.status == 0, "\(run.errors)")
    }

    private func values(_ topic: String) throws -> [[String: Any]] {
        try Executable.run("read", topic, "--data", city, "--format", "json").objects.compactMap { $0["value"] as? [String: Any] }
    }

    private func codes(_ value: [String: Any]?) -> [String] {
        ((value?["reasons"] as? [[String: Any]]) ?? []).compactMap { $0["code"] as? String }
    }

    private func checkEverything() throws {
        for command in [["check", "--data", city], ["store", "check", "--data", city]] {
            let outcome = try Executable.run(command)
            #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        }
    }

    // plan: 11c
    @Test func opensACaseForEachByARecordOfTheirOwn() throws {
        try send([record("F-1", of: Self.company, "SERIOUS"), record("F-2", of: Self.person, "SERIOUS")], at: "2026-05-06T09:00+08:00")
        let manager =
            #"{"subject":\#(Self.person),"role":"食品安全管理员","finding":"样甲子负直接责任。","findingRecordId":"market-regulation/F-2"}"#
        let partner = manager.replacingOccurrences(of: "F-2", with: "F-1")
        try send(
            [
                proposal("D-1", on: ["market-regulation/F-1"], persons: "[\(manager)]"),
                proposal("D-2", on: ["market-regulation/F-9"], persons: "[\(partner)]"),
            ], at: "2026-05-06T10:00+08:00")
        // What is not there is waited for, a minute by policy, before it is refused; the record of another is not there.
        try send([], at: "2026-05-06T10:05+08:00")
        let steps = try values("sanction.outcomes.v1")
        func ofCase(_ determination: String) -> [[String: Any]] { steps.filter { $0["determinationNo"] as? String == determination } }
        let own = ofCase("D-1")
        #expect(own.compactMap { $0["status"] as? String } == ["PROPOSED", "PROPOSED"])
        #expect(Set(own.compactMap { $0["caseId"] as? String }).count == 2 && Set(own.compactMap { $0["subjectId"] as? String }).count == 2)
        #expect(own.count { $0["submission"] != nil } == 1, "one message has one answer")
        let foreign = ofCase("D-2")
        #expect(foreign.compactMap { $0["status"] as? String } == ["NOT_ADMITTED", "NOT_ADMITTED"])
        #expect(foreign.allSatisfy { codes($0) == ["state.not-found"] })
        let notices = try values("notice.requests.v1").filter { $0["kind"] as? String == "sanction.proposed" }
        #expect(Set(notices.compactMap { $0["caseId"] as? String }) == Set(own.compactMap { $0["caseId"] as? String }))
        #expect(try values("sanction.dispatches.v1").isEmpty)
        for topic in ["sanction.outcomes.v1", "notice.requests.v1"] {
            let text = try Executable.run("read", topic, "--data", city, "--format", "json").output
            #expect(!text.contains("样甲子") && !text.contains("410199196001010018"), "\(topic)")
        }
        try checkEverything()
    }

    // plan: 11a
    @Test func ordersNothingByMessagesAlone() throws {
        try send([record("F-1", of: Self.company, "SERIOUS")], at: "2026-05-06T09:00+08:00")
        try send([proposal("D-1", on: ["market-regulation/F-1"])], at: "2026-05-06T09:30+08:00")
        let step = try #require(values("sanction.outcomes.v1").first)
        #expect(step["status"] as? String == "PROPOSED" && step["dueAt"] as? String == "2026-08-05T00:00:00+08:00")
        let names = #""caseId":"\#(step["caseId"] ?? "")","subjectId":"\#(step["subjectId"] ?? "")""#
        func decision(_ id: String, _ word: String, by bureau: String, _ officer: String) -> String {
            event(
                id, "/bureaus/\(bureau)", "sanction.decided",
                #"\#(names),"decision":"\#(word)","approver":"\#(bureau)/\#(officer)","documentNo":"1","reason":"核定","#
                    + #""measures":["procurement.excluded"],"until":"2027-05-01""#)
        }
        try send(
            [
                decision("early", "CONFIRM", by: "market-regulation", "wang"),
                decision("alone", "CONFIRM", by: "market-regulation", "chen"),
                decision("foreign", "CONFIRM", by: "housing", "li"), decision("nothing", "REVOKE", by: "credit-office", "zhao"),
            ], at: "2026-05-06T10:00+08:00")
        var refused = try values("intake.answers.v1")
        #expect(refused.allSatisfy { $0["status"] as? String == "REJECTED" })
        let reasons = Dictionary(
            refused.map { (($0["submission"] as? [String: Any])?["id"] as? String ?? "", codes($0)) }, uniquingKeysWith: { $0 + $1 })
        #expect(
            reasons == [
                "early": ["state.not-eligible"], "alone": ["policy.same-officer"], "foreign": ["policy.source-not-allowed"],
                "nothing": ["state.not-eligible"],
            ])

        // Somebody hears of it before the notice, objects, and is right.
        let objection = event(
            "objection", "/portal", "objection.raised",
            #""caseId":"\#(step["caseId"] ?? "")","subject":\#(Self.company),"statement":"并非我司产品。","evidence":[]"#)
        try send([objection], at: "2026-05-07T09:00+08:00")
        let answer = event(
            "answer", "/bureaus/market-regulation", "objection.answered",
            #"\#(names),"officer":"market-regulation/wang","result":"UPHELD","reason":"经核实，异议成立。""#)
        try send([answer], at: "2026-05-08T09:00+08:00")
        let steps = try values("sanction.outcomes.v1")
        let statuses = steps.compactMap { $0["status"] as? String }
        #expect(statuses.first == "PROPOSED" && statuses.suffix(2) == ["OBJECTED", "DISMISSED"])
        #expect(codes(steps.last) == ["sanction.objection-upheld"])
        #expect((steps.suffix(2).compactMap { ($0["submission"] as? [String: Any])?["id"] as? String }) == ["objection", "answer"])

        // What is over is over, and says so at once.
        try send([decision("late", "CONFIRM", by: "market-regulation", "wang")], at: "2026-05-20T09:00+08:00")
        refused = try values("intake.answers.v1")
        #expect(refused.count == 5 && codes(refused.last) == ["state.not-eligible"])
        #expect(try values("sanction.dispatches.v1").isEmpty)
        let story = try Executable.run("case", step["caseId"] as? String ?? "", "--data", city)
        #expect(story.output.contains("DISMISSED"), "\(story.output)")
        try checkEverything()
    }

    // plan: 11a, 11b, 7e
    @Test func goesTheWholeWayToAnAgencyAndBack() throws {
        try send([record("F-1", of: Self.company, "SERIOUS")], at: "2026-05-06T09:00+08:00")
        try send([proposal("D-1", on: ["market-regulation/F-1"])], at: "2026-05-06T09:30+08:00")
        let step = try #require(values("sanction.outcomes.v1").first)
        let names = #""caseId":"\#(step["caseId"] ?? "")","subjectId":"\#(step["subjectId"] ?? "")""#
        let sms = try #require(try values("notice.deliveries.v1").first { $0["kind"] as? String == "sanction.proposed" })
        #expect(sms["noticeId"] as? String == step["noticeId"] as? String && sms["channel"] as? String == "sms")
        let proof = event(
            "proof", "/gateways/sms", "notice.acknowledged",
            #""noticeId":"\#(sms["noticeId"] ?? "")","subjectId":"\#(step["subjectId"] ?? "")","at":"2026-05-06T03:00:00Z","status":"DELIVERED""#
        )
        try send([proof], at: "2026-05-06T11:00+08:00")
        func decision(_ id: String, _ word: String) -> String {
            event(
                id, "/bureaus/market-regulation", "sanction.decided",
                #"\#(names),"decision":"\#(word)","approver":"market-regulation/wang","documentNo":"样决〔2026〕1号","reason":"事实清楚","#
                    + #""measures":["procurement.excluded"],"until":"2027-05-01""#)
        }
        // The last second of both terms, and the first instant after it.
        try send([decision("early", "CONFIRM")], at: "2026-05-12T23:59:59+08:00")
        try send([decision("in-time", "CONFIRM")], at: "2026-05-13T00:00+08:00")
        #expect(try statuses() == ["PROPOSED", "NOTICED", "AWAITING_DECISION", "ORDERED"])
        let refused = try values("intake.answers.v1").filter { $0["status"] as? String == "REJECTED" }
        #expect(refused.count == 1 && codes(refused.first) == ["state.not-eligible"])
        try acknowledge("APPLIED", at: "2026-05-13T09:00+08:00")

        // It is disputed, found right, and withdrawn in the end.
        let dispute = event(
            "dispute", "/portal", "dispute.requested",
            #""subject":\#(Self.company),"recordId":"market-regulation/F-1","ground":"FACTS_WRONG","statement":"检验有误。","evidence":[]"#)
        try send([dispute], at: "2026-05-14T09:00+08:00")
        #expect(try statuses().last == "SUSPENDED")
        let disputeId = try #require(values("dispute.outcomes.v1").first?["disputeId"] as? String)
        let found = event(
            "found", "/bureaus/market-regulation", "dispute.found",
            #""disputeId":"\#(disputeId)","subjectId":"\#(step["subjectId"] ?? "")","finding":"CONFIRMED","officer":"market-regulation/he","reason":"复检一致""#
        )
        try send([found], at: "2026-05-15T09:00+08:00")
        #expect(try statuses().last == "RESUMED")
        let withdrawn = event(
            "withdrawn", "/bureaus/market-regulation", "record.withdrawn", #""recordNo":"F-1","reason":"复议撤销","basis":"复议决定书""#)
        try send([withdrawn], at: "2026-05-18T09:00+08:00")
        #expect(try statuses().last == "LIFTED")
        try acknowledge("LIFTED", at: "2026-05-18T10:00+08:00")
        let orders = try values("sanction.orders.v1")
        #expect(orders.map { "\($0["sequence"] ?? "") \($0["action"] ?? "")" } == ["1 IMPOSE", "2 SUSPEND", "3 RESUME", "4 LIFT"])
        #expect(Set(orders.compactMap { $0["orderId"] as? String }).count == 1)
        #expect(orders.allSatisfy { $0["agency"] as? String == "procurement" && $0["subjectId"] == nil && $0["sealed"] != nil })
        let notices = try values("notice.requests.v1").compactMap { $0["kind"] as? String }.filter { $0.hasPrefix("sanction.") }
        #expect(notices == ["sanction.proposed", "sanction.ordered", "sanction.lifted"])
        for topic in [
            "sanction.outcomes.v1", "sanction.dispatches.v1", "sanction.orders.v1", "notice.deliveries.v1", "sanction.changelog.v1",
        ] {
            let text = try Executable.run("read", topic, "--data", city, "--format", "json").output
            #expect(!text.contains("郑州样例庚戌") && !text.contains("91410199MA00040671"), "\(topic)")
        }
        let story = try Executable.run("case", step["caseId"] as? String ?? "", "--data", city)
        for word in ["PROPOSED", "ORDERED", "SUSPENDED", "LIFTED"] { #expect(story.output.contains(word), "\(story.output)") }
        try checkEverything()
    }

    private func statuses() throws -> [String] { try values("sanction.outcomes.v1").compactMap { $0["status"] as? String } }

    /// The agency says that it has done the newest order.
    private func acknowledge(_ status: String, at instant: String) throws {
        let order = try #require(try values("sanction.orders.v1").last)
        let id = "receipt-\(order["sequence"] ?? "")"
        try send(
            [
                event(
                    id, "/agencies/procurement", "delivery.acknowledged",
                    #""deliveryId":"\#(order["deliveryId"] ?? "")","status":"\#(status)","at":"2026-05-13T01:00:00Z""#)
            ], at: instant)
        #expect(try values("delivery.status.v1").last?["status"] as? String == "ACKNOWLEDGED")
    }

    // plan: 7e
    @Test func endsAProposalWhoseRecordIsWithdrawn() throws {
        try send([record("F-1", of: Self.company, "SERIOUS")], at: "2026-05-06T09:00+08:00")
        try send([proposal("D-1", on: ["market-regulation/F-1"])], at: "2026-05-06T09:30+08:00")
        try send(
            [event("w", "/bureaus/market-regulation", "record.withdrawn", #""recordNo":"F-1","reason":"处罚决定被撤销","basis":"复议决定书""#)],
            at: "2026-05-07T09:00+08:00")
        let steps = try values("sanction.outcomes.v1")
        #expect(steps.compactMap { $0["status"] as? String } == ["PROPOSED", "DISMISSED"])
        #expect(codes(steps.last) == ["sanction.no-ground"])
        #expect(try values("notice.requests.v1").compactMap { $0["kind"] as? String }.contains("sanction.dismissed"))
        try checkEverything()
    }
}
