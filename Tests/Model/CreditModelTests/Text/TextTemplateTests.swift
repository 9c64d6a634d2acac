import CreditModel
import StreamTestKit
import Testing

@Suite struct TextTemplateTests {
    @Test(
        arguments: [
            ("", []), ("无", []), ("案件 {case}", ["case"]), ("{a}{b}{a}", ["a", "b", "a"]), ("{}", [""]),
        ] as [(String, [String])])
    func findsTheNamesOfItsValues(text: String, names: [String]) throws {
        let template = try TextTemplate(text)
        #expect(template.names == names)
        #expect(try template.text { "〔\($0)〕" } == names.reduce(text) { $0.replacing("{\($1)}", with: "〔\($1)〕") })
    }

    @Test(arguments: [
        ("}", "a closing brace has no opening one"), ("{a}}", "a closing brace has no opening one"),
        ("{", "an opening brace is not closed"), ("{a", "an opening brace is not closed"), ("{a{b}}", "an opening brace is not closed"),
    ])
    func refusesBracesThatAreNoPair(text: String, reason: String) {
        #expect(thrown(TextTemplate.Failure.self) { _ = try TextTemplate(text) }?.reason == reason)
    }

    @Test(arguments: [nil, "", " \t", "　"])
    func leavesNoHoles(value: String?) throws {
        let template = try TextTemplate("案件 {case}，理由 {reason}")
        let missing = thrown(TextTemplate.Missing.self) { _ = try template.text { $0 == "case" ? "1" : value } }
        #expect(missing?.name == "reason")
    }

    /// What an officer writes is no template.
    @Test func leavesBracesOfAValueAlone() throws {
        #expect(try TextTemplate("理由：{reason}").text { _ in "{case}" } == "理由：{case}")
    }
}
