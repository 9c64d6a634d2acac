import CreditModel
import StreamCore

/// What identity decides about.
enum IdentityInput: Sendable {
    /// Of a subject that the message names by its number.
    case verified(VerifiedMessage, Contents)
    /// Of a subject that the sender knows by its id only, as an officer or a gateway does, or by the id of its case, as who objects to a
    /// reward does. `names` leads to the subject's names, `subjectId` is under whom it is filed.
    case aboutKnown(VerifiedMessage, subjectId: String, names: Bytes, data: JSONValue)
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
        /// The others whom the same message names: texts may name them too.
        var others: [Named] = []
    }

    struct Named: Hashable, Sendable {
        var name: String
        var kind: SubjectKind
    }
}
