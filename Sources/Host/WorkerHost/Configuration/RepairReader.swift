import CreditModel

/// Makes the rules of repair of the table `repair`.
struct RepairReader {
    let table: SettingsReader
    let common: PolicyReader

    init(_ table: SettingsReader, common: PolicyReader) {
        self.table = table
        self.common = common
    }

    func read() -> RepairRules {
        defer { table.finish() }
        var rules = RepairRules()
        rules.minimums = table.tables("minimums").map { minimum($0.table) }
        rules.exclusions = NamedList(table.tables("exclusions").map { exclusion($0.id, $0.table) })
        let applications = table.table("applications")
        for kind in RepairApplied.Kind.allCases {
            rules.applications[kind] = application(applications.table(kind.rawValue))
        }
        applications.finish()
        rules.extensionMaximum = table.plainTerm("extensionMaximum", "The furthest end of an extension, from the application.")
        rules.decidesAfterSilence = table.texts(
            "decidesAfterSilence", "Who may decide besides, once the term of decision has passed in silence."
        ).map { RightHolder($0) }
        rules.calendarRetry = table.span("calendarRetry", "Between two tries to set a term for which the calendar lacked a year.")
        return rules
    }

    private func minimum(_ table: SettingsReader) -> RepairMinimum {
        defer { table.finish() }
        let term = table.optionalTerm("term", "How long a record stands before its repair, from the decision; without it, no time.")
        if term?.unit == .workingDays {
            table.report("term", "a term in working days cannot stand here", hint: "give days, months or years")
        }
        return RepairMinimum(
            severities: table.choices("severities", "The severities that the rule is for.", of: Severity.self),
            fields: table.optionalTexts("fields", "Only records of these fields.").map { Set($0) }, term: term,
            force: common.force(table), provenance: common.provenance(table))
    }

    private func exclusion(_ id: String, _ table: SettingsReader) -> RepairExclusion {
        defer { table.finish() }
        return RepairExclusion(
            id: id, name: common.name(table), items: table.optionalTexts("items", "Only records of these items.").map { Set($0) },
            severities: table.choices(
                "severities", "The severities that it is for.", of: Severity.self, default: [.minor, .general, .serious]),
            words: table.texts("words", "Words of which one occurs in the result of the decision.", default: []),
            kinds: table.choices(
                "kinds", "The kinds of application that it shuts out.", of: RepairApplied.Kind.self,
                default: [.performance, .extended, .deed]),
            force: common.force(table), provenance: common.provenance(table))
    }

    private func application(_ table: SettingsReader) -> RepairApplicationRule {
        defer { table.finish() }
        let needs = table.choices("needs", "What an application of this kind must have.", of: RepairNeed.self)
        return RepairApplicationRule(
            needs: RepairNeed.allCases.filter { needs.contains($0) },
            whenSilent: table.choice(
                "whenSilent", "What follows when the term of decision has passed in silence.", of: RepairSilence.self, default: .wait),
            provenance: common.provenance(table))
    }
}
