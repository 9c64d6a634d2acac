import CCrypto

/// A key that signs. Workers hold none: they are for senders, tests and samples.
public struct PrivateKey: Sendable {
    public var suite: SignatureSuite { handle.suite }
    private let handle: KeyHandle

    /// From PEM, or from hexadecimal digits or base64 of DER (PrivateKeyInfo) or of the 32 raw bytes of Ed25519.
    public init(_ suite: SignatureSuite, text: String) throws(CryptoFailure) {
        try self.init(suite, bytes: keyBytes(text))
    }

    public init(_ suite: SignatureSuite, bytes: [UInt8]) throws(CryptoFailure) {
        handle = try KeyHandle.reading(bytes, suite, isPrivate: true)
    }

    private init(_ handle: KeyHandle) { self.handle = handle }

    /// A new key that nobody else has.
    public static func generate(_ suite: SignatureSuite) throws(CryptoFailure) -> PrivateKey {
        PrivateKey(try KeyHandle.generating(suite))
    }

    public var publicKey: PublicKey {
        get throws(CryptoFailure) {
            var buffer: UnsafeMutablePointer<UInt8>?
            let length = i2d_PUBKEY(handle.pointer, &buffer)
            guard length > 0, let buffer else { throw .fromLibrary(during: "taking the public part of a key") }
            defer { CRYPTO_free(buffer, #file, #line) }
            return try PublicKey(suite, bytes: Array(UnsafeBufferPointer(start: buffer, count: Int(length))))
        }
    }

    public func sign(_ message: ArraySlice<UInt8>) throws(CryptoFailure) -> [UInt8] {
        let signature = try handle.withSigning(verifies: false) { context -> [UInt8]? in
            message.withUnsafeBufferPointer { input in
                var length = 0
                guard EVP_DigestSign(context, nil, &length, input.baseAddress, input.count) == 1 else { return nil }
                var output = [UInt8](repeating: 0, count: length)
                guard EVP_DigestSign(context, &output, &length, input.baseAddress, input.count) == 1 else { return nil }
                return Array(output.prefix(length))
            }
        }
        guard let signature else { throw .fromLibrary(during: "signing") }
        return signature
    }
}
