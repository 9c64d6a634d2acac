import BrokerKit
import Testing

extension Trait where Self == ConditionTrait {
    /// Skips, visibly and with the reason, where there is no Kafka to start.
    static var needsKafka: ConditionTrait { .enabled(if: KafkaHome.find() != nil, Comment(rawValue: KafkaHome.reason)) }
}
