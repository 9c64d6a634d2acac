import Testing
import YAML

@Suite struct YAMLParserTests {
    /// The failure of reading a text; nil when it was read.
    private func refusal(_ text: [UInt8]) -> YAMLFailure? {
        do {
            _ = try YAMLParser.parse(text, file: "f")
            return nil
        } catch {
            return error
        }
    }
    private func refusal(_ text: String) -> YAMLFailure? { refusal(Array(text.utf8)) }

    @Test func givesATreeWithPlaces() throws {
        let tree = try YAMLParser.parse(
            """
            # a comment
            name: 郑州
            days: 60
            open: true
            quoted: "60"
            items:
              - one
              - {id: two}
            """, file: "city.yaml")
        #expect(try tree["name"]?.text() == "郑州")
        #expect(try tree["days"]?.integer() == 60)
        #expect(try tree["open"]?.boolean() == true)
        #expect(try tree["quoted"]?.text() == "60")
        #expect(try tree.mapping().map(\.key) == ["name", "days", "open", "quoted", "items"])
        let items = try #require(try tree["items"]?.sequence())
        #expect(items[1].place == YAMLPlace(file: "city.yaml", line: 8, column: 5))
        #expect(try items[1]["id"]?.text() == "two")
        #expect(tree["nothing"] == nil)
    }

    @Test(arguments: ["", "# only a comment\n", "~", "null"])
    func takesNothingForANull(_ text: String) throws {
        #expect(try YAMLParser.parse(text, file: "f").isNull)
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", "f:3:1: the key \"a\" stands here a second time; the first is at f:1:1; keep one"),
        ("a: &x 1\nb: *x\n", "f:1:4: an anchor (&) is not taken here; write the value out where it is needed"),
        ("a: *x\n", "f:1:4: an alias (*) is not taken here; write the value out"),
        ("a: !!str 1\n", "f:1:4: a tag (!) is not taken here; quote the value if it is a text"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document begins; keep one document in a file"),
        ("[a]: 1\n", "f:1:1: a key is a list or a table; keys are plain names"),
        ("a: b: c\n", "f:1:5: mapping values are not allowed in this context; look at the indentation, colons and quotes here"),
        (
            "a: \"open\n",
            "f:2:1: found unexpected end of stream while scanning a quoted scalar; look at the indentation, colons and quotes here"
        ),
    ])
    func namesThePlaceOfWhatItRefuses(_ text: String, _ message: String) {
        let failure = refusal(text)
        #expect(failure?.description == message)
    }

    @Test func namesThePlaceOfBytesThatAreNoText() {
        let failure = refusal(Array("a: 1\nb: ".utf8) + [0xFF, 0xFE])
        #expect(failure?.place == YAMLPlace(file: "f", line: 2, column: 4))
    }

    @Test func refusesDeepNesting() {
        let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        let failure = refusal(deep)
        #expect(failure?.description == "f:1:65: nested deeper than 64; lay it out flatter")
    }

    @Test func tellsWhatItFoundInsteadOfWhatWasWanted() throws {
        let tree = try YAMLParser.parse("number: \"1\"\nlist: []\nempty:\nword: yes\n", file: "f")
        #expect(throws: YAMLFailure(YAMLPlace(file: "f", line: 1, column: 9), "expected a whole number, found a quoted text")) {
            try tree["number"]?.integer()
        }
        #expect(throws: YAMLFailure(YAMLPlace(file: "f", line: 2, column: 7), "expected a text, found a list")) {
            try tree["list"]?.text()
        }
        #expect(throws: YAMLFailure(YAMLPlace(file: "f", line: 3, column: 7), "expected a text, found nothing")) {
            try tree["empty"]?.text()
        }
        #expect(throws: YAMLFailure.self) { try tree["word"]?.boolean() }
        #expect(throws: YAMLFailure.self) { try tree["list"]?.mapping() }
    }

    @Test(arguments: [
        "plain", "60", "true", "", " spaced ", "a: b", "a #b", "郑州《法》", "line\nbreak", "\"quoted\"", "- dash", "{x}", "1.5", "null",
    ])
    func writesScalarsThatReadBackAsTheSameText(_ text: String) throws {
        let tree = try YAMLParser.parse("key: \(YAMLWriter.scalar(text))\n", file: "f")
        #expect(try tree["key"]?.text() == text)
    }
}
