import CreditModel
import StreamCore

/// A pack with the few rules that these tests need, round numbers in them.
enum SampleCity {
    static let provenance = Provenance("tests", confirmed: false)

    static func policy(_ change: (inout PolicyPack) -> Void = { _ in }) -> PolicyPack {
        var pack = PolicyPack(
            version: "tests", profile: "development", city: Code(id: "410100", name: Bilingual(zh: "郑州", en: "Zhengzhou")),
            calendar: try! WorkCalendar([]),
            finality: FinalityRules(appealTerm: Term(60, .days), provenance: provenance),
            capacity: CapacityRules(adultAge: 18, presumedMinorBelowAge: 20, ageMax: 130, provenance: provenance),
            slightCases: SlightCaseRules(
                simpleProcedureRefusedFor: [.person], remediedRefusedFor: [.person], slightSeverities: [.minor], provenance: provenance),
            retention: RetentionRules(
                rememberedMessages: Term(90, .days), adverseRecord: Term(5, .years), archiveAfter: Term(1, .years),
                inboundTopics: Term(14, .days), stepTopics: Term(14, .days), tombstones: Term(7, .days), queryLog: Term(5, .years),
                provenance: provenance),
            limits: Limits(
                inboundBytesMax: 262_144, workerBytesMax: 2_097_152, textCharactersMax: 20_000, listEntriesMax: 200,
                parkedTerm: Term(1, .minutes), parkedRetry: Term(5, .seconds), parkedQueueMax: 100,
                suspectedYuanFrom: 10_000),
            officers: OfficerRights(
                answersInquiry: [], reviewsRepair: [], proposesSanction: [], decidesSanction: [], answersObjection: [],
                releasesPublicity: [], deciderIsNotProposer: true, reviewerIsNotFinder: true, provenance: provenance))
        pack.items = [
            CatalogueItem(
                id: "penalty.administrative", name: Bilingual(zh: "行政处罚", en: "penalty"), senders: ["transport"],
                kinds: [.person, .organization], severities: [.minor, .general, .serious], nature: .adverse,
                publicity: [
                    PublicityRule(
                        kinds: [.organization], severities: [.general], mode: .ordered, minimum: Term(3, .months),
                        maximum: Term(12, .months),
                        provenance: provenance),
                    PublicityRule(
                        kinds: [.organization], severities: [.serious], mode: .ordered, minimum: Term(12, .months),
                        maximum: Term(36, .months), provenance: provenance),
                    PublicityRule(
                        kinds: [.person], severities: [.serious], mode: .released, minimum: Term(12, .months), maximum: Term(36, .months),
                        masked: true, provenance: provenance),
                ],
                provenance: provenance),
            CatalogueItem(
                id: "permit.administrative", name: Bilingual(zh: "行政许可", en: "permit"), senders: ["transport"],
                kinds: [.person, .organization], severities: [.none], nature: .neutral,
                publicity: [PublicityRule(kinds: [.organization], severities: [.none], mode: .ordered, provenance: provenance)],
                provenance: provenance),
            CatalogueItem(
                id: "tax.a-grade", name: Bilingual(zh: "A 级纳税人", en: "taxpayer of grade A"), senders: ["taxation"],
                kinds: [.organization], severities: [.none], nature: .positive,
                publicity: [
                    PublicityRule(
                        kinds: [.organization], severities: [.none], mode: .ordered, maximum: Term(12, .months), provenance: provenance)
                ],
                term: Term(12, .months), provenance: provenance),
        ]
        change(&pack)
        return pack
    }

    static let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))
}
