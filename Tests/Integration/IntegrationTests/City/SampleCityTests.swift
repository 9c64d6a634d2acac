import BrokerKit
import Foundation
import Testing

extension CityTests {
    /// The sample inputs, at a time that stands still, on Kafka and on the embedded log.
    @Suite struct SampleCityTests {
        private static let files: [[String]] = [
            ["Config/samples/market-regulation.penalties.csv", "--bureau", "market-regulation"],
            ["Config/samples/housing.permits.csv", "--bureau", "housing"],
            ["Config/samples/ecology.penalties-old.csv", "--bureau", "ecology"], ["Config/samples/city.events.jsonl"],
        ]

        @Test func answersOnKafkaAsOnTheEmbeddedLog() async throws {
            let (onKafka, embedded) = try await QuietCity.use { city in
                let folder = try KitFolder.make("samples")
                let place = ["--data", folder + "/city"]
                for file in Self.files {
                    for words in [["submit", "--quiet"] + file + place] {
                        let run = try ProgramRun("chengxin", words)
                        guard run.isGood else { throw WrongResult("\(words): \(run.end) \(run.errors)") }
                    }
                    let sent = try city.run(["submit", "--quiet"] + file)
                    guard sent.isGood else { throw WrongResult("submit on Kafka: \(sent.end) \(sent.errors)") }
                }
                var onKafka: [String] = []
                var embedded: [String] = []
                // The second time is the morning after held ones became final: timers.
                for at in ["2026-05-06T09:00+08:00", "2026-07-15T09:00+08:00"] {
                    let run = try ProgramRun("chengxin", ["standalone", "--at", at] + place)
                    guard run.isGood else { throw WrongResult("standalone: \(run.end) \(run.errors)") }
                    let workers = try City.workers.map { try city.start($0, instance: "at", arguments: ["--at", at]) }
                    // Beside them: nothing is unread, no timer due.
                    try Wait.until("all is done at \(at)", within: .seconds(60), every: .milliseconds(100)) {
                        try city.run("check", "--settled").isGood && workers.allSatisfy(\.isReady)
                    }
                    for worker in workers {
                        let (end, _) = try worker.terminate()
                        guard end == .code(0) else { throw WrongResult("\(worker.name) --at \(at): \(end) \(worker.child.tail())") }
                    }
                    for topic in ["record.outcomes.v1", "record.ledger.v1", "intake.answers.v1"] {
                        onKafka += try Self.facts(city.run("read", topic, "--format", "json"))
                        embedded += try Self.facts(ProgramRun("chengxin", ["read", topic, "--format", "json"] + place))
                    }
                }
                return (onKafka.sorted(), embedded.sorted())
            }
            #expect(onKafka.count > 500)
            #expect(onKafka == embedded)
        }

        /// What a topic says, without what two clusters say differently: places, ids made of places, sums over them.
        private static func facts(_ run: ProgramRun) throws -> [String] {
            guard run.isGood else { throw WrongResult("read: \(run.end) \(run.errors)") }
            return try run.lines.map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
                let value = object["value"] as? [String: Any] ?? [:]
                let submission = (value["submission"] as? [String: Any])?["id"] as? String ?? ""
                let codes = (value["reasons"] as? [[String: Any]] ?? []).map { "\($0["code"] ?? "")@\($0["path"] ?? "")" }.sorted()
                let words = ["recordNo", "recordId", "version", "state", "status", "revision", "from", "catalogItem"].map {
                    "\($0)=\(value[$0].map { "\($0)" } ?? "")"
                }
                return "\(object["topic"] ?? "") \(submission) \(words.joined(separator: " ")) \(codes.joined(separator: ","))"
            }
        }
    }
}
