/// A command as one declaration: parsing, help, completion and the manual page are made from it.
public struct Command: Sendable {
    public var name: String
    /// One line, without a full stop.
    public var summary: String
    /// What else a reader of the help should know, as paragraphs.
    public var discussion: String
    public var operands: [Operand]
    public var options: [Option]
    public var examples: [Example]
    public var subcommands: [Command]

    public init(
        _ name: String, _ summary: String, discussion: String = "", operands: [Operand] = [], options: [Option] = [],
        examples: [Example] = [], subcommands: [Command] = []
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.operands = operands
        self.options = options
        self.examples = examples
        self.subcommands = subcommands
    }
}

/// A word that is not an option, by its place.
public struct Operand: Sendable {
    public enum Count: Sendable { case one, optional, oneOrMore }
    public var name: String
    public var summary: String
    public var count: Count

    public init(_ name: String, _ summary: String, count: Count = .one) {
        self.name = name
        self.summary = summary
        self.count = count
    }

    var synopsis: String {
        switch count {
        case .one: return name
        case .optional: return "[\(name)]"
        case .oneOrMore: return "\(name)…"
        }
    }
}

/// `--name`, or `--name VALUE` where it takes one.
public struct Option: Hashable, Sendable {
    public var name: String
    /// What the value is called in the help; nil for a switch.
    public var value: String?
    public var summary: String
    /// The only values allowed; empty: any.
    public var choices: [String]
    public var isRequired: Bool
    public var isRepeatable: Bool

    public init(
        _ name: String, _ value: String? = nil, _ summary: String, choices: [String] = [], isRequired: Bool = false,
        isRepeatable: Bool = false
    ) {
        self.name = name
        self.value = value
        self.summary = summary
        self.choices = choices
        self.isRequired = isRequired
        self.isRepeatable = isRepeatable
    }

    var synopsis: String {
        guard let value else { return "--\(name)" }
        return "--\(name) " + (choices.isEmpty ? value : choices.joined(separator: "|"))
    }
}

/// A command line that works, and what it does.
public struct Example: Sendable {
    public var line: String
    public var summary: String
    public init(_ line: String, _ summary: String) {
        self.line = line
        self.summary = summary
    }
}

/// A command line that cannot be understood: exit 64.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    public var reason: String
    public var hint: String
    public init(_ reason: String, hint: String) {
        self.reason = reason
        self.hint = hint
    }
    public var description: String { "\(reason); \(hint)" }
}
