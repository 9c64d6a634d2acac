import CreditModel
import StreamCore
import Testing

@Suite struct ReasonTests {
    /// The codes as the contract lists them, then those that came with the casework.
    static let listed = """
        envelope.{missing,version,type,id-reused,too-large,not-utf8} signature.{missing,invalid,key-unknown} schema.{missing,type,format,range} \
        subject.{check-digit,birth-date,kind,unknown} basis.{missing,not-in-force} prohibited.{field,content,sealed} \
        policy.{item-unknown,source-not-allowed,severity-not-allowed,kind-not-allowed,measure-not-allowed,simple-procedure,same-officer} \
        finality.{appealable,under-review} capacity.{minor} \
        state.{duplicate,superseded,revision-reused,not-found,not-eligible,already-open,restricted} \
        dispute.{confirmed,unverified} repair.{too-early,refused} \
        sanction.{objection-upheld,dismissed,no-ground,expired,revoked} reward.{refused,declined,expired}
        """

    @Test func hasEveryCodeOfTheContractAndNoOther() {
        let codes = Self.listed.split(separator: " ").flatMap { group -> [String] in
            let parts = group.split(separator: ".", maxSplits: 1)
            return parts[1].dropFirst().dropLast().split(separator: ",").map { "\(parts[0]).\($0)" }
        }
        #expect(Set(codes) == Set(ReasonCode.allCases.map(\.rawValue)))
    }

    @Test(arguments: ReasonCode.allCases)
    func saysItInBothLanguages(code: ReasonCode) {
        #expect(code.message.zh.unicodeScalars.contains { $0.value > 0x4e00 })
        #expect(code.message.en.allSatisfy(\.isASCII) && !code.message.en.isEmpty)
        #expect(!code.hint.isEmpty)
    }

    @Test(arguments: ReasonCode.allCases)
    func writesAndReadsReasons(code: ReasonCode) throws {
        let reason = Reason(code, at: "/decision/date", hint: "look \"here\"")
        var writer = JSONWriter()
        writer.object { $0.member("reasons", [reason]) }
        let value = try #require(JSONParser.parse(writer.bytes).root["reasons"]?.elements.first { _ in true })
        #expect(value.members.map { $0.name.string } == ["code", "path", "message", "hint"])
        #expect(value["message"]?["zh"]?.string == code.message.zh && value["message"]?["en"]?.string == code.message.en)
        #expect(Reason(value) == reason)
        #expect(reason.description == "\(code.rawValue) at \"/decision/date\": look \"here\"")
    }

    @Test func usesTheHintOfTheCodeWhenNoneIsGiven() throws {
        #expect(Reason(.capacityMinor).hint == ReasonCode.capacityMinor.hint)
        #expect(Reason(try JSONParser.parse(Bytes(utf8: "{\"code\":\"x.y\",\"path\":\"\"}")).root) == nil)
        #expect(Reason(try JSONParser.parse(Bytes(utf8: "{}")).root) == nil)
    }

    @Test func pointsIntoMessages() {
        #expect(JSONPointer.member("a", of: "") == "/a")
        #expect(JSONPointer.member("a/b~c", of: "/x") == "/x/a~1b~0c")
        #expect(JSONPointer.element(3, of: "/x") == "/x/3")
    }
}
