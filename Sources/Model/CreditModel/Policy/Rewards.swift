/// A programme of rewards: who nominates, who decides, which benefits it gives.
public struct RewardProgramme: Identifiable, Hashable, Sendable {
    public var id: String
    public var name: Bilingual
    /// Ids of bureaus that may nominate; nil: any bureau.
    public var nominators: Set<String>?
    public var deciders: Set<String>
    public var benefits: [String]
    /// How long a grant lasts.
    public var term: Term
    public var provenance: Provenance

    public init(
        id: String, name: Bilingual, nominators: Set<String>?, deciders: Set<String>, benefits: [String], term: Term, provenance: Provenance
    ) {
        self.id = id
        self.name = name
        self.nominators = nominators
        self.deciders = deciders
        self.benefits = benefits
        self.term = term
        self.provenance = provenance
    }
}

/// Something that an agency gives to whom a programme granted it; one grant each.
public struct Benefit: Identifiable, Hashable, Sendable {
    public var id: String
    public var name: Bilingual
    public var agency: String
    public var provenance: Provenance

    public init(id: String, name: Bilingual, agency: String, provenance: Provenance) {
        self.id = id
        self.name = name
        self.agency = agency
        self.provenance = provenance
    }
}
