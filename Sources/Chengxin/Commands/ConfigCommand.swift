import CreditModel
import StreamCore
import WorkerHost

/// `chengxin config print|check|explain`.
enum ConfigCommand {
    private static let options = HostOptions.setting + [HostOptions.format]

    static let task = Program.Task(
        command: Command(
            "config", "prints, checks and explains the configuration",
            subcommands: [
                Command(
                    "print", "prints every value with where it was set; what nobody has confirmed yet is marked", options: options,
                    examples: [Example("chengxin config print", "prints the sample city.")]),
                Command(
                    "check", "says what somebody should look at; exit 1 when there is something", options: options,
                    examples: [Example("chengxin config check --profile production", "checks before a start.")]),
                Command(
                    "explain", "explains one key: what it means, what it is, who says so",
                    operands: [Operand("KEY", "a key with dots, or a table of keys")], options: options,
                    examples: [Example("chengxin config explain host.partitionsEmbedded", "explains one setting.")]),
            ])
    ) { arguments in
        let console = HostOptions.console(arguments)
        let configuration: Configuration
        do {
            configuration = try ClusterSetup(arguments).configuration
        } catch let failure as ConfigurationFailure where arguments.path[2] == "check" {
            // Asked for, so what is wrong is the result.
            if console.format == .json { failure.lines.forEach(console.print) } else { console.print(failure.description) }
            return .findings
        }
        switch arguments.path[2] {
        case "print":
            if console.format == .json {
                configuration.printedLines().forEach(console.print)
            } else {
                text(configuration.printed(), console)
            }
            return .good
        case "check":
            let today = CivilDate(WallClock.now)
            if console.format == .json {
                configuration.checkedLines(on: today).forEach(console.print)
            } else {
                text(configuration.checked(on: today), console)
            }
            return configuration.findings(on: today).isEmpty ? .good : .findings
        default:
            let key = arguments.operands[0]
            guard let lines = configuration.explainedLines(key), let explained = configuration.explained(key) else {
                throw UsageError("there is no key \(key)", hint: configuration.suggestion(for: key) ?? "`chengxin config print` lists them")
            }
            if console.format == .json { lines.forEach(console.print) } else { text(explained, console) }
            return .good
        }
    }

    private static func text(_ text: String, _ console: Console) {
        console.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }
}
