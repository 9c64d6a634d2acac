import StreamCore

/// How to reach a cluster.
public struct KafkaOptions: Sendable {
    /// `HOST:PORT,HOST:PORT`
    public var bootstrap: String
    /// librdkafka's own names and values. They override what is usual here, never what has to be as it is (`refusal(of:)`).
    public var properties: [String: String]
    public var clientId: String
    /// After so long without a sign of life a member's partitions go to others. The broker's own least is 6 s.
    public var sessionTimeout: Instant.Span
    /// After so long the cluster aborts a transaction, and whoever reads what comes after it goes on.
    public var transactionTimeout: Instant.Span
    /// librdkafka's log lines and errors of connections; from any thread.
    public var onLine: @Sendable (KafkaLine) -> Void
    /// The statistics as JSON, every `statistics.interval.ms`; from any thread.
    public var onStatistics: (@Sendable (String) -> Void)?

    public init(bootstrap: String, clientId: String) {
        self.bootstrap = bootstrap
        self.clientId = clientId
        properties = [:]
        sessionTimeout = .seconds(8)
        transactionTimeout = .seconds(6)
        onLine = { _ in }
    }

    /// Why a property cannot be set; nil when it can.
    public static func refusal(of property: String) -> String? {
        if let reason = fixed[property] { return reason }
        if property.hasSuffix("_cb") || property.hasPrefix("interceptor") { return "it is a callback of the program, not a setting" }
        return nil
    }

    private static let fixed: [String: String] = [
        "bootstrap.servers": "it is given by --bootstrap",
        "metadata.broker.list": "it is given by --bootstrap",
        "transactional.id": "it is GROUP.INSTANCE, so that a worker that comes back ends the transaction it left open",
        "group.id": "it is the worker's name: its offsets belong to it",
        "group.instance.id": "it is the instance's name, so that a restart moves no partition",
        "group.protocol": "the places of partitions are agreed on by the classic protocol",
        "group.remote.assignor": "the places of partitions are agreed on by the classic protocol",
        "group.protocol.type": "the places of partitions are agreed on by the classic protocol",
        "enable.auto.commit": "offsets are committed in the transaction of what was made of the records",
        "auto.commit.enable": "offsets are committed in the transaction of what was made of the records",
        "auto.commit.interval.ms": "offsets are committed in the transaction of what was made of the records",
        "enable.auto.offset.store": "offsets are committed in the transaction of what was made of the records",
        "offset.store.method": "offsets are committed in the transaction of what was made of the records",
        "offset.store.path": "offsets are committed in the transaction of what was made of the records",
        "isolation.level": "records of aborted transactions must not be decided",
        "enable.idempotence": "a transactional producer is idempotent",
        "enable.gapless.guarantee": "a record that cannot be written fails its transaction",
        "acks": "a record counts when all in-sync replicas have it",
        "request.required.acks": "a record counts when all in-sync replicas have it",
        "auto.offset.reset": "an offset that is gone is an alarm: going on elsewhere would lose records",
        "partition.assignment.strategy": "`range` gives a partition of all inputs to the same member, which keeps its store",
        "enable.partition.eof": "the end of a partition is how a replay knows that it is complete",
        "delivery.report.only.error": "delivery reports say where in the changelog a store is",
        "allow.auto.create.topics": "topics are made by `chengxin topics apply`, with their partitions and retention",
        "partitioner": "records are placed by murmur2 of their key before they come here",
        "log.queue": "log lines go to the program's own log",
        "opaque": "it is a pointer of the program, not a setting",
        "default_topic_conf": "it is a pointer of the program, not a setting",
        "plugin.library.paths": "a library that is loaded into a worker sees everything it reads",
    ]
}

/// A line of librdkafka.
public struct KafkaLine: Sendable {
    /// As syslog has it: 0 (emergency) to 7 (debug).
    public var level: Int
    public var client: String
    public var facility: String
    public var text: String

    public init(level: Int, client: String, facility: String, text: String) {
        self.level = level
        self.client = client
        self.facility = facility
        self.text = text
    }
}
