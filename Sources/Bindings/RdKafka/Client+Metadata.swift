import CRdKafka

extension Client {
    /// A topic as the brokers know it.
    public struct TopicMetadata: Hashable, Sendable {
        public var name: String
        public var partitions: Int
        /// What is wrong with it; `unknownTopicOrPartition` when there is no such topic.
        public var error: RdKafkaError?
    }

    /// Of one topic, or of all.
    public func metadata(of topic: String?, milliseconds: Int32) throws(RdKafkaError) -> [TopicMetadata] {
        var handle: OpaquePointer?
        if let topic {
            // The name alone: no message is sent through it, so nothing is said about how.
            guard let made = rd_kafka_topic_new(pointer, topic, nil) else { throw RdKafkaError(rd_kafka_last_error()) }
            handle = made
        }
        defer { if let handle { rd_kafka_topic_destroy(handle) } }
        var found: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(pointer, topic == nil ? 1 : 0, handle, &found, milliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let found else { throw RdKafkaError(code) }
        defer { rd_kafka_metadata_destroy(found) }
        return (0..<Int(found.pointee.topic_cnt)).map { index in
            let topic = found.pointee.topics[index]
            return TopicMetadata(
                name: String(cString: topic.topic), partitions: Int(topic.partition_cnt),
                error: topic.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : RdKafkaError(topic.err))
        }
    }

    /// The cluster's id; nil when no broker has answered in time.
    public func clusterId(milliseconds: Int32) -> String? {
        guard let text = rd_kafka_clusterid(pointer, milliseconds) else { return nil }
        defer { rd_kafka_mem_free(pointer, text) }
        return String(cString: text)
    }

    /// Asks the partition's leader for its first offset and the one after the last; for a handle that reads committed records only
    /// the latter is the last stable one.
    public func watermarks(topic: String, partition: Int32, milliseconds: Int32) throws(RdKafkaError) -> (low: Int64, high: Int64) {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = rd_kafka_query_watermark_offsets(pointer, topic, partition, &low, &high, milliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw RdKafkaError(code) }
        return (low, high)
    }
}
