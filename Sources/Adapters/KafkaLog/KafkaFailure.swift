import RdKafka
import StreamCore
import StreamEngine

/// What an error of librdkafka means for whoever asked, and what to do about it.
struct KafkaFailure {
    let options: KafkaOptions
    var group = ""

    /// Nothing was being changed: a question, or the start.
    func reading(_ what: String, _ error: RdKafkaError) -> LogFailure {
        if error.isConnection || error.isRetriable { return LogFailure(.retriable, "\(what): \(error)") }
        switch error.code {
        // That it is there was seen at the start: a broker that has just come back does not know it yet.
        case .unknownPartition, .unknownTopic, .unknownTopicOrPartition:
            return LogFailure(.retriable, "\(what): \(error)", hint: hint(for: error))
        default: break
        }
        return fatal(what, error)
    }

    /// For what another attempt would not change.
    func fatal(_ what: String, _ error: RdKafkaError) -> LogFailure {
        LogFailure(.fatal, "\(what): \(error)", hint: hint(for: error))
    }

    /// An offset that the broker does not have.
    func gone(_ partition: TopicPartition, _ offset: Int64, _ bounds: Bounds?) -> LogFailure {
        let extent = bounds.map { ", the log goes from \($0.earliest) to \($0.end)" } ?? ""
        return LogFailure(
            .fatal, "\(partition): offset \(offset) is not there\(extent)",
            hint: "retention, a truncation or a topic made anew took records: compare the group's offsets with the topic's",
            damagedAt: partition)
    }

    func hint(for error: RdKafkaError) -> String {
        switch error.code {
        case .authentication, .saslAuthenticationFailed:
            return "check kafka.sasl.mechanism, kafka.sasl.username and kafka.sasl.password"
        case .ssl:
            return "check kafka.security.protocol, kafka.ssl.ca.location and the certificates"
        case .unsupportedFeature, .unsupportedVersion:
            return "the cluster has to be Apache Kafka 2.5 or newer, with transactions"
        case .inconsistentGroupProtocol:
            return "group \(group) is in use by consumers of another kind: end them, or rename this worker's group"
        case .invalidSessionTimeout:
            return "kafka.session.timeout.ms lies outside of the broker's group.min.session.timeout.ms and group.max.session.timeout.ms"
        case .invalidTransactionTimeout:
            return "kafka.transaction.timeout.ms is above the broker's transaction.max.timeout.ms"
        case .topicAuthorizationFailed:
            return "give this user the right to read and write the worker's topics (docs/OPERATING.md lists them)"
        case .groupAuthorizationFailed:
            return "give this user the right to read group \(group)"
        case .transactionalIdAuthorizationFailed:
            return "give this user the right to describe and write transactional ids that begin with \(group)."
        case .clusterAuthorizationFailed:
            return "give this user the cluster's right to idempotent writing"
        case .unknownTopicOrPartition, .unknownTopic, .unknownPartition:
            return "`chengxin topics plan` shows what is missing, `chengxin topics apply` makes it"
        case .messageTooLarge, .recordListTooLarge:
            return "raise the topic's max.message.bytes; it must also be no less than kafka.batch.size (1000000)"
        case .fencedInstanceId:
            return "another process runs with the same instance id: give each its own"
        case .fenced, .producerFenced, .invalidProducerEpoch:
            return "another process runs with the same instance id: give each its own"
        default:
            return "the broker's log says more"
        }
    }
}
