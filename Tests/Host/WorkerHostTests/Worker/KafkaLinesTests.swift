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

    private static func line(_ level: Int, _ facility: String = "FAIL") -> KafkaLine {
        KafkaLine(level: level, client: "ledger-1#consumer-1", facility: facility, text: "connection refused")
    }

    @Test(
        arguments: [(0, .error), (2, .error), (3, .warning), (4, .warning), (5, .notice), (6, .info), (7, .debug)] as [(Int, LogLevel)])
    func giveEachLevelOfSyslogAPlace(syslog: Int, level: LogLevel) {
        let memory = LogMemory()
        KafkaLines(log: Log(to: memory, level: .debug)).take(KafkaLinesTests.line(syslog))
        #expect(memory.lines.map(\.level) == [level])
        #expect(memory.lines.first?[.text] == .text("connection refused"))
    }

    @Test func areNoFlood() {
        let memory = LogMemory()
        let time = Time()
        let lines = KafkaLines(log: Log(to: memory)) { time.now }
        for _ in 0..<100 { lines.take(KafkaLinesTests.line(3)) }
        lines.take(KafkaLinesTests.line(3, "MAXPOLL"))
        #expect(memory.lines.count == 2)
        time.move(61)
        for _ in 0..<5 { lines.take(KafkaLinesTests.line(3)) }
        #expect(memory.lines.count == 3)
        #expect(memory.lines.last?[.count] == .number(Int64(99)))
    }
}
