import StreamCore

/// The part of the casework that a message belongs to: the topic on which it leaves identity.
public enum Area: String, Hashable, Sendable, CaseIterable {
    case record
    /// Registrations of subjects end at identity.
    case subject
    case dispute
    case repair
    case sanction
    case reward
    /// Releases of persons' records for publication.
    case publicity
    case query
    case notice
    case delivery
    case lead
    case task

    /// Where identity, or intake for what names no subject, files it; nil where there is nobody behind.
    public var filedTopic: Topic? {
        self == .subject ? nil : Topic("\(rawValue).filed.v1")
    }
}
