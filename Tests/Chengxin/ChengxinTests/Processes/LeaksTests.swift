import Foundation
import Testing

/// `chengxin leaks`: nothing of who somebody is stands behind identity, in no store and in no line; and a leak is found.
@Suite struct LeaksTests {
    private static let number = "410199196001010018"

    /// The sample files through all workers, and what they logged.
    private func city() throws -> (scratch: Scratch, city: String, lines: String) {
        let scratch = try Scratch()
        let city = scratch.path + "/city"
        for file in WholePathTests.files {
            let bureau = file.bureau.map { ["--bureau", $0] } ?? []
            #expect(try Executable.run(["submit", file.path, "--quiet", "--data", city] + bureau).status == 0)
        }
        let event = try scratch.file("event.jsonl", Messages.event("one", data: Messages.record("A1")).utf8)
        #expect(try Executable.run("submit", event, "--data", city, "--quiet").status == 0)
        let run = try Executable.run(["standalone", "--data", city] + WholePathTests.at)
        #expect(run.status == 0)
        return (scratch, city, try scratch.file("lines", (run.output + run.errors).utf8))
    }

    @Test func findsNobodyInTheSampleCityAndWhoeverIsLeaked() throws {
        let (scratch, city, lines) = try city()
        let clean = try Executable.run("leaks", "--data", city, "--lines", lines, "--format", "json")
        #expect(clean.status == 0, "\(clean.output)")
        let summary = try #require(clean.objects.last)
        #expect(summary["found"] as? Int == 0)
        #expect(summary["numbers"] as? Int ?? 0 > 100 && summary["names"] as? Int ?? 0 > 20, "\(summary)")
        #expect(summary["messages"] as? Int ?? 0 > 2000 && summary["files"] as? Int ?? 0 > 40, "\(summary)")

        // In a line, in a store as it lies on the disk, and glued to other characters.
        let line = try scratch.file("leaky", "error at 4\(Self.number)1\n".utf8)
        try expect(1, "number", in: line, try Executable.run("leaks", "--data", city, "--lines", line, "--format", "json"))
        let store = city + "/stores/ledger/9.sqlite"
        try Data("....样甲子.".utf8).write(to: URL(fileURLWithPath: store))
        try expect(1, "name", in: store, try Executable.run("leaks", "--data", city, "--format", "json"))
    }

    @Test func findsATopicThatNamesSomebody() throws {
        let scratch = try Scratch()
        let city = scratch.path + "/city"
        // A text that names a stranger is not masked; here the stranger is known by another message.
        let stranger = Messages.record("A1").replacingOccurrences(of: "样甲子", with: "样丁卯")
            .replacingOccurrences(of: Self.number, with: "410199197001010039")
        let naming = Messages.record("A2").replacingOccurrences(of: "车辆超限", with: "与样丁卯的车辆超限")
        let events = [Messages.event("one", data: stranger), Messages.event("two", data: naming)].joined(separator: "\n")
        let file = try scratch.file("events.jsonl", events.utf8)
        #expect(try Executable.run("submit", file, "--data", city, "--quiet").status == 0)
        #expect(try Executable.run(["standalone", "--data", city] + WholePathTests.at).status == 0)
        let outcome = try Executable.run("leaks", "--data", city, "--format", "json")
        #expect(outcome.status == 1)
        #expect(
            outcome.objects.contains { ($0["place"] as? String)?.hasPrefix("record.ledger.v1/") == true && $0["kind"] as? String == "name" }
        )
        #expect(!outcome.output.contains("样丁卯"))
    }

    private func expect(_ count: Int, _ kind: String, in place: String, _ outcome: Executable.Outcome) throws {
        #expect(outcome.status == 1)
        let found = outcome.objects.filter { $0["place"] != nil }
        #expect(found.map { $0["place"] as? String } == [place])
        #expect(found.first?["kind"] as? String == kind && found.first?["count"] as? Int == count)
    }
}
