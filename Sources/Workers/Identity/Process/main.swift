import Identity
import WorkerHost

WorkerProcess.main(WorkerMaker("identity") { Identity(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) })
