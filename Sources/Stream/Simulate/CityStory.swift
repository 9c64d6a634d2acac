import CreditModel
import Identity
import Intake
import Ledger
import StreamCore
import StreamSimulation
import WorkerHost

/// The sample city's first path, played with its real workers and its real policy: new records, revisions, duplicates, ids used twice,
/// withdrawals, records held until a term ends, refusals of many kinds, registrations and rulings.
public struct CityStory {
    let policy: PolicyPack
    let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))
    let partitionCount = 4

    /// The policy of a place, by its own loader.
    public init(configuration directory: String) throws(ConfigurationFailure) {
        policy = try ConfigurationLoader.load(directory: directory).policy
    }

    /// `submissions` messages about records in three chapters, days apart.
    public func make(seed: UInt64, submissions: Int = 110) -> Story {
        let workers: [any Worker] = [
            Intake(policy: policy, keys: keys, partitionCount: partitionCount),
            Identity(policy: policy, keys: keys, partitionCount: partitionCount),
            Ledger(policy: policy, keys: keys, partitionCount: partitionCount),
        ]
        let keys = self.keys
        let sealed = Set(workers.filter { $0.topology.isSealed }.map { $0.topology.worker })
        var senders = CitySenders(seed: seed, partitionCount: partitionCount)
        let day: Int64 = 86_400
        return Story(
            start: CitySenders.start, partitionCount: partitionCount, topics: CityStory.topics(of: workers), workers: workers,
            chapters: senders.chapters(submissions), epilogue: [.seconds(day * 8), .seconds(day * 18), .seconds(day * 25)],
            reading: CityStory.reading, digest: { ValueHash(of: $0).bytes },
            seal: { sealed.contains($0) ? AESPayloadSeal(keys: keys) : nil })
    }

    static func topics(of workers: [any Worker]) -> [SimulatedTopic] {
        let changelogs = Set(workers.map { $0.topology.changelog })
        let compacted = changelogs.union(TopicCatalogue.all.filter(\.isCompacted).map(\.topic))
        let all = Set(workers.flatMap { $0.topology.allInputs + $0.topology.outputs + [$0.topology.deadLetters] }).union(changelogs)
        return all.sorted().map { SimulatedTopic($0, isCompacted: compacted.contains($0)) }
    }

    static let reading = Reading(
        asked: { message in
            guard message.topic == "record.submissions.v1", let source = message.headers["ce_source"], let id = message.headers["ce_id"]
            else { return nil }
            return "\(source.text) \(id.text)"
        },
        answered: { message in
            guard message.topic == "record.outcomes.v1", let value = message.value, let document = try? JSONParser.parse(value),
                let source = document.root["submission"]?["source"]?.string, let id = document.root["submission"]?["id"]?.string,
                let status = document.root["status"]?.string
            else { return nil }
            let codes = document.root["reasons"]?.elements.compactMap { $0["code"]?.string } ?? []
            return ("\(source) \(id)", ([status] + codes.sorted()).joined(separator: " "))
        },
        version: { message in
            guard message.topic == "record.ledger.v1", let value = message.value, let document = try? JSONParser.parse(value),
                let record = document.root["recordId"]?.string, let number = document.root["version"]?.int64,
                let cause = document.root["cause"]?["origin"]?.string
            else { return nil }
            return Reading.Version(
                record: record, number: Int(number), previousHash: document.root["previousHash"]?.string,
                hash: ValueHash(of: value).description, cause: cause)
        })
}
