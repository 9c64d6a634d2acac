import RdKafka
import StreamCore
import StreamEngine

/// Who reads a partition for a group.
public struct KafkaMember: Hashable, Sendable {
    /// The instance id; of a member that is not static its client id.
    public var instance: String
    public var host: String
    public var partitions: [TopicPartition]
}

extension KafkaCluster {
    private static let milliseconds: Int32 = 10_000

    /// The groups that have members or committed offsets, in the order of their names.
    public func groups() throws(LogFailure) -> [String] {
        try asking("the groups") { client throws(RdKafkaError) in
            try client.groups(milliseconds: KafkaCluster.milliseconds)
        }.sorted()
    }

    /// The members of a group and what each reads; none when there is no such group.
    public func members(of group: String) throws(LogFailure) -> [KafkaMember] {
        try asking("group \(group)") { client throws(RdKafkaError) in
            try client.members(ofGroup: group, milliseconds: KafkaCluster.milliseconds)
        }.map { member in
            KafkaMember(
                instance: member.instance ?? member.clientId, host: member.host,
                partitions: member.partitions.map { TopicPartition(Topic($0.topic), Int($0.partition)) }.sorted())
        }
    }

    /// The next offset that a group reads, for every partition in which it has committed one.
    public func committedOffsets(of group: String) throws(LogFailure) -> [TopicPartition: Int64] {
        // librdkafka wants to be told which.
        let all = try layout().topics.flatMap { entry in
            (0..<entry.partitions).map { PartitionOffset(entry.topic.name, Int32($0)) }
        }
        let found = try asking("group \(group)") { client throws(RdKafkaError) in
            try client.committedOffsets(ofGroup: group, all, milliseconds: KafkaCluster.milliseconds)
        }
        return Dictionary(found.map { (TopicPartition(Topic($0.topic), Int($0.partition)), $0.offset) }, uniquingKeysWith: { $1 })
    }
}
