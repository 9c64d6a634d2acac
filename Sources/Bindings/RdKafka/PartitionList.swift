import CRdKafka

/// A partition, and a place in it.
public struct PartitionOffset: Hashable, Sendable {
    public var topic: String
    public var partition: Int32
    /// Negative where there is none.
    public var offset: Int64
    public var error: RdKafkaError?

    public init(_ topic: String, _ partition: Int32, offset: Int64 = -1001) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}

/// librdkafka's list of partitions, for the time of one call.
struct PartitionList: ~Copyable {
    private let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: [PartitionOffset]) {
        pointer = rd_kafka_topic_partition_list_new(Int32(partitions.count))
        for partition in partitions {
            rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition).pointee.offset = partition.offset
        }
    }

    init(topics: [String]) {
        pointer = rd_kafka_topic_partition_list_new(Int32(topics.count))
        for topic in topics { rd_kafka_topic_partition_list_add(pointer, topic, RD_KAFKA_PARTITION_UA) }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    var partitions: [PartitionOffset] { PartitionList.partitions(in: pointer) }

    /// The list lives until the body has returned; a pointer that is taken out of it would not keep it alive.
    borrowing func call<Result>(_ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Result) -> Result { body(pointer) }

    static func partitions(in list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> [PartitionOffset] {
        (0..<Int(list.pointee.cnt)).map { index in
            let element = list.pointee.elems[index]
            var partition = PartitionOffset(String(cString: element.topic), element.partition, offset: element.offset)
            if element.err != RD_KAFKA_RESP_ERR_NO_ERROR { partition.error = RdKafkaError(element.err) }
            return partition
        }
    }
}
