import EmbeddedLog
import Files
import Foundation
import StreamCore
import StreamEngine
import StreamTestKit
import Testing

@Suite struct LogDamageTests {
    private let topic: Topic = "conformance.input.v1"

    private func filled(_ rounds: Int = 12) throws -> (EmbeddedLogUnderTest, [TopicPartition: [String]]) {
        let log = try EmbeddedLogUnderTest()
        let writer = try log.member([topic])
        var values: [TopicPartition: [String]] = [:]
        for round in 0..<rounds {
            var records: [Append] = []
            for number in 0..<30 {
                let place = TopicPartition(topic, number % 2)
                records.append(append(place, "key \(number)", "value \(number) of \(round) " + String(repeating: "x", count: 200)))
                values[place, default: []].append("value \(number) of \(round) " + String(repeating: "x", count: 200))
            }
            try writer.append(records, offsets: [TopicPartition(topic, 0): Int64(round)])
        }
        return (log, values)
    }

    /// Whatever bit of the file flips: what is read is what was written, up to an error that names the place.
    @Test(arguments: 0..<60) func servesNoWrongRecordAfterAFlippedBit(seed: Int) throws {
        let (log, values) = try filled()
        log.log.close()
        let path = "\(log.folder.path)/log.sqlite"
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SeededNumbers(seed: UInt64(seed))
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let bit = UInt8(1) << UInt8(random.next() % 8)
        bytes[place] ^= bit
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let what = "seed \(seed), byte \(place), bit \(bit)"
        var failures: [LogFailure] = []
        do {
            let reader = try EmbeddedLogReader(directory: log.folder.path)
            for partition in 0..<2 {
                let expected = values[TopicPartition(topic, partition)]!
                do {
                    let messages = try reader.records(TopicPartition(topic, partition), from: 0, recordsMax: 1000).messages
                    #expect(messages.map { $0.value!.text } == Array(expected.prefix(messages.count)), "\(what)")
                    if messages.count < expected.count {
                        _ = try reader.records(TopicPartition(topic, partition), from: Int64(messages.count), recordsMax: 1000)
                        Issue.record("records are missing without a word: \(what)")
                    }
                } catch {
                    failures.append(error)
                }
            }
            if let lag = try? reader.lag(group: "test") { #expect(lag.map(\.committed) == [11], "\(what)") }
        } catch {
            failures.append(error)
        }
        for failure in failures {
            #expect(failure.kind == .fatal, "\(what): \(failure)")
            #expect(failure.reason.contains(path), "\(what): \(failure)")
        }
    }

    @Test func goesOnWithOtherPartitionsBesideADamagedOne() throws {
        let (log, values) = try filled(3)
        let path = "\(log.folder.path)/log.sqlite"
        log.log.close()
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let wanted = Array("value 3 of 1 ".utf8)
        let place = try #require(
            bytes.indices.first { $0 + wanted.count < bytes.count && bytes[$0..<($0 + wanted.count)].elementsEqual(wanted) })
        bytes[place] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try log.restart()
        let writer = try log.member([topic])
        try writer.connection.start([TopicPartition(topic, 0): 0, TopicPartition(topic, 1): 0])
        var messages: [Message] = []
        var failures: [LogFailure] = []
        for _ in 0..<20 {
            do { messages += try writer.connection.poll(recordsMax: 10, wait: .milliseconds(0)).messages } catch {
                failures.append(error)
            }
        }
        #expect(failures.count == 1)
        #expect(failures.first?.reason.contains("\(topic)/1, offsets 15 to 29") == true, "\(failures)")
        #expect(messages.filter { $0.partition == 0 }.map { $0.value!.text } == values[TopicPartition(topic, 0)])
        #expect(messages.filter { $0.partition == 1 }.map { $0.value!.text } == Array(values[TopicPartition(topic, 1)]!.prefix(15)))
    }

    /// A write-ahead log that is cut or changed gives all transactions up to one of them, and none behind it.
    @Test(arguments: 0..<40) func endsAtAWholeTransactionWhenTheTailIsTorn(seed: Int) throws {
        let (log, values) = try filled()
        let copy = TemporaryFolder()
        for name in ["log.sqlite", "log.sqlite-wal"] {
            try FileManager.default.copyItem(atPath: "\(log.folder.path)/\(name)", toPath: "\(copy.path)/\(name)")
        }
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(copy.path)/log.sqlite-wal")))
        var random = SeededNumbers(seed: UInt64(seed))
        // Behind the first frames, which hold the tables themselves.
        let place = Int.random(in: 200_000..<bytes.count, using: &random)
        if seed % 2 == 0 { bytes.removeSubrange(place...) } else { bytes[place] ^= UInt8(1) << UInt8(random.next() % 8) }
        try Data(bytes).write(to: URL(fileURLWithPath: "\(copy.path)/log.sqlite-wal"))
        let again = try EmbeddedLog(directory: copy.path, topics: log.specs)
        let reader = try EmbeddedLogReader(directory: copy.path)
        let first = try reader.records(TopicPartition(topic, 0), from: 0, recordsMax: 1000).messages
        let second = try reader.records(TopicPartition(topic, 1), from: 0, recordsMax: 1000).messages
        #expect(first.count == second.count && first.count % 15 == 0, "seed \(seed): \(first.count) and \(second.count)")
        #expect(first.map { $0.value!.text } == Array(values[TopicPartition(topic, 0)]!.prefix(first.count)), "seed \(seed)")
        if first.count > 0 {
            #expect(try reader.lag(group: "test").map(\.committed) == [Int64(first.count / 15 - 1)], "seed \(seed)")
        }
        again.close()
    }

    @Test func refusesAFileThatIsNoLog() throws {
        let folder = TemporaryFolder()
        try Files.write(Bytes(repeating: 7, count: 100_000), to: "\(folder.path)/log.sqlite")
        let failure = try #require(thrown(LogFailure.self) { _ = try EmbeddedLog(directory: folder.path, topics: []) })
        #expect(failure.kind == .fatal)
        #expect(failure.reason.contains("\(folder.path)/log.sqlite is damaged"))
    }

    @Test func refusesALogOfANewerVersion() throws {
        let log = try EmbeddedLogUnderTest()
        log.log.close()
        try run("\(log.folder.path)/log.sqlite", "INSERT INTO step (number, name) VALUES (2, 'of tomorrow')")
        let failure = try #require(thrown(LogFailure.self) { _ = try EmbeddedLog(directory: log.folder.path, topics: []) })
        #expect(failure.description.contains("was written by a newer version"))
    }

    @Test func refusesTheFileOfAnotherProgram() throws {
        let folder = TemporaryFolder()
        try run("\(folder.path)/log.sqlite", "CREATE TABLE notes (text TEXT)")
        let failure = try #require(thrown(LogFailure.self) { _ = try EmbeddedLog(directory: folder.path, topics: []) })
        #expect(failure.description.contains("is not a log of this program"))
    }
}
