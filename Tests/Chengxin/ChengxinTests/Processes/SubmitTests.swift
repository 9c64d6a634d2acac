import Foundation
import Testing

@Suite struct SubmitTests {
    static let good =
        #"{"specversion":"1.0","id":"e1","source":"/bureaus/education","type":"chengxin.record.submitted.v1","time":"2026-05-06T00:30:00Z","keyid":"k","data":{"recordNo":"A 1" ,"revision":1}}"#

    @Test func keepsTheBytesOfDataAndTurnsTheEnvelopeIntoHeaders() throws {
        let scratch = try Scratch()
        let file = try scratch.file("events.jsonl", Self.good.utf8)
        let sent = try Executable.run("submit", file, "--data", scratch.path + "/city", "--format", "json")
        #expect(sent.status == 0)
        #expect(sent.objects[0]["id"] as? String == "e1")
        #expect(sent.objects[0]["topic"] as? String == "record.submissions.v1")
        #expect(sent.objects[1]["sent"] as? Int == 1)
        #expect(try Executable.run("worker", "ledger", "--data", scratch.path + "/city", "--until-idle").status == 0)
        let read = try Executable.run("read", "record.submissions.v1", "--data", scratch.path + "/city", "--format", "json")
        let message = try #require(read.objects.first)
        #expect(message["key"] as? String == "education/A 1")
        #expect(message["partition"] as? Int == sent.objects[0]["partition"] as? Int)
        let headers = try #require(message["headers"] as? [String: Any])
        #expect(headers["ce_keyid"] as? String == "k")
        #expect(headers["content-type"] as? String == "application/json")
        #expect(read.output.contains(#""value":{"recordNo":"A 1" ,"revision":1}}"#))
    }

    /// Bad input gets a clear error and loses nothing: the line is named, the others are sent.
    @Test(arguments: [
        ("truncated", #"{"specversion":"1.0","id":"x","#, "2: is not JSON"),
        (
            "too deep",
            #"{"specversion":"1.0","type":"chengxin.record.submitted.v1","data":"# + String(repeating: "[", count: 80)
                + String(repeating: "]", count: 80) + "}", "nested too deeply"
        ),
        ("NUL", "{\"specversion\":\"1.0\0\"}", "2: is not JSON"),
        ("duplicate key", #"{"id":"a","id":"b"}"#, "names this member twice"),
        ("lone surrogate", #"{"id":"\ud800"}"#, "surrogate"),
        ("array", "[1]", "2: is not a CloudEvent"),
        (
            "wrong type of attribute", #"{"specversion":"1.0","id":5,"type":"chengxin.record.submitted.v1"}"#,
            "the attribute id is not a text"
        ),
        (
            "unknown type", #"{"specversion":"1.0","id":"x","type":"chengxin.record.submited.v1"}"#,
            "did you mean chengxin.record.submitted.v1?"
        ),
        ("no type", #"{"specversion":"1.0","id":"x"}"#, "has no type"),
    ])
    func namesTheLineThatCannotBeReadAndSendsTheOthers(name: String, line: String, text: String) throws {
        let scratch = try Scratch()
        let file = try scratch.file("events.jsonl", (Self.good + "\n" + line + "\r\n" + Self.good + "\n").utf8)
        let outcome = try Executable.run("submit", file, "--data", scratch.path + "/city")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("\(file):2: "))
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
        #expect(outcome.lines.last == "2 sent, 1 lines could not be read")
    }

    @Test func namesThePartitionThatTheConfigurationLeadsToBeforeThereIsALog() throws {
        let scratch = try Scratch()
        let lines = (1...20).map { Self.good.replacing("A 1", with: "A \($0)").replacing("e1", with: "e\($0)") }
        let file = try scratch.file("events.jsonl", lines.joined(separator: "\n").utf8)
        let setting = ["--data", scratch.path + "/city", "--set", "host.partitionsEmbedded=7"]
        let receipts = try Executable.run(["submit", file, "--format", "json"] + setting).objects.dropLast()
        #expect(receipts.count == 20)
        #expect(try Executable.run(["worker", "ledger", "--until-idle"] + setting).status == 0)
        var placed: [String: Int] = [:]
        for object in try Executable.run("read", "record.submissions.v1", "--data", scratch.path + "/city", "--format", "json").objects {
            placed[(object["headers"] as? [String: Any])?["ce_id"] as? String ?? "?"] = object["partition"] as? Int
        }
        for receipt in receipts { #expect(placed[receipt["id"] as? String ?? ""] == receipt["partition"] as? Int) }
        #expect(placed.values.contains { $0 > 3 })
    }

    @Test func takesAValueOfTenMegabytes() throws {
        let scratch = try Scratch()
        let line = Self.good.replacing("A 1", with: String(repeating: "x", count: 10_000_000))
        let outcome = try Executable.run("submit", try scratch.file("events.jsonl", line.utf8), "--data", scratch.path + "/city")
        #expect(outcome.status == 0)
    }

    @Test func needsTheBureauForACSVFile() throws {
        let scratch = try Scratch()
        let outcome = try Executable.run("submit", "Config/samples/housing.permits.csv", "--data", scratch.path)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--bureau ID"))
    }

    @Test func givesTheSameRowTheSameIdInEachEncoding() throws {
        let scratch = try Scratch()
        let gb = try Data(contentsOf: URL(fileURLWithPath: Executable.root + "/Config/samples/housing.permits.csv"))
        let first = try Executable.run(
            "submit", "-", "--bureau", "housing", "--data", scratch.path + "/a", "--format", "json", input: gb)
        let second = try Executable.run(
            "submit", "Config/samples/housing.permits.csv", "--bureau", "housing", "--data", scratch.path + "/b", "--format", "json")
        #expect(first.status == 0 && first.objects.count > 50)
        #expect(first.objects.compactMap { $0["id"] as? String } == second.objects.compactMap { $0["id"] as? String })
    }

    @Test func saysThatTheFolderCannotBeWritten() throws {
        let scratch = try Scratch()
        let blocked = try scratch.file("file", [1])
        let outcome = try Executable.run("submit", "Config/samples/city.events.jsonl", "--data", blocked + "/city")
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains(blocked))
    }
}
