import StreamCore

/// A topic of the simulated cluster.
public struct SimulatedTopic: Sendable {
    public var topic: Topic
    public var isCompacted: Bool
    public init(_ topic: Topic, isCompacted: Bool = false) {
        self.topic = topic
        self.isCompacted = isCompacted
    }
}

/// One partition: what was appended, what of it is committed, and where the first open transaction begins.
///
/// Offsets have gaps as on a broker: every marker takes one, and compaction takes records away.
struct SimulatedPartition {
    enum Content {
        case record(key: Bytes?, value: Bytes?, headers: Headers)
        case marker(isCommit: Bool)
    }
    enum Fate {
        case committed, aborted, open
    }
    struct Entry {
        var offset: Int64
        /// Zero for what was appended outside a transaction.
        var transaction: Int64
        var timestamp: Instant
        var content: Content
        var fate: Fate

        func committedMessage(in place: TopicPartition) -> Message? {
            guard fate == .committed, case .record(let key, let value, let headers) = content else { return nil }
            return Message(
                topic: place.topic, partition: place.partition, offset: offset, timestamp: timestamp, key: key, value: value,
                headers: headers)
        }
    }

    private(set) var entries: [Entry] = []
    /// Committed records that compaction took away, for a checker that has read them before.
    private(set) var cleaned: [Entry] = []
    private(set) var earliest: Int64 = 0
    private(set) var end: Int64 = 0
    /// First offset of each transaction that has no marker here yet.
    private var openSince: [(transaction: Int64, offset: Int64)] = []

    /// Readers of committed records see nothing from here on.
    var lastStable: Int64 { openSince.first?.offset ?? end }

    mutating func append(_ content: Content, transaction: Int64, at now: Instant) -> Int64 {
        let offset = end
        var fate = Fate.committed
        if transaction != 0, case .record = content {
            fate = .open
            if !openSince.contains(where: { $0.transaction == transaction }) { openSince.append((transaction, offset)) }
        }
        entries.append(Entry(offset: offset, transaction: transaction, timestamp: now, content: content, fate: fate))
        end += 1
        return offset
    }

    /// The marker of a transaction: its records become what it says.
    mutating func end(transaction: Int64, isCommit: Bool, at now: Instant) {
        guard let position = openSince.firstIndex(where: { $0.transaction == transaction }) else { return }
        for index in firstIndex(from: openSince[position].offset)..<entries.count
        where entries[index].transaction == transaction && entries[index].fate == .open {
            entries[index].fate = isCommit ? .committed : .aborted
        }
        openSince.remove(at: position)
        _ = append(.marker(isCommit: isCommit), transaction: transaction, at: now)
    }

    /// The position of the first entry at this offset or later.
    func firstIndex(from offset: Int64) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Committed records from `offset` on and the offset at which to go on.
    func read(from offset: Int64, recordsMax: Int, of place: TopicPartition) -> (messages: [Message], next: Int64) {
        let stable = lastStable
        var messages: [Message] = []
        var next = max(offset, earliest)
        guard next < stable else { return ([], offset) }
        var index = firstIndex(from: next)
        while index < entries.count, entries[index].offset < stable {
            let entry = entries[index]
            if let message = entry.committedMessage(in: place) {
                if messages.count == recordsMax { return (messages, next) }
                messages.append(message)
            }
            next = entry.offset + 1
            index += 1
        }
        return (messages, stable)
    }

    /// Every record that was ever committed, in the order of the offsets.
    func everCommitted(in place: TopicPartition) -> [Message] {
        (cleaned + entries).compactMap { $0.committedMessage(in: place) }.sorted { $0.offset < $1.offset }
    }

    /// Committed records at this offset or later, even those behind an open transaction.
    func hasCommitted(from offset: Int64) -> Bool {
        for entry in entries[firstIndex(from: offset)...] {
            if entry.fate == .open { return true }
            if entry.fate == .committed, case .record = entry.content { return true }
        }
        return false
    }

    /// Keeps of each key the last committed record before `upTo`; forgets aborted records, markers, and tombstones older than
    /// `tombstonesBefore`. The last entry always stays: a broker never cleans the segment it is writing.
    mutating func compact(upTo: Int64, tombstonesBefore: Instant) {
        let bound = min(upTo, lastStable, end - 1)
        var newest: [ByteKey: Int64] = [:]
        for entry in entries where entry.fate == .committed {
            guard entry.offset < lastStable, case .record(let key?, _, _) = entry.content else { continue }
            newest[ByteKey(key)] = entry.offset
        }
        func isKept(_ entry: Entry) -> Bool {
            guard entry.offset < bound else { return true }
            guard entry.fate == .committed, case .record(let key?, let value, _) = entry.content else { return false }
            return newest[ByteKey(key)] == entry.offset && (value != nil || entry.timestamp >= tombstonesBefore)
        }
        cleaned += entries.filter { !isKept($0) }
        entries.removeAll { !isKept($0) }
    }
}
