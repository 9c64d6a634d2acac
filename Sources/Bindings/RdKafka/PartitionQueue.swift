import CRdKafka

/// The records of one partition of a consumer, apart from those of its others: who leaves them lying stops the fetching of this
/// partition alone, so that many can be read side by side in bounded memory.
///
/// Made before the partition is assigned; used by one thread.
public final class PartitionQueue {
    private let client: Client
    private let queue: OpaquePointer

    /// Nil when librdkafka has no room for it.
    public init?(_ consumer: Consumer, topic: String, partition: Int32) {
        guard let queue = rd_kafka_queue_get_partition(consumer.client.pointer, topic, partition) else { return nil }
        // Not forwarded to the consumer's own queue; an assignment later leaves what the application has set.
        rd_kafka_queue_forward(queue, nil)
        self.queue = queue
        client = consumer.client
    }

    // Before the client, whose destroying waits for it.
    deinit { rd_kafka_queue_destroy(queue) }

    /// Shows the next record, or what was found in place of one (`partitionEnd` with the place where reading stands), waiting for it at
    /// most so long; nil when there was none. What is shown is valid until `body` returns.
    public func next<Result>(milliseconds: Int32, _ body: (Consumer.RecordView) -> Result) -> Result? {
        guard let message = rd_kafka_consume_queue(queue, milliseconds) else { return nil }
        defer { rd_kafka_message_destroy(message) }
        return body(Consumer.RecordView(message: UnsafePointer(message)))
    }
}
