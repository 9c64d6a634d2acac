import EmbeddedLog
import Files
import Foundation
import StreamCore
import StreamEngine
import StreamTestKit
import Testing

@Suite struct InboxTests {
    private let topic: Topic = "conformance.input.v1"

    private func write(_ values: [String], to log: EmbeddedLogUnderTest, topic: Topic? = nil, fileBytesMax: Int = 8 << 20) throws {
        let writer = try InboxWriter(directory: log.folder.path, fileBytesMax: fileBytesMax)
        for value in values { try writer.add(topic: topic ?? self.topic, key: Bytes(utf8: value), value: Bytes(utf8: value)) }
        try writer.finish()
    }

    private func values(_ log: EmbeddedLogUnderTest) throws -> [String] {
        let writer = try log.member([topic])
        return try (writer.all(TopicPartition(topic, 0)) + writer.all(TopicPartition(topic, 1))).map { $0.value!.text }.sorted()
    }

    private func inbox(_ log: EmbeddedLogUnderTest) -> String { "\(log.folder.path)/inbox" }

    private func files(_ log: EmbeddedLogUnderTest) throws -> [String] { try Files.names(inbox(log)).filter { $0.hasSuffix(".in") } }

    @Test func makesTheFolderForWhoeverComesLater() throws {
        let folder = TemporaryFolder()
        let directory = "\(folder.path)/not/yet"
        let writer = try InboxWriter(directory: directory)
        try writer.add(topic: topic, key: nil, value: Bytes(utf8: "early"))
        try writer.finish()
        let log = try EmbeddedLog(directory: directory, topics: [TopicSpec(topic, partitions: 1)])
        #expect(try log.takeIn(limit: 10) == 1)
    }

    @Test func splitsWhatIsLargeAndKeepsItsOrder() throws {
        let log = try EmbeddedLogUnderTest([TopicSpec(topic, partitions: 1)])
        try write((0..<500).map { "\($0)" }, to: log, fileBytesMax: 1000)
        #expect(try files(log).count > 10)
        #expect(try log.log.takeIn(limit: 1000) == 500)
        #expect(try log.member([topic]).all(TopicPartition(topic, 0)).map { $0.value?.text } == (0..<500).map { "\($0)" })
    }

    @Test func publishesNothingThatWasNotFinished() throws {
        let log = try EmbeddedLogUnderTest()
        try {
            let writer = try InboxWriter(directory: log.folder.path)
            try writer.add(topic: topic, key: nil, value: [])
        }()
        #expect(try log.log.takeIn(limit: 10) == 0)
        #expect(try Files.names(inbox(log)).isEmpty)
    }

    /// Whatever was removed too late is not taken in again: a copy of the file comes back after each step.
    @Test func takesNothingInTwiceWhenItEndsBeforeTheFileIsRemoved() throws {
        let log = try EmbeddedLogUnderTest()
        try write((0..<10).map { "\($0)" }, to: log)
        let name = try #require(try files(log).first)
        let copy = try Files.read("\(inbox(log))/\(name)", bytesMax: 1 << 20)
        for _ in 0..<5 {
            _ = try log.log.takeIn(limit: 3)
            try Files.write(copy, to: "\(inbox(log))/\(name)")
            try log.restart()
        }
        #expect(try values(log) == (0..<10).map { "\($0)" })
        #expect(try files(log).isEmpty)
    }

    @Test func putsAsideWhatIsForNoTopicAndTakesTheRest() throws {
        let log = try EmbeddedLogUnderTest()
        let writer = try InboxWriter(directory: log.folder.path)
        try writer.add(topic: topic, key: nil, value: Bytes(utf8: "1"))
        try writer.add(topic: "unknown.v1", key: nil, value: Bytes(utf8: "2"))
        try writer.add(topic: topic, key: nil, value: Bytes(utf8: "3"))
        try writer.finish()
        #expect(try log.log.takeIn(limit: 10) == 2)
        #expect(try values(log) == ["1", "3"])
        #expect(log.log.refusedCount == 1)
        let refused = try Files.names("\(inbox(log))/refused")
        #expect(refused.count == 2)
        let reason = try Files.read("\(inbox(log))/refused/\(refused[1])", bytesMax: 1000).text
        #expect(reason == "there is no topic unknown.v1\n")
        // Put back under another name, where the topic is known now, it is taken in.
        let later = try EmbeddedLogUnderTest([TopicSpec("unknown.v1", partitions: 1)])
        try Files.write(
            Files.read("\(inbox(log))/refused/\(refused[0])", bytesMax: 1000), to: "\(inbox(later))/00000000000000000001-again.in")
        #expect(try later.log.takeIn(limit: 10) == 1)
    }

    /// A file that was cut or changed anywhere gives the whole records before the damage, and stays to be looked at.
    @Test(arguments: 0..<30) func keepsATornFileWithItsReason(seed: Int) throws {
        let log = try EmbeddedLogUnderTest()
        try write((0..<10).map { "value \($0)" }, to: log)
        let name = try #require(try files(log).first)
        var bytes = try [UInt8](Files.read("\(inbox(log))/\(name)", bytesMax: 1 << 20))
        var random = SeededNumbers(seed: UInt64(seed))
        let place = Int.random(in: 0..<bytes.count, using: &random)
        if seed % 2 == 0 { bytes.removeSubrange(place...) } else { bytes[place] ^= UInt8(1) << UInt8(random.next() % 8) }
        try Files.write(bytes[...], to: "\(inbox(log))/\(name)")
        let count = try log.log.takeIn(limit: 100)
        let all = (0..<10).map { "value \($0)" }
        #expect(try values(log) == Array(all.prefix(count)), "seed \(seed)")
        #expect(try files(log).isEmpty)
        // A change behind the last record, or in bytes that mean nothing yet, is none.
        if count == 10, !Files.isFolder("\(inbox(log))/refused") {
            #expect(seed % 2 == 1 && place < 8, "seed \(seed)")
        } else {
            let reason = try Files.read("\(inbox(log))/refused/\(name).reason", bytesMax: 1000).text
            #expect(reason.contains("record \(count + 1)"), "seed \(seed)")
            #expect(try Files.read("\(inbox(log))/refused/\(name)", bytesMax: 1 << 20) == bytes[...], "seed \(seed)")
        }
        try log.restart()
        #expect(try log.log.takeIn(limit: 100) == 0)
    }

    @Test func writesManyMessagesAsFilesOfBoundedSize() throws {
        let folder = TemporaryFolder()
        let writer = try InboxWriter(directory: folder.path, fileBytesMax: 1 << 20)
        let value = Bytes(repeating: 65, count: 1000)
        for number in 0..<5000 { try writer.add(topic: topic, key: Bytes("\(number)".utf8), value: value) }
        try writer.finish()
        let names = try Files.names("\(folder.path)/inbox").filter { $0.hasSuffix(".in") }
        #expect(names.count == 6)
        #expect(names.allSatisfy { (Files.size("\(folder.path)/inbox/\($0)") ?? .max) < (1 << 20) + 2000 })
    }
}
