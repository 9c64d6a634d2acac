import Files
import SQLite
import StreamCore
import StreamEngine

/// Reads a log beside its owner or without one: topics, records, offsets. It sees committed transactions only and changes nothing.
///
/// A folder that cannot be written is read as it lies there, when no owner has left anything in its write-ahead log.
public final class EmbeddedLogReader: LogReader {
    public let clusterId: String
    public let directory: String

    private let connection: Connection
    private let source: BatchSource
    private var parts: [Part] = []
    /// Changes with every transaction of the owner, so that looking again costs nothing when there was none.
    private let version: Statement
    private let begin: Statement
    private var seenVersion: Int64 = -1
    private var replayFeed = Feed()
    private var replayPart: Int?

    public init(directory: String) throws(LogFailure) {
        self.directory = directory
        let path = LogFile.path(in: directory)
        guard Files.exists(path) else {
            throw LogFailure(.fatal, "there is no log in \(directory)", hint: "name the folder of a cluster by --data")
        }
        do throws(SQLiteError) { connection = try Connection.reader(path) } catch { throw LogFailure(error) }
        do throws(Schema.Refusal) {
            guard try LogFile.schema.check(connection) == LogFile.schema.steps.count else {
                throw Schema.Refusal.failed(
                    SQLiteError(code: 21, message: "it is of an older version; start the owner once", path: path))
            }
        } catch {
            throw LogFailure(error, path: path)
        }
        do throws(SQLiteError) {
            clusterId = try connection.texts("SELECT id FROM cluster").first ?? ""
            source = try BatchSource(connection)
            version = try connection.prepare("PRAGMA data_version")
            begin = try connection.prepare("BEGIN")
        } catch {
            throw LogFailure(error)
        }
        _ = try refresh()
    }

    public func close() { connection.close() }

    /// Looks whether the owner has committed something. True when it has.
    @discardableResult
    public func refresh() throws(LogFailure) -> Bool {
        do throws(SQLiteError) {
            defer { version.reset() }
            _ = try version.step()
            guard version.number(0) != seenVersion else { return false }
            seenVersion = version.number(0)
        } catch {
            throw LogFailure(error)
        }
        parts = try Part.all(connection)
        replayFeed.relocate()
        return true
    }

    public var isInOrderOfCommit: Bool { true }

    /// The names of the topics, in their order.
    public var topics: [Topic] { specs().map(\.topic) }

    /// The topics, in the order of their names.
    public func specs() -> [TopicSpec] {
        var specs: [Topic: TopicSpec] = [:]
        for part in parts {
            specs[
                part.place.topic,
                default: TopicSpec(part.place.topic, partitions: 0, isCompacted: part.isCompacted, retention: part.retention)
            ].partitions += 1
        }
        return specs.values.sorted { $0.topic < $1.topic }
    }

    var partitions: [TopicPartition] { parts.map(\.place).sorted() }

    /// The number of partitions; nil when there is no such topic.
    public func partitionCount(of topic: Topic) -> Int? {
        let count = parts.count { $0.place.topic == topic }
        return count == 0 ? nil : count
    }

    /// The first offset that is kept and the one after the last, as they were at the last look; nil when there is no such partition.
    public func bounds(of partition: TopicPartition) -> Bounds? {
        parts.first { $0.place == partition }.map { Bounds(earliest: $0.earliest, end: $0.next) }
    }

    /// As the owner has them now.
    public func bounds(of partitions: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Bounds] {
        try refresh()
        let wanted = Set(partitions)
        return Dictionary(
            uniqueKeysWithValues: parts.filter { wanted.contains($0.place) }.map {
                ($0.place, Bounds(earliest: $0.earliest, end: $0.next))
            })
    }

    public func offsets(of partitions: [TopicPartition], since instant: Instant) throws(LogFailure) -> [TopicPartition: Int64] {
        try reading { () throws(LogFailure) in
            var offsets: [TopicPartition: Int64] = [:]
            for (index, part) in parts.enumerated() where partitions.contains(part.place) {
                offsets[part.place] = try firstOffset(of: index, since: instant)
            }
            return offsets
        }
    }

    /// Timestamps are the appenders', in no order that could be searched by halves.
    private func firstOffset(of index: Int, since instant: Instant) throws(LogFailure) -> Int64 {
        var feed = Feed(passesOverWhatIsGone: true)
        feed.start(index, at: parts[index].earliest)
        while true {
            let messages = try feed.next(1000, of: parts, from: source)
            if messages.isEmpty { return parts[index].next }
            if let first = messages.first(where: { $0.timestamp >= instant }) { return first.offset }
        }
    }

    /// Records of one partition from `offset` on, and where to go on; what is before the first that is kept is passed over.
    public func records(_ partition: TopicPartition, from offset: Int64, recordsMax: Int) throws(LogFailure) -> Replay {
        try reading { () throws(LogFailure) in
            guard let index = parts.firstIndex(where: { $0.place == partition }) else {
                throw LogFailure(.fatal, "there is no partition \(partition)")
            }
            if replayPart != index || replayFeed.position(of: index) != offset {
                replayFeed = Feed(passesOverWhatIsGone: true)
                replayFeed.start(index, at: offset)
                replayPart = index
            }
            do throws(LogFailure) {
                let messages = try replayFeed.next(recordsMax, of: parts, from: source)
                return Replay(messages: messages, next: replayFeed.position(of: index)!)
            } catch {
                replayPart = nil
                throw error
            }
        }
    }

    /// A place in the log from which to read topics in the order of commit. Old records of compacted topics may come later than they
    /// were committed, never earlier.
    public struct Walk {
        fileprivate var feed = Feed(passesOverWhatIsGone: true)
        fileprivate var seen: Int64 = -1
        fileprivate var started: Set<TopicPartition> = []
        /// nil: all topics.
        public let topics: Set<Topic>?
        fileprivate let start: WalkStart

        /// The only partition that is read; nil: all of the topics.
        fileprivate let partition: TopicPartition?

        public init(topics: Set<Topic>? = nil, from start: WalkStart = .beginning) {
            self.topics = topics
            self.start = start
            partition = nil
        }

        init(partition: TopicPartition, from start: WalkStart) {
            topics = [partition.topic]
            self.start = start
            self.partition = partition
        }
    }

    public func walk(_ topics: Set<Topic>?, from start: WalkStart) -> any LogWalk {
        EmbeddedLogWalk(self, Walk(topics: topics, from: start))
    }

    public func attempts(_ topics: Set<Topic>?, from start: WalkStart) -> any AttemptWalk {
        EmbeddedLogAttempts(self, topics, start)
    }

    /// The next records, of all partitions in the order of commit; none at the end. To follow, call again.
    ///
    /// A damaged batch is thrown once; then the rest of its partition is left out and the others go on.
    public func next(_ walk: inout Walk, recordsMax: Int) throws(LogFailure) -> [Message] {
        try reading { () throws(LogFailure) in
            if walk.seen != seenVersion { walk.feed.relocate() }
            walk.seen = seenVersion
            let isFirst = walk.started.isEmpty
            for (index, part) in parts.enumerated() where walk.topics?.contains(part.place.topic) ?? true {
                guard walk.partition == nil || walk.partition == part.place else { continue }
                guard walk.started.insert(part.place).inserted else { continue }
                let position: Int64
                switch walk.start {
                case .beginning: position = part.earliest
                // A topic that came later is read from its beginning: nothing of it was there before.
                case .end: position = isFirst ? part.next : part.earliest
                case .offset(let offset): position = min(max(offset, part.earliest), part.next)
                case .instant(let instant): position = try firstOffset(of: index, since: instant)
                }
                walk.feed.start(index, at: position)
            }
            return try walk.feed.next(recordsMax, of: parts, from: source)
        }
    }

    /// The groups that have committed offsets.
    public func groups() throws(LogFailure) -> [String] { try Progress.crews(connection) }

    /// How far a group has read.
    public func lag(group: String) throws(LogFailure) -> [Lag] {
        try refresh()
        return Progress.lag(try Progress.read(connection, crew: group, parts: parts), parts)
    }

    /// Only the process that owns the log knows.
    public func owners(group: String) -> [TopicPartition: String] { [:] }

    /// What lies in the inbox for these topics, also when the owner has begun to take its file in.
    public func waiting(for topics: Set<Topic>) throws(LogFailure) -> [HandedIn] {
        let folder = LogFile.inbox(in: directory)
        guard Files.isFolder(folder) else { return [] }
        let names: [String]
        do throws(FileError) { names = try Files.names(folder).sorted() } catch { throw LogFailure(error) }
        var found: [HandedIn] = []
        for name in names where InboxName.number(name) != nil {
            let path = "\(folder)/\(name)"
            var reader = InboxReader(path, from: 0)
            do throws(FileError) {
                while case .record(let record) = try reader.next() {
                    guard topics.contains(record.topic) else { continue }
                    found.append(HandedIn(topic: record.topic, key: record.key, headers: record.headers, value: record.value))
                }
            } catch {
                // One that is gone has been taken in meanwhile.
                if Files.exists(path) { throw LogFailure(error) }
            }
        }
        return found
    }

    /// One view of the file for several statements: what is found in it is still there when it is read.
    private func reading<Result>(_ body: () throws(LogFailure) -> Result) throws(LogFailure) -> Result {
        do throws(SQLiteError) { try begin.run() } catch { throw LogFailure(error) }
        defer { try? connection.rollBack() }
        try refresh()
        return try body()
    }
}

/// A walk that belongs to its reader.
private final class EmbeddedLogWalk: LogWalk {
    private let reader: EmbeddedLogReader
    private var walk: EmbeddedLogReader.Walk

    init(_ reader: EmbeddedLogReader, _ walk: EmbeddedLogReader.Walk) {
        self.reader = reader
        self.walk = walk
    }

    func next(recordsMax: Int) throws(LogFailure) -> [Message] { try reader.next(&walk, recordsMax: recordsMax) }
}

/// Everything in the log is committed; this only goes through it partition by partition.
private final class EmbeddedLogAttempts: AttemptWalk {
    private let reader: EmbeddedLogReader
    private let start: WalkStart
    private var left: ArraySlice<TopicPartition>
    private var walk: EmbeddedLogReader.Walk?

    init(_ reader: EmbeddedLogReader, _ topics: Set<Topic>?, _ start: WalkStart) {
        self.reader = reader
        self.start = start
        left = reader.partitions.filter { topics?.contains($0.topic) ?? true }[...]
    }

    func next(recordsMax: Int) throws(LogFailure) -> [Attempt] {
        while let place = left.first {
            var walk = self.walk ?? EmbeddedLogReader.Walk(partition: place, from: start)
            let page = try reader.next(&walk, recordsMax: recordsMax)
            self.walk = walk
            if !page.isEmpty { return page.map { Attempt(message: $0, outcome: .committed) } }
            left.removeFirst()
            self.walk = nil
        }
        return []
    }
}
