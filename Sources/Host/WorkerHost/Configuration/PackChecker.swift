import CreditModel
import StreamCore

/// Finds references that lead nowhere and rules that contradict each other.
enum PackChecker {
    /// What makes a pack unusable.
    static func problems(of pack: PolicyPack, in root: SettingsReader) -> [ConfigurationProblem] {
        var checker = Checker(root: root)
        checker.references(pack)
        checker.rules(pack)
        return checker.problems
    }

    /// What somebody should look at: calendars that run out, keys that have expired.
    static func findings(of pack: PolicyPack, on today: CivilDate) -> [ConfigurationProblem] {
        var findings: [ConfigurationProblem] = []
        for year in [today.year, today.year + 1] where !pack.calendar.knownYears.contains(year) {
            findings.append(
                ConfigurationProblem(
                    at: "", key: "calendar.\(year)", "the calendar has no year \(year): deadlines that reach into it wait",
                    hint: year == today.year
                        ? "add the State Council's notice now" : "the notice comes in November; add it as soon as it is out"))
        }
        for key in pack.signatureKeys where !key.isValid(on: today) {
            findings.append(
                ConfigurationProblem(
                    at: "", key: "signatureKeys." + key.id, "this key does not sign today", hint: "renew it or take it out"))
        }
        let recipients = pack.agencies.map { ("agencies", $0.id, $0.sealTo) } + pack.gateways.map { ("gateways", $0.id, $0.sealTo) }
        for (list, id, keys) in recipients where keys.newest(on: today) == nil && !pack.derivesRecipientKeys {
            findings.append(
                ConfigurationProblem(
                    at: "", key: "\(list).\(id).sealTo", "no key is in force: what is for it waits", hint: "register its public key"))
        }
        if pack.takesUnsigned {
            findings.append(
                ConfigurationProblem(
                    at: "", key: "unsignedSourcesAllowed", "messages without a signature are taken", hint: "never outside development"))
        }
        return findings
    }

    private struct Checker {
        let root: SettingsReader
        var problems: [ConfigurationProblem] = []

        mutating func check(_ id: String, _ what: String, among known: [String], _ path: String...) {
            guard !known.contains(id) else { return }
            let hint = Suggestion.hint(for: id, among: known) ?? "known are: " + known.joined(separator: ", ")
            report(path, "there is no \(what) \(id)", hint: hint)
        }

        mutating func report(_ path: [String], _ reason: String, hint: String = "") {
            let setting = root.recorder.settings.first { $0.path.starts(with: path) }
            problems.append(
                ConfigurationProblem(
                    at: setting?.origin.description ?? root.place, key: path.joined(separator: "."), reason, hint: hint))
        }

        mutating func references(_ pack: PolicyPack) {
            let bureaus = pack.bureaus.ids
            let agencies = pack.agencies.ids
            for item in pack.items {
                for id in item.senders.sorted() { check(id, "bureau", among: bureaus, "items", item.id, "senders") }
            }
            for measure in pack.measures {
                check(measure.agency, "agency", among: agencies, "measures", measure.id, "agency")
                for id in (measure.causes ?? []).sorted() { check(id, "cause", among: pack.causes.ids, "measures", measure.id, "causes") }
            }
            for programme in pack.programmes {
                for id in (programme.nominators ?? []).sorted() {
                    check(id, "bureau", among: bureaus, "programmes", programme.id, "nominators")
                }
                for id in programme.deciders.sorted() { check(id, "bureau", among: bureaus, "programmes", programme.id, "deciders") }
                for id in programme.benefits { check(id, "benefit", among: pack.benefits.ids, "programmes", programme.id, "benefits") }
            }
            for benefit in pack.benefits { check(benefit.agency, "agency", among: agencies, "benefits", benefit.id, "agency") }
            let rights: [(String, [RightHolder])] = [
                ("answersInquiry", pack.officers.answersInquiry), ("reviewsDispute", pack.officers.reviewsDispute),
                ("reviewsRepair", pack.officers.reviewsRepair),
                ("proposesSanction", pack.officers.proposesSanction), ("decidesSanction", pack.officers.decidesSanction),
                ("answersObjection", pack.officers.answersObjection), ("releasesPublicity", pack.officers.releasesPublicity),
            ]
            for (key, holders) in rights {
                for case .bureau(let id) in holders { check(id, "bureau", among: bureaus + ["record-bureau"], "officers", key) }
            }
            for case .bureau(let id) in pack.repair.decidesAfterSilence {
                check(id, "bureau", among: bureaus + ["record-bureau"], "repair", "decidesAfterSilence")
            }
            for exclusion in pack.repair.exclusions {
                for id in (exclusion.items ?? []).sorted() {
                    check(id, "item", among: pack.items.ids, "repair", "exclusions", exclusion.id, "items")
                }
            }
            for id in Set(pack.repair.minimums.flatMap { $0.fields ?? [] }).sorted() {
                check(id, "field", among: pack.fields.ids, "repair", "minimums")
            }
            for key in pack.signatureKeys where pack.senderClass(ofSource: key.source) == nil {
                report(
                    ["signatureKeys", key.id, "source"], "no sender of the pack is \(key.source)",
                    hint: "write /bureaus/ID, /agencies/ID, /gateways/ID or /portal")
            }
            for name in ClockName.allCases { checkClock(name, pack) }
            for clock in pack.clocks where ClockName(rawValue: clock.id) == nil {
                check(clock.id, "clock that the code knows by the name", among: ClockName.allCases.map(\.rawValue), "clocks", clock.id)
            }
        }

        private mutating func checkClock(_ name: ClockName, _ pack: PolicyPack) {
            guard let clock = pack.clocks[id: name.rawValue] else {
                report(["clocks"], "the clock \(name.rawValue) is missing", hint: "add it with its term and source")
                return
            }
            // What cannot be verified is not removed in the moment it becomes so.
            if name == .disputeRemoval, clock.term.count < 1 { report(["clocks", clock.id, "term"], "at least one day is needed") }
        }

        mutating func rules(_ pack: PolicyPack) {
            if pack.gateways.isEmpty { report(["gateways"], "at least one gateway is needed", hint: "without one no notice goes out") }
            if pack.capacity.presumedMinorBelowAge < pack.capacity.adultAge {
                report(["capacity", "presumedMinorBelowAge"], "is below adultAge, so minors would pass")
            }
            if pack.limits.workerBytesMax < 4 * pack.limits.inboundBytesMax {
                report(
                    ["limits", "workerBytesMax"], "is too small for an inbound message that is sealed and passed on",
                    hint: "at least four times inboundBytesMax")
            }
            for item in pack.items {
                if item.nature != .adverse, item.severities != [.none] {
                    report(["items", item.id, "severities"], "an item that is not adverse has NONE and nothing else")
                }
                if item.nature == .adverse, item.severities.contains(.none) {
                    report(["items", item.id, "severities"], "an adverse item cannot have NONE")
                }
                for attribute in item.attributes {
                    for kind in item.kinds {
                        guard let term = pack.prohibited.term(forField: attribute.id, of: kind) else { continue }
                        report(
                            ["items", item.id, "attributes", attribute.id], "this attribute is prohibited (\(term.id))",
                            hint: "no record may hold it; take it out")
                    }
                }
                for rule in item.publicity { checkPublicity(rule, of: item) }
            }
            for term in pack.prohibited.terms {
                for word in term.words where word.utf8.count < ProhibitedContent.wordBytesMin {
                    report(["prohibited", term.id, "words"], "\(word) is too short to give anything away", hint: "take a longer word")
                }
            }
            // Whether somebody has performed is for a person to see.
            if pack.repair.rule(for: .performance).whenSilent == .grant {
                report(["repair", "applications", "PERFORMANCE", "whenSilent"], "a performance is never granted unseen", hint: "use WAIT")
            }
            if pack.sourceRights.isEmpty {
                report(["sources"], "nobody may send anything", hint: "say which senders may send which messages")
            }
        }

        private mutating func checkPublicity(_ rule: PublicityRule, of item: CatalogueItem) {
            if !rule.kinds.isSubset(of: item.kinds) || !rule.severities.isSubset(of: item.severities) {
                report(["publicity", item.id], "a rule is for kinds or severities that the item does not have")
            }
            if (rule.mode == .consent) != (rule.consentAttribute != nil) {
                report(["publicity", item.id], "a rule with the mode consent, and no other, names its consentAttribute")
            }
            if let name = rule.consentAttribute, item.attributes[id: name]?.kind != .boolean {
                report(["publicity", item.id], "the item has no attribute \(name) that is a truth value")
            }
        }
    }
}
