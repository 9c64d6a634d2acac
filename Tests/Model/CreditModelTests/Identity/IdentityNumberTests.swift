import CreditModel
import StreamCore
import Testing

@Suite struct IdentityNumberTests {
    static let today = date("2026-05-06")

    struct Case: Sendable, CustomTestStringConvertible {
        var raw: String
        var type: IdentityType
        var text: String?
        var birth: String?
        var problems: [IdentityFailure.Problem]
        init(_ type: IdentityType, _ raw: String, is text: String, born birth: String? = nil) {
            (self.raw, self.type, self.text, self.birth, problems) = (raw, type, text, birth, [])
        }
        init(_ type: IdentityType, _ raw: String, fails problems: IdentityFailure.Problem...) {
            (self.raw, self.type, text, birth, self.problems) = (raw, type, nil, nil, problems)
        }
        var testDescription: String { "\(type) \(raw)" }
    }

    static let cases: [Case] = [
        // The specimen of GB 11643, in every form in which it is typed.
        Case(.residentId, "11010519491231002X", is: "11010519491231002X", born: "1949-12-31"),
        Case(.residentId, "11010519491231002x", is: "11010519491231002X", born: "1949-12-31"),
        Case(.residentId, " 110105 19491231 002Ｘ ", is: "11010519491231002X", born: "1949-12-31"),
        Case(.residentId, "１１０１０５１９４９１２３１００２ｘ", is: "11010519491231002X", born: "1949-12-31"),
        Case(.residentId, "110105-1949-1231-002X\u{feff}", is: "11010519491231002X", born: "1949-12-31"),
        Case(.residentId, "410102199003070043", is: "410102199003070043", born: "1990-03-07"),
        Case(.residentId, "410102199003070044", fails: .checkDigit),
        Case(.residentId, "41010219900307004X", fails: .checkDigit),
        Case(.residentId, "410102199002300045", fails: .checkDigit, .birthDate),
        Case(.residentId, "41010219900230004X", fails: .checkDigit, .birthDate),
        Case(.residentId, "", fails: .format), Case(.residentId, "4101021990030700", fails: .format),
        Case(.residentId, "4101021990030700433", fails: .format), Case(.residentId, "410102900307004", fails: .format),
        Case(.residentId, "41010219900307X043", fails: .format), Case(.residentId, "A10102199003070043", fails: .format),
        Case(.residentId, "41010219900307004é", fails: .format), Case(.residentId, "张三", fails: .format),
        Case(.hmtResidence, "410102199003070043", fails: .format),
        // GB 32100 and the inner GB 11714.
        Case(.uscc, "91350100M000100Y43", is: "91350100M000100Y43"), Case(.uscc, "91350100m000100y43", is: "91350100M000100Y43"),
        Case(.uscc, "９１３５０１００Ｍ０００１００Ｙ４３", is: "91350100M000100Y43"), Case(.uscc, "91350100-M000100Y-43", is: "91350100M000100Y43"),
        Case(.uscc, "91350100M000100Y44", fails: .checkDigit), Case(.uscc, "91350100M000100Y53", fails: .checkDigit, .innerCheckDigit),
        Case(.uscc, "91350100I000100Y43", fails: .format), Case(.uscc, "91350100O000100Y43", fails: .format),
        Case(.uscc, "9135010SM000100Y43", fails: .format), Case(.uscc, "9135010AM000100Y43", fails: .format),
        Case(.uscc, "91350100M000100Y4Z", fails: .format), Case(.uscc, "410102000012345", fails: .format), Case(.uscc, "", fails: .format),
        Case(.organizationCode, "D2143569-X", is: "D2143569X"), Case(.organizationCode, "M000100Y-4", is: "M000100Y4"),
        Case(.organizationCode, "D2143569-1", fails: .checkDigit), Case(.organizationCode, "D2143569", fails: .format),
        Case(.organizationCode, "D214356张", fails: .format),
        // Documents without check characters.
        Case(.foreignPermanentResidence, "BRA110081031703", is: "BRA110081031703"),
        Case(.foreignPermanentResidence, "BR1110081031703", fails: .format),
        Case(.foreignPermanentResidence, "410102199003070043", fails: .format),
        Case(.passport, "e12345678", is: "E12345678"), Case(.passport, "E123", fails: .format),
        Case(.passport, "E1234567890123456789X", fails: .format),
        Case(.passport, "E1234_678", fails: .format),
        Case(.hongKongMacaoPermit, "H12345678", is: "H12345678"), Case(.hongKongMacaoPermit, "M1234567801", is: "M1234567801"),
        Case(.hongKongMacaoPermit, "C12345678", fails: .format), Case(.hongKongMacaoPermit, "H123456789", fails: .format),
        Case(.hongKongMacaoPermit, "H1234567X", fails: .format), Case(.hongKongMacaoPermit, "", fails: .format),
        Case(.taiwanPermit, "12345678", is: "12345678"), Case(.taiwanPermit, "1234567890b", is: "1234567890B"),
        Case(.taiwanPermit, "1234567890", is: "1234567890"), Case(.taiwanPermit, "1234567", fails: .format),
        Case(.taiwanPermit, "12345678901", fails: .format), Case(.taiwanPermit, "123456789B", fails: .format),
        Case(.militaryId, "军字第2001988号", is: "军字第2001988号"), Case(.militaryId, "12", fails: .format), Case(.other, "A/1", is: "A/1"),
        Case(.other, "A\u{1}B", fails: .format),
        Case(.registrationNo, "410100000012345", is: "410100000012345"), Case(.taxNo, "410105x12345678", is: "410105X12345678"),
        Case(.institutionNo, "事证第141000000012号", is: "事证第141000000012号"), Case(.socialOrganizationNo, "1234", fails: .format),
    ]

    @Test(arguments: cases)
    func readsNumbersAndSaysEverythingThatIsWrong(example: Case) throws {
        do throws(IdentityFailure) {
            let number = try IdentityNumber(example.raw, type: example.type, today: Self.today)
            #expect(number.text == example.text)
            #expect(number.birthDate?.description == example.birth)
            #expect(number.type == example.type)
        } catch {
            #expect(error.problems == example.problems)
            #expect(error.reasons(at: "/subject/idNumber").map(\.code) == example.problems.map(\.code))
            // What is said names no part of the number.
            for digits in [example.raw.suffix(4), example.raw.prefix(4)] where digits.count == 4 {
                #expect(!error.description.contains(digits))
            }
        }
    }

    @Test(arguments: [
        ("2026-05-06", true), ("2026-05-07", false), ("1896-05-06", true), ("1896-05-05", false), ("1900-02-28", true),
        ("2024-02-29", true),
        ("9999-12-31", false), ("0001-01-01", false),
    ])
    func acceptsBirthsUpToTodayAndNotTooFarBack(birth: String, isPossible: Bool) {
        var generator = SplitMix(seed: 1)
        let birthDate = date(birth)
        // Years before 1000 do not fill eight digits; such numbers are put together by hand.
        let number = birthDate.year < 1000 ? "41010200010101002" : SyntheticIdentity.residentId(born: birthDate, using: &generator)
        let result = Result { try IdentityNumber(number, type: .residentId, today: Self.today) }
        #expect((try? result.get())?.birthDate == (isPossible ? birthDate : nil))
    }

    @Test(arguments: ["19900229", "19901301", "19900001", "19900100", "19900431", "00000101"])
    func refusesDaysThatDoNotExist(digits: String) {
        // All check characters are tried, so that only the date can be wrong.
        let problems = "0123456789X".compactMap { check -> [IdentityFailure.Problem]? in
            do throws(IdentityFailure) {
                _ = try IdentityNumber("410199\(digits)001\(check)", type: .residentId, today: Self.today)
                return nil
            } catch { return error.problems }
        }
        #expect(problems.count == 11 && problems.filter { $0 == [.birthDate] }.count == 1)
    }

    @Test func readsPermitsOfResidence() throws {
        var generator = SplitMix(seed: 2)
        for _ in 0..<50 {
            let hmt = SyntheticIdentity.hmtResidence(born: date("1985-08-09"), using: &generator)
            #expect(try IdentityNumber(hmt, type: .hmtResidence, today: Self.today).birthDate == date("1985-08-09"))
            let foreign = SyntheticIdentity.foreignPermanentResidence(born: date("1979-01-31"), using: &generator)
            #expect(try IdentityNumber(foreign, type: .foreignPermanentResidence, today: Self.today).birthDate == date("1979-01-31"))
            #expect(throws: IdentityFailure(type: .foreignPermanentResidence, problems: [.checkDigit])) {
                try IdentityNumber(SyntheticIdentity.withWrongCheck(foreign), type: .foreignPermanentResidence, today: Self.today)
            }
        }
    }

    @Test func findsEveryWrongDigitAndEveryPairOfSwappedOnes() throws {
        var generator = SplitMix(seed: 3)
        for _ in 0..<40 {
            let number = Array(SyntheticIdentity.residentId(using: &generator))
            #expect(throws: Never.self) { try IdentityNumber(String(number), type: .residentId, today: Self.today) }
            for place in 0..<17 {
                var wrong = number
                for digit in "0123456789" where digit != number[place] {
                    wrong[place] = digit
                    #expect(throws: IdentityFailure.self) { try IdentityNumber(String(wrong), type: .residentId, today: Self.today) }
                }
                var swapped = number
                swapped.swapAt(place, place + 1)
                if swapped != number {
                    #expect(throws: IdentityFailure.self) { try IdentityNumber(String(swapped), type: .residentId, today: Self.today) }
                }
            }
        }
    }

    @Test func findsEveryWrongCharacterOfACode() throws {
        var generator = SplitMix(seed: 4)
        for _ in 0..<40 {
            let code = Array(SyntheticIdentity.uscc(using: &generator))
            #expect(throws: Never.self) { try IdentityNumber(String(code), type: .uscc, today: Self.today) }
            for place in 0..<18 {
                var wrong = code
                for character in "0123456789ABCDEFGHJKLMNPQRTUWXY" where character != code[place] {
                    wrong[place] = character
                    #expect(throws: IdentityFailure.self) { try IdentityNumber(String(wrong), type: .uscc, today: Self.today) }
                }
            }
            let inner = SyntheticIdentity.organizationCode(using: &generator)
            #expect(throws: Never.self) { try IdentityNumber(inner, type: .organizationCode, today: Self.today) }
        }
    }

    @Test func showsAtMostTheLastFour() throws {
        #expect(try IdentityNumber("410102199003070043", type: .residentId, today: Self.today).masked == "****0043")
        #expect(try IdentityNumber("E12345", type: .passport, today: Self.today).masked == "****")
        #expect(SyntheticIdentity.withWrongCheck("") == "")
        #expect(SyntheticIdentity.withWrongCheck("15") == "16" && SyntheticIdentity.withWrongCheck("1X") == "15")
    }

    @Test func everyTypeHasAKindAForm() {
        for type in IdentityType.allCases {
            #expect(!type.form.isEmpty && !type.lookupClass.isEmpty)
        }
        #expect(
            Set(IdentityType.allCases.filter { $0.kind == .person }.map(\.lookupClass)) == [
                "CITIZEN", "PASSPORT", "HM_PERMIT", "TAIWAN_PERMIT", "MILITARY_ID", "OTHER",
            ])
        #expect(IdentityType.uscc.kind == .organization)
        for problem in IdentityFailure.Problem.allCases {
            #expect(!IdentityFailure(type: .uscc, problems: [problem]).description.isEmpty)
        }
    }
}

@Suite struct IdentityScannerTests {
    static let person = "410199199003070034"

    @Test(arguments: [
        "当事人张三（身份证号：11010519491231002X）", "11010519491231002x", "号码11010519491231002X，电话13800000000", "No11010519491231002Xa",
        "１１０１０５１９４９１２３１００２Ｘ在", "110105 19491231 002X", "110105-19491231-002X。", "11010519491231002 X",
        "a 110105\u{a0}1949\u{3000}1231002X b",
        "12 11010519491231002X 34", "统一代码91350100M000100Y43的企业", "91350100m000100y43", "9135 0100 M000 100Y 43", "(91350100-M000100Y-43)",
        "{\"a\":\"91350100M000100Y43\"}", "９１３５０１００Ｍ０００１００Ｙ４３", "\u{fffd}11010519491231002X", "x1101051949-12-31-002X",
    ])
    func findsNumbersInTexts(text: String) throws {
        let matches = IdentityScanner.matches(in: Bytes(utf8: text))
        #expect(matches.count == 1)
        #expect(IdentityScanner.hasMatch(in: Bytes(utf8: text)))
        let masked = try #require(IdentityScanner.masked(text))
        #expect(!IdentityScanner.hasMatch(in: Bytes(utf8: masked)))
        #expect(masked.contains("****002X") || masked.contains("****0Y43"))
    }

    @Test(arguments: [
        "", "没有号码", "110105194912310021", "911010519491231002X", "11010519491231002X1", "1101051949123100", "110105194902300020",
        "A91350100M000100Y43", "91350100M000100Y43B", "91350100M000100Y44", "110105   19491231002X", "110105/19491231/002X",
        "2026-05-06T09:00:00+08:00", "豫市监罚字〔2026〕00123号 13800000000 410102", "550e8400-e29b-41d4-a716-446655440000",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ])
    func leavesOtherTextsAlone(text: String) {
        #expect(IdentityScanner.matches(in: Bytes(utf8: text)).isEmpty)
        #expect(IdentityScanner.masked(text) == nil)
    }

    @Test func findsSeveralNumbersAndTheirPlaces() {
        let text = Bytes(utf8: "甲11010519491231002X乙410102199003070043 91350100M000100Y43")
        let matches = IdentityScanner.matches(in: text)
        #expect(matches.map { text[$0].text } == ["11010519491231002X", "410102199003070043", "91350100M000100Y43"])
        let slice = text[3...]
        #expect(IdentityScanner.matches(in: slice).first?.lowerBound == 3)
        #expect(IdentityScanner.masked(text.text) == "甲****002X乙****0043 ****0Y43")
    }

    @Test func findsWhatTheGeneratorMakes() {
        var generator = SplitMix(seed: 5)
        for _ in 0..<200 {
            let text = "x，\(SyntheticIdentity.residentId(using: &generator))；\(SyntheticIdentity.uscc(using: &generator))。"
            #expect(IdentityScanner.matches(in: Bytes(utf8: text)).count == 2)
        }
    }

    @Test func neverTrapsOnAnyBytes() {
        var generator = SplitMix(seed: 6)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                Bool.random(using: &generator) ? UInt8.random(in: 48...57, using: &generator) : UInt8.random(in: 0...255, using: &generator)
            }
            for match in IdentityScanner.matches(in: bytes[...]) { #expect(match.count >= 18) }
        }
    }

    @Test func leavesDigestsAlone() {
        var generator = SplitMix(seed: 7)
        for _ in 0..<20_000 {
            let digest = (0..<64).map { _ in "0123456789abcdef".randomElement(using: &generator)! }
            #expect(IdentityScanner.matches(in: Bytes(utf8: String(digest))).isEmpty)
        }
    }

    @Test(arguments: [
        ("张三", "张＊"), ("欧阳娜娜", "欧＊＊"), ("李小龙", "李＊＊"), (" 王五 ", "王＊"), ("", ""), ("John Smith", "J＊＊"), ("张", "张＊"), ("阿卜杜拉·买买提", "阿＊＊"),
        ("张＊＊", "张＊＊"),
    ])
    func masksNamesOfPersons(name: String, masked: String) {
        #expect(MaskedName.masked(name, kind: .person) == masked)
        #expect(MaskedName.masked(name, kind: .organization) == name)
    }

    @Test func masksTheSubjectInTexts() {
        let text = "张三丰（410102199003070043）与李四，张三丰称"
        #expect(MaskedText.masked(text, name: "张三丰", kind: .person) == "张＊＊（****0043）与李四，张＊＊称")
        #expect(MaskedText.masked("某公司91350100M000100Y43", name: "某公司", kind: .organization) == "某公司****0Y43")
        #expect(MaskedText.masked("张贴", name: "张", kind: .person) == "张贴")
        #expect(MaskedText.masked("短", name: "很长的名字", kind: .person) == "短")
    }
}
