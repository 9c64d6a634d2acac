import Dispute
import WorkerHost

WorkerProcess.main(WorkerMaker("dispute") { Dispute(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) })
