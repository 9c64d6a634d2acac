import CreditModel
import StreamCore

/// Every worker of the cluster, for what runs or looks at all of them: `standalone`, `simulate`, the checks of topologies.
///
/// The list itself is written at build time by the plugin `WorkerList`, from `workers` in `Package.swift`.
public enum AllWorkers {
    /// How one of them is made.
    public struct Entry: Sendable {
        public let name: String
        /// Policy, keys and the number of partitions.
        public let make: @Sendable (PolicyPack, ClusterKeys, Int) -> any Worker
    }

    /// In the order of `Package.swift`.
    public static var entries: [Entry] { list }

    /// One of each.
    public static func made(policy: PolicyPack, keys: ClusterKeys, partitionCount: Int) -> [any Worker] {
        list.map { $0.make(policy, keys, partitionCount) }
    }
}
