import CreditChecker
import CreditModel
import Foundation
import StreamCore
import StreamEngine
import simulate

@testable import StreamSimulation

/// A history that the real workers made in the simulator, as a checker reads it: with what was aborted, and with gaps of markers.
enum PlayedHistory {
    private static let configuration = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Config").path

    static func play(seed: UInt64, canary: String? = nil, isFaultless: Bool = false) throws -> History {
        var story = try CityStory(configuration: configuration).make(seed: seed)
        // Without source and id nobody can be answered: dead letters.
        for partition in 0..<story.partitionCount {
            story.chapters[0].sendings.append(
                Sending(
                    after: .seconds(Int64(partition)), to: TopicPartition("record.submissions.v1", partition), key: nil, value: nil,
                    headers: Headers(), label: "unreadable"))
        }
        var plan = isFaultless ? Simulator.Plan.faultless : Simulator.Plan()
        plan.canary = canary
        let simulator = Simulator(story: story, seed: seed, plan: plan)
        _ = simulator.run()
        return history(of: simulator.cluster, groups: story.workers.map { $0.topology.worker })
    }

    private static func history(of cluster: SimulatedCluster, groups: [String]) -> History {
        var history = History()
        for topic in cluster.topics {
            for number in 0..<cluster.partitionCount {
                let place = TopicPartition(topic, number)
                guard let bounds = cluster.extent(of: place) else { continue }
                var partition = History.Partition(extent: Extent(earliest: bounds.earliest, end: bounds.end))
                for record in cluster.allRecords(of: place) {
                    let standing: Standing =
                        switch record.isCommitted {
                        case true: .committed
                        case false: .aborted
                        default: .undecided
                        }
                    partition.records.append(History.Record(record.message, standing))
                }
                history.partitions[place] = partition
                for group in groups {
                    if let offset = cluster.committedOffset(of: group, place) { history.groups[group, default: [:]][place] = offset }
                }
            }
        }
        return history
    }

    /// Topics of senders and of steps, which keep their records for a term.
    static func isTrimmed(_ topic: Topic) -> Bool {
        guard let entry = TopicCatalogue.entry(topic) else { return false }
        return entry.retention == .inbound || (entry.retention == .step && entry.kind == .step)
    }
}
