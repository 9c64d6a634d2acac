import CreditModel

/// A release for publicity by an officer who has the right to it. There is no other way to one than `authorize`.
struct AuthorizedRelease: Hashable, Sendable {
    let officer: Officer

    private init(_ release: PublicityReleased) { officer = release.officer }

    /// The release, or why this officer has no right to it: an officer acts for the bureau that sends, and the policy names the bureaus that
    /// release records of this one.
    static func authorize(
        _ release: PublicityReleased, sentBy bureau: String?, recordBureau: String, holders: [RightHolder]
    ) -> Result<AuthorizedRelease, Reason> {
        let refusal = release.officer.refusal(
            at: "/officer", sentBy: bureau, about: [recordBureau], holders: holders,
            hint: "the bureau of the record releases it, or the lead department")
        return refusal.map { .failure($0) } ?? .success(AuthorizedRelease(release))
    }
}
