import Linux
import StreamCore
import StreamRuntime
import Synchronization

/// The lanes of one process, each on a thread of its own, from their start to the end of the last one.
final class LaneCrew: Sendable {
    /// How far a lane is.
    enum Stage: Sendable {
        case running
        /// Everything it decided is committed; it closes what it has open.
        case closing
        case ended
    }

    private struct State {
        var stages: [Stage]
        var failure: ProcessFailure?
    }

    let signals = LaneSignals()
    private let state: Mutex<State>

    /// `body` is the life of the lane of this number, from the making of it to its close, on the lane's thread; it says when it closes.
    /// What it throws ends the process, after the other lanes have ended.
    init(count: Int, body: @escaping @Sendable (_ number: Int, LaneSignals, _ closes: () -> Void) throws -> Void) throws {
        state = Mutex(State(stages: Array(repeating: .running, count: count)))
        for number in 0..<count {
            let isStarted = OSThread.start("lane-\(number)") { [self] in
                do {
                    try body(number, signals) { self.reach(.closing, number) }
                } catch {
                    fail(error)
                }
                reach(.ended, number)
            }
            guard isStarted else {
                for missing in number..<count { reach(.ended, missing) }
                fail(ProcessFailure(.temporary, "the system has no thread for lane \(number)", hint: "start it with fewer lanes"))
                return
            }
        }
    }

    private func reach(_ stage: Stage, _ number: Int) { state.withLock { $0.stages[number] = stage } }

    /// The first failure is the reason; those that follow may only be its consequences.
    private func fail(_ error: any Error) {
        let failure = ProcessFailure(error)
        state.withLock { $0.failure = $0.failure ?? failure }
        signals.stop()
    }

    var failure: ProcessFailure? { state.withLock { $0.failure } }
    var hasEnded: Bool { state.withLock { $0.stages.allSatisfy { $0 == .ended } } }
    /// Whether no lane decides or commits any more.
    var isDrained: Bool { state.withLock { $0.stages.allSatisfy { $0 != .running } } }
    /// Whether a lane has ended that nobody asked to.
    var hasFailed: Bool { failure != nil }
}
