import Foundation
import Testing

/// A reward through every worker on the embedded log: from a bureau's nomination to the dispatches for the agencies, each command a process
/// of its own.
@Suite struct RewardPathTests {
    private let scratch: Scratch
    private var city: String { scratch.path + "/city" }

    init() throws { scratch = try Scratch() }

    private static let person = #"{"kind":"person","idType":"RESIDENT_ID","idNumber":"410199196001010018","name":"样甲子"}"#
    /// Somebody else, who does not exist either.
    private static let others = (1...4).map { #"{"kind":"person","idType":"PASSPORT","idNumber":"E0000000\#($0)","name":"样乙丑"}"# }

    private func event(_ id: String, _ source: String, _ type: String, _ data: String) -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"chengxin.\#(type).v1","data":\#(data)}"#
    }

    private func nomination(_ id: String) -> String {
        event(
            id, "/bureaus/civil-affairs", "reward.nominated",
            #"{"programme":"integrity-citizen","subject":\#(Self.person),"source":"VOLUNTEER","basis":"连续三年参加志愿服务","#
                + #""consent":{"givenAt":"2026-05-01","textSha256":"\#(String(repeating: "a", count: 64))"}}"#)
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

    private func statuses() throws -> [String] { try values("reward.outcomes.v1").compactMap { $0["status"] as? String } }

    private func isSound() throws {
        for command in [["check", "--data", city], ["store", "check", "--data", city]] {
            let outcome = try Executable.run(command)
            #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        }
    }

    // plan: 10a, 10b, 0b
    @Test func rewardsAVolunteerAfterTheObjectionsOfOthersWereAnswered() throws {
        try send([nomination("n1"), nomination("n2")], at: "2026-05-06T09:00+08:00")
        #expect(try statuses() == ["PUBLICISED", "NOT_ADMITTED"])
        let first = try #require(values("reward.outcomes.v1").first)
        let caseId = try #require(first["caseId"] as? String)
        let subjectId = try #require(first["subjectId"] as? String)
        #expect(first["dueAt"] as? String == "2026-05-13T00:00:00+08:00")

        // Wherever they live: each of them lies in a shard of their own.
        let objections = Self.others.enumerated().map { index, subject in
            event(
                "o\(index)", "/portal", "objection.raised",
                #"{"caseId":"\#(caseId)","subject":\#(subject),"statement":"他并未参加志愿服务。","evidence":[]}"#)
        }
        try send(objections, at: "2026-05-07T09:00+08:00")
        #expect(try statuses().suffix(4) == ["OBJECTED", "OBJECTED", "OBJECTED", "OBJECTED"])
        let names = #""caseId":"\#(caseId)","subjectId":"\#(subjectId)""#
        let decision = { (id: String) in
            event(
                id, "/bureaus/credit-office", "reward.decided",
                #"{\#(names),"decision":"GRANT","approver":"credit-office/wang","reason":"事迹属实"}"#)
        }
        try send(
            [
                event(
                    "a1", "/bureaus/credit-office", "objection.answered",
                    #"{\#(names),"officer":"credit-office/li","result":"DISMISSED","reason":"经核实，有服务记录"}"#),
                decision("early"),
            ], at: "2026-05-12T09:00+08:00")
        #expect(try statuses().last == "PUBLICISED")
        try send([decision("in-time")], at: "2026-05-13T00:00+08:00")
        #expect(try statuses().last == "GRANTED")
        let dispatches = try values("reward.dispatches.v1")
        #expect(dispatches.compactMap { $0["agency"] as? String } == ["metro", "bus", "library", "permits"])
        #expect(dispatches.allSatisfy { $0["action"] as? String == "GRANT" && $0["until"] as? String == "2027-05-13" })
        try isSound()

        try send(
            [event("d1", "/portal", "reward.declined", #"{"caseId":"\#(caseId)","subject":\#(Self.person)}"#)],
            at: "2026-06-01T09:00+08:00")
        #expect(try statuses().last == "ENDED")
        let ends = try values("reward.dispatches.v1").suffix(4)
        #expect(ends.allSatisfy { $0["action"] as? String == "END" && $0["sequence"] as? Int == 2 })
        #expect(try values("notice.requests.v1").map { $0["kind"] as? String } == ["reward.publicised", "reward.granted", "reward.ended"])
        #expect(try values("intake.answers.v1").map { $0["status"] as? String } == ["REJECTED"], "the decision before its time")
        let story = try Executable.run("case", caseId, "--data", city)
        #expect(story.output.contains("GRANTED") && story.output.contains("ENDED"), "\(story.output)")
        for topic in ["reward.outcomes.v1", "reward.dispatches.v1", "notice.requests.v1", "reward.changelog.v1"] {
            let text = try Executable.run("read", topic, "--data", city, "--format", "json").output
            #expect(!text.contains("样甲子") && !text.contains("样乙丑") && !text.contains("410199196001010018"), "\(topic)")
        }
        try isSound()
    }

    // plan: P4
    @Test func endsARewardByAnAdverseRecordAndNotByADisputedOne() throws {
        try send([nomination("n1")], at: "2026-05-06T09:00+08:00")
        let first = try #require(values("reward.outcomes.v1").first)
        let names = #""caseId":"\#(first["caseId"] ?? "")","subjectId":"\#(first["subjectId"] ?? "")""#
        let grant = event(
            "g1", "/bureaus/credit-office", "reward.decided",
            #"{\#(names),"decision":"GRANT","approver":"credit-office/wang","reason":"事迹属实"}"#)
        try send([grant], at: "2026-05-13T09:00+08:00")
        #expect(try statuses() == ["PUBLICISED", "GRANTED"])
        try send([Messages.event("r1", data: Messages.record("T1"))], at: "2026-05-14T09:00+08:00")
        #expect(try statuses() == ["PUBLICISED", "GRANTED", "ENDED"])
        #expect(try values("reward.dispatches.v1").count == 8)
        // It is disputed: while it is, it stands in nobody's way.
        try send([nomination("n2")], at: "2026-05-15T08:00+08:00")
        try send(
            [
                event(
                    "dispute", "/portal", "dispute.requested",
                    #"{"subject":\#(Self.person),"recordId":"transport/T1","ground":"FACTS_WRONG","statement":"没有超限。","evidence":[]}"#)
            ], at: "2026-05-15T09:00+08:00")
        try send([nomination("n3")], at: "2026-05-15T10:00+08:00")
        #expect(try statuses().suffix(2) == ["NOT_ADMITTED", "PUBLICISED"])
        try isSound()
    }
}
