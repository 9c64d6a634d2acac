import EmbeddedLog
import Foundation
import StreamCore
import StreamEngine
import StreamTestKit
import Testing

/// Real processes that are ended by what they read, and by SIGKILL.
struct CrashLadderProcessTests {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("lane-probe-\(UUID().uuidString)").path

    /// Beside the test executable, where the build puts it.
    private static let probe = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(
        "lane-probe")

    private func send(_ texts: [String]) throws {
        let inbox = try InboxWriter(directory: directory)
        for text in texts { try inbox.add(topic: TallyWorker.words, key: Bytes(utf8: "k"), value: Bytes(utf8: text)) }
        try inbox.finish()
    }

    /// Runs the probe once. Gives whether it ended by itself, in good order.
    private func run(clock: Int64 = 1_780_000_000_000) throws -> Bool {
        let process = Process()
        process.executableURL = Self.probe
        process.arguments = [directory, String(clock)]
        process.standardError = FileHandle.nullDevice
        process.environment = ["SWIFT_BACKTRACE": "enable=no"]
        try process.run()
        process.waitUntilExit()
        return process.terminationReason == .exit && process.terminationStatus == 0
    }

    private func texts(_ topic: Topic) throws -> [Message] {
        let reader = try EmbeddedLogReader(directory: directory)
        defer { reader.close() }
        return try reader.records(TopicPartition(topic, 0), from: 0, recordsMax: 1000).messages
    }

    private func said() throws -> [String] { try texts(TallyWorker.tallies).map { ($0.value ?? []).text } }

    @Test func buriesARecordThatEndsTheProcessAfterThreeDeathsOfItsOwnAndGoesOn() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try send(["count a", "die", "count a", "count b"])
        var deaths = 0
        while try !run() {
            deaths += 1
            if deaths > 10 { break }
        }
        // Once in a batch, which only names it, and three times alone.
        #expect(deaths == 4)
        #expect(try said() == ["a=1", "a=2", "b=1"])
        let letters = try texts("tally.dead-letters.v1")
        #expect(letters.count == 1)
        let letter = try #require(letters.first.flatMap { DeadLetter($0.headers) })
        #expect(letter.reason.code == "engine.crashed")
        #expect(letter.origin.topic == TallyWorker.words && letter.origin.offset == 1)
        #expect(letter.attempts == 4)
    }

    @Test func buriesATimerThatEndsTheProcessAndFiresTheOthers() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try send(["alarm a 1000", "alarm die 1000", "alarm z 1000"])
        #expect(try run())
        var deaths = 0
        while try !run(clock: 1_780_000_002_000) {
            deaths += 1
            if deaths > 10 { break }
        }
        #expect(deaths == 4)
        #expect(try Set(said()) == ["set a", "set die", "set z", "rang a", "rang z"])
        #expect(try texts("tally.dead-letters.v1").count == 1)
    }

    @Test func buriesAParkedInputThatEndsTheProcessAndLetsItsLineGoOn() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try send(["need die", "count a"])
        #expect(try run())
        var deaths = 0
        while try !run(clock: 1_780_000_100_000) {
            deaths += 1
            if deaths > 10 { break }
        }
        #expect((1...5).contains(deaths))
        #expect(try said() == ["a=1"])
        #expect(try texts("tally.dead-letters.v1").count == 1)
    }
}
