/// A command line that was understood.
public struct Arguments: Sendable {
    /// The names of the command and of its subcommands, from the program's name on.
    public var path: [String]
    /// The command that was named last; its options and operands are these.
    public var command: Command
    public var operands: [String]
    /// Whether `--help` was asked for; then nothing else was checked.
    public var wantsHelp: Bool
    private var values: [String: [String]]

    /// The option's value; the last one where it was given more than once.
    public subscript(option: Option) -> String? { values[option.name]?.last }

    /// All values of an option that may be repeated.
    public func all(_ option: Option) -> [String] { values[option.name] ?? [] }

    /// Whether the switch was given.
    public func has(_ option: Option) -> Bool { values[option.name] != nil }

    /// The option's value as a number that is not negative.
    public func number(_ option: Option) throws(UsageError) -> Int? {
        guard let text = self[option] else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw UsageError("--\(option.name) is not a number: \(text)", hint: "give digits, for example --\(option.name) 100")
        }
        return number
    }

    /// Reads the words after the program's name. `--name VALUE` and `--name=VALUE` are the same; after `--` nothing is an option.
    public init(_ words: [String], for program: Command) throws(UsageError) {
        var command = program
        var path = [program.name]
        var rest = words[...]
        while !command.subcommands.isEmpty {
            guard let word = rest.first else {
                throw UsageError(
                    "a command is missing after `\(path.joined(separator: " "))`",
                    hint:
                        "one of \(command.subcommands.map(\.name).joined(separator: ", ")); `\(path.joined(separator: " ")) --help` tells more"
                )
            }
            rest = rest.dropFirst()
            if word == "--help" || word == "-h" {
                self.init(path: path, command: command)
                return
            }
            guard let next = command.subcommands.first(where: { $0.name == word }) else {
                throw UsageError(
                    "there is no command `\(path.dropFirst().map { $0 + " " }.joined())\(word)`",
                    hint: Suggestion.hint(for: word, among: command.subcommands.map(\.name))
                        ?? "`\(path.joined(separator: " ")) --help` lists them")
            }
            command = next
            path.append(next.name)
        }
        self.init(path: path, command: command)
        wantsHelp = false
        try read(rest)
        if !wantsHelp { try check() }
    }

    private init(path: [String], command: Command) {
        self.path = path
        self.command = command
        operands = []
        values = [:]
        wantsHelp = true
    }

    private mutating func read(_ words: ArraySlice<String>) throws(UsageError) {
        var rest = words
        var onlyOperands = false
        while let word = rest.popFirst() {
            // A lone "-" is standard input.
            guard !onlyOperands, word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            if word == "--" {
                onlyOperands = true
                continue
            }
            if word == "--help" || word == "-h" {
                wantsHelp = true
                return
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let option = command.options.first(where: { "--\($0.name)" == parts[0] }) else {
                throw UsageError(
                    "`\(path.joined(separator: " "))` has no option \(parts[0])",
                    hint: Suggestion.hint(for: parts[0], among: command.options.map { "--\($0.name)" }) ?? helpHint)
            }
            guard let valueName = option.value else {
                if parts.count > 1 { throw UsageError("--\(option.name) takes no value", hint: "leave out what follows the =") }
                values[option.name] = [""]
                continue
            }
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst(), !value.isEmpty else {
                throw UsageError("--\(option.name) needs a value", hint: "--\(option.name) \(valueName): \(option.summary)")
            }
            if !option.choices.isEmpty && !option.choices.contains(value) {
                throw UsageError(
                    "--\(option.name) cannot be \(value)",
                    hint: Suggestion.hint(for: value, among: option.choices) ?? "one of \(option.choices.joined(separator: ", "))")
            }
            if values[option.name] != nil && !option.isRepeatable {
                throw UsageError("--\(option.name) was given twice", hint: "give it once")
            }
            values[option.name, default: []].append(value)
        }
    }

    private func check() throws(UsageError) {
        for option in command.options where option.isRequired && values[option.name] == nil {
            throw UsageError("--\(option.name) is missing", hint: "--\(option.name) \(option.value ?? ""): \(option.summary)")
        }
        let required = command.operands.filter { $0.count != .optional }.count
        if operands.count < required {
            let missing = command.operands.filter { $0.count != .optional }[operands.count]
            throw UsageError("\(missing.name) is missing", hint: "\(missing.name): \(missing.summary)")
        }
        let isOpen = command.operands.contains { $0.count == .oneOrMore }
        if !isOpen, operands.count > command.operands.count {
            throw UsageError("`\(operands[command.operands.count])` is one word too many", hint: helpHint)
        }
    }

    private var helpHint: String { "`\(path.joined(separator: " ")) --help` lists what there is" }
}
