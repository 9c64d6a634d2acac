import CreditModel

/// Whether the source may send messages of this type, about this item, in the name of this officer.
enum RightsGate {
    /// - Parameter type: nil when the envelope names none that we know; its own gate has said so.
    static func reasons(type: InboundType?, source: String, policy: PolicyPack) -> [Reason] {
        guard let type, !policy.maySend(type: type.rawValue, source: source) else { return [] }
        return [Reason(.policySourceNotAllowed, hint: "\(type.rawValue) is not for this source to send")]
    }

    static func reasons(item: CatalogueItem?, source: String, policy: PolicyPack) -> [Reason] {
        guard let item, let bureau = policy.bureauId(ofSource: source), !item.senders.contains(bureau) else { return [] }
        return [Reason(.policySourceNotAllowed, at: "/catalogItem")]
    }

    /// An officer decides for the bureau that sends, and for no other.
    static func reasons(officer: Officer, at path: String, source: String, policy: PolicyPack) -> [Reason] {
        guard policy.bureauId(ofSource: source) != officer.bureau else { return [] }
        return [Reason(.policySourceNotAllowed, at: path, hint: "the officer belongs to another bureau than the one that sends")]
    }
}
