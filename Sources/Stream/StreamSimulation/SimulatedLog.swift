import StreamCore
import StreamEngine

/// One process's connection to the simulated broker: a member of a group and a transactional producer.
public final class SimulatedLog: RecordLog {
    let cluster: SimulatedCluster
    let number: Int
    let group: String
    let instance: String
    let topics: [Topic]
    let process: SimulatedProcess
    /// The transactional id: the slot's, so that a successor fences its predecessor.
    let producer: String
    var epoch: Int
    var assigned: [Int]?
    var wasRevoked = false
    private(set) var isClosed = false
    private var positions: [TopicPartition: Int64] = [:]
    private var needsRenew = false

    init(cluster: SimulatedCluster, number: Int, group: String, instance: String, topics: [Topic], process: SimulatedProcess) {
        self.cluster = cluster
        self.number = number
        self.group = group
        self.instance = instance
        self.topics = topics
        self.process = process
        self.producer = "\(group).\(instance)"
        self.epoch = cluster.initProducer(producer)
    }

    var name: String { "\(group)@\(instance)" }

    public var clusterId: String { cluster.id }

    // MARK: Troubles

    /// Lets the simulation disturb a call before it takes effect; the stages of a commit call it one after the other.
    func check(_ call: PortCall) throws(LogFailure) {
        try checkAlive()
        guard let troubles = cluster.troubles else { return }
        switch troubles.trouble(at: call, of: process) {
        case .none, .crashAfter: return
        case .refused:
            throw LogFailure(.retriable, "the broker did not answer (\(call.rawValue))", hint: "try again")
        case .lostBefore, .lostAfter:
            needsRenew = true
            throw LogFailure(.unclean, "the answer to a commit was lost (\(call.rawValue))", hint: "renew")
        case .late(let span):
            needsRenew = true
            cluster.endLate(producer, after: span)
            throw LogFailure(.unclean, "the answer to a commit did not come in time", hint: "renew")
        case .crashBefore:
            process.state = .ended
            throw LogFailure(.crash, "killed at \(call.rawValue)")
        case .pause(let span):
            troubles.letOthersRun(for: span, while: process)
            try checkAlive()
        }
    }

    private func checkAlive() throws(LogFailure) {
        guard process.state != .ended, !isClosed else { throw LogFailure(.crash, "the process of \(name) has ended") }
    }

    // MARK: RecordLog

    public func partitionCount(of topic: Topic) throws(LogFailure) -> Int? {
        try checkAlive()
        return cluster.bounds(of: TopicPartition(topic, 0)) == nil ? nil : cluster.partitionCount
    }

    public func poll(recordsMax: Int, wait: Instant.Span) throws(LogFailure) -> Poll {
        try check(.poll)
        var poll = Poll()
        switch cluster.poll(self) {
        case .replaced:
            throw LogFailure(.fenced, "another process has taken the place \(instance) in \(group)", hint: "end")
        case .changes(let changes):
            poll.membership = changes
            for change in changes {
                switch change {
                case .assigned(let partitions, _):
                    assigned = partitions
                    wasRevoked = false
                case .revoked(let partitions):
                    wasRevoked = true
                    forget(partitions)
                case .lost(let partitions):
                    assigned = nil
                    wasRevoked = false
                    forget(partitions)
                }
            }
        }
        guard poll.membership.isEmpty else { return poll }
        (poll.messages, poll.positions) = fetch(recordsMax)
        if poll.messages.isEmpty, cluster.movesClockWhenIdle { cluster.advance(to: cluster.now + wait) }
        return poll
    }

    private func fetch(_ recordsMax: Int) -> ([Message], [TopicPartition: Int64]) {
        var messages: [Message] = []
        var passed: [TopicPartition: Int64] = [:]
        var places = positions.keys.sorted()
        if cluster.holdsFetchesBack { cluster.random.shuffle(&places) }
        for place in places where messages.count < recordsMax {
            var most = recordsMax - messages.count
            if cluster.holdsFetchesBack {
                if cluster.random.happens(perMille: 300) { continue }
                most = min(most, cluster.random.number(in: 1...20))
            }
            let read = cluster.read(place, from: positions[place]!, recordsMax: most)
            messages += read.messages
            // Markers, aborted and compacted records were passed.
            if read.next > (read.messages.last.map { $0.offset + 1 } ?? positions[place]!) { passed[place] = read.next }
            positions[place] = read.next
        }
        return (messages, passed)
    }

    private func forget(_ partitions: [Int]) {
        for place in positions.keys where partitions.contains(place.partition) { positions[place] = nil }
    }

    public func start(_ starting: [TopicPartition: Int64]) throws(LogFailure) {
        try check(.start)
        for (place, offset) in starting.sorted(by: { $0.key < $1.key }) {
            guard !wasRevoked, assigned?.contains(place.partition) == true, topics.contains(place.topic) else {
                throw LogFailure(.fatal, "\(place) is not assigned to \(name)")
            }
            // As `auto.offset.reset=error` has it.
            guard let bounds = cluster.bounds(of: place), bounds.earliest <= offset, offset <= bounds.end else {
                throw LogFailure(.fatal, "\(place) has no offset \(offset)", hint: "was the topic made anew?")
            }
            positions[place] = offset
        }
    }

    public func stop(_ partitions: [TopicPartition]) {
        for place in partitions { positions[place] = nil }
    }

    public func committedOffsets(_ partitions: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Int64] {
        try check(.committedOffsets)
        guard let offsets = cluster.offsets(partitions, of: group) else {
            throw LogFailure(.retriable, "a transaction that changes offsets of \(group) is still open", hint: "ask again")
        }
        return offsets
    }

    public func bounds(of partition: TopicPartition) throws(LogFailure) -> Bounds {
        try check(.bounds)
        guard let bounds = cluster.bounds(of: partition) else { throw LogFailure(.fatal, "there is no \(partition)") }
        return bounds
    }

    public func replay(_ partition: TopicPartition, from offset: Int64, recordsMax: Int) throws(LogFailure) -> Replay {
        try check(.replay)
        guard cluster.bounds(of: partition) != nil else { throw LogFailure(.fatal, "there is no \(partition)") }
        let most = cluster.holdsFetchesBack ? min(recordsMax, cluster.random.number(in: 1...200)) : recordsMax
        let read = cluster.read(partition, from: offset, recordsMax: most)
        return Replay(messages: read.messages, next: read.next)
    }

    public func commit(_ transaction: Transaction) throws(LogFailure) -> Receipt {
        guard !needsRenew else {
            cluster.complain("\(name) commits without having renewed its producer after an unclean commit")
            throw LogFailure(.fatal, "the producer of \(name) has to be renewed first")
        }
        do {
            return try cluster.commit(transaction, of: self)
        } catch {
            if error.kind == .fenced { needsRenew = true }
            throw error
        }
    }

    public func renew() throws(LogFailure) {
        try check(.renew)
        epoch = cluster.initProducer(producer)
        needsRenew = false
    }

    public func close() {
        guard !isClosed else { return }
        isClosed = true
        positions = [:]
        if process.state != .ended { cluster.leave(self) }
        cluster.forget(self)
    }
}
