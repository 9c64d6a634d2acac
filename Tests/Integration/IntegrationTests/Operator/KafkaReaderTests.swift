import BrokerKit
import KafkaLog
import RdKafka
import StreamCore
import StreamEngine
import StreamTestKit
import Testing

extension KafkaUnderTest: LogReaderUnderTest {
    func reader() throws -> any LogReader { cluster.reader() }

    func name(ofGroup group: String) -> String { prefix + group }
}

/// The broker of the tests of operators' commands: those of the log make and remove topics of the same names on the one that all share.
enum OperatorBroker {
    static func shared() throws -> TestBroker { try result.get() }

    private static let result = Result { try TestBroker() }

    static func cluster() throws -> KafkaCluster {
        try KafkaCluster(KafkaOptions(bootstrap: shared().bootstrap, clientId: "test"), wait: .seconds(10))
    }
}

@Suite(.needsKafka) struct KafkaReaderTests {
    @Test func keepsThePromisesOfAReader() async throws {
        let violations = try await Wait.onOwnThread {
            let broker = try OperatorBroker.shared()
            return LogReaderConformance.violations { try KafkaUnderTest(broker) }
        }
        #expect(violations == [])
    }

    @Test func tellsWhatBecameOfTheTransactionOfEachRecord() throws {
        let topic: StreamCore.Topic = "reader.attempts.v1"
        let broker = try OperatorBroker.shared()
        try broker.makeTopics([topic.name], partitions: 2)
        let cluster = try OperatorBroker.cluster()
        let lane = try TestProducer(broker, id: "reader.attempts", topic: topic.name)
        try lane.write("a", "b")
        try lane.producer.commit(milliseconds: -1)
        try lane.write("x")
        try Wait.until("x is in the log") { try broker.ends(of: topic.name)[0] == 4 }
        try lane.producer.abort(milliseconds: -1)
        let writer = try cluster.writer()
        try writer.add(HandedIn(topic: topic, key: key(of: 0, count: 2), value: Bytes(utf8: "c")))
        _ = writer.finish()
        try lane.write("y")
        try Wait.until("y is in the log") { try broker.ends(of: topic.name)[0] == 7 }

        func attempts() throws -> [String] {
            let walk = try cluster.reader().attempts([topic], from: .beginning)
            var all: [String] = []
            while true {
                let page = try walk.next(recordsMax: 2)
                if page.isEmpty { return all }
                all += page.map { "\($0.message.value?.text ?? "") \($0.outcome)" }
            }
        }
        func walked(_ reader: KafkaReader) throws -> [String] {
            let walk = try reader.walk([topic], from: .beginning)
            return try walk.next(recordsMax: 100).map { $0.value?.text ?? "" } + walk.next(recordsMax: 100).map { $0.value?.text ?? "" }
        }
        #expect(try attempts() == ["a committed", "b committed", "x aborted", "c committed", "y open"])
        // Nobody waits for the transaction that is open.
        #expect(try walked(cluster.reader()) == ["a", "b", "c"])
        #expect(try walked(cluster.reader(readsUncommitted: true)) == ["a", "b", "x", "c", "y"])
        try lane.producer.commit(milliseconds: -1)
        #expect(try attempts().last == "y committed")
        #expect(try walked(cluster.reader()) == ["a", "b", "c", "y"])
    }

    /// A key that the partitioner puts there.
    private func key(of partition: Int, count: Int) -> Bytes {
        (0...).lazy.map { Bytes(utf8: "\($0)") }.first { Partitioner.partition(of: $0, count: count) == partition }!
    }
}

/// A transactional producer that writes values to the first partition of a topic.
private final class TestProducer {
    let producer: Producer
    private let topic: Producer.Topic

    init(_ broker: TestBroker, id: String, topic: String) throws {
        let configuration = Configuration()
        try configuration.set("bootstrap.servers", broker.bootstrap)
        try configuration.set("transactional.id", id)
        producer = try Producer(configuration, ClientCallbacks())
        try producer.client.initTransactions(milliseconds: 20_000)
        self.topic = try producer.topic(topic, milliseconds: 10_000)
    }

    /// In a new transaction, which stays open.
    func write(_ values: String...) throws {
        try producer.begin()
        for value in values {
            try Array(value.utf8).withUnsafeBytes { bytes in
                try producer.produce(to: topic, partition: 0, key: nil, value: bytes, headers: nil, timestamp: 0)
            }
        }
    }
}
