import RdKafka
import StreamCore
import StreamEngine
import Synchronization

/// A lane's transactional producer, and the next one after anything that was not clean.
final class Outbox {
    private enum State {
        /// `init_transactions` runs on a thread of its own.
        case opening(Producer, Opening)
        case ready(Producer)
        /// Its last transaction did not end cleanly.
        case spent(Producer)
        case none
    }

    /// The outcome of `init_transactions`, which may take as long as a transaction that a predecessor has left open.
    private final class Opening: Sendable {
        let latch = Latch()
        let error = Mutex<RdKafkaError?>(nil)
        let isAbandoned = Atomic<Bool>(false)
    }

    private let options: KafkaOptions
    private let transactionalId: String
    private let failures: KafkaFailure
    private var state = State.none

    /// Begins at once to fence whoever had this place before.
    init(_ options: KafkaOptions, group: String, instance: String) throws(LogFailure) {
        self.options = options
        transactionalId = "\(group).\(instance)"
        failures = KafkaFailure(options: options, group: group)
        try open()
    }

    deinit {
        if case .opening(_, let opening) = state { opening.isAbandoned.store(true, ordering: .relaxed) }
    }

    private func open() throws(LogFailure) {
        let configuration = try options.configuration(for: .producer(transactionalId: transactionalId))
        let producer: Producer
        do { producer = try Producer(configuration, options.callbacks) } catch {
            throw failures.fatal("a producer for \(transactionalId)", error)
        }
        let opening = Opening()
        let client = producer.client
        Background.run {
            while !opening.isAbandoned.load(ordering: .relaxed) {
                do throws(RdKafkaError) {
                    try client.initTransactions(milliseconds: 500)
                    break
                } catch  where error.isRetriable || (error.isConnection && !error.isFatal) {
                    opening.latch.wait(milliseconds: 20)
                } catch {
                    opening.error.withLock { $0 = error }
                    break
                }
            }
            opening.latch.open()
        }
        state = .opening(producer, opening)
    }

    /// The producer once it may be used. Throws `.retriable` when that takes longer than `milliseconds`.
    private func ready(within milliseconds: Int64) throws(LogFailure) -> Producer {
        switch state {
        case .ready(let producer): return producer
        case .spent, .none: throw LogFailure(.unclean, "\(transactionalId): the transaction before was not clean")
        case .opening(let producer, let opening):
            guard opening.latch.wait(milliseconds: milliseconds) else {
                throw LogFailure(.retriable, "\(transactionalId): the transaction coordinator does not answer yet")
            }
            guard let error = opening.error.withLock({ $0 }) else {
                state = .ready(producer)
                return producer
            }
            state = .spent(producer)
            if error.isFenced { throw LogFailure(.fenced, "\(transactionalId): \(error)", hint: failures.hint(for: error)) }
            throw failures.fatal(transactionalId, error)
        }
    }

    /// A new epoch. Throws `.retriable` when the coordinator does not answer in time; the next call goes on waiting.
    func renew(within milliseconds: Int64) throws(LogFailure) {
        switch state {
        case .opening: break
        case .ready, .spent, .none:
            // The old one is fenced by the new one, whatever it still has on its way.
            state = .none
            try open()
        }
        _ = try ready(within: milliseconds)
    }

    /// Serves callbacks: errors and statistics.
    func poll() {
        if case .ready(let producer) = state { producer.client.poll(milliseconds: 0) }
    }

    /// Ends an open transaction, so that readers do not wait for its timeout.
    func close() -> Latch? {
        switch state {
        case .opening(let producer, let opening):
            opening.isAbandoned.store(true, ordering: .relaxed)
            state = .none
            return producer.client.ended
        case .ready(let producer), .spent(let producer):
            state = .none
            return producer.client.ended
        case .none: return nil
        }
    }

    // MARK: - Transactions

    /// A commit that took longer is not trusted: its `EndTxn` may have been sent twice, and the second must not meet a later transaction.
    private static let cleanMilliseconds: Int64 = 3000

    func commit(_ transaction: Transaction, of member: GroupMetadata) throws(LogFailure) -> Receipt {
        let producer = try ready(within: 2000)
        let topics = try resolve(transaction.records, producer)
        let begun = Monotonic.milliseconds
        let disconnects = producer.client.disconnects
        let deadline = begun + options.transactionMilliseconds * 8 / 10
        do throws(RdKafkaError) {
            try producer.begin()
            try produce(transaction.records, topics, producer, deadline)
            try retrying(until: deadline) { left throws(RdKafkaError) in
                try producer.sendOffsets(Outbox.offsets(transaction.offsets), of: member, milliseconds: left)
            }
            // Not for ever: this producer is not used again when the time is over, so its state need not be known.
            try retrying(until: deadline) { left throws(RdKafkaError) in try producer.commit(milliseconds: left) }
        } catch {
            state = .spent(producer)
            throw failed(error, producer, begun)
        }
        let took = Monotonic.milliseconds - begun
        guard took <= Outbox.cleanMilliseconds, producer.client.disconnects == disconnects else {
            state = .spent(producer)
            let why = took > Outbox.cleanMilliseconds ? "took \(took) ms" : "met a broken connection"
            throw LogFailure(.unclean, "\(transactionalId): a commit \(why)")
        }
        var receipt = Receipt(next: [:])
        producer.delivered { topic, partition, next in receipt.next[TopicPartition(Topic(topic), partition)] = next }
        return receipt
    }

    /// The topics of a transaction: few, so that looking through them is quicker than a dictionary.
    private struct Topics {
        var names: [Topic] = []
        var handles: [Producer.Topic] = []

        @inline(__always)
        func index(of topic: Topic) -> Int? {
            for index in names.indices where names[index] == topic { return index }
            return nil
        }
    }

    /// Finds every topic, and sees that there is such a partition, before anything is begun.
    private func resolve(_ records: [Append], _ producer: Producer) throws(LogFailure) -> Topics {
        var topics = Topics()
        // By their places: a record in hand would be a copy, of which four arrays know.
        for number in records.indices {
            let place = records[number].to
            let index: Int
            if let known = topics.index(of: place.topic) {
                index = known
            } else {
                topics.handles.append(try find(place.topic, producer))
                topics.names.append(place.topic)
                index = topics.names.count - 1
            }
            // librdkafka 2.0 frees the headers twice when there is no such partition.
            guard place.partition >= 0, place.partition < topics.handles[index].partitions else {
                throw LogFailure(
                    .fatal,
                    "topic \(place.topic) has \(topics.handles[index].partitions) partitions, a record was for partition \(place.partition)",
                    hint: "`chengxin topics plan` shows how many it should have")
            }
        }
        return topics
    }

    /// A topic that was made a moment ago may not be known everywhere yet.
    private func find(_ topic: Topic, _ producer: Producer) throws(LogFailure) -> Producer.Topic {
        let deadline = Monotonic.milliseconds + 1000
        while true {
            do { return try producer.topic(topic.name, milliseconds: 2000) } catch {
                guard error.code == .unknownTopicOrPartition || error.code == .unknownTopic else {
                    throw failures.reading("topic \(topic)", error)
                }
                guard Monotonic.milliseconds < deadline else { throw failures.fatal("topic \(topic)", error) }
                producer.client.poll(milliseconds: 100)
            }
        }
    }

    private func produce(
        _ records: [Append], _ topics: Topics, _ producer: Producer, _ deadline: Int64
    ) throws(RdKafkaError) {
        for number in records.indices {
            let place = records[number].to
            guard let index = topics.index(of: place.topic) else { preconditionFailure("\(place): its topic was not found before") }
            let handle = topics.handles[index]
            while true {
                do {
                    try Outbox.produce(records, number, handle, producer)
                    break
                } catch  where error.code == .queueFull && Monotonic.milliseconds < deadline {
                    producer.client.poll(milliseconds: 1)
                }
            }
        }
    }

    /// By its place, as above.
    private static func produce(
        _ records: [Append], _ number: Int, _ topic: Producer.Topic, _ producer: Producer
    ) throws(RdKafkaError) {
        // The closures of the standard library do not pass typed errors on.
        let result: Result<Void, RdKafkaError> = withBytes(records[number].key) { key in
            withBytes(records[number].value) { value in
                do throws(RdKafkaError) {
                    try producer.produce(
                        to: topic, partition: records[number].to.partition, key: key, value: value,
                        headers: HeaderCodec.list(records[number].headers), timestamp: records[number].timestamp.milliseconds)
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
        }
        try result.get()
    }

    static func withBytes<Result>(_ bytes: Bytes?, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        guard let bytes else { return body(nil) }
        return bytes.withUnsafeBytes { body($0) }
    }

    private static func offsets(_ offsets: [TopicPartition: Int64]) -> [PartitionOffset] {
        offsets.map { PartitionOffset($0.key.topic.name, Int32($0.key.partition), offset: $0.value) }
    }

    private func retrying(until deadline: Int64, _ body: (Int32) throws(RdKafkaError) -> Void) throws(RdKafkaError) {
        while true {
            do { return try body(Int32(max(1, deadline - Monotonic.milliseconds))) } catch {
                guard error.isRetriable, Monotonic.milliseconds < deadline else { throw error }
            }
        }
    }

    private func failed(_ error: RdKafkaError, _ producer: Producer, _ begun: Int64) -> LogFailure {
        // The reports that say which record it was may lie there unread.
        producer.client.poll(milliseconds: 0)
        if error.needsAbort {
            // So that nobody who reads waits for its timeout. What comes of it is of no account: the producer is not used again.
            try? producer.abort(milliseconds: 2000)
        }
        let delivery = producer.deliveryFailure
        let cause = delivery?.error ?? error
        let what = delivery.map { "\($0.topic)/\($0.partition)" } ?? transactionalId
        let elapsed = Monotonic.milliseconds - begun
        switch cause.code {
        case .fencedInstanceId:
            return LogFailure(.fenced, "\(what): \(cause)", hint: failures.hint(for: cause))
        case _ where cause.isFenced:
            // The coordinator ends a transaction that takes too long by the same error.
            guard elapsed < options.transactionMilliseconds * 9 / 10 else {
                return LogFailure(.unclean, "\(what): a transaction was open for \(elapsed) ms: \(cause)")
            }
            return LogFailure(.fenced, "\(what): \(cause)", hint: failures.hint(for: cause))
        case .messageTooLarge, .recordListTooLarge, .unknownTopicOrPartition, .unknownTopic, .unknownPartition, .invalidTopic:
            return failures.fatal(what, cause)
        case _ where cause.isAuthorization || cause.code == .unsupportedFeature || cause.code == .unsupportedVersion:
            return failures.fatal(what, cause)
        default:
            return LogFailure(.unclean, "\(what): \(cause)")
        }
    }
}
