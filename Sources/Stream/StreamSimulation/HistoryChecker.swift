import StreamCore
import StreamEngine

/// Judges a finished run from what lies in the topics; of the stores it only asks whether they are the fold of their changelogs.
///
/// It shares no code with the lanes but the form of changelog keys and headers, and knows nothing of how the run went.
struct HistoryChecker {
    let cluster: SimulatedCluster
    let story: Story
    let disks: [SimulatedDisk]
    private(set) var statuses: [String: [String]] = [:]
    private var violations: [String] = []

    init(cluster: SimulatedCluster, story: Story, machines: [SimulatedDisk]) {
        self.cluster = cluster
        self.story = story
        disks = machines
    }

    /// A run that did not come to rest is only asked whether what is there is right, not whether all is there.
    mutating func check(isFinished: Bool) -> [String] {
        let changelogs = Set(story.workers.map { $0.topology.changelog })
        let messages = cluster.topics.filter { !changelogs.contains($0) }.flatMap { topic in
            (0..<cluster.partitionCount).flatMap { cluster.everCommittedRecords(of: TopicPartition(topic, $0)) }
        }
        let written = messages.filter { $0.headers["ce_txn"] != nil }
        checkManifests(written)
        checkIdentity(written)
        checkTimers(written)
        checkVersions(written)
        checkAnswers(messages, isFinished: isFinished)
        guard isFinished else { return violations }
        for worker in story.workers {
            for partition in 0..<cluster.partitionCount { checkShard(worker, partition) }
        }
        return violations
    }

    private mutating func violation(_ text: String) { violations.append(text) }

    /// Of each transaction all numbered records are there, once. (G4)
    private mutating func checkManifests(_ written: [Message]) {
        struct Manifest {
            var count: Int
            var seen: Set<Int> = []
            var first: Origin
        }
        var manifests: [String: Manifest] = [:]
        for message in written {
            guard let text = message.headers["ce_txn"]?.text, let colon = text.lastIndex(of: ":") else {
                violation("\(message.origin) has no readable ce_txn")
                continue
            }
            let numbers = text[text.index(after: colon)...].split(separator: "/").compactMap { Int($0) }
            let name = String(text[..<colon])
            guard numbers.count == 2 else {
                violation("\(message.origin) has no readable ce_txn")
                continue
            }
            var manifest = manifests[name] ?? Manifest(count: numbers[1], first: message.origin)
            if manifest.count != numbers[1] {
                violation("\(message.origin): transaction \(name) has \(manifest.count) and \(numbers[1]) records")
            }
            if !manifest.seen.insert(numbers[0]).inserted {
                violation("\(message.origin): record \(numbers[0]) of transaction \(name) is there twice")
            }
            manifests[name] = manifest
        }
        for (name, manifest) in manifests.sorted(by: { $0.key < $1.key }) where manifest.seen.count != manifest.count {
            violation("\(manifest.first): of transaction \(name) only \(manifest.seen.count) of \(manifest.count) records are there")
        }
    }

    /// Ids are unique, and what one cause made was made in one transaction. (G2)
    private mutating func checkIdentity(_ written: [Message]) {
        var ids: [String: Origin] = [:]
        var transactions: [String: (name: Substring, origin: Origin)] = [:]
        for message in written {
            let source = message.headers["ce_source"]?.text ?? ""
            let id = "\(source) \(message.headers["ce_id"]?.text ?? "")"
            if let other = ids[id] { violation("\(message.origin) and \(other) have the same id \(id)") }
            ids[id] = message.origin
            guard let cause = message.headers["ce_origin"]?.text, let text = message.headers["ce_txn"]?.text,
                let colon = text.lastIndex(of: ":")
            else {
                violation("\(message.origin) does not say where it comes from")
                continue
            }
            let name = text[..<colon]
            if let other = transactions["\(source) \(cause)"], other.name != name {
                violation("\(message.origin) and \(other.origin) have the same cause \(cause) in two transactions")
            }
            transactions["\(source) \(cause)"] = (name, message.origin)
        }
    }

    /// No timer fires before it is due. (T1)
    private mutating func checkTimers(_ written: [Message]) {
        for message in written {
            guard let cause = message.headers["ce_origin"]?.text else { continue }
            let parts = cause.split(separator: "/")
            guard parts.count == 3, parts[0].hasSuffix(".timers"), let dash = parts[2].firstIndex(of: "-"),
                let due = Int64(parts[2][..<dash])
            else { continue }
            guard let time = message.headers["ce_time"]?.text else {
                violation("\(message.origin) has no time")
                continue
            }
            if time < Instant(milliseconds: due).description { violation("\(message.origin): a timer due at \(due) fired at \(time)") }
        }
    }

    /// Each submission has as many answers as it has messages, an answer has a submission. (S1, S2)
    private mutating func checkAnswers(_ messages: [Message], isFinished: Bool) {
        var asked: [String: Int] = [:]
        var byOrigin: [Origin: String] = [:]
        for message in messages {
            guard message.headers["ce_txn"] == nil, let name = story.reading.asked(message) else { continue }
            asked[name, default: 0] += 1
            byOrigin[message.origin] = name
        }
        let deadLetters = Set(story.workers.map { $0.topology.deadLetters })
        for message in messages where message.headers["ce_txn"] != nil {
            if deadLetters.contains(message.topic) {
                guard let letter = DeadLetter(message.headers) else {
                    violation("\(message.origin) is no dead letter")
                    continue
                }
                if let name = byOrigin[letter.origin] {
                    statuses[name, default: []].append("DEAD LETTER \(letter.reason.code)")
                } else {
                    violation("\(message.origin): \(letter.origin), which no sender sent, is a dead letter: \(letter.reason)")
                }
            } else if let answer = story.reading.answered(message) {
                if asked[answer.asked] == nil { violation("\(message.origin) answers \(answer.asked), which nobody sent") }
                statuses[answer.asked, default: []].append(answer.status)
            }
        }
        for name in statuses.keys { statuses[name]?.sort() }
        for (name, count) in asked.sorted(by: { $0.key < $1.key }) {
            let answers = statuses[name] ?? []
            if isFinished ? answers.count != count : answers.count > count {
                violation("\(name) was sent \(count) times and has \(answers.count) answers \(answers)")
            }
        }
    }

    /// Versions are gapless from 1, linked, and a cause makes at most one. (L1, L2)
    private mutating func checkVersions(_ written: [Message]) {
        var records: [String: [(version: Reading.Version, origin: Origin)]] = [:]
        for message in written {
            if let version = story.reading.version(message) { records[version.record, default: []].append((version, message.origin)) }
        }
        var causes: Set<String> = []
        for (record, versions) in records.sorted(by: { $0.key < $1.key }) {
            var previous: Reading.Version?
            for (version, origin) in versions {
                let wanted = (previous?.number ?? 0) + 1
                if version.number != wanted { violation("\(origin): \(record) has version \(version.number) where \(wanted) is due") }
                if version.previousHash != previous?.hash {
                    violation("\(origin): version \(version.number) of \(record) is not linked to the one before")
                }
                if !causes.insert(version.cause).inserted {
                    violation("\(origin): \(version.cause) made two versions, the second of \(record)")
                }
                previous = version
            }
        }
    }

    // MARK: Stores

    /// The changelog folded gives rows that add up to its last meta; every store that is up to date holds the same, and none is ahead. (G7)
    private mutating func checkShard(_ worker: any Worker, _ partition: Int) {
        let topology = worker.topology
        let shard = ShardName(worker: topology.worker, partition: partition)
        let place = TopicPartition(topology.changelog, partition)
        var rows: [ByteKey: UInt64] = [:]
        var timers: Set<ByteKey> = []
        var meta: ShardMeta?
        for message in cluster.committedRecords(of: place) {
            let entry: Changelog.Entry
            do { entry = try Changelog.entry(message) } catch {
                violation("\(message.origin): \(error)")
                continue
            }
            switch entry {
            case .meta(let found):
                if let before = meta, found.sequence <= before.sequence {
                    violation("\(message.origin): transaction \(found.sequence) of \(shard) follows \(before.sequence)")
                }
                meta = found
            case .row(let change):
                guard let key = message.key.map({ ByteKey($0) }) else { continue }
                rows[key] = change.payload.map { RowSum.hash(change.table, change.key, $0) }
                guard change.table == EngineTables.timers else { continue }
                if change.payload == nil { timers.remove(ByteKey(change.key)) } else { timers.insert(ByteKey(change.key)) }
            }
        }
        guard let meta else {
            violation("\(shard) has no state")
            return
        }
        let sum = rows.values.reduce(0, &+)
        if sum != meta.checksum { violation("\(shard): the changelog folds to \(sum), its last meta says \(meta.checksum)") }
        for topic in topology.allInputs {
            let committed = cluster.committedOffset(of: topology.worker, TopicPartition(topic, partition))
            if committed != meta.inputNext[topic] {
                violation("\(shard): the group is at \(committed ?? -1) of \(topic), the state at \(meta.inputNext[topic] ?? -1)")
            }
        }
        // The skew of a clock is a few seconds, and so is what a lane needs to come round to it.
        for key in timers {
            if let due = key.bytes.leadingBigEndian, Int64(due) < cluster.now.milliseconds - 60_000 {
                violation("\(shard): a timer due at \(Instant(milliseconds: Int64(due))) has not fired at \(cluster.now)")
            }
        }
        for disk in disks { checkStore(disk, shard, meta, end: cluster.lastStable(of: place)) }
    }

    private mutating func checkStore(_ disk: SimulatedDisk, _ shard: ShardName, _ last: ShardMeta, end: Int64) {
        guard let meta = disk.meta(of: shard) else { return }
        let (sum, isWhole) = disk.sum(of: shard)
        if meta.changelogNext > end { violation("\(disk.name): the store of \(shard) is ahead of its changelog") }
        if meta.sequence > last.sequence {
            violation("\(disk.name): the store of \(shard) has transaction \(meta.sequence), the log ends with \(last.sequence)")
        }
        // A row whose bits were turned over is found by its own hash when it is read; here only what was written counts.
        if sum != meta.checksum {
            violation("\(disk.name): the rows of \(shard) add up to \(sum), not to \(meta.checksum)\(isWhole ? "" : " (damaged)")")
        }
        if meta.sequence == last.sequence, meta.checksum != last.checksum {
            violation("\(disk.name): the store of \(shard) differs from its changelog at transaction \(meta.sequence)")
        }
    }
}
