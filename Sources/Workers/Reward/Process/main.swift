import Reward
import WorkerHost

WorkerProcess.main(WorkerMaker("reward") { Reward(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) })
