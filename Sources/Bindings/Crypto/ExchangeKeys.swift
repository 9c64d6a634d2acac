import CCrypto

/// The public part of an X25519 key (RFC 7748): what somebody gives away so that others can seal to them.
public struct ExchangePublicKey: Hashable, Sendable {
    public static let length = 32
    /// The 32 raw bytes.
    public let bytes: ArraySlice<UInt8>

    public init(_ bytes: ArraySlice<UInt8>) throws(CryptoFailure) {
        guard bytes.count == ExchangePublicKey.length else {
            throw CryptoFailure(.malformed, "a public key of X25519 has \(bytes.count) bytes", hint: "it has 32")
        }
        // A copy, so that whoever holds the key does not hold the message that it came in.
        self.bytes = Array(bytes)[...]
    }

    /// From PEM, or from base64 or hexadecimal digits of DER (SubjectPublicKeyInfo) or of the 32 raw bytes.
    public init(text: String) throws(CryptoFailure) {
        let bytes = try keyBytes(text)
        let isDER = bytes.count == ExchangePublicKey.prefix.count + 32 && bytes.starts(with: ExchangePublicKey.prefix)
        try self.init(isDER ? bytes.suffix(32) : bytes[...])
    }

    /// SubjectPublicKeyInfo of id-X25519 (RFC 8410) up to the key.
    private static let prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x6E, 0x03, 0x21, 0x00]
}

/// An X25519 key of somebody to whom others seal. No worker holds one for longer than a sealing takes.
public struct ExchangePrivateKey: Sendable {
    /// The 32 raw bytes.
    let bytes: [UInt8]
    public let publicKey: ExchangePublicKey
    /// Kept, because the library computes the public part again whenever it reads a private one, which costs as much as half a sealing.
    private let handle: ExchangeHandle

    public init(_ bytes: ArraySlice<UInt8>) throws(CryptoFailure) {
        guard bytes.count == 32 else {
            throw CryptoFailure(.malformed, "a private key of X25519 has \(bytes.count) bytes", hint: "it has 32")
        }
        self.bytes = Array(bytes)
        handle = try ExchangeHandle(privateKey: self.bytes)
        publicKey = try ExchangePublicKey(handle.publicBytes()[...])
    }

    /// From PEM, or from base64 or hexadecimal digits of DER (PrivateKeyInfo) or of the 32 raw bytes.
    public init(text: String) throws(CryptoFailure) {
        let bytes = try keyBytes(text)
        let isDER = bytes.count == ExchangePrivateKey.prefix.count + 32 && bytes.starts(with: ExchangePrivateKey.prefix)
        try self.init(isDER ? bytes.suffix(32) : bytes[...])
    }

    /// A key that follows from `material`, always the same one: DeriveKeyPair of RFC 9180, section 7.1.3.
    public init(derivedFrom material: ArraySlice<UInt8>) throws(CryptoFailure) {
        let suite = HPKE.KeySchedule.kem
        let key = suite.extract(salt: [], "dkp_prk", material)
        try self.init(suite.expand(key, "sk", [], count: 32)[...])
    }

    /// PEM, as `openssl genpkey -algorithm X25519` writes it.
    public var pem: String {
        "-----BEGIN PRIVATE KEY-----\n" + Base64.text(ExchangePrivateKey.prefix + bytes) + "\n-----END PRIVATE KEY-----\n"
    }

    /// What only the two sides can compute. Throws for a public key that gives nothing away about either (RFC 7748, section 6.1).
    func agree(with other: ExchangePublicKey) throws(CryptoFailure) -> [UInt8] {
        try handle.agree(with: ExchangeHandle(publicKey: Array(other.bytes)))
    }

    /// PrivateKeyInfo of id-X25519 (RFC 8410) up to the key.
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x6E, 0x04, 0x22, 0x04, 0x20,
    ]
}

/// Owns a key of the library.
///
/// Unchecked: the library counts references atomically, and a key does not change after it was made.
private final class ExchangeHandle: @unchecked Sendable {
    private let pointer: OpaquePointer

    init(privateKey bytes: [UInt8]) throws(CryptoFailure) {
        guard let pointer = EVP_PKEY_new_raw_private_key_ex(nil, "X25519", nil, bytes, bytes.count) else {
            throw .fromLibrary(.unsupported, during: "reading a private key of X25519")
        }
        self.pointer = pointer
    }

    init(publicKey bytes: [UInt8]) throws(CryptoFailure) {
        guard let pointer = EVP_PKEY_new_raw_public_key_ex(nil, "X25519", nil, bytes, bytes.count) else {
            throw .fromLibrary(.unsupported, during: "reading a public key of X25519")
        }
        self.pointer = pointer
    }

    deinit { EVP_PKEY_free(pointer) }

    func publicBytes() throws(CryptoFailure) -> [UInt8] {
        var length = ExchangePublicKey.length
        var bytes = [UInt8](repeating: 0, count: length)
        guard EVP_PKEY_get_raw_public_key(pointer, &bytes, &length) == 1, length == bytes.count else {
            throw .fromLibrary(during: "taking the public part of a key")
        }
        return bytes
    }

    func agree(with other: ExchangeHandle) throws(CryptoFailure) -> [UInt8] {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil) else { throw .fromLibrary(during: "agreeing on a secret") }
        defer { EVP_PKEY_CTX_free(context) }
        var length = 32
        var secret = [UInt8](repeating: 0, count: length)
        // The library refuses a secret of zeros, which a key of small order would make.
        guard EVP_PKEY_derive_init(context) == 1, EVP_PKEY_derive_set_peer(context, other.pointer) == 1,
            EVP_PKEY_derive(context, &secret, &length) == 1, length == secret.count
        else { throw .fromLibrary(.malformed, during: "agreeing on a secret", hint: "the public key is no key of X25519") }
        return secret
    }
}
