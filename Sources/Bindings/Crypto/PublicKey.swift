import CCrypto

/// A key that verifies. Usable from any thread.
public struct PublicKey: Sendable {
    public var suite: SignatureSuite { handle.suite }
    let handle: KeyHandle

    /// From PEM, or from hexadecimal digits or base64 of DER (SubjectPublicKeyInfo) or of the raw key: 32 bytes for Ed25519, for SM2 the
    /// 65 bytes of an uncompressed point.
    public init(_ suite: SignatureSuite, text: String) throws(CryptoFailure) {
        try self.init(suite, bytes: keyBytes(text))
    }

    public init(_ suite: SignatureSuite, bytes: [UInt8]) throws(CryptoFailure) {
        handle = try KeyHandle.reading(bytes, suite, isPrivate: false)
    }

    init(_ handle: KeyHandle) { self.handle = handle }

    /// Whether the signature is this key's over these bytes. Anything malformed is simply not.
    public func verify(_ message: ArraySlice<UInt8>, signature: ArraySlice<UInt8>) -> Bool {
        let result = try? handle.withSigning(verifies: true) { context in
            message.withUnsafeBufferPointer { messageBytes in
                signature.withUnsafeBufferPointer { signatureBytes in
                    EVP_DigestVerify(
                        context, signatureBytes.baseAddress, signatureBytes.count, messageBytes.baseAddress, messageBytes.count) == 1
                }
            }
        }
        // A failed verification leaves its reason in the thread's queue.
        if result != true { ERR_clear_error() }
        return result ?? false
    }

    /// DER, as SubjectPublicKeyInfo.
    public var der: [UInt8] {
        var buffer: UnsafeMutablePointer<UInt8>?
        let length = i2d_PUBKEY(handle.pointer, &buffer)
        guard length > 0, let buffer else { return [] }
        defer { CRYPTO_free(buffer, #file, #line) }
        return Array(UnsafeBufferPointer(start: buffer, count: Int(length)))
    }
}
