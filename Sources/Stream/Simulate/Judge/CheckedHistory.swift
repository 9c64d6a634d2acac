import CreditChecker
import CreditModel
import StreamCore
import StreamSimulation

/// What `chengxin check` says of a run.
enum CheckedHistory {
    static func violations(in cluster: SimulatedCluster, policy: PolicyPack) -> [String] {
        var extents: [TopicPartition: Extent] = [:]
        for topic in cluster.topics {
            for number in 0..<cluster.partitionCount {
                let place = TopicPartition(topic, number)
                if let bounds = cluster.extent(of: place) { extents[place] = Extent(earliest: bounds.earliest, end: bounds.end) }
            }
        }
        var settings = Checker.Settings()
        settings.publicityRule = { item, kind, severity, day in
            policy.item(item)?.publicityRule(kind: kind, severity: severity, decidedOn: day)
        }
        settings.isAdverse = { policy.item($0).map { $0.nature == .adverse } ?? true }
        var checker = Checker(extents, settings: settings)
        for worker in TopicCatalogue.workers {
            var offsets: [TopicPartition: Int64] = [:]
            for place in extents.keys { if let offset = cluster.committedOffset(of: worker, place) { offsets[place] = offset } }
            checker.read(group: worker, offsets)
        }
        for topics in Checker.order(of: cluster.topics) {
            for topic in topics {
                for number in 0..<cluster.partitionCount {
                    let place = TopicPartition(topic, number)
                    for record in cluster.allRecords(of: place) {
                        checker.read(record.message, record.isCommitted.map { $0 ? .committed : .aborted } ?? .undecided)
                    }
                    checker.end(place)
                }
            }
        }
        return checker.finish(isStill: true, mustBeSettled: true).violations.map { "check: \($0)" }
    }
}
