import BrokerKit
import Foundation
import KafkaLog
import StreamCore
import StreamEngine
import StreamTestKit
import Synchronization

/// A log without records on a real broker: new topics of the same names, groups of their own.
final class KafkaUnderTest: RecordLogUnderTest {
    private let broker: TestBroker
    private(set) var cluster: KafkaCluster
    let prefix: String
    private var open: [KafkaLog] = []

    init(_ broker: TestBroker) throws {
        self.broker = broker
        prefix = "g\(KafkaUnderTest.counter.wrappingAdd(1, ordering: .relaxed).newValue)-"
        let names = RecordLogConformance.topics.map(\.name)
        let present = try broker.topicNames()
        let old = names.filter { present.contains($0) }
        if !old.isEmpty {
            try broker.removeTopics(old)
            try Wait.until("old topics are gone") { try !broker.topicNames().contains { old.contains($0) } }
        }
        // A record of the suite is 2 MiB long, and all of them are old.
        let settings = ["max.message.bytes": "8388608", "retention.ms": "-1"]
        try broker.makeTopics(names, partitions: RecordLogConformance.partitions, settings: settings)
        cluster = try KafkaUnderTest.cluster(broker)
    }

    deinit { closeAll() }

    private static let counter = Atomic<Int>(0)

    static func options(_ broker: TestBroker) -> KafkaOptions {
        var options = KafkaOptions(bootstrap: broker.bootstrap, clientId: "test")
        options.sessionTimeout = .milliseconds(1500)
        options.properties["heartbeat.interval.ms"] = "300"
        KafkaBench.tell(&options)
        return options
    }

    static func cluster(_ broker: TestBroker) throws -> KafkaCluster {
        try KafkaCluster(options(broker), wait: .seconds(10))
    }

    func connect(group: String, instance: String, topics: [Topic]) throws -> any RecordLog {
        let log = try cluster.connect(group: prefix + group, instance: instance, topics: topics)
        open.append(log)
        return log
    }

    func restart() throws {
        closeAll()
        cluster = try KafkaUnderTest.cluster(broker)
    }

    func settle() { usleep(15_000) }

    private func closeAll() {
        for log in open { log.close() }
        open = []
        cluster.close()
    }
}
