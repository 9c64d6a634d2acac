import StreamCore

/// The places at which a simulated process touches the world, and so may be disturbed.
public enum PortCall: String, Hashable, Sendable, CaseIterable {
    case poll, start, committedOffsets, bounds, replay, renew
    /// Inside a commit: before anything, with the records appended, with the offsets added, and after the end.
    case commit, commitOffsets, commitEnd, commitAnswer
    case storeOpen, storeRead, storeScan, storeCommit, storeLoad, storeTidy, storeDiscard
}

/// What goes wrong at one call.
public enum Trouble: Hashable, Sendable {
    case none
    /// The call fails; nothing happened.
    case refused
    /// A commit whose answer is lost; nothing more is done, and the transaction stays open until somebody ends it.
    case lostBefore
    /// A commit whose answer is lost; it had taken effect.
    case lostAfter
    /// A commit whose answer is lost and whose last request is still under way: it arrives after this time, unless it is fenced first.
    case late(Instant.Span)
    /// The process ends before the call takes effect.
    case crashBefore
    /// The process ends right after the call took effect.
    case crashAfter
    /// The process stands still for this long (as by SIGSTOP) before the call takes effect, while all others go on.
    case pause(Instant.Span)
}

/// Decides what goes wrong, and lets the world go on while a process stands still.
public protocol TroubleMaker: AnyObject {
    func trouble(at call: PortCall, of process: SimulatedProcess) -> Trouble
    /// Runs everybody else for this long.
    func letOthersRun(for span: Instant.Span, while process: SimulatedProcess)
}

/// A process of the simulated world. What it keeps in memory is gone when it ends; what is on its machine's disk stays.
public final class SimulatedProcess {
    public enum State: Hashable, Sendable {
        case running, paused, ended
    }
    public let name: String
    public internal(set) var state = State.running
    /// Its place in the simulator.
    var slot = -1

    public init(name: String) { self.name = name }
}
