import CreditModel
import Crypto

/// Makes a policy pack of settings. Which keys there are, and what each of them means, stands here and nowhere else.
struct PolicyReader {
    let root: SettingsReader
    let profile: String

    init(_ root: SettingsReader, profile: String) {
        self.root = root
        self.profile = profile
    }

    func read() -> PolicyPack {
        let packTable = root.table("pack")
        let version = packTable.text("version", "The version that the pack declares; a digest of its contents is added.")
        packTable.finish()
        let cityTable = root.table("city")
        let city = Code(id: cityTable.text("id", "The city's identifier."), name: name(cityTable))
        cityTable.finish()
        var pack = PolicyPack(
            version: version, profile: profile, city: city, calendar: calendar(), finality: finality(), capacity: capacity(),
            slightCases: slightCases(), retention: retention(), limits: limits(), officers: officers())
        pack.bureaus = bureaus()
        let recipients = RecipientReader(common: self)
        pack.agencies = NamedList(
            root.tables("agencies").map { id, table in
                defer { table.finish() }
                return Agency(id: id, name: name(table), sealTo: recipients.keys(table))
            })
        pack.gateways = NamedList(
            root.tables("gateways").map { id, table in
                defer { table.finish() }
                return Gateway(id: id, name: name(table), sealTo: recipients.keys(table))
            })
        pack.sourceRights = NamedList(
            root.table("sources").lists("Which senders may send messages of this type.", of: SenderClass.self)
                .map { SourceRight(type: $0.key, senders: $0.values) })
        pack.signatureKeys = signatureKeys()
        pack.takesUnsigned = root.boolean("unsignedSourcesAllowed", "Whether messages without a signature are taken.", default: false)
        pack.allowsFixedTime = root.boolean("fixedTimeAllowed", "Whether a run may stand still at a given instant (--at).", default: false)
        pack.derivesRecipientKeys = root.boolean(
            "recipientKeysDerived", "Whether a recipient without a key of its own gets one that is derived from the master key.",
            default: false)
        pack.items = items(bureaus: pack.bureaus.ids)
        pack.penaltyClasses = root.tables("penaltyClasses").map { entry in
            defer { entry.table.finish() }
            return PenaltyClass(
                severity: entry.table.choice("severity", "The severity of penalties of this class.", of: Severity.self),
                words: entry.table.texts("words", "Words of which one occurs in the category or content of the penalty."),
                provenance: provenance(entry.table))
        }
        pack.penaltySeverityOtherwise = root.choice(
            "penaltySeverityOtherwise", "The severity of a penalty in which no word of a class occurs.", of: Severity.self,
            default: .general)
        pack.causes = NamedList(
            root.tables("causes").map { id, table in
                defer { table.finish() }
                return SanctionCause(id: id, name: name(table), provenance: provenance(table))
            })
        pack.measures = NamedList(root.tables("measures").map(measure))
        pack.programmes = NamedList(root.tables("programmes").map(programme))
        pack.benefits = NamedList(
            root.tables("benefits").map { id, table in
                defer { table.finish() }
                return Benefit(
                    id: id, name: name(table), agency: table.text("agency", "The agency that gives it."), provenance: provenance(table))
            })
        pack.instruments = NamedList(root.tables("instruments").map(instrument))
        pack.clocks = NamedList(root.tables("clocks").map(clock))
        pack.cleanRecord = cleanRecord(root.table("cleanRecord"))
        pack.repair = RepairReader(root.table("repair"), common: self).read()
        pack.notices = NoticeReader(root.table("notices"), common: self).read()
        pack.delivery = recipients.delivery(root.table("delivery"))
        pack.prohibited = ProhibitedContent(NamedList(root.tables("prohibited").map(prohibited)))
        pack.fields = NamedList(simple("fields"))
        pack.occupations = NamedList(simple("occupations"))
        pack.domains = NamedList(simple("domains"))
        return pack
    }

    // MARK: Common parts

    func name(_ table: SettingsReader) -> Bilingual {
        Bilingual(zh: table.text("zh", "Its name in Chinese."), en: table.text("en", "Its name in English."))
    }

    func provenance(_ table: SettingsReader) -> Provenance {
        let source = table.text("source", "The instrument, standard or notice that the rule comes from.")
        let confirmed = table.boolean("confirmed", "Whether somebody has compared the rule with its primary text.")
        let note = table.optionalText("note", "What is open about the rule.")
        if !confirmed {
            table.recorder.report(unconfirmed: UnconfirmedRule(path: table.path, source: source, note: note, place: table.place))
        }
        return Provenance(source, confirmed: confirmed, note: note)
    }

    func force(_ table: SettingsReader) -> Force {
        let from = table.date("from", "The first day on which it is in force.")
        let to = table.date("to", "The last day on which it is in force.")
        if let from, let to, to < from { table.report("to", "the last day is before the first", hint: "the first is \(from)") }
        return Force(from: from, to: to)
    }

    private func bilingual(_ table: SettingsReader, _ key: String) -> Bilingual {
        let part = table.table(key)
        defer { part.finish() }
        return name(part)
    }

    private func optionalBilingual(_ table: SettingsReader, _ key: String) -> Bilingual? {
        table.has(key) ? bilingual(table, key) : nil
    }

    private func simple(_ key: String) -> [Code] {
        root.tables(key).map { id, table in
            defer { table.finish() }
            return Code(id: id, name: name(table))
        }
    }

    // MARK: Parties

    private func bureaus() -> NamedList<Bureau> {
        NamedList(
            root.tables("bureaus").map { id, table in
                defer { table.finish() }
                return Bureau(
                    id: id, name: name(table), uscc: table.optionalText("uscc", "Its unified social credit code."),
                    formerNames: table.texts("formerNames", "Names that it had before.", default: []),
                    isCourt: table.boolean("court", "Whether what it decides is the decision of a court.", default: false))
            })
    }

    private func signatureKeys() -> NamedList<SignatureKey> {
        NamedList(root.tables("signatureKeys").compactMap { signatureKey($0.id, $0.table) })
    }

    private func signatureKey(_ id: String, _ table: SettingsReader) -> SignatureKey? {
        defer { table.finish() }
        let suite = table.choice("suite", "The suite that the key signs by.", of: SignatureSuite.self, default: .ed25519)
        let source = table.text("source", "The only ce_source that it signs for.")
        let text = table.text("publicKey", "PEM, or hexadecimal digits or base64 of DER or of the raw key.")
        let from = table.date("validFrom", "The first day on which it signs.")
        let to = table.date("validTo", "The last day on which it signs.")
        if let from, let to, to < from { table.report("validTo", "the last day is before the first") }
        do {
            return SignatureKey(id: id, source: source, publicKey: try PublicKey(suite, text: text), validFrom: from, validTo: to)
        } catch {
            table.report("publicKey", error.reason, hint: error.hint)
            return nil
        }
    }

    private func officers() -> OfficerRights {
        let table = root.table("officers")
        defer { table.finish() }
        func holders(_ key: String, _ meaning: String) -> [RightHolder] { table.texts(key, meaning).map { RightHolder($0) } }
        return OfficerRights(
            answersInquiry: holders("answersInquiry", "Who answers an inquiry about a disputed record."),
            reviewsDispute: holders("reviewsDispute", "Who decides when a review of a dispute is asked for."),
            reviewsRepair: holders("reviewsRepair", "Who decides on a repair."),
            proposesSanction: holders("proposesSanction", "Who proposes a sanction."),
            decidesSanction: holders("decidesSanction", "Who decides a sanction."),
            answersObjection: holders("answersObjection", "Who answers an objection."),
            releasesPublicity: holders("releasesPublicity", "Who releases a person's record for publicity."),
            deciderIsNotProposer: table.boolean("deciderIsNotProposer", "Whether a sanction needs two officers."),
            reviewerIsNotFinder: table.boolean("reviewerIsNotFinder", "Whether a review needs another officer than the finding."),
            provenance: provenance(table))
    }

    // MARK: Catalogue

    private func items(bureaus: [String]) -> NamedList<CatalogueItem> {
        let publicity = root.table("publicity")
        var rules = Dictionary(
            publicity.tables().map { ($0.id, $0.table.tables().map { publicityRule($0.table) }) }, uniquingKeysWith: { first, _ in first })
        let items = root.tables("items").map { id, table -> CatalogueItem in
            defer { table.finish() }
            return CatalogueItem(
                id: id, name: name(table), senders: senders(table, among: bureaus),
                kinds: table.choices("kinds", "What kinds of subjects it is about.", of: SubjectKind.self),
                severities: table.choices("severities", "Which severities a record may have.", of: Severity.self),
                nature: table.choice("nature", "What it means for its subject.", of: CatalogueItem.Nature.self),
                needsBasis: table.boolean("needsBasis", "Whether a record must cite an instrument.", default: true),
                mayBeDeclined: table.boolean("mayBeDeclined", "Whether the subject may decline to have it.", default: false),
                attributes: NamedList(table.tables("attributes").map(attribute)), publicity: rules.removeValue(forKey: id) ?? [],
                refusedFrom: table.date("refusedFrom", "Decisions from this day on are refused with prohibited.sealed."),
                term: table.optionalTerm("term", "How long a record without validUntil has effect, from the decision."),
                repairsOncePerformed: table.boolean(
                    "repairsOncePerformed", "Whether repair needs performance only and no minimum of time.", default: false),
                provenance: provenance(table))
        }
        for id in rules.keys.sorted() {
            publicity.report(key: id, "publicity of an item that is not in the catalogue", hint: hint(for: id, among: items.map(\.id)))
        }
        return NamedList(items)
    }

    private func senders(_ table: SettingsReader, among bureaus: [String]) -> Set<String> {
        let senders = table.optionalTexts("senders", "Ids of the bureaus that may send it.")
        let except = table.optionalTexts("sendersExcept", "Every bureau may send it, but these.")
        switch (senders, except) {
        case (let senders?, nil): return Set(senders)
        case (nil, let except?):
            for id in except where !bureaus.contains(id) {
                table.report("sendersExcept", "there is no bureau \(id)", hint: hint(for: id, among: bureaus))
            }
            return Set(bureaus).subtracting(except)
        case (nil, nil), (_?, _?):
            table.report("senders", "exactly one of senders and sendersExcept is needed")
            return []
        }
    }

    private func attribute(_ id: String, _ table: SettingsReader) -> ItemAttribute {
        defer { table.finish() }
        return ItemAttribute(
            id: id, name: name(table), kind: table.choice("kind", "What values it takes.", of: ItemAttribute.Kind.self),
            isRequired: table.boolean("required", "Whether a record must have it.", default: false),
            charactersMax: table.optionalInteger("charactersMax", "The longest text, in characters.", in: 1...100_000))
    }

    private func publicityRule(_ table: SettingsReader) -> PublicityRule {
        defer { table.finish() }
        let rule = PublicityRule(
            kinds: table.choices("kinds", "The kinds of subjects that the rule is for.", of: SubjectKind.self),
            severities: table.choices("severities", "The severities that the rule is for.", of: Severity.self),
            mode: table.choice("mode", "How a record gets published.", of: PublicityRule.Mode.self),
            minimum: table.optionalTerm("minimum", "No repair before this, from the decision."),
            maximum: table.optionalTerm("maximum", "Ends by itself then, from the decision; without it, with the record."),
            masked: table.boolean("masked", "Whether the name is shown masked.", default: false),
            consentAttribute: table.optionalText("consentAttribute", "The attribute, a truth value, that says that the subject agrees."),
            force: force(table), provenance: provenance(table))
        if rule.kinds.contains(.person), rule.mode == .ordered {
            table.report("mode", "a person's record cannot be published without a release", hint: "use released or consent")
        }
        for (key, term) in [("minimum", rule.minimum), ("maximum", rule.maximum)] where term?.unit == .workingDays {
            table.report(key, "a term in working days cannot stand here", hint: "give days, months or years")
        }
        return rule
    }

    // MARK: Sanctions and rewards

    private func measure(_ id: String, _ table: SettingsReader) -> SanctionMeasure {
        defer { table.finish() }
        let isForAny = table.boolean("anyCause", "Whether it may be taken for every cause of the closed list.", default: false)
        let causes = table.optionalTexts("causes", "The causes that it may be taken for.")
        if isForAny == (causes != nil) { table.report("causes", "exactly one of causes and anyCause: true is needed") }
        return SanctionMeasure(
            id: id, name: name(table), agency: table.text("agency", "The agency that applies it."),
            causes: isForAny ? nil : Set(causes ?? []),
            kinds: table.choices(
                "kinds", "The kinds of subjects that it may be taken against.", of: SubjectKind.self, default: [.person, .organization]),
            severities: table.choices(
                "severities", "A record it rests on has one of these.", of: Severity.self, default: [.minor, .general, .serious]),
            needsLaw: table.boolean("needsLaw", "Whether its basis must name a law or regulation of the pack.", default: false),
            needsCourtDecision: table.boolean("needsCourtDecision", "Whether a court must have decided.", default: false),
            provenance: provenance(table))
    }

    private func programme(_ id: String, _ table: SettingsReader) -> RewardProgramme {
        defer { table.finish() }
        let isForAny = table.boolean("anyBureauNominates", "Whether every bureau may nominate.", default: false)
        let nominators = table.optionalTexts("nominators", "The bureaus that may nominate.")
        if isForAny == (nominators != nil) {
            table.report("nominators", "exactly one of nominators and anyBureauNominates: true is needed")
        }
        return RewardProgramme(
            id: id, name: name(table), nominators: isForAny ? nil : Set(nominators ?? []),
            deciders: Set(table.texts("deciders", "The bureaus that decide.")),
            benefits: table.texts("benefits", "The benefits it gives, one grant each."),
            term: table.plainTerm("term", "How long a grant lasts."), provenance: provenance(table))
    }

    private func cleanRecord(_ table: SettingsReader) -> CleanRecordRule {
        defer { table.finish() }
        return CleanRecordRule(
            term: table.plainTerm("term", "How far back an adverse decision stands against a clean record."), provenance: provenance(table))
    }

    // MARK: Law

    private func instrument(_ id: String, _ table: SettingsReader) -> Instrument {
        defer { table.finish() }
        return Instrument(
            id: id, name: name(table), shortNames: table.texts("shortNames", "Other names by which it is cited.", default: []),
            kind: table.choice("kind", "Its rank.", of: Instrument.Kind.self), force: force(table), provenance: provenance(table))
    }

    private func clock(_ id: String, _ table: SettingsReader) -> Clock {
        defer { table.finish() }
        return Clock(
            id: id, name: name(table), term: table.term("term", "How long it runs; WD are working days."),
            start: bilingual(table, "start"), pause: optionalBilingual(table, "pause"), breach: optionalBilingual(table, "breach"),
            force: force(table), provenance: provenance(table))
    }

    private func calendar() -> WorkCalendar {
        var years: [WorkCalendar.Year] = []
        for (id, table) in root.tables("calendar") {
            let off = table.days("off", "Days off by the notice, with the weekends among them.")
            let worked = table.days("worked", "Saturdays and Sundays that are worked.")
            _ = provenance(table)
            table.finish()
            guard let year = Int(id), CivilDate.years.contains(year) else {
                root.recorder.report(ConfigurationProblem(at: table.place, key: table.path.joined(separator: "."), "\(id) is no year"))
                continue
            }
            do {
                years.append(try WorkCalendar.Year(year, daysOff: off, workingDays: worked))
            } catch {
                root.recorder.report(
                    ConfigurationProblem(at: table.place, key: table.path.joined(separator: "."), error.description))
            }
        }
        do {
            return try WorkCalendar(years)
        } catch {
            root.report("calendar", error.description)
            return PolicyReader.emptyCalendar
        }
    }

    private static let emptyCalendar: WorkCalendar = {
        guard let calendar = try? WorkCalendar([]) else { preconditionFailure("a calendar without years has nothing to contradict") }
        return calendar
    }()

    private func finality() -> FinalityRules {
        let table = root.table("finality")
        defer { table.finish() }
        return FinalityRules(
            appealTerm: table.plainTerm("appealTerm", "After a decision that says nothing of its finality, until it is final."),
            provenance: provenance(table))
    }

    private func capacity() -> CapacityRules {
        let table = root.table("capacity")
        defer { table.finish() }
        return CapacityRules(
            adultAge: table.integer("adultAge", "Whoever was younger on the day of the conduct has no adverse record.", in: 1...30),
            presumedMinorBelowAge: table.integer(
                "presumedMinorBelowAge", "Without a date of the conduct, whoever was younger on the day of the decision counts as a minor.",
                in: 1...40),
            ageMax: table.integer("ageMax", "An age that nobody reaches.", in: 100...200), provenance: provenance(table))
    }

    private func slightCases() -> SlightCaseRules {
        let table = root.table("slightCases")
        defer { table.finish() }
        return SlightCaseRules(
            simpleProcedureRefusedFor: table.choices(
                "simpleProcedureRefusedFor", "Penalties by simple procedure are refused for these.", of: SubjectKind.self),
            remediedRefusedFor: table.choices(
                "remediedRefusedFor", "Slight cases that were remedied are refused for these.", of: SubjectKind.self),
            slightSeverities: table.choices("slightSeverities", "Severities that count as slight.", of: Severity.self),
            provenance: provenance(table))
    }

    private func retention() -> RetentionRules {
        let table = root.table("retention")
        defer { table.finish() }
        return RetentionRules(
            rememberedMessages: table.plainTerm("rememberedMessages", "How long source and id of what passed intake are remembered."),
            adverseRecord: table.plainTerm("adverseRecord", "How long an adverse record without a term of its own has effect."),
            archiveAfter: table.plainTerm("archiveAfter", "From the end of a record to its archiving."),
            inboundTopics: table.span("inboundTopics", "How long inbound topics keep a message."),
            stepTopics: table.span("stepTopics", "How long topics between workers keep a message."),
            tombstones: table.span("tombstones", "How long compacted topics keep a deletion; stores older than half of it are rebuilt."),
            queryLog: table.plainTerm("queryLog", "How long the log of queries is kept."), provenance: provenance(table))
    }

    private func limits() -> Limits {
        let table = root.table("limits")
        defer { table.finish() }
        return Limits(
            inboundBytesMax: table.integer("inboundBytesMax", "The largest inbound value, in bytes.", in: 1024...16 << 20),
            workerBytesMax: table.integer("workerBytesMax", "The largest value of a worker, in bytes.", in: 65_536...64 << 20),
            textCharactersMax: table.integer("textCharactersMax", "The longest free text, in characters.", in: 100...1_000_000),
            listEntriesMax: table.integer("listEntriesMax", "The longest list in a message.", in: 1...10_000),
            parkedTerm: table.span("parkedTerm", "How long a request about something unseen waits before state.not-found."),
            parkedRetry: table.span("parkedRetry", "The time between two tries of what waits."),
            parkedQueueMax: table.integer("parkedQueueMax", "How many inputs wait in one line.", in: 1...1_000_000),
            suspectedYuanFrom: table.integer(
                "suspectedYuanFrom", "Amounts of so many 万元 or more in a row of 双公示 are taken for yuan.", in: 1...1_000_000_000))
    }

    private func prohibited(_ id: String, _ table: SettingsReader) -> ProhibitedTerm {
        defer { table.finish() }
        return ProhibitedTerm(
            id: id, name: name(table),
            kinds: table.choices(
                "kinds", "The kinds of subjects whose records may not hold it.", of: SubjectKind.self, default: [.person, .organization]),
            fields: table.texts("fields", "Names of attributes that hold it.", default: []),
            words: table.texts("words", "Words in texts that give it away.", default: []),
            harmlessIn: table.texts("harmlessIn", "Longer words in which those are harmless.", default: []),
            unlessConfirmedBy: table.texts("unlessConfirmedBy", "Words whose presence makes it lawful.", default: []),
            provenance: provenance(table))
    }

    private func hint(for word: String, among known: [String]) -> String { Suggestion.hint(for: word, among: known) ?? "" }
}
