import Crypto
import StreamTestKit
import Testing

@Suite struct HPKETests {
    /// RFC 9180, A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode, the first message.
    private static let ephemeral = "7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234"
    private static let recipient = "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037"
    private static let info = "4f6465206f6e2061204772656369616e2055726e"
    private static let plain = "4265617574792069732074727574682c20747275746820626561757479"
    private static let associated = "436f756e742d30"
    private static let encapsulated = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"

    private func sealed(_ hpke: HPKE) throws -> HPKE.Sealed {
        try hpke.seal(
            hex(Self.plain), to: ExchangePrivateKey(derivedFrom: hex(Self.recipient)).publicKey, info: hex(Self.info),
            associated: hex(Self.associated), ephemeral: hex(Self.ephemeral))
    }

    @Test func derivesTheKeysOfTheStandard() throws {
        let key = try ExchangePrivateKey(derivedFrom: hex(Self.recipient))
        #expect(Hexadecimal.text(key.publicKey.bytes) == "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d")
        let given = try ExchangePrivateKey(text: "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
        #expect(given.publicKey == key.publicKey)
    }

    @Test func sealsAsTheExampleOfTheStandard() throws {
        let sealed = try sealed(.aes128)
        #expect(Hexadecimal.text(sealed.encapsulated) == Self.encapsulated)
        #expect(
            Hexadecimal.text(sealed.ciphertext)
                == "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a")
    }

    /// The RFC has no example of these three together; this one was computed with pyca/cryptography's primitives and the RFC's formulas.
    @Test func sealsWithLongerKeysAsAnotherImplementationDoes() throws {
        let sealed = try sealed(.aes256)
        #expect(Hexadecimal.text(sealed.encapsulated) == Self.encapsulated)
        #expect(
            Hexadecimal.text(sealed.ciphertext)
                == "090b7dc225419f7da9e8b460becfbb96a26c7964d79b8010d397fa838530a32a397b14f5776db19ff5e57734e0")
    }

    @Test func opensForTheRecipientAloneAndOnlyUnchanged() throws {
        let sealed = try sealed(.aes256)
        let key = try ExchangePrivateKey(derivedFrom: hex(Self.recipient))
        func open(_ sealed: HPKE.Sealed, _ key: ExchangePrivateKey, _ info: String, _ associated: String) throws -> String {
            Hexadecimal.text(try HPKE.aes256.open(sealed, with: key, info: hex(info), associated: hex(associated)))
        }
        #expect(try open(sealed, key, Self.info, Self.associated) == Self.plain)
        let other = try ExchangePrivateKey(derivedFrom: hex("00"))
        #expect(throws: CryptoFailure.self) { try open(sealed, other, Self.info, Self.associated) }
        #expect(throws: CryptoFailure.self) { try open(sealed, key, "00", Self.associated) }
        #expect(throws: CryptoFailure.self) { try open(sealed, key, Self.info, "00") }
        for index in sealed.ciphertext.indices {
            var touched = sealed
            touched.ciphertext[index] ^= 1
            #expect(throws: CryptoFailure.self) { try open(touched, key, Self.info, Self.associated) }
        }
        // A key of small order agrees on zeros with everybody.
        var weak = sealed
        weak.encapsulated = [UInt8](repeating: 0, count: 32)[...]
        let failure = try #require(thrown(CryptoFailure.self) { _ = try open(weak, key, Self.info, Self.associated) })
        #expect(failure.code == .malformed)
    }

    @Test func readsAndWritesKeysAsOpenSSLDoes() throws {
        let key = try ExchangePrivateKey(derivedFrom: hex("01"))
        let again = try ExchangePrivateKey(text: key.pem)
        #expect(again.publicKey == key.publicKey)
        #expect(key.pem.hasPrefix("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEI"))
        let raw = Base64.text(key.publicKey.bytes)
        let der = Base64.text(hex("302a300506032b656e032100") + key.publicKey.bytes)
        #expect(try ExchangePublicKey(text: raw) == key.publicKey)
        #expect(try ExchangePublicKey(text: der) == key.publicKey)
        #expect(throws: CryptoFailure(.malformed, "a public key of X25519 has 3 bytes", hint: "it has 32")) {
            try ExchangePublicKey(text: "AQID")
        }
    }
}
