import KafkaLog
import ReferenceJob
import StreamCore
import StreamEngine

/// The topics that the worker has for itself: made at its first start.
enum ReferenceTopics {
    static func make(in cluster: KafkaCluster) throws(LogFailure) {
        let topology = ReferenceWorker().topology
        guard let partitions = try cluster.partitionCount(of: ReferenceWorker.input) else {
            throw LogFailure(
                .fatal, "topic \(ReferenceWorker.input) does not exist", hint: "the job's own tools make it: reference.jar topics")
        }
        var missing: [KafkaTopic] = []
        for topic in [topology.changelog, topology.deadLetters, topology.redrive] where try cluster.partitionCount(of: topic) == nil {
            let settings = topic == topology.changelog ? ["cleanup.policy": "compact"] : [:]
            missing.append(KafkaTopic(topic, partitions: partitions, copies: 1, settings: settings))
        }
        guard !missing.isEmpty else { return }
        if let (topic, failure) = try cluster.make(missing).first {
            throw LogFailure(.fatal, "topic \(topic) cannot be made: \(failure.reason)", hint: failure.hint)
        }
    }
}
