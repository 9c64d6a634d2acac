import CreditModel
import KafkaLog
import StreamCore

extension ClusterSetup {
    /// The topics that somebody writes or reads, as a Kafka cluster of so many brokers has to have them.
    public func kafkaTopics(brokers: Int) -> [KafkaTopic] {
        let copies = max(1, min(settings.topics.copies, brokers))
        return TopicCatalogue.all.filter { $0.status == .live || $0.kind == .inbound }.map { entry in
            KafkaTopic(
                entry.topic, partitions: settings.partitionsKafka, copies: copies, settings: kafkaSettings(of: entry, copies: copies))
        }
    }

    private func kafkaSettings(of entry: TopicEntry, copies: Int) -> [String: String] {
        let topics = settings.topics
        var own = [
            "min.insync.replicas": "\(max(1, copies - topics.copiesBehindMax))",
            "max.message.bytes": "\(policy.limits.workerBytesMax + topics.envelopeBytesMax)",
            "message.timestamp.type": topics.stampedByBroker ? "LogAppendTime" : "CreateTime",
            // Nothing is lost for want of room, and a broker that has missed something never leads.
            "retention.bytes": "-1",
            "unclean.leader.election.enable": "false",
        ]
        if entry.isCompacted {
            own["cleanup.policy"] = "compact"
            own["segment.ms"] = "\(topics.compactedSegmentTerm.milliseconds)"
            own["segment.bytes"] = "\(topics.compactedSegmentBytes)"
            own["min.cleanable.dirty.ratio"] = ClusterSetup.ratio(percent: topics.outdatedPercent)
            own["max.compaction.lag.ms"] = "\(topics.cleanedWithin.milliseconds)"
            own["delete.retention.ms"] = "\(policy.retention.tombstones.span?.milliseconds ?? 0)"
        } else {
            own["cleanup.policy"] = "delete"
            own["segment.ms"] = "\(topics.segmentTerm.milliseconds)"
            own["retention.ms"] = "\(entry.span(under: policy)?.milliseconds ?? -1)"
        }
        return own
    }

    /// As Kafka writes it: 0.1 for 10, 1.0 for 100.
    private static func ratio(percent: Int) -> String { "\(Double(percent) / 100)" }
}
