import CreditModel
import StreamCore

/// What identity decides about.
enum IdentityInput: Sendable {
    /// Of a subject that the message names by its number.
    case verified(VerifiedMessage, Contents)
    /// Of a subject that the sender knows by its id only: an officer, a gateway.
    case aboutKnown(VerifiedMessage, subjectId: String, data: JSONValue)
    /// Identity's own announcement, where the subject's id leads.
    case announced(SealedSubject)
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
