import CreditModel
import StreamCore

/// What the policy says about publicity. No day and no class of records stands here.
struct PublicityTerms: Sendable {
    var policy: PolicyPack

    /// Of a person less is shown: what was decided stays between the bureau and the person (个人信息保护法 article 6).
    private static let shownOfOrganizations: [StaticString] = ["documentNo", "authority", "basis", "result"]
    private static let shownOfPersons: [StaticString] = ["documentNo", "authority", "basis"]

    /// The rule of the law of the decision's date; nil where such a record is never published.
    func rule(for facts: RecordFacts) -> PublicityRule? {
        guard let day = facts.decisionDate else { return nil }
        return policy.item(facts.catalogItem)?.publicityRule(kind: facts.kind, severity: facts.severity, decidedOn: day)
    }

    /// An item that the pack does not have (any more) is taken for adverse.
    func isAdverse(_ facts: RecordFacts) -> Bool { policy.item(facts.catalogItem)?.nature ?? .adverse == .adverse }

    func facts(of version: RecordChanged) -> RecordFacts {
        var facts = RecordFacts(
            recordId: version.recordId, bureau: version.bureau, catalogItem: version.catalogItem, kind: version.subjectKind,
            severity: version.severity, state: version.state, isRestricted: version.isRestricted,
            decisionDate: version.content?.decisionDate, publicUntil: version.publicUntil, hasConsent: false, decision: [])
        guard let content = version.content, let rule = rule(for: facts) else { return facts }
        if rule.mode == .consent, let name = rule.consentAttribute, let attributes = content.attributes {
            facts.hasConsent = ((try? JSONParser.parse(attributes))?.root[named: name]?.bool) ?? false
        }
        if version.state == .effective { facts.decision = PublicityTerms.shown(of: content.decision, kind: version.subjectKind) }
        return facts
    }

    private static func shown(of decision: Bytes, kind: SubjectKind) -> Bytes {
        guard let value = (try? JSONParser.parse(decision))?.root else { return [] }
        var writer = JSONWriter(reserving: decision.count)
        writer.object {
            for name in kind == .person ? shownOfPersons : shownOfOrganizations {
                if let member = value[name] { $0.member(name, raw: member.bytes) }
            }
        }
        return writer.bytes
    }
}
