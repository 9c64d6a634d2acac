import RdKafka
import StreamCore
import StreamEngine

/// A topic as a cluster has it, or shall have it. `settings` have Kafka's own names.
public struct KafkaTopic: Hashable, Sendable {
    public var topic: Topic
    public var partitions: Int
    public var copies: Int
    public var settings: [String: String]

    public init(_ topic: Topic, partitions: Int, copies: Int, settings: [String: String] = [:]) {
        self.topic = topic
        self.partitions = partitions
        self.copies = copies
        self.settings = settings
    }
}

/// Brokers, topics and their partitions.
public struct KafkaLayout: Sendable {
    public struct Entry: Sendable {
        public var topic: Topic
        public var partitions: Int
        /// The least number of copies that one of its partitions has.
        public var copies: Int
        /// Partitions that nobody leads at the moment.
        public var leaderless: Int
    }

    public var brokers: Int
    /// In the order of their names, without Kafka's own.
    public var topics: [Entry]
}

extension KafkaCluster {
    private static let milliseconds: Int32 = 10_000
    /// Making many partitions takes a broker a while.
    private static let makingMilliseconds: Int32 = 60_000

    public func layout() throws(LogFailure) -> KafkaLayout {
        let found = try asking("the topics") { client throws(RdKafkaError) in
            try client.layout(milliseconds: KafkaCluster.milliseconds)
        }
        var entries: [KafkaLayout.Entry] = []
        for topic in found.topics where !topic.name.hasPrefix("__") {
            switch topic.error?.code {
            // Just deleted: on its way out of the brokers' memory.
            case .unknownTopicOrPartition?: continue
            default:
                entries.append(
                    KafkaLayout.Entry(
                        topic: Topic(topic.name), partitions: topic.partitions, copies: topic.copies, leaderless: topic.leaderless))
            }
        }
        return KafkaLayout(brokers: found.brokers, topics: entries.sorted { $0.topic < $1.topic })
    }

    /// The topics with the settings that are in force for them, in the order of their names.
    public func topics(_ wanted: Set<Topic>? = nil) throws(LogFailure) -> [KafkaTopic] {
        let entries = try layout().topics.filter { wanted?.contains($0.topic) ?? true }
        let settings = try asking("the settings of topics") { client throws(RdKafkaError) in
            try client.settings(ofTopics: entries.map(\.topic.name), milliseconds: KafkaCluster.milliseconds)
        }
        return entries.map { entry in
            let own = settings[entry.topic.name] ?? []
            return KafkaTopic(
                entry.topic, partitions: entry.partitions, copies: entry.copies,
                settings: Dictionary(own.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
        }
    }

    /// Makes topics, and returns when every partition of them has a leader. What could not be made, by topic; one that somebody else has
    /// made meanwhile counts as made.
    public func make(_ topics: [KafkaTopic]) throws(LogFailure) -> [Topic: LogFailure] {
        let results = try asking("making topics") { client throws(RdKafkaError) in
            try client.make(
                topics.map { topic in
                    Client.NewTopic(
                        topic.topic.name, partitions: topic.partitions, copies: topic.copies,
                        settings: topic.settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
                }, milliseconds: KafkaCluster.makingMilliseconds)
        }
        var failed: [Topic: LogFailure] = [:]
        for (name, error) in results {
            guard let error, error.code != .topicAlreadyExists else { continue }
            failed[Topic(name)] = KafkaFailure(options: options).administration("topic \(name)", error)
        }
        let made = topics.filter { failed[$0.topic] == nil }
        try waitForLeaders(Set(made.map(\.topic)))
        // A leader may not know of it yet: it does when it answers. One that was given a thousand partitions needs its time.
        let partitions = made.flatMap { topic in (0..<topic.partitions).map { TopicPartition(topic.topic, $0) } }
        _ = try offsets(.end, of: partitions, patience: 120_000)
        return failed
    }

    private func waitForLeaders(_ topics: Set<Topic>) throws(LogFailure) {
        let deadline = Monotonic.milliseconds + Int64(KafkaCluster.makingMilliseconds)
        let pause = Latch()
        while true {
            let ready = try layout().topics.filter { $0.partitions > 0 && $0.leaderless == 0 }.map(\.topic)
            let missing = topics.subtracting(ready)
            if missing.isEmpty { return }
            guard Monotonic.milliseconds < deadline else {
                throw LogFailure(
                    .retriable, "\(missing.sorted()[0]) was made, and has no leader yet", hint: "the brokers' logs say more; try again")
            }
            pause.wait(milliseconds: 50)
        }
    }

    /// Offsets of many partitions at once; partitions without an answer are absent.
    func offsets(
        _ place: Client.Place, of partitions: [TopicPartition], patience: Int64 = 10_000
    ) throws(LogFailure) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let client = try self.client()
        var found: [TopicPartition: Int64] = [:]
        var waiting = partitions
        let deadline = Monotonic.milliseconds + patience
        while true {
            var last: (what: String, error: RdKafkaError)?
            do throws(RdKafkaError) {
                let asked = waiting.map { PartitionOffset($0.topic.name, Int32($0.partition)) }
                waiting = []
                for answer in try client.offsets(place, of: asked, milliseconds: 2000) {
                    let partition = TopicPartition(Topic(answer.topic), Int(answer.partition))
                    if let error = answer.error {
                        waiting.append(partition)
                        last = ("\(partition)", error)
                    } else {
                        found[partition] = answer.offset
                    }
                }
            } catch {
                waiting = partitions
                last = ("offsets", error)
            }
            guard let (what, error) = last else { return found }
            // A leader that is just changing, or does not know yet that it is one.
            guard error.isConnection || error.isRetriable, Monotonic.milliseconds < deadline else {
                throw KafkaFailure(options: options).administration(what, error)
            }
            // librdkafka keeps to the leader that it knows until it has asked again.
            _ = try? layout()
            Latch().wait(milliseconds: 100)
        }
    }

    /// One question to the cluster, and what an error of it means.
    func asking<Answer>(_ what: String, _ body: (Client) throws(RdKafkaError) -> Answer) throws(LogFailure) -> Answer {
        let client = try self.client()
        do throws(RdKafkaError) { return try body(client) } catch {
            throw KafkaFailure(options: options).administration(what, error)
        }
    }
}

extension KafkaFailure {
    /// For questions and orders of an operator.
    func administration(_ what: String, _ error: RdKafkaError) -> LogFailure {
        if error.isConnection {
            return LogFailure(
                .retriable, "\(what): \(error)", hint: "is the broker at \(options.bootstrap) running? then try again")
        }
        guard error.isAuthorization else { return fatal(what, error) }
        let right: String
        switch error.code {
        case .clusterAuthorizationFailed: right = "describe and alter the cluster, and create topics"
        case .topicAuthorizationFailed: right = "describe these topics and their configuration, and create them"
        case .groupAuthorizationFailed: right = "describe groups"
        default: return fatal(what, error)
        }
        return LogFailure(.fatal, "\(what): \(error)", hint: "give this user the right to \(right)")
    }
}
