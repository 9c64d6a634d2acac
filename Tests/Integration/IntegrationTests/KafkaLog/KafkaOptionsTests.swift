import BrokerKit
import KafkaLog
import StreamCore
import StreamEngine
import Testing

/// What can be told without a broker.
@Suite struct KafkaOptionsTests {
    @Test(arguments: [
        "bootstrap.servers", "group.id", "group.instance.id", "transactional.id", "enable.auto.commit", "isolation.level",
        "enable.idempotence", "acks", "request.required.acks", "auto.offset.reset", "partition.assignment.strategy",
        "enable.partition.eof", "rebalance_cb", "dr_msg_cb", "group.protocol", "metadata.broker.list", "plugin.library.paths",
    ])
    func whatHasToBeAsItIsIsRefusedWithTheReason(_ property: String) throws {
        #expect(KafkaOptions.refusal(of: property) != nil)
        let failure = try #require(self.failure(["linger.ms": "1", property: "x"]))
        #expect(failure.kind == .fatal)
        #expect(failure.reason.contains(property))
    }

    @Test(arguments: [
        "security.protocol", "sasl.mechanism", "sasl.password", "ssl.ca.location", "compression.codec", "linger.ms", "session.timeout.ms",
        "fetch.wait.max.ms", "debug", "client.rack",
    ])
    func everythingElseMayBeSet(_ property: String) {
        #expect(KafkaOptions.refusal(of: property) == nil)
    }

    @Test func aPropertyThatThereIsNotIsNamed() throws {
        let failure = try #require(self.failure(["sesion.timeout.ms": "1"]))
        #expect(failure.kind == .fatal)
        #expect(failure.reason.contains("sesion.timeout.ms"))
    }

    @Test func aValueThatIsASecretIsNotRepeated() throws {
        let failure = try #require(self.failure(["ssl.key.pem": "secret-bytes", "ssl.key.password": "hush"]))
        #expect(!failure.description.contains("secret-bytes"))
        #expect(!failure.description.contains("hush"))
    }

    @Test func saysThatNoBrokerAnswered() throws {
        let failure = try #require(self.failure([:]))
        #expect(failure.kind == .retriable)
        #expect(failure.reason.contains("127.0.0.1:1"))
    }

    /// Nobody listens at port 1.
    private func failure(_ properties: [String: String]) -> LogFailure? {
        var options = KafkaOptions(bootstrap: "127.0.0.1:1", clientId: "test")
        options.properties = properties
        do throws(LogFailure) {
            _ = try KafkaCluster(options, wait: .milliseconds(300))
            return nil
        } catch {
            return error
        }
    }
}
