import RdKafka
import StreamCore
import StreamEngine

/// Every record of some partitions, one partition after the other, with what became of its transaction.
///
/// Two consumers read each partition side by side: one sees everything, the other what is committed.
final class KafkaAttemptWalk: AttemptWalk {
    private let everything: PartitionReader
    private let committed: PartitionReader
    private var left: ArraySlice<(place: TopicPartition, from: Int64, end: Int64)>
    private var hasBegun = false

    private static let bytesMax = 4 << 20

    init(_ options: KafkaOptions, _ partitions: [(place: TopicPartition, from: Int64, end: Int64)]) throws(LogFailure) {
        // One partition at a time has the memory for itself, and so much that fetching never pauses.
        everything = try PartitionReader(options, readsUncommitted: true, kilobytes: 65_536)
        committed = try PartitionReader(options, readsUncommitted: false, kilobytes: 65_536)
        left = partitions.filter { $0.from < $0.end }[...]
    }

    func next(recordsMax: Int) throws(LogFailure) -> [Attempt] {
        var attempts: [Attempt] = []
        var bytes = 0
        while attempts.count < recordsMax, bytes < KafkaAttemptWalk.bytesMax {
            if !hasBegun {
                guard let partition = left.first else { break }
                try everything.begin([partition])
                try committed.begin([partition])
                hasBegun = true
            }
            try everything.await(0)
            guard !everything.cursors[0].messages.isEmpty else {
                left.removeFirst()
                hasBegun = false
                continue
            }
            let message = everything.cursors[0].messages.first!
            let outcome = try outcome(of: message.offset)
            _ = everything.giveFirst(0)
            bytes += (message.key?.count ?? 0) + (message.value?.count ?? 0) + message.headers.encoded.count
            attempts.append(Attempt(message: message, outcome: outcome))
        }
        return attempts
    }

    private func outcome(of offset: Int64) throws(LogFailure) -> Attempt.Outcome {
        while true {
            try committed.await(0)
            guard let first = committed.cursors[0].messages.first else {
                // Committed records are given up to the first open transaction.
                return offset >= committed.cursors[0].position ? .open : .aborted
            }
            if first.offset > offset { return .aborted }
            _ = committed.giveFirst(0)
            if first.offset == offset { return .committed }
        }
    }
}
