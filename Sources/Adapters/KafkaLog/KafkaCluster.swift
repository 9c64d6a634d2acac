import RdKafka
import StreamCore
import StreamEngine
import Synchronization

/// A cluster as a process sees it: one for all lanes, from any thread.
public final class KafkaCluster: Sendable {
    let options: KafkaOptions
    public let clusterId: String
    /// Sees records of open transactions too, so that the end of a partition is the end. Gone when the cluster is closed.
    private let watcher: Mutex<Client?>

    /// Throws `.retriable` when no broker has answered within `wait`; `.fatal` for what waiting does not mend: wrong credentials, a
    /// property that there is not, a broker that is too old.
    public init(_ options: KafkaOptions, wait: Instant.Span) throws(LogFailure) {
        self.options = options
        // All are tried at once, so that a wrong property is told before anything is joined.
        _ = try options.configuration(for: .member(group: "g", instance: "i"))
        _ = try options.configuration(for: .producer(transactionalId: "t"))
        _ = try options.configuration(for: .reader(group: "g"))
        let errors = FirstErrors()
        let features = BrokerFeatures()
        let client: Client
        do {
            var callbacks = options.callbacks
            callbacks.onError = { [onLine = options.onLine, clientId = options.clientId] error in
                errors.note(error)
                onLine(KafkaLine(level: 4, client: clientId, facility: "ERROR", text: error.description))
            }
            callbacks.onStatistics = nil
            callbacks.onLine = { [onLine = options.onLine, debugs = options.properties["debug"] != nil] line in
                if line.facility == "APIVERSION" { features.note(line.text) }
                // What was switched on for us alone.
                guard line.level < 7 || debugs else { return }
                onLine(KafkaLine(level: Int(line.level), client: line.client, facility: line.facility, text: line.text))
            }
            client = try Client(consumer: try options.configuration(for: .watcher), callbacks)
        } catch let error as RdKafkaError {
            throw LogFailure(.fatal, "kafka: \(error)", hint: "check the properties that begin with kafka.")
        } catch let failure as LogFailure {
            throw failure
        } catch {
            preconditionFailure("\(error)")
        }
        clusterId = try KafkaCluster.reach(client, options, errors, within: wait.milliseconds)
        if let refusal = features.refusal { throw refusal }
        watcher = Mutex(client)
    }

    private static func reach(
        _ client: Client, _ options: KafkaOptions, _ errors: FirstErrors, within milliseconds: Int64
    ) throws(LogFailure) -> String {
        let deadline = Monotonic.milliseconds + milliseconds
        while true {
            let left = deadline - Monotonic.milliseconds
            if let id = client.clusterId(milliseconds: Int32(max(1, min(100, left)))) { return id }
            client.poll(milliseconds: 0)
            if let error = errors.fatal {
                throw KafkaFailure(options: options).fatal("the broker at \(options.bootstrap) does not let us in", error)
            }
            guard left > 0 else { break }
        }
        let last = errors.last.map { ": \($0)" } ?? ""
        throw LogFailure(
            .retriable, "no broker answered at \(options.bootstrap) within \(milliseconds / 1000) s\(last)",
            hint: "is it running, and is kafka.security.protocol that of its listener?")
    }

    /// How many partitions a topic has; nil when there is no such topic.
    public func partitionCount(of topic: Topic) throws(LogFailure) -> Int? {
        let client = try self.client()
        do throws(RdKafkaError) {
            let found = try client.metadata(of: topic.name, milliseconds: 5000).first
            guard let error = found?.error else { return found?.partitions }
            switch error.code {
            case .unknownTopicOrPartition, .unknownTopic, .invalidTopic: return nil
            case .leaderNotAvailable where (found?.partitions ?? 0) > 0: return found?.partitions
            default: throw error
            }
        } catch {
            throw KafkaFailure(options: options).reading("\(topic)", error)
        }
    }

    /// The first offset that is kept, and the one after the last that was appended, whether committed or not.
    public func bounds(of partition: TopicPartition) throws(LogFailure) -> Bounds {
        let client = try self.client()
        do {
            let found = try client.watermarks(topic: partition.topic.name, partition: Int32(partition.partition), milliseconds: 2000)
            return Bounds(earliest: found.low, end: found.high)
        } catch {
            // librdkafka 2.0 keeps to a leader that has moved until it has asked again.
            _ = try? client.metadata(of: partition.topic.name, milliseconds: 1000)
            throw KafkaFailure(options: options).reading("\(partition)", error)
        }
    }

    /// A member of a group, which gets some of the partitions of these topics. Throws `.fatal` when a topic is missing or when their
    /// numbers of partitions differ.
    public func connect(group: String, instance: String, topics: [Topic]) throws(LogFailure) -> KafkaLog {
        var common: (topic: Topic, count: Int)?
        for topic in topics {
            guard let count = try partitionCount(of: topic) else {
                throw LogFailure(
                    .fatal, "topic \(topic) does not exist",
                    hint: "`chengxin topics plan` shows what is missing, `chengxin topics apply` makes it")
            }
            if let common, common.count != count {
                throw LogFailure(
                    .fatal, "topic \(topic) has \(count) partitions, \(common.topic) has \(common.count)",
                    hint: "all inputs of a worker have the same number, for life: `chengxin topics plan` shows them")
            }
            common = common ?? (topic, count)
        }
        return try KafkaLog(self, group: group, instance: instance, topics: topics)
    }

    /// Ends the connections. Logs that were connected go on without bounds and metadata, so close them first.
    public func close() {
        guard let client = watcher.withLock({ $0.take() }) else { return }
        _ = client
    }

    /// For the administration of the cluster; any thread.
    func client() throws(LogFailure) -> Client {
        guard let client = watcher.withLock({ $0 }) else { throw LogFailure(.fatal, "the cluster was closed") }
        return client
    }
}

/// What went wrong while the first broker was looked for.
private final class FirstErrors: Sendable {
    private let state = Mutex<(fatal: RdKafkaError?, last: RdKafkaError?)>((nil, nil))

    func note(_ error: RdKafkaError) {
        state.withLock {
            if $0.fatal == nil, error.isAuthorization || error.code == .unsupportedFeature { $0.fatal = error }
            if error.code != .allBrokersDown || $0.last == nil { $0.last = error }
        }
    }

    var fatal: RdKafkaError? { state.withLock { $0.fatal } }
    var last: RdKafkaError? { state.withLock { $0.last } }
}

extension KafkaOptions {
    var callbacks: ClientCallbacks {
        ClientCallbacks(
            onLine: { [onLine] line in
                onLine(KafkaLine(level: Int(line.level), client: line.client, facility: line.facility, text: line.text))
            },
            onStatistics: onStatistics)
    }
}
