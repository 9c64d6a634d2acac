import Intake
import WorkerHost

WorkerProcess.main(WorkerMaker("intake") { Intake(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) })
