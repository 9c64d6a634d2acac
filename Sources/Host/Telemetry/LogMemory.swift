import Synchronization

/// Keeps lines in memory, for tests that say what was reported.
public final class LogMemory: LogSink {
    private let kept = Mutex<[LogLine]>([])
    public init() {}
    public func write(_ line: LogLine) { kept.withLock { $0.append(line) } }
    public var lines: [LogLine] { kept.withLock { $0 } }
    public var messages: [String] { lines.map(\.message) }
}
