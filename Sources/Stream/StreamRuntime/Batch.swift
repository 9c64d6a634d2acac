import StreamCore
import StreamEngine

/// What the shards of a lane have decided since the last commit, on its way into one transaction.
struct Batch {
    /// Outputs and dead letters; their headers are in the book.
    private var said: [Append] = []
    private var headers: [Range<Int>] = []
    private let book: HeaderBook
    var letters: [DeadLetter] = []
    /// Timers and parked inputs that it deals with, for the crash ladder.
    var settled: [Origin] = []
    var bytes = 0
    var report: BatchReport
    /// The machine's clock, for the log.
    let timestamp: Instant

    private var lastTick: (tick: Instant, text: Bytes)?

    /// The book is that of the lane: what it held of the batch before is not needed any more.
    init(worker: String, timestamp: Instant, book: HeaderBook) {
        self.book = book
        book.removeAll()
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

    /// `write` writes the headers, without `ce_txn`.
    mutating func say(_ to: TopicPartition, key: Bytes?, value: Bytes?, headers write: (HeaderBook) -> Void) {
        let start = book.count
        write(book)
        headers.append(start..<book.count)
        bytes += (value?.count ?? 0) + book.count - start
        said.append(Append(to: to, key: key, value: value, timestamp: timestamp))
    }

    /// Gives up the records to append, each with its number in the transaction, and room for `more`.
    mutating func numbered(_ transaction: String, more: Int) -> [Append] {
        var records: [Append] = []
        swap(&records, &said)
        records.reserveCapacity(records.count + more)
        for (index, own) in book.closed(headers, numbering: "ce_txn", transaction).enumerated() { records[index].headers = own }
        return records
    }
}
