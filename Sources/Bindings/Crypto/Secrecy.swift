import CCrypto

/// Small things that have to be done right where secrets are.
public enum Secrecy {
    /// Whether two runs of bytes are equal, in a time that tells nothing about where they differ.
    public static func areEqual(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return left.withUnsafeBytes { leftBytes in
            right.withUnsafeBytes { rightBytes in
                leftBytes.isEmpty || CRYPTO_memcmp(leftBytes.baseAddress, rightBytes.baseAddress, leftBytes.count) == 0
            }
        }
    }
}

/// Bytes that nobody can foresee, from the operating system. Only for keys and identifiers of installations, never in a decision.
public enum SystemRandom {
    public static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
