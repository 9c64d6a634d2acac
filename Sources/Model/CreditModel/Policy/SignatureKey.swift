import Crypto

/// A key by which one source signs.
public struct SignatureKey: Identifiable, Sendable {
    /// As in `ce_keyid`.
    public var id: String
    /// The only `ce_source` it signs for.
    public var source: String
    public var publicKey: PublicKey
    public var validFrom: CivilDate?
    /// The last day on which it signs.
    public var validTo: CivilDate?
    public var suite: SignatureSuite { publicKey.suite }

    public init(id: String, source: String, publicKey: PublicKey, validFrom: CivilDate? = nil, validTo: CivilDate? = nil) {
        self.id = id
        self.source = source
        self.publicKey = publicKey
        self.validFrom = validFrom
        self.validTo = validTo
    }

    public func isValid(on day: CivilDate) -> Bool { Force(from: validFrom, to: validTo).covers(day) }
}
