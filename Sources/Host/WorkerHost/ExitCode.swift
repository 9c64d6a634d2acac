/// How a process says how it went. A supervisor starts it again after `failure`, `temporary` and `cutShort`, never after the others.
public enum ExitCode: Int32, Error, Sendable, CaseIterable {
    case good = 0
    case findings = 1
    case usage = 64
    /// EX_SOFTWARE of sysexits: our own mistake, or a machine that fails.
    case failure = 70
    /// EX_TEMPFAIL of sysexits: the same command may well work in a while.
    case temporary = 75
    case configuration = 78
    /// What a shell shows of a process that SIGTERM ended.
    case cutShort = 143

    public var meaning: String {
        switch self {
        case .good: return "everything went as asked"
        case .findings: return "findings: lines that could not be read, messages that would be refused, checks that failed"
        case .usage: return "the command line cannot be understood"
        case .failure: return "the machine or the program failed; nothing that was committed is lost, start it again"
        case .temporary:
            return "try again: no broker answered in time, or another process with the same instance id has taken the place"
        case .configuration: return "configuration, data directory or environment do not allow it; starting it again does not help"
        case .cutShort: return "was told to end and did not come to its end in time, or was told twice; nothing that was committed is lost"
        }
    }
}
