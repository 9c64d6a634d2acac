import CRdKafka

extension Client {
    /// What to ask a partition's leader for.
    public enum Place: Sendable {
        case first
        /// The one after the last; for a handle that reads committed records only, the last stable one.
        case end
        /// The first with this timestamp (milliseconds since 1970) or a later one.
        case since(Int64)
    }

    /// Offsets of many partitions at once. `since` without such a record gives a negative one. Errors stand in the answer.
    public func offsets(_ place: Place, of partitions: [PartitionOffset], milliseconds: Int32) throws(RdKafkaError) -> [PartitionOffset] {
        guard !partitions.isEmpty else { return [] }
        // The protocol's own numbers: ListOffsets takes -2 and -1 in place of a timestamp, and librdkafka passes them on.
        let wanted: Int64
        switch place {
        case .first: wanted = -2
        case .end: wanted = -1
        case .since(let milliseconds): wanted = max(0, milliseconds)
        }
        let list = PartitionList(partitions.map { PartitionOffset($0.topic, $0.partition, offset: wanted) })
        let code = list.call { rd_kafka_offsets_for_times(pointer, $0, milliseconds) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw RdKafkaError(code) }
        return list.partitions
    }
}
