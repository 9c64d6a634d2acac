import Foundation
import Testing

/// What `chengxin check` says about topics that the workers have written, and how it tries itself.
@Suite struct CheckTests {
    /// The sample files, messages that nobody can be answered for, one that lies in another partition than its key demands, and kills.
    private func city(_ scratch: Scratch) throws -> String {
        let city = scratch.path + "/city"
        for file in WholePathTests.files {
            let bureau = file.bureau.map { ["--bureau", $0] } ?? []
            #expect(try Executable.run(["submit", file.path, "--quiet", "--data", city] + bureau).status == 0)
        }
        let lines = [
            Messages.event("large", bytes: Data(repeating: UInt8(ascii: "x"), count: 3_000_000)),
            Messages.event("last", data: Messages.record("Z9")),
        ]
        let events = try scratch.file("events.jsonl", lines.joined(separator: "\n").utf8)
        #expect(try Executable.run("submit", events, "--data", city, "--quiet").status == 0)
        for kill in 1...4 {
            let process = try Executable.start(["standalone", "--data", city] + WholePathTests.at)
            while process.isRunning, size(city + "/log.sqlite-wal") < 100_000 + kill * 150_000 { sched_yield() }
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            // Whatever was under way is open. Making the log and its topics comes before.
            let beside = try Executable.run("check", "--data", city)
            #expect(beside.status == 0, "\(beside.output)\(beside.errors)")
        }
        #expect(try Executable.run(["standalone", "--data", city] + WholePathTests.at).status == 0)
        return city
    }

    private func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
    }

    @Test func findsNothingInTheSampleCityAndEachCorruptionOfIt() throws {
        let scratch = try Scratch()
        let city = try city(scratch)
        let outcome = try Executable.run("check", "--data", city, "--settled", "--format", "json")
        #expect(outcome.status == 0, "\(outcome.output)")
        let summary = try #require(outcome.objects.last)
        #expect(summary["violations"] as? Int == 0)
        #expect((summary["judged"] as? [String: Int])?["S1"] ?? 0 > 250)
        #expect((summary["open"] as? [String: Int])?.values.reduce(0, +) == 0)
        // The newest tick is the only time that a check knows.
        #expect(summary["now"] as? String == "2026-05-06T01:00:00.000Z")

        let trial = try Executable.run("check", "--data", city, "--self-test", "--format", "json")
        #expect(trial.status == 0)
        let verdicts = Dictionary(grouping: trial.objects, by: { $0["verdict"] as? String ?? "" }).mapValues(\.count)
        let listings = trial.objects.filter { ["P1", "P2", "P3", "P4"].contains($0["expected"] as? String) }
        #expect(listings.count == 4 && listings.allSatisfy { $0["verdict"] as? String == "found" }, "\(listings)")
        #expect(verdicts["MISSED"] == nil && verdicts["found", default: 0] > 50, "\(verdicts)")
    }

    @Test func countsWhatIsNotDoneYetAndRefusesItWhenAsked() throws {
        let scratch = try Scratch()
        let city = scratch.path + "/city"
        let file = try scratch.file("events.jsonl", Messages.event("one", data: Messages.record("A")).utf8)
        #expect(try Executable.run("check", "--data", scratch.path).errors.contains("nothing has run there yet"))
        #expect(try Executable.run("standalone", "--data", city, "--until-idle").status == 0)
        #expect(try Executable.run("submit", file, "--data", city, "--quiet").status == 0)
        // Handed in and not taken in: the log does not know of it.
        #expect(try Executable.run("check", "--data", city, "--settled").status == 0)
        #expect(try Executable.run("standalone", "--data", city, "--until-idle").status == 0)
        let settled = try Executable.run("check", "--data", city, "--settled")
        #expect(settled.status == 0)
        #expect(settled.lines.contains { $0.hasPrefix("S1") && $0.contains("exactly one outcome") })
    }
}
