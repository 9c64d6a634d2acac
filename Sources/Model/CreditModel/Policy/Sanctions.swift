/// A ground of joint sanctions; the list is closed (point 11 of the plan, 完善失信约束制度 section 4).
public struct SanctionCause: Identifiable, Hashable, Sendable {
    public var id: String
    public var name: Bilingual
    public var provenance: Provenance

    public init(id: String, name: Bilingual, provenance: Provenance) {
        self.id = id
        self.name = name
        self.provenance = provenance
    }
}

/// Something that an agency may do about a subject, and what it needs for that.
public struct SanctionMeasure: Identifiable, Hashable, Sendable {
    public var id: String
    public var name: Bilingual
    public var agency: String
    /// Ids of causes; nil: any of the closed list.
    public var causes: Set<String>?
    public var kinds: Set<SubjectKind>
    /// Severities of which a record it rests on must have one.
    public var severities: Set<Severity>
    /// The basis must name an instrument that is a law or regulation.
    public var needsLaw: Bool
    /// A court must have decided.
    public var needsCourtDecision: Bool
    public var provenance: Provenance

    public init(
        id: String, name: Bilingual, agency: String, causes: Set<String>?, kinds: Set<SubjectKind> = [.person, .organization],
        severities: Set<Severity> = [.minor, .general, .serious], needsLaw: Bool = false, needsCourtDecision: Bool = false,
        provenance: Provenance
    ) {
        self.id = id
        self.name = name
        self.agency = agency
        self.causes = causes
        self.kinds = kinds
        self.severities = severities
        self.needsLaw = needsLaw
        self.needsCourtDecision = needsCourtDecision
        self.provenance = provenance
    }
}
