import BrokerKit
import CreditModel
import Foundation
import KafkaLog
import StreamCore
import StreamEngine

/// How long a single submission takes through the three workers of a cluster that has nothing else to do: from the moment before it is
/// handed to a producer that does not linger, to the moment its committed outcome is in the hands of a consumer that waits for it.
enum Latency {
    struct Options {
        var seed: UInt64 = 1
        var count = 500
        var nodes = 1
        var partitions = 24
        var lanes = 1
    }

    static func run(_ options: Options) throws {
        var brokerOptions = TestBroker.Options()
        brokerOptions.nodes = options.nodes
        let broker = try TestBroker(brokerOptions)
        let city = try City(on: broker, partitions: options.partitions)
        let workers = try city.startAll(arguments: ["--lanes", "\(options.lanes)"])
        var producer = KafkaOptions(bootstrap: broker.bootstrap, clientId: "latency")
        producer.properties["linger.ms"] = "0"
        let writer = try KafkaCluster(producer, wait: .seconds(20)).writer()
        let outcomes = try Follower("record.outcomes.v1", broker.bootstrap, partitions: options.partitions)
        var load = Load(seed: options.seed, prefix: "one", shares: [(.new, 1)])
        var random = SplitMix(seed: options.seed)

        func answered(_ count: Int) throws -> [Duration] {
            try (0..<count).map { _ in
                // So long that nothing is left to do, and not in step with anything.
                Thread.sleep(forTimeInterval: Double.random(in: 0.05..<0.25, using: &random))
                let message = load.next()
                let start = ContinuousClock.now
                try writer.add(message.message)
                try outcomes.await("\(message.id!) is answered") { $0["submission"]?["id"]?.string == message.id }
                return ContinuousClock.now - start
            }
        }
        // The first of each partition opens connections, and code of the broker is compiled.
        _ = try answered(10 * options.partitions)
        let before = workers.map { $0.child.processorTime ?? .zero }
        let start = ContinuousClock.now
        let times = try answered(options.count).sorted()
        let took = ContinuousClock.now - start
        say(
            "\(options.count) single submissions, \(options.partitions) partitions, \(options.nodes) nodes, \(options.lanes) lanes; ms: "
                + "median \(milliseconds(times, 0.5)), p90 \(milliseconds(times, 0.9)), p99 \(milliseconds(times, 0.99)), "
                + "most \(milliseconds(times, 1))")
        for (worker, before) in zip(workers, before) {
            let used = (worker.child.processorTime ?? .zero) - before
            say("\(worker.name): \(String(format: "%.1f", 100 * (used / took))) % of a core, \((worker.child.residentBytes ?? 0) >> 20) MB")
        }
        for worker in workers { _ = try worker.terminate() }
    }

    static func milliseconds(_ sorted: [Duration], _ share: Double) -> String {
        let place = min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1)
        return String(format: "%.1f", sorted[max(0, place)] / .milliseconds(1))
    }
}
