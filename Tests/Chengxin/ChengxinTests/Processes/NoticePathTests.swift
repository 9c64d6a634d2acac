import Foundation
import Testing

/// What a person is told, through every worker on the embedded log and out by the gateways, each command a process of its own.
@Suite struct NoticePathTests {
    private static let name = "郑州样例庚戌贸易有限公司"
    private static let number = "91410199MA00040671"
    private static let company = #""subject":{"kind":"organization","idType":"USCC","idNumber":"\#(number)","name":"\#(name)"}"#

    private let scratch: Scratch
    private var city: String { scratch.path + "/city" }

    init() throws { scratch = try Scratch() }

    private func send(_ id: String, _ source: String, _ type: String, _ data: String, at: String) throws {
        let line =
            #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"chengxin.\#(type).v1","time":"2026-05-06T00:30:00Z","data":{\#(data)}}"#
        let file = try scratch.file("\(id).jsonl", (line + "\n").utf8)
        #expect(try Executable.run("submit", file, "--quiet", "--data", city).status == 0)
        try run(at: at)
    }

    private func run(at: String) throws {
        let run = try Executable.run("standalone", "--data", city, "--at", at)
        #expect(run.status == 0, "\(run.errors)")
    }

    private func values(_ topic: String) throws -> [[String: Any]] {
        try Executable.run("read", topic, "--data", city, "--format", "json").objects.compactMap { $0["value"] as? [String: Any] }
    }

    private func steps() throws -> [String] {
        try values("notice.status.v1").map { "\($0["status"] ?? "") \($0["channel"] ?? "-")" }
    }

    // plan: 7g
    @Test func tellsThatARecordCanBeRepairedByTheChannelThatWorks() throws {
        try send(
            "record-1", "/bureaus/market-regulation", "record.submitted",
            #""recordNo":"R-1","revision":1,"catalogItem":"penalty.administrative",\#(Self.company),"#
                + #""conduct":{"date":"2026-03-01","facts":"超范围经营。"},"severity":"GENERAL","attributes":{},"decision":{"documentNo":"样罚〔2026〕1号","#
                + #""date":"2026-04-01","authority":"样例","basis":"《中华人民共和国行政处罚法》第九条","result":"罚款","finality":{"state":"FINAL"}}"#,
            at: "2026-05-06T09:00+08:00")
        #expect(try values("notice.deliveries.v1").isEmpty)
        // Three months after the decision.
        try run(at: "2026-07-02T09:00+08:00")
        let sms = try #require(try values("notice.deliveries.v1").first)
        #expect(sms["channel"] as? String == "sms" && sms["kind"] as? String == "repair.possible")
        #expect(sms["recordId"] as? String == "market-regulation/R-1")
        let text = try #require(sms["text"] as? [String: String])
        #expect(text["zh"]?.hasPrefix("您的信用记录（market-regulation/R-1）已可申请信用修复。") == true)
        #expect(text["en"]?.hasPrefix("Your credit record (market-regulation/R-1) can be repaired now.") == true)
        #expect(try steps() == ["SENT sms"])

        let names =
            #""noticeId":"\#(sms["noticeId"] ?? "")","subjectId":"\#(sms["subjectId"] ?? "")","at":"2026-07-02T01:00:00Z","status":"#
        try send("foreign", "/gateways/post", "notice.acknowledged", names + #""DELIVERED""#, at: "2026-07-02T10:00+08:00")
        try send("failed", "/gateways/sms", "notice.acknowledged", names + #""FAILED","reason":"停机""#, at: "2026-07-02T11:00+08:00")
        #expect(try steps() == ["SENT sms", "FAILED sms", "SENT post"])
        try send("proof", "/gateways/post", "notice.acknowledged", names + #""DELIVERED""#, at: "2026-07-03T09:00+08:00")
        #expect(try steps().last == "DELIVERED post")
        #expect(try values("intake.answers.v1").map { $0["status"] as? String } == ["REJECTED", "ACCEPTED", "ACCEPTED"])

        // Each gateway opens what is its own, and nothing else.
        let lines = try Executable.run("read", "notice.deliveries.v1", "--data", city, "--format", "json").output
        #expect(!lines.contains(Self.number) && !lines.contains(Self.name))
        for (gateway, count) in [("sms", 1), ("post", 1)] {
            let key = "\(scratch.path)/\(gateway).pem"
            let written = try Executable.run("keys", "recipient", gateway, "--data", city, "--out", key)
            #expect(written.status == 0, "\(written.errors)")
            #expect(try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int == 0o600)
            let opened = try Executable.run("open", "--key", key, "--recipient", gateway, input: Data(lines.utf8))
            #expect(opened.status == 0 && opened.objects.count == count, "\(opened.errors)")
            let subject = opened.objects.first?["subject"] as? [String: String]
            #expect(subject == ["kind": "organization", "idType": "USCC", "idNumber": Self.number, "name": Self.name])
            #expect(opened.objects.first?["sealed"] == nil && opened.objects.first?["channel"] as? String == gateway)
        }
        let wrong = try Executable.run("open", "--key", "\(scratch.path)/post.pem", "-", input: Data(lines.utf8))
        #expect(wrong.status == 1 && wrong.objects.count == 1)
        #expect(wrong.errors.contains("line 1: this key does not open it: it is sealed to the key development-sms of /gateways/sms"))

        let story = try Executable.run("case", "market-regulation/R-1", "--data", city)
        #expect(story.output.contains("DELIVERED"), "\(story.output)")
        for command in [["check", "--data", city], ["store", "check", "--data", city]] {
            let outcome = try Executable.run(command)
            #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        }
    }

    @Test func leavesToAPersonWhatNoGatewayCouldDeliver() throws {
        try send(
            "record-2", "/bureaus/market-regulation", "record.submitted",
            #""recordNo":"R-2","revision":1,"catalogItem":"penalty.administrative",\#(Self.company),"#
                + #""conduct":{"date":"2026-03-01","facts":"超范围经营。"},"severity":"MINOR","attributes":{},"decision":{"documentNo":"样罚〔2026〕2号","#
                + #""date":"2026-04-01","authority":"样例","basis":"《中华人民共和国行政处罚法》第九条","result":"警告","finality":{"state":"FINAL"}}"#,
            at: "2026-05-06T09:00+08:00")
        #expect(try steps() == ["SENT sms"])
        try run(at: "2026-05-20T09:00+08:00")
        #expect(try steps() == ["SENT sms", "FAILED sms", "SENT post", "FAILED post", "UNDELIVERABLE -"])
        #expect(try values("supervision.alerts.v1").map { $0["kind"] as? String } == ["notice.undeliverable"])
    }
}
