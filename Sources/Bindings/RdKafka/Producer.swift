import CRdKafka

extension Client {
    /// Fences every earlier producer of this `transactional.id` and ends its transaction. Retriable: the same call goes on with it.
    /// It may be the work of another thread, before the producer is used for anything else.
    public func initTransactions(milliseconds: Int32) throws(RdKafkaError) {
        if let error = rd_kafka_init_transactions(pointer, milliseconds) { throw RdKafkaError(taking: error) }
    }
}

/// A transactional producer. Used by one thread.
public final class Producer {
    public let client: Client
    private var topics: [String: Topic] = [:]

    public init(_ configuration: borrowing Configuration, _ callbacks: ClientCallbacks) throws(RdKafkaError) {
        client = try Client(.producer, configuration, callbacks)
    }

    /// A topic to write to. It is asked for once, so that the first record does not wait for its metadata.
    public final class Topic {
        let pointer: OpaquePointer
        public let name: String
        public let partitions: Int
        /// A slot for the delivery reports of each partition, 0 where nothing was written yet.
        fileprivate var slots: [Int]
        /// Kept, because a handle may only be destroyed when its topics are.
        private let client: Client

        fileprivate init(_ client: Client, pointer: OpaquePointer, name: String, partitions: Int) {
            self.client = client
            self.pointer = pointer
            self.name = name
            self.partitions = partitions
            slots = Array(repeating: 0, count: partitions)
        }

        deinit { rd_kafka_topic_destroy(pointer) }
    }

    /// Throws `unknownTopicOrPartition` when there is no such topic.
    public func topic(_ name: String, milliseconds: Int32) throws(RdKafkaError) -> Topic {
        if let known = topics[name] { return known }
        let metadata = try client.metadata(of: name, milliseconds: milliseconds)
        guard let found = metadata.first, found.error == nil, found.partitions > 0 else {
            throw metadata.first?.error ?? RdKafkaError(.unknownTopicOrPartition)
        }
        guard let pointer = rd_kafka_topic_new(client.pointer, name, nil) else { throw RdKafkaError(rd_kafka_last_error()) }
        let topic = Topic(client, pointer: pointer, name: name, partitions: found.partitions)
        topics[name] = topic
        return topic
    }

    // MARK: - Transactions

    public func begin() throws(RdKafkaError) {
        client.context.deliveries.begin()
        if let error = rd_kafka_begin_transaction(client.pointer) { throw RdKafkaError(taking: error) }
    }

    /// Hands over a record; key, value and headers are copied. `queueFull`: poll, and try again. The partition must exist.
    public func produce(
        to topic: Topic, partition: Int, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: consuming HeaderList?,
        timestamp: Int64
    ) throws(RdKafkaError) {
        precondition(partition >= 0 && partition < topic.partitions, "\(topic.name) has no partition \(partition)")
        if topic.slots[partition] == 0 { topic.slots[partition] = client.context.deliveries.slot() }
        try client.produce(
            to: topic.pointer, partition, key: key, value: value, headers: headers, timestamp: timestamp, tag: topic.slots[partition])
    }

    public func sendOffsets(_ offsets: [PartitionOffset], of member: GroupMetadata, milliseconds: Int32) throws(RdKafkaError) {
        let error = PartitionList(offsets).call {
            rd_kafka_send_offsets_to_transaction(client.pointer, $0, member.pointer, milliseconds)
        }
        if let error { throw RdKafkaError(taking: error) }
    }

    /// Delivery reports come while it runs, on this thread.
    public func commit(milliseconds: Int32) throws(RdKafkaError) {
        if let error = rd_kafka_commit_transaction(client.pointer, milliseconds) { throw RdKafkaError(taking: error) }
    }

    public func abort(milliseconds: Int32) throws(RdKafkaError) {
        if let error = rd_kafka_abort_transaction(client.pointer, milliseconds) { throw RdKafkaError(taking: error) }
    }

    /// The offset after the last record that a delivery report has placed, for each partition of this transaction.
    public func delivered(_ body: (_ topic: String, _ partition: Int, _ next: Int64) -> Void) {
        let deliveries = client.context.deliveries
        for slot in deliveries.touched {
            if let (topic, partition) = place(of: slot) { body(topic, partition, deliveries.next[slot - 1]) }
        }
    }

    /// The first record of this transaction that could not be delivered: where it was going, and why not.
    public var deliveryFailure: (topic: String, partition: Int, error: RdKafkaError)? {
        guard let failure = client.context.deliveries.failure, let (topic, partition) = place(of: failure.slot) else { return nil }
        return (topic, partition, RdKafkaError(failure.code))
    }

    private func place(of slot: Int) -> (topic: String, partition: Int)? {
        if places.count < slot {
            places = Array(repeating: nil, count: client.context.deliveries.next.count)
            for topic in topics.values {
                for (partition, slot) in topic.slots.enumerated() where slot > 0 { places[slot - 1] = (topic.name, partition) }
            }
        }
        return places[slot - 1]
    }
    private var places: [(topic: String, partition: Int)?] = []
}

/// Headers of a record to be written, in order.
public struct HeaderList: ~Copyable {
    private let pointer: OpaquePointer

    public init(capacity: Int) { pointer = rd_kafka_headers_new(capacity) }

    deinit { rd_kafka_headers_destroy(pointer) }

    public borrowing func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        let text = name.baseAddress?.assumingMemoryBound(to: CChar.self)
        // An empty value has an address, null has none.
        let address = value.map { $0.baseAddress ?? UnsafeRawPointer(bitPattern: 1)! }
        rd_kafka_header_add(pointer, text, name.count, address, value?.count ?? 0)
    }

    consuming func release() -> OpaquePointer {
        let pointer = self.pointer
        discard self
        return pointer
    }
}
