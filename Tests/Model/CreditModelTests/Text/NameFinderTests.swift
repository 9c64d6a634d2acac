import CreditModel
import StreamCore
import Testing

struct NameFinderTests {
    /// Name, text, text with the name masked. What an adversarial reader tried first.
    static let cases: [(name: String, text: String, masked: String)] = [
        ("王 五", "王五未登记", "王＊＊未登记"),
        ("张三丰", "张　三丰与张 三丰", "张＊＊与张＊＊"),
        ("张 三丰", "对张三丰罚款", "对张＊＊罚款"),
        ("买买提·艾力", "买买提•艾力和买买提.艾力", "买＊＊和买＊＊"),
        ("ＷＡＮＧ Lei", "WANG lei", "Ｗ＊＊"),
        ("张三", "张三丰", "张＊丰"),
        ("张三", "张四", "张四"),
        ("李", "李家村", "李家村"),
    ]

    @Test(arguments: cases)
    func findsANameHoweverItIsWritten(name: String, text: String, masked: String) {
        #expect(MaskedText.masked(text, name: name, kind: .person) == masked)
        if let finder = NameFinder(name, kind: .person), masked != text { #expect(finder.mayOccur(in: Bytes(utf8: text))) }
    }

    @Test func leavesTheNamesOfOrganisations() {
        #expect(MaskedText.masked("示例有限公司未登记", name: "示例有限公司", kind: .organization) == "示例有限公司未登记")
    }

    @Test func masksNumbersThatStandBesideOthers() {
        var generator = Numbers()
        let person = SyntheticIdentity.residentId(using: &generator)
        let other = SyntheticIdentity.residentId(using: &generator)
        let code = SyntheticIdentity.uscc(using: &generator)
        for text in [
            person + other, person + code, code + person, code + code, person + "13800138000", "2026" + person, "1" + person, person + "\t",
        ] {
            let masked = MaskedText.masked("号" + text + "。", name: "样", kind: .person)
            for number in [person, other, code] { #expect(!masked.contains(number), "\(text.count) characters") }
        }
        // Split by a line end or a tabulator it is the same number.
        #expect(!MaskedText.masked(person.prefix(9) + "\n" + person.dropFirst(9), name: "样", kind: .person).contains(person.suffix(9)))
    }

    @Test func leavesLongNumbersInIdentifiersAlone() {
        var generator = Numbers()
        let person = SyntheticIdentity.residentId(using: &generator)
        #expect(!IdentityScanner.hasMatch(in: Bytes(utf8: person + "0001")))
        #expect(IdentityScanner.hasMatch(in: Bytes(utf8: person + "0001"), .adjoining))
    }

    /// The same numbers each time.
    struct Numbers: RandomNumberGenerator {
        var state: UInt64 = 7
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }
}
