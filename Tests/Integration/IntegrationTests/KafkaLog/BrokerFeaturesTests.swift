import Testing

@testable import KafkaLog

@Suite struct BrokerFeaturesTests {
    /// As librdkafka 2.0.2 writes it.
    private static func line(_ name: String, _ api: Int, _ versions: String) -> String {
        "[thrd:localhost:9092/bootstrap]: localhost:9092/bootstrap:   ApiKey \(name) (\(api)) Versions \(versions)"
    }

    private static func features(_ changes: [Int: String?] = [:]) -> BrokerFeatures {
        let features = BrokerFeatures()
        features.note("[thrd:localhost:9092/bootstrap]: localhost:9092/bootstrap: Broker API support:")
        let usual: [Int: String] = [
            0: "0..13", 9: "1..9", 11: "0..9", 22: "0..5", 24: "0..5", 25: "0..4", 26: "0..5", 28: "0..5", 60: "0..2",
        ]
        for (api, versions) in usual {
            let versions = changes[api] ?? versions
            if let versions { features.note(line(api == 60 ? "Unknown-60?" : "Any", api, versions)) }
        }
        return features
    }

    @Test func letABrokerOfTodayPass() { #expect(BrokerFeaturesTests.features().refusal == nil) }

    /// Kafka 2.4: it does not look at the generation of who commits, and gives out offsets that may still change.
    @Test func refuseABrokerThatWouldNotFence() throws {
        let failure = try #require(BrokerFeaturesTests.features([28: "0..2", 9: "0..6"]).refusal)
        #expect(failure.kind == .fatal)
        #expect(failure.reason == "the broker is too old: it does not know OffsetFetch version 7, TxnOffsetCommit version 3")
        #expect(failure.hint.contains("Kafka 2.5"))
    }

    @Test func refuseABrokerWithoutTransactions() throws {
        let without: [Int: String?] = [22: nil, 24: nil, 25: nil, 26: nil, 28: nil]
        let failure = try #require(BrokerFeaturesTests.features(without).refusal)
        #expect(failure.reason.contains("EndTxn version 0"))
    }

    @Test func refuseNothingWhereNothingWasWritten() {
        let features = BrokerFeatures()
        for text in ["", "ApiKey", "ApiKey X (y) Versions 0..z", "Broker API support:"] { features.note(text) }
        #expect(features.refusal == nil)
    }
}
