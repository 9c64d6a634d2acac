/// When a decision without a word about its finality becomes final.
public struct FinalityRules: Hashable, Sendable {
    /// After the decision, where it is appealable without a date or says nothing.
    public var appealTerm: Term
    public var provenance: Provenance

    public init(appealTerm: Term, provenance: Provenance) {
        self.appealTerm = appealTerm
        self.provenance = provenance
    }
}

/// Who may have an adverse record at all (河南省社会信用条例 article 3, 民法典 articles 17 to 20).
public struct CapacityRules: Hashable, Sendable {
    /// A person younger than this on the day of the conduct has no adverse record.
    public var adultAge: Int
    /// Without a date of the conduct, a person younger than this on the day of the decision is taken for a minor.
    public var presumedMinorBelowAge: Int
    /// An age that nobody reaches: a birth date further back is wrong.
    public var ageMax: Int
    public var provenance: Provenance

    public init(adultAge: Int, presumedMinorBelowAge: Int, ageMax: Int, provenance: Provenance) {
        self.adultAge = adultAge
        self.presumedMinorBelowAge = presumedMinorBelowAge
        self.ageMax = ageMax
        self.provenance = provenance
    }
}

/// Adverse records of persons that may not even be reported (河南省社会信用条例 article 13).
public struct SlightCaseRules: Hashable, Sendable {
    /// Penalties by simple procedure (`simpleProcedure`) are refused for these kinds of subjects.
    public var simpleProcedureRefusedFor: Set<SubjectKind>
    /// Slight cases that were remedied (`remedied`) are refused for these kinds of subjects.
    public var remediedRefusedFor: Set<SubjectKind>
    /// Severities that count as slight.
    public var slightSeverities: Set<Severity>
    public var provenance: Provenance

    public init(
        simpleProcedureRefusedFor: Set<SubjectKind>, remediedRefusedFor: Set<SubjectKind>, slightSeverities: Set<Severity>,
        provenance: Provenance
    ) {
        self.simpleProcedureRefusedFor = simpleProcedureRefusedFor
        self.remediedRefusedFor = remediedRefusedFor
        self.slightSeverities = slightSeverities
        self.provenance = provenance
    }
}

/// How long things are kept.
public struct RetentionRules: Hashable, Sendable {
    /// Source and id of what passed intake.
    public var rememberedMessages: Term
    /// Effect of an adverse record without a term of its own, from the decision.
    public var adverseRecord: Term
    /// From a record's end to its archiving.
    public var archiveAfter: Term
    /// Inbound topics.
    public var inboundTopics: Term
    /// Step topics.
    public var stepTopics: Term
    /// Tombstones of compacted topics.
    public var tombstones: Term
    /// Log of queries.
    public var queryLog: Term
    public var provenance: Provenance

    public init(
        rememberedMessages: Term, adverseRecord: Term, archiveAfter: Term, inboundTopics: Term, stepTopics: Term, tombstones: Term,
        queryLog: Term, provenance: Provenance
    ) {
        self.rememberedMessages = rememberedMessages
        self.adverseRecord = adverseRecord
        self.archiveAfter = archiveAfter
        self.inboundTopics = inboundTopics
        self.stepTopics = stepTopics
        self.tombstones = tombstones
        self.queryLog = queryLog
        self.provenance = provenance
    }
}

/// Sizes and waits that protect the cluster.
public struct Limits: Hashable, Sendable {
    public var inboundBytesMax: Int
    public var workerBytesMax: Int
    /// Of a free text such as `facts`, in characters.
    public var textCharactersMax: Int
    /// Of lists such as `evidence[]` or `responsiblePersons[]`.
    public var listEntriesMax: Int
    /// How long a request about something unseen waits before `state.not-found`.
    public var parkedTerm: Term
    /// Between two tries of what waits.
    public var parkedRetry: Term
    /// How many inputs wait in one line before its head is dead-lettered.
    public var parkedQueueMax: Int
    /// Amounts of so many 万元 or more in a row of 双公示 are taken for yuan in the wrong column.
    public var suspectedYuanFrom: Int

    public init(
        inboundBytesMax: Int, workerBytesMax: Int, textCharactersMax: Int, listEntriesMax: Int, parkedTerm: Term, parkedRetry: Term,
        parkedQueueMax: Int, suspectedYuanFrom: Int
    ) {
        self.inboundBytesMax = inboundBytesMax
        self.workerBytesMax = workerBytesMax
        self.textCharactersMax = textCharactersMax
        self.listEntriesMax = listEntriesMax
        self.parkedTerm = parkedTerm
        self.parkedRetry = parkedRetry
        self.parkedQueueMax = parkedQueueMax
        self.suspectedYuanFrom = suspectedYuanFrom
    }
}

/// Who holds a right in a case.
public enum RightHolder: Hashable, Sendable {
    /// The bureau that sent the record.
    case recordBureau
    case bureau(String)

    /// Reads `record-bureau` or the id of a bureau.
    public init(_ text: String) { self = text == "record-bureau" ? .recordBureau : .bureau(text) }

    public func isHeld(by bureau: String, recordBureau: String) -> Bool {
        switch self {
        case .recordBureau: return bureau == recordBureau
        case .bureau(let id): return bureau == id
        }
    }
}

extension Officer {
    /// Why an officer may not act in a case about records of these bureaus; nil: the officer acts for the bureau that sends, and it holds the
    /// right. `hint` says who does.
    public func refusal(
        at path: String, sentBy bureau: String?, about recordBureaus: Set<String>, holders: [RightHolder], hint: String
    ) -> Reason? {
        guard self.bureau == bureau else {
            return Reason(.policySourceNotAllowed, at: path, hint: "the officer belongs to another bureau than the one that sends")
        }
        let isHolder = holders.contains { holder in
            recordBureaus.contains { holder.isHeld(by: self.bureau, recordBureau: $0) }
        }
        return isHolder ? nil : Reason(.policySourceNotAllowed, at: path, hint: hint)
    }
}

/// Who may do what in cases, and which two steps need two officers.
public struct OfficerRights: Hashable, Sendable {
    public var answersInquiry: [RightHolder]
    /// A dispute's second instance.
    public var reviewsDispute: [RightHolder]
    public var reviewsRepair: [RightHolder]
    public var proposesSanction: [RightHolder]
    public var decidesSanction: [RightHolder]
    public var answersObjection: [RightHolder]
    public var releasesPublicity: [RightHolder]
    /// The officer who decides a sanction is another than its proposer.
    public var deciderIsNotProposer: Bool
    /// The officer who reviews a dispute is another than its finder.
    public var reviewerIsNotFinder: Bool
    public var provenance: Provenance

    public init(
        answersInquiry: [RightHolder], reviewsDispute: [RightHolder] = [], reviewsRepair: [RightHolder], proposesSanction: [RightHolder],
        decidesSanction: [RightHolder], answersObjection: [RightHolder], releasesPublicity: [RightHolder], deciderIsNotProposer: Bool,
        reviewerIsNotFinder: Bool, provenance: Provenance
    ) {
        self.answersInquiry = answersInquiry
        self.reviewsDispute = reviewsDispute
        self.reviewsRepair = reviewsRepair
        self.proposesSanction = proposesSanction
        self.decidesSanction = decidesSanction
        self.answersObjection = answersObjection
        self.releasesPublicity = releasesPublicity
        self.deciderIsNotProposer = deciderIsNotProposer
        self.reviewerIsNotFinder = reviewerIsNotFinder
        self.provenance = provenance
    }
}

/// An entry of a code list: a field of activity, an occupation, a domain of registrations.
public struct Code: Identifiable, Hashable, Sendable {
    public var id: String
    public var name: Bilingual
    public init(id: String, name: Bilingual) {
        self.id = id
        self.name = name
    }
}
