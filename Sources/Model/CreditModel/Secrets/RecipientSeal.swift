import Crypto
import StreamCore

/// Seals the identity of a subject to one agency or gateway: HPKE (RFC 9180), base mode, X25519, HKDF-SHA256, AES-256-GCM.
public struct RecipientSeal: Sendable {
    private let policy: PolicyPack
    private let keys: ClusterKeys

    public init(policy: PolicyPack, keys: ClusterKeys) {
        self.policy = policy
        self.keys = keys
    }

    /// The key that a recipient (`/agencies/ID`, `/gateways/ID`) is sealed to on a day; nil: it has none, and what is for it has to wait.
    public func key(of recipient: String, on day: CivilDate) -> RecipientKey? {
        guard let registered = policy.recipientKeys(of: recipient) else { return nil }
        if let key = registered.newest(on: day) { return key }
        guard policy.derivesRecipientKeys else { return nil }
        return RecipientKey(
            id: RecipientSeal.developmentKeyId(of: recipient), publicKey: keys.developmentKey(of: recipient).publicKey)
    }

    /// Whether a recipient still has the key that something was sealed to.
    public func has(keyId: String, _ recipient: String) -> Bool {
        guard let registered = policy.recipientKeys(of: recipient) else { return false }
        return registered.contains { $0.id == keyId }
            || policy.derivesRecipientKeys && keyId == RecipientSeal.developmentKeyId(of: recipient)
    }

    /// `development-ID`.
    public static func developmentKeyId(of recipient: String) -> String {
        "development-" + (recipient.split(separator: "/").last.map(String.init) ?? recipient)
    }

    /// The identity, sealed. The same identity for the same place makes the same bytes, so that a batch may be run again.
    public func seal(_ identity: SealedSubject.Identity, for place: SealedPlace, to key: RecipientKey) -> SealedIdentity {
        var writer = JSONWriter()
        identity.encode(into: &writer)
        let material = keys.ephemeralMaterial(for: writer.bytes, context: place.info + place.associated, salt: key.publicKey.bytes)
        do {
            let sealed = try HPKE.aes256.seal(
                writer.bytes, to: key.publicKey, info: place.info, associated: place.associated, ephemeral: material)
            return SealedIdentity(keyId: key.id, encapsulated: sealed.encapsulated, ciphertext: sealed.ciphertext)
        } catch {
            // The loader has tried each registered key, so only a broken library is left.
            fatalError("no sealing: \(error)")
        }
    }
}

/// Where a sealed identity stands: it opens nowhere else. Nobody can take it from one order and put it into another.
public struct SealedPlace: Hashable, Sendable {
    /// The `ce_type` of the message.
    public var type: String
    /// The order, grant or notice.
    public var id: String
    public var sequence: UInt64
    /// The `ce_source` of whom it is for.
    public var recipient: String

    public init(type: String, id: String, sequence: UInt64, recipient: String) {
        self.type = type
        self.id = id
        self.sequence = sequence
        self.recipient = recipient
    }

    /// The place of what a message holds sealed; nil for a message that is none of those that do.
    public init?(_ message: JSONValue) {
        guard message["sealed"] != nil else { return nil }
        if let orderId = message["orderId"]?.string, let agency = message["agency"]?.string, let sequence = message["sequence"]?.int64 {
            self.init(
                type: SanctionOrdered.type, id: orderId, sequence: UInt64(clamping: sequence), recipient: "/agencies/" + agency)
        } else if let grantId = message["grantId"]?.string, let agency = message["agency"]?.string,
            let sequence = message["sequence"]?.int64
        {
            self.init(type: RewardGranted.type, id: grantId, sequence: UInt64(clamping: sequence), recipient: "/agencies/" + agency)
        } else if let noticeId = message["noticeId"]?.string, let channel = message["channel"]?.string {
            self.init(type: NoticeSent.type, id: noticeId, sequence: 1, recipient: "/gateways/" + channel)
        } else {
            return nil
        }
    }

    /// `chengxin/1/TYPE`.
    var info: Bytes { Bytes(utf8: "chengxin/1/" + type) }
    /// The recipient and the sequence, which hold no line end, and then the id: no two places make the same.
    var associated: Bytes { Bytes(utf8: "\(recipient)\n\(sequence)\n\(id)") }
}
