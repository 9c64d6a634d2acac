import RdKafka
import StreamCore
import StreamEngine

/// Every record of some partitions, one partition after the other, with what became of its transaction.
///
/// Two consumers read each partition side by side: one sees everything, the other what is committed. Small partitions are fetched many at
/// a time, so that nobody waits for each of them.
final class KafkaAttemptWalk: AttemptWalk {
    private let everything: PartitionReader
    private let committed: PartitionReader
    private var left: ArraySlice<(place: TopicPartition, from: Int64, end: Int64)>
    /// Which of the partitions that are being read is next, and how many they are.
    private var index = 0
    private var count = 0

    private static let bytesMax = 4 << 20
    /// So many partitions are fetched together, unless they hold more records than this.
    private static let partitionsMax = 48
    private static let recordsMax: Int64 = 20_000

    init(_ options: KafkaOptions, _ partitions: [(place: TopicPartition, from: Int64, end: Int64)]) throws(LogFailure) {
        // A large partition has the memory for itself, and so much that fetching never pauses.
        everything = try PartitionReader(options, readsUncommitted: true, kilobytes: 65_536)
        committed = try PartitionReader(options, readsUncommitted: false, kilobytes: 65_536)
        left = partitions.filter { $0.from < $0.end }[...]
    }

    func next(recordsMax: Int) throws(LogFailure) -> [Attempt] {
        var attempts: [Attempt] = []
        var bytes = 0
        while attempts.count < recordsMax, bytes < KafkaAttemptWalk.bytesMax {
            if index == count {
                guard !left.isEmpty else { break }
                try beginNext()
            }
            try everything.await(index)
            guard !everything.cursors[index].messages.isEmpty else {
                index += 1
                continue
            }
            let message = everything.cursors[index].messages.first!
            let outcome = try outcome(of: message.offset)
            _ = everything.giveFirst(index)
            bytes += (message.key?.count ?? 0) + (message.value?.count ?? 0) + message.headers.encoded.count
            attempts.append(Attempt(message: message, outcome: outcome))
        }
        return attempts
    }

    private func beginNext() throws(LogFailure) {
        var records: Int64 = 0
        let chosen = left.prefix { partition in
            defer { records += partition.end - partition.from }
            return records == 0 || records + partition.end - partition.from <= KafkaAttemptWalk.recordsMax
        }.prefix(KafkaAttemptWalk.partitionsMax)
        try everything.begin(Array(chosen))
        try committed.begin(Array(chosen))
        left = left.dropFirst(chosen.count)
        index = 0
        count = chosen.count
    }

    private func outcome(of offset: Int64) throws(LogFailure) -> Attempt.Outcome {
        while true {
            try committed.await(index)
            guard let first = committed.cursors[index].messages.first else {
                // Committed records are given up to the first open transaction.
                return offset >= committed.cursors[index].position ? .open : .aborted
            }
            if first.offset > offset { return .aborted }
            _ = committed.giveFirst(index)
            if first.offset == offset { return .committed }
        }
    }
}
