import CreditModel
import Glibc
import StreamCore

/// Where a command prints: results on standard output, everything else on standard error.
public final class Console {
    public enum Format: String, CaseIterable { case text, json }

    public let format: Format
    private var buffer: [UInt8] = []
    private let isTerminal = isatty(1) == 1
    private let isProgressShown = isatty(2) == 1
    private var lastProgress: Int64 = 0
    private var hasProgressLine = false
    /// Set when nobody reads what is printed any more.
    public private(set) var isClosed = false

    public init(format: Format) { self.format = format }

    deinit { flush() }

    public func print(_ text: String) { print(bytes: Array(text.utf8)) }

    public func print(bytes: some Sequence<UInt8>) {
        buffer.append(contentsOf: bytes)
        buffer.append(10)
        if isTerminal || buffer.count > 64 * 1024 { flush() }
    }

    /// One JSON object on a line of its own.
    public func print(_ content: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.object(content)
        print(bytes: writer.bytes)
    }

    public func flush() {
        Console.write(buffer, to: 1) { self.isClosed = true }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Something that a person should read, apart from the results.
    public func note(_ text: String) {
        endProgress()
        Console.write(Array((Console.printable(text) + "\n").utf8), to: 2) {}
    }

    /// How far a long task is: rewritten in place on a terminal, now and then a line elsewhere.
    public func progress(_ text: @autoclosure () -> String) {
        let now = WallClockMilliseconds.now
        if lastProgress == 0 { lastProgress = now }
        guard now - lastProgress >= (isProgressShown ? 200 : 5000) else { return }
        lastProgress = now
        hasProgressLine = isProgressShown
        Console.write(Array((isProgressShown ? "\r\u{1b}[K" + text() : text() + "\n").utf8), to: 2) {}
    }

    public func endProgress() {
        guard hasProgressLine else { return }
        hasProgressLine = false
        Console.write(Array("\r\u{1b}[K".utf8), to: 2) {}
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, onFailure: () -> Void) {
        bytes.withUnsafeBytes { bytes in
            var done = 0
            while let start = bytes.baseAddress, done < bytes.count {
                let written = Glibc.write(descriptor, start + done, bytes.count - done)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return onFailure() }
                done += written
            }
        }
    }

    /// The text without characters that steer a terminal; line ends become spaces.
    public static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t": result += " "
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{200e}"..."\u{200f}", "\u{202a}"..."\u{202e}", "\u{2066}"..."\u{2069}":
                result += "\u{fffd}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

private enum WallClockMilliseconds {
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
