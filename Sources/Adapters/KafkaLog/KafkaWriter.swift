import RdKafka
import StreamCore
import StreamEngine

/// Hands messages into a cluster from outside. A message is safe when all in-sync replicas of its partition have it; repeated attempts
/// add it once.
public final class KafkaWriter: LogWriter {
    private let cluster: KafkaCluster
    private let sender: Sender
    private let failures: KafkaFailure
    /// What is wrong with a topic that is not there, or may not be written.
    private var counts: [Topic: Result<Int, LogFailure>] = [:]
    private var added = 0
    /// The first whose delivery was not given yet.
    private var first = 0
    /// Of those from `first` on that are settled.
    private var results: [Int: Delivery.Result] = [:]
    /// Where those went that are under way.
    private var partitions: [Int: TopicPartition] = [:]

    init(_ cluster: KafkaCluster) throws(LogFailure) {
        self.cluster = cluster
        failures = KafkaFailure(options: cluster.options)
        let configuration = try cluster.options.configuration(for: .sender)
        var callbacks = cluster.options.callbacks
        callbacks.onStatistics = nil
        do { sender = try Sender(configuration, callbacks) } catch { throw failures.fatal("a sender", error) }
    }

    public func partitionCount(of topic: Topic) throws(LogFailure) -> Int? {
        if case .success(let count) = try count(of: topic) { return count }
        return nil
    }

    /// Throws when nobody can be asked.
    private func count(of topic: Topic) throws(LogFailure) -> Result<Int, LogFailure> {
        if let known = counts[topic] { return known }
        let count: Result<Int, LogFailure>
        do throws(LogFailure) {
            if let found = try cluster.partitionCount(of: topic) {
                count = .success(found)
            } else {
                count = .failure(
                    LogFailure(
                        .fatal, "there is no topic \(topic)",
                        hint: "`chengxin topics plan` shows what is missing, `chengxin topics apply` makes it"))
            }
        } catch {
            guard error.kind == .fatal else { throw error }
            count = .failure(LogFailure(.fatal, error.reason, hint: "give this user the right to write \(topic)"))
        }
        counts[topic] = count
        return count
    }

    public func add(_ message: HandedIn) throws(LogFailure) {
        let number = added
        let count: Int
        switch try self.count(of: message.topic) {
        case .success(let found): count = found
        case .failure(let failure):
            added += 1
            results[number] = .failed(failure)
            return
        }
        let place = TopicPartition(message.topic, Partitioner.partition(of: message.key ?? message.value ?? [], count: count))
        while true {
            do throws(RdKafkaError) {
                try send(number, message, place)
                break
            } catch {
                guard error.code == .queueFull else {
                    added += 1
                    results[number] = .failed(failure(error, at: place))
                    return
                }
                // Each that is under way comes to an end, by an answer or by its time; then there is room.
                settle(milliseconds: 100)
            }
        }
        partitions[number] = place
        added += 1
        if added % 1000 == 0 { settle(milliseconds: 0) }
    }

    private func send(_ number: Int, _ message: HandedIn, _ place: TopicPartition) throws(RdKafkaError) {
        // The closures of the standard library do not pass typed errors on.
        let result: Result<Void, RdKafkaError> = Outbox.withBytes(message.key) { key in
            Outbox.withBytes(message.value) { value in
                do throws(RdKafkaError) {
                    try sender.send(
                        number, to: place.topic.name, place.partition, key: key, value: value, headers: HeaderCodec.list(message.headers))
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
        }
        try result.get()
    }

    private func settle(milliseconds: Int32) {
        for report in sender.take(milliseconds: milliseconds) {
            guard let place = partitions.removeValue(forKey: report.number) else { continue }
            if let error = report.error {
                var failure = failure(error, at: place)
                if report.mayHaveArrived { failure.reason += "; it may have arrived all the same" }
                results[report.number] = .failed(failure)
            } else {
                results[report.number] = .safe(place, offset: report.offset >= 0 ? report.offset : nil)
            }
        }
    }

    private func failure(_ error: RdKafkaError, at place: TopicPartition) -> LogFailure {
        switch error.code {
        case .topicAuthorizationFailed:
            return LogFailure(.fatal, "\(place): \(error)", hint: "give this user the right to write \(place.topic)")
        case .messageTimedOut:
            return LogFailure(.retriable, "\(place): no answer in time", hint: "is the broker running? then send it again")
        case .messageTooLarge, .recordListTooLarge:
            return LogFailure(.fatal, "\(place): larger than the topic's max.message.bytes", hint: "send a smaller message")
        default:
            return error.isConnection
                ? LogFailure(.retriable, "\(place): \(error)", hint: "send it again") : failures.fatal("\(place)", error)
        }
    }

    public func delivered() -> [Delivery] {
        settle(milliseconds: 0)
        var deliveries: [Delivery] = []
        while let result = results.removeValue(forKey: first) {
            deliveries.append(Delivery(number: first, result: result))
            first += 1
        }
        return deliveries
    }

    public func finish() -> [Delivery] {
        while !partitions.isEmpty { settle(milliseconds: 100) }
        return delivered()
    }
}

extension KafkaCluster {
    public func writer() throws(LogFailure) -> KafkaWriter { try KafkaWriter(self) }
}
