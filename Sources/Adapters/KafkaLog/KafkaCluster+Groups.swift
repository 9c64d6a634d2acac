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
    /// One attempt. A cluster that is new has no coordinator of a group yet.
    private static let attemptMilliseconds: Int32 = 2000
    private static let askedForMilliseconds: Int64 = 30_000

    private func askingAgain<Answer>(
        _ what: String, _ body: (Client) throws(RdKafkaError) -> Answer
    ) throws(LogFailure) -> Answer {
        let deadline = Monotonic.milliseconds + KafkaCluster.askedForMilliseconds
        while true {
            do throws(LogFailure) { return try asking(what, body) } catch {
                guard error.kind == .retriable, Monotonic.milliseconds < deadline else { throw error }
                Latch().wait(milliseconds: 100)
            }
        }
    }

    /// The groups that have members or committed offsets, in the order of their names.
    public func groups() throws(LogFailure) -> [String] {
        try askingAgain("the groups") { client throws(RdKafkaError) in
            try client.groups(milliseconds: KafkaCluster.attemptMilliseconds)
        }.sorted()
    }

    /// The members of a group and what each reads; none when there is no such group.
    public func members(of group: String) throws(LogFailure) -> [KafkaMember] {
        try askingAgain("group \(group)") { client throws(RdKafkaError) in
            try client.members(ofGroup: group, milliseconds: KafkaCluster.attemptMilliseconds)
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
        let found = try askingAgain("group \(group)") { client throws(RdKafkaError) in
            try client.committedOffsets(ofGroup: group, all, milliseconds: KafkaCluster.attemptMilliseconds)
        }
        return Dictionary(found.map { (TopicPartition(Topic($0.topic), Int($0.partition)), $0.offset) }, uniquingKeysWith: { $1 })
    }
}
