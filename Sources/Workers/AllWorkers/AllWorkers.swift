import CreditModel
import StreamCore

/// Every worker of the cluster, for what runs or looks at all of them: `standalone`, `simulate`, the checks of topologies.
///
/// The list itself is written at build time by the plugin `WorkerList`, from `workers` in `Package.swift`.
public enum AllWorkers {
    /// One of each, in the order of `Package.swift`.
    public static func made(policy: PolicyPack, keys: ClusterKeys, partitionCount: Int) -> [any Worker] {
        list(policy: policy, keys: keys, partitionCount: partitionCount)
    }
}
