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
        guard decided.approver.bureau == bureau else {
            return .failure(
                Reason(
                    .policySourceNotAllowed, at: "/approver", hint: "the officer belongs to another bureau than the one that sends"))
        }
        guard programme.deciders.contains(decided.approver.bureau) else {
            return .failure(
                Reason(.policySourceNotAllowed, at: "/approver", hint: "the deciders of the programme decide"))
        }
        return .success(AuthorizedDecision(decided))
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
        guard answered.officer.bureau == bureau else {
            return .failure(
                Reason(
                    .policySourceNotAllowed, at: "/officer", hint: "the officer belongs to another bureau than the one that sends"))
        }
        guard holders.contains(where: { $0.isHeld(by: answered.officer.bureau, recordBureau: nominator) }) else {
            return .failure(
                Reason(.policySourceNotAllowed, at: "/officer", hint: "the bureau that nominated answers, or the lead department"))
        }
        return .success(AuthorizedAnswer(answered))
    }
}
