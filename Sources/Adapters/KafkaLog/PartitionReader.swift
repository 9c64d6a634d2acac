import RdKafka
import StreamCore
import StreamEngine

/// Reads many partitions side by side with one consumer that joins nothing, each from a place of its own to an end of its own.
///
/// What is not taken of a partition holds up the fetching of that partition alone.
final class PartitionReader {
    /// How far one partition is read.
    struct Cursor {
        let place: TopicPartition
        fileprivate var queue: PartitionQueue?
        /// The offset of the first record that was not fetched yet. What is taken and not given yet lies below it.
        fileprivate(set) var position: Int64
        /// Reading ends here: the high watermark of the time at which it began.
        let end: Int64
        /// Everything below `end` was fetched that can be read; with an open transaction that is less.
        fileprivate(set) var isAtEnd: Bool
        fileprivate(set) var messages: ArraySlice<Message> = []
        /// What was found in place of the next record.
        fileprivate var failure: LogFailure?

        var isExhausted: Bool { isAtEnd && messages.isEmpty }
        /// The offset from which on nothing was given.
        var next: Int64 { messages.first?.offset ?? position }
    }

    private let consumer: Consumer
    private let failures: KafkaFailure
    private let bootstrap: String
    private(set) var cursors: [Cursor] = []
    private var buffer = RecordBuffer()
    private var knownTopics: Set<Topic> = []

    /// What is taken at once of one partition.
    private static let recordsOfTakeMax = 500
    private static let bytesOfTakeMax = 256 << 10
    /// After so long without anything from a partition that has something, its broker is taken for gone.
    private static let patience: Int64 = 10_000

    /// `kilobytes`: how much of a partition is fetched ahead.
    init(_ options: KafkaOptions, readsUncommitted: Bool, kilobytes: Int) throws(LogFailure) {
        failures = KafkaFailure(options: options, group: PartitionReader.group)
        bootstrap = options.bootstrap
        let configuration = try options.configuration(for: .reader(group: PartitionReader.group))
        var callbacks = options.callbacks
        callbacks.onStatistics = nil
        do {
            if readsUncommitted { try configuration.set("isolation.level", "read_uncommitted") }
            if options.properties["queued.max.messages.kbytes"] == nil {
                try configuration.set("queued.max.messages.kbytes", "\(kilobytes)")
            }
            if options.properties["fetch.message.max.bytes"] == nil {
                try configuration.set("fetch.message.max.bytes", "\(min(4096, kilobytes) * 1024)")
            }
            consumer = try Consumer(configuration, callbacks, rebalances: false)
        } catch {
            throw failures.fatal("a reader", error)
        }
    }

    /// It is never joined and has no offsets: librdkafka only wants to have one.
    private static let group = "chengxin"

    /// Begins anew with these partitions, in this order.
    func begin(_ partitions: [(place: TopicPartition, from: Int64, end: Int64)]) throws(LogFailure) {
        learn(Set(partitions.map(\.place.topic)))
        cursors = []
        var positions: [PartitionOffset] = []
        for (place, from, end) in partitions {
            var cursor = Cursor(place: place, queue: nil, position: from, end: end, isAtEnd: from >= end)
            if !cursor.isAtEnd {
                cursor.queue = PartitionQueue(consumer, topic: place.topic.name, partition: Int32(place.partition))
                positions.append(PartitionOffset(place.topic.name, Int32(place.partition), offset: from))
            }
            cursors.append(cursor)
        }
        do throws(RdKafkaError) {
            if positions.isEmpty { try consumer.unassign() } else { try consumer.assign(positions) }
        } catch {
            throw failures.reading("a reader", error)
        }
    }

    /// librdkafka 2.0 looks for the leaders of a topic that is new to it once in a second, unless it has been told of them before.
    private func learn(_ topics: Set<Topic>) {
        guard !topics.isSubset(of: knownTopics), let layout = try? consumer.client.layout(milliseconds: 5000) else { return }
        knownTopics = topics.union(layout.topics.map { Topic($0.name) })
    }

    /// Takes what has been fetched of one partition and waits for it where nothing has; afterwards it has messages or is at its end. A
    /// partition that cannot be read is thrown once and is at its end then.
    func await(_ index: Int) throws(LogFailure) {
        let deadline = Monotonic.milliseconds + PartitionReader.patience
        while cursors[index].messages.isEmpty, !cursors[index].isAtEnd {
            take(index, milliseconds: 100)
            try raise(index)
            try serve()
            guard Monotonic.milliseconds < deadline || !cursors[index].messages.isEmpty || cursors[index].isAtEnd else {
                throw LogFailure(
                    .retriable, "\(cursors[index].place): nothing came from \(bootstrap) within \(PartitionReader.patience / 1000) s",
                    hint: "is its broker running? `chengxin topics check` says which partitions have no leader")
            }
        }
    }

    /// Takes what has been fetched of one partition, waiting for the first record at most so long.
    func take(_ index: Int, milliseconds: Int32) {
        guard let queue = cursors[index].queue, !cursors[index].isAtEnd, cursors[index].failure == nil else { return }
        var wait = milliseconds
        var bytes = 0
        while buffer.count < PartitionReader.recordsOfTakeMax, bytes < PartitionReader.bytesOfTakeMax {
            guard queue.next(milliseconds: wait, { look(at: $0, &cursors[index], &bytes) }) ?? false else { break }
            wait = 0
        }
        cursors[index].messages += buffer.take()
    }

    /// Returns whether more may be taken.
    private func look(at view: Consumer.RecordView, _ cursor: inout Cursor, _ bytes: inout Int) -> Bool {
        guard view.isRecord else {
            guard view.code == .partitionEnd else {
                // librdkafka tries again by itself; whoever waits too long for that is told.
                let error = view.error
                if !error.isConnection { cursor.failure = failure(error, at: cursor.place, view.offset) }
                return error.isConnection
            }
            cursor.position = max(cursor.position, view.offset)
            // Who follows goes on.
            cursor.isAtEnd = cursor.end < .max
            return !cursor.isAtEnd
        }
        guard view.offset >= cursor.position else { return true }
        guard view.offset < cursor.end else {
            cursor.isAtEnd = true
            return false
        }
        buffer.append(view, topic: cursor.place.topic)
        bytes += (view.key?.count ?? 0) + (view.value?.count ?? 0)
        cursor.position = view.offset + 1
        cursor.isAtEnd = cursor.position >= cursor.end
        return !cursor.isAtEnd
    }

    /// Gives the first records that were taken of a partition.
    func give(_ index: Int, _ count: Int) -> ArraySlice<Message> {
        let given = cursors[index].messages.prefix(count)
        cursors[index].messages.removeFirst(given.count)
        return given
    }

    func giveFirst(_ index: Int) -> Message { cursors[index].messages.removeFirst() }

    /// Looks at what concerns the connection as a whole.
    func serve() throws(LogFailure) {
        while let event = consumer.next(milliseconds: 0) {
            guard event.kind == .error else { continue }
            let error = event.error()
            // No group is used, so no right to one is needed.
            guard error.isFatal || (error.isAuthorization && error.code != .groupAuthorizationFailed) else { continue }
            throw failures.fatal("the broker at \(bootstrap) does not let us read", error)
        }
    }

    /// Throws what is wrong with a partition, when everything before it has been given.
    func raise(_ index: Int) throws(LogFailure) {
        guard cursors[index].messages.isEmpty, let failure = cursors[index].failure.take() else { return }
        cursors[index].isAtEnd = true
        throw failure
    }

    private func failure(_ error: RdKafkaError, at place: TopicPartition, _ offset: Int64) -> LogFailure {
        var failure = failures.fatal(offset >= 0 ? "\(place), offset \(offset)" : "\(place)", error)
        failure.damagedAt = place
        return failure
    }
}
