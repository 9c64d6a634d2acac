import Foundation
import Testing

/// A dispute from the portal to the ledger, through all workers on the embedded log, each command a process of its own.
@Suite struct DisputePathTests {
    private let scratch: Scratch
    private var city: String { scratch.path + "/city" }

    init() throws { scratch = try Scratch() }

    private static let person = #"{"kind":"person","idType":"RESIDENT_ID","idNumber":"410199196001010018","name":"样甲子"}"#
    /// Somebody else, who does not exist either.
    private static let stranger = #"{"kind":"person","idType":"PASSPORT","idNumber":"E00000001","name":"样乙丑"}"#

    private func event(_ id: String, _ source: String, _ type: String, _ data: String) -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"chengxin.\#(type).v1","data":\#(data)}"#
    }

    private func dispute(_ id: String, by subject: String = person) -> String {
        event(
            id, "/portal", "dispute.requested",
            #"{"subject":\#(subject),"recordId":"transport/T1","ground":"FACTS_WRONG","statement":"样甲子没有超限。","evidence":[]}"#)
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

    private func versions() throws -> [String] {
        try values("record.ledger.v1").map { "\($0["state"] ?? "") \($0["restricted"] as? Bool == true ? "restricted" : "free")" }
    }

    private func statuses() throws -> [String] { try values("dispute.outcomes.v1").compactMap { $0["status"] as? String } }

    // plan: 6a, 6b, 6c
    @Test func takesAWrongRecordOutOfTheCity() throws {
        try send([Messages.event("r1", data: Messages.record("T1"))], at: "2026-05-06T09:00+08:00")
        #expect(try versions() == ["EFFECTIVE free"])
        let subjectId = try #require(values("record.ledger.v1")[0]["subjectId"] as? String)

        try send([dispute("d1"), dispute("d2"), dispute("d3", by: Self.stranger)], at: "2026-05-06T10:00+08:00")
        #expect(try versions() == ["EFFECTIVE free", "EFFECTIVE restricted"])
        #expect(try statuses().sorted() == ["DUPLICATE", "INQUIRING", "RECEIVED"])
        let disputeId = try #require(values("dispute.outcomes.v1")[0]["disputeId"] as? String)
        let inquiry = try #require(values("dispute.inquiries.v1").first)
        #expect(inquiry["bureau"] as? String == "transport" && inquiry["answerBy"] as? String == "2026-05-10T00:00:00+08:00")
        #expect((inquiry["statement"] as? String)?.contains("样甲子") == false)

        // The stranger's record is not found, once everything has been read and the wait is over.
        let finding = { (id: String, source: String, officer: String) in
            event(
                id, "/bureaus/\(source)", "dispute.found",
                #"{"disputeId":"\#(disputeId)","subjectId":"\#(subjectId)","finding":"WRONG","officer":"\#(officer)","#
                    + #""reason":"过磅记录有误"}"#)
        }
        try send([finding("f1", "taxation", "taxation/zhao")], at: "2026-05-07T09:00+08:00")
        #expect(try statuses().contains("NOT_ADMITTED"))
        #expect(try versions().last == "EFFECTIVE restricted", "another bureau has no say")
        try send([finding("f2", "transport", "transport/wang")], at: "2026-05-07T10:00+08:00")
        #expect(try statuses().last == "UPHELD")
        #expect(try versions() == ["EFFECTIVE free", "EFFECTIVE restricted", "WITHDRAWN free"])
        #expect(try values("record.ledger.v1").last?["annotations"] as? [String] == [])

        // Under another number it does not come back.
        try send([Messages.event("r2", data: Messages.record("T2"))], at: "2026-05-08T09:00+08:00")
        #expect(try Executable.answers(in: city)["r2"] == ["REJECTED state.not-eligible@/decision/documentNo"])

        // Exactly one answer for each message.
        let answers = try (values("dispute.outcomes.v1") + values("intake.answers.v1"))
            .compactMap { ($0["submission"] as? [String: Any])?["id"] as? String }
        #expect(answers.sorted() == ["d1", "d2", "d3", "f1", "f2"])
        let story = try Executable.run("case", disputeId, "--data", city)
        #expect(story.lines.contains { $0.contains("dispute.outcomes.v1") && $0.contains("status UPHELD") }, "\(story.output)")
        #expect(story.lines.contains { $0.contains("record.ledger.v1") && $0.contains("WITHDRAWN") }, "\(story.output)")
        let check = try Executable.run("check", "--data", city)
        #expect(check.status == 0, "\(check.output)\(check.errors)")
        #expect(try Executable.run("store", "check", "--data", city).status == 0)
    }

    @Test func endsWithARecordThatItsBureauTakesBack() throws {
        try send([Messages.event("r1", data: Messages.record("T1"))], at: "2026-05-06T09:00+08:00")
        try send([dispute("d1")], at: "2026-05-06T10:00+08:00")
        let withdrawal = #"{"recordNo":"T1","reason":"录入有误","basis":"《中华人民共和国行政处罚法》第四十八条"}"#
        try send([event("w1", "/bureaus/transport", "record.withdrawn", withdrawal)], at: "2026-05-07T09:00+08:00")
        #expect(try statuses() == ["RECEIVED", "INQUIRING", "UPHELD"])
        #expect(try versions() == ["EFFECTIVE free", "EFFECTIVE restricted", "WITHDRAWN restricted", "WITHDRAWN free"])
        let check = try Executable.run("check", "--data", city)
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }

    /// Days pass in one run, each timer at its own instant: escalation, end of the case, removal.
    @Test func endsForThePersonWhenTheBureauIsSilent() throws {
        try send([Messages.event("r1", data: Messages.record("T1"))], at: "2026-05-06T09:00+08:00")
        try send([dispute("d1")], at: "2026-05-06T10:00+08:00")
        try send([], at: "2026-05-20T09:00+08:00")
        #expect(try statuses() == ["RECEIVED", "INQUIRING", "UNVERIFIED"])
        // Nobody sends receipts here, so notices have alerts of their own.
        let alerts = try values("supervision.alerts.v1").compactMap { $0["kind"] as? String }.filter { $0.hasPrefix("dispute.") }
        #expect(alerts.sorted() == ["dispute.inquiry-overdue", "dispute.unverified"])
        #expect(try versions() == ["EFFECTIVE free", "EFFECTIVE restricted", "WITHDRAWN free"])
        let check = try Executable.run("check", "--data", city)
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }
}
