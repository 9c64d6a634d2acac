import RdKafka
import StreamCore
import StreamEngine

/// Reads one partition after the other from anywhere to its end, committed records only, without joining anything.
///
/// It stays where it is between two pages, so that the next one has been fetched meanwhile.
final class Replayer {
    private let consumer: Consumer
    private let failures: KafkaFailure
    private let cluster: KafkaCluster
    private var place: TopicPartition?
    private var next: Int64 = 0
    private var isAtEnd = false
    private var buffer = RecordBuffer()
    private(set) var lastUsed = Monotonic.milliseconds

    init(_ cluster: KafkaCluster, group: String) throws(LogFailure) {
        self.cluster = cluster
        let options = cluster.options
        failures = KafkaFailure(options: options, group: group)
        let configuration = try options.configuration(for: .reader(group: group))
        var callbacks = options.callbacks
        callbacks.onStatistics = nil
        do { consumer = try Consumer(configuration, callbacks, rebalances: false) } catch {
            throw failures.fatal("a reader of changelogs", error)
        }
    }

    var client: Client { consumer.client }

    func page(_ partition: TopicPartition, from offset: Int64, recordsMax: Int) throws(LogFailure) -> Replay {
        lastUsed = Monotonic.milliseconds
        defer { lastUsed = Monotonic.milliseconds }
        do {
            if place != partition || next != offset { try go(to: partition, offset) }
            return try read(partition, recordsMax)
        } catch let error as RdKafkaError {
            place = nil
            throw failures.reading("\(partition)", error)
        } catch let failure as LogFailure {
            place = nil
            throw failure
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private func go(to partition: TopicPartition, _ offset: Int64) throws(RdKafkaError) {
        place = partition
        next = offset
        isAtEnd = false
        try consumer.assign([PartitionOffset(partition.topic.name, Int32(partition.partition), offset: offset)])
    }

    private func read(_ partition: TopicPartition, _ recordsMax: Int) throws -> Replay {
        buffer.removeAll()
        // At the end only an open transaction is waited for, and that is the caller's to do.
        let deadline = Monotonic.milliseconds + (isAtEnd ? 50 : 2000)
        while buffer.count < recordsMax {
            let left = deadline - Monotonic.milliseconds
            guard left > 0, let event = consumer.next(milliseconds: Int32(left)) else { break }
            switch event.kind {
            case .record:
                event.withRecord { view in
                    guard view.isRecord, view.partition == partition.partition, view.offset >= next else { return }
                    isAtEnd = false
                    buffer.append(view, topic: partition.topic)
                    next = view.offset + 1
                }
            case .error:
                let error = event.error()
                guard let place = event.place(), place.topic == partition.topic.name, Int(place.partition) == partition.partition else {
                    if error.isFatal || error.isAuthorization { throw error }
                    continue
                }
                if error.code == .partitionEnd {
                    guard place.offset >= next else { continue }
                    next = place.offset
                    isAtEnd = true
                    return Replay(messages: buffer.take(), next: next)
                }
                if error.code == .offsetReset || error.code == .offsetOutOfRange {
                    throw failures.gone(partition, next, try? cluster.bounds(of: partition))
                }
                throw error
            default: continue
            }
        }
        return Replay(messages: buffer.take(), next: next)
    }
}
