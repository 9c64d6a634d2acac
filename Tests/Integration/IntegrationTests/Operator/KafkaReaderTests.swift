import BrokerKit
import KafkaLog
import StreamCore
import StreamEngine
import StreamTestKit
import Testing

extension KafkaUnderTest: LogReaderUnderTest {
    func reader() throws -> any LogReader { cluster.reader() }

    func name(ofGroup group: String) -> String { prefix + group }
}

/// The broker of the tests of operators' commands: those of the log make and remove topics of the same names on the one that all share.
enum OperatorBroker {
    static func shared() throws -> TestBroker { try result.get() }

    private static let result = Result { try TestBroker() }
}

@Suite(.needsKafka) struct KafkaReaderTests {
    @Test func keepsThePromisesOfAReader() async throws {
        let violations = try await Wait.onOwnThread {
            let broker = try OperatorBroker.shared()
            return LogReaderConformance.violations { try KafkaUnderTest(broker) }
        }
        #expect(violations == [])
    }
}
