import KafkaLog
import StreamCore
import Synchronization
import Telemetry

/// Takes librdkafka's lines into the log of the process: each kind once, and then at most once a minute with how many were left out.
/// Those about single connections are `BrokerWatch`'s.
final class KafkaLines: Sendable {
    private struct Seen {
        var at: Instant.Span
        var leftOut = 0
    }

    /// What librdkafka, and our adapter, call lines about a connection or a request that is made again.
    private static let ofConnections: Set<String> = [
        "FAIL", "ERROR", "CONSUMER", "REQTMOUT", "SESSTMOUT", "GETPID", "BRKMAIN", "CONNECT", "DISCONNECT", "CLOSE",
    ]
    private static let silence = Instant.Span.seconds(60)
    private static let kindsMax = 200

    private let log: Log
    private let brokers: BrokerWatch
    private let now: @Sendable () -> Instant.Span
    private let seen = Mutex<[String: Seen]>([:])

    init(log: Log, brokers: BrokerWatch, now: @escaping @Sendable () -> Instant.Span = { WallClock.sinceStart }) {
        self.log = log
        self.brokers = brokers
        self.now = now
    }

    func take(_ line: KafkaLine) {
        var level = KafkaLines.level(of: line.level)
        if KafkaLines.ofConnections.contains(line.facility), level > .debug, level < .error {
            if level == .warning { brokers.complained(line.text) }
            level = .info
        }
        guard level >= log.level else { return }
        let kind = "\(line.facility) \(line.level)"
        let now = now()
        let leftOut: Int? = seen.withLock { seen in
            if level > .debug, let before = seen[kind], before.at.milliseconds + KafkaLines.silence.milliseconds > now.milliseconds {
                seen[kind]?.leftOut += 1
                return nil
            }
            let count = seen[kind]?.leftOut ?? 0
            if seen.count >= KafkaLines.kindsMax { seen.removeAll() }
            seen[kind] = Seen(at: now)
            return count
        }
        guard let leftOut else { return }
        let values: KeyValuePairs<LogKey, LogValue> = [
            .facility: .text(line.facility), .client: .text(line.client), .text: .text(line.text), .count: .number(leftOut),
        ]
        switch level {
        case .debug: log.debug("librdkafka says", values)
        case .info: log.info("librdkafka says", values)
        case .notice: log.notice("librdkafka says", values)
        case .warning: log.warning("librdkafka says", values)
        case .error: log.error("librdkafka says", values)
        }
    }

    /// Syslog's levels. What librdkafka calls an error is a connection that it tries again: nothing that a person has to mend at once.
    static func level(of syslog: Int) -> LogLevel {
        switch syslog {
        case ...2: return .error
        case 3, 4: return .warning
        case 5: return .notice
        case 6: return .info
        default: return .debug
        }
    }
}
