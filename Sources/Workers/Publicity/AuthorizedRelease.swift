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
        guard release.officer.bureau == bureau else {
            return .failure(
                Reason(
                    .policySourceNotAllowed, at: "/officer", hint: "the officer belongs to another bureau than the one that sends"))
        }
        guard holders.contains(where: { $0.isHeld(by: release.officer.bureau, recordBureau: recordBureau) }) else {
            return .failure(
                Reason(
                    .policySourceNotAllowed, at: "/officer", hint: "the bureau of the record releases it, or the lead department"))
        }
        return .success(AuthorizedRelease(release))
    }
}
