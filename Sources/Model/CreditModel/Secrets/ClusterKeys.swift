import Crypto
import StreamCore

/// All keys of a cluster, derived from one master: what looks subjects up, names them, and seals what must not lie in clear.
///
/// Each key is HMAC-SHA256(master, label). Nothing here is random, so a batch that is run again writes the same bytes: nonces are
/// HMAC(nonce key, context, salt, digest of the plaintext). Two different plaintexts, contexts or salts never share one.
public final class ClusterKeys: Sendable {
    public static let masterLength = 32

    private let lookup: HMACKey
    private let subject: HMACKey
    private let steps: DerivedSeal
    private let recipients: DerivedSeal
    private let ephemeral: HMACKey
    private let development: HMACKey
    /// Seals payloads of stores, changelogs and dead letters.
    public let stores: DerivedSeal
    /// Eight bytes in hexadecimal digits by which two masters can be told apart; says nothing about them.
    public let fingerprint: String

    /// From a master of 32 bytes. `precondition`: whoever reads a key file has checked its length and says so better.
    public init(master: [UInt8]) {
        precondition(master.count == ClusterKeys.masterLength, "a master key has 32 bytes")
        let root = HMACKey(master)
        func derive(_ label: String) -> [UInt8] { root.code(Bytes(utf8: "chengxin/1/" + label)) }
        lookup = HMACKey(derive("lookup"))
        subject = HMACKey(derive("subject"))
        steps = DerivedSeal(key: derive("steps"), nonceKey: derive("steps/nonce"))
        recipients = DerivedSeal(key: derive("recipients"), nonceKey: derive("recipients/nonce"))
        stores = DerivedSeal(key: derive("stores"), nonceKey: derive("stores/nonce"))
        ephemeral = HMACKey(derive("ephemeral"))
        development = HMACKey(derive("recipient-keys"))
        fingerprint = Hexadecimal.text(derive("fingerprint").prefix(8))
    }

    /// The key under which an identity number is looked up: 32 hexadecimal digits, the same for one number of one class, and useless to
    /// whoever lacks the master.
    ///
    /// `kind` is `person` or `organization`, `idClass` the class of the document (types that share one number space share a class), and
    /// the number is normalised.
    public func lookupKey(kind: String, idClass: String, number: String) -> String {
        let code = lookup.code(Bytes(utf8: kind + "|" + idClass + "|" + number))
        return Hexadecimal.text(code.prefix(16))
    }

    /// The subject id of a lookup key that was first seen at `origin`: `s` and 32 hexadecimal digits.
    public func subjectId(lookupKey: String, origin: String) -> String {
        let code = subject.code(Bytes(utf8: lookupKey + "|" + origin))
        return "s" + Hexadecimal.text(code.prefix(16))
    }

    /// The subject id of a lookup key that was first seen because of `cause`.
    public func subjectId(lookupKey: String, cause: Cause) -> String {
        subjectId(lookupKey: lookupKey, origin: cause.description)
    }

    /// Seals what only intake and identity may read. `context` says where it lies (a topic and its key), `salt` what caused it and which
    /// part of that it is.
    public func sealStep(_ plain: Bytes, context: Bytes, salt: Bytes) -> Bytes { steps.seal(plain, context: context, salt: salt) }

    public func openStep(_ sealed: Bytes, context: Bytes) throws(CryptoFailure) -> Bytes { try steps.open(sealed, context: context) }

    /// Seals what only delivery, notice and query may read.
    public func sealRecipient(_ plain: Bytes, context: Bytes, salt: Bytes) -> Bytes {
        recipients.seal(plain, context: context, salt: salt)
    }

    public func openRecipient(_ sealed: Bytes, context: Bytes) throws(CryptoFailure) -> Bytes {
        try recipients.open(sealed, context: context)
    }

    /// The secret from which the ephemeral key of one sealing to an outside recipient follows (HPKE): the same for the same plaintext,
    /// context and salt, so that a batch that is run again seals to the same bytes, and never the same for two different ones.
    public func ephemeralMaterial(for plain: Bytes, context: Bytes, salt: Bytes) -> Bytes {
        ephemeral.code(NonceMaterial.bytes(for: plain, context: context, salt: salt))[...]
    }

    /// The key pair of a recipient (`/agencies/ID`, `/gateways/ID`) that has registered none. Only a profile whose policy says so
    /// (`recipientKeysDerived`) may seal to it: whoever has the master has this key too.
    public func developmentKey(of recipient: String) -> ExchangePrivateKey {
        do {
            return try ExchangePrivateKey(derivedFrom: development.code(Bytes(utf8: recipient))[...])
        } catch {
            // Lengths are right by construction; what is left is a library without X25519.
            fatalError("no key pair: \(error)")
        }
    }
}

/// What a nonce or an ephemeral key is made of: lengths in front, else "a" with "bc" and "ab" with "c" would make the same.
private enum NonceMaterial {
    static func bytes(for plain: Bytes, context: Bytes, salt: Bytes) -> Bytes {
        var material: [UInt8] = []
        material.reserveCapacity(16 + context.count + salt.count + 32)
        for part in [context, salt] {
            withUnsafeBytes(of: UInt64(part.count).bigEndian) { material.append(contentsOf: $0) }
            material.append(contentsOf: part)
        }
        material.append(contentsOf: Digest.sha256(plain))
        return material[...]
    }
}

/// AES-256-GCM with a nonce derived from what is sealed: key version (1), nonce (12), ciphertext, tag (16).
public final class DerivedSeal: Sendable {
    /// The version of the key that seals; it stands in front of the bytes, so that another can follow.
    public static let keyVersion: UInt8 = 1
    /// How many bytes a sealed value is longer than its plaintext.
    public static let overhead = 1 + SealingKey.nonceLength + SealingKey.tagLength

    private let key: SealingKey
    private let nonceKey: HMACKey

    init(key: [UInt8], nonceKey: [UInt8]) {
        do {
            self.key = try SealingKey(key[...])
        } catch {
            // A derived key has the right length; what is left is a library without AES-GCM, with which nothing can run.
            fatalError("no sealing: \(error)")
        }
        self.nonceKey = HMACKey(nonceKey)
    }

    public func seal(_ plain: Bytes, context: Bytes, salt: Bytes) -> Bytes {
        let material = NonceMaterial.bytes(for: plain, context: context, salt: salt)
        let nonce = nonceKey.code(material).prefix(SealingKey.nonceLength)
        var sealed: Bytes = []
        sealed.reserveCapacity(plain.count + DerivedSeal.overhead)
        sealed.append(DerivedSeal.keyVersion)
        sealed.append(contentsOf: nonce)
        do {
            try key.seal(plain, nonce: nonce, associated: associated(context), into: &sealed)
        } catch {
            // Lengths are right by construction: only a library out of memory gets here.
            fatalError("no sealing: \(error)")
        }
        return sealed
    }

    /// Throws `.notAuthentic` for bytes that were changed, cut, or sealed for another context or by another key.
    public func open(_ sealed: Bytes, context: Bytes) throws(CryptoFailure) -> Bytes {
        guard sealed.count >= DerivedSeal.overhead else {
            throw CryptoFailure(.notAuthentic, "sealed bytes are too short", hint: "they were cut off or never sealed")
        }
        guard sealed.first == DerivedSeal.keyVersion else {
            throw CryptoFailure(
                .notAuthentic, "sealed bytes name a key version that is not here", hint: "they were changed, or sealed by a newer program")
        }
        let rest = sealed.dropFirst()
        return try key.open(
            rest.dropFirst(SealingKey.nonceLength), nonce: rest.prefix(SealingKey.nonceLength), associated: associated(context))
    }

    private func associated(_ context: Bytes) -> Bytes {
        var associated: Bytes = [DerivedSeal.keyVersion]
        associated.reserveCapacity(1 + context.count)
        associated.append(contentsOf: context)
        return associated
    }
}
