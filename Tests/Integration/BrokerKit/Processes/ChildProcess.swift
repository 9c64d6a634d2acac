import Foundation
import Synchronization

/// A process that is ended when this one ends, in whatever way, or when nobody holds it any more.
public final class ChildProcess: Sendable {
    /// How a process ended.
    public enum End: Sendable, Equatable, CustomStringConvertible {
        case code(Int32)
        case signal(Int32)

        public var description: String {
            switch self {
            case .code(let code): return "exit \(code)"
            case .signal(let signal): return "signal \(signal)"
            }
        }
    }

    public struct CannotStart: Error, CustomStringConvertible {
        public var description: String
    }

    public let pid: pid_t
    /// The file that its output and its errors are appended to.
    public let output: String

    /// Shared with the thread that waits for the end, which must not keep the process alive.
    private final class State: Sendable {
        let end = Mutex<End?>(nil)
        let ended = DispatchGroup()
    }

    private let state = State()

    /// Starts a program. Its environment is ours without what steers our own commands, and with `environment`.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], folder: String = BuiltProducts.root, output: String,
        errors: String? = nil
    ) throws {
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("CHENGXIN_") && $0.key != "KAFKA_OPTS" }
        variables.merge(environment) { $1 }
        self.output = output
        let pid = Spawn.start(
            "setpriv", ["--pdeathsig", "KILL", "--", "env", "-C", folder, program] + arguments, environment: variables, output: output,
            errors: errors)
        guard let pid else { throw CannotStart(description: "\(program) cannot be started: is setpriv (util-linux) installed?") }
        self.pid = pid
        state.ended.enter()
        Thread { [state] in
            // Seen first and taken away under the lock, so that nobody signals another process that got the same number.
            var seen = siginfo_t()
            while waitid(P_PID, id_t(pid), &seen, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            state.end.withLock { end in
                var status: Int32 = 0
                waitpid(pid, &status, 0)
                let signal = status & 0x7f
                end = signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
            }
            state.ended.leave()
        }.start()
    }

    deinit { send(SIGKILL) }

    /// Nil while it runs.
    public var end: End? { state.end.withLock { $0 } }
    public var isRunning: Bool { end == nil }

    /// Sends a signal to the process and to all that it started. False when it has ended already.
    @discardableResult
    public func send(_ signal: Int32) -> Bool {
        state.end.withLock { end in
            guard end == nil else { return false }
            // Until it has called setpgid, only the process itself is there.
            return kill(-pid, signal) == 0 || kill(pid, signal) == 0
        }
    }

    /// How it ended; nil when it still runs after the time.
    @discardableResult
    public func waitForEnd(within limit: Duration) -> End? {
        let (seconds, attoseconds) = limit.components
        _ = state.ended.wait(timeout: .now() + Double(seconds) + Double(attoseconds) / 1e18)
        return end
    }

    /// All that it has written so far.
    public var text: String { (try? Data(contentsOf: URL(fileURLWithPath: output))).map { String(decoding: $0, as: UTF8.self) } ?? "" }
    public var textSize: Int { (try? FileManager.default.attributesOfItem(atPath: output))?[.size] as? Int ?? 0 }

    /// What it has written from this byte of its output on.
    public func text(from offset: Int) -> String {
        guard let file = FileHandle(forReadingAtPath: output) else { return "" }
        defer { try? file.close() }
        try? file.seek(toOffset: UInt64(offset))
        return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    }

    /// The last lines, for a failure's message.
    public func tail(_ lines: Int = 12) -> String { text.split(separator: "\n").suffix(lines).joined(separator: "\n") }

    /// Memory that it occupies now, in bytes.
    public var residentBytes: Int? { status("VmRSS:").map { $0 * 1024 } }
    /// The most that it has occupied, in bytes.
    public var residentPeakBytes: Int? { status("VmHWM:").map { $0 * 1024 } }

    private func status(_ name: String) -> Int? {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
    }

    /// Processor time that it has used, user and system.
    public var processorTime: Duration? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let close = text.lastIndex(of: ")") else {
            return nil
        }
        // Fields 14 and 15 of proc(5); the first after the name is field 3.
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return nil }
        return .milliseconds((user + system) * 1000 / sysconf(Int32(_SC_CLK_TCK)))
    }
}
