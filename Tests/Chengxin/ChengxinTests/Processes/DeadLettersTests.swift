import Foundation
import Testing

@Suite struct DeadLettersTests {
    /// A message whose sender cannot be answered: it has no id.
    private let nameless = Messages.event("", data: #"{"recordNo":"A1","note":"kept as it came"}"#)

    private func city(_ scratch: Scratch) throws -> String {
        let city = scratch.path + "/city"
        let large = Messages.event("large", bytes: Data(repeating: UInt8(ascii: "x"), count: 3_000_000))
        let file = try scratch.file("events.jsonl", (Messages.records(2) + nameless + "\n" + large + "\n").utf8)
        #expect(try Executable.run("submit", file, "--data", city, "--quiet").status == 0)
        #expect(try Executable.run("standalone", "--data", city, "--until-idle").status == 0)
        return city
    }

    private func list(_ city: String, _ filters: String...) throws -> [[String: Any]] {
        try Executable.run(["dead-letters", "list", "--data", city, "--format", "json"] + filters).objects
    }

    @Test func listsAndOpensASealedLetterWithTheKeyAndSaysWhyItCannotWithout() throws {
        let scratch = try Scratch()
        let city = try city(scratch)
        #expect(try Executable.answers(in: city) == ["good-1": ["ACCEPTED"], "good-2": ["ACCEPTED"]])
        #expect(try Set(list(city).compactMap { $0["code"] as? String }) == ["envelope.missing", "envelope.too-large"])
        let letter = try #require(try list(city, "--code", "envelope.missing").first)
        let place = try #require(letter["place"] as? String)
        #expect(place.hasPrefix("intake.dead-letters.v1/"))
        // The letter as it lies in the log says nothing of what is in it.
        #expect(
            !(try Executable.run("read", "intake.dead-letters.v1", "--data", city, "--format", "json").output.contains("kept as it came")))

        for name in [place, letter["origin"] as? String ?? ""] {
            let shown = try Executable.run("dead-letters", "show", name, "--data", city)
            #expect(shown.status == 0)
            #expect(shown.output.contains("header     ce_source: /bureaus/transport"), "\(shown.output)")
            #expect(shown.output.contains(#"value      {"recordNo":"A1","note":"kept as it came"}"#))
        }
        let object = try #require(try Executable.run("dead-letters", "show", place, "--data", city, "--format", "json").objects.first)
        #expect(((object["message"] as? [String: Any])?["value"] as? [String: Any])?["note"] as? String == "kept as it came")

        try FileManager.default.removeItem(atPath: city + "/keys/master.key")
        let closed = try Executable.run("dead-letters", "show", place, "--data", city)
        #expect(closed.status == 0)
        #expect(closed.output.contains("cannot be shown") && closed.output.contains("there is no master key"), "\(closed.output)")
        #expect(!closed.output.contains("kept as it came"))
        #expect(!FileManager.default.fileExists(atPath: city + "/keys/master.key"))
    }

    @Test func redrivesByOriginAndByCodeAndCountsIt() throws {
        let scratch = try Scratch()
        let city = try city(scratch)
        let letter = try #require(try list(city, "--code", "envelope.missing").first)
        let origin = try #require(letter["origin"] as? String)
        let redrive = ["dead-letters", "redrive", "--data", city]

        let dry = try Executable.run(redrive + ["--all", "--code", "envelope", "--dry-run"])
        #expect(dry.status == 0 && dry.lines.count == 2 && dry.lines.allSatisfy { $0.hasPrefix("would redrive") }, "\(dry.output)")
        #expect(try Executable.run("standalone", "--data", city, "--until-idle").status == 0)
        #expect(try list(city).count == 2)

        #expect(try Executable.run(redrive + [origin]).output.contains("redriven"))
        #expect(try Executable.run("standalone", "--data", city, "--until-idle").status == 0)
        let again = try list(city, "--code", "envelope.missing")
        #expect(again.compactMap { $0["redrives"] as? Int } == [0, 1])
        #expect(again.compactMap { $0["redriven"] as? Bool } == [true, false])
        #expect(again.allSatisfy { $0["origin"] as? String == origin })

        // Of a message that came back only the newest letter is redriven.
        #expect(try Executable.run(redrive + ["--all", "--code", "envelope.missing"]).lines.count == 1)
        #expect(try Executable.run("standalone", "--data", city, "--until-idle").status == 0)
        #expect(try list(city, "--code", "envelope.missing").compactMap { $0["redrives"] as? Int } == [0, 1, 2])
        #expect(try Executable.answers(in: city) == ["good-1": ["ACCEPTED"], "good-2": ["ACCEPTED"]])
    }

    @Test func handsALetterInOnceHoweverOftenAllAreRedrivenBeforeAnybodyRuns() throws {
        let scratch = try Scratch()
        let city = try city(scratch)
        let all = ["dead-letters", "redrive", "--data", city, "--all", "--code", "envelope.missing"]
        #expect(try Executable.run(all).lines.count == 1)
        #expect(try list(city, "--code", "envelope.missing").compactMap { $0["redriven"] as? Bool } == [true])
        let again = try Executable.run(all)
        #expect(again.status == 0 && again.output.isEmpty && again.errors.contains("none to redrive"), "\(again)")
        #expect(try Executable.run("standalone", "--data", city, "--until-idle").status == 0)
        #expect(try list(city, "--code", "envelope.missing").compactMap { $0["redrives"] as? Int } == [0, 1])
    }

    @Test func saysWhatItDoesNotFind() throws {
        let scratch = try Scratch()
        let city = try city(scratch)
        let outcome = try Executable.run("dead-letters", "show", "intake.dead-letters.v1/0/99", "--data", city)
        #expect(outcome.status == 64 && outcome.errors.contains("there is no dead letter at"))
        #expect(try Executable.run("dead-letters", "redrive", "--data", city).status == 64)
    }
}
