import AllWorkers
import CreditChecker
import CreditModel
import Foundation
import StreamCore
import StreamEngine
import StreamRuntime
import StreamSimulation
import StreamTestKit
import WorkerHost

/// The sample city in memory: every worker with its real policy on the simulated log, and a clock that stands where it is put.
final class MemoryCity {
    /// What somebody hands in.
    struct Sent {
        var source: String
        var type: InboundType
        var data: String
        /// The key by which it says that it is signed.
        var keyId: String?
    }

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let loaded = Result { try ConfigurationLoader.load(directory: root.appendingPathComponent("Config").path).policy }
    private static let partitionCount = 4

    private let cluster: SimulatedCluster
    private let lanes: [Lane]
    private var last: Instant?
    private var waiting: [(id: String, sent: Sent)] = []

    init() throws {
        let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))
        let workers = AllWorkers.made(policy: try Self.loaded.get(), keys: keys, partitionCount: Self.partitionCount)
        let topics = TopicCatalogue.all(workers: workers.map { $0.topology.worker })
        let start = CivilDate(iso: "2026-05-01")!.start
        let cluster = SimulatedCluster(
            seed: 1, start: start, partitionCount: Self.partitionCount,
            topics: topics.map { SimulatedTopic($0.topic, isCompacted: $0.isCompacted) })
        self.cluster = cluster
        lanes = try workers.map { worker in
            let name = worker.topology.worker
            return try Lane(
                worker: worker, log: cluster.connect(group: name, instance: "\(name)-0", topics: worker.topology.allInputs),
                stores: MemoryStores(), seal: worker.topology.isSealed ? AESPayloadSeal(keys: keys) : NoSeal(), instance: "\(name)-0",
                options: LaneOptions(digest: { ValueHash(of: $0).bytes }), observer: SilentObserver(), machineClock: { cluster.now })
        }
    }

    /// Hands messages in at an instant, as `2026-05-06 09:00`, and lets everything happen that is due by then or follows.
    func at(_ instant: String, _ messages: KeyValuePairs<String, Sent> = [:]) throws {
        guard let instant = Instant(rfc3339: instant.replacingOccurrences(of: " ", with: "T") + ":00+08:00") else {
            preconditionFailure("\(instant) is no instant")
        }
        waiting = messages.map { (id: $0.key, sent: $0.value) }
        cluster.advance(to: instant)
        try Coordinator(lanes: lanes, in: self).run(at: instant, before: last)
        last = instant
    }

    // MARK: What came out

    typealias Object = [String: Any]

    /// Every value of a topic; those of one key in their order.
    func values(_ topic: Topic) -> [Object] {
        messages(topic).compactMap { message in
            message.value.flatMap { try? JSONSerialization.jsonObject(with: Data($0)) as? Object }
        }
    }

    private func messages(_ topic: Topic) -> [Message] {
        (0..<Self.partitionCount).flatMap { cluster.everCommittedRecords(of: TopicPartition(topic, $0)) }
    }

    /// `STATUS code, code` of each step of the cases of a topic.
    func steps(_ topic: Topic) -> String { values(topic).map(Self.words).joined(separator: " → ") }

    /// One member of every value.
    func words(_ topic: Topic, _ member: String) -> String { values(topic).map { $0[member] as? String ?? "-" }.joined(separator: " → ") }

    /// How a message was answered, on whatever topic.
    func answer(_ id: String) -> String {
        let answers = cluster.topics.filter { $0.name.hasSuffix("outcomes.v1") || $0.name == "intake.answers.v1" }.flatMap(values).filter {
            ($0["submission"] as? Object)?["id"] as? String == id
        }
        return answers.isEmpty ? "no answer" : answers.map(Self.words).joined(separator: " → ")
    }

    /// Whether the text stands anywhere behind identity: in what workers write to each other and to others, and in their changelogs.
    func isToldAnywhere(_ text: String) -> Bool { !places(of: text).isEmpty }

    /// The topics behind intake on which the text stands.
    func places(of text: String) -> [String] {
        let bytes = Array(text.utf8)
        let inbound = Set(TopicCatalogue.all.filter { $0.kind == .inbound }.map(\.topic))
        return cluster.topics.filter { topic in
            !inbound.contains(topic) && messages(topic).contains { ($0.value.map { Data($0).range(of: Data(bytes)) != nil }) ?? false }
        }.map(\.name).sorted()
    }

    /// Every version of the policy that is named by what workers have said.
    var policies: Set<String> {
        Set(
            cluster.topics.flatMap(messages).filter { $0.headers["ce_handler"] != nil }.map { $0.headers["ce_policy"]?.text ?? "none" })
    }

    /// Whether each version of each record names the digest of the one before.
    var isHistoryWhole: Bool {
        var last: [String: String] = [:]
        return messages("record.ledger.v1").allSatisfy { message in
            guard let value = message.value, let version = try? JSONSerialization.jsonObject(with: Data(value)) as? Object,
                let recordId = version["recordId"] as? String
            else { return false }
            defer { last[recordId] = ValueHash(of: value).description }
            return last[recordId] == version["previousHash"] as? String
        }
    }

    private static func words(_ value: Object) -> String {
        let reasons = (value["reasons"] as? [Object] ?? []).compactMap { $0["code"] as? String }
        return ([value["status"] as? String ?? "-"] + (reasons.isEmpty ? [] : [reasons.joined(separator: ", ")])).joined(separator: " ")
    }

    /// All that was written, as a checker reads it.
    var history: History {
        var history = History()
        if let policy = try? Self.loaded.get() {
            history.settings.publicityRule = { item, kind, severity, day in
                policy.item(item)?.publicityRule(kind: kind, severity: severity, decidedOn: day)
            }
            history.settings.isAdverse = { policy.item($0).map { $0.nature == .adverse } ?? true }
        }
        for topic in cluster.topics {
            for number in 0..<Self.partitionCount {
                let place = TopicPartition(topic, number)
                guard let bounds = cluster.extent(of: place) else { continue }
                var partition = History.Partition(extent: Extent(earliest: bounds.earliest, end: bounds.end))
                for record in cluster.allRecords(of: place) {
                    let standing: Standing = record.isCommitted.map { $0 ? .committed : .aborted } ?? .undecided
                    partition.records.append(History.Record(record.message, standing))
                }
                history.partitions[place] = partition
                for lane in lanes {
                    guard let offset = cluster.committedOffset(of: lane.worker.topology.worker, place) else { continue }
                    history.groups[lane.worker.topology.worker, default: [:]][place] = offset
                }
            }
        }
        return history
    }

    /// The subject of a record, as the ledger names it.
    func subjectId(of recordId: String) -> String {
        values("record.ledger.v1").first { $0["recordId"] as? String == recordId }?["subjectId"] as? String ?? "-"
    }
}

extension MemoryCity: Surroundings {
    var now: Instant { cluster.now }
    var mustStop: Bool { false }
    func tidy() throws {}
    func rest(atMost: Instant.Span) {}
    func observeClock() -> Bool { false }

    func takeIn() throws -> Bool {
        guard !waiting.isEmpty else { return false }
        for (id, sent) in waiting {
            var headers = Headers()
            headers.append("ce_specversion", text: "1.0")
            headers.append("ce_id", text: id)
            headers.append("ce_source", text: sent.source)
            headers.append("ce_type", text: sent.type.eventType)
            headers.append("content-type", text: "application/json")
            if let keyId = sent.keyId {
                headers.append("ce_time", text: "2026-05-06T00:00:00Z")
                headers.append("ce_keyid", text: keyId)
                headers.append("ce_signature", text: "AAAA")
            }
            let value = Bytes(utf8: "{\(sent.data)}")
            let data = try? JSONParser.parse(value).root
            let key = data.flatMap { sent.type.properKey(of: $0, source: sent.source, id: id) } ?? id
            let topic = sent.type.topic(for: data)
            cluster.append(
                Append(
                    to: TopicPartition(topic, Partitioner.partition(of: Bytes(utf8: key), count: Self.partitionCount)),
                    key: Bytes(utf8: key), value: value, headers: headers, timestamp: cluster.now))
        }
        waiting = []
        return true
    }
}
