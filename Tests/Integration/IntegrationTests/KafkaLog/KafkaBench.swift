import BrokerKit
import Foundation
import KafkaLog
import RdKafka
import StreamCore
import StreamEngine
import Synchronization

/// Topics and a group of their own on a broker behind a proxy, and members that go through it.
final class KafkaBench {
    /// One for all tests that come between; they run one after the other.
    static func shared() throws -> (broker: TestBroker, proxy: KafkaProxy) { try made.get() }

    private static let made = Result {
        var options = TestBroker.Options()
        options.isProxied = true
        options.passwords = ["worker": "right"]
        let broker = try TestBroker(options)
        return (broker: broker, proxy: try broker.proxies()[0])
    }
    private static let counter = Atomic<Int>(0)

    let broker: TestBroker
    let proxy: KafkaProxy
    let group: String
    let input: Topic
    let output: Topic

    init(partitions: Int = 2, outputSettings: [String: String] = [:]) throws {
        (broker, proxy) = try KafkaBench.shared()
        proxy.removeRules()
        proxy.hide([])
        let number = KafkaBench.counter.wrappingAdd(1, ordering: .relaxed).newValue
        group = "bench\(number)"
        input = Topic("bench\(number).input.v1")
        output = Topic("bench\(number).output.v1")
        // Records of tests are old: nothing is to be cleaned away by that.
        try broker.makeTopics([input.name], partitions: partitions, settings: ["retention.ms": "-1"])
        try broker.makeTopics(
            [output.name], partitions: partitions, settings: outputSettings.merging(["retention.ms": "-1"]) { own, _ in own })
    }

    func options(_ change: (inout KafkaOptions) -> Void = { _ in }) -> KafkaOptions {
        var options = KafkaOptions(bootstrap: broker.proxiedBootstrap, clientId: "test")
        options.sessionTimeout = .milliseconds(3000)
        options.properties["heartbeat.interval.ms"] = "300"
        KafkaBench.tell(&options)
        change(&options)
        return options
    }

    /// Shows librdkafka's lines when asked so: KAFKA_LINES is empty or one of its debug contexts.
    static func tell(_ options: inout KafkaOptions) {
        guard let contexts = ProcessInfo.processInfo.environment["KAFKA_LINES"] else { return }
        if !contexts.isEmpty { options.properties["debug"] = contexts }
        options.onLine = { line in
            let text = "\(Date().timeIntervalSince1970) \(line.level) \(line.client) \(line.facility) \(line.text)\n"
            FileHandle.standardError.write(Data(text.utf8))
        }
    }

    func member(_ instance: String = "a", _ change: (inout KafkaOptions) -> Void = { _ in }) throws -> BenchMember {
        let cluster = try KafkaCluster(options(change), wait: .seconds(10))
        return BenchMember(cluster, try cluster.connect(group: group, instance: instance, topics: [input]))
    }

    /// A producer beside the members, as a process that should not be there has it.
    func producer(_ transactionalId: String, timeout milliseconds: Int = 60_000) throws -> Producer {
        let configuration = Configuration()
        try configuration.set("bootstrap.servers", broker.bootstrap)
        try configuration.set("transactional.id", transactionalId)
        try configuration.set("transaction.timeout.ms", "\(milliseconds)")
        let producer = try Producer(configuration, ClientCallbacks())
        try producer.client.initTransactions(milliseconds: 20_000)
        return producer
    }

    func record(_ value: String, partition: Int = 0) -> Append {
        Append(
            to: TopicPartition(output, partition), key: Bytes(utf8: "k"), value: Bytes(utf8: value), timestamp: Instant(milliseconds: 1))
    }

    /// Lets members poll by turns until each holds one partition, all in one generation.
    func share(_ members: [BenchMember]) throws {
        try Wait.until("each holds one") {
            for member in members { do { try member.step() } catch let failure as LogFailure where failure.kind == .retriable {} }
            return members.allSatisfy { $0.held.count == 1 && $0.membership?.generation == members[0].membership?.generation }
        }
    }

    /// The committed values of a partition of the output.
    func values(_ member: BenchMember, partition: Int = 0) throws -> [String] {
        let place = TopicPartition(output, partition)
        let end = try member.log.bounds(of: place).end
        var values: [String] = []
        var next: Int64 = 0
        try Wait.until("\(place) is read to its end") {
            let page = try member.log.replay(place, from: next, recordsMax: 100)
            values += page.messages.map { $0.value?.text ?? "null" }
            next = page.next
            return next >= end
        }
        return values
    }
}

extension Producer {
    /// A record in the transaction that is open.
    func add(_ value: String, to topic: StreamCore.Topic, partition: Int = 0) throws {
        let handle = try self.topic(topic.name, milliseconds: 5000)
        let bytes = Array(value.utf8)
        let result: Result<Void, RdKafkaError> = bytes.withUnsafeBytes { bytes in
            do throws(RdKafkaError) {
                try produce(to: handle, partition: partition, key: nil, value: bytes, headers: nil, timestamp: 1)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}

/// A member of the bench's group.
final class BenchMember {
    let cluster: KafkaCluster
    let log: KafkaLog
    private(set) var held: [Int] = []
    private(set) var membership: Membership?
    private(set) var changes: [MembershipChange] = []
    private(set) var messages: [Message] = []

    init(_ cluster: KafkaCluster, _ log: KafkaLog) {
        self.cluster = cluster
        self.log = log
    }

    deinit {
        log.close()
        cluster.close()
    }

    func forget() { messages = [] }

    func step() throws {
        let poll = try log.poll(recordsMax: 100, wait: .milliseconds(10))
        messages += poll.messages
        for change in poll.membership {
            changes.append(change)
            switch change {
            case .assigned(let partitions, let membership):
                held = partitions
                self.membership = membership
            case .revoked(let partitions), .lost(let partitions): held.removeAll { partitions.contains($0) }
            }
        }
    }

    func until(_ what: String, _ condition: () throws -> Bool) throws {
        try Wait.until(what) {
            do { try step() } catch let failure as LogFailure where failure.kind == .retriable {}
            return try condition()
        }
    }

    func join(_ count: Int = 2) throws { try until("\(count) partitions are held") { held.count == count } }

    @discardableResult
    func commit(_ records: [Append], _ offsets: [TopicPartition: Int64]) throws(LogFailure) -> Receipt {
        guard let membership else { throw LogFailure(.fatal, "not a member") }
        let transaction = Transaction(membership: membership, records: records, offsets: offsets)
        while true {
            do { return try log.commit(transaction) } catch {
                guard error.kind == .retriable else { throw error }
            }
        }
    }

    /// Nil when it was committed.
    func failure(_ records: [Append], _ offsets: [TopicPartition: Int64]) -> LogFailure? {
        do {
            try commit(records, offsets)
            return nil
        } catch {
            return error
        }
    }

    func renew() throws {
        try Wait.until("a new producer") {
            do {
                try log.renew()
                return true
            } catch let failure as LogFailure where failure.kind == .retriable {
                return false
            }
        }
    }

    func committed(_ place: TopicPartition) throws -> Int64? {
        var offset: Int64?
        try Wait.until("the offset of \(place)") {
            do {
                offset = try log.committedOffsets([place])[place]
                return true
            } catch let failure as LogFailure where failure.kind == .retriable {
                // As a lane does, which polls between its tries.
                do { try step() } catch let failure as LogFailure where failure.kind == .retriable {}
                return false
            }
        }
        return offset
    }
}

/// Lets a test hand a member to another thread, while nobody else uses it.
struct Handed<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
