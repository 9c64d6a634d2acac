import AllWorkers
import WorkerHost

/// The workers of the cluster, in the order of `Package.swift`.
enum WorkerList {
    static let makers = AllWorkers.entries.map { entry in
        WorkerMaker(entry.name) { entry.make($0.policy, $0.keys, $0.partitionCount) }
    }
}
