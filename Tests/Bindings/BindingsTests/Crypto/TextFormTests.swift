import Crypto
import Testing

@Suite struct TextFormTests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func agreesWithTheVectorsOfBase64(_ plain: String, _ encoded: String) {
        #expect(Base64.text(bytes(plain)) == encoded)
        #expect(Base64.bytes(encoded) == Array(plain.utf8))
        var text: ArraySlice<UInt8> = [1]
        Base64.append(bytes(plain), to: &text)
        #expect(text == [1] + bytes(encoded))
    }

    @Test func givesBackEveryByte() {
        for length in 0..<260 {
            let input = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ length) }
            #expect(Base64.bytes(Base64.text(input)) == input)
            #expect(Hexadecimal.bytes(Hexadecimal.text(input)) == input)
        }
    }

    @Test(arguments: ["Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm 9", "Zm-_", "=Zm9", "Zg==Zg==", "Zm9vZé=="])
    func refusesWhatEncodingWouldNotHaveMade(_ text: String) {
        #expect(Base64.bytes(text) == nil)
    }

    @Test(arguments: ["0", "0g", " 00", "0x00"])
    func refusesWhatIsNotHexadecimal(_ text: String) {
        #expect(Hexadecimal.bytes(text) == nil)
    }

    @Test func comparesWithoutTellingWhere() {
        #expect(Secrecy.areEqual(bytes("same"), bytes("same")))
        #expect(Secrecy.areEqual([], []))
        #expect(!Secrecy.areEqual(bytes("same"), bytes("sama")))
        #expect(!Secrecy.areEqual(bytes("same"), bytes("sam")))
    }

    @Test func givesOtherBytesEachTime() {
        #expect(SystemRandom.bytes(32).count == 32)
        #expect(SystemRandom.bytes(32) != SystemRandom.bytes(32))
    }
}
