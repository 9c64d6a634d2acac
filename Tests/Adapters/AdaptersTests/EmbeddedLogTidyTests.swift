import EmbeddedLog
import StreamCore
import StreamEngine
import StreamTestKit
import Testing

@Suite struct EmbeddedLogTidyTests {
    private let topic: Topic = "events.v1"
    private let table: Topic = "table.v1"

    private func log(retention: Instant.Span? = nil, compactionBytesMin: Int = 1) throws -> EmbeddedLogUnderTest {
        var settings = EmbeddedLog.Settings()
        settings.compactionBytesMin = compactionBytesMin
        settings.batchBytesMax = 2000
        settings.tombstoneRetention = .seconds(100)
        return try EmbeddedLogUnderTest(
            [TopicSpec(topic, partitions: 1, retention: retention), TopicSpec(table, partitions: 1, isCompacted: true)], settings: settings)
    }

    private func tidy(_ log: EmbeddedLogUnderTest) throws {
        var rounds = 0
        while try log.log.tidy(), rounds < 1000 { rounds += 1 }
    }

    @Test func removesWhatIsOldAndReadByAll() throws {
        let log = try log(retention: .seconds(10))
        let writer = try log.member([topic, table])
        let place = TopicPartition(topic, 0)
        for round in 0..<5 {
            try writer.append([append(place, "k", "\(round)")], offsets: [TopicPartition(table, 0): 0])
            log.time.now = log.time.now + .seconds(4)
        }
        // Appended 20, 16, 12, 8 and 4 seconds ago.
        try tidy(log)
        #expect(try writer.connection.bounds(of: place) == Bounds(earliest: 3, end: 5))
        #expect(try writer.all(place).map { $0.value?.text } == ["3", "4"])
        log.time.now = log.time.now + .seconds(1000)
        try tidy(log)
        #expect(try writer.connection.bounds(of: place) == Bounds(earliest: 5, end: 5))
        let receipt = try writer.append([append(place, "k", "5")], offsets: [TopicPartition(table, 0): 0])
        #expect(receipt.next == [place: 6])
        try log.restart()
        #expect(try log.member([topic, table]).all(place).map(\.offset) == [5])
    }

    @Test func keepsWhatAGroupHasNotRead() throws {
        let log = try log(retention: .seconds(10))
        let writer = try log.member([topic])
        let place = TopicPartition(topic, 0)
        for round in 0..<5 { try writer.append([append(place, "k", "\(round)")], offsets: [place: 2]) }
        log.time.now = log.time.now + .seconds(1000)
        try tidy(log)
        #expect(try writer.connection.bounds(of: place) == Bounds(earliest: 2, end: 5))
    }

    @Test func aReaderPassesOverWhatIsGone() throws {
        let log = try log(retention: .seconds(10))
        let writer = try log.member([topic, table])
        let place = TopicPartition(topic, 0)
        for round in 0..<5 { try writer.append([append(place, "k", "\(round)")], offsets: [TopicPartition(table, 0): 0]) }
        let reader = try EmbeddedLogReader(directory: log.folder.path)
        var walk = EmbeddedLogReader.Walk()
        #expect(try reader.next(&walk, recordsMax: 1).map(\.offset) == [0])
        log.time.now = log.time.now + .seconds(1000)
        try tidy(log)
        try writer.append([append(place, "k", "new")], offsets: [TopicPartition(table, 0): 0])
        #expect(try reader.next(&walk, recordsMax: 10).map { $0.value?.text } == ["new"])
        #expect(throws: LogFailure.self) { try writer.connection.start([place: 2]) }
    }

    @Test(arguments: [UInt64](1...10)) func keepsTheLastValueOfEachKeyAndAllOffsets(seed: UInt64) throws {
        let log = try log()
        let writer = try log.member([topic])
        let place = TopicPartition(table, 0)
        var random = SeededNumbers(seed: seed)
        var last: [String: (value: String, offset: Int64)] = [:]
        var end: Int64 = 0
        for round in 0..<60 {
            var records: [Append] = []
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                let key = "key \(Int.random(in: 0..<40, using: &random))"
                let value = "\(end) " + String(repeating: "x", count: Int.random(in: 0..<100, using: &random))
                records.append(append(place, key, value))
                last[key] = (value, end)
                end += 1
            }
            try writer.append(records)
            if round % 7 == 0 { try tidy(log) }
            if round % 20 == 0 { try log.log.tidy() }
        }
        let before = try writer.all(place).count
        try tidy(log)
        try tidy(log)
        let messages = try writer.all(place)
        #expect(messages.count < before || before == last.count, "seed \(seed)")
        #expect(messages.count < 200, "seed \(seed): \(messages.count) records for \(last.count) keys")
        #expect(try writer.connection.bounds(of: place) == Bounds(earliest: 0, end: end), "seed \(seed)")
        var seen: [String: (value: String, offset: Int64)] = [:]
        for message in messages { seen[message.key!.text] = (message.value!.text, message.offset) }
        #expect(seen.count == last.count, "seed \(seed)")
        for (key, entry) in last { #expect(seen[key]! == entry, "seed \(seed)") }
        #expect(zip(messages, messages.dropFirst()).allSatisfy { $0.offset < $1.offset }, "seed \(seed)")
        // From anywhere in a gap the next that is left comes.
        for offset in stride(from: Int64(0), to: end, by: 37) {
            let replay = try writer.connection.replay(place, from: offset, recordsMax: 1)
            let expected = messages.first { $0.offset >= offset }?.offset
            if let first = replay.messages.first {
                #expect(first.offset == expected, "seed \(seed)")
            } else {
                #expect(replay.next > offset)
            }
        }
        try log.restart()
        #expect(try log.member([topic]).all(place).map(\.offset) == messages.map(\.offset), "seed \(seed)")
    }

    @Test func keepsATombstoneForAWhileOnly() throws {
        let log = try log()
        let writer = try log.member([topic])
        let place = TopicPartition(table, 0)
        try writer.append([append(place, "a", "1"), append(place, "b", "1")])
        try writer.append([append(place, "a", nil)])
        try writer.append([append(place, "c", "1")])
        try tidy(log)
        #expect(try writer.all(place).map { $0.key?.text } == ["b", "a", "c"])
        log.time.now = log.time.now + .seconds(101)
        try writer.append([append(place, "d", String(repeating: "x", count: 500))])
        try writer.append([append(place, "e", "1")])
        try tidy(log)
        #expect(try writer.all(place).map { $0.key?.text } == ["b", "c", "d", "e"])
    }

    @Test func aLaneReadsOnWhileItsTopicIsCompacted() throws {
        let log = try log()
        let writer = try log.member([topic, table])
        let place = TopicPartition(table, 0)
        try writer.connection.start([place: 0])
        var offsets: [Int64] = []
        for round in 0..<40 {
            try writer.append((0..<10).map { append(place, "key \($0)", "\(round) " + String(repeating: "x", count: 150)) })
            offsets += try writer.connection.poll(recordsMax: 3, wait: .milliseconds(0)).messages.map(\.offset)
            try log.log.tidy()
        }
        while true {
            let messages = try writer.connection.poll(recordsMax: 50, wait: .milliseconds(0)).messages
            if messages.isEmpty { break }
            offsets += messages.map(\.offset)
        }
        #expect(zip(offsets, offsets.dropFirst()).allSatisfy { $0 < $1 })
        #expect(offsets.last == 399)
    }
}
