import EmbeddedLog
import Foundation
import SQLiteStore
import StreamCore
import StreamEngine
import StreamRuntime

/// Workers on an embedded log in a folder of their own, which is removed afterwards.
final class Pipeline {
    let directory: String
    private let log: EmbeddedLog
    private let lanes: [Lane]

    static let partitions = 4

    init(workers: [any Worker], digest: @escaping @Sendable (Bytes) -> Bytes, seal: (any Worker) -> any PayloadSeal) throws {
        directory = NSTemporaryDirectory() + "chengxin-benchmark-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        log = try EmbeddedLog(directory: directory, topics: Self.topics(of: workers))
        var lanes: [Lane] = []
        for worker in workers {
            let topology = worker.topology
            let connection = try log.connect(group: topology.worker, instance: "benchmark", topics: topology.allInputs)
            lanes.append(
                try Lane(
                    worker: worker, log: connection, stores: Self.stores(in: directory), seal: seal(worker), instance: "benchmark",
                    options: LaneOptions(digest: digest), observer: SilentObserver(), machineClock: Self.now))
        }
        self.lanes = lanes
    }

    private static func stores(in directory: String) -> any StoreProvider { SQLiteStores(directory: directory + "/stores") }

    /// Every topic that the workers name, their own included.
    private static func topics(of workers: [any Worker]) -> [TopicSpec] {
        var specs: [Topic: TopicSpec] = [:]
        for topology in workers.map(\.topology) {
            for topic in topology.allInputs + topology.outputs + [topology.deadLetters] {
                specs[topic] = TopicSpec(topic, partitions: partitions)
            }
            specs[topology.changelog] = TopicSpec(topology.changelog, partitions: partitions, isCompacted: true)
        }
        return specs.values.sorted { $0.topic < $1.topic }
    }

    static func now() -> Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    /// Puts messages into the inbox, as `submit` does. Not part of what is measured.
    func hand(_ count: Int, _ next: (InboxWriter) throws -> Void) throws {
        let inbox = try InboxWriter(directory: directory)
        for _ in 0..<count { try next(inbox) }
        try inbox.finish()
    }

    /// Takes in what lies in the inbox and steps every lane until nothing is left to do.
    func runUntilIdle() throws {
        while true {
            let taken = try log.takeIn(limit: 4000)
            let worked = try settle()
            if taken == 0, !worked { return }
        }
    }

    private func settle() throws -> Bool {
        var worked = false
        for lane in lanes {
            step: while true {
                switch try lane.step(now: Self.now()) {
                case .worked: worked = true
                case .idle: break step
                case .blocked(let until, let reason): throw Blocked(until: until, reason: reason)
                }
            }
        }
        return worked
    }

    struct Blocked: Error {
        var until: Instant
        var reason: String
    }

    /// Every committed record of a topic.
    func records(of topic: Topic, _ body: (Message) throws -> Void) throws {
        let reader = try EmbeddedLogReader(directory: directory)
        defer { reader.close() }
        for partition in 0..<Self.partitions {
            var next: Int64 = 0
            while true {
                let page = try reader.records(TopicPartition(topic, partition), from: next, recordsMax: 5000)
                for message in page.messages { try body(message) }
                if page.next == next { break }
                next = page.next
            }
        }
    }

    func close() {
        for lane in lanes { lane.close() }
        log.close()
        try? FileManager.default.removeItem(atPath: directory)
    }
}
