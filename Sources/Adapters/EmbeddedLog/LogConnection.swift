import StreamCore
import StreamEngine

/// One lane's connection to the embedded log.
final class LogConnection: RecordLog {
    private let log: EmbeddedLog
    private let group: String
    private let crew: EmbeddedLog.CrewEntry
    private let token: Int
    private var feed = Feed()
    private var layout: Int
    private var isClosed = false
    /// Where the last replay stopped, so that going on costs no search and a batch is decoded once.
    private var replayFeed = Feed()
    private var replayPart: Int?

    init(_ log: EmbeddedLog, group: String, crew: EmbeddedLog.CrewEntry, token: Int) {
        self.log = log
        self.group = group
        self.crew = crew
        self.token = token
        layout = log.layout
    }

    var clusterId: String { log.clusterId }

    func partitionCount(of topic: Topic) throws(LogFailure) -> Int? { log.partitionCount(of: topic) }

    /// Returns at once: in one process and thread nothing can arrive while it waits.
    func poll(recordsMax: Int, wait: Instant.Span) throws(LogFailure) -> Poll {
        var result = Poll(membership: crew.machine.poll(token))
        for change in result.membership {
            switch change {
            case .assigned: break
            case .revoked(let partitions), .lost(let partitions): stop(partitions.flatMap(allTopics))
            }
        }
        followLayout()
        do throws(LogFailure) {
            result.messages = try feed.next(recordsMax, of: log.parts, from: log.source)
        } catch {
            // A change of membership is told once; the error comes again.
            if result.membership.isEmpty { throw error }
        }
        return result
    }

    private func allTopics(_ partition: Int) -> [TopicPartition] { crew.topics.map { TopicPartition($0, partition) } }

    func start(_ positions: [TopicPartition: Int64]) throws(LogFailure) {
        for (place, offset) in positions.sorted(by: { $0.key < $1.key }) {
            let index = try log.requirePart(place)
            guard crew.machine.holds(token, place.partition) else {
                throw LogFailure(.fenced, "\(group) does not hold \(place)")
            }
            let part = log.parts[index]
            guard offset >= part.earliest, offset <= part.next else {
                throw LogFailure(
                    .fatal, "\(place) has the offsets \(part.earliest) to \(part.next), not \(offset)",
                    hint: offset < part.earliest
                        ? "records were removed by age before \(group) had read them" : "the log was replaced by an older copy")
            }
            feed.start(index, at: offset)
        }
    }

    func stop(_ partitions: [TopicPartition]) {
        for place in partitions {
            if let index = log.partIndex(place) { feed.stop(index) }
        }
    }

    func committedOffsets(_ partitions: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for place in partitions {
            if let index = log.partIndex(place), let next = crew.progress[index] { offsets[place] = next }
        }
        return offsets
    }

    func bounds(of partition: TopicPartition) throws(LogFailure) -> Bounds {
        let part = log.parts[try log.requirePart(partition)]
        return Bounds(earliest: part.earliest, end: part.next)
    }

    func replay(_ partition: TopicPartition, from offset: Int64, recordsMax: Int) throws(LogFailure) -> Replay {
        let index = try log.requirePart(partition)
        let part = log.parts[index]
        followLayout()
        if replayPart != index || replayFeed.position(of: index) != offset {
            replayFeed = Feed()
            replayPart = index
            replayFeed.start(index, at: max(offset, part.earliest))
        }
        guard offset < part.next else { return Replay(messages: [], next: offset) }
        do throws(LogFailure) {
            let messages = try replayFeed.next(recordsMax, of: log.parts, from: log.source)
            return Replay(messages: messages, next: replayFeed.position(of: index)!)
        } catch {
            replayPart = nil
            throw error
        }
    }

    func commit(_ transaction: Transaction) throws(LogFailure) -> Receipt {
        guard !transaction.offsets.isEmpty else {
            throw LogFailure(.fatal, "a transaction of \(group) commits no offset", hint: "every transaction moves or repeats one")
        }
        guard crew.machine.mayCommit(token, transaction.membership, transaction.offsets.keys.lazy.map(\.partition)) else {
            throw LogFailure(.fenced, "\(group): another member holds these partitions now")
        }
        var progress: [(part: Int, next: Int64)] = []
        for (place, next) in transaction.offsets {
            progress.append((try log.requirePart(place), next))
        }
        let receipt = try log.transact(transaction.records, progress: progress, of: group)
        for (part, next) in progress { crew.progress[part] = next }
        return Receipt(next: receipt)
    }

    /// A commit of the embedded log has ended when it returns, so there is nothing earlier to shut out.
    func renew() throws(LogFailure) {}

    func close() {
        guard !isClosed else { return }
        isClosed = true
        crew.machine.leave(token)
    }

    private func followLayout() {
        guard layout != log.layout else { return }
        layout = log.layout
        feed.relocate()
        replayFeed.relocate()
    }
}
