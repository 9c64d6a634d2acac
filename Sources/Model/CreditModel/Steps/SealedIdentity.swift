import Crypto
import StreamCore

/// `sealed` of what leaves the cluster: who it is about, for the eyes of one recipient.
public struct SealedIdentity: Hashable, Sendable {
    /// Which of the recipient's keys opens it.
    public var keyId: String
    /// The encapsulated key of HPKE.
    public var encapsulated: Bytes
    public var ciphertext: Bytes

    public init(keyId: String, encapsulated: Bytes, ciphertext: Bytes) {
        self.keyId = keyId
        self.encapsulated = encapsulated
        self.ciphertext = ciphertext
    }

    public static func decode(_ value: JSONValue) throws(Rejection) -> SealedIdentity {
        guard let encapsulated = try value.needed("enc").stringBytes.flatMap({ Base64.bytes($0) }) else { throw value.wrongType("enc") }
        guard let ciphertext = try value.needed("ciphertext").stringBytes.flatMap({ Base64.bytes($0) }) else {
            throw value.wrongType("ciphertext")
        }
        return SealedIdentity(keyId: try value.text("keyId"), encapsulated: encapsulated[...], ciphertext: ciphertext[...])
    }

    public func encode(into writer: inout JSONWriter) {
        writer.object {
            $0.member("keyId", keyId)
            $0.member("enc", Base64.text(encapsulated))
            $0.member("ciphertext", Base64.text(ciphertext))
        }
    }

    /// The identity, as a JSON object. Throws `.notAuthentic` with another key than the recipient's, and at another place than its own.
    public func open(with key: ExchangePrivateKey, at place: SealedPlace) throws(CryptoFailure) -> Bytes {
        try HPKE.aes256.open(
            HPKE.Sealed(encapsulated: encapsulated, ciphertext: ciphertext), with: key, info: place.info, associated: place.associated)
    }

    // MARK: In a row

    public func encode(into writer: inout RowWriter) {
        writer.text(keyId)
        writer.run(encapsulated)
        writer.run(ciphertext)
    }

    public init(_ reader: inout RowReader) throws(RowDamage) {
        keyId = try reader.text()
        encapsulated = try reader.run()
        ciphertext = try reader.run()
    }
}
