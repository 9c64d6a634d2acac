import StreamCore

/// Everything that the rules of a city say, as one value: read once from `Config/`, given to every decision.
///
/// No number of days, no name and no limit of a rule stands anywhere else. Each entry says where it comes from and whether somebody has
/// confirmed that.
public struct PolicyPack: Sendable {
    /// What the pack declares, and a digest of what it holds: `2026.1+3f9a0c41`. It is what `ce_policy` says.
    public var version: String
    public var profile: String
    public var city: Code

    public var bureaus: NamedList<Bureau> = []
    public var agencies: NamedList<Agency> = []
    /// In the order in which notices try them.
    public var gateways: NamedList<Gateway> = []
    public var sourceRights: NamedList<SourceRight> = []
    public var signatureKeys: NamedList<SignatureKey> = []
    /// Whether messages without a signature are taken. Only a development profile says yes.
    public var takesUnsigned = false
    /// Whether a run may stand still at a given instant (`--at`). Only a development profile says yes.
    public var allowsFixedTime = false
    /// Whether a recipient without a registered key gets one that is derived from the master. Only a development profile says yes.
    public var derivesRecipientKeys = false

    public var items: NamedList<CatalogueItem> = []
    public var penaltyClasses: [PenaltyClass] = []
    /// The severity of a penalty in whose category no word of a class occurs.
    public var penaltySeverityOtherwise: Severity = .general

    public var causes: NamedList<SanctionCause> = []
    public var measures: NamedList<SanctionMeasure> = []
    public var programmes: NamedList<RewardProgramme> = []
    public var benefits: NamedList<Benefit> = []

    public var instruments: NamedList<Instrument> = [] {
        didSet { instrumentsByName = PolicyPack.byName(instruments) }
    }
    private var instrumentsByName: [String: [Int]] = [:]

    public var clocks: NamedList<Clock> = []
    public var calendar: WorkCalendar

    public var finality: FinalityRules
    public var capacity: CapacityRules
    public var slightCases: SlightCaseRules
    public var retention: RetentionRules
    public var limits: Limits
    public var officers: OfficerRights
    public var repair = RepairRules()
    public var notices = NoticeRules()
    public var delivery = DeliveryRules()
    /// nil: every adverse record that has effect stands against a clean one.
    public var cleanRecord: CleanRecordRule?
    public var prohibited = ProhibitedContent()

    /// The 16 key fields (point 3 of the plan).
    public var fields: NamedList<Code> = []
    /// The 14 occupations (point 3 of the plan).
    public var occupations: NamedList<Code> = []
    /// The 11 domains of real-name registration (point 2 of the plan).
    public var domains: NamedList<Code> = []

    public init(
        version: String, profile: String, city: Code, calendar: WorkCalendar, finality: FinalityRules, capacity: CapacityRules,
        slightCases: SlightCaseRules, retention: RetentionRules, limits: Limits, officers: OfficerRights
    ) {
        self.version = version
        self.profile = profile
        self.city = city
        self.calendar = calendar
        self.finality = finality
        self.capacity = capacity
        self.slightCases = slightCases
        self.retention = retention
        self.limits = limits
        self.officers = officers
    }

    public func item(_ id: String) -> CatalogueItem? { items[id: id] }
    public func measure(_ id: String) -> SanctionMeasure? { measures[id: id] }
    public func benefit(_ id: String) -> Benefit? { benefits[id: id] }
    public func programme(_ id: String) -> RewardProgramme? { programmes[id: id] }
    public func instrument(_ id: String) -> Instrument? { instruments[id: id] }
    public func bureau(_ id: String) -> Bureau? { bureaus[id: id] }
    public func signatureKey(_ id: String) -> SignatureKey? { signatureKeys[id: id] }

    /// The instruments that a name, full or short, with or without 《》, stands for: several, where one name had several versions;
    /// none, where the pack does not know it.
    public func instruments(named name: String) -> [Instrument] {
        (instrumentsByName[Instrument.comparable(name)] ?? []).map { instruments[$0] }
    }

    /// The instrument of that name that is in force on a day; otherwise another version of it; nil for a name the pack does not know.
    public func instrument(named name: String, on day: CivilDate) -> Instrument? {
        let versions = instruments(named: name)
        return versions.first { $0.inForce(on: day) } ?? versions.first
    }

    /// The clock of a name. The loader has seen to it that each name has one.
    public func clock(_ name: ClockName) -> Clock {
        guard let clock = clocks[id: name.rawValue] else { preconditionFailure("the policy pack has no clock \(name.rawValue)") }
        return clock
    }

    /// When a clock that an event starts has run out.
    public func due(_ name: ClockName, after event: Instant) throws(CalendarFailure) -> Instant {
        try clock(name).term.end(after: event, by: calendar)
    }

    /// The id of the bureau that a `ce_source` names; nil when it is not a bureau of the pack.
    public func bureauId(ofSource source: String) -> String? {
        guard let id = PolicyPack.rest(of: source, after: "/bureaus/"), bureaus.contains(id: id) else { return nil }
        return id
    }

    /// The class of a `ce_source`; nil when the pack does not know it.
    public func senderClass(ofSource source: String) -> SenderClass? {
        if source == "/portal" { return .portal }
        if let id = PolicyPack.rest(of: source, after: "/bureaus/") { return bureaus.contains(id: id) ? .bureaus : nil }
        if let id = PolicyPack.rest(of: source, after: "/agencies/") { return agencies.contains(id: id) ? .agencies : nil }
        if let id = PolicyPack.rest(of: source, after: "/gateways/") { return gateways.contains(id: id) ? .gateways : nil }
        return nil
    }

    /// The keys that an agency or a gateway has registered, by its `ce_source`; nil when the pack has no such recipient.
    public func recipientKeys(of source: String) -> [RecipientKey]? {
        if let id = PolicyPack.rest(of: source, after: "/agencies/") { return agencies[id: id]?.sealTo }
        if let id = PolicyPack.rest(of: source, after: "/gateways/") { return gateways[id: id]?.sealTo }
        return nil
    }

    private static func rest(of source: String, after prefix: String) -> String? {
        guard source.utf8.starts(with: prefix.utf8) else { return nil }
        return String(source.utf8.dropFirst(prefix.utf8.count))
    }

    /// Whether a source may send messages of a type, given without `chengxin.` and version: `record.submitted`.
    public func maySend(type: String, source: String) -> Bool {
        guard let right = sourceRights[id: type], let sender = senderClass(ofSource: source) else { return false }
        return right.senders.contains(sender)
    }

    /// The severity of a row of 双公示 penalties by its category and content: the highest class of which a word occurs in it.
    public func severity(ofPenalty category: String) -> Severity {
        var highest: Severity?
        for penalty in penaltyClasses where highest.map({ $0 < penalty.severity }) ?? true {
            if penalty.words.contains(where: { category.holds($0) }) { highest = penalty.severity }
        }
        return highest ?? penaltySeverityOtherwise
    }

    private static func byName(_ instruments: NamedList<Instrument>) -> [String: [Int]] {
        var places: [String: [Int]] = [:]
        for (place, instrument) in instruments.enumerated() {
            for name in Set([instrument.name.zh] + instrument.shortNames) {
                places[Instrument.comparable(name), default: []].append(place)
            }
        }
        return places
    }
}
