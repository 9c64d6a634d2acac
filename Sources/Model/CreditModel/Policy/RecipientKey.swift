import Crypto

/// A key to which an agency or a gateway is sent what it alone may read. It keeps the private part itself.
public struct RecipientKey: Identifiable, Hashable, Sendable {
    /// As in `sealed.keyId`.
    public var id: String
    public var publicKey: ExchangePublicKey
    /// The first day on which it is sealed to; nil: always.
    public var from: CivilDate?

    public init(id: String, publicKey: ExchangePublicKey, from: CivilDate? = nil) {
        self.id = id
        self.publicKey = publicKey
        self.from = from
    }
}

extension [RecipientKey] {
    /// The newest key that is in force: a recipient changes keys by registering one more, and takes the old one out when nothing that was
    /// sealed to it is under way any more.
    public func newest(on day: CivilDate) -> RecipientKey? {
        var newest: RecipientKey?
        for key in self where key.from.map({ $0 <= day }) ?? true {
            if let from = newest?.from, key.from.map({ $0 < from }) ?? true { continue }
            newest = key
        }
        return newest
    }
}
