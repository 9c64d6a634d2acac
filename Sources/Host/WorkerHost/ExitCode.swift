/// How a process says how it went.
public enum ExitCode: Int32, Error, Sendable, CaseIterable {
    case good = 0
    case findings = 1
    case usage = 64
    /// EX_SOFTWARE of sysexits: our own mistake, or a machine that fails.
    case failure = 70
    case configuration = 78

    public var meaning: String {
        switch self {
        case .good: return "everything went as asked"
        case .findings: return "findings: lines that could not be read, messages that would be refused, checks that failed"
        case .usage: return "the command line cannot be understood"
        case .failure: return "the machine or the program failed; nothing that was committed is lost"
        case .configuration: return "configuration, data directory or environment do not allow it"
        }
    }
}
