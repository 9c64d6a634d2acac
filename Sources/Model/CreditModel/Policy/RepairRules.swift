import StreamCore

/// When a record may be repaired (信用修复), what an application needs, and what follows when nobody decides on it.
///
/// Which law applies says the date of the record's decision; a later, more lenient one is for a person to offer, not for a rule.
public struct RepairRules: Sendable {
    /// In the order of their file; the first that is for a record counts.
    public var minimums: [RepairMinimum] = []
    public var exclusions: NamedList<RepairExclusion> = []
    public var applications: [RepairApplied.Kind: RepairApplicationRule] = [:]
    /// The furthest end of an extension, from the application.
    public var extensionMaximum: Term?
    /// Who may decide besides, once the term of decision has passed in silence.
    public var decidesAfterSilence: [RightHolder] = []
    /// Between two tries to set a term for which the calendar lacked a year.
    public var calendarRetry = Term(1, .days)

    public init() {}

    /// How long the record has to stand before its repair; nil: no such term.
    public func minimum(of item: CatalogueItem?, severity: Severity, field: String?, decidedOn day: CivilDate) -> Term? {
        if item?.repairsOncePerformed == true { return nil }
        return minimums.first { $0.isFor(severity: severity, field: field, decidedOn: day) }?.term
    }

    /// The exclusions that are for an item, severity and result, whatever the day.
    public func matchingExclusions(item: String, severity: Severity, result: String?) -> [RepairExclusion] {
        exclusions.filter { $0.isFor(item: item, severity: severity, result: result) }
    }

    /// What is asked of an application of this kind.
    public func rule(for kind: RepairApplied.Kind) -> RepairApplicationRule {
        applications[kind] ?? RepairApplicationRule(needs: [], provenance: Provenance("", confirmed: false))
    }
}

/// The shortest time that records of some severities stand before they can be repaired, by the law of the decision date.
public struct RepairMinimum: Sendable {
    public var severities: Set<Severity>
    /// Only for records of these fields; nil: for all.
    public var fields: Set<String>?
    /// From the date of the decision; nil: none.
    public var term: Term?
    public var force: Force
    public var provenance: Provenance

    public init(severities: Set<Severity>, fields: Set<String>? = nil, term: Term?, force: Force = Force(), provenance: Provenance) {
        self.severities = severities
        self.fields = fields
        self.term = term
        self.force = force
        self.provenance = provenance
    }

    func isFor(severity: Severity, field: String?, decidedOn day: CivilDate) -> Bool {
        guard severities.contains(severity), force.covers(day) else { return false }
        guard let fields else { return true }
        return field.map { fields.contains($0) } ?? false
    }
}

/// Records that no repair ends, for example because the law orders their effect for life.
public struct RepairExclusion: Identifiable, Sendable {
    public var id: String
    public var name: Bilingual
    /// nil: of every item.
    public var items: Set<String>?
    /// nil: of every severity.
    public var severities: Set<Severity>?
    /// Words of which one occurs in the result of the decision; empty: whatever it says.
    public var words: [String]
    /// The kinds of application that it shuts out. A statement takes nothing from the record, and is never shut out.
    public var kinds: Set<RepairApplied.Kind>
    public var force: Force
    public var provenance: Provenance

    public init(
        id: String, name: Bilingual, items: Set<String>? = nil, severities: Set<Severity>? = nil, words: [String] = [],
        kinds: Set<RepairApplied.Kind> = [.performance, .extended, .deed], force: Force = Force(), provenance: Provenance
    ) {
        self.id = id
        self.name = name
        self.items = items
        self.severities = severities
        self.words = words
        self.kinds = kinds.subtracting([.statement])
        self.force = force
        self.provenance = provenance
    }

    func isFor(item: String, severity: Severity, result: String?) -> Bool {
        if let items, !items.contains(item) { return false }
        if let severities, !severities.contains(severity) { return false }
        guard !words.isEmpty else { return true }
        guard let result else { return false }
        return words.contains { result.holds($0) }
    }
}

/// What an application of one kind needs, and what silence of the authority does to it.
public struct RepairApplicationRule: Sendable {
    public var needs: [RepairNeed]
    public var whenSilent: RepairSilence
    public var provenance: Provenance

    public init(needs: [RepairNeed], whenSilent: RepairSilence = .wait, provenance: Provenance) {
        self.needs = needs
        self.whenSilent = whenSilent
        self.provenance = provenance
    }
}

/// What an application can lack; the words are those of `missing[]`.
public enum RepairNeed: String, Hashable, Sendable, CaseIterable {
    /// The signed commitment (信用承诺书).
    case commitment
    /// Proof of performance, or of the deed.
    case evidence
    /// That the minimum period is over.
    case minimumPeriod = "minimum-period"
    /// The day until which effects are to be suspended.
    case extensionUntil = "extension"
    case statement
}

/// What follows when the term of decision has passed and nobody has decided. There is no word for a refusal.
public enum RepairSilence: String, Hashable, Sendable, CaseIterable {
    /// It is escalated and waits on.
    case wait = "WAIT"
    /// It is escalated and granted.
    case grant = "GRANT"
}
