import CCrypto

/// Digests of bytes: SHA-256 (FIPS 180-4) and SM3 (GB/T 32905).
public enum Digest {
    /// The 32 bytes of SHA-256.
    public static func sha256(_ bytes: ArraySlice<UInt8>) -> [UInt8] { sha256Engine.digest(bytes) }
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] { sha256Engine.digest(bytes[...]) }

    /// The 32 bytes of SM3.
    ///
    /// A distribution may build the library without it; then this throws `.unsupported`.
    public static func sm3(_ bytes: ArraySlice<UInt8>) throws(CryptoFailure) -> [UInt8] {
        guard let engine = sm3Engine else { throw CryptoFailure(.unsupported, "this libcrypto has no SM3") }
        return engine.digest(bytes)
    }

    /// SHA-256 in 64 lower-case hexadecimal digits.
    public static func sha256Text(_ bytes: ArraySlice<UInt8>) -> String { Hexadecimal.text(sha256(bytes)) }

    private static let sha256Engine: DigestEngine = {
        guard let engine = DigestEngine("SHA2-256") else { fatalError("libcrypto has no SHA-256: its default provider is missing") }
        return engine
    }()

    private static let sm3Engine = DigestEngine("SM3")
}

/// One algorithm, fetched once: the one-shot calls look it up by name each time, which costs more than the digest of a short message.
private final class DigestEngine: @unchecked Sendable {
    // Unchecked: a fetched EVP_MD never changes; contexts go through the pool.
    private let algorithm: OpaquePointer
    private let pool: ContextPool

    init?(_ name: String) {
        guard let algorithm = EVP_MD_fetch(nil, name, nil) else {
            ERR_clear_error()
            return nil
        }
        self.algorithm = algorithm
        self.pool = ContextPool(make: { EVP_MD_CTX_new() }, destroy: { EVP_MD_CTX_free($0) })
    }

    deinit { EVP_MD_free(algorithm) }

    func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        pool.withContext { context in
            [UInt8](unsafeUninitializedCapacity: 32) { output, count in
                let good = bytes.withUnsafeBytes { input in
                    EVP_DigestInit_ex2(context, algorithm, nil) == 1
                        && EVP_DigestUpdate(context, input.baseAddress, input.count) == 1
                        && EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1
                }
                // The arguments are valid by construction, so only a broken library is left.
                guard good else { fatalError("libcrypto cannot compute a digest") }
                count = 32
            }
        }
    }
}
