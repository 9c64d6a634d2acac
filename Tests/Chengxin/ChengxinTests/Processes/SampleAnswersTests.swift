import Foundation
import Testing

/// Every row of the sample inputs gets the answer that Config/samples/expected.tsv promises.
@Suite struct SampleAnswersTests {
    @Test func answersEverySampleRowAsExpected() throws {
        let scratch = try Scratch()
        var ids: [String: [String]] = [:]
        for file in WholePathTests.files {
            let bureau = file.bureau.map { ["--bureau", $0] } ?? []
            let sent = try Executable.run(["submit", file.path, "--data", scratch.path, "--format", "json"] + bureau)
            let name = String(file.path.split(separator: "/").last ?? "")
            ids[name] = sent.objects.compactMap { $0["id"] as? String }
        }
        #expect(try Executable.run(["standalone", "--data", scratch.path] + WholePathTests.at).status == 0)

        // One message may be sent twice: what is compared are the answers of an id, all together.
        var answers: [String: [String]] = [:]
        for topic in ["record.outcomes.v1", "intake.answers.v1"] {
            for object in try Executable.run("read", topic, "--data", scratch.path, "--format", "json").objects {
                let value = object["value"] as? [String: Any] ?? [:]
                let id = (value["submission"] as? [String: Any])?["id"] as? String ?? "?"
                let codes = Set((value["reasons"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String })
                answers[id, default: []].append("\(value["status"] ?? "") \(codes.sorted().joined(separator: ","))")
            }
        }
        var expected: [String: [String]] = [:]
        var rows: [String: String] = [:]
        let table = try String(contentsOfFile: Executable.root + "/Config/samples/expected.tsv", encoding: .utf8)
        for line in table.split(separator: "\n").dropFirst() {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            let row = try #require(Int(cells[1]))
            let sent = try #require(ids[cells[0]])
            try #require(row <= sent.count, "\(cells[0]) has \(sent.count) rows")
            let codes = Set(cells[3].split(separator: ",").map(String.init))
            expected[sent[row - 1], default: []].append("\(cells[2]) \(codes.sorted().joined(separator: ","))")
            rows[sent[row - 1], default: ""] += " \(cells[0]):\(row)"
        }
        #expect(expected.values.reduce(0) { $0 + $1.count } == ids.values.reduce(0) { $0 + $1.count })
        #expect(Set(answers.keys) == Set(expected.keys))
        for (id, wanted) in expected {
            #expect(answers[id, default: []].sorted() == wanted.sorted(), "\(rows[id] ?? "")")
        }
    }
}
