import Crypto
import StreamCore

/// SHA-256, for those who compare contents and import no library.
public enum ContentDigest {
    public static func sha256(_ bytes: Bytes) -> Bytes { Digest.sha256(bytes)[...] }
}
