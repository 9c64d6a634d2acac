import CLinux
import Glibc

/// Tells that the process was asked to end, by SIGTERM or SIGINT.
///
/// The signals are blocked and read from a descriptor, so that no handler runs in the middle of anything. After the first one they
/// are let through again: who asks twice is obeyed at once.
public final class StopSignal {
    private let descriptor: Int32
    private var signal: Int32?

    /// Made before any other thread, so that all of them inherit the blocked signals.
    public init() {
        var wanted = StopSignal.wanted
        sigprocmask(SIG_BLOCK, &wanted, nil)
        descriptor = signalfd(-1, &wanted, Int32(SFD_NONBLOCK) | Int32(SFD_CLOEXEC))
        // Whoever reads our output through a pipe may go away: that is an error of write, not the end of the process.
        Glibc.signal(SIGPIPE, SIG_IGN)
    }

    deinit { close(descriptor) }

    private static var wanted: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }

    /// The signal that asked; nil while nobody has.
    public var received: Int32? {
        if signal == nil {
            var info = signalfd_siginfo()
            if read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size) == MemoryLayout<signalfd_siginfo>.size {
                signal = Int32(info.ssi_signo)
                var wanted = StopSignal.wanted
                sigprocmask(SIG_UNBLOCK, &wanted, nil)
            }
        }
        return signal
    }

    public var isRequested: Bool { received != nil }

    /// Sleeps until something may be read from `watched`, a signal comes, or the time is over.
    public func wait(watching watched: Int32?, milliseconds: Int32) {
        var places = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        if let watched { places.append(pollfd(fd: watched, events: Int16(POLLIN), revents: 0)) }
        _ = poll(&places, nfds_t(places.count), milliseconds)
    }
}
