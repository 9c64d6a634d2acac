import Crypto
import Testing

@Suite struct SignatureTests {
    /// RFC 8032, section 7.1, tests 1 and 2.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2"
                + "4655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
                + "b00d291612bb0c00"
        ),
    ])
    func agreesWithTheVectorsOfEd25519(_ secret: String, _ open: String, _ message: String, _ signature: String) throws {
        let privateKey = try PrivateKey(.ed25519, text: secret)
        let publicKey = try PublicKey(.ed25519, text: open)
        #expect(Hexadecimal.text(try privateKey.sign(hex(message))) == signature)
        #expect(publicKey.verify(hex(message), signature: hex(signature)))
        #expect(try privateKey.publicKey.der == publicKey.der)
    }

    /// GB/T 32918.5, appendix A.2: the example of a signature with the recommended curve.
    @Test func agreesWithTheVectorOfSM2() throws {
        let publicKey = try PublicKey(
            .sm2,
            text: "04" + "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
                + "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13")
        let signature =
            "3046" + "022100" + "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3" + "022100"
            + "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
        #expect(publicKey.verify(bytes("message digest"), signature: hex(signature)))
        #expect(!publicKey.verify(bytes("message digest."), signature: hex(signature)))
    }

    /// Made by `openssl dgst -sm3 -sign` with `distid:1234567812345678`.
    @Test func verifiesWhatTheCommandOfOpenSSLSigned() throws {
        let publicKey = try PublicKey(
            .sm2,
            text: """
                -----BEGIN PUBLIC KEY-----
                MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEPXpEP0u01CG0IBo4E6clQwzCFiqp
                PLGajl0EeaIXhaY/dCGKTpkGbRf0cMu6VDfN3R4NYppF76RkHjkrtK+Axg==
                -----END PUBLIC KEY-----
                """)
        let signature = try #require(
            Base64.bytes("MEUCIBd36FHbiX/B3+ChqjFnQjFbbqqXL0VrUKKAjkB5KzBBAiEAzYPNi802vIJ9l3N8dppYvP07aAKp3vEf4d5nas9GYFM="))
        #expect(publicKey.verify(bytes("message digest"), signature: signature[...]))
        let point = try PublicKey(.sm2, bytes: Array(publicKey.der.suffix(65)))
        #expect(point.verify(bytes("message digest"), signature: signature[...]))
    }

    @Test(arguments: SignatureSuite.allCases)
    func verifiesWhatItSigned(_ suite: SignatureSuite) throws {
        let key = try PrivateKey.generate(suite)
        let signature = try key.sign(bytes("a message"))[...]
        let publicKey = try key.publicKey
        #expect(publicKey.verify(bytes("a message"), signature: signature))
        #expect(!publicKey.verify(bytes("another message"), signature: signature))
        #expect(!publicKey.verify(bytes("a message"), signature: signature.dropLast()))
        #expect(!publicKey.verify(bytes("a message"), signature: []))
        let other = try PrivateKey.generate(suite).publicKey
        #expect(!other.verify(bytes("a message"), signature: signature))
        let again = try PublicKey(suite, text: Base64.text(publicKey.der))
        #expect(again.verify(bytes("a message"), signature: signature))
    }

    @Test func refusesAKeyOfTheOtherSuite() throws {
        let ed25519 = try PrivateKey.generate(.ed25519).publicKey
        #expect(throws: CryptoFailure.self) { try PublicKey(.sm2, bytes: ed25519.der) }
        let sm2 = try PrivateKey.generate(.sm2).publicKey
        #expect(throws: CryptoFailure.self) { try PublicKey(.ed25519, bytes: sm2.der) }
    }

    @Test(arguments: ["", "zz", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "00112233", "MFkwEwYH"])
    func refusesWhatIsNoKey(_ text: String) {
        #expect(throws: CryptoFailure.self) { try PublicKey(.ed25519, text: text) }
        #expect(throws: CryptoFailure.self) { try PublicKey(.sm2, text: text) }
    }

    @Test func refusesAPointThatIsNotOnTheCurve() {
        #expect(throws: CryptoFailure.self) { try PublicKey(.sm2, bytes: [4] + [UInt8](repeating: 1, count: 64)) }
    }
}
