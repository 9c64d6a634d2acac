/// Hybrid public key encryption (RFC 9180), base mode, one message for each key: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-GCM.
///
/// Composed of the library's primitives, because the oldest library that we run with has no HPKE of its own, and because the ephemeral key
/// must follow from what is sealed: a batch that is run again has to seal to the same bytes.
public struct HPKE: Sendable {
    enum Cipher: UInt16, Sendable {
        case aes128 = 1
        case aes256 = 2

        var keyLength: Int { self == .aes128 ? 16 : 32 }

        func key(_ bytes: [UInt8]) throws(CryptoFailure) -> SealingKey {
            switch self {
            case .aes128: try SealingKey(aes128: bytes[...])
            case .aes256: try SealingKey(bytes[...])
            }
        }
    }

    let cipher: Cipher

    /// What the cluster seals by.
    public static let aes256 = HPKE(cipher: .aes256)
    /// What the examples of the RFC are sealed by.
    public static let aes128 = HPKE(cipher: .aes128)

    /// What was sealed to a recipient.
    public struct Sealed: Hashable, Sendable {
        /// The encapsulated key, 32 bytes.
        public var encapsulated: ArraySlice<UInt8>
        /// Ciphertext and tag.
        public var ciphertext: ArraySlice<UInt8>
        public init(encapsulated: ArraySlice<UInt8>, ciphertext: ArraySlice<UInt8>) {
            self.encapsulated = encapsulated
            self.ciphertext = ciphertext
        }
    }

    /// Seals to whoever has the private key. `info` and `associated` are bound to the result, and not in it.
    ///
    /// `ephemeral` is the material of the ephemeral key: secret, and never the same for two different messages, else whoever sees both
    /// learns about them.
    public func seal(
        _ plain: ArraySlice<UInt8>, to recipient: ExchangePublicKey, info: ArraySlice<UInt8>, associated: ArraySlice<UInt8>,
        ephemeral: ArraySlice<UInt8>
    ) throws(CryptoFailure) -> Sealed {
        let own = try ExchangePrivateKey(derivedFrom: ephemeral)
        let shared = HPKE.sharedSecret(
            try own.agree(with: recipient), encapsulated: own.publicKey.bytes, recipient: recipient.bytes)
        let schedule = KeySchedule(shared: shared, info: info, cipher)
        let ciphertext = try cipher.key(schedule.key).seal(plain, nonce: schedule.nonce[...], associated: associated)
        return Sealed(encapsulated: own.publicKey.bytes, ciphertext: ciphertext)
    }

    /// What was sealed. Throws `.notAuthentic` for another recipient's, for changed bytes, and for another `info` or `associated`.
    public func open(
        _ sealed: Sealed, with key: ExchangePrivateKey, info: ArraySlice<UInt8>, associated: ArraySlice<UInt8>
    ) throws(CryptoFailure) -> ArraySlice<UInt8> {
        let encapsulated = try ExchangePublicKey(sealed.encapsulated)
        let shared = HPKE.sharedSecret(
            try key.agree(with: encapsulated), encapsulated: encapsulated.bytes, recipient: key.publicKey.bytes)
        let schedule = KeySchedule(shared: shared, info: info, cipher)
        return try cipher.key(schedule.key).open(sealed.ciphertext, nonce: schedule.nonce[...], associated: associated)
    }

    /// ExtractAndExpand of section 4.1.
    private static func sharedSecret(
        _ agreed: [UInt8], encapsulated: ArraySlice<UInt8>, recipient: ArraySlice<UInt8>
    ) -> [UInt8] {
        let suite = KeySchedule.kem
        let key = suite.extract(salt: [], "eae_prk", agreed[...])
        return suite.expand(key, "shared_secret", encapsulated + recipient, count: 32)
    }

    /// Key and nonce of the first and only message: KeySchedule of section 5.1, base mode.
    struct KeySchedule {
        let key: [UInt8]
        let nonce: [UInt8]

        init(shared: [UInt8], info: ArraySlice<UInt8>, _ cipher: Cipher) {
            let suite = Suite(Array("HPKE".utf8) + KeySchedule.numbers(0x0020, 0x0001, cipher.rawValue))
            // The mode is base.
            var context: ArraySlice<UInt8> = [0]
            context += suite.extract(salt: [], "psk_id_hash", [])
            context += suite.extract(salt: [], "info_hash", info)
            let secret = suite.extract(salt: shared[...], "secret", [])
            key = suite.expand(secret, "key", context, count: cipher.keyLength)
            nonce = suite.expand(secret, "base_nonce", context, count: SealingKey.nonceLength)
        }

        /// The labels of the key encapsulation.
        static let kem = Suite(Array("KEM".utf8) + numbers(0x0020))

        private static func numbers(_ numbers: UInt16...) -> [UInt8] { numbers.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
    }

    /// HKDF with the labels of a suite (section 4).
    struct Suite {
        private let id: [UInt8]
        init(_ id: [UInt8]) { self.id = id }

        func extract(salt: ArraySlice<UInt8>, _ label: StaticString, _ material: ArraySlice<UInt8>) -> [UInt8] {
            HKDF.extract(salt: salt, Suite.version, id[...], bytes(label), material)
        }

        func expand(_ key: [UInt8], _ label: StaticString, _ info: ArraySlice<UInt8>, count: Int) -> [UInt8] {
            var labelled: ArraySlice<UInt8> = [UInt8(count >> 8), UInt8(count & 255)]
            for part in [Suite.version, id[...], bytes(label), info] { labelled += part }
            return HKDF.expand(key, info: labelled, count: count)
        }

        private static let version = Array("HPKE-v1".utf8)[...]
        private func bytes(_ label: StaticString) -> ArraySlice<UInt8> { label.withUTF8Buffer { Array($0)[...] } }
    }
}
