import CreditModel
import StreamCore

/// Verifies what the cluster promises from the messages of its topics alone.
///
/// It is fed with every record of every partition, each partition in the order of its offsets, the partitions in any order, and says at
/// the end what does not hold. Of the workers it shares the form of messages and nothing that decides; headers, changelogs, checksums and
/// identity numbers it reads by code of its own. It keeps digests and places, never what a message says.
///
/// Memory is small when the topics that `order(of:)` puts first are read first and each partition is ended when it has been read.
public struct Checker {
    public struct Settings: Sendable {
        /// Whether every offset of a partition belongs to a record, as in the embedded log; a broker's markers take some.
        public var offsetsAreDense = false
        /// The pack's rule of publicity for a record: item, kind, severity, day of the decision. Without it nobody says what should be listed.
        public var publicityRule: (@Sendable (String, SubjectKind, Severity, CivilDate) -> PublicityRule?)?
        /// Whether the pack says that an item is to nobody's credit. Without it nobody says what stands in the way of a reward.
        public var isAdverse: (@Sendable (String) -> Bool)?
        /// How many violations are listed.
        public var violationsMax = 10_000
        public init() {}
    }

    let settings: Settings
    var findings = Findings()

    // MARK: What is read

    struct PlaceInfo {
        var topic: Int
        var partition: Int
        var extent: Extent
        var role: TopicRole
        /// The offset that the next record should have at least.
        var next: Int64
        var committed = 0
        var aborted = 0
        var undecided = 0
        var isEnded = false
    }
    struct TopicInfo {
        var topic: Topic
        var name: Bytes
        var role: TopicRole
        /// nil for what has no part in the casework.
        var casework: CaseworkTopic?
        /// The number of each partition among all; -1 where it is not read.
        var places: [Int] = []
        /// Workers that there are and that write it.
        var producers: [Int] = []
    }

    var places: [PlaceInfo] = []
    var topics: [TopicInfo] = []
    var placeNumbers: [TopicPartition: Int] = [:]
    private var topicNumbers: [UInt64: Int] = [:]
    private var lastTopic = 0

    // MARK: What is kept of it

    var workers: [String] = []
    private var lastWorker = 0
    var inputs: [[InputState]] = []
    /// Outputs of one cause beyond the number that a state has room for.
    var furtherOutputs: PrintTable<Bool> = PrintTable(false)
    var transactions = TransactionTable()
    /// Of each partition and lane the first and the last output: counter and index.
    var sequences: PrintTable<(first: UInt64, last: UInt64)> = PrintTable((0, 0))
    /// What a transaction did in a shard.
    struct Part {
        var tick: Int64 = .min
        var time: Int64 = .min
        var first = Spot.none
        /// The newest timer that it fired may only be later than this.
        var meta: Standing?
        var isDisagreeing = false
    }
    var parts: PrintTable<Part> = PrintTable(Part())
    var shards: [ShardHistory] = []
    var shardOfPlace: [Int: Int] = [:]
    /// Causes that are timers: which of their messages were seen, and whether they made a version.
    var timerCauses: PrintTable<(outputs: UInt64, transaction: UInt32)> = PrintTable((0, 0))
    var records: PrintTable<UInt32> = PrintTable(0)
    var recordStates: [RecordState] = []
    /// nil where no publicity runs.
    var publicity: PublicityState?
    /// nil where nobody does casework.
    var casework: CaseworkState?
    /// Each subject's newest profile and sealed identity.
    var subjects: PrintTable<(profile: OutputNumber, sealed: OutputNumber)> = PrintTable((OutputNumber(), OutputNumber()))
    /// What must have lain in a compacted topic, as other outputs tell.
    var claims: [Claim] = []
    /// Revisions that were accepted, by the print of bureau, number and revision.
    var accepted: PrintTable<UInt64> = PrintTable(0)
    var filed: PrintTable<(content: UInt64, spot: UInt64)> = PrintTable((0, 0))
    var groups: [(worker: Int, place: Int, offset: Int64)] = []
    /// Causes that lie outside of what was read.
    var causesGone = 0
    var causesAhead: [(output: Spot, cause: Spot)] = []
    var foreign = 0

    /// The newest version of a record in the ledger, and the newest that lies among the current records.
    struct RecordState {
        var version: UInt32 = 0
        var currentVersion: UInt32 = 0
        var hash: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var spot = Spot.none
        var currentHash: UInt64 = 0
        var currentSpot = Spot.none
        /// Counted from 1.
        var transaction: UInt32 = 0
        /// Its current record was taken away.
        var isGone = false
    }

    /// An output by its transaction, counted from 1, and its index there.
    struct OutputNumber {
        var transaction: UInt32 = 0
        var index: UInt32 = 0
    }

    struct Claim {
        enum Kind: UInt8 { case current, profile, sealed, profileOrSealed }
        var key: UInt64
        var transaction: UInt32
        var index: UInt32
        var version: UInt32
        var kind: Kind
    }

    var parser = JSONParser()
    var scan = NumberScan()
    private var lastTime: (text: Bytes, time: Int64) = ([], 0)

    /// A checker of these partitions, each from the first offset that it still has to its end.
    public init(_ extents: [TopicPartition: Extent], settings: Settings = Settings()) {
        self.settings = settings
        for partition in extents.keys.sorted() {
            let extent = extents[partition]!
            if topics.last?.topic != partition.topic {
                let name = Bytes(utf8: partition.topic.name)
                topicNumbers[Print.of(name)] = topics.count
                topics.append(
                    TopicInfo(
                        topic: partition.topic, name: name, role: TopicRole(partition.topic), casework: CaseworkTopic(partition.topic.name))
                )
            }
            let topic = topics.count - 1
            while topics[topic].places.count <= partition.partition { topics[topic].places.append(-1) }
            topics[topic].places[partition.partition] = places.count
            placeNumbers[partition] = places.count
            places.append(
                PlaceInfo(
                    topic: topic, partition: partition.partition, extent: extent, role: topics[topic].role, next: extent.earliest))
        }
        inputs = [[InputState]](repeating: [], count: places.count)
        for worker in TopicCatalogue.workers.sorted() { workers.append(worker) }
        let hasChangelog = Set(
            topics.compactMap { topic -> String? in
                guard case .changelog(let worker) = topic.role else { return nil }
                return worker
            })
        if hasChangelog.contains("publicity") { publicity = PublicityState() }
        if !hasChangelog.isDisjoint(with: ["dispute", "repair", "sanction", "reward", "notice", "delivery"]) { casework = CaseworkState() }
        for index in topics.indices {
            if case .deadLetters(let worker) = topics[index].role { topics[index].producers = [number(of: worker)] }
            let producers = TopicCatalogue.entry(topics[index].topic)?.producers ?? []
            // A worker whose changelog is nowhere does not run here.
            topics[index].producers += producers.compactMap { hasChangelog.contains($0) ? workers.firstIndex(of: $0) : nil }
        }
        for index in places.indices {
            guard case .changelog(let worker) = places[index].role else { continue }
            shardOfPlace[index] = shards.count
            shards.append(ShardHistory(worker: number(of: worker), partition: places[index].partition, place: index))
        }
    }

    /// The topics in the order in which their ends have to be read, and are best read themselves. What is in one group may be read
    /// together; the ends of a later group come after those of an earlier one.
    public static func order(of topics: [Topic]) -> [[Topic]] {
        Dictionary(grouping: topics.sorted()) { TopicRole($0).rank }.sorted { $0.key < $1.key }.map { group in
            // What is compacted first: it explains what is missing elsewhere.
            group.value.filter { TopicRole($0).isCompacted } + group.value.filter { !TopicRole($0).isCompacted }
        }
    }

    mutating func number(of worker: String) -> Int {
        if let number = workers.firstIndex(of: worker) { return number }
        workers.append(worker)
        return workers.count - 1
    }

    // MARK: Reading

    /// Takes the next record of its partition. What lies outside of the partition's extent is not looked at.
    public mutating func read(_ message: Message, _ standing: Standing = .committed) {
        guard let place = placeNumbers[TopicPartition(message.topic, message.partition)],
            message.offset >= places[place].extent.earliest, message.offset < places[place].extent.end
        else { return }
        let spot = Spot(place, message.offset)
        notePlace(place, message, standing)
        let role = places[place].role
        switch role {
        case .changelog: readChangelog(message, standing, spot)
        case .inbound, .submissions: readInbound(message, standing, spot, role)
        case .redrive: readRedrive(message, standing, spot)
        case .unknown: break
        default: readOutput(message, standing, spot, role)
        }
    }

    private mutating func notePlace(_ place: Int, _ message: Message, _ standing: Standing) {
        if settings.offsetsAreDense, !places[place].role.isCompacted {
            judged(.g1)
            if message.offset > places[place].next {
                violation(
                    .g1, [Spot(place, message.offset)], expected: "the record at offset \(places[place].next) before it",
                    seen: "\(message.offset - places[place].next) offsets without a record")
            }
        }
        places[place].next = message.offset + 1
        switch standing {
        case .committed: places[place].committed += 1
        case .aborted: places[place].aborted += 1
        case .undecided: places[place].undecided += 1
        }
    }

    /// Says that a partition has been read to its end, so that what is only needed meanwhile can be forgotten.
    public mutating func end(_ partition: TopicPartition) {
        guard let place = placeNumbers[partition], !places[place].isEnded else { return }
        places[place].isEnded = true
        if settings.offsetsAreDense, !places[place].role.isCompacted, places[place].next < places[place].extent.end {
            violation(
                .g1, [Spot(place, places[place].extent.end - 1)], expected: "a record at each offset up to the end",
                seen: "none from offset \(places[place].next) on")
        }
        if let shard = shardOfPlace[place] { shards[shard].end() }
    }

    /// Takes the offsets that a worker's group has committed.
    public mutating func read(group worker: String, _ offsets: [TopicPartition: Int64]) {
        let number = number(of: worker)
        for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) {
            if let place = placeNumbers[partition] { groups.append((number, place, offset)) }
        }
    }

    // MARK: Helpers

    mutating func violation(_ invariant: Invariant, _ spots: [Spot], expected: String, seen: String) {
        findings.violationCount += 1
        guard findings.violations.count < settings.violationsMax else { return }
        findings.violations.append(Violation(invariant, at: spots.map { origin($0) }, expected: expected, seen: seen))
    }

    mutating func judged(_ invariant: Invariant, _ count: Int = 1) { findings.judged[invariant, default: 0] += count }

    func origin(_ spot: Spot) -> Origin {
        let place = places[spot.place]
        return Origin(topics[place.topic].topic, place.partition, spot.offset)
    }

    func isRead(_ spot: Spot) -> Bool {
        let extent = places[spot.place].extent
        return spot.offset >= extent.earliest && spot.offset < extent.end
    }

    /// The state of an input; it begins as nothing known.
    mutating func change<Result>(_ spot: Spot, _ body: (inout InputState) -> Result) -> Result {
        let extent = places[spot.place].extent
        if inputs[spot.place].isEmpty {
            inputs[spot.place] = [InputState](repeating: InputState(), count: Int(extent.end - extent.earliest))
        }
        return body(&inputs[spot.place][Int(spot.offset - extent.earliest)])
    }

    func state(_ spot: Spot) -> InputState {
        guard isRead(spot), !inputs[spot.place].isEmpty else { return InputState() }
        return inputs[spot.place][Int(spot.offset - places[spot.place].extent.earliest)]
    }

    /// The number of a partition by its topic's name; nil where it is none of those that are read.
    mutating func place(_ topic: Bytes, _ partition: Int) -> Int? {
        guard partition >= 0 else { return nil }
        if topics.isEmpty { return nil }
        if !topics[lastTopic].name.elementsEqual(topic) {
            guard let number = topicNumbers[Print.of(topic)] else { return nil }
            lastTopic = number
        }
        guard partition < topics[lastTopic].places.count, topics[lastTopic].places[partition] >= 0 else { return nil }
        return topics[lastTopic].places[partition]
    }

    /// The number of a worker by the name in its source.
    mutating func worker(_ name: Bytes) -> Int {
        if lastWorker < workers.count, workers[lastWorker].utf8.elementsEqual(name) { return lastWorker }
        lastWorker = number(of: name.text)
        return lastWorker
    }

    /// Milliseconds of a `ce_time`; nil when it is no instant.
    mutating func milliseconds(_ text: Bytes) -> Int64? {
        if lastTime.text.elementsEqual(text) { return lastTime.time }
        guard let instant = Instant(rfc3339: text) else { return nil }
        lastTime = (text, instant.milliseconds)
        return instant.milliseconds
    }

    mutating func sawTick(_ milliseconds: Int64) {
        if milliseconds > findings.now?.milliseconds ?? .min { findings.now = Instant(milliseconds: milliseconds) }
    }
}
