import StreamCore
import StreamEngine

/// A broker in memory: topics, groups, transactions with markers that come late, and a clock that only the simulation moves.
///
/// Everything that would be left to chance on a real one comes from one seed. One thread uses it.
public final class SimulatedCluster {
    public struct Timing: Sendable {
        public var session = Instant.Span.seconds(8)
        public var rebalance = Instant.Span.seconds(60)
        public var transaction = Instant.Span.seconds(6)
        /// The broker looks for transactions that have timed out this often.
        public var sweep = Instant.Span.seconds(10)
        public var tombstones = Instant.Span.seconds(7 * 86_400)
        public init() {}
    }

    public let id: String
    public var timing = Timing()
    public internal(set) var now: Instant
    /// The longest time after a commit at which a partition learns of it. Zero: at once.
    public var markerDelayMax = Instant.Span.milliseconds(0)
    /// Whether a poll may hold back what is there already, as a fetch that is still under way does.
    public var holdsFetchesBack = false
    /// How often a partition's delivery report lacks the offset, as that of a batch that had to be repeated does.
    public var lostReportsPerMille = 0
    /// When nobody else moves the clock (conformance tests), an empty poll does.
    public var movesClockWhenIdle = false
    public weak var troubles: (any TroubleMaker)?
    /// Told of every change in the broker, for the trace.
    public var observer: ((String, String) -> Void)?
    /// What a correct engine never does, found by the broker itself.
    public private(set) var complaints: [String] = []

    var random: Randomness
    private(set) var specifications: [Topic: SimulatedTopic] = [:]
    private var partitions: [TopicPartition: SimulatedPartition] = [:]
    private var groups: [String: SimulatedGroup] = [:]
    private var producers: [String: Producer] = [:]
    private var endings: [Ending] = []
    /// In the order in which they came.
    private var connections: [SimulatedLog] = []
    /// In the order of the alphabet, so that what happens at one time happens in one order.
    private var groupNames: [String] = []
    private var producerNames: [String] = []
    private var lastTransaction: Int64 = 0
    private var lastConnection = 0
    private var sweptAt: Instant
    public let partitionCount: Int

    struct Producer {
        var epoch = 0
        var open: Open?
    }
    struct Open {
        var transaction: Int64
        var since: Instant
        var touched: [TopicPartition] = []
        var group: String?
        var offsets: [TopicPartition: Int64] = [:]
        /// When a request to commit that was sent before the client gave up arrives.
        var lateEnd: Instant?
    }
    /// A transaction that is decided, and the partitions that do not know it yet.
    struct Ending {
        var transaction: Int64
        var producer: String
        var isCommit: Bool
        var markers: [(place: TopicPartition, due: Instant)]
        var group: String?
        var offsets: [TopicPartition: Int64]
        var offsetsDue: Instant
    }

    public init(id: String = "simulated", seed: UInt64, start: Instant, partitionCount: Int, topics: [SimulatedTopic]) {
        self.id = id
        self.random = Randomness(seed: seed)
        self.now = start
        self.sweptAt = start
        self.partitionCount = partitionCount
        for topic in topics {
            specifications[topic.topic] = topic
            for partition in 0..<partitionCount { partitions[TopicPartition(topic.topic, partition)] = SimulatedPartition() }
        }
    }

    // MARK: What tests and checkers see

    public var topics: [Topic] { specifications.keys.sorted() }

    public func complain(_ text: String) {
        complaints.append(text)
        observer?("broker", "VIOLATION \(text)")
    }

    /// Appends outside any transaction, as a sender does. Gives the offset.
    @discardableResult
    public func append(_ record: Append) -> Int64 {
        precondition(partitions[record.to] != nil, "no partition \(record.to)")
        return partitions[record.to]!.append(
            .record(key: record.key, value: record.value, headers: record.headers), transaction: 0, at: record.timestamp)
    }

    /// All committed records of a partition, whatever stands in their way.
    public func committedRecords(of place: TopicPartition) -> [Message] {
        partitions[place]?.read(from: 0, recordsMax: .max, of: place).messages ?? []
    }

    /// The same with those that compaction has taken away since.
    public func everCommittedRecords(of place: TopicPartition) -> [Message] { partitions[place]?.everCommitted(in: place) ?? [] }

    /// Every record that a partition still has, and whether its transaction is committed; nil while that is open.
    public func allRecords(of place: TopicPartition) -> [(message: Message, isCommitted: Bool?)] {
        partitions[place]?.entries.compactMap { entry in
            guard case .record(let key, let value, let headers) = entry.content else { return nil }
            let message = Message(
                topic: place.topic, partition: place.partition, offset: entry.offset, timestamp: entry.timestamp, key: key, value: value,
                headers: headers)
            switch entry.fate {
            case .committed: return (message, true)
            case .aborted: return (message, false)
            case .open: return (message, nil)
            }
        } ?? []
    }

    /// The first offset that is kept, and the one after the last; nil when there is no such partition.
    public func extent(of place: TopicPartition) -> Bounds? { bounds(of: place) }

    public func lastStable(of place: TopicPartition) -> Int64 { partitions[place]?.lastStable ?? 0 }

    public func committedOffset(of group: String, _ place: TopicPartition) -> Int64? { groups[group]?.committed[place] }

    /// How many partitions of these topics hold something that the group has not yet committed past.
    public func unreadPartitions(of group: String, _ topics: [Topic]) -> Int {
        var count = 0
        for topic in topics {
            for partition in 0..<partitionCount {
                let place = TopicPartition(topic, partition)
                guard let kept = partitions[place] else { continue }
                if kept.hasCommitted(from: groups[group]?.committed[place] ?? 0) { count += 1 }
            }
        }
        return count
    }

    public var isSettled: Bool { endings.isEmpty && producers.values.allSatisfy { $0.open == nil } }

    public func generation(of group: String) -> Int64 { groups[group]?.generation ?? 0 }

    /// Cleans compacted topics up to a place drawn for each partition.
    public func compact() {
        for topic in topics where specifications[topic]!.isCompacted {
            for partition in 0..<partitionCount {
                let place = TopicPartition(topic, partition)
                let kept = partitions[place]!
                let bound = Int64(random.number(in: 0...Int(kept.end)))
                let before = Instant(milliseconds: now.milliseconds - timing.tombstones.milliseconds)
                partitions[place]!.compact(upTo: bound, tombstonesBefore: before)
            }
        }
    }

    /// Forgets what a group has committed, as a broker does when the group was empty for too long. Not while it has members.
    public func expireOffsets(of group: String) {
        guard groups[group]?.isEmpty == true else { return }
        observer?("broker", "\(group): the offsets have expired")
        groups[group]?.committed = [:]
    }

    /// Gives a producer's id another epoch, as the broker does when it ends a transaction of its own accord. False when there is none.
    func fence(group: String, instance: String) -> Bool {
        let name = "\(group).\(instance)"
        guard producers[name] != nil else { return false }
        producers[name]!.epoch += 1
        decide(name, isCommit: false)
        return true
    }

    // MARK: Time

    /// Moves the clock, and does what is due by then. Processes that run send their heartbeats all along.
    public func advance(to time: Instant) {
        guard time > now else { return }
        now = time
        for connection in connections where connection.process.state == .running && !connection.isClosed {
            groups[connection.group]?.hear(connection: connection.number, at: now)
        }
        for name in groupNames {
            for instance in groups[name]!.expire(at: now, session: timing.session, rebalance: timing.rebalance) {
                observer?("broker", "\(name): \(instance) is out of the group")
            }
        }
        for name in producerNames {
            if let due = producers[name]!.open?.lateEnd, due <= now {
                observer?("broker", "\(name): a late end arrives")
                decide(name, isCommit: true)
            }
        }
        if now - sweptAt >= timing.sweep {
            sweptAt = now
            for name in producerNames {
                guard let open = producers[name]!.open, now - open.since > timing.transaction else { continue }
                observer?("broker", "\(name): transaction \(open.transaction) timed out")
                producers[name]!.epoch += 1
                decide(name, isCommit: false)
            }
        }
        writeMarkers(upTo: now)
    }

    // MARK: Transactions

    private func delay() -> Instant.Span {
        guard markerDelayMax.milliseconds > 0, random.happens(perMille: 400) else { return .milliseconds(0) }
        return .milliseconds(random.span(1...Int(markerDelayMax.milliseconds)))
    }

    /// The decision is durable from here on; the partitions learn of it one by one.
    private func decide(_ name: String, isCommit: Bool) {
        guard let open = producers[name]!.open else { return }
        producers[name]!.open = nil
        endings.append(
            Ending(
                transaction: open.transaction, producer: name, isCommit: isCommit,
                markers: open.touched.map { ($0, now + delay()) }, group: open.group, offsets: open.offsets, offsetsDue: now + delay()))
        writeMarkers(upTo: now)
    }

    private func writeMarkers(upTo time: Instant, of producer: String? = nil) {
        for index in endings.indices where producer == nil || endings[index].producer == producer {
            let ending = endings[index]
            for marker in ending.markers where marker.due <= time {
                partitions[marker.place]!.end(transaction: ending.transaction, isCommit: ending.isCommit, at: now)
            }
            endings[index].markers.removeAll { $0.due <= time }
            if ending.offsetsDue <= time, let group = ending.group {
                if ending.isCommit {
                    for (place, next) in ending.offsets.sorted(by: { $0.key < $1.key }) {
                        if let before = groups[group]!.committed[place], next < before {
                            complain("\(group): the committed offset of \(place) went back from \(before) to \(next)")
                        }
                        groups[group]!.committed[place] = next
                    }
                }
                endings[index].group = nil
                endings[index].offsets = [:]
            }
        }
        endings.removeAll { $0.markers.isEmpty && $0.group == nil }
    }

    /// InitProducerId: ends what the id has open, waits for what it has decided, and gives the next epoch.
    func initProducer(_ name: String) -> Int {
        if producers[name] == nil {
            producers[name] = Producer()
            producerNames.append(name)
            producerNames.sort()
        }
        if producers[name]!.open != nil { decide(name, isCommit: false) }
        writeMarkers(upTo: .distantFuture, of: name)
        producers[name]!.epoch += 1
        return producers[name]!.epoch
    }

    func commit(_ transaction: Transaction, of log: SimulatedLog) throws(LogFailure) -> Receipt {
        try log.check(.commit)
        let name = log.producer
        guard producers[name]!.epoch == log.epoch else { throw fenced("another producer has the id \(name)") }
        // A real broker refuses the next transaction until the markers of the last are written; the client waits for them.
        writeMarkers(upTo: .distantFuture, of: name)
        lastTransaction += 1
        producers[name]!.open = Open(transaction: lastTransaction, since: now)
        let number = lastTransaction
        var next: [TopicPartition: Int64] = [:]
        for record in transaction.records {
            guard partitions[record.to] != nil else {
                complain("\(log.name): a record for \(record.to), which does not exist")
                throw LogFailure(.fatal, "there is no \(record.to)")
            }
            let content = SimulatedPartition.Content.record(key: record.key, value: record.value, headers: record.headers)
            next[record.to] = partitions[record.to]!.append(content, transaction: number, at: record.timestamp) + 1
            if !producers[name]!.open!.touched.contains(record.to) { producers[name]!.open!.touched.append(record.to) }
        }
        try log.check(.commitOffsets)
        try stillOpen(number, name, log)
        if !transaction.offsets.isEmpty {
            guard groups[log.group]!.accepts(connection: log.number, generation: transaction.membership.generation) else {
                decide(name, isCommit: false)
                observer?("broker", "\(log.name): refused, generation \(transaction.membership.generation) is over")
                throw fenced("the group \(log.group) has another generation")
            }
            producers[name]!.open!.group = log.group
            producers[name]!.open!.offsets = transaction.offsets
        }
        try log.check(.commitEnd)
        try stillOpen(number, name, log)
        decide(name, isCommit: true)
        try log.check(.commitAnswer)
        if lostReportsPerMille > 0 {
            for place in next.keys.sorted() where random.happens(perMille: lostReportsPerMille) { next[place] = nil }
        }
        return Receipt(next: next)
    }

    private func stillOpen(_ transaction: Int64, _ name: String, _ log: SimulatedLog) throws(LogFailure) {
        guard producers[name]!.epoch == log.epoch, producers[name]!.open?.transaction == transaction else {
            throw fenced("the transaction of \(name) was ended by the broker")
        }
    }

    /// The last request of an open transaction goes its way although nobody waits for the answer.
    func endLate(_ name: String, after span: Instant.Span) { producers[name]!.open?.lateEnd = now + span }

    func decideNow(_ name: String) { decide(name, isCommit: true) }

    private func fenced(_ reason: String) -> LogFailure {
        LogFailure(.fenced, reason, hint: "make a new producer and read the committed offsets, or end")
    }

    // MARK: Groups and reading

    /// A process's place in a group: one member, one transactional producer.
    public func connect(
        group: String, instance: String, topics: [Topic], process: SimulatedProcess? = nil
    ) -> SimulatedLog {
        if groups[group] == nil {
            groups[group] = SimulatedGroup(partitionCount: partitionCount)
            groupNames.append(group)
            groupNames.sort()
        }
        lastConnection += 1
        let log = SimulatedLog(
            cluster: self, number: lastConnection, group: group, instance: instance, topics: topics,
            process: process ?? SimulatedProcess(name: instance))
        connections.removeAll { $0.process.state == .ended }
        connections.append(log)
        return log
    }

    func poll(_ log: SimulatedLog) -> SimulatedGroup.Answer {
        groups[log.group]!.poll(
            connection: log.number, instance: log.instance, holds: log.assigned, wasRevoked: log.wasRevoked, at: now)
    }

    func leave(_ log: SimulatedLog) { groups[log.group]!.leave(connection: log.number, at: now) }

    /// Lets go of every connection: each holds its cluster.
    func close() { connections = [] }

    func forget(_ log: SimulatedLog) { connections.removeAll { $0 === log } }

    func offsets(_ places: [TopicPartition], of group: String) -> [TopicPartition: Int64]? {
        let wanted = Set(places)
        func touches(_ offsets: [TopicPartition: Int64], _ other: String?) -> Bool {
            other == group && offsets.keys.contains { wanted.contains($0) }
        }
        if endings.contains(where: { touches($0.offsets, $0.group) }) { return nil }
        if producers.values.contains(where: { touches($0.open?.offsets ?? [:], $0.open?.group) }) { return nil }
        return groups[group]!.committed.filter { wanted.contains($0.key) }
    }

    func bounds(of place: TopicPartition) -> Bounds? {
        partitions[place].map { Bounds(earliest: $0.earliest, end: $0.end) }
    }

    func read(_ place: TopicPartition, from offset: Int64, recordsMax: Int) -> (messages: [Message], next: Int64) {
        partitions[place]!.read(from: offset, recordsMax: recordsMax, of: place)
    }
}
