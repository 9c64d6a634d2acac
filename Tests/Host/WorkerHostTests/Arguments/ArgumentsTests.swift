import Testing
import WorkerHost

@Suite struct ArgumentsTests {
    static let data = Option("data", "DIR", "where the log is", isRequired: true)
    static let format = Option("format", "FORMAT", "how to print", choices: ["text", "json"])
    static let key = Option("key", "KEY", "only this key", isRepeatable: true)
    static let follow = Option("follow", nil, "go on when the end is reached")
    static let count = Option("count", "N", "how many")
    static let program = Command(
        "tool", "does things",
        subcommands: [
            Command(
                "read", "prints a topic", operands: [Operand("TOPIC", "which topic")],
                options: [data, format, key, follow, count],
                examples: [Example("tool read record.outcomes.v1 --data city", "prints every outcome.")]),
            Command("store", "looks after stores", subcommands: [Command("check", "checks them")]),
            Command("submit", "hands files in", operands: [Operand("FILE", "files", count: .oneOrMore)]),
        ])

    @Test func readsOptionsInBothFormsAndOperandsAnywhere() throws {
        let arguments = try Arguments(
            ["read", "--data", "city", "topic", "--key=a", "--key", "b", "--follow", "--count", "3"], for: Self.program)
        #expect(arguments.path == ["tool", "read"])
        #expect(arguments.operands == ["topic"])
        #expect(arguments[Self.data] == "city")
        #expect(arguments.all(Self.key) == ["a", "b"])
        #expect(arguments.has(Self.follow))
        #expect(try arguments.number(Self.count) == 3)
        #expect(arguments[Self.format] == nil)
    }

    @Test func takesADashAsAFileAndNothingAsAnOptionAfterTwoDashes() throws {
        #expect(try Arguments(["submit", "-", "--", "--data"], for: Self.program).operands == ["-", "--data"])
    }

    @Test func findsSubcommands() throws {
        #expect(try Arguments(["store", "check"], for: Self.program).path == ["tool", "store", "check"])
    }

    @Test func asksForHelpWithoutCheckingAnythingElse() throws {
        #expect(try Arguments(["read", "--help"], for: Self.program).wantsHelp)
        #expect(try Arguments(["--help"], for: Self.program).path == ["tool"])
        #expect(try Arguments(["store", "--help"], for: Self.program).path == ["tool", "store"])
    }

    @Test(arguments: [
        (["reed", "x"], "there is no command `reed`", "did you mean read?"),
        (["store", "chek"], "there is no command `store chek`", "did you mean check?"),
        (["read", "x", "--dta", "y"], "`tool read` has no option --dta", "did you mean --data?"),
        (["read", "x"], "--data is missing", "--data DIR: where the log is"),
        (["read", "--data", "y"], "TOPIC is missing", "TOPIC: which topic"),
        (["read", "x", "y", "--data", "z"], "`y` is one word too many", "`tool read --help` lists what there is"),
        (["read", "x", "--data"], "--data needs a value", "--data DIR: where the log is"),
        (["read", "x", "--data", "y", "--format", "jsn"], "--format cannot be jsn", "did you mean json?"),
        (["read", "x", "--data", "y", "--data", "z"], "--data was given twice", "give it once"),
        (["read", "x", "--data", "y", "--follow=yes"], "--follow takes no value", "leave out what follows the ="),
        ([], "a command is missing after `tool`", "one of read, store, submit; `tool --help` tells more"),
    ])
    func saysWhatIsWrongAndWhatToDo(words: [String], reason: String, hint: String) {
        #expect(throws: UsageError(reason, hint: hint)) { try Arguments(words, for: Self.program) }
    }

    @Test func refusesWordsAsNumbers() throws {
        let arguments = try Arguments(["read", "x", "--data", "y", "--count", "many"], for: Self.program)
        #expect(throws: UsageError.self) { try arguments.number(Self.count) }
    }

    @Test func helpShowsUsageOptionsAndExamples() {
        let text = Help.text(for: Self.program.subcommands[0], path: ["tool", "read"])
        for part in [
            "tool read: prints a topic", "Usage: tool read TOPIC --data DIR [OPTIONS]", "--format text|json", "Examples:",
            "tool read record.outcomes.v1 --data city",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test func completionKnowsCommandsOptionsAndChoices() {
        let text = Help.completion(for: Self.program)
        #expect(text.contains("--format) COMPREPLY=($(compgen -W \"text json\""))
        #expect(text.contains("read store submit"))
        #expect(text.contains("\\ store\\ check\\ *)"))
    }

    @Test func manualHasASectionForEachCommandAndTheExitCodes() {
        let text = Help.manual(for: Self.program)
        #expect(text.contains(".SH TOOL READ"))
        #expect(text.contains(".SH TOOL STORE CHECK"))
        #expect(text.contains(".B 78"))
    }
}
