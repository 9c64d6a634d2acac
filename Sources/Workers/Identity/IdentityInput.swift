import CreditModel
import StreamCore

/// What identity decides about.
enum IdentityInput: Sendable {
    case verified(VerifiedMessage, Contents)
    /// A minor comes of age.
    case comesOfAge

    /// What lay sealed in a message.
    struct Contents: Sendable {
        /// nil in a withdrawal, which finds its subject by the lookup key.
        var subject: SealedSubject.Identity?
        /// The known members of the message without `subject`.
        var data: JSONValue
    }
}
