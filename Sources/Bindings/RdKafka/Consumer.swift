import CRdKafka
import Glibc

/// A consumer whose records, rebalances and errors come as events, one at a time.
///
/// Used by one thread. Neither `consume_batch` nor `seek_partitions` nor `pause` is used: all three lose or repeat records in
/// librdkafka 2.0.
public final class Consumer {
    public let client: Client
    private let queue: OpaquePointer

    /// `rebalances`: whether it will join a group; then rebalances come as events, and have to be answered by `assign`.
    public init(_ configuration: borrowing Configuration, _ callbacks: ClientCallbacks, rebalances: Bool) throws(RdKafkaError) {
        var events = RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_ERROR
        if rebalances { events |= RD_KAFKA_EVENT_REBALANCE }
        if callbacks.onStatistics != nil { events |= RD_KAFKA_EVENT_STATS }
        client = try Client(.consumer, configuration, callbacks, events: events)
        let code = rd_kafka_poll_set_consumer(client.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let queue = rd_kafka_queue_get_consumer(client.pointer) else {
            throw RdKafkaError(code)
        }
        self.queue = queue
    }

    // Before the client, whose destroying waits for it.
    deinit { rd_kafka_queue_destroy(queue) }

    public func subscribe(_ topics: [String]) throws(RdKafkaError) {
        let code = PartitionList(topics: topics).call { rd_kafka_subscribe(client.pointer, $0) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw RdKafkaError(code) }
    }

    /// Reads these partitions from these places on, and no others. What was fetched before is forgotten.
    public func assign(_ partitions: [PartitionOffset]) throws(RdKafkaError) {
        let code = PartitionList(partitions).call { rd_kafka_assign(client.pointer, $0) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw RdKafkaError(code) }
        waitForStops()
    }

    /// Reads nothing; after a revocation it says that everything is given back.
    public func unassign() throws(RdKafkaError) {
        let code = rd_kafka_assign(client.pointer, nil)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw RdKafkaError(code) }
        waitForStops()
    }

    /// Lets partitions that were read before come to a stop. An assignment that comes sooner asks them to stop once more, and the second
    /// answer ends the process (`rd_kafka_assignment_partition_stopped`; librdkafka issue 5573, mended after 2.15).
    ///
    /// Everything concerned stands in the one queue of librdkafka's main thread: `assign` has put the requests to stop there before it came
    /// back, the first question is behind them, and the second behind their answers.
    private func waitForStops() {
        for _ in 0..<2 {
            var assigned: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
            guard rd_kafka_assignment(client.pointer, &assigned) == RD_KAFKA_RESP_ERR_NO_ERROR, let assigned else { return }
            rd_kafka_topic_partition_list_destroy(assigned)
        }
    }

    /// Whether the assignment was lost: somebody else may have it.
    public var isAssignmentLost: Bool { rd_kafka_assignment_lost(client.pointer) != 0 }

    /// Nil while it is no member.
    public func groupMetadata() throws(RdKafkaError) -> GroupMetadata? {
        guard let pointer = rd_kafka_consumer_group_metadata(client.pointer) else { return nil }
        return try GroupMetadata(taking: pointer)
    }

    /// The group's committed offsets. A consumer that reads committed records waits for those of open transactions, up to the time
    /// given. Errors of single partitions stand in the answer.
    public func committed(_ partitions: [PartitionOffset], milliseconds: Int32) throws(RdKafkaError) -> [PartitionOffset] {
        let list = PartitionList(partitions)
        let code = list.call { rd_kafka_committed(client.pointer, $0, milliseconds) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw RdKafkaError(code) }
        return list.partitions
    }

    /// What came first, waiting for it at most so long.
    public func next(milliseconds: Int32) -> Event? {
        guard let event = rd_kafka_queue_poll(queue, milliseconds) else { return nil }
        return Event(taking: event)
    }

    /// Lets a `next` that waits on another thread return.
    public func wake() { rd_kafka_queue_yield(queue) }

    /// Something that happened.
    public struct Event: ~Copyable {
        public enum Kind { case record, assigned, revoked, error, statistics, other }

        private let pointer: OpaquePointer

        init(taking pointer: OpaquePointer) { self.pointer = pointer }

        deinit { rd_kafka_event_destroy(pointer) }

        public var kind: Kind {
            switch rd_kafka_event_type(pointer) {
            case RD_KAFKA_EVENT_FETCH: return .record
            case RD_KAFKA_EVENT_REBALANCE:
                return rd_kafka_event_error(pointer) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? .assigned : .revoked
            case RD_KAFKA_EVENT_ERROR: return .error
            case RD_KAFKA_EVENT_STATS: return .statistics
            default: return .other
            }
        }

        /// Of a record. It must not be kept.
        public borrowing func withRecord(_ body: (RecordView) -> Void) {
            if let message = rd_kafka_event_message_next(pointer) { body(RecordView(message: message)) }
        }

        /// Of a rebalance.
        public borrowing func partitions() -> [PartitionOffset] {
            rd_kafka_event_topic_partition_list(pointer).map { PartitionList.partitions(in: $0) } ?? []
        }

        /// Of an error.
        public borrowing func error() -> RdKafkaError {
            RdKafkaError(
                .init(rd_kafka_event_error(pointer)), text: rd_kafka_event_error_string(pointer).map { String(cString: $0) },
                isFatal: rd_kafka_event_error_is_fatal(pointer) != 0)
        }

        /// Of an error that concerns one partition: where, and the offset at which it happened.
        public borrowing func place() -> PartitionOffset? {
            guard let found = rd_kafka_event_topic_partition(pointer) else { return nil }
            defer { rd_kafka_topic_partition_destroy(found) }
            return PartitionOffset(String(cString: found.pointee.topic), found.pointee.partition, offset: found.pointee.offset)
        }

        public borrowing func statistics() -> String { rd_kafka_event_stats(pointer).map { String(cString: $0) } ?? "" }
    }

    /// A record, or what was found in place of one, as it lies in librdkafka's memory. Gone with its event.
    public struct RecordView {
        let message: UnsafePointer<rd_kafka_message_t>

        /// Zero for a record.
        public var code: RdKafkaError.Code { .init(message.pointee.err) }
        public var isRecord: Bool { message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR }
        public var error: RdKafkaError {
            RdKafkaError(code, text: rd_kafka_message_errstr(message).map { String(cString: $0) })
        }

        /// The same for all records of a topic of this consumer, as long as it lives.
        public var topicId: TopicId? { message.pointee.rkt.map(TopicId.init) }
        public var topic: String? { message.pointee.rkt.flatMap { rd_kafka_topic_name($0) }.map { String(cString: $0) } }
        public var partition: Int { Int(message.pointee.partition) }
        public var offset: Int64 { message.pointee.offset }

        /// Milliseconds since 1970; -1 when there is none.
        public var timestamp: Int64 {
            var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
            return rd_kafka_message_timestamp(message, &type)
        }

        public var key: UnsafeRawBufferPointer? {
            message.pointee.key.map { UnsafeRawBufferPointer(start: $0, count: message.pointee.key_len) }
        }
        public var value: UnsafeRawBufferPointer? {
            message.pointee.payload.map { UnsafeRawBufferPointer(start: $0, count: message.pointee.len) }
        }

        /// Every header with its name, in order. A null value has none.
        public func forEachHeader(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void) {
            var headers: OpaquePointer?
            guard rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers else { return }
            var index = 0
            var name: UnsafePointer<CChar>?
            var value: UnsafeRawPointer?
            var size = 0
            while rd_kafka_header_get_all(headers, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let found = name {
                body(
                    UnsafeRawBufferPointer(start: found, count: strlen(found)),
                    value.map { UnsafeRawBufferPointer(start: $0, count: size) })
                index += 1
            }
        }
    }
}

/// A topic as one handle knows it, for comparing only.
public struct TopicId: Hashable {
    private let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { self.pointer = pointer }
}
