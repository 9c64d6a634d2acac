import BrokerKit
import KafkaLog
import StreamCore
import StreamEngine
import Testing

@Suite(.needsKafka) struct KafkaWriterTests {
    private static func message(_ topic: StreamCore.Topic, _ key: String, _ value: Bytes = [1]) -> HandedIn {
        HandedIn(topic: topic, key: Bytes(utf8: key), value: value)
    }

    /// What became of each, in the order of adding.
    private static func told(_ deliveries: [Delivery]) -> [String] {
        deliveries.map { delivery in
            switch delivery.result {
            case .safe(let place, let offset): return "\(delivery.number) \(place)/\(offset.map { String($0) } ?? "?")"
            case .failed(let failure): return "\(delivery.number) \(failure)"
            }
        }
    }

    @Test func tellsOfEachMessageWhatBecameOfItInTheOrderOfAdding() throws {
        let topic: StreamCore.Topic = "writer.v1"
        let broker = try OperatorBroker.shared()
        try broker.makeTopics([topic.name], partitions: 3, settings: ["max.message.bytes": "1100000"])
        let cluster = try OperatorBroker.cluster()
        let writer = try cluster.writer()
        try writer.add(Self.message(topic, "a"))
        try writer.add(Self.message("nothing.v1", "a"))
        try writer.add(Self.message(topic, "a", Bytes(repeating: 7, count: 1_200_000)))
        try writer.add(Self.message(topic, "a"))
        let told = Self.told(writer.finish())
        let partition = Partitioner.partition(of: Bytes(utf8: "a"), count: 3)
        #expect(told.count == 4)
        #expect(told.first == "0 writer.v1/\(partition)/0" && told.last == "3 writer.v1/\(partition)/1")
        #expect(told[1].hasPrefix("1 there is no topic nothing.v1") && told[1].contains("topics apply"), "\(told)")
        #expect(told[2].contains("larger than the topic's max.message.bytes"), "\(told)")
        let page = try cluster.reader().records(TopicPartition(topic, partition), from: 0, recordsMax: 10)
        #expect(page.messages.map { $0.value?.count } == [1, 1])
    }

    @Test func saysWhichMessagesDidNotArriveWhenTheBrokerGoesAndSendsOnceWhatWaitedForIt() throws {
        let topic: StreamCore.Topic = "writer.v1"
        let broker = try TestBroker()
        try broker.makeTopics([topic.name], partitions: 1)
        var options = KafkaOptions(bootstrap: broker.bootstrap, clientId: "test")
        options.properties["message.timeout.ms"] = "2000"
        let cluster = try KafkaCluster(options, wait: .seconds(10))
        let impatient = try cluster.writer()
        try impatient.add(Self.message(topic, "first"))
        #expect(Self.told(impatient.finish()) == ["0 writer.v1/0/0"])
        options.properties["message.timeout.ms"] = "60000"
        let patient = try KafkaCluster(options, wait: .seconds(10)).writer()
        _ = try patient.partitionCount(of: topic)

        broker.kill()
        for number in 0..<3 { try impatient.add(Self.message(topic, "lost \(number)")) }
        for number in 0..<3 { try patient.add(Self.message(topic, "kept \(number)")) }
        let told = Self.told(impatient.finish())
        #expect(told.count == 3 && told.allSatisfy { $0.contains("no answer in time") }, "\(told)")
        #expect(patient.delivered().isEmpty)

        try broker.restart()
        #expect(Self.told(patient.finish()) == ["0 writer.v1/0/1", "1 writer.v1/0/2", "2 writer.v1/0/3"])
        let page = try KafkaCluster(options, wait: .seconds(10)).reader().records(TopicPartition(topic, 0), from: 0, recordsMax: 10)
        #expect(page.messages.compactMap { $0.key?.text } == ["first", "kept 0", "kept 1", "kept 2"])
    }
}
