import BrokerKit
import KafkaLog
import StreamCore
import StreamEngine
import StreamTestKit
import Testing

@Suite(.needsKafka) struct KafkaLogTests {
    @Test func keepsThePromisesOfALog() async throws {
        let violations = try await Wait.onOwnThread {
            let broker = try TestBroker.shared()
            return RecordLogConformance.violations { try KafkaUnderTest(broker) }
        }
        #expect(violations == [])
    }
}
