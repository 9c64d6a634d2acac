import CRdKafka

/// An idempotent producer without transactions: each record has a delivery of its own. Used by one thread.
public final class Sender {
    /// What became of a record.
    public struct Report: Sendable {
        /// The number that was given with it.
        public var number: Int
        public var partition: Int
        /// Negative when the broker had it already, from an attempt whose answer was lost.
        public var offset: Int64
        /// Nil when it is in the log.
        public var error: RdKafkaError?
        /// Of a failed one: whether it may be in the log all the same.
        public var mayHaveArrived: Bool
    }

    public let client: Client
    private let reports = Reports()
    private var topics: [String: OpaquePointer] = [:]

    private final class Reports {
        var all: [Report] = []
    }

    public init(_ configuration: borrowing Configuration, _ callbacks: ClientCallbacks) throws(RdKafkaError) {
        client = try Client(.producer, configuration, callbacks)
        client.context.onReport = { [reports] message in
            let code = message.pointee.err
            reports.all.append(
                Report(
                    number: Int(bitPattern: message.pointee._private), partition: Int(message.pointee.partition),
                    offset: message.pointee.offset, error: code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : RdKafkaError(.init(code)),
                    mayHaveArrived: rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED))
        }
    }

    // Before the client, whose destroying waits for them.
    deinit { for topic in topics.values { rd_kafka_topic_destroy(topic) } }

    /// Hands over a record of a topic and partition that exist; key, value and headers are copied. `queueFull`: `take`, and try again.
    public func send(
        _ number: Int, to topic: String, _ partition: Int, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        headers: consuming HeaderList?
    ) throws(RdKafkaError) {
        let handle: OpaquePointer
        if let known = topics[topic] {
            handle = known
        } else {
            guard let made = rd_kafka_topic_new(client.pointer, topic, nil) else { throw RdKafkaError(rd_kafka_last_error()) }
            topics[topic] = made
            handle = made
        }
        // A timestamp of 0 is now.
        try client.produce(to: handle, partition, key: key, value: value, headers: headers, timestamp: 0, tag: number)
    }

    /// The reports that have come in, waiting for the first at most so long.
    public func take(milliseconds: Int32) -> [Report] {
        client.poll(milliseconds: milliseconds)
        defer { reports.all.removeAll(keepingCapacity: true) }
        return reports.all
    }
}
