import StreamCore
import StreamEngine

/// What the shards of a lane have decided since the last commit, on its way into one transaction.
struct Batch {
    /// Outputs and dead letters, without `ce_txn`.
    var said: [Append] = []
    var letters: [DeadLetter] = []
    /// Timers and parked inputs that it deals with, for the crash ladder.
    var settled: [Origin] = []
    var bytes = 0
    var report: BatchReport
    /// The machine's clock, for the log.
    let timestamp: Instant

    private var lastTick: (tick: Instant, text: Bytes)?

    init(worker: String, timestamp: Instant) {
        report = BatchReport(worker: worker)
        self.timestamp = timestamp
    }

    /// `ce_time` of what is said at a tick: nearly always the same in a batch, so it is written once.
    mutating func time(of tick: Instant) -> Bytes {
        if let lastTick, lastTick.tick == tick { return lastTick.text }
        var text = Bytes()
        tick.appendRFC3339(to: &text)
        lastTick = (tick, text)
        return text
    }

    mutating func say(_ append: Append) {
        bytes += (append.value?.count ?? 0) + append.headers.encoded.count
        said.append(append)
    }

    /// The records to append, each with its number in the transaction.
    func numbered(_ transaction: String) -> [Append] {
        let count = said.count
        var records = said
        for index in records.indices {
            records[index].headers.append("ce_txn", text: "\(transaction):\(index + 1)/\(count)")
        }
        return records
    }
}
