import Glibc
import StreamCore
import StreamEngine

/// A log that can also be read beside its members.
public protocol LogReaderUnderTest: RecordLogUnderTest {
    func reader() throws -> any LogReader

    /// What the log calls a group that was connected under this name.
    func name(ofGroup group: String) -> String
}

extension LogReaderUnderTest {
    public func name(ofGroup group: String) -> String { group }
}

/// What every `LogReader` promises. Its log has the topics of `RecordLogConformance`.
public enum LogReaderConformance {
    private static let input: Topic = "conformance.input.v1"
    private static let second: Topic = "conformance.second.v1"
    private static let output: Topic = "conformance.output.v1"

    /// The promises that are broken, each with what was seen. `make` gives a log without records.
    public static func violations(of make: () throws -> any LogReaderUnderTest) -> [String] {
        var promises = Promises()
        promises.promise("it knows the topics of the log") { expect in
            let (log, reader) = try opened(make)
            defer { withExtendedLifetime(log) { reader.close() } }
            expect(try Set(reader.topics).isSuperset(of: RecordLogConformance.topics), "\(try reader.topics)")
            let spec = try reader.specs().first { $0.topic == input }
            expect(spec?.partitions == RecordLogConformance.partitions && spec?.isCompacted == false, "\(String(describing: spec))")
            expect(try reader.partitionCount(of: input) == RecordLogConformance.partitions, "another number of partitions")
            expect(try reader.partitionCount(of: "nothing.v1") == nil, "partitions of a topic that is not there")
            expect(try reader.bounds(of: TopicPartition("nothing.v1", 0)) == nil, "bounds of a topic that is not there")
            expect(try reader.bounds(of: TopicPartition(input, 9)) == nil, "bounds of a partition that is not there")
            expect(!reader.clusterId.isEmpty, "the cluster has no id")
        }
        promises.promise("it reads a partition page by page") { expect in
            let (log, reader) = try opened(make)
            defer { reader.close() }
            let member = try Appender(log)
            for number in 0..<7 { try member.append([(TopicPartition(output, 1), "\(number)", 1000)]) }
            let place = TopicPartition(output, 1)
            var texts: [String] = []
            var next: Int64 = 0
            for _ in 0..<20 {
                let page = try reader.records(place, from: next, recordsMax: 3)
                expect(page.messages.count <= 3, "\(page.messages.count) at once")
                texts += page.messages.map(text)
                guard page.next > next else { break }
                next = page.next
            }
            expect(texts == (0..<7).map { "\($0)" }, "read \(texts)")
            expect(
                try reader.bounds(of: place)?.end == next, "the end is \(String(describing: try reader.bounds(of: place))), read to \(next)"
            )
            expect(try reader.records(place, from: next, recordsMax: 3).messages.isEmpty, "something behind the end")
        }
        promises.promise("a walk gives every record of its topics once, and follows") { expect in
            let (log, reader) = try opened(make)
            defer { reader.close() }
            let member = try Appender(log)
            for number in 0..<30 {
                let topic = [input, second, output][number % 3]
                try member.append([(TopicPartition(topic, number / 3 % 2), "\(number)", 1000 + Int64(number))])
            }
            let walk = try reader.walk([input, output], from: .beginning)
            let tail = try reader.walk([output], from: .end)
            var texts = try all(walk)
            // Timestamps and order of commit are the same here.
            expect(texts == (0..<30).filter { $0 % 3 != 1 }.map { "\($0)" }, "read \(texts)")
            expect(try all(tail).isEmpty, "the tail began before its end")
            try member.append([(TopicPartition(output, 0), "late", 2000)])
            texts = try following(walk, log, 1)
            expect(texts == ["late"], "followed \(texts)")
            texts = try following(tail, log, 1)
            expect(texts == ["late"], "the tail followed \(texts)")
        }
        promises.promise("a walk begins at an offset or at an instant") { expect in
            let (log, reader) = try opened(make)
            defer { reader.close() }
            let member = try Appender(log)
            // Markers of transactions have a time as well, which is now: what is asked for lies after it.
            let start = Int64(time(nil)) * 1000 + 60_000
            for number in 0..<8 { try member.append([(TopicPartition(output, number % 2), "\(number)", start + Int64(number) * 1000)]) }
            let offsets = try reader.offsets(
                of: [TopicPartition(output, 0), TopicPartition(output, 1), TopicPartition("nothing.v1", 0)],
                since: Instant(milliseconds: start + 3000))
            expect(offsets.count == 2, "offsets of \(offsets.keys)")
            var texts = try all(reader.walk([output], from: .instant(Instant(milliseconds: start + 3000))))
            expect(texts == ["3", "4", "5", "6", "7"], "from the instant: \(texts)")
            texts = try all(reader.walk([output], from: .instant(Instant(milliseconds: start + 9000))))
            expect(texts.isEmpty, "after the last: \(texts)")
            let place = TopicPartition(output, 1)
            let middle = try reader.offsets(of: [place], since: Instant(milliseconds: start + 4001))[place] ?? 0
            texts = try all(reader.walk([output], from: .offset(middle))).filter { Int($0)! % 2 == 1 }
            expect(texts == ["5", "7"], "from the offset \(middle): \(texts)")
        }
        promises.promise("it tells how far a group has read") { expect in
            let (log, reader) = try opened(make)
            defer { reader.close() }
            let member = try Appender(log)
            let place = TopicPartition(input, 1)
            for number in 0..<3 { try member.append([(place, "\(number)", 1000)]) }
            let end = try reader.bounds(of: place)?.end ?? 0
            try member.commit([place: 1])
            let group = log.name(ofGroup: "conformance")
            expect(try reader.groups().contains(group), "\(try reader.groups())")
            let lag = try reader.lag(group: group).first { $0.partition == place }
            // Whatever lies between the records.
            let next = try reader.records(place, from: 1, recordsMax: 1).messages.first?.offset ?? 0
            expect(lag?.committed == 1 && lag?.end ?? 0 >= end && next > 0, "\(String(describing: lag)), the end is \(end)")
            expect(lag?.behind == 2, "\(String(describing: lag))")
            let last = try reader.records(place, from: next + 1, recordsMax: 1).messages.first?.offset ?? 0
            try member.commit([place: last + 1])
            var done: Lag?
            // The offsets of a transaction are there when its marker is.
            for _ in 0..<500 where done?.committed != last + 1 {
                done = try reader.lag(group: group).first { $0.partition == place }
                if done?.committed != last + 1 { log.settle() }
            }
            expect(done?.behind == 0, "everything is read: \(String(describing: done))")
            expect(try reader.lag(group: "nobody").isEmpty, "a group that is not there has read")
        }
        return promises.broken
    }

    private static func opened(
        _ make: () throws -> any LogReaderUnderTest
    ) throws -> (any LogReaderUnderTest, any LogReader) {
        let log = try make()
        return (log, try log.reader())
    }

    private static func text(_ message: Message) -> String { message.value?.text ?? "" }

    private static func all(_ walk: any LogWalk) throws -> [String] {
        var texts: [String] = []
        while true {
            let page = try walk.next(recordsMax: 4)
            if page.isEmpty { return texts }
            texts += page.map(text)
        }
    }

    /// What comes within some looks.
    private static func following(_ walk: any LogWalk, _ log: any LogReaderUnderTest, _ count: Int) throws -> [String] {
        var texts: [String] = []
        for _ in 0..<500 where texts.count < count {
            texts += try all(walk)
            if texts.count < count { log.settle() }
        }
        return texts
    }

    /// A member with everything assigned, which appends.
    private final class Appender {
        private let log: any RecordLog
        private var membership: Membership?

        init(_ log: any LogReaderUnderTest) throws {
            self.log = try log.connect(group: "conformance", instance: "only", topics: [input, second])
            for _ in 0..<200 where membership == nil {
                for change in try self.log.poll(recordsMax: 1, wait: .milliseconds(100)).membership {
                    if case .assigned(_, let membership) = change { self.membership = membership }
                }
                if membership == nil { log.settle() }
            }
        }

        deinit { log.close() }

        func append(_ records: [(place: TopicPartition, text: String, milliseconds: Int64)]) throws {
            try commit(
                [TopicPartition(input, 0): 0],
                records.map {
                    Append(to: $0.place, key: nil, value: Bytes(utf8: $0.text), timestamp: Instant(milliseconds: $0.milliseconds))
                })
        }

        func commit(_ offsets: [TopicPartition: Int64], _ records: [Append] = []) throws {
            guard let membership else { throw LogFailure(.fatal, "nothing was assigned") }
            _ = try log.commit(Transaction(membership: membership, records: records, offsets: offsets))
        }
    }
}
