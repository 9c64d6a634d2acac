/// One thing that is wrong with a configuration: where, what, and what to do.
public struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
    /// `file:line:column`, a variable of the environment, or a flag.
    public var place: String
    /// The key with dots, where it is about one.
    public var key: String
    public var reason: String
    public var hint: String

    public init(at place: String, key: String = "", _ reason: String, hint: String = "") {
        self.place = place
        self.key = key
        self.reason = reason
        self.hint = hint
    }

    public var description: String {
        var text = place.isEmpty ? "" : place + ": "
        if !key.isEmpty { text += key + ": " }
        text += reason
        return hint.isEmpty ? text : text + "; " + hint
    }
}

/// A configuration that cannot be used, with everything that is wrong with it. Exit code 78.
public struct ConfigurationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public var problems: [ConfigurationProblem]

    public init(_ problems: [ConfigurationProblem]) { self.problems = problems }
    public init(_ problem: ConfigurationProblem) { problems = [problem] }

    /// One line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
