import WorkerHost

/// The operators' command: what it is called with, and what does it.
enum Program {
    static let command = Command(
        "chengxin", "runs and looks after the casework of a city's personal-credit system",
        discussion: """
            All workers in one process on an embedded log (--data DIR), or one worker of a cluster on Kafka (--bootstrap HOST:PORT).
            Configuration: flags over environment (CHENGXIN_…) over Config/ over defaults.
            """,
        subcommands: tasks.map(\.command) + [
            Command(
                "help", "explains a command", operands: [Operand("COMMAND", "which; all of them unless given", count: .optional)],
                examples: [Example("chengxin help submit", "explains submit.")])
        ] + [
            Command("completion", "prints the completion for bash", examples: [Example("source <(chengxin completion)", "switches it on.")])
        ]
            + [Command("manual", "prints the manual page", examples: [Example("chengxin manual | man -l -", "shows it.")])])

    /// A command and what does it.
    struct Task: Sendable {
        var command: Command
        var run: @Sendable (Arguments) throws -> ExitCode
    }

    /// Does what the words say. Never throws: what goes wrong is printed with what to do about it.
    static func run(_ words: [String]) -> ExitCode {
        do {
            if words.isEmpty {
                Console(format: .text).print(Help.text(for: command, path: [command.name]))
                return .usage
            }
            if words == ["--version"] { return try Version.task.run(Arguments(["version"], for: command)) }
            let arguments = try Arguments(words, for: command)
            if arguments.wantsHelp {
                Console(format: .text).print(Help.text(for: arguments.command, path: arguments.path))
                return .good
            }
            switch arguments.path[1] {
            case "help": return try explain(arguments.operands)
            case "completion": Console(format: .text).print(Help.completion(for: command))
            case "manual": Console(format: .text).print(Help.manual(for: command))
            default:
                guard let task = tasks.first(where: { $0.command.name == arguments.path[1] }) else {
                    preconditionFailure("\(arguments.path) is declared and not done")
                }
                return try task.run(arguments)
            }
            return .good
        } catch {
            let failure = Program.failure(error)
            Console(format: .text).note("chengxin: \(failure)")
            return failure.exit
        }
    }

    /// A file that cannot be read is a finding, not a matter of configuration.
    private static func failure(_ error: any Error) -> ProcessFailure {
        guard let failure = error as? FileFailure else { return ProcessFailure(error) }
        return ProcessFailure(.findings, "\(failure.path): \(failure.reason)", hint: failure.hint)
    }

    private static func explain(_ names: [String]) throws -> ExitCode {
        guard let name = names.first else {
            Console(format: .text).print(Help.text(for: command, path: [command.name]))
            return .good
        }
        return run([name, "--help"])
    }
}
