import CreditModel
import StreamCore

/// A pack with the few rules that these tests need.
enum SampleCity {
    static let provenance = Provenance("tests", confirmed: false)
    static let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))
    static let partitionCount = 4

    private static func both(_ text: String) -> Bilingual { Bilingual(zh: text, en: text) }

    private static func item(
        _ id: String, _ senders: Set<String>, _ kinds: Set<SubjectKind>, _ severities: Set<Severity>, _ nature: CatalogueItem.Nature,
        needsBasis: Bool = true, attributes: NamedList<ItemAttribute> = [], refusedFrom: CivilDate? = nil
    ) -> CatalogueItem {
        CatalogueItem(
            id: id, name: both(id), senders: senders, kinds: kinds, severities: severities, nature: nature, needsBasis: needsBasis,
            attributes: attributes, refusedFrom: refusedFrom, provenance: provenance)
    }

    static func policy(_ change: (inout PolicyPack) -> Void = { _ in }) -> PolicyPack {
        var pack = PolicyPack(
            version: "tests", profile: "development", city: Code(id: "410100", name: both("郑州")),
            calendar: try! WorkCalendar([]),
            finality: FinalityRules(appealTerm: Term(60, .days), provenance: provenance),
            capacity: CapacityRules(adultAge: 18, presumedMinorBelowAge: 20, ageMax: 130, provenance: provenance),
            slightCases: SlightCaseRules(
                simpleProcedureRefusedFor: [.person], remediedRefusedFor: [.person, .organization], slightSeverities: [.minor],
                provenance: provenance),
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
        pack.takesUnsigned = true
        for id in ["market-regulation", "public-security", "education", "courts", "transport", "civil-affairs", "credit-office"] {
            pack.bureaus.append(Bureau(id: id, name: both(id)))
        }
        pack.agencies.append(Agency(id: "metro", name: both("metro")))
        pack.gateways.append(Gateway(id: "sms", name: both("sms")))
        for type in InboundType.allCases {
            let senders: [SenderClass] =
                switch type {
                case .disputeRequested, .disputeReviewRequested, .objectionRaised, .repairApplied, .rewardDeclined: [.portal]
                case .noticeAcknowledged: [.gateways]
                case .deliveryAcknowledged: [.agencies]
                default: [.bureaus]
                }
            pack.sourceRights.append(SourceRight(type: type.rawValue, senders: senders))
        }
        let both: Set<SubjectKind> = [.person, .organization]
        pack.items = [
            item(
                "penalty.administrative", ["market-regulation", "public-security", "transport"], both, [.minor, .general, .serious],
                .adverse,
                attributes: [
                    ItemAttribute(id: "fine", name: self.both("fine"), kind: .money),
                    ItemAttribute(id: "note", name: self.both("note"), kind: .text, charactersMax: 20),
                    ItemAttribute(id: "publicUntil", name: self.both("publicUntil"), kind: .date),
                    ItemAttribute(id: "count", name: self.both("count"), kind: .integer),
                    ItemAttribute(id: "isFirst", name: self.both("isFirst"), kind: .boolean),
                ]),
            item("permit.administrative", ["transport"], both, [.none], .neutral, needsBasis: false),
            item(
                "penalty.public-security", ["public-security"], [.person], [.minor, .general, .serious], .adverse,
                refusedFrom: CivilDate(iso: "2026-01-01")),
            item("judgment.unperformed", ["courts"], both, [.serious], .adverse),
            item("exam.fraud", ["education"], [.person], [.general, .serious], .adverse),
            item("volunteer.service", ["civil-affairs"], [.person], [.none], .positive, needsBasis: false),
        ]
        pack.instruments = [
            Instrument(
                id: "food-safety-law", name: self.both("中华人民共和国食品安全法"), shortNames: ["食品安全法"], kind: .law,
                force: Force(from: CivilDate(iso: "2015-10-01")), provenance: provenance),
            Instrument(
                id: "old-rule", name: self.both("旧办法"), kind: .rule,
                force: Force(from: CivilDate(iso: "2010-01-01"), to: CivilDate(iso: "2025-12-31")), provenance: provenance),
        ]
        pack.prohibited = ProhibitedContent([
            ProhibitedTerm(
                id: "illness", name: Bilingual(zh: "疾病", en: "illness"), fields: ["diagnosis"], words: ["糖尿病"], provenance: provenance),
            ProhibitedTerm(
                id: "deposits", name: Bilingual(zh: "存款", en: "deposits"), kinds: [.person], words: ["银行存款"], provenance: provenance),
        ])
        pack.causes = [
            SanctionCause(id: "judgment-unperformed", name: self.both("judgment"), provenance: provenance),
            SanctionCause(id: "tax", name: self.both("tax"), provenance: provenance),
        ]
        pack.measures = [
            SanctionMeasure(
                id: "procurement.excluded", name: self.both("procurement"), agency: "procurement", causes: ["judgment-unperformed"],
                provenance: provenance),
            SanctionMeasure(
                id: "travel.high-consumption-restricted", name: self.both("travel"), agency: "airlines", causes: ["judgment-unperformed"],
                kinds: [.person], provenance: provenance),
            SanctionMeasure(
                id: "permit.no-commitment-procedure", name: self.both("permit"), agency: "permits", causes: nil, provenance: provenance),
        ]
        pack.fields.append(Code(id: "food", name: self.both("food")))
        change(&pack)
        return pack
    }
}

extension CivilDate {
    /// A date of a test, which exists.
    static func day(_ text: String) -> CivilDate { CivilDate(iso: text)! }
}
