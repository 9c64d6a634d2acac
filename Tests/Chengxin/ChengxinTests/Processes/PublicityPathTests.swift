import Foundation
import Testing

/// What everyone may see, from a bureau's submission to the list and off it again, each command a process of its own.
@Suite struct PublicityPathTests {
    private let scratch: Scratch
    private var city: String { scratch.path + "/city" }

    init() throws { scratch = try Scratch() }

    private static let company = #"{"kind":"organization","idType":"USCC","idNumber":"91410199MA00040671","name":"郑州样例庚戌贸易有限公司"}"#
    private static let person = #"{"kind":"person","idType":"RESIDENT_ID","idNumber":"410199196001010018","name":"样甲子"}"#

    private func event(_ id: String, _ source: String, _ type: String, _ data: String) -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"chengxin.\#(type).v1","data":\#(data)}"#
    }

    private func penalty(_ recordNo: String, of subject: String, _ severity: String) -> String {
        event(
            recordNo, "/bureaus/transport", "record.submitted",
            #"{"recordNo":"\#(recordNo)","revision":1,"catalogItem":"penalty.administrative","subject":\#(subject),"severity":"\#(severity)","#
                + #""conduct":{"date":"2026-03-01","facts":"超限运输。"},"attributes":{},"decision":{"documentNo":"样交罚〔2026〕\#(recordNo)号","#
                + #""date":"2026-04-01","authority":"样例市交通局","basis":"《中华人民共和国公路法》第七十六条","result":"罚款","finality":{"state":"FINAL"}}}"#)
    }

    private func send(_ lines: [String], at instant: String) throws {
        if !lines.isEmpty {
            let file = try scratch.file("messages.jsonl", (lines.joined(separator: "\n") + "\n").utf8)
            #expect(try Executable.run("submit", file, "--quiet", "--data", city).status == 0)
        }
        let run = try Executable.run("standalone", "--data", city, "--at", instant)
        #expect(run.status == 0, "\(run.errors)")
    }

    private func values(_ topic: String) throws -> [[String: Any]] {
        try Executable.run("read", topic, "--data", city, "--format", "json").objects.compactMap { $0["value"] as? [String: Any] }
    }

    private func listings() throws -> [String] {
        try values("publicity.listings.v1").map { "\($0["recordId"] ?? "") \($0["action"] ?? "") \($0["reason"] ?? "")" }
    }

    private func isSound() throws {
        for command in [["check", "--data", city], ["store", "check", "--data", city]] {
            let outcome = try Executable.run(command)
            #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        }
    }

    // plan: 7a, 12b
    @Test func listsACompanyAtOnceAndTakesItDownByItself() throws {
        try send([penalty("C-1", of: Self.company, "GENERAL"), penalty("C-2", of: Self.company, "MINOR")], at: "2026-05-06T09:00+08:00")
        #expect(try listings() == ["transport/C-1 LIST ORDERED"])
        let listing = try #require(values("publicity.listings.v1").first)
        #expect(listing["displayName"] as? String == "郑州样例庚戌贸易有限公司")
        #expect(listing["from"] as? String == "2026-04-01" && listing["until"] as? String == "2027-04-01")
        #expect((listing["decision"] as? [String: Any])?["documentNo"] as? String == "样交罚〔2026〕C-1号")
        try isSound()
        // 2 April has begun: the last day is over, and nobody had to do anything.
        try send([], at: "2027-04-02T00:00+08:00")
        #expect(try listings() == ["transport/C-1 LIST ORDERED", "transport/C-1 DELIST ENDED"])
        try isSound()
    }

    @Test func showsAPersonOnlyReleasedAndMaskedAndHidesADisputedRecord() throws {
        try send([penalty("P-1", of: Self.person, "SERIOUS")], at: "2026-05-06T09:00+08:00")
        #expect(try listings().isEmpty)
        let subjectId = try #require(values("record.ledger.v1").first?["subjectId"] as? String)
        func release(_ id: String, of recordId: String, by officer: String) -> String {
            event(
                id, "/bureaus/\(officer.prefix { $0 != "/" })", "publicity.released",
                #"{"recordId":"\#(recordId)","subjectId":"\#(subjectId)","officer":"\#(officer)","basis":"《信用修复管理办法》第六条"}"#)
        }
        try send(
            [
                release("foreign", of: "transport/P-1", by: "housing/li"), release("own", of: "transport/P-1", by: "transport/chen"),
                release("unknown", of: "transport/P-9", by: "transport/chen"),
            ], at: "2026-05-07T09:00+08:00")
        #expect(try listings() == ["transport/P-1 LIST RELEASED"])
        #expect(try values("publicity.listings.v1").first?["displayName"] as? String == "样＊＊")
        // What is not there is waited for, a minute by policy, before it is refused.
        try send([], at: "2026-05-07T09:02+08:00")
        let answers = try values("intake.answers.v1").map { answer -> String in
            let reasons = (answer["reasons"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
            return "\((answer["submission"] as? [String: Any])?["id"] ?? "") \(answer["status"] ?? "") \(reasons.joined(separator: " "))"
        }
        #expect(
            Set(answers) == [
                "foreign REJECTED policy.source-not-allowed", "own ACCEPTED ", "unknown REJECTED state.not-found",
            ])

        try send(
            [
                event(
                    "dispute", "/portal", "dispute.requested",
                    #"{"subject":\#(Self.person),"recordId":"transport/P-1","ground":"FACTS_WRONG","statement":"没有超限。","evidence":[]}"#)
            ], at: "2026-05-08T09:00+08:00")
        #expect(try listings().last == "transport/P-1 DELIST RESTRICTED")
        let text = try Executable.run("read", "publicity.listings.v1", "--data", city, "--format", "json").output
        #expect(!text.contains(subjectId) && !text.contains("样甲子") && !text.contains("410199196001010018"))
        try isSound()
    }
}
