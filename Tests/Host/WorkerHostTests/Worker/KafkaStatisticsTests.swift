import Telemetry
import Testing

@testable import WorkerHost

/// The form is that of librdkafka 2.0.2's STATISTICS.md, shortened.
@Suite struct KafkaStatisticsTests {
    @Test func tellHowFarBehindALaneIsAndWhatStandsInTheWay() {
        let metrics = Metrics()
        let statistics = KafkaStatistics(metrics, worker: "ledger", brokers: BrokerWatch(log: Log(to: LogNowhere())))
        statistics.take(
            """
            {"name":"c#consumer-1","client_id":"ledger-1","type":"consumer","ts":5016483227792,"msg_cnt":7,"age":1.5,
             "brokers":{"b:9092/1":{"name":"b:9092/1","nodeid":1,"rtt":{"min":1,"p99":2500,"outofrange":0}},
                        "b:9092/bootstrap":{"nodeid":-1,"rtt":{"p99":9}}},
             "topics":{"record.filed.v1":{"topic":"record.filed.v1","partitions":{
               "0":{"partition":0,"app_offset":90,"hi_offset":110,"ls_offset":100,"consumer_lag":10},
               "1":{"partition":1,"app_offset":-1001,"hi_offset":5,"ls_offset":5},
               "-1":{"partition":-1,"app_offset":0,"hi_offset":0,"ls_offset":0}}}}}
            """)
        statistics.take(
            #"{"client_id":"ledger-1","type":"producer","eos":{"txn_state":"InTransaction","txn_stateage":4000,"producer_epoch":3}}"#)
        let text = metrics.prometheusText
        #expect(text.contains("chengxin_lag_records{partition=\"0\",topic=\"record.filed.v1\",worker=\"ledger\"} 10\n"))
        #expect(text.contains("chengxin_uncommitted_records{partition=\"0\",topic=\"record.filed.v1\",worker=\"ledger\"} 10\n"))
        #expect(!text.contains("partition=\"1\"") && !text.contains("partition=\"-1\""))
        #expect(text.contains("chengxin_kafka_rtt_p99_microseconds{broker=\"1\",client=\"ledger-1\"} 2500\n"))
        #expect(!text.contains("broker=\"-1\""))
        #expect(text.contains("chengxin_kafka_transaction_age_milliseconds{client=\"ledger-1\"} 4000\n"))
        #expect(text.contains("chengxin_kafka_queue_messages{client=\"ledger-1\",type=\"consumer\"} 7\n"))
        // A transaction that is over is not old.
        statistics.take(#"{"client_id":"ledger-1","type":"producer","eos":{"txn_state":"Ready","txn_stateage":99000,"producer_epoch":3}}"#)
        #expect(metrics.prometheusText.contains("chengxin_kafka_transaction_age_milliseconds{client=\"ledger-1\"} 0\n"))
    }

    @Test(arguments: ["", "{", "[]", "{\"type\":\"consumer\",\"topics\":7}", "null"])
    func leaveOutWhatTheyCannotRead(text: String) {
        let metrics = Metrics()
        KafkaStatistics(metrics, worker: "ledger", brokers: BrokerWatch(log: Log(to: LogNowhere()))).take(text)
        #expect(metrics.prometheusText.isEmpty)
    }
}
