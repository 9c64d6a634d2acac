import BrokerKit
import Foundation
import StreamCore
import StreamEngine
import Testing

/// The loads that other tests send have to be answered as they say, or those tests say nothing.
@Suite struct LoadTests {
    @Test func isAnsweredOnTheEmbeddedLogAsItSays() async throws {
        let (wrong, expected) = try await Wait.onOwnThread {
            var load = Load(seed: 11, prefix: "load", parties: 40)
            var expected: [String: [String]] = [:]
            var lines = ""
            for _ in 0..<600 {
                let message = load.next()
                lines += Self.line(message.message)
                if let id = message.id { expected[id, default: []].append(message.expected) }
            }
            let folder = try KitFolder.make("load")
            try lines.write(toFile: folder + "/load.jsonl", atomically: true, encoding: .utf8)
            let place = ["--data", folder + "/city"]
            for words in [["submit", folder + "/load.jsonl", "--quiet"] + place, ["standalone", "--until-idle"] + place] {
                let run = try ProgramRun("chengxin", words)
                guard run.isGood else { throw WrongResult("\(words): \(run.end) \(run.errors)") }
            }
            var got: [String: [String]] = [:]
            for line in try ProgramRun("chengxin", ["read", "record.outcomes.v1", "--format", "json"] + place).lines {
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                let value = object?["value"] as? [String: Any]
                let id = (value?["submission"] as? [String: Any])?["id"] as? String ?? "?"
                got[id, default: []].append(value?["status"] as? String ?? "?")
            }
            let ids = Set(got.keys).union(expected.keys)
            let wrong = ids.filter { got[$0]?.sorted() != expected[$0]?.sorted() }.sorted().map {
                "\($0): expected \(expected[$0] ?? []), got \(got[$0] ?? [])"
            }
            return (wrong, expected)
        }
        #expect(wrong == [])
        let statuses = Set(expected.values.joined())
        #expect(statuses == ["ACCEPTED", "DUPLICATE", "SUPERSEDED", "REJECTED", "HELD", "WITHDRAWN"])
    }

    /// As `submit` takes it.
    private static func line(_ message: HandedIn) -> String {
        func header(_ name: StaticString) -> String? { message.headers[name].map { String(decoding: $0, as: UTF8.self) } }
        let id = header("ce_id").map { #""id":"\#($0)","# } ?? ""
        let data = String(decoding: message.value ?? [], as: UTF8.self)
        return #"{"specversion":"1.0",\#(id)"source":"\#(header("ce_source")!)","type":"\#(header("ce_type")!)","data":\#(data)}"# + "\n"
    }
}
