import Notice
import WorkerHost

WorkerProcess.main(WorkerMaker("notice") { Notice(policy: $0.policy, keys: $0.keys, partitionCount: $0.partitionCount) })
