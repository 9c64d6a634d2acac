import Foundation
import Testing

@Suite struct CommandLineTests {
    @Test(
        arguments: [
            (["versoin"], 64, "did you mean version?"),
            (["read", "record.outcoms.v1", "--data", "DIR"], 64, "did you mean record.outcomes.v1?"),
            (["read", "record.outcoms.v1", "--data", "/nonexistent/folder"], 64, "did you mean record.outcomes.v1?"),
            (["read", "record.outcomes.v1", "--data", "/nonexistent/folder"], 78, "there is no folder"),
            (["read", "record.outcomes.v1"], 64, "neither --data nor --bootstrap is given"),
            (["lag", "--data", "/nonexistent/folder"], 78, "there is no folder"),
            (["standalone", "--bootstrap", "localhost:9092"], 64, "does not work on Kafka"),
            (["standalone", "--data", "DIR", "--at", "yesterday"], 64, "--at cannot be yesterday"),
            (["standalone", "--data", "DIR", "--profile", "production", "--at", "2026-05-06T09:00+08:00"], 64, "development profile only"),
            (["config", "explain", "host.partitionEmbedded"], 64, "did you mean host.partitionsEmbedded?"),
            (["submit", "/nonexistent/file", "--data", "DIR"], 1, "No such file"),
            (["worker", "ledgre", "--data", "DIR"], 64, "did you mean ledger?"),
            (["open"], 64, "--key"),
            (["open", "--key", "/nonexistent/file"], 78, "No such file"),
            (["keys", "recipient", "permit", "--data", "DIR", "--out", "/nonexistent/file"], 64, "did you mean permits?"),
            (["keys", "recipient", "permits", "--data", "DIR", "--out", "x", "--profile", "production"], 78, "derives no keys"),
        ] as [([String], Int32, String)])
    func saysWhatIsWrongByTextAndExitCode(words: [String], status: Int32, text: String) throws {
        let scratch = try Scratch()
        let outcome = try Executable.run(words.map { $0 == "DIR" ? scratch.path : $0 })
        #expect(outcome.status == status)
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
    }

    @Test func everyCommandHasHelpWithAnExample() throws {
        let help = try Executable.run("help")
        #expect(help.status == 0)
        for command in [
            "standalone", "worker", "submit", "validate", "read", "case", "lag", "config print", "store check", "topics plan",
            "topics apply", "open", "keys recipient",
        ] {
            let outcome = try Executable.run(command.split(separator: " ").map(String.init) + ["--help"])
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("Examples:") && outcome.output.contains("chengxin \(command)"), "\(command)")
        }
    }

    @Test func printsChecksAndExplainsTheConfiguration() throws {
        #expect(try Executable.run("config", "print").output.contains("partitionsEmbedded: 4"))
        #expect(
            try Executable.run("config", "explain", "host.partitionsEmbedded", "--format", "json").objects.first?["value"] as? String == "4"
        )
        #expect(try Executable.run("config", "print", "--set", "host.nothing=1").status == 78)
    }

    @Test func makesTheTopicsOfTheContractWhenAskedTo() throws {
        let scratch = try Scratch()
        #expect(try Executable.run("topics", "check", "--data", scratch.path).status == 1)
        // Nobody says yes.
        #expect(try Executable.run("topics", "apply", "--data", scratch.path, input: Data()).status == 1)
        #expect(try Executable.run("topics", "check", "--data", scratch.path).status == 1)
        #expect(try Executable.run("topics", "apply", "--yes", "--data", scratch.path).status == 0)
        #expect(try Executable.run("topics", "check", "--data", scratch.path).status == 0)
    }

    @Test func anEmptyTopicPrintsNothing() throws {
        let scratch = try Scratch()
        let outcome = try Executable.run("read", "record.outcomes.v1", "--data", scratch.path)
        #expect(outcome.status == 0 && outcome.output.isEmpty)
    }
}
