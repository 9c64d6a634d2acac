import Foundation
import Testing

/// Whatever is wrong with one message, it is answered clearly, and all others are answered as if it were not there.
@Suite struct BadInputTests {
    /// What is wrong, the value, the answer.
    static let bad: [(name: String, value: Data, answer: String)] = [
        ("truncated", Data(Messages.record("X").utf8.prefix(100)), "schema.format@"),
        ("nested deeply", Data(repeating: UInt8(ascii: "["), count: 100_000), "schema.format@"),
        ("NUL bytes", Data(repeating: 0, count: 20), "schema.format@"),
        ("an escaped NUL", Data(Messages.record(#"X\u0000"#).utf8), "schema.format@"),
        ("a key twice", Data(#"{"recordNo":"a","recordNo":"b"}"#.utf8), "schema.format@"),
        ("a lone surrogate", Data(#"{"recordNo":"\ud800"}"#.utf8), "schema.format@"),
        (
            "a number beyond range", Data(Messages.record("X").replacing("\"revision\":1", with: "\"revision\":1e999").utf8),
            "schema.format@/revision"
        ),
        (
            "a large number", Data(Messages.record("X").replacing("\"revision\":1", with: "\"revision\":99999999999999999999").utf8),
            "schema.range@/revision"
        ),
        (
            "a wrong type", Data(Messages.record("X").replacing("\"revision\":1", with: "\"revision\":\"one\"").utf8),
            "schema.type@/revision"
        ),
        ("no value", Data(), "schema.format@"),
        ("binary", Data((0...255).map { UInt8($0) }), "envelope.not-utf8@"),
    ]

    @Test(arguments: bad)
    func refusesTheMessageAndAnswersAllOthers(name: String, value: Data, answer: String) throws {
        let scratch = try Scratch()
        let lines = [
            Messages.event("before", data: Messages.record("A")), Messages.event("bad", bytes: value),
            Messages.event("after", data: Messages.record("B")),
        ]
        let file = try scratch.file("events.jsonl", lines.joined(separator: "\n").utf8)
        #expect(try Executable.run("submit", file, "--data", scratch.path + "/city", "--quiet").status == 0)
        #expect(try Executable.run("standalone", "--data", scratch.path + "/city", "--until-idle").status == 0)
        #expect(
            try Executable.answers(in: scratch.path + "/city")
                == ["before": ["ACCEPTED"], "after": ["ACCEPTED"], "bad": ["REJECTED \(answer)"]], "\(name)")
    }

    @Test func keepsOfTenMegabytesTheDigestAndTakesUnknownFieldsAndMixedLineEnds() throws {
        let scratch = try Scratch()
        let large = Messages.event("large", bytes: Data(repeating: UInt8(ascii: "x"), count: 10_000_000))
        let unknown = Messages.event(
            "unknown", data: Messages.record("A").replacing("\"revision\":1", with: "\"revision\":1,\"surplus\":{\"a\":[1]}"))
        let text = large + "\r\n" + unknown + "\n\r\n" + Messages.event("last", data: Messages.record("B"))
        let city = scratch.path + "/city"
        #expect(try Executable.run("submit", try scratch.file("events.jsonl", text.utf8), "--data", city, "--quiet").status == 0)
        #expect(try Executable.run("standalone", "--data", city, "--until-idle").status == 0)
        #expect(try Executable.answers(in: city) == ["unknown": ["ACCEPTED"], "last": ["ACCEPTED"]])
        let letters = try Executable.run("dead-letters", "list", "--data", city, "--format", "json").objects
        #expect(letters.compactMap { $0["code"] as? String } == ["envelope.too-large"])
        let shown = try Executable.run("dead-letters", "show", letters.first?["place"] as? String ?? "", "--data", city)
        #expect(shown.output.contains("too large  10000000 bytes, SHA-256"))
        #expect(!(try Executable.run("read", "record.ledger.v1", "--data", city).output.contains("surplus")))
    }

    @Test(arguments: [("an empty file", Data(), "is empty"), ("a binary file", Data([0, 1, 2, 254, 255]), "is binary")])
    func namesAFileThatCannotBeReadAndSendsTheOthers(name: String, content: Data, text: String) throws {
        let scratch = try Scratch()
        let bad = try scratch.file("bad", content)
        let good = try scratch.file("good.jsonl", Messages.records(1).utf8)
        let outcome = try Executable.run("submit", bad, good, "--data", scratch.path + "/city", "--quiet")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("\(bad): \(text)"), "\(outcome.errors)")
        #expect(outcome.lines.last == "1 sent, 0 lines could not be read, 1 files could not be read")
    }

    @Test func namesTheDamagedPlaceOfTheLogAndAnswersWhatLiesInOtherPartitions() throws {
        let scratch = try Scratch()
        let city = scratch.path + "/city"
        let file = try scratch.file("events.jsonl", Messages.records(60).utf8)
        #expect(try Executable.run("submit", file, "--data", city, "--quiet").status == 0)
        // Takes the messages in and decides none of them.
        #expect(try Executable.run("worker", "ledger", "--data", city, "--until-idle").status == 0)
        let path = URL(fileURLWithPath: city + "/log.sqlite")
        var bytes = try Data(contentsOf: path)
        let place = try #require(bytes.range(of: Data("\"recordNo\":\"T7\"".utf8)))
        bytes[place.lowerBound + 13] ^= 1
        try bytes.write(to: path)
        let outcome = try Executable.run("standalone", "--data", city, "--until-idle")
        #expect(outcome.status == 78)
        #expect(
            outcome.errors.contains("record.submissions.v1/") && outcome.errors.contains("the batch is not what was written"),
            "\(outcome.errors)")
        let answered = try Executable.answers(in: city)
        #expect(answered.count > 30 && answered.count < 60 && answered["good-7"] == nil)
        #expect(answered.values.allSatisfy { $0 == ["ACCEPTED"] })
    }

    @Test func rebuildsAStoreWithAFlippedByteAndStillKnowsWhatItAnswered() throws {
        let scratch = try Scratch()
        let city = scratch.path + "/city"
        let file = try scratch.file("events.jsonl", Messages.records(40).utf8)
        #expect(try Executable.run("submit", file, "--data", city, "--quiet").status == 0)
        #expect(try Executable.run("standalone", "--data", city, "--until-idle").status == 0)
        let stores = try #require(FileManager.default.enumerator(atPath: city + "/stores")?.allObjects as? [String])
        let name = try #require(stores.filter { $0.hasSuffix(".sqlite") && $0.contains("intake") }.sorted().first)
        let path = URL(fileURLWithPath: city + "/stores/" + name)
        var bytes = try Data(contentsOf: path)
        // Rows grow from the end of a page: the last bytes of the file belong to one.
        let last = try #require(bytes.lastIndex { $0 != 0 })
        bytes[last - 8] ^= 1
        try bytes.write(to: path)
        #expect(try Executable.run("store", "check", "--data", city).status == 1)
        #expect(try Executable.run("submit", file, "--data", city, "--quiet").status == 0)
        let outcome = try Executable.run("standalone", "--data", city, "--until-idle")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("rebuilt from its changelog"), "\(outcome.errors)")
        let answers = try Executable.answers(in: city)
        #expect(answers.count == 40 && answers.values.allSatisfy { $0 == ["ACCEPTED", "DUPLICATE state.duplicate@"] }, "\(answers)")
        #expect(try Executable.run("store", "check", "--data", city).status == 0)
    }

    @Test(.enabled(if: getuid() != 0 || Self.mayDropRights, "root writes everywhere, and there is no setpriv to drop its rights"))
    func saysThatADirectoryIsReadOnly() throws {
        let scratch = try Scratch()
        let city = scratch.path + "/city"
        try FileManager.default.createDirectory(atPath: city, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o555])
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path)
        let words = ["standalone", "--data", city, "--until-idle"]
        let outcome = getuid() == 0 ? try Executable.runWithoutRights(words) : try Executable.run(words)
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains(city) && outcome.errors.contains("--data names another"), "\(outcome.errors)")
    }

    static let setpriv = "/usr/bin/setpriv"
    static var mayDropRights: Bool { FileManager.default.isExecutableFile(atPath: setpriv) }

    @Test(.enabled(if: getuid() == 0 && FullDisk.mayMount, "a small disk of its own needs root and the right to mount"))
    func waitsWhileTheDiskIsFullAndLosesNothing() throws {
        let disk = try FullDisk(megabytes: 32)
        let city = disk.path + "/city"
        let scratch = try Scratch()
        #expect(try Executable.run("standalone", "--data", city, "--until-idle").status == 0)
        let file = try scratch.file("events.jsonl", Messages.records(300).utf8)
        #expect(try Executable.run("submit", file, "--data", city, "--quiet").status == 0)
        try disk.fill(leaving: 100_000)
        let errors = Pipe()
        let process = try Executable.start(["standalone", "--data", city, "--until-idle"], errors: errors)
        var said = ""
        while !said.contains("waits") {
            let more = errors.fileHandleForReading.availableData
            if more.isEmpty { break }
            said += String(decoding: more, as: UTF8.self)
        }
        #expect(said.contains("waits") && process.isRunning, "\(said)")
        try disk.makeRoom()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let answers = try Executable.answers(in: city)
        #expect(answers.count == 300 && answers.values.allSatisfy { $0 == ["ACCEPTED"] })
        #expect(try Executable.run("store", "check", "--data", city).status == 0)
    }
}

/// A small file system in memory.
private final class FullDisk {
    let path: String
    private var filler: String { path + "/filler" }

    /// Whether a file system can be mounted here: a container's root often may not.
    static let mayMount = (try? FullDisk(megabytes: 1)) != nil

    struct NotMounted: Error {}

    init(megabytes: Int) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("chengxin-disk-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard try FullDisk.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path) == 0 else {
            try FileManager.default.removeItem(atPath: path)
            throw NotMounted()
        }
    }

    deinit {
        _ = try? FullDisk.run("umount", path)
        try? FileManager.default.removeItem(atPath: path)
    }

    func fill(leaving rest: Int) throws {
        let free = try FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? Int ?? 0
        try Data(count: max(0, free - rest)).write(to: URL(fileURLWithPath: filler))
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: filler) }

    private static func run(_ words: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
