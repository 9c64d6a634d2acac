/// Writes lines about what happens: a constant message with values beside it, each under a key of `LogKey`.
///
/// Normal work is quiet; a warning is something a person should look at. Nothing that a message says about a person is ever a value.
public struct Log: Sendable {
    public var level: LogLevel
    /// Put before the values of every line.
    public var common: [(LogKey, LogValue)]
    private let sink: any LogSink

    public init(to sink: any LogSink, level: LogLevel = .notice, common: [(LogKey, LogValue)] = []) {
        self.sink = sink
        self.level = level
        self.common = common
    }

    /// The same log with more values on every line.
    public func with(_ values: KeyValuePairs<LogKey, LogValue>) -> Log {
        Log(to: sink, level: level, common: common + values.map { ($0.key, $0.value) })
    }

    public func debug(_ message: StaticString, _ values: KeyValuePairs<LogKey, LogValue> = [:]) { write(.debug, message, values) }
    public func info(_ message: StaticString, _ values: KeyValuePairs<LogKey, LogValue> = [:]) { write(.info, message, values) }
    public func notice(_ message: StaticString, _ values: KeyValuePairs<LogKey, LogValue> = [:]) { write(.notice, message, values) }
    public func warning(_ message: StaticString, _ values: KeyValuePairs<LogKey, LogValue> = [:]) { write(.warning, message, values) }
    public func error(_ message: StaticString, _ values: KeyValuePairs<LogKey, LogValue> = [:]) { write(.error, message, values) }

    private func write(_ level: LogLevel, _ message: StaticString, _ values: KeyValuePairs<LogKey, LogValue>) {
        guard level >= self.level else { return }
        // What a line says itself is not said for it.
        let before = common.filter { entry in !values.contains { $0.key == entry.0 } }
        sink.write(LogLine(level: level, message: message.description, values: before + values.map { ($0.key, $0.value) }))
    }
}

/// How much a line matters; the order is the order of importance.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case debug, info, notice, warning, error

    public var name: String {
        switch self {
        case .debug: return "debug"
        case .info: return "info"
        case .notice: return "notice"
        case .warning: return "warning"
        case .error: return "error"
        }
    }

    public init?(name: String) {
        guard let level = LogLevel.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// Every key that a line may carry, so that the same thing is always called the same.
public enum LogKey: String, Sendable, CaseIterable {
    case worker, partition, partitions, topic, offset, shard, line, file, path
    case count, bytes, milliseconds
    case status, code, reason, hint, kind
    case instance, cluster, profile, policy
    case signal, instant, attempt, lane, generation
    case client, facility, text
}

/// A value of a line.
public enum LogValue: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    case text(String)
    case number(Int64)
    case flag(Bool)

    public init(stringLiteral text: String) { self = .text(text) }
    public init(integerLiteral number: Int64) { self = .number(number) }
    public init(booleanLiteral flag: Bool) { self = .flag(flag) }
    public static func number(_ number: Int) -> LogValue { .number(Int64(number)) }
}

/// One line before it is written.
public struct LogLine: Sendable {
    public var level: LogLevel
    public var message: String
    public var values: [(LogKey, LogValue)]

    public init(level: LogLevel, message: String, values: [(LogKey, LogValue)]) {
        self.level = level
        self.message = message
        self.values = values
    }

    public subscript(key: LogKey) -> LogValue? { values.last { $0.0 == key }?.1 }
}

/// Where lines go.
public protocol LogSink: Sendable {
    func write(_ line: LogLine)
}

/// Drops every line.
public struct LogNowhere: LogSink {
    public init() {}
    public func write(_ line: LogLine) {}
}
