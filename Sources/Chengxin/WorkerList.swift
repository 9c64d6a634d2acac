import Identity
import Intake
import Ledger
import WorkerHost

/// The workers of the cluster, in the order of the workflow.
enum WorkerList {
    static let makers = [
        WorkerMaker("intake") { Intake(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) },
        WorkerMaker("identity") { Identity(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) },
        WorkerMaker("ledger") { Ledger(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) },
    ]
}
