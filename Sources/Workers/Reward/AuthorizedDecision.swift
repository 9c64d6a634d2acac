import CreditModel

/// A decision about a reward by an officer who has the right to it. There is no other way to one than `authorize`.
struct AuthorizedDecision: Hashable, Sendable {
    let decision: RewardDecided.Decision
    let approver: Officer
    let reason: String

    private init(_ decided: RewardDecided) {
        decision = decided.decision
        approver = decided.approver
        reason = decided.reason
    }

    /// The decision, or why this officer has no right to it: an officer decides for the bureau that sends, and the programme names its deciders.
    static func authorize(
        _ decided: RewardDecided, sentBy bureau: String?, programme: RewardProgramme
    ) -> Result<AuthorizedDecision, Reason> {
        let refusal = decided.approver.refusal(
            at: "/approver", sentBy: bureau, about: [decided.approver.bureau], holders: programme.deciders.map { .bureau($0) },
            hint: "the deciders of the programme decide")
        return refusal.map { .failure($0) } ?? .success(AuthorizedDecision(decided))
    }
}

/// The answer to an objection by an officer who has the right to it. There is no other way to one than `authorize`.
struct AuthorizedAnswer: Hashable, Sendable {
    let result: ObjectionAnswered.Result
    let officer: Officer
    let reason: String

    private init(_ answered: ObjectionAnswered) {
        result = answered.result
        officer = answered.officer
        reason = answered.reason
    }

    /// The answer, or why this officer has no right to it; in place of a record's bureau stands the one that has nominated.
    static func authorize(
        _ answered: ObjectionAnswered, sentBy bureau: String?, nominator: String, holders: [RightHolder]
    ) -> Result<AuthorizedAnswer, Reason> {
        let refusal = answered.officer.refusal(
            at: "/officer", sentBy: bureau, about: [nominator], holders: holders,
            hint: "the bureau that nominated answers, or the lead department")
        return refusal.map { .failure($0) } ?? .success(AuthorizedAnswer(answered))
    }
}
