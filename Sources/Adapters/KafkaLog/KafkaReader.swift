import RdKafka
import StreamCore
import StreamEngine

/// Reads a cluster beside its workers: topics, records, offsets of groups. It joins nothing and leaves nothing behind.
///
/// Reading ends where the log ended when it began; what is still in an open transaction, and what follows it, is not seen.
public final class KafkaReader: LogReader {
    public let clusterId: String

    private let cluster: KafkaCluster
    private let readsUncommitted: Bool
    /// Keeps its place between two pages of `records`.
    private var pages: PartitionReader?

    /// `readsUncommitted`: also what was aborted or is not decided.
    init(_ cluster: KafkaCluster, readsUncommitted: Bool) {
        self.cluster = cluster
        self.readsUncommitted = readsUncommitted
        clusterId = cluster.clusterId
    }

    public var isInOrderOfCommit: Bool { false }

    public var topics: [Topic] {
        get throws(LogFailure) {
            let layout = try cluster.layout()
            return layout.topics.map(\.topic)
        }
    }

    public func specs() throws(LogFailure) -> [TopicSpec] {
        let topics = try cluster.topics()
        return topics.map { topic in
            let isCompacted = topic.settings["cleanup.policy"]?.contains("compact") ?? false
            let retention = topic.settings["retention.ms"].flatMap { Int64($0) } ?? -1
            return TopicSpec(
                topic.topic, partitions: topic.partitions, isCompacted: isCompacted,
                retention: retention < 0 || isCompacted ? nil : .milliseconds(retention))
        }
    }

    public func partitionCount(of topic: Topic) throws(LogFailure) -> Int? { try cluster.partitionCount(of: topic) }

    public func bounds(of partitions: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Bounds] {
        let present = try present(partitions)
        let first = try cluster.offsets(.first, of: present)
        let end = try cluster.offsets(.end, of: present)
        var bounds: [TopicPartition: Bounds] = [:]
        for (partition, earliest) in first {
            if let end = end[partition] { bounds[partition] = Bounds(earliest: earliest, end: max(end, earliest)) }
        }
        return bounds
    }

    public func offsets(of partitions: [TopicPartition], since instant: Instant) throws(LogFailure) -> [TopicPartition: Int64] {
        let present = try present(partitions)
        let found = try cluster.offsets(.since(instant.milliseconds), of: present)
        let end = try cluster.offsets(.end, of: present.filter { (found[$0] ?? -1) < 0 })
        return found.filter { $0.value >= 0 }.merging(end) { $1 }
    }

    /// Those of the partitions that the cluster has.
    private func present(_ partitions: [TopicPartition]) throws(LogFailure) -> [TopicPartition] {
        let counts = Dictionary(uniqueKeysWithValues: try cluster.layout().topics.map { ($0.topic, $0.partitions) })
        return partitions.filter { $0.partition >= 0 && $0.partition < counts[$0.topic] ?? 0 }
    }

    public func records(_ partition: TopicPartition, from offset: Int64, recordsMax: Int) throws(LogFailure) -> Replay {
        let reader: PartitionReader
        if let pages {
            reader = pages
        } else {
            reader = try PartitionReader(cluster.options, readsUncommitted: readsUncommitted, kilobytes: 16_384)
            pages = reader
        }
        do throws(LogFailure) {
            if reader.cursors.first?.place != partition || reader.cursors[0].next != offset || reader.cursors[0].isExhausted {
                guard let bounds = try bounds(of: partition) else { throw LogFailure(.fatal, "there is no partition \(partition)") }
                guard offset < bounds.end else { return Replay(messages: [], next: offset) }
                try reader.begin([(partition, from: max(offset, bounds.earliest), end: bounds.end)])
            }
            var messages: [Message] = []
            while messages.count < recordsMax {
                try reader.await(0)
                guard !reader.cursors[0].messages.isEmpty else { break }
                messages += reader.give(0, recordsMax - messages.count)
            }
            return Replay(messages: messages, next: reader.cursors[0].next)
        } catch {
            pages = nil
            throw error
        }
    }

    public func walk(_ topics: Set<Topic>?, from start: WalkStart) throws(LogFailure) -> any LogWalk {
        let partitions = try extents(topics, from: start)
        // So much in all, however many partitions have something; a megabyte each is what one fetch brings.
        let kilobytes = 131_072 / max(1, partitions.count { $0.from < $0.end })
        let reader = try PartitionReader(
            cluster.options, readsUncommitted: readsUncommitted, kilobytes: max(1024, min(16_384, kilobytes)))
        try reader.begin(partitions)
        return KafkaWalk(reader)
    }

    public func attempts(_ topics: Set<Topic>?, from start: WalkStart) throws(LogFailure) -> any AttemptWalk {
        try KafkaAttemptWalk(cluster.options, try extents(topics, from: start))
    }

    /// From where to where the partitions of topics are read.
    private func extents(
        _ topics: Set<Topic>?, from start: WalkStart
    ) throws(LogFailure) -> [(place: TopicPartition, from: Int64, end: Int64)] {
        let wanted = try cluster.layout().topics.filter { topics?.contains($0.topic) ?? true }
        let partitions = wanted.flatMap { topic in (0..<topic.partitions).map { TopicPartition(topic.topic, $0) } }
        let first = try cluster.offsets(.first, of: partitions)
        let end = try cluster.offsets(.end, of: partitions)
        let since: [TopicPartition: Int64]
        if case .instant(let instant) = start {
            since = try cluster.offsets(.since(instant.milliseconds), of: partitions)
        } else {
            since = [:]
        }
        return partitions.compactMap { partition in
            guard let first = first[partition], let end = end[partition] else { return nil }
            switch start {
            case .beginning: return (partition, from: first, end: end)
            case .end: return (partition, from: end, end: end)
            case .offset(let offset): return (partition, from: min(max(offset, first), end), end: end)
            case .instant:
                let offset = since[partition] ?? -1
                return (partition, from: offset < 0 ? end : max(offset, first), end: end)
            }
        }
    }

    /// What a writer has handed in is in the log when it says so: nothing waits.
    public func waiting(for topics: Set<Topic>) -> [HandedIn] { [] }

    public func groups() throws(LogFailure) -> [String] { try cluster.groups() }

    public func lag(group: String) throws(LogFailure) -> [Lag] {
        let committed = try cluster.committedOffsets(of: group)
        let ends = try cluster.offsets(.end, of: committed.keys.sorted())
        let lags = committed.keys.sorted().compactMap { partition -> Lag? in
            guard let next = committed[partition], let end = ends[partition] else { return nil }
            return Lag(partition: partition, committed: next, end: end)
        }
        return try counted(lags)
    }

    /// Behind the last record of a transaction lies its marker: what looks like a rest of one is none. Short rests are looked at.
    private func counted(_ lags: [Lag]) throws(LogFailure) -> [Lag] {
        let short = lags.indices.filter { lags[$0].behind > 0 && lags[$0].behind <= KafkaReader.lookedAtMax }
        guard !short.isEmpty else { return lags }
        let reader = try PartitionReader(cluster.options, readsUncommitted: false, kilobytes: 1024)
        let first = try cluster.offsets(.first, of: short.map { lags[$0].partition })
        try reader.begin(
            short.map { (lags[$0].partition, from: max(lags[$0].committed, first[lags[$0].partition] ?? 0), end: lags[$0].end) })
        var lags = lags
        for (cursor, index) in short.enumerated() {
            var count: Int64 = 0
            while true {
                try reader.await(cursor)
                let given = reader.give(cursor, .max)
                if given.isEmpty { break }
                count += Int64(given.count)
            }
            // What lies behind the first open transaction nobody can read yet.
            lags[index].behind = count + max(0, lags[index].end - reader.cursors[cursor].position)
        }
        return lags
    }

    private static let lookedAtMax: Int64 = 1000

    public func owners(group: String) throws(LogFailure) -> [TopicPartition: String] {
        var owners: [TopicPartition: String] = [:]
        for member in try cluster.members(of: group) {
            for partition in member.partitions { owners[partition] = member.instance }
        }
        return owners
    }

    public func close() { pages = nil }
}

extension KafkaCluster {
    /// `readsUncommitted`: also what was aborted or is not decided.
    public func reader(readsUncommitted: Bool = false) -> KafkaReader { KafkaReader(self, readsUncommitted: readsUncommitted) }
}
