import RdKafka
import StreamCore
import StreamEngine

extension KafkaOptions {
    /// The kinds of handle that one process has.
    enum Handle: Hashable {
        /// A lane's member of the group.
        case member(group: String, instance: String)
        /// A lane's transactional producer.
        case producer(transactionalId: String)
        /// Reads committed records of single partitions, joins nothing.
        case reader(group: String)
        /// Writes records outside of transactions, each with a delivery of its own.
        case sender
        /// Sees uncommitted records too: metadata and the ends of partitions, and administration.
        case watcher

        var isProducer: Bool {
            switch self {
            case .producer, .sender: return true
            case .member, .reader, .watcher: return false
            }
        }
    }

    /// Milliseconds, as configured.
    var sessionMilliseconds: Int64 { properties["session.timeout.ms"].flatMap { Int64($0) } ?? sessionTimeout.milliseconds }
    var transactionMilliseconds: Int64 { properties["transaction.timeout.ms"].flatMap { Int64($0) } ?? transactionTimeout.milliseconds }
    var heartbeatMilliseconds: Int64 {
        properties["heartbeat.interval.ms"].flatMap { Int64($0) } ?? min(2000, sessionMilliseconds / 3)
    }

    /// Throws `.fatal` for a property that there is not, that cannot be set, or with a value that it does not take.
    func configuration(for handle: Handle) throws(LogFailure) -> Configuration {
        let configuration = Configuration()
        for (name, value) in usual(for: handle) where properties[name] == nil { try set(name, value, in: configuration) }
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            if let reason = KafkaOptions.refusal(of: name) {
                throw LogFailure(.fatal, "kafka.\(name) cannot be set: \(reason)", hint: "take it out of the configuration")
            }
            guard concerns(name, handle) else { continue }
            try set(name, value, in: configuration)
        }
        for (name, value) in fixed(for: handle) { try set(name, value, in: configuration) }
        return configuration
    }

    private func set(_ name: String, _ value: String, in configuration: borrowing Configuration) throws(LogFailure) {
        do { try configuration.set(name, value) } catch {
            // librdkafka repeats the value, which may be a secret.
            let isSecret = ["password", "secret", "pem", "key"].contains { name.contains($0) }
            throw LogFailure(
                .fatal, "kafka.\(name): \(isSecret ? "the value is not taken" : error.text)",
                hint: "the properties of librdkafka \(Library.version) and their values are in its CONFIGURATION.md")
        }
    }

    /// A property of the other kind of handle would only cause a warning in the log.
    private func concerns(_ name: String, _ handle: Handle) -> Bool {
        if handle.isProducer { return !KafkaOptions.ofConsumers.contains(name) }
        if KafkaOptions.ofProducers.contains(name) { return false }
        guard case .member = handle else { return !KafkaOptions.ofMembers.contains(name) }
        return true
    }

    /// What the configuration may change.
    private func usual(for handle: Handle) -> [(String, String)] {
        var all: [(String, String)] = [
            ("client.id", clientId),
            // Small answers that belong together would wait for each other's acknowledgements.
            ("socket.nagle.disable", "true"),
            ("socket.keepalive.enable", "true"),
            // Brokers end idle connections; that is no news.
            ("log.connection.close", "false"),
            // A broker that comes back is found within a second.
            ("reconnect.backoff.ms", "50"),
            ("reconnect.backoff.max.ms", "1000"),
            ("topic.metadata.refresh.interval.ms", "30000"),
            ("statistics.interval.ms", onStatistics == nil ? "0" : "5000"),
        ]
        switch handle {
        case .member:
            all += [
                ("session.timeout.ms", "\(sessionMilliseconds)"),
                ("heartbeat.interval.ms", "\(heartbeatMilliseconds)"),
                // Also how long the others wait for a member that restores a large store.
                ("max.poll.interval.ms", "\(max(120_000, sessionMilliseconds))"),
                ("socket.timeout.ms", "10000"),
                // librdkafka 2.0 pauses fetching for a second when a threshold is reached: the queue has to last for longer.
                ("queued.min.messages", "100000"),
                ("queued.max.messages.kbytes", "32768"),
            ]
        case .reader:
            all += [
                ("socket.timeout.ms", "10000"),
                ("queued.min.messages", "100000"),
                ("queued.max.messages.kbytes", "32768"),
                ("fetch.message.max.bytes", "4194304"),
                // That the end is reached is only told when a fetch comes back empty, and a takeover waits for that.
                ("fetch.wait.max.ms", "10"),
            ]
        case .watcher:
            // The latter writes down what the broker can do.
            all += [("socket.timeout.ms", "5000"), ("debug", "feature")]
        case .sender:
            all += [
                ("linger.ms", "5"),
                // Whoever waits at a terminal wants to know within a minute; a broker that restarts is back sooner.
                ("message.timeout.ms", "60000"),
                ("queue.buffering.max.messages", "100000"),
                ("queue.buffering.max.kbytes", "65536"),
                // The topic's own limit decides.
                ("message.max.bytes", "8388608"),
            ]
        case .producer:
            all += [
                ("linger.ms", "1"),
                // Offsets sent while the markers of the transaction before are being written are refused, and sent again after this.
                ("retry.backoff.ms", "5"),
                ("batch.num.messages", "100000"),
                ("queue.buffering.max.messages", "1000000"),
                // The topic's own limit decides.
                ("message.max.bytes", "8388608"),
                ("transaction.timeout.ms", "\(transactionMilliseconds)"),
            ]
        }
        return all
    }

    /// What has to be as it is.
    private func fixed(for handle: Handle) -> [(String, String)] {
        var all: [(String, String)] = [("bootstrap.servers", bootstrap)]
        switch handle {
        case .member(let group, let instance):
            all += [
                ("group.id", group), ("group.instance.id", instance), ("partition.assignment.strategy", "range"),
                ("isolation.level", "read_committed"),
            ]
            all += KafkaOptions.ofReading
        case .reader(let group):
            // It is not joined: librdkafka only wants to have one, and this one may be used.
            all += [("group.id", group), ("isolation.level", "read_committed")]
            all += KafkaOptions.ofReading
        case .watcher:
            all += [("isolation.level", "read_uncommitted"), ("allow.auto.create.topics", "false")]
        case .sender:
            // A record counts when all in-sync replicas have it, and an attempt that is repeated adds none.
            all += [("enable.idempotence", "true"), ("acks", "all")]
        case .producer(let transactionalId):
            all += [("transactional.id", transactionalId)]
        }
        return all
    }

    private static let ofReading: [(String, String)] = [
        ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"), ("auto.offset.reset", "error"),
        ("enable.partition.eof", "true"), ("allow.auto.create.topics", "false"),
    ]

    /// Properties that only members of a group have use for.
    private static let ofMembers: Set<String> = ["session.timeout.ms", "heartbeat.interval.ms", "max.poll.interval.ms"]

    /// Column C of librdkafka's CONFIGURATION.md.
    private static let ofConsumers: Set<String> = [
        "session.timeout.ms", "heartbeat.interval.ms", "coordinator.query.interval.ms", "max.poll.interval.ms", "queued.min.messages",
        "queued.max.messages.kbytes", "fetch.wait.max.ms", "fetch.queue.backoff.ms", "fetch.message.max.bytes",
        "max.partition.fetch.bytes", "fetch.max.bytes", "fetch.min.bytes", "fetch.error.backoff.ms", "check.crcs",
        "offset.store.sync.interval.ms", "consume.callback.max.messages",
    ]

    /// Column P.
    private static let ofProducers: Set<String> = [
        "transaction.timeout.ms", "queue.buffering.max.messages", "queue.buffering.max.kbytes", "queue.buffering.max.ms", "linger.ms",
        "message.send.max.retries", "retries", "retry.backoff.ms", "retry.backoff.max.ms", "queue.buffering.backpressure.threshold",
        "compression.codec", "compression.type", "compression.level", "batch.num.messages", "batch.size",
        "sticky.partitioning.linger.ms", "request.timeout.ms", "message.timeout.ms", "delivery.timeout.ms", "queuing.strategy",
        "produce.offset.report", "msg_order_cmp",
    ]
}
