import Delivery
import WorkerHost

WorkerProcess.main(WorkerMaker("delivery") { Delivery(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) })
