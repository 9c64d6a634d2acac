import CreditModel
import StreamCore
import Testing

@Suite struct JSONTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8]
        var offset: Int
        var problem: JSONFailure.Problem
        init(_ text: String, _ offset: Int, _ problem: JSONFailure.Problem) {
            self.init(Array(text.utf8), offset, problem)
        }
        init(_ bytes: [UInt8], _ offset: Int, _ problem: JSONFailure.Problem) {
            self.bytes = bytes
            self.offset = offset
            self.problem = problem
        }
        var testDescription: String { "\(problem) at \(offset)" }
    }

    static let bad: [Bad] = [
        Bad("", 0, .empty), Bad("  \n", 3, .empty),
        Bad("\u{feff}{}", 0, .byteOrderMark),
        Bad("{", 1, .unexpectedEnd), Bad("[", 1, .unexpectedEnd), Bad("\"a", 2, .unexpectedEnd), Bad("{\"a\"", 4, .unexpectedEnd),
        Bad("{\"a\":", 5, .unexpectedEnd), Bad("{\"a\":1", 6, .unexpectedEnd), Bad("{\"a\":1,", 7, .unexpectedEnd),
        Bad("[1,", 3, .unexpectedEnd),
        Bad("tru", 3, .unexpectedEnd), Bad("-", 1, .unexpectedEnd), Bad("1.", 2, .unexpectedEnd), Bad("1e+", 3, .unexpectedEnd),
        Bad("\"\\", 2, .unexpectedEnd),
        Bad("trux", 3, .unexpectedByte), Bad("[1,]", 3, .unexpectedByte), Bad("{\"a\":1,}", 7, .unexpectedByte),
        Bad("{,}", 1, .unexpectedByte),
        Bad("{a:1}", 1, .unexpectedByte), Bad("{\"a\" 1}", 5, .unexpectedByte), Bad("[1 2]", 3, .unexpectedByte),
        Bad("[1}", 2, .unexpectedByte),
        Bad("{\"a\":1]", 6, .unexpectedByte), Bad("'a'", 0, .unexpectedByte), Bad("+1", 0, .unexpectedByte), Bad(".5", 0, .unexpectedByte),
        Bad("NaN", 0, .unexpectedByte), Bad("[,1]", 1, .unexpectedByte), Bad("// x", 0, .unexpectedByte),
        Bad([0], 0, .unexpectedByte), Bad([0x5b, 0, 0x5d], 1, .unexpectedByte), Bad([0xff], 0, .unexpectedByte),
        Bad("01", 0, .invalidNumber), Bad("-01 ", 0, .invalidNumber), Bad("[1.]", 1, .invalidNumber), Bad("[1.5e]", 1, .invalidNumber),
        Bad("[-]", 1, .invalidNumber), Bad("[1e+]", 1, .invalidNumber),
        Bad("\"\\x\"", 1, .invalidEscape), Bad("\"\\u12G4\"", 1, .invalidEscape), Bad("\"\\u12", 1, .invalidEscape),
        Bad("\"\\ud800\"", 1, .loneSurrogate), Bad("\"\\udc00\"", 1, .loneSurrogate), Bad("\"\\ud800\\u0041\"", 1, .loneSurrogate),
        Bad("\"\\ud800x\"", 1, .loneSurrogate), Bad("\"\\ud800\\ud800\"", 1, .loneSurrogate), Bad("\"\\ud8", 1, .invalidEscape),
        Bad("\"a\u{1}\"", 2, .controlCharacter), Bad("\"a\nb\"", 2, .controlCharacter), Bad("\"01234567\u{1f}\"", 9, .controlCharacter),
        Bad("\"a\u{0}\"", 2, .nulCharacter), Bad("\"\\u0000\"", 1, .nulCharacter),
        Bad([0x22, 0xc0, 0x80, 0x22], 1, .invalidUTF8), Bad([0x22, 0xe0, 0x80, 0x80, 0x22], 1, .invalidUTF8),
        Bad([0x22, 0xed, 0xa0, 0x80, 0x22], 1, .invalidUTF8), Bad([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1, .invalidUTF8),
        Bad([0x22, 0x80, 0x22], 1, .invalidUTF8), Bad([0x22, 0xe4, 0xb8], 1, .invalidUTF8),
        Bad([0x22, 0xf0, 0x80, 0x80, 0x80, 0x22], 1, .invalidUTF8),
        Bad([0x22, 0xc1, 0xbf, 0x22], 1, .invalidUTF8), Bad([0x22, 0xf5, 0x80, 0x80, 0x80, 0x22], 1, .invalidUTF8),
        Bad([0x22, 0xc3, 0x22], 1, .invalidUTF8),
        Bad("{\"a\":1,\"a\":2}", 7, .duplicateMember), Bad("{\"a\":1,\"\\u0061\":2}", 7, .duplicateMember),
        Bad("{\"\":1,\"\":2}", 6, .duplicateMember),
        Bad("[{\"b\":{\"a\":1,\"a\":2}}]", 13, .duplicateMember),
        Bad("1 2", 2, .trailingBytes), Bad("{} x", 3, .trailingBytes), Bad("{}}", 2, .trailingBytes), Bad("null\u{0}", 4, .trailingBytes),
        Bad(String(repeating: "[", count: 65), 64, .tooDeep), Bad(String(repeating: "{\"a\":", count: 65), 320, .tooDeep),
        Bad(String(repeating: "[", count: 1_000_000), 64, .tooDeep),
    ]

    @Test(arguments: bad)
    func saysWhereAndWhyATextIsNotJSON(bad: Bad) {
        #expect(throws: JSONFailure(offset: bad.offset, problem: bad.problem)) { try JSONParser.parse(bad.bytes[...]) }
        // The same in the middle of a longer buffer, where nothing beyond the end may be looked at.
        let padded = Array("\"}]".utf8) + bad.bytes + Array("\"}]1".utf8)
        #expect(throws: JSONFailure(offset: bad.offset, problem: bad.problem)) { try JSONParser.parse(padded[3..<(3 + bad.bytes.count)]) }
        #expect(!JSONFailure(offset: bad.offset, problem: bad.problem).description.isEmpty)
    }

    @Test func readsEveryKindOfValue() throws {
        let text =
            " {\"a\" : [1, -2.5e3, \"x\\n\\\"\\\\\\/\\b\\f\\r\\t\\u4e2d\\ud83d\\ude00\", true, false, null, {}, []], \"诚信\":\"信用\", \"e\\u0301\":0 }\r\n"
        let root = try JSONParser.parse(Bytes(utf8: text)).root
        #expect(root.kind == .object)
        let elements = Array(try #require(root["a"]).elements)
        #expect(elements.map(\.kind) == [.number, .number, .string, .bool, .bool, .null, .object, .array])
        #expect(elements[0].int64 == 1 && elements[1].int64 == nil && elements[1].numberText == "-2.5e3")
        #expect(elements[2].string == "x\n\"\\/\u{8}\u{c}\r\t中😀")
        #expect(elements[2].rawString == nil)
        #expect(elements[3].bool == true && elements[4].bool == false && elements[5].isNull)
        #expect(Array(elements[6].members).isEmpty && Array(elements[7].elements).isEmpty)
        #expect(root["诚信"]?.string == "信用" && root["诚信"]?.equals("信用") == true && root["诚信"]?.equals("信任") == false)
        #expect(root["诚信"]?.rawString?.text == "信用" && root["诚信"]?.bytes.text == "\"信用\"")
        #expect(root[named: "e\u{301}"]?.int64 == 0)
        #expect(root["b"] == nil && root["a"]?["a"] == nil)
        #expect(elements[2].stringBytes?.text == elements[2].string && elements[0].stringBytes == nil)
        #expect(root.members.map { $0.name.string } == ["a", "诚信", "e\u{301}"])
        #expect(elements[1].bytes.text == "-2.5e3" && elements[6].bytes.text == "{}")
        #expect(elements[0].string == nil && elements[0].bool == nil && elements[2].int64 == nil && elements[2].numberText == nil)
        #expect(elements[2].equals("x") == false && elements[0].equals("1") == false)
        #expect(Array(elements[0].elements).isEmpty && Array(elements[0].members).isEmpty)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
            ("-9223372036854775809", nil), ("99999999999999999999999", nil), ("1.0", nil), ("1e2", nil),
        ] as [(String, Int64?)])
    func readsIntegersOfSixtyFourBits(text: String, number: Int64?) throws {
        let value = try JSONParser.parse(Bytes(utf8: text)).root
        #expect(value.int64 == number)
        #expect(value.numberText == text)
    }

    @Test func allowsAsManyLevelsAsItSays() throws {
        let text = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try JSONParser.parse(Bytes(utf8: text)).root.kind == .array)
        var shallow = JSONParser(depthMax: 1)
        #expect(throws: JSONFailure(offset: 1, problem: .tooDeep)) { try shallow.parse(Bytes(utf8: "[[]]")) }
        #expect(try shallow.parse(Bytes(utf8: "[1]")).root.kind == .array)
    }

    @Test func findsADuplicateAmongManyMembers() throws {
        var members = (0..<30_000).map { "\"\($0)\":0" }
        #expect(try JSONParser.parse(Bytes(utf8: "{\(members.joined(separator: ","))}")).root["29999"]?.int64 == 0)
        members.append("\"\\u0037\":1")
        let text = "{\(members.joined(separator: ","))}"
        let offset = text.utf8.count - "\"\\u0037\":1}".utf8.count
        #expect(throws: JSONFailure(offset: offset, problem: .duplicateMember)) { try JSONParser.parse(Bytes(utf8: text)) }
    }

    @Test func keepsADocumentWhileTheParserGoesOn() throws {
        var parser = JSONParser()
        let first = try parser.parse(Bytes(utf8: "{\"a\":[1,2,3]}"))
        let second = try parser.parse(Bytes(utf8: "\"x\""))
        _ = try? parser.parse(Bytes(utf8: "[1,"))
        #expect(first.root["a"]?.elements.compactMap(\.int64) == [1, 2, 3])
        #expect(second.root.string == "x")
    }

    @Test func writesMembersInTheOrderGiven() {
        var writer = JSONWriter()
        writer.object {
            $0.member("text", "a\"\\\u{8}\u{c}\n\r\t\u{1}\u{1f}ü信用")
            $0.member("number", -12)
            $0.member("least", Int64.min)
            $0.member("true", true)
            $0.member("absent", ifPresent: nil as String?)
            $0.member("present", ifPresent: "x")
            $0.member("maybe", ifPresent: false)
            $0.member("at", Instant(milliseconds: 1_778_029_200_000))
            $0.member("exact", ifPresent: Instant(milliseconds: -1))
            $0.member("raw", raw: Bytes(utf8: "[1]"))
            $0.member("list", ["a", "b"])
            $0.member("nested", object: { $0.member("empty", array: { _ in }) })
            $0.name("null")
            $0.null()
            $0.name("bytes")
            $0.string(utf8: Bytes(utf8: "字"))
        }
        #expect(
            writer.bytes.text
                == #"{"text":"a\"\\\b\f\n\r\t\u0001\u001fü信用","number":-12,"least":-9223372036854775808,"true":true,"present":"x","maybe":false,"#
                + #""at":"2026-05-06T09:00:00+08:00","exact":"1970-01-01T07:59:59.999+08:00","raw":[1],"list":["a","b"],"nested":{"empty":[]},"null":null,"bytes":"字"}"#
        )
        writer.reset()
        writer.array {
            $0.integer(0)
            $0.bool(false)
        }
        #expect(writer.bytes.text == "[0,false]")
    }

    @Test(arguments: 0..<200)
    func readsWhatItHasWritten(seed: Int) throws {
        var generator = SplitMix(seed: UInt64(seed))
        let tree = JSONTree.random(depth: 6, using: &generator)
        var writer = JSONWriter()
        tree.write(to: &writer)
        #expect(JSONTree(try JSONParser.parse(writer.bytes).root) == tree)
    }

    @Test(arguments: 0..<50)
    func neverTrapsOnBrokenText(seed: Int) throws {
        var generator = SplitMix(seed: UInt64(1000 + seed))
        var writer = JSONWriter()
        JSONTree.random(depth: 6, using: &generator).write(to: &writer)
        let whole = writer.buffer.isEmpty ? [0x22] : writer.buffer
        var parser = JSONParser()
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(Array("{}[]\",:\\u0e-".utf8).randomElement(using: &generator)!, at: place)
                default: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
                }
                if bytes.isEmpty { bytes = [0x5b] }
            }
            do throws(JSONFailure) {
                let tree = JSONTree(try parser.parse(bytes[...]).root)
                var again = JSONWriter()
                tree.write(to: &again)
                #expect(JSONTree(try JSONParser.parse(again.bytes).root) == tree)
                #expect(UTF8Validity.isValid(bytes[...]))
            } catch {
                #expect(error.offset >= 0 && error.offset <= bytes.count)
            }
        }
    }

    @Test(
        arguments: [
            ([], nil), ([0x61], nil), (Array("0123456789中文é😀".utf8), nil), ([0x61, 0x80], 1), ([0xc0, 0x80], 0), ([0xed, 0xa0, 0x80], 0),
            (Array("12345678".utf8) + [0xe4, 0xb8], 8), ([0xf4, 0x8f, 0xbf, 0xbf], nil), ([0xf4, 0x90, 0x80, 0x80], 0), ([0xfe], 0),
        ] as [([UInt8], Int?)])
    func tellsUTF8FromOtherBytes(bytes: [UInt8], offset: Int?) {
        #expect(UTF8Validity.firstInvalidOffset(in: bytes[...]) == offset)
        #expect(UTF8Validity.isValid(bytes[...]) == (offset == nil))
        #expect((String(validating: bytes, as: UTF8.self) != nil) == (offset == nil))
    }
}
