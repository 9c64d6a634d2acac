import Files
import SQLite
import StreamCore
import StreamEngine

/// A durable log in one SQLite file: topics, partitions, transactions and consumer offsets without a broker.
///
/// One process owns the folder and is the only one that writes and checkpoints; others read through `EmbeddedLogReader` and hand
/// messages in through `InboxWriter`. A commit is on the disk when it returns. One thread uses the owner and all its connections.
public final class EmbeddedLog {
    public struct Settings: Sendable {
        /// A batch of one transaction and partition is split where it passes this.
        public var batchBytesMax = 1 << 20
        /// A checkpoint is made when the write-ahead log has passed this.
        public var writeAheadBytesMax = 32 << 20
        public var cacheBytes = 8 << 20
        /// How long a tombstone of a compacted topic is kept.
        public var tombstoneRetention = Instant.Span.seconds(7 * 86_400)
        /// How many bytes have to be new in a compacted partition, besides being as many as the old ones, before it is compacted.
        public var compactionBytesMin = 4 << 20
        /// Whether what is deleted is overwritten in the file: inbound messages hold personal data.
        public var overwritesDeleted = true

        public init() {}
    }

    public let clusterId: String
    public let directory: String

    let settings: Settings
    let clock: () -> Instant
    let connection: Connection
    let source: BatchSource
    let batchWriter: BatchWriter
    let partWriter: PartWriter
    var parts: [Part]
    /// Index in `parts` of a topic's partition 0; the others follow.
    private(set) var firstPart: [Topic: (index: Int, count: Int)] = [:]
    private var encoders: [RecordEncoder]
    var lastBatch: Int64
    /// Counts what `tidy` changes about where records lie, so that readers look again.
    var layout = 0
    /// The pass of compaction that is under way.
    var cleaning: Cleaning?
    /// Of compacted partitions, as far as they have been measured.
    var sizes: [Int: Size] = [:]
    /// Partitions with a damaged batch.
    var uncleanable: Set<Int> = []
    /// When the oldest batch was appended, as far as that is known.
    var oldestAppended: [Int: Instant] = [:]
    var sweptAt: Instant?
    /// `lastBatch` as of the last `tidy`.
    var tidiedBatch: Int64 = -1
    let batchEraser: Statement
    /// Files of the inbox that are not wholly dealt with.
    var taken: [String: Taken] = [:]
    /// Files that are dealt with and gone, whose entries can go too.
    var forgettable: [String] = []
    let takenWriter: Statement
    let takenEraser: Statement
    /// Messages and files of the inbox that were put aside since this object was made.
    public internal(set) var refusedCount = 0
    private var crews: [String: CrewEntry] = [:]
    private var generation: Int64
    private let progressWriter: Statement
    private let beginStatement: Statement
    private let commitStatement: Statement
    private var checkpointAt: Int
    private var failed: LogFailure?
    private var lock: FileLock?

    final class CrewEntry {
        var machine: Crew
        let topics: [Topic]
        var progress: [Int: Int64]
        init(machine: Crew, topics: [Topic], progress: [Int: Int64]) {
            self.machine = machine
            self.topics = topics
            self.progress = progress
        }
    }

    /// Opens the log in `directory`, which is made where there is none, and sees to it that it has these topics.
    ///
    /// `clock` is the machine's: by it records age, and by nothing else.
    public init(
        directory: String, topics: [TopicSpec], settings: Settings = Settings(),
        clock: @escaping () -> Instant = { Instant(milliseconds: Files.wallClock()) }
    ) throws(LogFailure) {
        self.directory = directory
        self.settings = settings
        self.clock = clock
        let path = LogFile.path(in: directory)
        do throws(FileError) {
            try Files.makeFolder(directory)
            lock = try FileLock.take(LogFile.lock(in: directory))
            if lock != nil {
                try Files.makeFolder(LogFile.inbox(in: directory))
                try Files.makePrivate(path)
            }
        } catch {
            throw LogFailure(error)
        }
        guard lock != nil else {
            let owner = FileLock.owner(LogFile.lock(in: directory)).map { "process \($0)" } ?? "another process"
            throw LogFailure(
                .fatal, "\(owner) is running on \(directory)",
                hint: "stop it first, or use what works beside it (submit, read, case, lag, check)")
        }
        do throws(SQLiteError) {
            connection = try Connection(path, .writing)
            if Files.size(path) == 0 { try connection.execute("PRAGMA page_size = \(LogFile.pageSize)") }
            try connection.execute(
                """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -\(settings.cacheBytes >> 10);
                PRAGMA temp_store = MEMORY; PRAGMA secure_delete = \(settings.overwritesDeleted ? "ON" : "OFF")
                """)
        } catch {
            throw LogFailure(error)
        }
        do throws(Schema.Refusal) {
            _ = try LogFile.schema.apply(to: connection)
        } catch {
            throw LogFailure(error, path: path)
        }
        do throws(SQLiteError) {
            // One transaction for all that an opening writes: the cluster's id, new topics, the count of openings.
            try connection.execute("BEGIN IMMEDIATE")
            if try connection.number("SELECT count(*) FROM cluster") == 0 {
                let insert = try connection.prepare("INSERT INTO cluster (id, opened, lastBatch) VALUES (?1, 0, 0)")
                insert.bind(1, Files.randomName())
                try insert.run()
                insert.end()
            }
            try connection.execute("UPDATE cluster SET opened = opened + 1")
            clusterId = try connection.texts("SELECT id FROM cluster").first ?? ""
            // Generations of an earlier run must not look like those of this one.
            generation = (try connection.number("SELECT opened FROM cluster") ?? 0) << 20
            lastBatch = max(
                try connection.number("SELECT max(id) FROM batch") ?? 0, try connection.number("SELECT lastBatch FROM cluster") ?? 0)
            checkpointAt = settings.writeAheadBytesMax / LogFile.pageSize
            source = try BatchSource(connection)
            batchWriter = try BatchWriter(connection)
            batchEraser = try connection.prepare("DELETE FROM batch WHERE id = ?1")
            partWriter = try PartWriter(connection)
            progressWriter = try connection.prepare(
                """
                INSERT INTO progress (crew, part, next, hash) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT DO UPDATE SET next = excluded.next, hash = excluded.hash
                """)
            takenWriter = try connection.prepare(
                """
                INSERT INTO taken (file, records, position, state) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT DO UPDATE SET records = excluded.records, position = excluded.position, state = excluded.state
                """)
            takenEraser = try connection.prepare("DELETE FROM taken WHERE file = ?1")
            beginStatement = try connection.prepare("BEGIN IMMEDIATE")
            commitStatement = try connection.prepare("COMMIT")
        } catch {
            throw LogFailure(error)
        }
        parts = []
        encoders = []
        try adopt(topics)
        do throws(SQLiteError) { try connection.execute("COMMIT") } catch { throw LogFailure(error) }
        do throws(FileError) { try Files.syncFolder(directory) } catch { throw LogFailure(error) }
        parts = try Part.all(connection)
        encoders = parts.map { _ in RecordEncoder() }
        for (index, part) in parts.enumerated() {
            firstPart[part.place.topic, default: (index, 0)].count += 1
        }
        try finishInbox()
    }

    /// Moves everything into the file and gives the folder up. Afterwards nothing may be called.
    public func close() {
        guard lock != nil else { return }
        _ = try? connection.checkpoint(.truncating)
        connection.close()
        lock = nil
    }

    /// The partitions of a topic; nil when there is no such topic.
    public func partitionCount(of topic: Topic) -> Int? { firstPart[topic]?.count }

    public var topics: [Topic] { firstPart.keys.sorted() }

    func partIndex(_ place: TopicPartition) -> Int? {
        guard let topic = firstPart[place.topic], place.partition >= 0, place.partition < topic.count else { return nil }
        return topic.index + place.partition
    }

    func requirePart(_ place: TopicPartition) throws(LogFailure) -> Int {
        guard let index = partIndex(place) else {
            throw LogFailure(.fatal, "\(directory) has no partition \(place)", hint: "the topic is not in this cluster's catalogue")
        }
        return index
    }

    private func adopt(_ topics: [TopicSpec]) throws(LogFailure) {
        do throws(SQLiteError) {
            let known = try connection.prepare("SELECT id, partitions FROM topic WHERE name = ?1")
            let update = try connection.prepare("UPDATE topic SET isCompacted = ?2, retention = ?3 WHERE id = ?1")
            let insert = try connection.prepare("INSERT INTO topic (name, partitions, isCompacted, retention) VALUES (?1, ?2, ?3, ?4)")
            let insertPart = try connection.prepare(
                """
                INSERT INTO part (topic, number, earliest, next, cleaned, hash) VALUES (?1, ?2, 0, 0, 0, 0)
                """)
            for spec in topics {
                known.bind(1, spec.topic.name)
                let id = try known.step() ? known.number(0) : nil
                let partitions = id == nil ? nil : known.number(1)
                known.reset()
                if let id, let partitions {
                    guard partitions == Int64(spec.partitions) else {
                        throw SQLiteError(
                            code: 21,
                            message: "topic \(spec.topic) has \(partitions) partitions, not \(spec.partitions); "
                                + "the count is fixed for the life of a cluster", path: directory)
                    }
                    update.bind(1, id)
                    update.bind(2, spec.isCompacted ? 1 : 0)
                    update.bind(3, spec.retention?.milliseconds)
                    try update.run()
                    continue
                }
                insert.bind(1, spec.topic.name)
                insert.bind(2, Int64(spec.partitions))
                insert.bind(3, spec.isCompacted ? 1 : 0)
                insert.bind(4, spec.retention?.milliseconds)
                try insert.run()
                let topic = try connection.number("SELECT last_insert_rowid()") ?? 0
                for number in 0..<spec.partitions {
                    insertPart.bind(1, topic)
                    insertPart.bind(2, Int64(number))
                    try insertPart.run()
                    try partWriter.write(
                        Part(
                            id: try connection.number("SELECT last_insert_rowid()") ?? 0, place: TopicPartition(spec.topic, number),
                            isCompacted: spec.isCompacted, retention: spec.retention, earliest: 0, next: 0, cleaned: 0))
                }
            }
        } catch {
            try? connection.rollBack()
            throw LogFailure(error)
        }
    }

    // MARK: Groups

    /// Joins a worker's group as the member `instance`. A member of the same instance that is still there loses its place.
    ///
    /// A partition number stands for that partition of all `topics`; they are shared out by range among the members.
    public func connect(group: String, instance: String, topics: [Topic]) throws(LogFailure) -> any RecordLog {
        for topic in topics {
            _ = try requirePart(TopicPartition(topic, 0))
        }
        let entry = try crew(group, topics)
        return LogConnection(self, group: group, crew: entry, token: entry.machine.join(instance))
    }

    private func crew(_ name: String, _ topics: [Topic]) throws(LogFailure) -> CrewEntry {
        if let entry = crews[name], entry.topics.sorted() == topics.sorted() { return entry }
        guard crews[name]?.machine.isEmpty ?? true else {
            throw LogFailure(.fatal, "members of \(name) read other topics", hint: "all members of a group read the same")
        }
        // Generations of two crews need not be far apart: a token is only ever shown to the crew that gave it. Those of one must be,
        // also when its topics have changed.
        generation += 1 << 10
        let count = topics.map { firstPart[$0]!.count }.max() ?? 0
        let entry = CrewEntry(
            machine: Crew(partitions: count, generation: generation), topics: topics,
            progress: try Progress.read(connection, crew: name, parts: parts))
        crews[name] = entry
        return entry
    }

    /// How far the groups have read each partition for which they have committed an offset.
    public func lag(group: String) throws(LogFailure) -> [Lag] {
        Progress.lag(try Progress.read(connection, crew: group, parts: parts), parts)
    }

    // MARK: Appending

    /// Appends records, moves offsets, and does `also` in the same transaction: all of it or nothing.
    func transact(
        _ records: [Append], progress: [(part: Int, next: Int64)] = [], of crew: String = "",
        also: () throws(SQLiteError) -> Void = {}
    ) throws(LogFailure) -> [TopicPartition: Int64] {
        if let failed { throw failed }
        var touched: [Int] = []
        do throws(LogFailure) {
            try perform { () throws(SQLiteError) in _ = try beginStatement.run() }
            var batch = lastBatch
            let now = clock()
            var ends: [Int: Int64] = [:]
            var lastPlace: TopicPartition?
            var index = 0
            for record in records {
                // Records of one partition mostly come one after the other: comparing is cheaper than hashing a name.
                if record.to != lastPlace {
                    index = try requirePart(record.to)
                    lastPlace = record.to
                }
                if encoders[index].count == 0, ends[index] == nil { touched.append(index) }
                if encoders[index].count > 0, encoders[index].bytes.count + record.size > settings.batchBytesMax {
                    try seal(index, &ends, &batch, now)
                }
                guard record.size < 1 << 29 else {
                    throw LogFailure(.fatal, "a record for \(record.to) has \(record.size) bytes", hint: "512 MiB are the most")
                }
                encoders[index].append(
                    offset: UInt32(encoders[index].count), timestamp: record.timestamp, key: record.key, headers: record.headers,
                    value: record.value)
            }
            for index in touched { try seal(index, &ends, &batch, now) }
            try perform { () throws(SQLiteError) in
                for index in touched {
                    var part = parts[index]
                    part.next = ends[index]!
                    try partWriter.write(part)
                }
                for (part, next) in progress {
                    progressWriter.bind(1, crew)
                    progressWriter.bind(2, parts[part].id)
                    progressWriter.bind(3, next)
                    progressWriter.bind(4, Int64(bitPattern: Progress.hash(crew, parts[part], next)))
                    try progressWriter.run()
                }
                try also()
                try commitStatement.run()
            }
            lastBatch = batch
            var receipt: [TopicPartition: Int64] = [:]
            for index in touched {
                parts[index].next = ends[index]!
                receipt[parts[index].place] = ends[index]!
            }
            checkpointIfLarge()
            return receipt
        } catch {
            for index in touched { encoders[index].clear() }
            try? connection.rollBack()
            throw error
        }
    }

    /// Runs a part of a transaction; an error undoes the transaction.
    func perform(_ body: () throws(SQLiteError) -> Void) throws(LogFailure) {
        do throws(SQLiteError) {
            try body()
        } catch {
            try? connection.rollBack()
            let failure = LogFailure(error)
            // After a failed sync nobody knows what is on the disk: nothing more is written by this process.
            if error.kind == .failedInputOutput || error.isDamaged { failed = failure }
            throw failure
        }
    }

    private func seal(_ index: Int, _ ends: inout [Int: Int64], _ batch: inout Int64, _ now: Instant) throws(LogFailure) {
        guard encoders[index].count > 0 else { return }
        let first = ends[index] ?? parts[index].next
        let count = encoders[index].count
        batch += 1
        let id = batch
        try perform { () throws(SQLiteError) in
            try batchWriter.write(
                Batch(
                    id: id, first: first, next: first + Int64(count), count: count, appended: now, records: encoders[index].bytes[...]),
                in: parts[index])
        }
        sizes[index]?.fresh += encoders[index].bytes.count
        ends[index] = first + Int64(count)
        encoders[index].clear()
    }

    /// Whether nothing has happened after which nothing may be written.
    var isUsable: Bool { failed == nil }

    func begin() throws(LogFailure) {
        if let failed { throw failed }
        try perform { () throws(SQLiteError) in try beginStatement.run() }
    }

    func commit() throws(LogFailure) {
        try perform { () throws(SQLiteError) in try commitStatement.run() }
        checkpointIfLarge()
    }

    private func checkpointIfLarge() {
        guard connection.logFrames > checkpointAt else { return }
        let frames = settings.writeAheadBytesMax / LogFile.pageSize
        do throws(SQLiteError) {
            let result = try connection.checkpoint(.passive)
            // A reader in the way: the next attempt only when there is a good deal more to move.
            checkpointAt = result.frames == result.moved ? frames : result.frames + frames / 2
        } catch {
            if error.kind == .failedInputOutput || error.isDamaged { failed = LogFailure(error) }
            // Without space the frames stay where they are, safe; commits will say that there is none.
            checkpointAt = connection.logFrames + frames / 2
        }
    }
}

extension Append {
    var size: Int { RecordEncoder.headSize + (key?.count ?? 0) + (value?.count ?? 0) + headers.encoded.count }
}
