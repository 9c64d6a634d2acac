import CCrypto

/// A key for HMAC-SHA256 (RFC 2104), prepared once and usable from any thread.
public final class HMACKey: Sendable {
    private let pool: ContextPool

    public init(_ key: ArraySlice<UInt8>) {
        // An empty key is legal for HMAC, but the library takes it for "keep the key you have": one zero byte is the same key.
        let key = key.isEmpty ? [0] : Array(key)
        pool = ContextPool(
            make: {
                guard let algorithm = HMACKey.algorithm.pointer, let context = EVP_MAC_CTX_new(algorithm) else { return nil }
                // The parameters only point at their names and values, so both stay alive until the call is over.
                let good = OSSL_MAC_PARAM_DIGEST.withCString { parameter in
                    "SHA2-256".withCString { name in
                        var parameters = [
                            OSSL_PARAM_construct_utf8_string(parameter, UnsafeMutablePointer(mutating: name), 0),
                            OSSL_PARAM_construct_end(),
                        ]
                        return EVP_MAC_init(context, key, key.count, &parameters) == 1
                    }
                }
                guard good else {
                    EVP_MAC_CTX_free(context)
                    return nil
                }
                return context
            },
            destroy: { EVP_MAC_CTX_free($0) })
    }

    public convenience init(_ key: [UInt8]) { self.init(key[...]) }

    /// The 32 bytes for a message given in parts, as if they stood one after the other.
    public func code(_ parts: ArraySlice<UInt8>...) -> [UInt8] { code(of: parts) }

    /// The 32 bytes for a message given in parts, as if they stood one after the other.
    public func code(of parts: [ArraySlice<UInt8>]) -> [UInt8] {
        pool.withContext { context in
            // Without a key the context begins again with the one it has, whose two inner states are kept.
            var good = EVP_MAC_init(context, nil, 0, nil) == 1
            for part in parts {
                good = good && part.withUnsafeBufferPointer { EVP_MAC_update(context, $0.baseAddress, $0.count) } == 1
            }
            return [UInt8](unsafeUninitializedCapacity: 32) { output, count in
                good = good && EVP_MAC_final(context, output.baseAddress, nil, 32) == 1
                guard good else { fatalError("libcrypto cannot compute an HMAC") }
                count = 32
            }
        }
    }

    private struct Algorithm: @unchecked Sendable {
        // Unchecked: a fetched EVP_MAC never changes, and this one lives as long as the process.
        let pointer: OpaquePointer?
    }
    private static let algorithm = Algorithm(pointer: EVP_MAC_fetch(nil, "HMAC", nil))
}
