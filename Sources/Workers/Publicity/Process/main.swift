import Publicity
import WorkerHost

WorkerProcess.main(WorkerMaker("publicity") { Publicity(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) })
