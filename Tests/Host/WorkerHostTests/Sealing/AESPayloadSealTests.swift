import CreditModel
import StreamCore
import StreamEngine
import Testing
import WorkerHost

@Suite struct AESPayloadSealTests {
    let seal = AESPayloadSeal(keys: ClusterKeys(master: [UInt8](repeating: 7, count: 32)))

    @Test(arguments: ["", "a", "a payload that is longer than one block of the cipher"])
    func opensWhatItSealed(_ text: String) throws {
        let sealed = seal.seal(Bytes(utf8: text), context: [1, 2], salt: [3])
        #expect(try seal.open(sealed, context: [1, 2]) == Bytes(utf8: text))
        #expect(sealed == seal.seal(Bytes(utf8: text), context: [1, 2], salt: [3]))
        #expect(sealed != seal.seal(Bytes(utf8: text), context: [1, 2], salt: [4]))
    }

    @Test func callsAMovedOrChangedValueDamaged() {
        var sealed = seal.seal(Bytes(utf8: "payload"), context: [1], salt: [3])
        let damage = StoreFailure(
            .damaged, "a sealed value does not open", hint: "it was changed, or this process has the master key of another cluster")
        #expect(throws: damage) { try seal.open(sealed, context: [2]) }
        sealed[sealed.startIndex + 20] ^= 1
        #expect(throws: damage) { try seal.open(sealed, context: [1]) }
        #expect(throws: damage) { try seal.open([], context: [1]) }
    }
}
