/// How a message is signed; the key names it.
public enum SignatureSuite: String, Sendable, CaseIterable {
    /// RFC 8032; signatures have 64 bytes.
    case ed25519
    /// GB/T 32918.2 with SM3 and the signer id `1234567812345678`; signatures are DER sequences of r and s (GB/T 35276).
    case sm2 = "sm2-sm3"

    /// GB/T 35276: the id of a signer where nothing else was agreed.
    static let signerId = Array("1234567812345678".utf8)

    var libraryName: String {
        switch self {
        case .ed25519: return "ED25519"
        case .sm2: return "SM2"
        }
    }
}
