import StreamCore
import StreamEngine

/// A log as the suite needs it: it can be connected to, and ended and opened again.
public protocol RecordLogUnderTest: AnyObject {
    func connect(group: String, instance: String, topics: [Topic]) throws -> any RecordLog

    /// All processes end without a word, and the log is opened again with what it had made durable.
    func restart() throws

    /// Lets pass what takes time in this log (markers, rebalances); called between polls that gave nothing.
    func settle()
}

extension RecordLogUnderTest {
    public func settle() {}
}

/// What every `RecordLog` promises. An implementation's test says `#expect(RecordLogConformance.violations(of: make).isEmpty)`.
public enum RecordLogConformance {
    /// The topics that a log under test has to have, each with two partitions and without compaction or retention.
    public static let topics: [Topic] = [
        "conformance.input.v1", "conformance.second.v1", "conformance.output.v1", "conformance.changelog.v1",
    ]
    public static let partitions = 2

    private static let input: Topic = "conformance.input.v1"
    private static let second: Topic = "conformance.second.v1"
    private static let output: Topic = "conformance.output.v1"
    private static let inputs: [Topic] = [input, second]

    /// The promises that are broken, each with what was seen. `make` gives a log without records.
    public static func violations(of make: () throws -> any RecordLogUnderTest) -> [String] {
        var promises = Promises()
        membership(&promises, make)
        transactions(&promises, make)
        reading(&promises, make)
        return promises.broken
    }

    // MARK: Membership

    private static func membership(_ promises: inout Promises, _ make: () throws -> any RecordLogUnderTest) {
        promises.promise("a member that is alone gets all partitions") { expect in
            let member = try Member(make(), "a")
            expect(try member.join() == [0, 1], "assigned \(member.held)")
        }
        promises.promise("partitions are shared among the members, each has one owner") { expect in
            let log = try make()
            let first = try Member(log, "a")
            _ = try first.join()
            let second = try Member(log, "b")
            try exchange([first, second]) { first.held.count == 1 && second.held.count == 1 }
            expect(first.held.count == 1 && Set(first.held + second.held) == [0, 1], "\(first.held) and \(second.held)")
            expect(first.membership!.generation == second.membership!.generation, "two generations at once")
        }
        promises.promise("what a member leaves behind goes to the others") { expect in
            let log = try make()
            let first = try Member(log, "a")
            let second = try Member(log, "b")
            try exchange([first, second]) { first.held.count == 1 && second.held.count == 1 }
            first.connection.close()
            try exchange([second]) { second.held.count == 2 }
            expect(second.held.sorted() == [0, 1], "the other holds \(second.held)")
        }
        promises.promise("a commit under an older membership is fenced and leaves nothing") { expect in
            let log = try make()
            let first = try Member(log, "a")
            _ = try first.join()
            let old = first.membership!
            let newcomer = try Member(log, "b")
            try exchange([first, newcomer]) { first.held.count == 1 && newcomer.held.count == 1 }
            let place = TopicPartition(input, first.held[0])
            let kind = failure { try first.commit([record(output, 0, "late")], [place: 1], under: old) }
            expect(kind == .fenced, "it was \(String(describing: kind))")
            expect(try all(newcomer, output, 0).isEmpty, "its record is visible")
            expect(try newcomer.connection.committedOffsets([place]).isEmpty, "its offset is committed")
        }
        promises.promise("a member that is told to give back may still commit until it polls again") { expect in
            let log = try make()
            let first = try Member(log, "a")
            _ = try first.join()
            let newcomer = try Member(log, "b")
            var revoked: [Int] = []
            for _ in 0..<100 where revoked.isEmpty {
                _ = try newcomer.step()
                revoked = try first.step().revoked
                if revoked.isEmpty { log.settle() }
            }
            expect(revoked.sorted() == [0, 1], "revoked \(revoked)")
            try first.commit([record(output, 0, "last")], [TopicPartition(input, 0): 7])
            try exchange([first, newcomer]) { first.held.count == 1 && newcomer.held.count == 1 }
            expect(
                try newcomer.connection.committedOffsets([TopicPartition(input, 0)]) == [TopicPartition(input, 0): 7], "the commit is lost")
        }
        promises.promise("a second member of the same instance fences the first") { expect in
            let log = try make()
            let first = try Member(log, "a")
            _ = try first.join()
            let again = try Member(log, "a")
            try exchange([again]) { again.held.count == 2 }
            let kind = failure { try first.commit([], [TopicPartition(input, 0): 1]) }
            expect(kind == .fenced, "it was \(String(describing: kind))")
        }
        promises.promise("partitions that are not held cannot be started") { expect in
            let log = try make()
            let member = try Member(log, "a")
            expect(failure { try member.connection.start([TopicPartition(input, 0): 0]) } != nil, "it was started")
        }
    }

    // MARK: Transactions

    private static func transactions(_ promises: inout Promises, _ make: () throws -> any RecordLogUnderTest) {
        promises.promise("what is committed is read back in its order, in all partitions, whole") { expect in
            let member = try Member(make(), "a")
            _ = try member.join()
            var expected: [[String]] = [[], []]
            for round in 0..<5 {
                var records: [Append] = []
                for number in 0..<20 {
                    let partition = number % 3 == 0 ? 0 : 1
                    records.append(record(output, partition, "\(round)-\(number)"))
                    expected[partition].append("\(round)-\(number)")
                }
                try member.commit(records, [TopicPartition(input, 0): Int64(round)])
            }
            for partition in 0..<2 {
                let messages = try all(member, output, partition)
                expect(messages.map { $0.value?.text } == expected[partition], "partition \(partition): \(messages.count) records")
                expect(zip(messages, messages.dropFirst()).allSatisfy { $0.offset < $1.offset }, "offsets do not ascend")
                expect(messages.allSatisfy { $0.topic == output && $0.partition == partition }, "another place is named")
            }
        }
        promises.promise("keys, values, headers and timestamps survive, null and empty ones too") { expect in
            let member = try Member(make(), "a")
            _ = try member.join()
            var headers = Headers()
            headers.append("ce_id", text: "一")
            headers.append("ce_id", text: "twice")
            headers.append("empty", [])
            headers.append("none", nil)
            let place = TopicPartition(output, 0)
            let large = Bytes((0..<(2 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
            let records = [
                Append(to: place, key: Bytes(utf8: "k"), value: Bytes(utf8: "v"), headers: headers, timestamp: Instant(milliseconds: 5)),
                Append(to: place, key: nil, value: Bytes(utf8: "v"), timestamp: Instant(milliseconds: 1)),
                Append(to: place, key: Bytes(utf8: "k"), value: nil, timestamp: Instant(milliseconds: 2)),
                Append(to: place, key: [], value: [], timestamp: Instant(milliseconds: 3)),
                Append(to: place, key: Bytes([0, 255]), value: large, headers: headers, timestamp: Instant(milliseconds: 4)),
            ]
            try member.commit(records, [TopicPartition(input, 0): 0])
            let messages = try all(member, output, 0)
            guard messages.count == records.count else { return expect(false, "\(messages.count) records") }
            for (index, (message, record)) in zip(messages, records).enumerated() {
                expect(same(message.key, record.key), "record \(index): another key")
                expect(same(message.value, record.value), "record \(index): another value")
                expect(same(message.headers.encoded, record.headers.encoded), "record \(index): other headers")
                expect(message.timestamp == record.timestamp, "record \(index): another timestamp")
            }
        }
        promises.promise("offsets are committed with the records, and read back by another member") { expect in
            let log = try make()
            let member = try Member(log, "a")
            _ = try member.join()
            let place = TopicPartition(input, 1)
            try member.commit([record(output, 0, "x")], [place: 42, TopicPartition(second, 1): 3])
            try member.commit([record(output, 0, "y")], [place: 43])
            let offsets = try settled(log) {
                try member.connection.committedOffsets([place, TopicPartition(second, 1), TopicPartition(second, 0)])
            }
            expect(offsets == [place: 43, TopicPartition(second, 1): 3], "\(offsets)")
            let other = try Member(log, "a", group: "other")
            _ = try other.join()
            expect(try other.connection.committedOffsets([place]).isEmpty, "another group sees them")
        }
        promises.promise("a transaction with offsets alone is one") { expect in
            let log = try make()
            let member = try Member(log, "a")
            _ = try member.join()
            let receipt = try member.commit([], [TopicPartition(input, 0): 9])
            expect(receipt.next.isEmpty, "a place of records: \(receipt.next)")
            let offsets = try settled(log) { try member.connection.committedOffsets([TopicPartition(input, 0)]) }
            expect(offsets == [TopicPartition(input, 0): 9], "\(offsets)")
        }
        promises.promise("a transaction that fails leaves nothing in any partition") { expect in
            let log = try make()
            let member = try Member(log, "a")
            _ = try member.join()
            let kind = failure {
                try member.commit(
                    [record(output, 0, "x"), record(output, 1, "x"), record("conformance.unknown.v1", 0, "x")],
                    [TopicPartition(input, 0): 5])
            }
            expect(kind != nil, "a topic that there is not took a record")
            let next = try Member(log, "a")
            try exchange([next]) { next.held.count == 2 }
            try next.connection.renew()
            try next.commit([record(output, 0, "y"), record(output, 1, "y")], [TopicPartition(second, 0): 1])
            for partition in 0..<2 {
                let values = try all(next, output, partition).map { $0.value?.text }
                expect(values == ["y"], "partition \(partition) has \(values)")
            }
            let offsets = try settled(log) { try next.connection.committedOffsets([TopicPartition(input, 0)]) }
            expect(offsets.isEmpty, "its offset is committed")
        }
        promises.promise("what is committed is there after a restart, and goes on from there") { expect in
            let log = try make()
            let member = try Member(log, "a")
            _ = try member.join()
            let cluster = member.connection.clusterId
            let old = member.membership!
            try member.commit([record(output, 0, "before")], [TopicPartition(input, 0): 11])
            try log.restart()
            let next = try Member(log, "a")
            try exchange([next]) { next.held.count == 2 }
            expect(next.connection.clusterId == cluster, "another cluster")
            expect(next.membership! != old, "the same generation again")
            let kind = failure { try next.commit([], [TopicPartition(input, 0): 1], under: old) }
            expect(kind == .fenced, "the old generation's commit was \(String(describing: kind))")
            let offsets = try settled(log) { try next.connection.committedOffsets([TopicPartition(input, 0)]) }
            expect(offsets == [TopicPartition(input, 0): 11], "\(offsets)")
            try next.connection.renew()
            try next.commit([record(output, 0, "after")], [TopicPartition(input, 0): 12])
            expect(try all(next, output, 0).map { $0.value?.text } == ["before", "after"], "records are not those committed")
        }
    }

    // MARK: Reading

    private static func reading(_ promises: inout Promises, _ make: () throws -> any RecordLogUnderTest) {
        promises.promise("a topic that there is not has no partitions") { expect in
            let member = try Member(make(), "a")
            expect(try member.connection.partitionCount(of: input) == partitions, "an existing topic")
            expect(try member.connection.partitionCount(of: "conformance.unknown.v1") == nil, "an unknown topic")
        }
        promises.promise("started partitions are delivered from where they were started, in order, once") { expect in
            let log = try make()
            let member = try Member(log, "a")
            _ = try member.join()
            try member.commit(
                (0..<50).map { record(input, 0, "\($0)") } + (0..<50).map { record(input, 1, "\($0)") }, [TopicPartition(input, 0): 0])
            let start = try all(member, input, 0)[20].offset
            try member.connection.start([TopicPartition(input, 0): start])
            let first = try member.collect(30, recordsMax: 7)
            expect(first.map { $0.value?.text } == (20..<50).map { "\($0)" }, "\(first.count) records")
            try member.commit([record(input, 0, "new")], [TopicPartition(input, 0): 0])
            expect(try member.collect(1, recordsMax: 7).map { $0.value?.text } == ["new"], "what came later")
            member.connection.stop([TopicPartition(input, 0), TopicPartition(second, 1)])
            try member.commit([record(input, 0, "unseen")], [TopicPartition(input, 0): 0])
            for _ in 0..<10 {
                expect(try member.step().messages.isEmpty, "a stopped partition was delivered")
                log.settle()
            }
        }
        promises.promise("a poll gives no more than it was asked for") { expect in
            let member = try Member(make(), "a")
            _ = try member.join()
            try member.commit((0..<50).map { record(input, 0, "\($0)") }, [TopicPartition(input, 0): 0])
            try member.connection.start([TopicPartition(input, 0): 0])
            for _ in 0..<5 {
                expect(try member.connection.poll(recordsMax: 3, wait: .milliseconds(50)).messages.count <= 3, "more than three")
            }
        }
        promises.promise("bounds say what is there") { expect in
            let member = try Member(make(), "a")
            _ = try member.join()
            expect(try member.connection.bounds(of: TopicPartition(output, 0)) == Bounds(earliest: 0, end: 0), "an empty partition")
            let receipt = try member.commit([record(output, 0, "x"), record(output, 0, "y")], [TopicPartition(input, 0): 0])
            let bounds = try member.connection.bounds(of: TopicPartition(output, 0))
            expect(bounds.earliest == 0 && bounds.end >= 2, "\(bounds)")
            expect(receipt.next[TopicPartition(output, 0)].map { $0 <= bounds.end } ?? true, "the receipt is ahead of the log")
        }
        promises.promise("a replay goes in steps from anywhere to the end") { expect in
            let log = try make()
            let member = try Member(log, "a")
            _ = try member.join()
            for round in 0..<10 {
                try member.commit((0..<10).map { record(output, 1, "\(round * 10 + $0)") }, [TopicPartition(input, 0): 0])
            }
            let place = TopicPartition(output, 1)
            var offset: Int64 = 0
            var values: [String?] = []
            var rounds = 0
            let end = try member.connection.bounds(of: place).end
            while offset < end, rounds < 1000 {
                let replay = try member.connection.replay(place, from: offset, recordsMax: 7)
                expect(replay.messages.count <= 7, "more than it was asked for")
                expect(replay.messages.allSatisfy { $0.offset >= offset && $0.offset < replay.next }, "outside of its step")
                values += replay.messages.map { $0.value?.text }
                if replay.next == offset { log.settle() }
                offset = replay.next
                rounds += 1
            }
            expect(values == (0..<100).map { "\($0)" }, "\(values.count) records")
            let middle = try all(member, output, 1)[55].offset
            let rest = try member.connection.replay(place, from: middle, recordsMax: 2)
            expect(rest.messages.map { $0.value?.text } == ["55", "56"], "from the middle")
        }
        promises.promise("an offset that there is not is an error, not silence") { expect in
            let log = try make()
            let member = try Member(log, "a")
            _ = try member.join()
            var kind = failure { try member.connection.start([TopicPartition(input, 0): 1000]) }
            for _ in 0..<100 where kind == nil {
                kind = failure { _ = try member.step() }
                log.settle()
            }
            expect(kind != nil, "it was taken")
        }
    }

    // MARK: Tools

    static func record(_ topic: Topic, _ partition: Int, _ value: String) -> Append {
        Append(to: TopicPartition(topic, partition), key: Bytes(utf8: "k"), value: Bytes(utf8: value), timestamp: Instant(milliseconds: 1))
    }

    private static func same(_ left: Bytes?, _ right: Bytes?) -> Bool {
        switch (left, right) {
        case (nil, nil): return true
        case (let left?, let right?): return left.elementsEqual(right)
        default: return false
        }
    }

    private static func failure(_ body: () throws -> Void) -> LogFailure.Kind? {
        do {
            try body()
            return nil
        } catch {
            return (error as? LogFailure)?.kind
        }
    }

    /// What a call gives once it no longer says that it may be tried again.
    private static func settled<Result>(_ log: any RecordLogUnderTest, _ body: () throws -> Result) throws -> Result {
        for _ in 0..<100 {
            do {
                return try body()
            } catch let failure as LogFailure where failure.kind == .retriable {
                log.settle()
            }
        }
        return try body()
    }

    /// Lets members poll by turns until something has come true.
    private static func exchange(_ members: [Member], until isDone: () -> Bool) throws {
        for _ in 0..<200 where !isDone() {
            for member in members { _ = try member.step() }
            members[0].log.settle()
        }
    }

    /// All committed records of a partition.
    private static func all(_ member: Member, _ topic: Topic, _ partition: Int) throws -> [Message] {
        let place = TopicPartition(topic, partition)
        var messages: [Message] = []
        var offset: Int64 = 0
        let end = try member.connection.bounds(of: place).end
        for _ in 0..<1000 where offset < end {
            let replay = try member.connection.replay(place, from: offset, recordsMax: 1000)
            if replay.next == offset { member.log.settle() }
            messages += replay.messages
            offset = replay.next
        }
        return messages
    }

    private final class Member {
        let log: any RecordLogUnderTest
        let connection: any RecordLog
        private(set) var held: [Int] = []
        private(set) var membership: Membership?

        init(_ log: any RecordLogUnderTest, _ instance: String, group: String = "conformance") throws {
            self.log = log
            connection = try log.connect(group: group, instance: instance, topics: RecordLogConformance.inputs)
        }

        /// Polls until something is assigned.
        func join() throws -> [Int] {
            for _ in 0..<200 where membership == nil {
                _ = try step()
                if membership == nil { log.settle() }
            }
            return held.sorted()
        }

        func step(recordsMax: Int = 1000) throws -> (messages: [Message], revoked: [Int]) {
            let poll = try connection.poll(recordsMax: recordsMax, wait: .milliseconds(10))
            var revoked: [Int] = []
            for change in poll.membership {
                switch change {
                case .assigned(let partitions, let membership):
                    held = partitions
                    self.membership = membership
                case .revoked(let partitions):
                    revoked += partitions
                    held.removeAll { partitions.contains($0) }
                case .lost(let partitions):
                    held.removeAll { partitions.contains($0) }
                }
            }
            return (poll.messages, revoked)
        }

        /// Polls until so many records have come.
        func collect(_ count: Int, recordsMax: Int) throws -> [Message] {
            var messages: [Message] = []
            for _ in 0..<200 where messages.count < count {
                messages += try step(recordsMax: recordsMax).messages
                if messages.count < count { log.settle() }
            }
            return messages
        }

        @discardableResult
        func commit(
            _ records: [Append], _ offsets: [TopicPartition: Int64], under membership: Membership? = nil
        ) throws -> Receipt {
            try connection.commit(
                Transaction(membership: membership ?? self.membership ?? Membership(generation: -1), records: records, offsets: offsets))
        }
    }
}
