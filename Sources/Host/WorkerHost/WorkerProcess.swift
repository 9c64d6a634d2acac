import Glibc
import StreamEngine
import StreamRuntime

/// The process of one worker: `NAME-worker`.
public enum WorkerProcess {
    /// Runs the worker as its command line says, and ends the process.
    public static func main(_ maker: WorkerMaker) -> Never {
        let words = Array(CommandLine.arguments.dropFirst())
        exit(run(words, maker).rawValue)
    }

    private static func command(_ maker: WorkerMaker) -> Command {
        Command(
            "\(maker.name)-worker", "runs the worker \(maker.name)", discussion: WorkerRun.discussion, options: WorkerRun.options,
            examples: [
                Example(
                    "\(maker.name)-worker --bootstrap localhost:9092 --data /var/lib/chengxin/\(maker.name)-1 --instance \(maker.name)-1",
                    "works on Kafka until it is told to end."),
                Example(
                    "\(maker.name)-worker --data city --until-idle",
                    "does what there is to do for this worker on the embedded log, and ends."),
            ])
    }

    static func run(_ words: [String], _ maker: WorkerMaker) -> ExitCode {
        do {
            let command = command(maker)
            let arguments = try Arguments(words, for: command)
            if arguments.wantsHelp {
                Console(format: .text).print(Help.text(for: command, path: arguments.path))
                return .good
            }
            return try WorkerRun.run(arguments, maker)
        } catch {
            let failure = ProcessFailure(error)
            Console(format: .text).note("\(maker.name)-worker: \(failure)")
            return failure.exit
        }
    }
}

/// Why a process ends early: what happened, what to do, and the exit code.
public struct ProcessFailure: Error, Sendable, CustomStringConvertible {
    public var exit: ExitCode
    public var reason: String
    public var hint: String

    public init(_ exit: ExitCode, _ reason: String, hint: String) {
        self.exit = exit
        self.reason = reason
        self.hint = hint
    }

    public init(_ error: any Error) {
        switch error {
        case let failure as ProcessFailure: self = failure
        case let failure as UsageError: self.init(.usage, failure.reason, hint: failure.hint)
        case let failure as HostFailure: self.init(.configuration, failure.reason, hint: failure.hint)
        case let failure as ConfigurationFailure: self.init(.configuration, failure.description, hint: "")
        // What stands in the way is the folder, its rights or another process: configuration, as sysexits calls it.
        case let failure as LogFailure:
            self.init(failure.kind == .fatal ? .configuration : .temporary, failure.reason, hint: failure.hint)
        case let failure as StoreFailure: self.init(.configuration, failure.reason, hint: failure.hint)
        case let failure as LaneFailure: self.init(.configuration, "\(failure.worker): \(failure.reason)", hint: failure.hint)
        default: self.init(.failure, "\(error)", hint: "this is a mistake of the program; please report it")
        }
    }

    public var description: String { hint.isEmpty ? reason : "\(reason); \(hint)" }
}
