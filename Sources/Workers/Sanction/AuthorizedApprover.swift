import CreditModel

/// An officer who may decide this case: of the bureau that sends, by a right of the policy, and another than the one who proposed it
/// (个人信息保护法 article 24: a person decides; the plan's sample city: two). There is no other way to one than `authorize`.
struct AuthorizedApprover: Hashable, Sendable {
    let officer: Officer

    private init(_ officer: Officer) { self.officer = officer }

    static func authorize(
        _ officer: Officer, sentBy bureau: String?, proposer: Officer, recordBureaus: Set<String>, rights: OfficerRights
    ) -> Result<AuthorizedApprover, Refusal> {
        var reasons = Rights.reasons(officer, at: "/approver", sentBy: bureau, recordBureaus, holders: rights.decidesSanction)
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
        let reasons = Rights.reasons(answer.officer, at: "/officer", sentBy: bureau, recordBureaus, holders: rights.answersObjection)
        return reasons.isEmpty ? .success(AuthorizedAnswer(answer)) : .failure(Refusal(reasons: reasons))
    }
}

/// Why something is not done, with every reason at once.
struct Refusal: Error, Hashable, Sendable {
    var reasons: [Reason]
}

private enum Rights {
    static func reasons(
        _ officer: Officer, at path: String, sentBy bureau: String?, _ recordBureaus: Set<String>, holders: [RightHolder]
    ) -> [Reason] {
        guard officer.bureau == bureau else {
            return [
                Reason(.policySourceNotAllowed, at: path, hint: "the officer belongs to another bureau than the one that sends")
            ]
        }
        let isHolder = holders.contains { holder in
            recordBureaus.contains { holder.isHeld(by: officer.bureau, recordBureau: $0) }
        }
        return isHolder ? [] : [Reason(.policySourceNotAllowed, at: path, hint: "let an officer decide whose bureau has the right to it")]
    }
}
