import CreditModel
import StreamCore
import Synchronization
import Telemetry

/// Takes what librdkafka says of itself into the metrics: how far behind a lane is, what waits in its queues, how long a broker takes, and
/// whether a transaction is stuck.
final class KafkaStatistics: Sendable {
    private let metrics: Metrics
    private let worker: String
    private let brokers: BrokerWatch
    private let gauges = Mutex<[String: Gauge]>([:])

    init(_ metrics: Metrics, worker: String, brokers: BrokerWatch) {
        self.metrics = metrics
        self.brokers = brokers
        self.worker = worker
    }

    /// One object as `rd_kafka_conf_set_stats_cb` describes it (STATISTICS.md of librdkafka). What cannot be read is left out.
    func take(_ text: String) {
        guard let root = try? JSONParser.parse(Bytes(utf8: text)).root else { return }
        let client = root["client_id"]?.string ?? ""
        takeQueues(root, client)
        takeBrokers(root, client)
        takePartitions(root)
        takeTransactions(root, client)
    }

    private func takeQueues(_ root: JSONValue, _ client: String) {
        guard let kind = root["type"]?.string else { return }
        if let count = root["msg_cnt"]?.int64 {
            set(
                "chengxin_kafka_queue_messages", "Messages that wait in librdkafka's queues.", ["client": client, "type": kind], count)
        }
    }

    private func takeBrokers(_ root: JSONValue, _ client: String) {
        guard let brokers = root["brokers"], brokers.kind == .object else { return }
        var isUp = false
        defer {
            // A producer without work lets its connections go.
            if root["type"]?.string == "consumer" { self.brokers.heard(root["name"]?.string ?? client, isUp: isUp) }
        }
        for (_, broker) in brokers.members {
            isUp = isUp || broker["state"]?.string == "UP"
            // Negative: what was only given as bootstrap, or stands for the group's coordinator.
            guard let id = broker["nodeid"]?.int64, id >= 0 else { continue }
            if let average = broker["rtt"]?["p99"]?.int64 {
                set(
                    "chengxin_kafka_rtt_p99_microseconds", "Round trips to a broker, the 99th percentile.",
                    ["client": client, "broker": "\(id)"], average)
            }
        }
    }

    private func takePartitions(_ root: JSONValue) {
        guard root["type"]?.string == "consumer", let topics = root["topics"] else { return }
        for (name, topic) in topics.members {
            guard let name = name.string, let partitions = topic["partitions"] else { continue }
            for (_, partition) in partitions.members {
                guard let number = partition["partition"]?.int64, number >= 0, let end = partition["ls_offset"]?.int64, end >= 0,
                    let place = partition["app_offset"]?.int64, place >= 0
                else { continue }
                let labels: KeyValuePairs = ["topic": name, "partition": "\(number)", "worker": worker]
                set("chengxin_lag_records", "Committed records of an input that are not read yet.", labels, max(0, end - place))
                // An open transaction holds everything behind it back; one that stays open is stuck.
                if let high = partition["hi_offset"]?.int64, high >= end {
                    set("chengxin_uncommitted_records", "Records of an input behind an open transaction.", labels, high - end)
                }
            }
        }
    }

    private func takeTransactions(_ root: JSONValue, _ client: String) {
        guard root["type"]?.string == "producer", let state = root["eos"] else { return }
        if let age = state["txn_stateage"]?.int64, let name = state["txn_state"]?.string {
            set(
                "chengxin_kafka_transaction_age_milliseconds", "How long a producer is in its state; only while a transaction is open.",
                ["client": client], name == "InTransaction" || name == "BeginCommit" ? age : 0)
        }
        if let epoch = state["producer_epoch"]?.int64 {
            set("chengxin_kafka_producer_epoch", "Grows with every new producer of a lane.", ["client": client], epoch)
        }
    }

    private func set(_ name: StaticString, _ help: StaticString, _ labels: KeyValuePairs<String, String>, _ value: Int64) {
        let key = "\(name)" + labels.map { "|\($0.value)" }.joined()
        let gauge = gauges.withLock { gauges in
            if let known = gauges[key] { return known }
            let made = metrics.gauge(name, help: help, labels: labels)
            gauges[key] = made
            return made
        }
        gauge.set(Int(clamping: value))
    }
}
