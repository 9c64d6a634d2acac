import RdKafka
import StreamCore
import StreamEngine

/// Several partitions merged by their timestamps, each to the end that it had when the walk began; afterwards what comes, as it comes.
final class KafkaWalk: LogWalk {
    private let reader: PartitionReader
    /// Cursors that have a message, the earliest one first: a heap.
    private var heap: [Int] = []
    /// Cursors of which is not known yet what comes next.
    private var unknown: [Int]
    private var hasEnded = false
    private var isFollowing = false
    /// Met with something in hand; the next call throws it.
    private var deferred: LogFailure?

    private static let bytesMax = 4 << 20

    init(_ reader: PartitionReader) {
        self.reader = reader
        unknown = Array(reader.cursors.indices)
    }

    func next(recordsMax: Int) throws(LogFailure) -> [Message] {
        if let deferred = deferred.take() { throw deferred }
        if hasEnded { return try follow(recordsMax) }
        var messages: [Message] = []
        var bytes = 0
        while messages.count < recordsMax, bytes < KafkaWalk.bytesMax {
            do throws(LogFailure) { try know() } catch {
                if messages.isEmpty { throw error }
                deferred = error
                break
            }
            guard let index = heap.first else {
                // Said once by giving nothing: who does not want to follow stops here, however much is coming in.
                hasEnded = messages.isEmpty
                break
            }
            let message = reader.giveFirst(index)
            bytes += (message.key?.count ?? 0) + (message.value?.count ?? 0) + message.headers.encoded.count
            messages.append(message)
            if reader.cursors[index].messages.isEmpty {
                heap[0] = heap[heap.count - 1]
                heap.removeLast()
                unknown.append(index)
            }
            sink(0)
        }
        return messages
    }

    /// The order is certain only when every partition has shown what comes next in it.
    private func know() throws(LogFailure) {
        while let index = unknown.last {
            do throws(LogFailure) { try reader.await(index) } catch {
                // A damaged partition is left out from now on; of the others is still not known what comes.
                if error.damagedAt != nil { unknown.removeLast() }
                throw error
            }
            unknown.removeLast()
            guard !reader.cursors[index].messages.isEmpty else { continue }
            heap.append(index)
            rise(heap.count - 1)
        }
    }

    // MARK: - Following

    private func follow(_ recordsMax: Int) throws(LogFailure) -> [Message] {
        if !isFollowing {
            isFollowing = true
            try reader.begin(reader.cursors.map { ($0.place, from: $0.position, end: .max) })
        }
        try reader.serve()
        var messages: [Message] = []
        for index in reader.cursors.indices {
            if reader.cursors[index].messages.isEmpty { reader.take(index, milliseconds: 0) }
            // What came of the others first; the failure comes again.
            if messages.isEmpty { try reader.raise(index) }
            messages += reader.give(index, recordsMax - messages.count)
        }
        // Of what came at about the same time.
        return messages.sorted {
            ($0.timestamp, $0.topic, $0.partition, $0.offset) < ($1.timestamp, $1.topic, $1.partition, $1.offset)
        }
    }

    // MARK: - Heap

    private func isEarlier(_ left: Int, _ right: Int) -> Bool {
        let (first, second) = (reader.cursors[left].messages.first!.timestamp, reader.cursors[right].messages.first!.timestamp)
        return first == second ? left < right : first < second
    }

    private func rise(_ start: Int) {
        var child = start
        while child > 0, isEarlier(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private func sink(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isEarlier(heap[child], heap[least]) { least = child }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
