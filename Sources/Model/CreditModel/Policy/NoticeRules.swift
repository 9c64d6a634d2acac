/// In what words, and how, people are told.
public struct NoticeRules: Sendable {
    /// The loader has seen to it that each kind has one.
    public var templates: [NoticeKind: NoticeTemplate] = [:]
    /// Between two tries where a gateway's key, the subject, or a year of the calendar is missing.
    public var askAgain = Term(1, .hours)

    public init() {}
}

/// The words of one kind of notice, in which values of a case stand.
public struct NoticeTemplate: Sendable {
    public var zh: TextTemplate
    public var en: TextTemplate
    public var provenance: Provenance

    public init(zh: TextTemplate, en: TextTemplate, provenance: Provenance) {
        self.zh = zh
        self.en = en
        self.provenance = provenance
    }

    /// The text with its values. Throws the first name that has no value: nobody is sent a text with holes.
    public func text(_ values: [String: Bilingual]) throws(TextTemplate.Missing) -> Bilingual {
        Bilingual(
            zh: try zh.text { values[$0]?.zh },
            en: try en.text { values[$0]?.en })
    }
}

/// A text with places for values: `您的案件（{case}）…`.
public struct TextTemplate: Hashable, Sendable {
    private enum Part: Hashable, Sendable {
        case text(String)
        case value(String)
    }
    private var parts: [Part] = []

    /// Why a text is no template.
    public struct Failure: Error, Hashable, Sendable {
        public var reason: String
        public var hint: String
    }

    /// A value that a text needs and that nobody has given.
    public struct Missing: Error, Hashable, Sendable {
        public var name: String
    }

    /// Reads a text in which each value's name stands in braces, and no other brace.
    public init(_ text: String) throws(Failure) {
        var rest = text[...]
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[brace] == "{" else {
                throw Failure(reason: "a closing brace has no opening one", hint: "write values as {name}, and no other braces")
            }
            if brace > rest.startIndex { parts.append(.text(String(rest[..<brace]))) }
            let behind = rest[rest.index(after: brace)...]
            guard let end = behind.firstIndex(where: { $0 == "{" || $0 == "}" }), behind[end] == "}" else {
                throw Failure(reason: "an opening brace is not closed", hint: "write values as {name}, and no other braces")
            }
            parts.append(.value(String(behind[..<end])))
            rest = behind[behind.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
    }

    /// The names of its values, each as often as it stands there.
    public var names: [String] {
        parts.compactMap { if case .value(let name) = $0 { name } else { nil } }
    }

    /// The text with its values. A blank value says nothing and counts as none.
    public func text(_ value: (String) -> String?) throws(Missing) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let words): text += words
            case .value(let name):
                guard let words = value(name), words.contains(where: { !$0.isWhitespace }) else { throw Missing(name: name) }
                text += words
            }
        }
        return text
    }
}
