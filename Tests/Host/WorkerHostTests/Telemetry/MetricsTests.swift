import Telemetry
import Testing

@Suite struct MetricsTests {
    @Test func givesTheSameSeriesForTheSameNameAndLabels() {
        let metrics = Metrics()
        metrics.counter("messages_total", help: "Messages.", labels: ["worker": "intake"]).add(2)
        let counter = metrics.counter("messages_total", help: "Messages.", labels: ["worker": "intake"])
        counter.add()
        #expect(counter.value == 3)
    }

    @Test func writesPrometheusText() {
        let metrics = Metrics()
        metrics.gauge("lag_messages", help: "Not read yet.", labels: ["topic": "a\"b\\c\nd"]).set(7)
        let histogram = metrics.histogram("batch_microseconds", help: "Time of a batch.", bounds: [10, 100])
        for value in [10, 11, 1000] { histogram.record(value) }
        #expect(
            metrics.prometheusText == """
                # HELP batch_microseconds Time of a batch.
                # TYPE batch_microseconds histogram
                batch_microseconds_bucket{le="10"} 1
                batch_microseconds_bucket{le="100"} 2
                batch_microseconds_bucket{le="+Inf"} 3
                batch_microseconds_sum 1021
                batch_microseconds_count 3
                # HELP lag_messages Not read yet.
                # TYPE lag_messages gauge
                lag_messages{topic="a\\"b\\\\c\\nd"} 7

                """)
    }
}
