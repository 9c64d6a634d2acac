import CreditModel

/// An officer who may decide this case: of the bureau that sends, by a right of the policy, and another than the one who proposed it
/// (个人信息保护法 article 24: a person decides; the plan's sample city: two). There is no other way to one than `authorize`.
struct AuthorizedApprover: Hashable, Sendable {
    let officer: Officer

    private init(_ officer: Officer) { self.officer = officer }

    static func authorize(
        _ officer: Officer, sentBy bureau: String?, proposer: Officer, recordBureaus: Set<String>, rights: OfficerRights
    ) -> Result<AuthorizedApprover, Refusal> {
        var reasons: [Reason] = []
        if let refusal = officer.refusal(
            at: "/approver", sentBy: bureau, about: recordBureaus, holders: rights.decidesSanction, hint: Refusal.rightHint)
        {
            reasons.append(refusal)
        }
        if rights.deciderIsNotProposer, officer == proposer { reasons.append(Reason(.policySameOfficer, at: "/approver")) }
        return reasons.isEmpty ? .success(AuthorizedApprover(officer)) : .failure(Refusal(reasons: reasons))
    }
}

/// An answer to an objection by an officer who has the right to it. There is no other way to one than `authorize`.
struct AuthorizedAnswer: Hashable, Sendable {
    let result: ObjectionAnswered.Result
    let officer: Officer
    let reason: String

    private init(_ answer: ObjectionAnswered) {
        result = answer.result
        officer = answer.officer
        reason = answer.reason
    }

    static func authorize(
        _ answer: ObjectionAnswered, sentBy bureau: String?, recordBureaus: Set<String>, rights: OfficerRights
    ) -> Result<AuthorizedAnswer, Refusal> {
        let refusal = answer.officer.refusal(
            at: "/officer", sentBy: bureau, about: recordBureaus, holders: rights.answersObjection, hint: Refusal.rightHint)
        return refusal.map { .failure(Refusal(reasons: [$0])) } ?? .success(AuthorizedAnswer(answer))
    }
}

/// Why something is not done, with every reason at once.
struct Refusal: Error, Hashable, Sendable {
    var reasons: [Reason]

    fileprivate static let rightHint = "let an officer decide whose bureau has the right to it"
}
