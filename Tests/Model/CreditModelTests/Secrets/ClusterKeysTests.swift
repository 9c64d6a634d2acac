import CreditModel
import Crypto
import StreamCore
import Testing

@Suite struct ClusterKeysTests {
    let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))
    let others = ClusterKeys(master: [UInt8](repeating: 8, count: 32))

    @Test func looksOneNumberUpByOneKey() {
        let key = keys.lookupKey(kind: "person", idClass: "resident", number: "11010519491231002X")
        #expect(key.utf8.count == 32)
        #expect(key.allSatisfy { "0123456789abcdef".contains($0) })
        #expect(key == keys.lookupKey(kind: "person", idClass: "resident", number: "11010519491231002X"))
        #expect(key != keys.lookupKey(kind: "organization", idClass: "resident", number: "11010519491231002X"))
        #expect(key != keys.lookupKey(kind: "person", idClass: "passport", number: "11010519491231002X"))
        #expect(key != others.lookupKey(kind: "person", idClass: "resident", number: "11010519491231002X"))
    }

    @Test func namesASubjectByItsFirstSight() {
        let cause = Cause.record(Origin("intake.verified.v1", 3, 41))
        let id = keys.subjectId(lookupKey: "00ff", cause: cause)
        #expect(id.hasPrefix("s") && id.utf8.count == 33)
        #expect(id == keys.subjectId(lookupKey: "00ff", origin: "intake.verified.v1/3/41"))
        #expect(id != keys.subjectId(lookupKey: "00ff", origin: "intake.verified.v1/3/42"))
        #expect(id != others.subjectId(lookupKey: "00ff", cause: cause))
    }

    @Test func keepsTheNamesItGave() {
        // Computed by Python's hmac module. Changing what these say would separate every subject from its records.
        #expect(
            keys.lookupKey(kind: "person", idClass: "resident", number: "11010519491231002X") == "7f40ce7d5ed2e0b52e9c341ab52539de")
        #expect(keys.subjectId(lookupKey: "00ff", origin: "intake.verified.v1/3/41") == "sbef64ef06e2d501e4db248ef5aba72a3")
        #expect(keys.fingerprint == "f02461e40dedb4aa")
    }

    @Test func sealsTheSameTwiceAndOpensItInItsPlaceOnly() throws {
        let plain = Bytes(utf8: "{\"name\":\"样甲子\"}")
        let sealed = keys.sealStep(plain, context: Bytes(utf8: "a"), salt: Bytes(utf8: "bc"))
        #expect(sealed == keys.sealStep(plain, context: Bytes(utf8: "a"), salt: Bytes(utf8: "bc")))
        #expect(sealed.count == plain.count + DerivedSeal.overhead)
        #expect(try keys.openStep(sealed, context: Bytes(utf8: "a")) == plain)
        #expect(throws: CryptoFailure.self) { try keys.openStep(sealed, context: Bytes(utf8: "b")) }
        #expect(throws: CryptoFailure.self) { try others.openStep(sealed, context: Bytes(utf8: "a")) }
        #expect(throws: CryptoFailure.self) { try keys.openRecipient(sealed, context: Bytes(utf8: "a")) }
        #expect(throws: CryptoFailure.self) { try keys.stores.open(sealed, context: Bytes(utf8: "a")) }
    }

    @Test func sharesNoNonceBetweenDifferentThings() {
        func nonce(_ plain: String, _ context: String, _ salt: String) -> Bytes {
            keys.stores.seal(Bytes(utf8: plain), context: Bytes(utf8: context), salt: Bytes(utf8: salt)).dropFirst().prefix(12)
        }
        let nonces = [
            nonce("x", "a", "bc"), nonce("x", "ab", "c"), nonce("x", "abc", ""), nonce("y", "a", "bc"), nonce("", "a", "bc"),
            nonce("x", "", "abc"),
        ]
        #expect(Set(nonces).count == nonces.count)
    }

    @Test func findsAnyFlippedBit() throws {
        let sealed = keys.stores.seal(Bytes(utf8: "payload"), context: [1], salt: [2])
        for index in sealed.indices {
            for bit in 0..<8 {
                var touched = sealed
                touched[index] ^= 1 << UInt8(bit)
                #expect(throws: CryptoFailure.self) { try keys.stores.open(touched, context: [1]) }
            }
        }
        for length in 0..<sealed.count {
            #expect(throws: CryptoFailure.self) { try keys.stores.open(sealed.prefix(length), context: [1]) }
        }
    }
}
