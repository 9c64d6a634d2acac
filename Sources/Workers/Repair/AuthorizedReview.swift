import CreditModel

/// A decision of an officer who has the right to it. There is no other way to one than `authorize`.
struct AuthorizedReview: Hashable, Sendable {
    let decision: RepairReviewed.Decision
    let officer: Officer
    let reason: String
    let missing: [String]

    private init(_ review: RepairReviewed) {
        decision = review.decision
        officer = review.officer
        reason = review.reason
        missing = review.missing
    }

    /// The review, or why this officer has no right to it: an officer decides for the bureau that sends, and the policy names the bureaus
    /// that decide about records of this one.
    static func authorize(
        _ review: RepairReviewed, sentBy bureau: String?, recordBureau: String, holders: [RightHolder]
    ) -> Result<AuthorizedReview, Reason> {
        let refusal = review.officer.refusal(
            at: "/officer", sentBy: bureau, about: [recordBureau], holders: holders,
            hint: "the task on repair.tasks.v1 names the authority that decides")
        return refusal.map { .failure($0) } ?? .success(AuthorizedReview(review))
    }
}
