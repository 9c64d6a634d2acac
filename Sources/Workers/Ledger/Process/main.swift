import Ledger
import WorkerHost

WorkerProcess.main(WorkerMaker("ledger") { Ledger(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) })
