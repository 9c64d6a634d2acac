import CreditModel
import StreamCore

/// Whether the message is signed by a key of its source, as far as the policy wants that.
enum SignatureGate {
    /// - Parameter topic: the one that the sender sent it to.
    static func reasons(_ envelope: Envelope, topic: Topic, today: CivilDate, policy: PolicyPack) -> [Reason] {
        guard envelope.signature != nil else {
            guard envelope.keyId == nil, policy.takesUnsigned else { return [Reason(.signatureMissing)] }
            return []
        }
        guard let keyId = envelope.keyId, let source = envelope.source, let key = policy.signatureKey(keyId), key.source == source,
            key.isValid(on: today)
        else { return [Reason(.signatureKeyUnknown)] }
        // Nil: without a type or data there is nothing that was signed; the gate of the envelope has said so.
        return envelope.isSigned(by: key, topic: topic) == false ? [Reason(.signatureInvalid)] : []
    }
}
