import StreamCore
import Synchronization
import Telemetry

/// Says once when no broker can be reached any more, and once when one can again.
///
/// A broker that is away makes every connection of every handle complain again and again, each in its own words; those lines are for who
/// asks for them (level info). What counts is whether a member of the group has a connection, which librdkafka's statistics tell.
final class BrokerWatch: Sendable {
    private struct State {
        /// When each handle last said that a broker answers, or that none does.
        var handles: [String: (isUp: Bool, at: Instant.Span)] = [:]
        var isReachable = true
        var lastComplaint = ""
    }

    /// A handle that has said nothing for so long is closed.
    private static let silence = Instant.Span.seconds(20)

    private let log: Log
    private let now: @Sendable () -> Instant.Span
    private let state = Mutex(State())

    init(log: Log, now: @escaping @Sendable () -> Instant.Span = { WallClock.sinceStart }) {
        self.log = log
        self.now = now
    }

    var isReachable: Bool { state.withLock { $0.isReachable } }

    /// A connection has failed; why is said with the next "no broker".
    func complained(_ text: String) { state.withLock { $0.lastComplaint = text } }

    /// Whether a handle has a connection to a broker.
    func heard(_ handle: String, isUp: Bool) {
        let now = now()
        let change: (isReachable: Bool, reason: String)? = state.withLock { state in
            state.handles[handle] = (isUp, now)
            state.handles = state.handles.filter { $0.value.at.milliseconds + BrokerWatch.silence.milliseconds > now.milliseconds }
            let isReachable = state.handles.values.contains { $0.isUp }
            guard isReachable != state.isReachable else { return nil }
            state.isReachable = isReachable
            return (isReachable, state.lastComplaint)
        }
        guard let change else { return }
        if change.isReachable {
            log.notice("a broker is reachable again")
        } else {
            log.warning(
                "no broker is reachable", [.reason: .text(change.reason), .hint: "it goes on by itself when one answers; nothing is lost"])
        }
    }
}
