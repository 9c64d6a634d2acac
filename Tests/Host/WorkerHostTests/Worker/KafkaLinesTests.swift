import KafkaLog
import StreamCore
import Synchronization
import Telemetry
import Testing

@testable import WorkerHost

@Suite struct KafkaLinesTests {
    private final class Time: Sendable {
        private let at = Mutex(Int64(0))
        func move(_ seconds: Int64) { at.withLock { $0 += seconds * 1000 } }
        var now: Instant.Span { .milliseconds(at.withLock { $0 }) }
    }

    private static func line(_ level: Int, _ facility: String = "MAXPOLL") -> KafkaLine {
        KafkaLine(level: level, client: "ledger-1#consumer-1", facility: facility, text: "connection refused")
    }

    @Test(
        arguments: [(0, .error), (2, .error), (3, .warning), (4, .warning), (5, .notice), (6, .info), (7, .debug)] as [(Int, LogLevel)])
    func giveEachLevelOfSyslogAPlace(syslog: Int, level: LogLevel) {
        let memory = LogMemory()
        let log = Log(to: memory, level: .debug)
        KafkaLines(log: log, brokers: BrokerWatch(log: log)).take(KafkaLinesTests.line(syslog))
        #expect(memory.lines.map(\.level) == [level])
        #expect(memory.lines.first?[.text] == .text("connection refused"))
    }

    @Test func areNoFlood() {
        let memory = LogMemory()
        let time = Time()
        let lines = KafkaLines(log: Log(to: memory), brokers: BrokerWatch(log: Log(to: memory))) { time.now }
        for _ in 0..<100 { lines.take(KafkaLinesTests.line(3)) }
        lines.take(KafkaLinesTests.line(3, "FETCHERR"))
        #expect(memory.lines.count == 2)
        time.move(61)
        for _ in 0..<5 { lines.take(KafkaLinesTests.line(3)) }
        #expect(memory.lines.count == 3)
        #expect(memory.lines.last?[.count] == .number(Int64(99)))
    }

    @Test func ofSingleConnectionsAreForWhoAsksForThem() {
        let memory = LogMemory()
        let log = Log(to: memory, level: .info)
        let lines = KafkaLines(log: log, brokers: BrokerWatch(log: log))
        for facility in ["FAIL", "ERROR", "REQTMOUT"] { lines.take(KafkaLinesTests.line(3, facility)) }
        #expect(memory.lines.map(\.level) == [.info, .info, .info])
    }

    @Test func sayOnceThatNoBrokerIsReachableAndOnceThatOneIs() {
        let memory = LogMemory()
        let time = Time()
        let log = Log(to: memory)
        let brokers = BrokerWatch(log: log) { time.now }
        let lines = KafkaLines(log: log, brokers: brokers) { time.now }
        func hear(_ states: [String: Bool]) {
            time.move(5)
            for (handle, isUp) in states.sorted(by: { $0.key < $1.key }) { brokers.heard(handle, isUp: isUp) }
        }
        hear(["lane-0": true, "lane-1": true])
        hear(["lane-0": false, "lane-1": true])
        #expect(memory.messages.isEmpty && brokers.isReachable)
        lines.take(KafkaLinesTests.line(3, "FAIL"))
        for _ in 0..<20 { hear(["lane-0": false, "lane-1": false]) }
        #expect(memory.messages == ["no broker is reachable"] && !brokers.isReachable)
        #expect(memory.lines.first?[.reason] == .text("connection refused"))
        for _ in 0..<20 { hear(["lane-0": true, "lane-1": false]) }
        #expect(memory.messages == ["no broker is reachable", "a broker is reachable again"])
        // A handle that was closed is not asked.
        for _ in 0..<20 { hear(["lane-1": false]) }
        #expect(memory.messages.count == 3)
    }
}
