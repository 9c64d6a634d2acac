import CreditModel
import YAML

/// A value that was read, for those who want to know what is set, where, and what it means.
public struct Setting: Hashable, Sendable {
    /// The keys from the root.
    public var path: [String]
    /// The path with dots.
    public var key: String { path.joined(separator: ".") }
    /// As YAML.
    public var value: String
    public var meaning: String
    public var origin: ConfigurationOrigin
}

/// A rule that nobody has confirmed yet.
public struct UnconfirmedRule: Hashable, Sendable {
    public var path: [String]
    public var key: String { path.joined(separator: ".") }
    public var source: String
    public var note: String?
    public var place: String
}

/// Gathers what was read and everything that was wrong, so that one run tells all.
final class SettingsRecorder {
    private(set) var settings: [Setting] = []
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var unconfirmed: [UnconfirmedRule] = []
    private let environment: [String: String]
    private let flags: [String: String]
    private var usedVariables: Set<String> = []
    private var usedFlags: Set<String> = []

    init(environment: [String: String], flags: [String: String]) {
        self.environment = environment.filter { $0.key.hasPrefix("CHENGXIN_") }
        self.flags = flags
    }

    /// The variable that sets a key: `host.store.cacheBytes` is `CHENGXIN_HOST_STORE_CACHE_BYTES`.
    static func variable(for path: [String]) -> String {
        var name = "CHENGXIN"
        for part in path {
            name += "_"
            var previousIsLower = false
            for character in part {
                if character.isUppercase, previousIsLower { name += "_" }
                name += character.isASCII && (character.isLetter || character.isNumber) ? character.uppercased() : "_"
                previousIsLower = character.isLowercase || character.isNumber
            }
        }
        return name
    }

    func record(_ path: [String], _ value: String, _ meaning: String, _ origin: ConfigurationOrigin) {
        settings.append(Setting(path: path, value: value, meaning: meaning, origin: origin))
    }

    func report(_ problem: ConfigurationProblem) { problems.append(problem) }

    func report(unconfirmed rule: UnconfirmedRule) { unconfirmed.append(rule) }

    /// What a flag or a variable says instead of the files; flags first.
    func override(of path: [String]) -> (text: String, origin: ConfigurationOrigin)? {
        // The usual case, for each of some thousand values.
        if environment.isEmpty, flags.isEmpty { return nil }
        let key = path.joined(separator: ".")
        let variable = SettingsRecorder.variable(for: path)
        let fromEnvironment = environment[variable]
        if fromEnvironment != nil { usedVariables.insert(variable) }
        if let text = flags[key] {
            usedFlags.insert(key)
            return (text, .flag(key))
        }
        return fromEnvironment.map { ($0, .environment(variable)) }
    }

    /// What flags and variables set below a table whose keys nobody lists, by the rest of the key; flags win. A variable's part of the name
    /// in small letters, with dots for its underscores, is the key.
    func overrides(below path: [String]) -> [String: (text: String, origin: ConfigurationOrigin)] {
        var found: [String: (text: String, origin: ConfigurationOrigin)] = [:]
        let start = SettingsRecorder.variable(for: path) + "_"
        for (name, text) in environment where name.hasPrefix(start) && name.count > start.count {
            usedVariables.insert(name)
            let key = String(name.dropFirst(start.count).map { $0 == "_" ? "." : Character($0.lowercased()) })
            found[key] = (text, .environment(name))
        }
        let prefix = path.joined(separator: ".") + "."
        for (key, text) in flags where key.hasPrefix(prefix) && key.count > prefix.count {
            usedFlags.insert(key)
            found[String(key.dropFirst(prefix.count))] = (text, .flag(key))
        }
        return found
    }

    /// Reports flags and variables that set nothing. `reserved` are variables that belong to somebody else.
    func reportUnused(reserved: Set<String>) {
        for name in environment.keys.sorted() where !usedVariables.contains(name) && !reserved.contains(name) {
            let variables = settings.map { SettingsRecorder.variable(for: $0.path) }
            report(
                ConfigurationProblem(
                    at: "environment", key: name, "this variable sets nothing",
                    hint: Suggestion.hint(for: name, among: variables + reserved.sorted()) ?? "config print lists every key"))
        }
        for key in flags.keys.sorted() where !usedFlags.contains(key) {
            report(
                ConfigurationProblem(
                    at: "--set", key: key, "there is no such key",
                    hint: Suggestion.hint(for: key, among: settings.map(\.key)) ?? "config print lists every key"))
        }
    }
}

/// Reads the keys of one table. Each call names the key and says what it means; `finish` reports keys that nobody asked for.
///
/// A value that is wrong or missing is reported, and a harmless stand-in given back: the whole is thrown away in the end, after everything
/// else that is wrong has been found too.
final class SettingsReader {
    let path: [String]
    let recorder: SettingsRecorder
    let place: String
    private let entries: [YAMLEntry]
    private var known: [String] = []

    init(root: YAMLNode, recorder: SettingsRecorder) {
        path = []
        self.recorder = recorder
        place = root.place.description
        if case .mapping(let entries) = root.content { self.entries = entries } else { entries = [] }
    }

    private init(_ entries: [YAMLEntry], path: [String], place: String, recorder: SettingsRecorder) {
        self.entries = entries
        self.path = path
        self.place = place
        self.recorder = recorder
    }

    // MARK: Scalars

    func text(_ key: String, _ meaning: String, default fallback: String? = nil) -> String {
        optionalText(key, meaning, default: fallback) ?? missing(key, "a text", "")
    }

    func optionalText(_ key: String, _ meaning: String, default fallback: String? = nil) -> String? {
        scalar(key, meaning, "a text", fallback: fallback.map { ($0, YAMLWriter.scalar($0)) }, optional: true) { node throws(YAMLFailure) in
            try node.text()
        }
    }

    func integer(_ key: String, _ meaning: String, in range: ClosedRange<Int> = 0...Int.max, default fallback: Int? = nil) -> Int {
        optionalInteger(key, meaning, in: range, default: fallback) ?? missing(key, "a whole number", range.lowerBound)
    }

    func optionalInteger(
        _ key: String, _ meaning: String, in range: ClosedRange<Int> = 0...Int.max, default fallback: Int? = nil
    ) -> Int? {
        scalar(key, meaning, "a whole number", fallback: fallback.map { ($0, String($0)) }, optional: true) { node throws(YAMLFailure) in
            let number = try node.integer()
            guard range.contains(number) else {
                throw YAMLFailure(
                    node.place, "\(number) is out of range",
                    hint: range.upperBound == .max ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }

    func boolean(_ key: String, _ meaning: String, default fallback: Bool? = nil) -> Bool {
        scalar(key, meaning, "true or false", fallback: fallback.map { ($0, String($0)) }, optional: false) { node throws(YAMLFailure) in
            try node.boolean()
        } ?? false
    }

    func date(_ key: String, _ meaning: String) -> CivilDate? {
        scalar(key, meaning, "a date", fallback: nil, optional: true) { node throws(YAMLFailure) in
            try SettingsReader.date(try node.text(), at: node.place)
        }
    }

    func term(_ key: String, _ meaning: String, default fallback: Term? = nil) -> Term {
        optionalTerm(key, meaning, default: fallback) ?? missing(key, "a term", Term(0, .days))
    }

    func optionalTerm(_ key: String, _ meaning: String, default fallback: Term? = nil) -> Term? {
        scalar(key, meaning, "a term", fallback: fallback.map { ($0, $0.description) }, optional: true) { node throws(YAMLFailure) in
            let text = try node.text()
            guard let term = Term(text) else {
                throw YAMLFailure(
                    node.place, "\"\(text)\" is no term",
                    hint: "a number and a unit: " + Term.Unit.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return term
        }
    }

    /// A term that counts without the calendar of working days.
    func plainTerm(_ key: String, _ meaning: String, default fallback: Term? = nil) -> Term {
        let value = term(key, meaning, default: fallback)
        if value.unit == .workingDays { report(key, "a term in working days cannot stand here", hint: "give days, months or years") }
        return value
    }

    /// A term of a fixed length: hours, minutes, seconds, milliseconds, or days.
    func span(_ key: String, _ meaning: String, default fallback: Term? = nil) -> Term {
        let value = term(key, meaning, default: fallback)
        if value.span == nil { report(key, "the length of this term depends on a calendar", hint: "give days, hours, minutes or seconds") }
        return value
    }

    func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, _ meaning: String, of type: Value.Type, default fallback: Value? = nil
    ) -> Value where Value.RawValue == String {
        if let value = scalar(
            key, meaning, "a word", fallback: fallback.map { ($0, $0.rawValue) }, optional: false,
            { node throws(YAMLFailure) in try SettingsReader.choice(try node.text(), at: node.place, of: type) })
        {
            return value
        }
        // The caller's value is thrown away with the rest, as the problem was reported.
        guard let any = Value.allCases.first else { preconditionFailure("a choice among nothing") }
        return any
    }

    // MARK: Lists

    func texts(_ key: String, _ meaning: String, default fallback: [String]? = nil) -> [String] {
        optionalTexts(key, meaning) ?? fallback ?? missing(key, "a list", [])
    }

    func optionalTexts(_ key: String, _ meaning: String) -> [String]? {
        list(key, meaning) { node throws(YAMLFailure) in try node.text() }
    }

    func choices<Value: RawRepresentable & CaseIterable & Hashable>(
        _ key: String, _ meaning: String, of type: Value.Type, default fallback: Set<Value>? = nil
    ) -> Set<Value> where Value.RawValue == String {
        let values = list(key, meaning) { node throws(YAMLFailure) in
            try SettingsReader.choice(try node.text(), at: node.place, of: type)
        }
        return values.map { Set($0) } ?? fallback ?? missing(key, "a list", [])
    }

    /// Days, single or as `FIRST..LAST` with both ends.
    func days(_ key: String, _ meaning: String) -> [CivilDate] {
        let ranges = list(key, meaning) { node throws(YAMLFailure) -> [CivilDate] in
            let text = try node.text()
            let ends = text.components(separatedBy: "..")
            let first = try SettingsReader.date(ends[0], at: node.place)
            guard ends.count <= 2 else { throw YAMLFailure(node.place, "\"\(text)\" is no range of days") }
            guard ends.count == 2 else { return [first] }
            let last = try SettingsReader.date(ends[1], at: node.place)
            guard first <= last, first.days(to: last) < 400 else {
                throw YAMLFailure(node.place, "\"\(text)\" ends before it begins, or is longer than a year")
            }
            return (0...first.days(to: last)).map { first.adding(days: $0) }
        }
        return ranges?.flatMap { $0 } ?? missing(key, "a list of days", [])
    }

    // MARK: Tables

    /// The table of a key; an empty one where there is none.
    func table(_ key: String) -> SettingsReader {
        known.append(key)
        guard let entry = entries.first(where: { $0.key == key }) else {
            return SettingsReader([], path: path + [key], place: place, recorder: recorder)
        }
        return child(entry)
    }

    /// The tables below a key, by their identifiers.
    func tables(_ key: String) -> [(id: String, table: SettingsReader)] {
        table(key).tables()
    }

    /// All keys of this table as tables of their own.
    func tables() -> [(id: String, table: SettingsReader)] {
        entries.map { entry in
            known.append(entry.key)
            return (entry.key, child(entry))
        }
    }

    /// All keys of this table with the lists below them.
    func lists<Value: RawRepresentable & CaseIterable>(_ meaning: String, of type: Value.Type) -> [(key: String, values: [Value])]
    where Value.RawValue == String {
        entries.map { entry in
            let values = list(entry.key, meaning) { node throws(YAMLFailure) in
                try SettingsReader.choice(try node.text(), at: node.place, of: type)
            }
            return (entry.key, values ?? [])
        }
    }

    /// Every value of a table whose keys are somebody else's: each key with dots, also where the file has tables in tables.
    func properties() -> [(key: String, text: String, origin: ConfigurationOrigin)] {
        var found: [String: (text: String, origin: ConfigurationOrigin)] = [:]
        func add(_ entries: [YAMLEntry], _ before: String) {
            for entry in entries where !entry.value.isNull {
                let key = before + entry.key
                if case .mapping(let inner) = entry.value.content {
                    add(inner, key + ".")
                } else if case .scalar(let text, _) = entry.value.content {
                    found[key] = (text, .file(entry.value.place))
                } else {
                    recorder.report(
                        ConfigurationProblem(
                            at: entry.value.place.description, key: (path + [key]).joined(separator: "."), "a single value belongs here",
                            hint: "lists are written as one text, with commas"))
                }
            }
        }
        add(entries, "")
        known += entries.map(\.key)
        found.merge(recorder.overrides(below: path)) { _, override in override }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text, $0.value.origin) }
    }

    func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// Where a key stands, for messages about it.
    func place(of key: String) -> String { entries.first { $0.key == key }?.place.description ?? place }

    /// Where the value of a key stands.
    func valuePlace(of key: String) -> String { entries.first { $0.key == key }?.value.place.description ?? place }

    func report(_ key: String, _ reason: String, hint: String = "") {
        recorder.report(ConfigurationProblem(at: valuePlace(of: key), key: (path + [key]).joined(separator: "."), reason, hint: hint))
    }

    /// Reports what is wrong with a key itself, not with its value.
    func report(key: String, _ reason: String, hint: String = "") {
        recorder.report(ConfigurationProblem(at: place(of: key), key: (path + [key]).joined(separator: "."), reason, hint: hint))
    }

    /// Reports every key that nobody asked for.
    func finish() {
        for entry in entries where !known.contains(entry.key) {
            recorder.report(
                ConfigurationProblem(
                    at: entry.place.description, key: (path + [entry.key]).joined(separator: "."), "unknown key",
                    hint: Suggestion.hint(for: entry.key, among: known) ?? "known here: " + known.sorted().joined(separator: ", ")))
        }
    }

    // MARK: Parts

    private func child(_ entry: YAMLEntry) -> SettingsReader {
        if case .mapping(let entries) = entry.value.content {
            return SettingsReader(entries, path: path + [entry.key], place: entry.place.description, recorder: recorder)
        }
        if !entry.value.isNull {
            recorder.report(
                ConfigurationProblem(
                    at: entry.value.place.description, key: (path + [entry.key]).joined(separator: "."), "a table of keys belongs here"))
        }
        return SettingsReader([], path: path + [entry.key], place: entry.place.description, recorder: recorder)
    }

    private func scalar<Value>(
        _ key: String, _ meaning: String, _ wanted: String, fallback: (value: Value, text: String)?, optional: Bool,
        _ parse: (YAMLNode) throws(YAMLFailure) -> Value
    ) -> Value? {
        known.append(key)
        let path = path + [key]
        let node: YAMLNode
        let origin: ConfigurationOrigin
        let override = recorder.override(of: path)
        if let override {
            // The place is not shown: the origin says it better.
            node = YAMLNode(
                place: YAMLPlace(file: override.origin.description, line: 1, column: 1), content: .scalar(override.text, isPlain: true))
            origin = override.origin
        } else if let entry = entries.first(where: { $0.key == key }), !entry.value.isNull {
            node = entry.value
            origin = .file(entry.value.place)
        } else if let fallback {
            recorder.record(path, fallback.text, meaning, .builtIn)
            return fallback.value
        } else {
            return optional ? nil : missing(key, wanted, nil)
        }
        do {
            let value = try parse(node)
            if case .scalar(let text, let isPlain) = node.content {
                // What was plain in a file is plain again; what came from a flag has to be made safe, unless it is more than text.
                let isText = Value.self == String.self || Value.self == String?.self
                let asItWas = isPlain && (override == nil || !isText)
                recorder.record(path, asItWas ? text : YAMLWriter.scalar(text), meaning, origin)
            }
            return value
        } catch {
            recorder.report(ConfigurationProblem(at: origin.description, key: path.joined(separator: "."), error.reason, hint: error.hint))
            // Reported as wrong; not reported a second time as missing.
            failed.insert(key)
            return nil
        }
    }

    private func list<Value>(_ key: String, _ meaning: String, _ parse: (YAMLNode) throws(YAMLFailure) -> Value) -> [Value]? {
        known.append(key)
        guard let entry = entries.first(where: { $0.key == key }), !entry.value.isNull else { return nil }
        let path = path + [key]
        do {
            let nodes = try entry.value.sequence()
            var values: [Value] = []
            var texts: [String] = []
            for node in nodes {
                values.append(try parse(node))
                if case .scalar(let text, _) = node.content { texts.append(YAMLWriter.scalar(text)) }
            }
            recorder.record(path, "[" + texts.joined(separator: ", ") + "]", meaning, .file(entry.value.place))
            return values
        } catch {
            recorder.report(
                ConfigurationProblem(at: error.place.description, key: path.joined(separator: "."), error.reason, hint: error.hint))
            failed.insert(key)
            return nil
        }
    }

    private var failed: Set<String> = []

    private func missing<Value>(_ key: String, _ wanted: String, _ standIn: Value) -> Value {
        if !failed.contains(key) {
            recorder.report(
                ConfigurationProblem(at: place, key: (path + [key]).joined(separator: "."), "\(wanted) is missing", hint: "set this key"))
        }
        return standIn
    }

    private static func date(_ text: String, at place: YAMLPlace) throws(YAMLFailure) -> CivilDate {
        guard let date = CivilDate(iso: text) else {
            throw YAMLFailure(place, "\"\(text)\" is no date", hint: "write it as 2026-03-02")
        }
        return date
    }

    private static func choice<Value: RawRepresentable & CaseIterable>(
        _ text: String, at place: YAMLPlace, of type: Value.Type
    ) throws(YAMLFailure) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            let words = Value.allCases.map(\.rawValue)
            throw YAMLFailure(
                place, "\"\(text)\" is none of the known words",
                hint: Suggestion.hint(for: text, among: words) ?? "they are: " + words.joined(separator: ", "))
        }
        return value
    }
}

extension String {
    /// The parts between occurrences of a separator, as Foundation has it; this file gets along without.
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
