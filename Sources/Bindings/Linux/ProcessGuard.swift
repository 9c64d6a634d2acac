import CLinux
import Glibc

/// Keeps what a process has in memory out of core files and away from debuggers of the same user.
public enum ProcessGuard {
    /// Called once, before any key is read. A machine that refuses is told by the result.
    public static func harden() -> Bool {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        let noCore = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0
        // Also makes /proc/PID/mem the administrator's alone. The pipe limit of a core handler is not bound by RLIMIT_CORE; this is.
        let notDumpable = shim_set_not_dumpable() == 0
        // Files that we make are the owner's alone, whatever the user's habit is.
        umask(0o077)
        return noCore && notDumpable
    }
}
