import CreditModel
import StreamCore
import Testing

@Suite struct ShapeTests {
    static let limits = Shape.Limits(textCharactersMax: 2000, listEntriesMax: 3)

    static func reasons(_ type: InboundType, _ text: String) throws -> [Reason] {
        type.shape.reasons(against: try JSONParser.parse(Bytes(utf8: text)).root, limits: limits)
    }

    static func reasons(_ type: InboundType, _ tree: JSONTree) throws -> [Reason] {
        var writer = JSONWriter()
        tree.write(to: &writer)
        return type.shape.reasons(against: try JSONParser.parse(writer.bytes).root, limits: limits)
    }

    @Test(arguments: InboundType.allCases)
    func acceptsAWholeMessage(type: InboundType) throws {
        #expect(try type.shape.reasons(against: Samples.value(type), limits: Self.limits).isEmpty)
    }

    /// All places of members in a tree, with pointer and the tree changed there.
    static func changes(
        _ tree: JSONTree, in shape: Shape, path: String = "", to replacement: JSONTree?
    ) -> [(pointer: String, member: Shape.Member, tree: JSONTree)] {
        guard case .object(let members) = tree else { return [] }
        return members.enumerated().flatMap { index, entry -> [(pointer: String, member: Shape.Member, tree: JSONTree)] in
            guard let member = shape.members.first(where: { "\($0.name)" == entry.0 }) else { return [] }
            var changed = members
            if let replacement { changed[index].1 = replacement } else { changed.remove(at: index) }
            var result = [(pointer: "\(path)/\(entry.0)", member: member, tree: JSONTree.object(changed))]
            if case .object(let nested) = member.kind {
                result += Self.changes(entry.1, in: nested, path: "\(path)/\(entry.0)", to: replacement).map {
                    var whole = members
                    whole[index].1 = $0.tree
                    return (pointer: $0.pointer, member: $0.member, tree: JSONTree.object(whole))
                }
            }
            return result
        }
    }

    @Test(arguments: InboundType.allCases)
    func missesExactlyWhatIsRequired(type: InboundType) throws {
        let tree = JSONTree(try Samples.value(type))
        for replacement in [nil, JSONTree.null] {
            for (pointer, member, changed) in Self.changes(tree, in: type.shape, to: replacement) {
                let reasons = try Self.reasons(type, changed)
                let isNeeded = member.isRequired || (type == .disputeFound && ["/finding", "/officer", "/reason"].contains(pointer))
                #expect(reasons.map(\.code) == (isNeeded ? [.schemaMissing] : []), "\(pointer)")
                if isNeeded { #expect(reasons.map(\.path) == [pointer]) }
            }
        }
    }

    @Test(arguments: InboundType.allCases)
    func saysWhereATypeIsWrong(type: InboundType) throws {
        let tree = JSONTree(try Samples.value(type))
        for (pointer, member, changed) in Self.changes(tree, in: type.shape, to: .array([.bool(true)])) {
            let reasons = try Self.reasons(type, changed)
            if case .list = member.kind {
                #expect(reasons.allSatisfy { $0.code == .schemaType && $0.path == "\(pointer)/0" } && !reasons.isEmpty)
            } else {
                #expect(reasons.map { "\($0.code) \($0.path)" } == ["\(ReasonCode.schemaType) \(pointer)"])
            }
        }
        #expect(try Self.reasons(type, "[]").map(\.code) == [.schemaType])
        #expect(try Self.reasons(type, "null").map(\.path) == [""])
    }

    private static let longNumber = #""recordNo":""# + String(repeating: "号", count: 129) + "\""
    private static let longFacts = #""facts":""# + String(repeating: "x", count: 2001) + "\""

    @Test(arguments: [
        (#""recordNo":"1""#, #""recordNo":"1~2""#, ReasonCode.schemaFormat, "/recordNo"),
        (#""recordNo":"1""#, #""recordNo":"a\tb""#, .schemaFormat, "/recordNo"),
        (#""recordNo":"1""#, #""recordNo":" 1""#, .schemaFormat, "/recordNo"),
        (#""recordNo":"1""#, #""recordNo":"　号""#, .schemaFormat, "/recordNo"),
        (#""recordNo":"1""#, #""recordNo":"""#, .schemaMissing, "/recordNo"),
        (#""recordNo":"1""#, #""recordNo":" 　""#, .schemaMissing, "/recordNo"),
        (#""recordNo":"1""#, ShapeTests.longNumber, .schemaRange, "/recordNo"),
        (#""revision":1"#, #""revision":0"#, .schemaRange, "/revision"), (#""revision":1"#, #""revision":-1"#, .schemaRange, "/revision"),
        (#""revision":1"#, #""revision":2147483648"#, .schemaRange, "/revision"),
        (#""revision":1"#, #""revision":99999999999999999999"#, .schemaRange, "/revision"),
        (#""revision":1"#, #""revision":1.0"#, .schemaFormat, "/revision"),
        (#""revision":1"#, #""revision":1e2"#, .schemaFormat, "/revision"),
        (#""revision":1"#, #""revision":"1""#, .schemaType, "/revision"),
        (#""date":"2026-02-05""#, #""date":"2026-2-5""#, .schemaFormat, "/decision/date"),
        (#""date":"2026-02-05""#, #""date":"2026-02-30""#, .schemaFormat, "/decision/date"),
        (#""severity":"GENERAL""#, #""severity":"general""#, .schemaRange, "/severity"),
        (#""severity":"GENERAL""#, #""severity":"""#, .schemaMissing, "/severity"),
        (#""kind":"person""#, #""kind":"robot""#, .schemaRange, "/subject/kind"),
        (#""idType":"RESIDENT_ID""#, #""idType":"ID""#, .schemaRange, "/subject/idType"),
        (#""facts":"f""#, #""facts":"a\u0007""#, .schemaFormat, "/conduct/facts"),
        (#""facts":"f""#, ShapeTests.longFacts, .schemaRange, "/conduct/facts"),
        (#""authority":"a""#, #""authority":"a\nb""#, .schemaFormat, "/decision/authority"),
        (#""attributes":{}"#, #""attributes":{"fine":1.5}"#, .schemaFormat, "/attributes/fine"),
        (#""attributes":{}"#, #""attributes":{"a/b":[]}"#, .schemaType, "/attributes/a~1b"),
        (#""attributes":{}"#, #""attributes":{"x":{}}"#, .schemaType, "/attributes/x"),
        (#""attributes":{}"#, #""attributes":{"x":"\u0001"}"#, .schemaFormat, "/attributes/x"),
        (#""attributes":{}"#, #""attributes":7"#, .schemaType, "/attributes"),
    ])
    func saysWhatIsWrongWithARecord(part: String, other: String, code: ReasonCode, path: String) throws {
        let text = #"""
            {"recordNo":"1","revision":1,"catalogItem":"x","subject":{"kind":"person","idType":"RESIDENT_ID","idNumber":"1","name":"n"},"conduct":{"facts":"f"},
            "decision":{"documentNo":"1","date":"2026-02-05","authority":"a","result":"r"},"severity":"GENERAL","attributes":{}}
            """#
        #expect(try Self.reasons(.recordSubmitted, text).isEmpty)
        let pieces = text.split(separator: part, omittingEmptySubsequences: false)
        try #require(pieces.count == 2)
        let reasons = try Self.reasons(.recordSubmitted, pieces.joined(separator: other))
        #expect(reasons.map(\.code) == [code] && reasons.map(\.path) == [path])
    }

    @Test func reportsEverythingAtOnce() throws {
        let reasons = try Self.reasons(
            .recordSubmitted,
            #"{"recordNo":"a~","revision":0,"subject":{"kind":"person"},"conduct":[],"decision":{"date":"x"},"severity":"X"}"#)
        #expect(
            Set(reasons.map { "\($0.code.rawValue) \($0.path)" }) == [
                "schema.format /recordNo", "schema.range /revision", "schema.missing /catalogItem", "schema.missing /subject/idType",
                "schema.missing /subject/idNumber", "schema.missing /subject/name", "schema.type /conduct",
                "schema.missing /decision/documentNo",
                "schema.format /decision/date", "schema.missing /decision/authority", "schema.missing /decision/result",
                "schema.range /severity",
            ])
        #expect(reasons.count == 12)
    }

    @Test func takesOneFindingOrOneChangeOfTheClock() throws {
        let start = #"{"disputeId":"dispute/1","subjectId":"s""#
        #expect(try Self.reasons(.disputeFound, start + "}").map { "\($0.code.rawValue) \($0.path)" } == ["schema.missing /finding"])
        #expect(try Self.reasons(.disputeFound, start + #","clockStop":{"from":"2026-05-06","reason":"鉴定"}}"#).isEmpty)
        #expect(try Self.reasons(.disputeFound, start + #","clockResume":{}}"#).isEmpty)
        #expect(
            try Self.reasons(.disputeFound, start + #","clockStop":{"from":"x","reason":"鉴定"},"clockResume":{}}"#).map {
                "\($0.code.rawValue) \($0.path)"
            }
                == ["schema.format /clockStop/from", "schema.format /clockResume"])
    }

    @Test func limitsLists() throws {
        func reasons(_ ids: [String]) throws -> [String] {
            let tree = try JSONTree(Samples.value(.sanctionTriggered))
            guard case .object(let members) = tree else { return [] }
            let changed = members.map { $0.0 == "recordIds" ? ($0.0, JSONTree.array(ids.map { .string($0) })) : $0 }
            return try Self.reasons(.sanctionTriggered, .object(changed)).map { "\($0.code.rawValue) \($0.path)" }
        }
        #expect(try reasons(["a/1", "a/2", "a/3"]) == [])
        #expect(try reasons(["a/1", "a/2", "a/3", "a/4", "x"]) == ["schema.range /recordIds"])
        #expect(try reasons([]) == ["schema.missing /recordIds"])
        #expect(try reasons(["a/1", "", "a/"]) == ["schema.missing /recordIds/1", "schema.format /recordIds/2"])
    }

    @Test func writesOnlyWhatItKnows() throws {
        let value = try JSONParser.parse(
            Bytes(utf8: #"{"x":1,"reason":"张三\u0020 410199199003070034","basis":null,"recordNo":"A","subject":{"name":"n"}}"#)
        ).root
        var writer = JSONWriter()
        InboundType.recordWithdrawn.shape.writeKnown(of: value, to: &writer)
        #expect(writer.bytes.text == #"{"recordNo":"A","reason":"张三\u0020 410199199003070034"}"#)
        writer.reset()
        InboundType.recordWithdrawn.shape.writeKnown(of: value, to: &writer, without: ["recordNo"], changing: { _ in "＊" })
        #expect(writer.bytes.text == #"{"reason":"＊"}"#)
        writer.reset()
        InboundType.recordSubmitted.shape.writeKnown(
            of: try Samples.value(.recordSubmitted), to: &writer, without: ["subject"],
            changing: { MaskedText.masked($0, name: "张三", kind: .person) })
        let written = try JSONParser.parse(writer.bytes).root
        #expect(written["subject"] == nil && written["conduct"]?["facts"]?.string == "驾驶证号****0034\n超载")
        #expect(written["attributes"]?.bytes.text == #"{"fine":"5000.00","points":3,"paid":true}"#)
        #expect(!IdentityScanner.hasMatch(in: writer.bytes))
    }

    @Test(arguments: InboundType.allCases)
    func writesAWholeMessageAsItWas(type: InboundType) throws {
        let value = try Samples.value(type)
        var writer = JSONWriter()
        type.shape.writeKnown(of: value, to: &writer)
        let again = try JSONParser.parse(writer.bytes).root
        #expect(type.shape.reasons(against: again, limits: Self.limits).isEmpty)
        #expect(again.members.map { $0.name.string } == type.shape.members.map { "\($0.name)" }.filter { value[named: $0] != nil })
    }

    @Test(arguments: InboundType.allCases)
    func describesItselfAsJSONSchema(type: InboundType) throws {
        let text = type.shape.jsonSchema(id: "https://example.org/\(type.rawValue)", title: type.eventType)
        let schema = try JSONParser.parse(Bytes(utf8: text)).root
        #expect(schema["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
        #expect(schema["properties"]?.members.map { $0.name.string } == type.shape.members.map { "\($0.name)" })
        #expect(schema["required"]?.elements.compactMap(\.string) == type.shape.members.filter(\.isRequired).map { "\($0.name)" })
        #expect(text == type.shape.jsonSchema(id: "https://example.org/\(type.rawValue)", title: type.eventType))
    }

    @Test func indentsValues() throws {
        let value = try JSONParser.parse(Bytes(utf8: #"{"a":[1,{"b":"x\n"}],"c":{},"d":[]}"#)).root
        #expect(value.indented == "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\\n\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}")
    }

    @Test(arguments: [
        ("5000.00", true), ("0.00", true), ("0.5", false), ("5000", false), ("05.00", false), (".00", false), ("-1.00", false),
        ("1,000.00", false),
        ("999999999999999.99", true), ("9999999999999999.00", false), ("", false), ("1.000", false), ("１.00", false),
    ])
    func knowsAmounts(text: String, isMoney: Bool) {
        #expect(Formats.isMoney(Bytes(utf8: text)) == isMoney)
    }

    @Test(arguments: [
        ("transport/李四", true), ("transport/li.si", true), ("transport", false), ("/李四", false), ("transport/", false), ("a/b/c", false),
        ("局/李四", false), ("transport/ x", false),
    ])
    func knowsOfficers(text: String, isOfficer: Bool) {
        #expect(Officer(text)?.description == (isOfficer ? text : nil))
    }

    @Test func knowsBlanks() {
        for text in ["", " ", "　", "\u{feff}", "\u{a0}\t"] { #expect(Formats.isBlank(Bytes(utf8: text))) }
        for text in ["a", "中", " a", "\u{7f}a", "“", "é", "😀"] { #expect(!Formats.isBlank(Bytes(utf8: text))) }
        #expect(Formats.characterCount(Bytes(utf8: "a中😀")) == 3)
    }
}
