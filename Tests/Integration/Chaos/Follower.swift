import BrokerKit
import CreditModel
import RdKafka
import StreamCore

/// Reads a topic as it is committed, from its beginning on.
final class Follower {
    private let consumer: Consumer

    init(_ topic: String, _ bootstrap: String, partitions: Int) throws {
        let configuration = Configuration()
        for (name, value) in [
            ("bootstrap.servers", bootstrap), ("group.id", "follower"), ("isolation.level", "read_committed"),
            ("enable.auto.commit", "false"),
        ] { try configuration.set(name, value) }
        consumer = try Consumer(configuration, ClientCallbacks(), rebalances: false)
        try consumer.assign((0..<partitions).map { PartitionOffset(topic, Int32($0), offset: 0) })
    }

    /// Returns when a record with such a value is there.
    func await(_ what: String, _ isIt: (JSONValue) -> Bool) throws {
        let end = ContinuousClock.now + .seconds(30)
        var isFound = false
        while !isFound {
            guard ContinuousClock.now < end else { throw WaitedTooLong(description: "\(what): not within 30 s") }
            guard let event = consumer.next(milliseconds: 1000), event.kind == .record else { continue }
            event.withRecord { record in
                guard record.isRecord, let value = record.value else { return }
                var parser = JSONParser()
                isFound = (try? parser.parse(Bytes(value)).root).map(isIt) ?? false
            }
        }
    }
}
