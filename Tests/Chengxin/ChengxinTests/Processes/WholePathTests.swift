import Foundation
import Testing

/// From files to answers through all three workers, each command a process of its own.
@Suite struct WholePathTests {
    static let at = ["--at", "2026-05-06T09:00+08:00"]
    static let files: [(path: String, bureau: String?)] = [
        ("Config/samples/market-regulation.penalties.csv", "market-regulation"), ("Config/samples/housing.permits.csv", "housing"),
        ("Config/samples/ecology.penalties-old.csv", "ecology"), ("Config/samples/city.events.jsonl", nil),
    ]

    private func submitAll(to folder: String) throws {
        for file in Self.files {
            let bureau = file.bureau.map { ["--bureau", $0] } ?? []
            #expect(try Executable.run(["submit", file.path, "--quiet", "--data", folder] + bureau).status == 0)
        }
    }

    /// Every answer as `id status reasons`, in an order that does not depend on partitions.
    private func answers(in folder: String) throws -> [String] {
        try Executable.run("read", "record.outcomes.v1", "--data", folder, "--format", "json").objects.map { object in
            let value = object["value"] as? [String: Any] ?? [:]
            let id = (value["submission"] as? [String: Any])?["id"] as? String ?? "?"
            let reasons = (value["reasons"] as? [[String: Any]] ?? []).map { "\($0["code"] ?? "")@\($0["path"] ?? "")" }
            return "\(id) \(value["status"] ?? "") \(reasons.joined(separator: ","))"
        }.sorted()
    }

    @Test func answersEachSubmissionOnceAndTheSameFilesAgainWithDuplicate() throws {
        let scratch = try Scratch()
        try submitAll(to: scratch.path)
        let first = try Executable.run(["standalone", "--data", scratch.path, "--format", "json"] + Self.at)
        #expect(first.status == 0, "\(first.errors)")
        let answered = try answers(in: scratch.path)
        let counts = try #require(first.objects.last?["outcomes"] as? [String: Int])
        #expect(counts.values.reduce(0, +) == answered.count)
        #expect(counts["ACCEPTED", default: 0] > 150 && counts["HELD", default: 0] > 10 && counts["REJECTED", default: 0] > 40)
        let versions = try Executable.run("read", "record.ledger.v1", "--data", scratch.path).lines.count

        #expect(
            try Executable.run(
                "submit", Self.files[0].path, "--bureau", "market-regulation", "--quiet", "--data", scratch.path
            ).status == 0)
        let second = try Executable.run(["standalone", "--data", scratch.path, "--format", "json"] + Self.at)
        let again = try #require(second.objects.last?["outcomes"] as? [String: Int])
        #expect(Set(again.keys).isSubset(of: ["DUPLICATE", "REJECTED"]))
        #expect(try Executable.run("read", "record.ledger.v1", "--data", scratch.path).lines.count == versions)
        #expect(try Executable.run("store", "check", "--data", scratch.path).status == 0)
    }

    @Test func saysTheSameHoweverOftenItIsKilled() throws {
        let undisturbed = try Scratch()
        try submitAll(to: undisturbed.path)
        #expect(try Executable.run(["standalone", "--data", undisturbed.path] + Self.at).status == 0)

        let scratch = try Scratch()
        try submitAll(to: scratch.path)
        for kill in 1...10 {
            let process = try Executable.start(["standalone", "--data", scratch.path] + Self.at)
            // From the start into the middle of the work: by the size of the log, not by the clock of a slow machine.
            let path = scratch.path + "/log.sqlite-wal"
            while process.isRunning, size(path) < kill * 60_000 { sched_yield() }
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let last = try Executable.run(["standalone", "--data", scratch.path] + Self.at)
        #expect(last.status == 0, "\(last.errors)")
        #expect(try answers(in: scratch.path) == answers(in: undisturbed.path))
        #expect(try Executable.run("store", "check", "--data", scratch.path).status == 0)
    }

    private func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
    }

    @Test func tellsTheStoryOfTheSampleCity() throws {
        let scratch = try Scratch()
        let demo = try Executable.run("standalone", "--demo", "--data", scratch.path + "/city")
        #expect(demo.status == 0, "\(demo.errors)")
        for part in [
            "market-regulation.penalties.csv", "受理入档的一条", "待生效的一条", "代码录错了一位", "行为发生时是未成年人", "治安处罚已依法封存", "怎么办",
            "重复报送", "第 2 版", "一条撤回", "已自动生效", "暂停执行 SUSPEND", "解除惩戒 LIFT", "policy.same-officer", "有申辩", "准予修复 GRANTED",
            "撤下公示 DELIST", "地铁优惠", "dispute.inquiry-overdue → housing", "prohibited.sealed",
        ] {
            #expect(demo.output.contains(part), "\(part)")
        }
        // The held one became effective by a timer: its story is the same by whatever it is asked for.
        let recordNo = "郑市监样罚决〔2026〕076号"
        let versions = try Executable.run("read", "record.ledger.v1", "--data", scratch.path + "/city", "--format", "json").objects
            .compactMap { $0["value"] as? [String: Any] }.filter { $0["recordNo"] as? String == recordNo }
        #expect(versions.compactMap { $0["state"] as? String } == ["HELD", "EFFECTIVE"])
        let answer = try #require(
            try Executable.run("read", "record.outcomes.v1", "--data", scratch.path + "/city", "--format", "json").objects
                .compactMap { $0["value"] as? [String: Any] }.first { $0["recordNo"] as? String == recordNo })
        let submission = try #require((answer["submission"] as? [String: Any])?["id"] as? String)
        for id in [submission, recordNo, "market-regulation/" + recordNo, versions[0]["subjectId"] as? String ?? ""] {
            let story = try Executable.run("case", id, "--data", scratch.path + "/city")
            #expect(
                story.lines.contains { $0.contains("record.ledger.v1") && $0.contains("by a timer  state EFFECTIVE") },
                "\(id): \(story.output)")
            #expect(story.lines.contains { $0.contains("record.submissions.v1") }, "\(id)")
        }
    }

    @Test func validatesAsIntakeAnswers() throws {
        let outcome = try Executable.run(
            ["validate", Self.files[0].path, "--bureau", "market-regulation", "--format", "json"] + Self.at)
        #expect(outcome.status == 1)
        let statuses = Dictionary(grouping: outcome.objects.compactMap { $0["status"] as? String }, by: { $0 }).mapValues(\.count)
        #expect(statuses["HELD", default: 0] > 10 && statuses["REJECTED", default: 0] > 10)
    }
}
