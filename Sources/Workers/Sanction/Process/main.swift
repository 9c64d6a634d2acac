import Sanction
import WorkerHost

WorkerProcess.main(WorkerMaker("sanction") { Sanction(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) })
