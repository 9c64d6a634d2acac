import EmbeddedLog
import Files
import StreamCore
import StreamEngine
import StreamTestKit
import Testing

@Suite struct EmbeddedLogTests {
    private let topic: Topic = "conformance.input.v1"

    @Test func keepsThePromisesOfALog() {
        let violations = RecordLogConformance.violations { try EmbeddedLogUnderTest() }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test func keepsThePromisesOfAReader() {
        let violations = LogReaderConformance.violations { try EmbeddedLogUnderTest() }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test func keepsThePromisesWithTinyBatchesAndCheckpoints() {
        var settings = EmbeddedLog.Settings()
        settings.batchBytesMax = 100
        settings.writeAheadBytesMax = 1 << 16
        let violations = RecordLogConformance.violations { try EmbeddedLogUnderTest(settings: settings) }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test func refusesASecondOwnerAndSaysWhatToDo() throws {
        let first = try EmbeddedLogUnderTest()
        let failure = try #require(
            thrown(LogFailure.self) {
                _ = try EmbeddedLog(directory: first.folder.path, topics: [])
            })
        #expect(failure.kind == .fatal)
        #expect(failure.description.contains("is running on \(first.folder.path)"))
        #expect(failure.hint.contains("stop it first"))
    }

    @Test func keepsTheNumberOfPartitionsForLife() throws {
        let log = try EmbeddedLogUnderTest()
        log.log.close()
        let failure = try #require(
            thrown(LogFailure.self) {
                _ = try EmbeddedLog(directory: log.folder.path, topics: [TopicSpec(topic, partitions: 5)])
            })
        #expect(failure.description.contains("has 2 partitions, not 5"))
    }

    @Test func addsTopicsThatAreNew() throws {
        let log = try EmbeddedLogUnderTest()
        log.log.close()
        let again = try EmbeddedLog(directory: log.folder.path, topics: [TopicSpec("new.v1", partitions: 3)])
        #expect(again.partitionCount(of: "new.v1") == 3)
        #expect(again.partitionCount(of: topic) == 2)
    }

    @Test func deliversAllPartitionsInTheOrderOfCommit() throws {
        let log = try EmbeddedLogUnderTest()
        let writer = try log.member(RecordLogConformance.topics)
        for round in 0..<20 {
            let place = TopicPartition(RecordLogConformance.topics[round % 4], round / 3 % 2)
            try writer.append([append(place, "k", "\(round)")])
        }
        var positions: [TopicPartition: Int64] = [:]
        for topic in RecordLogConformance.topics { for partition in 0..<2 { positions[TopicPartition(topic, partition)] = 0 } }
        try writer.connection.start(positions)
        let messages = try writer.connection.poll(recordsMax: 100, wait: .milliseconds(0)).messages
        #expect(messages.map { $0.value?.text } == (0..<20).map { "\($0)" })

        let reader = try EmbeddedLogReader(directory: log.folder.path)
        var walk = EmbeddedLogReader.Walk()
        #expect(try reader.next(&walk, recordsMax: 100).map { $0.value?.text } == (0..<20).map { "\($0)" })
    }

    // MARK: Readers

    @Test func readsBesideTheOwnerAndFollowsIt() throws {
        let log = try EmbeddedLogUnderTest()
        let writer = try log.member([topic])
        try writer.append([append(TopicPartition(topic, 1), "a", "1")], offsets: [TopicPartition(topic, 1): 0])
        let reader = try EmbeddedLogReader(directory: log.folder.path)
        #expect(reader.clusterId == log.log.clusterId)
        #expect(reader.topics == RecordLogConformance.topics.sorted())
        var walk = EmbeddedLogReader.Walk(topics: [topic])
        var tail = EmbeddedLogReader.Walk(topics: [topic], from: .end)
        #expect(try reader.next(&walk, recordsMax: 10).map { $0.value?.text } == ["1"])
        #expect(try reader.next(&tail, recordsMax: 10).isEmpty)
        try writer.append([append(TopicPartition(topic, 0), "b", "2")])
        #expect(try reader.next(&walk, recordsMax: 10).map { $0.value?.text } == ["2"])
        #expect(try reader.next(&tail, recordsMax: 10).map { $0.value?.text } == ["2"])
        #expect(try reader.lag(group: "test").map(\.behind) == [1, 1])
        #expect(try reader.groups() == ["test"])
        #expect(try reader.records(TopicPartition(topic, 1), from: 0, recordsMax: 5).next == 1)
    }

    @Test func readsWithoutAnOwner() throws {
        let log = try EmbeddedLogUnderTest()
        try log.member([topic]).append([append(TopicPartition(topic, 0), "a", "1")])
        log.log.close()
        let reader = try EmbeddedLogReader(directory: log.folder.path)
        var walk = EmbeddedLogReader.Walk()
        #expect(try reader.next(&walk, recordsMax: 10).count == 1)
    }

    @Test func saysThatThereIsNoLog() throws {
        let folder = TemporaryFolder()
        let failure = try #require(thrown(LogFailure.self) { _ = try EmbeddedLogReader(directory: folder.path) })
        #expect(failure.description.contains("there is no log in"))
    }

    // MARK: Inbox

    @Test func takesInWhatLiesInTheInbox() throws {
        let log = try EmbeddedLogUnderTest()
        let writer = try InboxWriter(directory: log.folder.path)
        var headers = Headers()
        headers.append("ce_id", text: "7")
        for number in 0..<10 {
            try writer.add(topic: topic, key: Bytes(utf8: "key \(number)"), headers: headers, value: Bytes(utf8: "\(number)"))
        }
        #expect(try log.log.takeIn(limit: 100) == 0)
        try writer.finish()
        #expect(try log.log.takeIn(limit: 4) == 4)
        try log.restart()
        #expect(try log.log.takeIn(limit: 100) == 6)
        #expect(try log.log.takeIn(limit: 100) == 0)
        let messages = try both(log)
        #expect(messages.compactMap { $0.value?.text }.sorted() == (0..<10).map { "\($0)" })
        for message in messages {
            #expect(message.partition == Partitioner.partition(of: message.key!, count: 2))
            #expect(message.headers["ce_id"]?.text == "7")
        }
        #expect(try Files.names("\(log.folder.path)/inbox").filter { $0.hasSuffix(".in") }.isEmpty)
    }

    private func both(_ log: EmbeddedLogUnderTest) throws -> [Message] {
        let writer = try log.member([topic])
        return try writer.all(TopicPartition(topic, 0)) + writer.all(TopicPartition(topic, 1))
    }
}
