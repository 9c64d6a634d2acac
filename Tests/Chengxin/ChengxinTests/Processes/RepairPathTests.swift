import Foundation
import Testing

/// An application for repair through every worker on the embedded log: from the portal to the record, each command a process of its own.
@Suite struct RepairPathTests {
    private static let company =
        #""subject":{"kind":"organization","idType":"USCC","idNumber":"91410199MA00040671","name":"郑州样例庚戌贸易有限公司"}"#
    private static let commitment = #""commitment":{"signedAt":"2026-05-06","textSha256":"\#(String(repeating: "a", count: 64))"}"#
    private static let evidence = #""evidence":[{"name":"缴款凭证","sha256":"\#(String(repeating: "b", count: 64))"}]"#

    private let scratch: Scratch
    private var city: String { scratch.path + "/city" }

    init() throws { scratch = try Scratch() }

    private func send(_ id: String, _ source: String, _ type: String, _ data: String, at: String) throws {
        let line =
            #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"chengxin.\#(type).v1","time":"2026-05-06T00:30:00Z","data":{\#(data)}}"#
        let file = try scratch.file("\(id).jsonl", (line + "\n").utf8)
        #expect(try Executable.run("submit", file, "--quiet", "--data", city).status == 0)
        let run = try Executable.run("standalone", "--data", city, "--at", at)
        #expect(run.status == 0, "\(run.errors)")
    }

    private func values(_ topic: String) throws -> [[String: Any]] {
        try Executable.run("read", topic, "--data", city, "--format", "json").objects.compactMap { $0["value"] as? [String: Any] }
    }

    private func submit(_ recordNo: String, severity: String, at: String) throws {
        try send(
            "record-\(recordNo)", "/bureaus/market-regulation", "record.submitted",
            #""recordNo":"\#(recordNo)","revision":1,"catalogItem":"penalty.administrative",\#(Self.company),"#
                + #""conduct":{"date":"2026-03-01","facts":"超范围经营。"},"severity":"\#(severity)","attributes":{},"decision":{"documentNo":"样罚〔2026〕1号","#
                + #""date":"2026-04-01","authority":"样例","basis":"《中华人民共和国行政处罚法》第九条","result":"罚款","finality":{"state":"FINAL"}}"#,
            at: at)
    }

    // plan: 7b, 7g
    @Test func endsARecordWhoseRepairWasGranted() throws {
        try submit("R-1", severity: "GENERAL", at: "2026-05-06T09:00+08:00")
        #expect(try values("record.outcomes.v1").map { $0["status"] as? String } == ["ACCEPTED"])
        let application = #"\#(Self.company),"recordId":"market-regulation/R-1","kind":"PERFORMANCE","#
        try send("too-early", "/portal", "repair.applied", application + Self.commitment, at: "2026-07-01T23:59+08:00")
        try send(
            "in-time", "/portal", "repair.applied", application + Self.commitment + "," + Self.evidence, at: "2026-07-02T00:00+08:00")
        var steps = try values("repair.outcomes.v1")
        #expect(steps.map { $0["status"] as? String } == ["RECEIVED", "RETURNED", "RECEIVED", "ACCEPTED"])
        #expect(steps[1]["missing"] as? [String] == ["evidence", "minimum-period"])
        #expect(steps.compactMap { $0["dueAt"] as? String }.count == 3)
        #expect(try values("notice.requests.v1").map { $0["kind"] as? String } == ["repair.possible"])

        let task = try #require(try values("repair.tasks.v1").first)
        #expect(task["authority"] as? String == "market-regulation" && task["decideBy"] != nil)
        let names =
            #""repairId":"\#(task["repairId"] ?? "")","subjectId":"\#(task["subjectId"] ?? "")","decision":"GRANTED","reason":"已履行""#
        try send("foreign", "/bureaus/housing", "repair.reviewed", names + #","officer":"housing/li""#, at: "2026-07-03T09:00+08:00")
        let answers = try values("intake.answers.v1")
        #expect(answers.map { $0["status"] as? String } == ["REJECTED"])
        #expect((answers.first?["reasons"] as? [[String: Any]])?.map { $0["code"] as? String } == ["policy.source-not-allowed"])
        #expect(try values("record.rulings.v1").isEmpty)

        let officer = #","officer":"market-regulation/chen""#
        try send("own", "/bureaus/market-regulation", "repair.reviewed", names + officer, at: "2026-07-03T09:30+08:00")
        steps = try values("repair.outcomes.v1")
        #expect(steps.suffix(2).map { $0["status"] as? String } == ["GRANTED", "EXECUTED"])
        let versions = try values("record.ledger.v1")
        #expect(versions.compactMap { $0["state"] as? String } == ["EFFECTIVE", "REPAIRED"])
        #expect((versions.last?["cause"] as? [String: Any])?["caseId"] as? String == task["repairId"] as? String)

        // A second decision has nothing to decide, and is told so; the story is one story.
        try send("again", "/bureaus/market-regulation", "repair.reviewed", names + officer, at: "2026-07-03T10:00+08:00")
        #expect(try values("intake.answers.v1").map { $0["status"] as? String } == ["REJECTED", "REJECTED"])
        #expect(try values("repair.outcomes.v1").count == steps.count)
        let story = try Executable.run("case", task["repairId"] as? String ?? "", "--data", city)
        #expect(story.output.contains("EXECUTED"), "\(story.output)")
        for command in [["check", "--data", city], ["store", "check", "--data", city]] {
            let outcome = try Executable.run(command)
            #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        }
    }

    // plan: 7c, 7d
    @Test func suspendsAndAnswersForThoseWhoCannotPerformYet() throws {
        try submit("R-2", severity: "SERIOUS", at: "2026-05-06T09:00+08:00")
        let application = #"\#(Self.company),"recordId":"market-regulation/R-2","kind":"#
        try send(
            "extension", "/portal", "repair.applied",
            application + #""EXTENSION",\#(Self.commitment),"extension":{"until":"2026-06-30"}"#, at: "2026-05-07T09:00+08:00")
        let officer = #","decision":"GRANTED","reason":"确有困难","officer":"market-regulation/chen""#
        func names(_ task: [String: Any]?) -> String {
            #""repairId":"\#(task?["repairId"] ?? "")","subjectId":"\#(task?["subjectId"] ?? "")""#
        }
        var task = try values("repair.tasks.v1").last
        try send("grant-1", "/bureaus/market-regulation", "repair.reviewed", names(task) + officer, at: "2026-05-08T09:00+08:00")
        #expect(try values("record.ledger.v1").compactMap { $0["restricted"] as? Bool } == [false, true])

        try send(
            "statement", "/portal", "repair.applied", application + #""STATEMENT","statement":"正在分期缴纳罚款。""#,
            at: "2026-05-09T09:00+08:00")
        task = try values("repair.tasks.v1").last
        try send("grant-2", "/bureaus/market-regulation", "repair.reviewed", names(task) + officer, at: "2026-05-11T09:00+08:00")
        // The day after the extension: a timer has given the record its effect back.
        try send(
            "unknown", "/portal", "repair.applied",
            #"\#(Self.company),"recordId":"market-regulation/R-9","kind":"STATEMENT","statement":"不存在的记录""#,
            at: "2026-07-01T00:00+08:00")
        let versions = try values("record.ledger.v1")
        #expect(versions.compactMap { $0["restricted"] as? Bool } == [false, true, true, false])
        #expect(versions.allSatisfy { $0["state"] as? String == "EFFECTIVE" })
        let statements = try #require(versions.last?["statements"] as? [[String: Any]])
        #expect(statements.map { $0["text"] as? String } == ["正在分期缴纳罚款。"])
        #expect(try values("notice.requests.v1").map { $0["kind"] as? String } == ["repair.extension-over"])
        // What is not there is waited for, a minute by policy, before it is refused.
        #expect(try Executable.run("standalone", "--data", city, "--at", "2026-07-01T00:02+08:00").status == 0)
        let last = try #require(try values("repair.outcomes.v1").last)
        #expect(last["status"] as? String == "NOT_ADMITTED" && last["recordId"] as? String == "market-regulation/R-9")
    }
}
