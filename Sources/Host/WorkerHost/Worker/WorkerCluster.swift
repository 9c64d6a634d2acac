import KafkaLog
import StreamCore
import StreamEngine

/// What a worker's process needs of its Kafka cluster; from any thread.
public protocol WorkerCluster: AnyObject, Sendable {
    var clusterId: String { get }
    /// The partitions of every topic that this user may see.
    func partitionCounts() throws(LogFailure) -> [Topic: Int]
    /// The settings that are in force for a topic, by Kafka's own names. Throws where this user may not ask.
    func settings(of topic: Topic) throws(LogFailure) -> [String: String]
    /// A lane's own connection: a member of the group, used from that lane's thread only.
    func member(of group: String, instance: String, topics: [Topic]) throws(LogFailure) -> any RecordLog
    func close()
}

extension KafkaCluster: WorkerCluster {
    public func partitionCounts() throws(LogFailure) -> [Topic: Int] {
        Dictionary(try layout().topics.map { ($0.topic, $0.partitions) }, uniquingKeysWith: { first, _ in first })
    }

    public func settings(of topic: Topic) throws(LogFailure) -> [String: String] { try topics([topic]).first?.settings ?? [:] }

    public func member(of group: String, instance: String, topics: [Topic]) throws(LogFailure) -> any RecordLog {
        try connect(group: group, instance: instance, topics: topics)
    }
}
