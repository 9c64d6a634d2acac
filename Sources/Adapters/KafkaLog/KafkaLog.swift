import RdKafka
import StreamCore
import StreamEngine

/// A lane's connection to Kafka: a static member of its worker's group and a transactional producer. Made by `KafkaCluster.connect`,
/// used by one thread.
public final class KafkaLog: RecordLog {
    public let clusterId: String

    private let cluster: KafkaCluster
    private let options: KafkaOptions
    private let group: String
    private let instance: String
    private let failures: KafkaFailure
    private let inputs: [Topic]

    /// Nil when closed.
    private var consumer: Consumer?
    private var outbox: Outbox?
    private var replayer: Replayer?

    /// Nil while nothing is held. `place` is who we were when we got it.
    private var membership: Membership?
    private var place: GroupMetadata?
    private var held: Set<Int> = []
    private var cursors: Cursors
    /// What is to be read is not yet what librdkafka reads: the next poll tells it.
    private var mustAssign = false
    /// `revoked` was reported; what is held is given back by the next poll, so that a commit in between is still legal.
    private var mustGiveBack = false
    private var buffer = RecordBuffer()
    /// What a replay has found in passing; the next poll begins with it.
    private var found = Poll()
    /// An error that was met with something in hand; the next poll throws it.
    private var deferred: LogFailure?
    /// What every call says from now on.
    private var end: LogFailure?
    private var wasFenced = false
    /// When the group was last out of reach or had given us up, and when a consumer was last made anew for it.
    private var troubledAt: Int64?
    private var reopenedAt: Int64?
    private var hanging = HangingTransaction()

    init(_ cluster: KafkaCluster, group: String, instance: String, topics: [Topic]) throws(LogFailure) {
        self.cluster = cluster
        options = cluster.options
        clusterId = cluster.clusterId
        self.group = group
        self.instance = instance
        inputs = topics
        failures = KafkaFailure(options: options, group: group)
        cursors = Cursors(topics)
        // Beside the join: it may have to wait for a transaction that a predecessor has left open.
        outbox = try Outbox(options, group: group, instance: instance)
        try join()
    }

    private func join() throws(LogFailure) {
        let configuration = try options.configuration(for: .member(group: group, instance: instance))
        do {
            let consumer = try Consumer(configuration, options.callbacks, rebalances: true)
            try consumer.subscribe(inputs.map(\.name))
            self.consumer = consumer
        } catch {
            throw failures.fatal("group \(group)", error)
        }
    }

    public func partitionCount(of topic: Topic) throws(LogFailure) -> Int? { try cluster.partitionCount(of: topic) }

    public func bounds(of partition: TopicPartition) throws(LogFailure) -> Bounds { try cluster.bounds(of: partition) }

    // MARK: - Reading

    public func poll(recordsMax: Int, wait: Instant.Span) throws(LogFailure) -> Poll {
        let consumer = try alive()
        if let deferred = self.deferred.take() { throw deferred }
        outbox?.poll()
        closeIdleReplayer()
        if found.membership.isEmpty {
            do { try catchUp(consumer) } catch { throw failures.reading("group \(group)", error) }
            let deadline = Monotonic.milliseconds + wait.milliseconds
            while buffer.count < recordsMax || recordsMax == 0 {
                // What is there is taken; only the first is waited for.
                let isFirst = buffer.count == 0 && found.positions.isEmpty
                let timeout = isFirst && recordsMax > 0 ? max(0, deadline - Monotonic.milliseconds) : 0
                guard takeNext(consumer, milliseconds: timeout), recordsMax > 0 else { break }
            }
        }
        var poll = found
        found = Poll()
        poll.messages = buffer.take(recordsMax)
        if poll.messages.isEmpty, poll.membership.isEmpty, poll.positions.isEmpty {
            if let end { throw end }
            if let deferred = self.deferred.take() { throw deferred }
        }
        return poll
    }

    /// One event. Returns whether to go on: not when there is none, nor after a change of membership or an error.
    private func takeNext(_ consumer: Consumer, milliseconds: Int64) -> Bool {
        guard let event = consumer.next(milliseconds: Int32(clamping: milliseconds)) else { return false }
        switch event.kind {
        case .record: event.withRecord { take($0) }
        case .assigned: assigned(event.partitions(), consumer)
        case .revoked: revoked(consumer)
        case .error: note(event.error(), at: event.place())
        case .statistics: options.onStatistics?(event.statistics())
        case .other: break
        }
        return found.membership.isEmpty && deferred == nil && end == nil
    }

    /// Tells librdkafka what was decided since the last poll.
    private func catchUp(_ consumer: Consumer) throws(RdKafkaError) {
        if mustGiveBack {
            mustGiveBack = false
            mustAssign = false
            membership = nil
            place = nil
            held = []
            cursors.stopAll()
            try consumer.unassign()
        }
        if mustAssign {
            mustAssign = false
            try consumer.assign(cursors.all)
        }
    }

    private func take(_ view: Consumer.RecordView) {
        guard view.isRecord else {
            // Errors come as events of their own; one that does not is not passed over.
            deferred = failures.reading("group \(group)", view.error)
            return
        }
        // What comes before librdkafka has been told where to read is of another place, and is fetched anew from the right one.
        guard !mustAssign, let topic = cursors.index(of: view), let next = cursors.next(topic, view.partition), view.offset >= next else {
            return
        }
        buffer.append(view, topic: cursors.topic(topic))
        cursors.advance(topic, view.partition, to: view.offset + 1)
    }

    private func assigned(_ partitions: [PartitionOffset], _ consumer: Consumer) {
        // An assignment that was taken back before it was heard of is followed by the next without a word.
        if !held.isEmpty { found.membership.append(.lost(held.sorted())) }
        forgetAssignment()
        do throws(RdKafkaError) {
            // Nothing is read before `start`; that the assignment was taken has to be said all the same.
            try consumer.assign([])
            // Without a generation it is lost already: another rebalance comes.
            guard let place = try consumer.groupMetadata(), place.generation >= 0, !place.memberId.isEmpty else { return }
            guard let numbers = commonNumbers(partitions) else { return }
            let membership = Membership(generation: Int64(place.generation), incarnation: KafkaLog.incarnation(of: place.memberId))
            self.place = place
            self.membership = membership
            held = Set(numbers)
            found.membership.append(.assigned(numbers, membership))
        } catch {
            // What was assigned and not taken would be nobody's.
            ended(error)
        }
    }

    /// A partition number is ours when it is of all inputs.
    private func commonNumbers(_ partitions: [PartitionOffset]) -> [Int]? {
        var numbers: [String: Set<Int>] = [:]
        for partition in partitions { numbers[partition.topic, default: []].insert(Int(partition.partition)) }
        let first = numbers[inputs.first?.name ?? ""] ?? []
        for topic in inputs where numbers[topic.name] ?? [] != first {
            end = LogFailure(
                .fatal, "group \(group) was given other partitions of \(topic) than of \(inputs[0])",
                hint: "all inputs have to have the same number of partitions: `chengxin topics plan` shows them")
            return nil
        }
        return first.sorted()
    }

    /// FNV-1a.
    private static func incarnation(of memberId: String) -> UInt64 {
        memberId.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    private func revoked(_ consumer: Consumer) {
        let numbers = held.sorted()
        buffer.removeAll()
        mustGiveBack = true
        guard consumer.isAssignmentLost else { return found.membership.append(.revoked(numbers)) }
        troubledAt = Monotonic.milliseconds
        membership = nil
        place = nil
        found.membership.append(.lost(numbers))
    }

    private func note(_ error: RdKafkaError, at place: PartitionOffset?) {
        if let place, let topic = cursors.index(of: Topic(place.topic)) {
            // Of a partition that is no longer read, or of a place that was passed. What comes before librdkafka has been told where to
            // read is said again afterwards: the end of a partition, among others, behind records that were left for then.
            guard !mustAssign, let next = cursors.next(topic, Int(place.partition)) else { return }
            let partition = TopicPartition(cursors.topic(topic), Int(place.partition))
            switch error.code {
            case .partitionEnd:
                guard place.offset > next else { return }
                cursors.advance(topic, partition.partition, to: place.offset)
                found.positions[partition] = place.offset
            case .offsetReset, .offsetOutOfRange:
                guard place.offset < 0 || place.offset >= next else { return }
                deferred = failures.gone(partition, next, try? cluster.bounds(of: partition))
            default:
                deferred = failures.reading("\(partition)", error)
            }
            return
        }
        switch error.code {
        case _ where error.isFatal:
            ended(error)
        case .inconsistentGroupProtocol, .invalidSessionTimeout, .unknownTopicOrPartition, .unsupportedFeature, .unsupportedVersion,
            .groupAuthorizationFailed, .topicAuthorizationFailed:
            let what = place.map { "topic \($0.topic)" } ?? "group \(group)"
            end = failures.fatal(what, error)
        case .allBrokersDown:
            troubledAt = Monotonic.milliseconds
            deferred = LogFailure(.retriable, "\(error)", hint: failures.hint(for: error))
        case .authentication, .saslAuthenticationFailed, .ssl:
            deferred = LogFailure(.retriable, "\(error)", hint: failures.hint(for: error))
        default:
            options.onLine(KafkaLine(level: 5, client: options.clientId, facility: "CONSUMER", text: error.description))
        }
    }

    /// The consumer is of no more use.
    private func ended(_ error: RdKafkaError) {
        guard end == nil, !fencedItself(error) else { return }
        var failure = failures.fatal("group \(group), instance \(instance)", error)
        if error.code == .fencedInstanceId { failure.kind = .fenced }
        end = failure
    }

    public func start(_ positions: [TopicPartition: Int64]) throws(LogFailure) {
        _ = try alive()
        if mustGiveBack { throw LogFailure(.retriable, "\(instance): the group is changing") }
        for (partition, offset) in positions {
            guard held.contains(partition.partition), let topic = cursors.index(of: partition.topic) else {
                throw LogFailure(.fatal, "\(partition) is not held by \(instance)", hint: "only what is assigned can be started")
            }
            cursors.start(topic, partition.partition, at: offset)
            // What was read and not given yet will be read again, or lies before this place.
            buffer.remove(partition)
            mustAssign = true
        }
    }

    public func stop(_ partitions: [TopicPartition]) {
        for partition in partitions {
            guard let topic = cursors.index(of: partition.topic) else { continue }
            if cursors.stop(topic, partition.partition) { mustAssign = true }
            buffer.remove(partition)
        }
    }

    // MARK: - Taking over

    public func committedOffsets(_ partitions: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Int64] {
        let consumer = try alive()
        do throws(RdKafkaError) {
            let asked = partitions.map { PartitionOffset($0.topic.name, Int32($0.partition)) }
            var offsets: [TopicPartition: Int64] = [:]
            for found in try consumer.committed(asked, milliseconds: 500) {
                if let error = found.error { throw error }
                if found.offset >= 0 { offsets[TopicPartition(Topic(found.topic), Int(found.partition))] = found.offset }
            }
            hanging.ended()
            return offsets
        } catch {
            let failure = failures.reading("the offsets of group \(group)", error)
            if failure.kind == .retriable { hanging.waits(for: "the offsets of group \(group)", options) }
            throw failure
        }
    }

    public func replay(_ partition: TopicPartition, from offset: Int64, recordsMax: Int) throws(LogFailure) -> Replay {
        try lookAround(try alive())
        let replayer: Replayer
        if let open = self.replayer { replayer = open } else { replayer = try Replayer(cluster, group: group) }
        self.replayer = replayer
        let page = try replayer.page(partition, from: offset, recordsMax: recordsMax)
        if page.next > offset { hanging.ended() } else { hanging.waits(for: "\(partition)", options) }
        return page
    }

    /// A restore may take longer than a member may be silent, and the others of the group wait for one that does not answer: what comes
    /// meanwhile is taken in, and a rebalance ends the replay for now.
    private func lookAround(_ consumer: Consumer) throws(LogFailure) {
        while found.membership.isEmpty, buffer.count < 1000, takeNext(consumer, milliseconds: 0) {}
        if let end { throw end }
        if !found.membership.isEmpty || mustGiveBack { throw LogFailure(.retriable, "\(instance): the group is changing") }
    }

    /// Its fetched records and its connections are not needed until the next takeover.
    private func closeIdleReplayer() {
        if let replayer, Monotonic.milliseconds - replayer.lastUsed > 3000 { self.replayer = nil }
    }

    // MARK: - Committing

    public func commit(_ transaction: Transaction) throws(LogFailure) -> Receipt {
        if let failure = fencedConsumer() { throw failure }
        _ = try alive()
        guard let outbox else { throw LogFailure(.fatal, "the log was closed") }
        guard let membership, let place, transaction.membership == membership else {
            throw LogFailure(.fenced, "\(instance): what was read under an assignment that is over cannot be committed")
        }
        guard !transaction.offsets.isEmpty else {
            throw LogFailure(.fatal, "\(instance): a transaction without offsets would not be fenced")
        }
        do throws(LogFailure) { return try outbox.commit(transaction, of: place) } catch {
            if error.kind == .fenced { wasFenced = true }
            guard error.kind == .retriable else { throw error }
            // Nothing was sent yet, and it may take long: meanwhile the group must not wait for an answer.
            try answerGroup()
            if !found.membership.isEmpty { throw LogFailure(.unclean, "\(instance): the group is changing") }
            throw error
        }
    }

    /// Whoever finds the place taken says `.fenced`, and so does everything from then on; what else ends a consumer is `.fatal`.
    private func fencedConsumer() -> LogFailure? {
        guard end == nil, let error = consumer?.client.fatalError else { return nil }
        ended(error)
        return error.code == .fencedInstanceId ? LogFailure(.fenced, "\(instance): \(error)", hint: failures.hint(for: error)) : end
    }

    public func renew() throws(LogFailure) {
        _ = try alive()
        guard let outbox else { throw LogFailure(.fatal, "the log was closed") }
        if wasFenced {
            // Somebody has our transactional id. If it is one who also has our instance id, the group tells us within a heartbeat;
            // to fence the other first would only begin an exchange of blows.
            try waitForVerdict()
            wasFenced = false
        }
        let deadline = Monotonic.milliseconds + 2000
        while true {
            try answerGroup()
            do throws(LogFailure) { return try outbox.renew(within: 100) } catch {
                guard error.kind == .retriable, Monotonic.milliseconds < deadline else { throw error }
            }
        }
    }

    private func waitForVerdict() throws(LogFailure) {
        let deadline = Monotonic.milliseconds + options.heartbeatMilliseconds + 500
        let pause = Latch()
        while Monotonic.milliseconds < deadline {
            try answerGroup()
            pause.wait(milliseconds: 50)
        }
    }

    /// Takes in what the group says, and gives back at once what it takes away: for times in which nothing is open that could still be
    /// committed. After a session's timeout librdkafka has forgotten its member id and goes on with heartbeats until the revocation is
    /// answered; a broker that is back by then takes them for those of a stranger with our instance id, and that is the member's end.
    private func answerGroup() throws(LogFailure) {
        let consumer = try alive()
        repeat {
            do { try catchUp(consumer) } catch { throw failures.reading("group \(group)", error) }
            while buffer.count < 1000, takeNext(consumer, milliseconds: 0) {}
        } while mustGiveBack
        if let end { throw end }
    }

    public func close() {
        let latches = [outbox?.close(), consumer?.client.ended, replayer?.client.ended]
        outbox = nil
        consumer = nil
        replayer = nil
        buffer.removeAll()
        found = Poll()
        membership = nil
        place = nil
        end = LogFailure(.fatal, "the log was closed")
        // A static member says nothing when it leaves. What a broker that does not answer holds up ends with the process.
        for latch in latches { latch?.wait(milliseconds: 3000) }
    }

    private func alive() throws(LogFailure) -> Consumer {
        if let end { throw end }
        guard let consumer else { throw LogFailure(.fatal, "the log was closed") }
        guard let error = consumer.client.fatalError else { return consumer }
        ended(error)
        if let end { throw end }
        return try reopened()
    }

    /// Whether the stranger who has our instance id is ourselves: librdkafka 2.0 joins twice when a coordinator that was out of reach
    /// comes back, and then takes the cluster's answer to the first for the work of another process. Whoever is fenced without such a
    /// time before, or once more soon after, has met another process.
    private func fencedItself(_ error: RdKafkaError) -> Bool {
        let now = Monotonic.milliseconds
        guard error.code == .fencedInstanceId, let troubledAt, now - troubledAt < 30_000 else { return false }
        return reopenedAt.map { now - $0 > 60_000 } ?? true
    }

    /// Joins again by a new consumer; what the old one held is lost.
    private func reopened() throws(LogFailure) -> Consumer {
        reopenedAt = Monotonic.milliseconds
        if !held.isEmpty { found.membership.append(.lost(held.sorted())) }
        forgetAssignment()
        consumer = nil
        try join()
        guard let consumer else { throw LogFailure(.fatal, "the log was closed") }
        return consumer
    }

    private func forgetAssignment() {
        held = []
        membership = nil
        place = nil
        mustAssign = false
        mustGiveBack = false
        buffer.removeAll()
        cursors.stopAll()
    }
}
