import CCrypto

/// A key for AES-GCM (NIST SP 800-38D) with 256 bits, prepared once and usable from any thread.
///
/// Never seal two messages under one nonce: whoever sees both learns about them and can forge.
public final class SealingKey: Sendable {
    public static let keyLength = 32
    public static let nonceLength = 12
    public static let tagLength = 16

    private let sealing: ContextPool
    private let opening: ContextPool

    public convenience init(_ key: ArraySlice<UInt8>) throws(CryptoFailure) {
        guard key.count == SealingKey.keyLength else {
            throw CryptoFailure(.malformed, "a sealing key has \(key.count) bytes", hint: "AES-256 needs 32")
        }
        try self.init(Array(key), SealingKey.aes256)
    }

    /// A key of 128 bits, with which the examples of RFC 9180 are checked. Nothing of ours is sealed by it.
    convenience init(aes128 key: ArraySlice<UInt8>) throws(CryptoFailure) {
        guard key.count == 16 else { throw CryptoFailure(.malformed, "a sealing key has \(key.count) bytes", hint: "AES-128 needs 16") }
        try self.init(Array(key), SealingKey.aes128)
    }

    private init(_ key: [UInt8], _ algorithm: Algorithm) throws(CryptoFailure) {
        guard algorithm.pointer != nil else { throw CryptoFailure(.unsupported, "this libcrypto has no AES-GCM") }
        sealing = ContextPool(make: { SealingKey.context(key, algorithm, encrypts: true) }, destroy: { EVP_CIPHER_CTX_free($0) })
        opening = ContextPool(make: { SealingKey.context(key, algorithm, encrypts: false) }, destroy: { EVP_CIPHER_CTX_free($0) })
    }

    /// Appends ciphertext and tag, `plain.count + 16` bytes, to `output`. `associated` is bound to the result, but not in it.
    public func seal(
        _ plain: ArraySlice<UInt8>, nonce: ArraySlice<UInt8>, associated: ArraySlice<UInt8>, into output: inout ArraySlice<UInt8>
    ) throws(CryptoFailure) {
        try SealingKey.check(nonce)
        try SealingKey.check(length: plain.count)
        let start = output.endIndex
        output.append(contentsOf: repeatElement(0, count: plain.count + SealingKey.tagLength))
        let good = sealing.withContext { context in
            var written: Int32 = 0
            return SealingKey.begin(context, nonce, associated, encrypts: true)
                && plain.withUnsafeBufferPointer { input in
                    output.withUnsafeMutableBufferPointer { buffer -> Bool in
                        // The slice's own buffer starts at zero; its last part is what was appended above.
                        guard let base = buffer.baseAddress else { return false }
                        let target = base + (buffer.count - plain.count - SealingKey.tagLength)
                        if !input.isEmpty,
                            EVP_EncryptUpdate(context, target, &written, input.baseAddress, Int32(input.count)) != 1
                                || Int(written) != input.count
                        {
                            return false
                        }
                        return EVP_EncryptFinal_ex(context, target + input.count, &written) == 1
                            && EVP_CIPHER_CTX_ctrl(
                                context, EVP_CTRL_AEAD_GET_TAG, Int32(SealingKey.tagLength), target + input.count) == 1
                    }
                }
        }
        guard good else {
            output.removeSubrange(start...)
            throw .fromLibrary(during: "sealing")
        }
    }

    /// Ciphertext and tag, `plain.count + 16` bytes.
    public func seal(
        _ plain: ArraySlice<UInt8>, nonce: ArraySlice<UInt8>, associated: ArraySlice<UInt8> = []
    ) throws(CryptoFailure) -> ArraySlice<UInt8> {
        var output: ArraySlice<UInt8> = []
        output.reserveCapacity(plain.count + SealingKey.tagLength)
        try seal(plain, nonce: nonce, associated: associated, into: &output)
        return output
    }

    /// What was sealed. Throws `.notAuthentic` when ciphertext, tag, nonce, associated bytes or key are not those of the sealing.
    public func open(
        _ sealed: ArraySlice<UInt8>, nonce: ArraySlice<UInt8>, associated: ArraySlice<UInt8> = []
    ) throws(CryptoFailure) -> ArraySlice<UInt8> {
        try SealingKey.check(nonce)
        guard sealed.count >= SealingKey.tagLength else {
            throw CryptoFailure(.notAuthentic, "sealed bytes are shorter than their tag", hint: "they were cut off or never sealed")
        }
        try SealingKey.check(length: sealed.count)
        let length = sealed.count - SealingKey.tagLength
        var isAuthentic = false
        let plain = opening.withContext { context in
            // One byte more than needed, so that there is an address even for an empty plaintext.
            [UInt8](unsafeUninitializedCapacity: length + 1) { output, count in
                var written: Int32 = 0
                var tag = Array(sealed.suffix(SealingKey.tagLength))
                isAuthentic =
                    SealingKey.begin(context, nonce, associated, encrypts: false)
                    && sealed.withUnsafeBufferPointer { input in
                        length == 0
                            || EVP_DecryptUpdate(context, output.baseAddress, &written, input.baseAddress, Int32(length)) == 1
                                && Int(written) == length
                    }
                    && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(SealingKey.tagLength), &tag) == 1
                    && EVP_DecryptFinal_ex(context, output.baseAddress.map { $0 + length }, &written) == 1
                // Bytes that failed the check are never given out.
                count = isAuthentic ? length : 0
            }
        }
        guard isAuthentic else {
            ERR_clear_error()
            throw CryptoFailure(
                .notAuthentic, "sealed bytes do not open", hint: "they were changed, or sealed with another key or for another place")
        }
        return plain[...]
    }

    private static func begin(
        _ context: OpaquePointer, _ nonce: ArraySlice<UInt8>, _ associated: ArraySlice<UInt8>, encrypts: Bool
    ) -> Bool {
        // Neither cipher nor key is named, so the key schedule of the context stays.
        nonce.withUnsafeBufferPointer { EVP_CipherInit_ex2(context, nil, nil, $0.baseAddress, encrypts ? 1 : 0, nil) } == 1
            && associated.withUnsafeBufferPointer { bytes in
                var written: Int32 = 0
                return bytes.isEmpty || EVP_CipherUpdate(context, nil, &written, bytes.baseAddress, Int32(bytes.count)) == 1
            }
    }

    private static func context(_ key: [UInt8], _ algorithm: Algorithm, encrypts: Bool) -> OpaquePointer? {
        guard let algorithm = algorithm.pointer, let context = EVP_CIPHER_CTX_new() else { return nil }
        // The default nonce of GCM in the library has the 12 bytes that we use.
        guard EVP_CipherInit_ex2(context, algorithm, key, nil, encrypts ? 1 : 0, nil) == 1 else {
            EVP_CIPHER_CTX_free(context)
            return nil
        }
        return context
    }

    private static func check(_ nonce: ArraySlice<UInt8>) throws(CryptoFailure) {
        guard nonce.count == nonceLength else {
            throw CryptoFailure(.malformed, "a nonce has \(nonce.count) bytes", hint: "GCM here uses 12")
        }
    }

    /// The library counts in Int32.
    private static func check(length: Int) throws(CryptoFailure) {
        guard length <= 1 << 30 else { throw CryptoFailure(.malformed, "more than 1 GiB cannot be sealed at once") }
    }

    private struct Algorithm: @unchecked Sendable {
        // Unchecked: a fetched EVP_CIPHER never changes, and this one lives as long as the process.
        let pointer: OpaquePointer?
    }
    private static let aes256 = Algorithm(pointer: EVP_CIPHER_fetch(nil, "AES-256-GCM", nil))
    private static let aes128 = Algorithm(pointer: EVP_CIPHER_fetch(nil, "AES-128-GCM", nil))
}
