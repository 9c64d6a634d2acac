import CCrypto

/// Owns one key of the library.
///
/// Unchecked: the library counts references atomically, and a key does not change after it was made.
final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    let suite: SignatureSuite

    /// Takes over the pointer.
    init(_ pointer: OpaquePointer, _ suite: SignatureSuite) {
        self.pointer = pointer
        self.suite = suite
    }

    deinit { EVP_PKEY_free(pointer) }

    /// Reads DER (SubjectPublicKeyInfo or PrivateKeyInfo) or, for Ed25519, the 32 bytes, for SM2 the 65 of an uncompressed point.
    static func reading(_ bytes: [UInt8], _ suite: SignatureSuite, isPrivate: Bool) throws(CryptoFailure) -> KeyHandle {
        let pointer: OpaquePointer?
        switch (suite, bytes.count) {
        case (.ed25519, 32):
            pointer =
                isPrivate
                ? EVP_PKEY_new_raw_private_key_ex(nil, suite.libraryName, nil, bytes, bytes.count)
                : EVP_PKEY_new_raw_public_key_ex(nil, suite.libraryName, nil, bytes, bytes.count)
        default:
            let der = suite == .sm2 && bytes.count == 65 && !isPrivate ? pointPrefix + bytes : bytes
            pointer = der.withUnsafeBufferPointer { buffer in
                var next = buffer.baseAddress
                let key = isPrivate ? d2i_AutoPrivateKey(nil, &next, buffer.count) : d2i_PUBKEY(nil, &next, buffer.count)
                guard let key else { return nil }
                // What follows the key belongs to nothing we know.
                guard next == buffer.baseAddress.map({ $0 + buffer.count }) else {
                    EVP_PKEY_free(key)
                    return nil
                }
                return key
            }
        }
        guard let pointer else {
            throw .fromLibrary(
                .malformed, during: "reading a \(suite.rawValue) key",
                hint: "give PEM, or hexadecimal digits or base64 of DER or of the raw key")
        }
        let handle = KeyHandle(pointer, suite)
        guard EVP_PKEY_is_a(pointer, suite.libraryName) == 1 else {
            throw CryptoFailure(.malformed, "a key is not one of \(suite.rawValue)", hint: "name the suite that the key was made for")
        }
        return handle
    }

    static func generating(_ suite: SignatureSuite) throws(CryptoFailure) -> KeyHandle {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, suite.libraryName, nil) else {
            throw .fromLibrary(.unsupported, during: "making a \(suite.rawValue) key")
        }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_generate(context, &key) == 1, let key else {
            throw .fromLibrary(during: "making a \(suite.rawValue) key")
        }
        return KeyHandle(key, suite)
    }

    /// SubjectPublicKeyInfo up to the point: id-ecPublicKey, the curve 1.2.156.10197.1.301, a bit string of 66 bytes.
    private static let pointPrefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82,
        0x2D, 0x03, 0x42, 0x00,
    ]

    /// Prepares a context for signing or verifying and runs `body` with it. The key's context carries SM2's signer id.
    func withSigning<Result>(verifies: Bool, _ body: (OpaquePointer) -> Result) throws(CryptoFailure) -> Result {
        let action = verifies ? "verifying" : "signing"
        guard let context = EVP_MD_CTX_new() else { throw .fromLibrary(during: action) }
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        // A context that was set from outside is not freed with the digest context.
        defer { EVP_PKEY_CTX_free(keyContext) }
        if suite == .sm2 {
            keyContext = EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil)
            guard let keyContext, EVP_PKEY_CTX_set1_id(keyContext, SignatureSuite.signerId, Int32(SignatureSuite.signerId.count)) == 1
            else {
                throw .fromLibrary(.unsupported, during: action)
            }
            EVP_MD_CTX_set_pkey_ctx(context, keyContext)
        }
        let digest = suite == .sm2 ? "SM3" : nil
        let good =
            verifies
            ? EVP_DigestVerifyInit_ex(context, nil, digest, nil, nil, pointer, nil)
            : EVP_DigestSignInit_ex(context, nil, digest, nil, nil, pointer, nil)
        guard good == 1 else { throw .fromLibrary(.unsupported, during: action) }
        return body(context)
    }
}

/// Reads a key's text: PEM, hexadecimal digits, or base64.
func keyBytes(_ text: String) throws(CryptoFailure) -> [UInt8] {
    let lines = text.split(whereSeparator: \.isWhitespace)
    if text.contains("-----BEGIN ") {
        let body = text.split(whereSeparator: \.isNewline).drop { !$0.hasPrefix("-----BEGIN ") }.dropFirst()
            .prefix { !$0.hasPrefix("-----END ") }
        if let bytes = Base64.bytes(body.map { $0.filter { !$0.isWhitespace } }.joined()), !bytes.isEmpty { return bytes }
    } else {
        let joined = lines.joined()
        if let bytes = Hexadecimal.bytes(joined) ?? Base64.bytes(joined), !bytes.isEmpty { return bytes }
    }
    throw CryptoFailure(.malformed, "a key's text cannot be read", hint: "give PEM, hexadecimal digits or base64")
}
