import BrokerKit
import Foundation
import KafkaLog
import RdKafka
import StreamCore
import StreamEngine
import StreamRuntime
import StreamTestKit
import Synchronization

/// Lanes of the counting worker on a real broker, each in a thread as a process has them, and what becomes of the words they are given.
///
/// Every word's counts have to come out as 1, 2, 3 … once each, whatever happens in between: a count that is missing was lost, one that
/// is there twice was decided twice, one out of order was decided on a state that is not its own.
final class TallyGroup: Sendable {
    static let partitions = 4

    let broker: TestBroker
    let proxy: KafkaProxy
    let topology: Topology
    private let words: Int
    private let fed = Mutex<[String: Int]>([:])
    private static let counter = Atomic<Int>(0)

    init(words: Int = 20) throws {
        (broker, proxy) = try KafkaBench.shared()
        proxy.removeRules()
        proxy.hide([])
        self.words = words
        let name = "tally\(TallyGroup.counter.wrappingAdd(1, ordering: .relaxed).newValue)"
        topology = Topology(
            worker: name, inputs: [Topic("\(name).words.v1"), Topic("\(name).wishes.v1")],
            tables: [TallyWorker.counts, TallyWorker.alarms], outputs: [TallyWorker.tallies])
        var topics = (topology.allInputs + [topology.deadLetters]).map(\.name)
        // The worker has one topic for its answers, so all groups share it.
        if try !broker.topicNames().contains(TallyWorker.tallies.name) { topics.append(TallyWorker.tallies.name) }
        try broker.makeTopics(topics, partitions: TallyGroup.partitions, settings: ["retention.ms": "-1"])
        try broker.makeTopics([topology.changelog.name], partitions: TallyGroup.partitions, settings: ["cleanup.policy": "compact"])
    }

    var group: String { topology.worker }

    func options() -> KafkaOptions {
        var options = KafkaOptions(bootstrap: broker.proxiedBootstrap, clientId: "lane")
        options.sessionTimeout = .milliseconds(1500)
        options.transactionTimeout = .milliseconds(2500)
        options.properties["heartbeat.interval.ms"] = "300"
        KafkaBench.tell(&options)
        return options
    }

    /// Hands in so many counts of each word, by a producer that goes around the proxy.
    func feed(_ rounds: Int, by producer: Producer) throws {
        try producer.begin()
        for _ in 0..<rounds {
            for word in 0..<words {
                let text = "\(group)-w\(word)"
                let partition = Partitioner.partition(of: Bytes(utf8: text), count: TallyGroup.partitions)
                try producer.add("count \(text)", to: topology.inputs[0], partition: partition)
                fed.withLock { $0[text, default: 0] += 1 }
            }
        }
        try producer.commit(milliseconds: 20_000)
    }

    func feeder() throws -> Producer {
        let configuration = Configuration()
        try configuration.set("bootstrap.servers", broker.bootstrap)
        try configuration.set("transactional.id", "feeder.\(group)")
        let producer = try Producer(configuration, ClientCallbacks())
        try producer.client.initTransactions(milliseconds: 20_000)
        return producer
    }

    /// What is wrong with the answers; waits until there are as many as inputs.
    func verdict(within limit: Duration = .seconds(120)) throws -> [String] {
        let expected = fed.withLock { $0 }
        let total = expected.values.reduce(0, +)
        var options = KafkaOptions(bootstrap: broker.bootstrap, clientId: "checker")
        KafkaBench.tell(&options)
        let cluster = try KafkaCluster(options, wait: .seconds(20))
        defer { cluster.close() }
        // It reads as the only member of a group of its own.
        let log = try cluster.connect(group: "checker-\(group)", instance: "checker", topics: [TallyWorker.tallies])
        defer { log.close() }
        var said: [String: [Int]] = [:]
        var next = [Int64](repeating: 0, count: TallyGroup.partitions)
        var count = 0
        try Wait.until("all \(total) inputs are answered", within: limit, detail: { "\(count) are" }) {
            for partition in next.indices {
                let page: Replay
                do {
                    page = try log.replay(TopicPartition(TallyWorker.tallies, partition), from: next[partition], recordsMax: 10_000)
                } catch let failure as LogFailure where failure.kind == .retriable {
                    // Among others because the group has changed, which a poll hears of.
                    _ = try? log.poll(recordsMax: 0, wait: .milliseconds(0))
                    continue
                }
                next[partition] = page.next
                for message in page.messages {
                    let parts = (message.value ?? []).text.split(separator: "=")
                    guard parts.count == 2, parts[0].hasPrefix("\(group)-"), let number = Int(parts[1]) else { continue }
                    said[String(parts[0]), default: []].append(number)
                    count += 1
                }
            }
            return count >= total
        }
        return expected.sorted { $0.key < $1.key }.compactMap { word, times in
            said[word] == Array(1...times) ? nil : "\(word) was counted \(times) times, and was told as \(said[word] ?? [])"
        }
    }

    func lane(_ instance: String, stores: MemoryStores = MemoryStores()) -> TallyLane { TallyLane(self, instance, Handed(stores)) }
}

/// One lane in its thread. It goes on until it is ended or cannot.
final class TallyLane: Sendable {
    enum Order { case run, stall, stop, die }

    private let order = Mutex(Order.run)
    private let outcome = Mutex<String?>(nil)
    private let ended = Latch()
    private let stores: Handed<MemoryStores>
    let instance: String
    let events = LaneEvents()

    init(_ group: TallyGroup, _ instance: String, _ stores: Handed<MemoryStores>) {
        self.instance = instance
        self.stores = stores
        Background.run { [self] in
            run(group)
            ended.open()
        }
    }

    private func run(_ group: TallyGroup) {
        do {
            let cluster = try KafkaCluster(group.options(), wait: .seconds(20))
            defer { cluster.close() }
            let log = try connect(cluster, group)
            var options = LaneOptions(digest: { $0 })
            options.logIsBeside = false
            options.backoff = Backoff(first: .milliseconds(20), most: .milliseconds(500))
            options.recordsMax = 50
            var worker = TallyWorker()
            worker.topology = group.topology
            let lane = try Lane(
                worker: worker, log: log, stores: stores.value, seal: NoSeal(), instance: instance, options: options, observer: events,
                machineClock: { TallyLane.now })
            while true {
                switch order.withLock({ $0 }) {
                case .run: break
                case .stall:
                    pause(20)
                    continue
                case .stop:
                    lane.close()
                    return
                case .die:
                    // Nothing is said to anybody, nothing is put in order.
                    log.close()
                    stores.value.kill()
                    return
                }
                if case .blocked(let until, _) = try lane.step(now: TallyLane.now, wait: .milliseconds(20)) {
                    pause(min(max(1, (until - TallyLane.now).milliseconds), 20))
                }
            }
        } catch {
            outcome.withLock { $0 = "\(error)" }
        }
    }

    /// As a process that is started again while its broker is not there yet.
    private func connect(_ cluster: KafkaCluster, _ group: TallyGroup) throws -> KafkaLog {
        while true {
            do throws(LogFailure) {
                return try cluster.connect(group: group.group, instance: instance, topics: group.topology.allInputs)
            } catch {
                guard error.kind == .retriable else { throw error }
                pause(50)
            }
        }
    }

    private static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    private func pause(_ milliseconds: Int64) { Latch().wait(milliseconds: milliseconds) }

    /// Why it ended by itself; nil while it runs.
    var failure: String? { outcome.withLock { $0 } }

    /// How it stands and what it told last, for a test that failed.
    var account: String {
        "\(instance): \(failure ?? "runs"), \(events.commits) commits\n  \(events.lines.suffix(20).joined(separator: "\n  "))"
    }

    func stall() { order.withLock { $0 = .stall } }
    func goOn() { order.withLock { $0 = .run } }
    func stop() { end(.stop) }
    func die() { end(.die) }

    private func end(_ how: Order) {
        order.withLock { $0 = how }
        ended.wait(milliseconds: 30_000)
    }
}

/// What a lane told on its way, for a test that failed and for those that wait for something.
final class LaneEvents: LaneObserver, Sendable {
    private let state = Mutex<(lines: [String], commits: Int, alarms: Int)>(([], 0, 0))

    var lines: [String] { state.withLock { $0.lines } }
    var commits: Int { state.withLock { $0.commits } }
    var alarms: Int { state.withLock { $0.alarms } }

    private func say(_ line: String) { state.withLock { $0.lines.append(line) } }

    func membershipChanged(_ change: MembershipChange, of worker: String) { say("\(change)") }
    func tookOver(_ shard: ShardName, replayed: Int, checksum: UInt64) { say("took over \(shard), replayed \(replayed)") }
    func committed(_ batch: BatchReport) { state.withLock { $0.commits += 1 } }
    func deadLettered(_ letter: DeadLetter, by worker: String) { say("dead letter") }
    func blocked(_ worker: String, reason: String, until: Instant) { say("blocked: \(reason)") }
    func rebuilding(_ shard: ShardName, reason: String) { say("rebuilding \(shard): \(reason)") }
    func alarmed(_ shard: ShardName, reason: String, hint: String) {
        state.withLock { $0.alarms += 1 }
        say("alarm of \(shard): \(reason); \(hint)")
    }
    func released(_ shard: ShardName) { say("released \(shard)") }
}
