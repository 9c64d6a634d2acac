import StreamCore

/// Every topic of the contract, as the files of `topics/` describe them.
///
/// The list itself, `contract`, is written at build time by the plugin `TopicList`; `workers` are those of `Package.swift`.
public enum TopicCatalogue {
    /// The topics of a cluster with these workers: those of the contract, then each worker's own three.
    public static func all(workers: [String]) -> [TopicEntry] {
        contract + workers.flatMap(own)
    }

    /// The topics of the contract and of the workers that there are.
    public static let all: [TopicEntry] = all(workers: workers)

    /// The topic of a name; nil when the contract has none.
    public static func entry(_ topic: Topic) -> TopicEntry? { byTopic[topic] }

    private static let byTopic = Dictionary(all.map { ($0.topic, $0) }, uniquingKeysWith: { first, _ in first })

    /// Dead letters, redrive and changelog of one worker.
    public static func own(_ worker: String) -> [TopicEntry] {
        let topology = Topology(worker: worker, inputs: [], tables: [], outputs: [])
        return [
            TopicEntry(topology.deadLetters, .own, .whole, key: "the key of the input", from: [worker], to: ["operators"], types: []),
            TopicEntry(topology.redrive, .own, .step, key: "the key of the input", from: ["operators"], to: [worker], types: []),
            TopicEntry(topology.changelog, .own, .compacted, key: "table and key of the row", from: [worker], to: [worker], types: []),
        ]
    }
}
