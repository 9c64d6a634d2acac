/// A place in a file, counted from 1 as editors do.
public struct YAMLPlace: Hashable, Sendable, CustomStringConvertible {
    public var file: String
    public var line: Int
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var description: String { "\(file):\(line):\(column)" }
}

/// Why a YAML text cannot be used, and where.
public struct YAMLFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public var place: YAMLPlace
    public var reason: String
    public var hint: String

    public init(_ place: YAMLPlace, _ reason: String, hint: String = "") {
        self.place = place
        self.reason = reason
        self.hint = hint
    }

    public var description: String { hint.isEmpty ? "\(place): \(reason)" : "\(place): \(reason); \(hint)" }
}

/// A value of a YAML document with its place. Scalars are text until somebody asks for something else.
public struct YAMLNode: Sendable {
    public enum Content: Sendable {
        /// The text, and whether it stood without quotes: only then is it more than text.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    public var place: YAMLPlace
    public var content: Content

    public init(place: YAMLPlace, content: Content) {
        self.place = place
        self.content = content
    }

    /// Whether nothing stands here, or `null` or `~` without quotes.
    public var isNull: Bool {
        if case .scalar(let text, true) = content { return text.isEmpty || text == "null" || text == "~" }
        return false
    }

    /// A scalar as it stands, quoted or not; nothing is an error, since an empty text is written `""`.
    public func text() throws(YAMLFailure) -> String {
        guard case .scalar(let text, _) = content, !isNull else { throw wrong("a text") }
        return text
    }

    public func integer() throws(YAMLFailure) -> Int {
        guard case .scalar(let text, true) = content, let number = Int(text.filter { $0 != "_" }) else { throw wrong("a whole number") }
        return number
    }

    /// `true` or `false`. Other words for it (`yes`, `on`) are refused, because readers disagree about them.
    public func boolean() throws(YAMLFailure) -> Bool {
        guard case .scalar(let text, true) = content, text == "true" || text == "false" else {
            throw wrong("true or false", hint: "write true or false, without quotes")
        }
        return text == "true"
    }

    public func sequence() throws(YAMLFailure) -> [YAMLNode] {
        guard case .sequence(let nodes) = content else { throw wrong("a list") }
        return nodes
    }

    /// The entries in the order of the file; keys are unique.
    public func mapping() throws(YAMLFailure) -> [YAMLEntry] {
        guard case .mapping(let entries) = content else { throw wrong("a table of keys and values") }
        return entries
    }

    /// The value of a key; nil when it is not there or this is no mapping.
    public subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    private func wrong(_ wanted: String, hint: String = "") -> YAMLFailure {
        let found: String
        switch content {
        case .scalar(_, let isPlain): found = isNull ? "nothing" : isPlain ? "a plain value" : "a quoted text"
        case .sequence: found = "a list"
        case .mapping: found = "a table of keys and values"
        }
        return YAMLFailure(place, "expected \(wanted), found \(found)", hint: hint)
    }
}

/// One key of a mapping with its value.
public struct YAMLEntry: Sendable {
    public var key: String
    /// Where the key stands.
    public var place: YAMLPlace
    public var value: YAMLNode

    public init(key: String, place: YAMLPlace, value: YAMLNode) {
        self.key = key
        self.place = place
        self.value = value
    }
}
