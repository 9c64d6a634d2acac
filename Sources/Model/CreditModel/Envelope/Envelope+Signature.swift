import Crypto
import StreamCore

extension Envelope {
    /// Whether the signature of the envelope is one of this key over this message, sent to this topic; nil when something that is signed is
    /// missing.
    public func isSigned(by key: SignatureKey, topic: Topic) -> Bool? {
        guard let signature, let signed = signedBytes(topic: topic) else { return nil }
        guard let bytes = Base64.bytes(Bytes(utf8: signature)) else { return false }
        return key.publicKey.verify(signed, signature: bytes[...])
    }
}
