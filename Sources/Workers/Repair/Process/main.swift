import Repair
import WorkerHost

WorkerProcess.main(WorkerMaker("repair") { Repair(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) })
