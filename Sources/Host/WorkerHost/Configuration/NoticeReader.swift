import CreditModel

/// Makes the rules of notices of the table `notices`: a text for each kind, in which its values stand and no others.
struct NoticeReader {
    let table: SettingsReader
    let common: PolicyReader

    init(_ table: SettingsReader, common: PolicyReader) {
        self.table = table
        self.common = common
    }

    func read() -> NoticeRules {
        defer { table.finish() }
        var rules = NoticeRules()
        rules.askAgain = table.span("askAgain", "Between two tries where a key, the subject, or a year of the calendar is missing.")
        let templates = table.table("templates")
        for kind in NoticeKind.allCases {
            guard templates.has(kind.rawValue) else {
                // Asked for, so that a kind that is written wrongly gets this name as a suggestion.
                _ = templates.table(kind.rawValue)
                table.report("templates", "there is no text for \(kind.rawValue)", hint: "add it in zh and en, with its source")
                continue
            }
            rules.templates[kind] = template(templates.table(kind.rawValue), of: kind)
        }
        templates.finish()
        return rules
    }

    private func template(_ table: SettingsReader, of kind: NoticeKind) -> NoticeTemplate? {
        defer { table.finish() }
        let zh = text(table, "zh", "What a person reads in Chinese; values stand in braces.", of: kind)
        let en = text(table, "en", "What a person reads in English; values stand in braces.", of: kind)
        let provenance = common.provenance(table)
        guard let zh, let en else { return nil }
        return NoticeTemplate(zh: zh, en: en, provenance: provenance)
    }

    private func text(_ table: SettingsReader, _ key: String, _ meaning: String, of kind: NoticeKind) -> TextTemplate? {
        let text = table.text(key, meaning)
        guard !text.isEmpty else { return nil }
        let template: TextTemplate
        do {
            template = try TextTemplate(text)
        } catch {
            table.report(key, error.reason, hint: error.hint)
            return nil
        }
        for name in template.names where !kind.values.contains(name) {
            table.report(
                key, "there is no value {\(name)} for \(kind.rawValue)",
                hint: Suggestion.hint(for: name, among: kind.values) ?? "it has: " + kind.values.joined(separator: ", "))
        }
        for name in kind.values where !template.names.contains(name) {
            table.report(key, "the value {\(name)} stands nowhere", hint: "whoever reads the notice has to be told it")
        }
        return template
    }
}
