import Crypto
import Testing

func bytes(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }
func hex(_ digits: String) -> ArraySlice<UInt8> { (Hexadecimal.bytes(digits) ?? [])[...] }

@Suite struct DigestTests {
    /// FIPS 180-4, the examples of NIST.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func agreesWithTheVectorsOfSHA256(_ message: String, _ digest: String) {
        #expect(Digest.sha256Text(bytes(message)) == digest)
    }

    /// GB/T 32905, appendix A.
    @Test(arguments: [
        ("abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (String(repeating: "abcd", count: 16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ])
    func agreesWithTheVectorsOfSM3(_ message: String, _ digest: String) throws {
        #expect(Hexadecimal.text(try Digest.sm3(bytes(message))) == digest)
    }

    /// RFC 4231, cases 1, 2, 3 and 6.
    @Test(arguments: [
        (
            String(repeating: "0b", count: 20), "4869205468657265",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            String(repeating: "aa", count: 131),
            "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func agreesWithTheVectorsOfHMAC(_ key: String, _ message: String, _ code: String) {
        let prepared = HMACKey(hex(key))
        #expect(Hexadecimal.text(prepared.code(hex(message))) == code)
        // A key is used again and again, and for a message in parts.
        let message = hex(message)
        #expect(Hexadecimal.text(prepared.code(message.prefix(3), [], message.dropFirst(3))) == code)
    }

    @Test func takesAnEmptyKeyAsTheStandardDoes() {
        #expect(
            Hexadecimal.text(HMACKey([]).code([])) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test func givesTheSameFromManyThreads() async {
        let key = HMACKey(Array("key".utf8))
        let expected = key.code(bytes("message"))
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<500).allSatisfy { _ in key.code(bytes("message")) == expected } }
            }
            for await isSame in group { #expect(isSame) }
        }
    }
}
