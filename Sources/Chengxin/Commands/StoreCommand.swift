import SQLiteStore
import StreamCore
import StreamEngine
import WorkerHost

/// `chengxin store check`.
enum StoreCommand {
    static let task = Program.Task(
        command: Command(
            "store", "looks after the workers' stores",
            subcommands: [
                Command(
                    "check", "verifies every store: its rows, its checksum, and that its changelog says the same; exit 1 on findings",
                    discussion: """
                        Changes nothing. A store that is damaged is thrown away and rebuilt from its changelog at the next start of its worker;
                        nothing is lost. The changelog is compared when no standalone is running, for a running one is always a little ahead.
                        """,
                    options: HostOptions.place + [HostOptions.format],
                    examples: [Example("chengxin store check --data city", "checks the stores of all workers.")])
            ])
    ) { arguments in
        let console = HostOptions.console(arguments)
        let folder = try HostOptions.folder(arguments)
        let log = try Place(arguments).reader()
        var count = 0
        for shard in try StoreCheck.shards(in: folder.path) {
            var findings = StoreCheck.findings(shard, in: folder.path).map(\.description)
            if findings.isEmpty, let log { findings = try compare(shard, folder, log) }
            count += findings.count
            switch console.format {
            case .text:
                console.print("\(shard): \(findings.isEmpty ? "good" : "\(findings.count) findings")")
                for finding in findings { console.print("  \(Console.printable(finding))") }
            case .json:
                console.print {
                    $0.member("shard", shard.description)
                    $0.member("good", findings.isEmpty)
                    $0.member("findings", findings)
                }
            }
        }
        if count > 0 { console.note("nothing is lost: start the worker again, it rebuilds what is damaged from its changelog") }
        return count > 0 ? .findings : .good
    }

    /// Folds the changelog up to the place that the store says it has read, and compares the sums. Beside a running owner the two are
    /// read at different moments; a difference counts only when the store has not moved meanwhile.
    private static func compare(_ shard: ShardName, _ folder: ClusterFolder, _ log: any LogReader) throws -> [String] {
        let store = try SQLiteStoreReader(directory: folder.path, shard: shard)
        defer { store.close() }
        guard let meta = try store.meta() else { return [] }
        if meta.clusterId != log.clusterId { return ["it belongs to the cluster \(meta.clusterId), the log to \(log.clusterId)"] }
        let changelog = TopicPartition(Topic("\(shard.worker).changelog.v1"), shard.partition)
        guard let bounds = try log.bounds(of: changelog) else { return ["there is no \(changelog)"] }
        var sums: [ByteKey: UInt64] = [:]
        var next = bounds.earliest
        while next < meta.changelogNext {
            let page = try log.records(changelog, from: next, recordsMax: 5000)
            for message in page.messages where message.offset < meta.changelogNext {
                guard case .row(let change) = try Changelog.entry(message), let key = message.key else { continue }
                sums[ByteKey(key)] = change.payload.map { RowSum.hash(change.table, change.key, $0) }
            }
            guard page.next > next else { break }
            next = page.next
        }
        let sum = sums.values.reduce(0) { $0 &+ $1 }
        guard sum != meta.checksum, try store.meta()?.changelogNext == meta.changelogNext else { return [] }
        return ["its changelog up to offset \(meta.changelogNext) adds up to something else"]
    }
}
