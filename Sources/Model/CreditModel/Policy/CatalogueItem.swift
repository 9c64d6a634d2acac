/// One kind of record that may be kept; what is outside the catalogue may not (完善失信约束制度, the principle of the catalogue).
public struct CatalogueItem: Identifiable, Hashable, Sendable {
    /// What a record of this kind means for its subject.
    public enum Nature: String, Sendable, CaseIterable {
        case adverse
        case neutral
        case positive
    }

    public var id: String
    public var name: Bilingual
    /// Ids of the bureaus that may send it.
    public var senders: Set<String>
    public var kinds: Set<SubjectKind>
    public var severities: Set<Severity>
    public var nature: Nature
    /// Whether a record must cite an instrument (`/decision/basis`).
    public var needsBasis: Bool
    /// Positive items that the subject may decline to have.
    public var mayBeDeclined: Bool
    public var attributes: NamedList<ItemAttribute>
    public var publicity: [PublicityRule]
    /// Decisions from this day on are refused with `prohibited.sealed`.
    public var refusedFrom: CivilDate?
    /// How long a record has effect when it has no `validUntil`; nil: the general term of retention.
    public var term: Term?
    /// Whether repair has no minimum of time, only performance.
    public var repairsOncePerformed: Bool
    public var provenance: Provenance

    public init(
        id: String, name: Bilingual, senders: Set<String>, kinds: Set<SubjectKind>, severities: Set<Severity>, nature: Nature,
        needsBasis: Bool = true, mayBeDeclined: Bool = false, attributes: NamedList<ItemAttribute> = [], publicity: [PublicityRule] = [],
        refusedFrom: CivilDate? = nil, term: Term? = nil, repairsOncePerformed: Bool = false, provenance: Provenance
    ) {
        self.id = id
        self.name = name
        self.senders = senders
        self.kinds = kinds
        self.severities = severities
        self.nature = nature
        self.needsBasis = needsBasis
        self.mayBeDeclined = mayBeDeclined
        self.attributes = attributes
        self.publicity = publicity
        self.refusedFrom = refusedFrom
        self.term = term
        self.repairsOncePerformed = repairsOncePerformed
        self.provenance = provenance
    }

    /// The rule of publicity for a record; nil when it is never published.
    public func publicityRule(kind: SubjectKind, severity: Severity, decidedOn day: CivilDate) -> PublicityRule? {
        publicity.first { $0.kinds.contains(kind) && $0.severities.contains(severity) && $0.force.covers(day) && $0.mode != .never }
    }

    public static func == (left: CatalogueItem, right: CatalogueItem) -> Bool { left.id == right.id }
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// An attribute that records of an item may carry. One that is not declared is `prohibited.field`.
public struct ItemAttribute: Identifiable, Hashable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case text
        /// Yuan with two decimals, as text.
        case money
        case date
        case integer
        case boolean
        /// A unified social credit code; not personal.
        case uscc
    }

    public var id: String
    public var name: Bilingual
    public var kind: Kind
    public var isRequired: Bool
    /// The longest text, in characters; nil: the general limit.
    public var charactersMax: Int?

    public init(id: String, name: Bilingual, kind: Kind, isRequired: Bool = false, charactersMax: Int? = nil) {
        self.id = id
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.charactersMax = charactersMax
    }
}

/// Whether and how long records are published, for some kinds of subjects and severities, by the law of the decision date.
public struct PublicityRule: Hashable, Sendable {
    public enum Mode: String, Sendable, CaseIterable {
        case never
        /// At once, because a law orders it.
        case ordered
        /// After an officer has released it.
        case released
        /// With the subject's consent.
        case consent
    }

    public var kinds: Set<SubjectKind>
    public var severities: Set<Severity>
    public var mode: Mode
    /// No repair and no delisting by it before this; nil: none.
    public var minimum: Term?
    /// Ends by itself then; nil: with the record.
    public var maximum: Term?
    /// Whether the name is shown masked.
    public var masked: Bool
    /// The attribute of a record, a truth value, by which its bureau says that the subject agrees; where the mode is consent.
    public var consentAttribute: String?
    /// By the date of the decision.
    public var force: Force
    public var provenance: Provenance

    public init(
        kinds: Set<SubjectKind>, severities: Set<Severity>, mode: Mode, minimum: Term? = nil, maximum: Term? = nil, masked: Bool = false,
        consentAttribute: String? = nil, force: Force = Force(), provenance: Provenance
    ) {
        self.kinds = kinds
        self.severities = severities
        self.mode = mode
        self.minimum = minimum
        self.maximum = maximum
        self.masked = masked
        self.consentAttribute = consentAttribute
        self.force = force
        self.provenance = provenance
    }
}
