import Crypto
import Testing

@Suite struct SealingKeyTests {
    struct Vector: Sendable {
        var key: String
        var nonce: String
        var associated: String
        var plain: String
        var sealed: String
    }

    /// The Galois/Counter Mode of Operation (NIST submission), test cases 13, 14 and 16.
    static let vectors = [
        Vector(
            key: String(repeating: "00", count: 32), nonce: String(repeating: "00", count: 12), associated: "", plain: "",
            sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
        Vector(
            key: String(repeating: "00", count: 32), nonce: String(repeating: "00", count: 12), associated: "",
            plain: String(repeating: "00", count: 16),
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
        Vector(
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", nonce: "cafebabefacedbaddecaf888",
            associated: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            plain: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
                + "b16aedf5aa0de657ba637b39",
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
                + "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"),
    ]

    @Test(arguments: vectors)
    func agreesWithTheVectorsOfGCM(_ vector: Vector) throws {
        let key = try SealingKey(hex(vector.key))
        // Twice: the second use of a prepared context must begin afresh.
        for _ in 0..<2 {
            let sealed = try key.seal(hex(vector.plain), nonce: hex(vector.nonce), associated: hex(vector.associated))
            #expect(Hexadecimal.text(sealed) == vector.sealed)
            #expect(try key.open(sealed, nonce: hex(vector.nonce), associated: hex(vector.associated)) == hex(vector.plain))
        }
    }

    @Test func opensNothingThatWasTouched() throws {
        let key = try SealingKey([UInt8](repeating: 1, count: 32)[...])
        let nonce = ArraySlice([UInt8](repeating: 2, count: 12))
        let sealed = try key.seal(bytes("a secret"), nonce: nonce, associated: bytes("here"))
        for index in sealed.indices {
            var touched = sealed
            touched[index] ^= 1
            #expect(throws: CryptoFailure.self) { try key.open(touched, nonce: nonce, associated: bytes("here")) }
        }
        #expect(throws: CryptoFailure.self) { try key.open(sealed, nonce: nonce, associated: bytes("there")) }
        #expect(throws: CryptoFailure.self) { try key.open(sealed.dropLast(), nonce: nonce, associated: bytes("here")) }
        #expect(throws: CryptoFailure.self) { try key.open(sealed.prefix(15), nonce: nonce, associated: bytes("here")) }
        #expect(try key.open(sealed, nonce: nonce, associated: bytes("here")) == bytes("a secret"))
    }

    @Test func refusesWrongLengths() throws {
        #expect(throws: CryptoFailure(.malformed, "a sealing key has 16 bytes", hint: "AES-256 needs 32")) {
            try SealingKey([UInt8](repeating: 1, count: 16)[...])
        }
        let key = try SealingKey([UInt8](repeating: 1, count: 32)[...])
        #expect(throws: CryptoFailure.self) { try key.seal(bytes("x"), nonce: [1, 2, 3]) }
    }

    @Test func appendsToWhatIsThere() throws {
        let key = try SealingKey([UInt8](repeating: 1, count: 32)[...])
        let nonce = ArraySlice([UInt8](repeating: 2, count: 12))
        // A slice whose indices do not begin at zero.
        var output = ArraySlice([9, 9, 9, 7] as [UInt8]).dropFirst(3)
        try key.seal(bytes("text"), nonce: nonce, associated: [], into: &output)
        #expect(output.first == 7)
        #expect(try key.open(output.dropFirst(), nonce: nonce) == bytes("text"))
    }
}
