extension InboundType {
    /// What a message of this type looks like.
    public var shape: Shape {
        switch self {
        case .recordSubmitted: Shapes.recordSubmitted
        case .recordWithdrawn: Shapes.recordWithdrawn
        case .subjectRegistered: Shapes.subjectRegistered
        case .disputeRequested: Shapes.disputeRequested
        case .disputeReviewRequested: Shapes.disputeReviewRequested
        case .disputeFound: Shapes.disputeFound
        case .objectionRaised: Shapes.objectionRaised
        case .objectionAnswered: Shapes.objectionAnswered
        case .repairApplied: Shapes.repairApplied
        case .repairReviewed: Shapes.repairReviewed
        case .sanctionTriggered: Shapes.sanctionTriggered
        case .sanctionDecided: Shapes.sanctionDecided
        case .rewardNominated: Shapes.rewardNominated
        case .rewardDeclined: Shapes.rewardDeclined
        case .rewardDecided: Shapes.rewardDecided
        case .publicityReleased: Shapes.publicityReleased
        case .queryRequested: Shapes.queryRequested
        case .noticeAcknowledged: Shapes.noticeAcknowledged
        case .deliveryAcknowledged: Shapes.deliveryAcknowledged
        }
    }
}

/// The shapes of all inbound messages.
enum Shapes {
    private static let name = Shape.Kind.line(charactersMax: 200)
    private static let code = Shape.Kind.identifier(charactersMax: 64)
    private static let subjectId = Shape.Kind.identifier(charactersMax: 64)
    /// The numbers of decisions and determinations.
    private static let documentNo = Shape.Kind.line(charactersMax: Formats.recordNoCharactersMax)

    private static func words<Word: CaseIterable & RawRepresentable<String>>(_: Word.Type) -> Shape.Kind {
        .choice(Word.allCases.map(\.rawValue))
    }

    static let subject = Shape([
        .required("kind", words(SubjectKind.self)), .required("idType", words(IdentityType.self)),
        .required("idNumber", .line(charactersMax: 64)), .required("name", name),
    ])

    private static let finality = Shape([.required("state", words(DecisionFinality.State.self)), .optional("until", .date)])

    private static let evidence = Shape.Kind.list(
        .object(Shape([.required("name", name), .required("sha256", .digest), .optional("uri", .line(charactersMax: 2000))])), countMin: 0)

    // MARK: Records

    /// `basis` may be absent here: that is `basis.missing`, which the gate of the basis says.
    static let recordSubmitted = Shape([
        .required("recordNo", .recordNo), .required("revision", .integer(1...Int64(Int32.max))), .required("catalogItem", code),
        .required("subject", .object(subject)), .optional("field", code), .optional("occupation", code),
        .required("conduct", .object(Shape([.optional("date", .date), .required("facts", .text)]))),
        .required(
            "decision",
            .object(
                Shape([
                    .required("documentNo", documentNo), .required("date", .date), .required("authority", name), .optional("basis", .text),
                    .optional("basisId", code), .required("result", .text), .optional("finality", .object(finality)),
                    .optional("simpleProcedure", .bool), .optional("remedied", .bool),
                ]))),
        .required("severity", words(Severity.self)), .optional("validUntil", .date), .optional("attributes", .attributes),
    ])

    static let recordWithdrawn = Shape([.required("recordNo", .recordNo), .required("reason", .text), .required("basis", .text)])

    static let subjectRegistered = Shape([
        .required("subject", .object(subject)), .required("domain", code), .required("registeredAt", .dateOrInstant),
        .optional("validUntil", .date),
    ])

    // MARK: Disputes

    static let disputeRequested = Shape([
        .required("subject", .object(subject)), .required("recordId", .recordId), .required("ground", words(DisputeRequested.Ground.self)),
        .required("statement", .text), .optional("evidence", evidence),
    ])

    static let disputeReviewRequested = Shape([
        .required("disputeId", .caseId(["dispute"])), .required("subject", .object(subject)), .required("statement", .text),
    ])

    /// What a bureau found wrong, by the members of the record.
    static let correction = Shape([
        .optional("severity", words(Severity.self)), .optional("validUntil", .date), .optional("field", code),
        .optional("occupation", code),
        .optional("conduct", .object(Shape([.optional("date", .date), .optional("facts", .text)]))),
        .optional(
            "decision",
            .object(
                Shape([
                    .optional("documentNo", documentNo), .optional("date", .date), .optional("authority", name), .optional("basis", .text),
                    .optional("result", .text),
                ]))),
        .optional("attributes", .attributes),
    ])

    static let disputeFound = Shape(
        [
            .required("disputeId", .caseId(["dispute"])), .required("subjectId", subjectId),
            .optional("finding", words(DisputeFound.Finding.self)),
            .optional("correction", .object(correction)), .optional("officer", .officer), .optional("reason", .text),
            .optional("clockStop", .object(Shape([.required("from", .dateOrInstant), .required("reason", .text)]))),
            .optional("clockResume", .object(Shape([.optional("from", .dateOrInstant), .optional("reason", .text)]))),
        ], oneOf: ["finding", "clockStop", "clockResume"], needs: [("finding", ["officer", "reason"])])

    // MARK: Objections

    static let objectionRaised = Shape([
        .required("caseId", .caseId(["sanction", "reward"])), .required("subject", .object(subject)), .required("statement", .text),
        .optional("evidence", evidence),
    ])

    static let objectionAnswered = Shape([
        .required("caseId", .caseId(["sanction", "reward"])), .required("subjectId", subjectId), .required("officer", .officer),
        .required("result", words(ObjectionAnswered.Result.self)), .required("reason", .text),
    ])

    // MARK: Repairs

    /// What an application lacks beyond this is no error of form; its worker answers `RETURNED`.
    static let repairApplied = Shape([
        .required("subject", .object(subject)), .required("recordId", .recordId), .required("kind", words(RepairApplied.Kind.self)),
        .optional("commitment", .object(Shape([.required("signedAt", .dateOrInstant), .required("textSha256", .digest)]))),
        .optional("evidence", evidence), .optional("extension", .object(Shape([.required("until", .date)]))), .optional("statement", .text),
    ])

    static let repairReviewed = Shape([
        .required("repairId", .caseId(["repair"])), .required("subjectId", subjectId),
        .required("decision", words(RepairReviewed.Decision.self)),
        .required("officer", .officer), .required("reason", .text), .optional("missing", .list(name, countMin: 0)),
    ])

    // MARK: Sanctions

    static let sanctionTriggered = Shape([
        .required("determinationNo", .identifier(charactersMax: Formats.recordNoCharactersMax)), .required("cause", code),
        .required("subject", .object(subject)), .required("recordIds", .list(.recordId, countMin: 1)),
        .required("measures", .list(code, countMin: 1)),
        .optional("basis", .text), .required("proposer", .officer),
        .optional(
            "responsiblePersons",
            .list(
                .object(
                    Shape([
                        .required("subject", .object(subject)), .required("role", name), .required("finding", .text),
                        .required("findingRecordId", .recordId),
                    ])), countMin: 0)),
    ])

    static let sanctionDecided = Shape([
        .required("caseId", .caseId(["sanction"])), .required("subjectId", subjectId),
        .required("decision", words(SanctionDecided.Decision.self)),
        .required("approver", .officer), .required("documentNo", documentNo), .required("reason", .text),
        .optional("measures", .list(code, countMin: 0)), .optional("until", .date),
    ])

    // MARK: Rewards

    static let rewardNominated = Shape([
        .required("programme", code), .required("subject", .object(subject)), .required("source", words(RewardNominated.Source.self)),
        .required("basis", .text),
        .required("consent", .object(Shape([.required("givenAt", .dateOrInstant), .required("textSha256", .digest)]))),
    ])

    static let rewardDeclined = Shape([.required("caseId", .caseId(["reward"])), .required("subject", .object(subject))])

    static let rewardDecided = Shape([
        .required("caseId", .caseId(["reward"])), .required("subjectId", subjectId),
        .required("decision", words(RewardDecided.Decision.self)),
        .required("approver", .officer), .required("reason", .text),
    ])

    // MARK: Publicity, queries, receipts

    static let publicityReleased = Shape([
        .required("recordId", .recordId), .required("subjectId", subjectId), .required("officer", .officer), .required("basis", .text),
    ])

    static let queryRequested = Shape([
        .required("requester", name), .required("purpose", code), .required("subject", .object(subject)),
        .required(
            "authorization",
            .object(Shape([.required("kind", words(QueryRequested.AuthorizationKind.self)), .optional("ref", .line(charactersMax: 200))]))),
        .optional("items", .list(code, countMin: 0)), .required("replyKey", .identifier(charactersMax: 2000)),
    ])

    static let noticeAcknowledged = Shape([
        .required("noticeId", .identifier(charactersMax: 256)), .required("subjectId", subjectId),
        .required("status", words(ReceiptStatus.self)),
        .required("at", .instant), .optional("reason", .text),
    ])

    static let deliveryAcknowledged = Shape([
        .required("deliveryId", .identifier(charactersMax: 256)), .required("status", words(ReceiptStatus.self)), .required("at", .instant),
        .optional("reason", .text),
    ])
}
