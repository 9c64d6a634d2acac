import CreditModel
import KafkaLog
import StreamCore
import StreamEngine
import WorkerHost

/// The topics of the contract beside those of a log, and where they differ.
struct TopicComparison {
    struct Row {
        enum State: Equatable {
            case asWanted
            case missing
            /// No worker of this version writes or reads it.
            case notNeeded
            case differs([String])
            case foreign
        }

        var topic: Topic
        var partitions: Int
        var isCompacted: Bool
        var retention: Instant.Span?
        var state: State
        /// On Kafka.
        var copies: Int?
        var settings: [String: String] = [:]
        /// Those of `settings` that the log has otherwise.
        var toBeChanged: [String: String] = [:]
        /// Nil where the log has no such topic.
        var partitionsInLog: Int?
    }

    private(set) var rows: [Row] = []
    private let isKafka: Bool

    var missing: [Topic] { rows.filter { $0.state == .missing }.map(\.topic) }

    /// Topics that are not as they have to be. On Kafka those of others are nobody's mistake.
    var differences: Int {
        rows.count { row in
            switch row.state {
            case .asWanted, .notNeeded: return false
            case .missing, .differs: return true
            case .foreign: return !isKafka
            }
        }
    }

    init(embedded wanted: [TopicSpec], _ found: [TopicSpec]) {
        isKafka = false
        for spec in wanted {
            let state: Row.State
            if let found = found.first(where: { $0.topic == spec.topic }) {
                var differences: [String] = []
                if found.partitions != spec.partitions {
                    differences.append("\(found.partitions) partitions, fixed for the life of the cluster")
                }
                if found.isCompacted != spec.isCompacted { differences.append(found.isCompacted ? "is compacted" : "is not compacted") }
                if found.retention != spec.retention { differences.append("kept \(TopicComparison.kept(found.retention))") }
                state = differences.isEmpty ? .asWanted : .differs(differences)
            } else {
                state = .missing
            }
            add(spec, state)
        }
        for spec in found where !wanted.contains(where: { $0.topic == spec.topic }) { add(spec, .foreign) }
    }

    private mutating func add(_ spec: TopicSpec, _ state: Row.State) {
        rows.append(
            Row(
                topic: spec.topic, partitions: spec.partitions, isCompacted: spec.isCompacted, retention: spec.retention, state: state))
    }

    init(kafka wanted: [KafkaTopic], _ cluster: KafkaCluster) throws(LogFailure) {
        isKafka = true
        let layout = try cluster.layout()
        let names = Set(wanted.map(\.topic))
        let found = Dictionary(
            try cluster.topics(names).map { ($0.topic, $0) }, uniquingKeysWith: { first, _ in first })
        // What may not be seen looks as if it were not there.
        for topic in names.subtracting(found.keys).sorted() { _ = try cluster.partitionCount(of: topic) }
        let leaderless = Dictionary(layout.topics.map { ($0.topic, $0.leaderless) }, uniquingKeysWith: { first, _ in first })
        for topic in wanted {
            var row = TopicComparison.row(of: topic, .missing)
            if let found = found[topic.topic] {
                row.partitionsInLog = found.partitions
                row.toBeChanged = topic.settings.filter { !TopicComparison.isSame(found.settings[$0.key], $0.value) }
                let differences = TopicComparison.differences(topic, found, row.toBeChanged, leaderless: leaderless[topic.topic] ?? 0)
                row.state = differences.isEmpty ? .asWanted : .differs(differences)
            }
            rows.append(row)
        }
        for entry in TopicCatalogue.all where !names.contains(entry.topic) {
            rows.append(
                Row(
                    topic: entry.topic, partitions: wanted.first?.partitions ?? 0, isCompacted: entry.isCompacted, retention: nil,
                    state: .notNeeded))
        }
        let known = Set(rows.map(\.topic))
        for entry in layout.topics where !known.contains(entry.topic) {
            rows.append(
                Row(
                    topic: entry.topic, partitions: entry.partitions, isCompacted: false, retention: nil, state: .foreign,
                    copies: entry.copies))
        }
    }

    private static func row(of topic: KafkaTopic, _ state: Row.State) -> Row {
        let retention = topic.settings["retention.ms"].flatMap { Int64($0) } ?? -1
        return Row(
            topic: topic.topic, partitions: topic.partitions, isCompacted: topic.settings["cleanup.policy"] == "compact",
            retention: retention < 0 ? nil : .milliseconds(retention), state: state, copies: topic.copies, settings: topic.settings)
    }

    private static func differences(
        _ wanted: KafkaTopic, _ found: KafkaTopic, _ toBeChanged: [String: String], leaderless: Int
    ) -> [String] {
        var differences: [String] = []
        if found.partitions != wanted.partitions {
            differences.append("\(found.partitions) partitions, fixed for the life of the cluster")
        }
        if leaderless > 0 { differences.append("\(leaderless) partitions have no leader") }
        if found.copies < wanted.copies { differences.append("\(found.copies) copies, not \(wanted.copies)") }
        for (name, value) in toBeChanged.sorted(by: { $0.key < $1.key }) {
            differences.append("\(name) is \(found.settings[name] ?? "not known to the brokers"), not \(value)")
        }
        return differences
    }

    /// Kafka writes the same number in more than one way.
    private static func isSame(_ found: String?, _ wanted: String) -> Bool {
        guard let found else { return false }
        return found == wanted || (Double(found) != nil && Double(found) == Double(wanted))
    }

    static func kept(_ span: Instant.Span?) -> String { span.map { "\($0.milliseconds / 86_400_000) days" } ?? "always" }

    /// The commands of Kafka that change settings of topics which are there. Ours does not: what a topic forgets by a wrong one is gone.
    func commands(bootstrap: String) -> [String] {
        rows.filter { !$0.toBeChanged.isEmpty }.map { row in
            let settings = row.toBeChanged.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            return "kafka-configs.sh --bootstrap-server \(bootstrap) --alter --entity-type topics --entity-name \(row.topic) "
                + "--add-config \(settings)"
        }
    }

    // MARK: - Printing

    func print(to console: Console, onlyDifferences: Bool) {
        let shown = rows.filter { row in
            switch row.state {
            case .asWanted, .notNeeded: return !onlyDifferences
            case .foreign: return !onlyDifferences || !isKafka
            case .missing, .differs: return true
            }
        }
        switch console.format {
        case .text:
            var columns = Columns(["topic", "partitions"] + (isKafka ? ["copies"] : []) + ["compacted", "kept", "in the log"])
            for row in shown {
                let copies = isKafka ? [row.copies.map { String($0) } ?? ""] : []
                columns.add(
                    [row.topic.name, String(row.partitions)] + copies + [
                        row.isCompacted ? "yes" : "no", TopicComparison.kept(row.retention), text(of: row.state),
                    ])
            }
            if !columns.isEmpty { columns.lines.forEach { console.print($0) } }
            let wanted = rows.count { $0.state != .foreign && $0.state != .notNeeded }
            console.print("\(wanted) topics, \(missing.count) missing, \(differences - missing.count) differ from the contract")
        case .json:
            for row in shown { console.print { write(row, to: &$0) } }
        }
    }

    private func text(of state: Row.State) -> String {
        switch state {
        case .asWanted: return "as wanted"
        case .missing: return isKafka ? "missing; apply makes it" : "missing; standalone makes it"
        case .notNeeded: return "not needed yet"
        case .differs(let differences): return differences.joined(separator: "; ")
        case .foreign: return "not in the contract"
        }
    }

    private func write(_ row: Row, to writer: inout JSONWriter) {
        writer.member("topic", row.topic.name)
        writer.member("partitions", row.partitions)
        writer.member("compacted", row.isCompacted)
        writer.name("retentionDays")
        if let retention = row.retention { writer.integer(retention.milliseconds / 86_400_000) } else { writer.null() }
        writer.member("state", text(of: row.state))
        guard isKafka else { return }
        if let copies = row.copies { writer.member("copies", copies) }
        writer.member(
            "settings",
            object: { writer in
                for (name, value) in row.settings.sorted(by: { $0.key < $1.key }) {
                    writer.name(text: name)
                    writer.string(value)
                }
            })
    }
}
