import EmbeddedLog
import StreamCore
import StreamEngine
import StreamTestKit

/// An embedded log in a folder of its own, for the suite and for what only this log promises.
final class EmbeddedLogUnderTest: RecordLogUnderTest, LogReaderUnderTest {
    let folder = TemporaryFolder()
    let specs: [TopicSpec]
    private(set) var log: EmbeddedLog
    let time = TestTime()
    let settings: EmbeddedLog.Settings

    final class TestTime {
        var now = Instant(milliseconds: 1_000_000)
    }

    init(
        _ specs: [TopicSpec] = RecordLogConformance.topics.map { TopicSpec($0, partitions: RecordLogConformance.partitions) },
        settings: EmbeddedLog.Settings = EmbeddedLog.Settings()
    ) throws {
        self.specs = specs
        self.settings = settings
        let time = time
        log = try EmbeddedLog(directory: folder.path, topics: specs, settings: settings, clock: { time.now })
    }

    func connect(group: String, instance: String, topics: [Topic]) throws -> any RecordLog {
        try log.connect(group: group, instance: instance, topics: topics)
    }

    func reader() throws -> any LogReader { try EmbeddedLogReader(directory: folder.path) }

    func restart() throws {
        let time = time
        log.close()
        log = try EmbeddedLog(directory: folder.path, topics: specs, settings: settings, clock: { time.now })
    }

    /// Alone in a group on these topics, with everything assigned.
    func member(_ topics: [Topic], group: String = "test") throws -> Writer {
        let connection = try connect(group: group, instance: "only", topics: topics)
        guard case .assigned(_, let membership)? = try connection.poll(recordsMax: 1, wait: .milliseconds(0)).membership.first else {
            throw LogFailure(.fatal, "nothing was assigned")
        }
        return Writer(connection: connection, membership: membership, offset: TopicPartition(topics[0], 0))
    }

    struct Writer {
        let connection: any RecordLog
        let membership: Membership
        let offset: TopicPartition

        @discardableResult
        func append(_ records: [Append], offsets: [TopicPartition: Int64]? = nil) throws -> Receipt {
            try connection.commit(Transaction(membership: membership, records: records, offsets: offsets ?? [offset: 0]))
        }

        func all(_ place: TopicPartition) throws -> [Message] {
            var messages: [Message] = []
            let bounds = try connection.bounds(of: place)
            var offset = bounds.earliest
            while offset < bounds.end {
                let replay = try connection.replay(place, from: offset, recordsMax: 100)
                messages += replay.messages
                offset = replay.next
            }
            return messages
        }
    }
}

func append(_ place: TopicPartition, _ key: String?, _ value: String?) -> Append {
    Append(
        to: place, key: key.map { Bytes(utf8: $0) }, value: value.map { Bytes(utf8: $0) }, timestamp: Instant(milliseconds: 1))
}
