import Glibc

/// `write(2)`, under a name that the method below does not hide.
private func writeBytes(_ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int { write(descriptor, start, count) }

/// Writes each line to a file descriptor, as text for people or as one JSON object for machines.
///
/// A line is one `write`, so lines of several processes on one terminal or pipe do not mix. Control characters in values are escaped:
/// a value can neither end its line nor steer a terminal.
public struct LogWriter: LogSink {
    public enum Format: String, Sendable, CaseIterable { case text, json }

    private let descriptor: Int32
    private let format: Format
    private let now: @Sendable () -> String

    /// `now` gives the time that stands before each line; an empty text leaves it out.
    public init(descriptor: Int32 = 2, format: Format = .text, now: @escaping @Sendable () -> String = LogWriter.wallClock) {
        self.descriptor = descriptor
        self.format = format
        self.now = now
    }

    public func write(_ line: LogLine) {
        var text = LogWriter.text(of: line, format: format, time: now())
        text.append(10)
        text.withUnsafeBytes { bytes in
            var done = 0
            while let start = bytes.baseAddress, done < bytes.count {
                let written = writeBytes(descriptor, start + done, bytes.count - done)
                if written < 0, errno == EINTR { continue }
                // A log that cannot be written must not stop the work.
                guard written > 0 else { return }
                done += written
            }
        }
    }

    /// The line without its end.
    public static func text(of line: LogLine, format: Format, time: String) -> [UInt8] {
        var text: [UInt8] = []
        switch format {
        case .text:
            if !time.isEmpty { text += (time + " ").utf8 }
            text += (line.level.name + " " + line.message).utf8
            for (key, value) in line.values {
                text += (" " + key.rawValue + "=").utf8
                append(value, to: &text, alwaysQuoted: false)
            }
        case .json:
            text.append(UInt8(ascii: "{"))
            if !time.isEmpty { text += "\"time\":\"\(time)\",".utf8 }
            text += "\"level\":\"\(line.level.name)\",\"message\":".utf8
            appendQuoted(line.message, to: &text)
            for (key, value) in line.values {
                text += ",\"\(key.rawValue)\":".utf8
                append(value, to: &text, alwaysQuoted: true)
            }
            text.append(UInt8(ascii: "}"))
        }
        return text
    }

    private static func append(_ value: LogValue, to text: inout [UInt8], alwaysQuoted: Bool) {
        switch value {
        case .number(let number): text += String(number).utf8
        case .flag(let flag): text += (flag ? "true" : "false").utf8
        case .text(let content):
            let isPlain = !content.isEmpty && content.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 61 && $0 != 92 }
            if isPlain && !alwaysQuoted { text += content.utf8 } else { appendQuoted(content, to: &text) }
        }
    }

    private static func appendQuoted(_ content: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for scalar in content.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\"".utf8
            case "\\": text += "\\\\".utf8
            case "\n": text += "\\n".utf8
            case "\r": text += "\\r".utf8
            case "\t": text += "\\t".utf8
            // C1 controls and the marks that turn the direction of writing deceive whoever reads a terminal.
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{200e}"..."\u{200f}", "\u{2028}"..."\u{202e}", "\u{2066}"..."\u{2069}":
                let digits = String(scalar.value, radix: 16)
                text += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: text += String(scalar).utf8
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    /// The machine's time in UTC with milliseconds.
    public static let wallClock: @Sendable () -> String = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let thousandths = String(1000 + time.tv_nsec / 1_000_000).dropFirst()
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(thousandths)Z"
    }
}
