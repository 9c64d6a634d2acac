import CreditModel
import StreamCore

extension Configuration {
    // MARK: print

    /// The whole configuration as text: YAML, each value with where it was set, rules that nobody has confirmed marked.
    public func printed() -> String {
        var lines = ["# policy \(policy.version), profile \(profile)"]
        var open: [String] = []
        let marks = Dictionary(unconfirmed.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        for setting in inOrder {
            let parents = Array(setting.path.dropLast())
            if open != parents {
                let shared = zip(open, parents).prefix { $0 == $1 }.count
                for depth in shared..<parents.count {
                    let path = Array(parents.prefix(depth + 1))
                    let mark = marks[path].map { "  # UNCONFIRMED" + ($0.note.map { ": " + $0 } ?? "") } ?? ""
                    lines.append(indent(depth) + parents[depth] + ":" + mark)
                }
                open = parents
            }
            let name = setting.path.last ?? ""
            lines.append(indent(parents.count) + name + ": " + setting.value + "  # " + setting.origin.description)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same, one JSON object a line: `key`, `value`, `origin`, `unconfirmed`.
    public func printedLines() -> [String] {
        inOrder.map { setting in
            JSONLine.object([
                ("key", .text(setting.key)), ("value", .text(setting.value)), ("origin", .text(setting.origin.description)),
                ("unconfirmed", .boolean(unconfirmed.contains { setting.path.starts(with: $0.path) })),
            ])
        }
    }

    /// Tables whole and in the order of the files, although values of one table may have been read at different times.
    private var inOrder: [Setting] {
        var tree = OutlineNode()
        for (index, setting) in all.enumerated() { tree.add(setting.path[...], index) }
        return tree.indices.map { all[$0] }
    }

    private func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

    // MARK: explain

    /// What a key means, what it is set to, where, by what rule, and how to set it otherwise; nil when there is no such key. A key of a
    /// table tells about all that is below it.
    public func explained(_ key: String) -> String? {
        let found = settings(for: key)
        if found.isEmpty { return nil }
        return found.map { setting in
            var lines = ["\(setting.key) = \(setting.value)", "  \(setting.meaning)", "  set by: \(setting.origin)"]
            if let rule = rule(of: setting) {
                lines.append("  rule: \(rule.source)" + (rule.confirmed ? "" : " (UNCONFIRMED" + (rule.note.map { ": " + $0 } ?? "") + ")"))
            }
            if !setting.value.hasPrefix("[") {
                lines.append("  otherwise: --set \(setting.key)=VALUE, or \(SettingsRecorder.variable(for: setting.path))")
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n") + "\n"
    }

    /// The same, one JSON object a line.
    public func explainedLines(_ key: String) -> [String]? {
        let found = settings(for: key)
        if found.isEmpty { return nil }
        return found.map { setting in
            var members: [(String, JSONLine.Value)] = [
                ("key", .text(setting.key)), ("value", .text(setting.value)), ("meaning", .text(setting.meaning)),
                ("origin", .text(setting.origin.description)), ("variable", .text(SettingsRecorder.variable(for: setting.path))),
            ]
            if let rule = rule(of: setting) {
                members.append(("source", .text(rule.source)))
                members.append(("confirmed", .boolean(rule.confirmed)))
                if let note = rule.note { members.append(("note", .text(note))) }
            }
            return JSONLine.object(members)
        }
    }

    /// What an unknown key was probably meant to be.
    public func suggestion(for key: String) -> String? {
        var keys: [String] = []
        var seen: Set<String> = []
        for setting in all {
            for depth in 1...setting.path.count {
                let key = setting.path.prefix(depth).joined(separator: ".")
                if seen.insert(key).inserted { keys.append(key) }
            }
        }
        return Suggestion.hint(for: key, among: keys)
    }

    private func settings(for key: String) -> [Setting] {
        inOrder.filter { $0.key == key || $0.key.hasPrefix(key + ".") }
    }

    /// Source and confirmation that stand beside a value or above it.
    private func rule(of setting: Setting) -> Provenance? {
        for depth in stride(from: setting.path.count - 1, through: 0, by: -1) {
            let path = Array(setting.path.prefix(depth))
            func value(_ name: String) -> String? { all.first { $0.path == path + [name] }?.value }
            guard let source = value("source"), let confirmed = value("confirmed") else { continue }
            return Provenance(source, confirmed: confirmed == "true", note: value("note"))
        }
        return nil
    }

    // MARK: check

    /// What somebody should look at, for a day: calendars that run out, keys that have expired, what only development may do.
    public func findings(on today: CivilDate) -> [ConfigurationProblem] { PackChecker.findings(of: policy, on: today) }

    /// The findings, then the unconfirmed rules, as text. Good for reading; the exit code depends on `findings` alone.
    public func checked(on today: CivilDate) -> String {
        let findings = findings(on: today)
        var lines = findings.map { "finding: \($0)" }
        lines += unconfirmed.map { rule in
            "unconfirmed: \(rule.place): \(rule.key): \(rule.source)" + (rule.note.map { " (\($0))" } ?? "")
        }
        lines.append("policy \(policy.version), profile \(profile): \(findings.count) findings, \(unconfirmed.count) rules unconfirmed")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same, one JSON object a line.
    public func checkedLines(on today: CivilDate) -> [String] {
        findings(on: today).map { ConfigurationFailure.line($0, kind: "finding") }
            + unconfirmed.map { rule in
                var members: [(String, JSONLine.Value)] = [
                    ("kind", .text("unconfirmed")), ("place", .text(rule.place)), ("key", .text(rule.key)), ("source", .text(rule.source)),
                ]
                if let note = rule.note { members.append(("note", .text(note))) }
                return JSONLine.object(members)
            }
    }
}

extension ConfigurationFailure {
    /// One JSON object a line: `kind`, `place`, `key`, `reason`, `hint`.
    public var lines: [String] { problems.map { ConfigurationFailure.line($0, kind: "problem") } }

    static func line(_ problem: ConfigurationProblem, kind: String) -> String {
        JSONLine.object([
            ("kind", .text(kind)), ("place", .text(problem.place)), ("key", .text(problem.key)), ("reason", .text(problem.reason)),
            ("hint", .text(problem.hint)),
        ])
    }
}

/// Values in the order of their tables.
private struct OutlineNode {
    private var order: [String] = []
    private var children: [String: OutlineNode] = [:]
    private var value: Int?

    mutating func add(_ path: ArraySlice<String>, _ index: Int) {
        guard let first = path.first else {
            value = value ?? index
            return
        }
        if children[first] == nil { order.append(first) }
        children[first, default: OutlineNode()].add(path.dropFirst(), index)
    }

    /// Plain values before tables, so that each table stays in one piece.
    var indices: [Int] {
        let own: [Int] = value.map { [$0] } ?? []
        let plain: [Int] = order.filter { children[$0]?.order.isEmpty == true }.flatMap { children[$0]?.indices ?? [] }
        let tables: [Int] = order.filter { children[$0]?.order.isEmpty == false }.flatMap { children[$0]?.indices ?? [] }
        return own + plain + tables
    }
}

/// A flat JSON object on one line.
enum JSONLine {
    enum Value {
        case text(String)
        case boolean(Bool)
    }

    static func object(_ members: [(String, Value)]) -> String {
        var writer = JSONWriter(reserving: 256)
        writer.object { writer in
            for (name, value) in members {
                writer.name(text: name)
                switch value {
                case .text(let value): writer.string(value)
                case .boolean(let value): writer.bool(value)
                }
            }
        }
        return writer.bytes.text
    }
}
