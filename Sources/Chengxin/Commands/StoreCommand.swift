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
                        nothing is lost. The stores are those of --data DIR; their changelogs are read from the log of DIR, or from
                        --bootstrap. Works beside running workers: what they change meanwhile is left out.
                        """,
                    options: HostOptions.place + HostOptions.setting + [HostOptions.format],
                    examples: [
                        Example("chengxin store check --data city", "checks the stores of all workers."),
                        Example(
                            "chengxin store check --data /var/lib/chengxin --bootstrap kafka:9092",
                            "checks the stores of this machine's workers against their cluster."),
                    ])
            ])
    ) { arguments in
        let console = HostOptions.console(arguments)
        let folder = try HostOptions.storesFolder(arguments)
        let log = try Place(arguments).reader()
        var count = 0
        for shard in try StoreCheck.shards(in: folder.path) {
            var findings = StoreCheck.findings(shard, in: folder.path).map(\.description)
            if findings.isEmpty, let log { findings = try compare(shard, folder, log, console) }
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

    /// Folds the whole changelog and compares the sums of those rows that were last changed below the place that the store has read: what
    /// was changed later is known to differ, and compaction may have removed what it was before.
    ///
    /// A store may have read further than it says, never less far. A running owner changes it meanwhile; a difference counts only when it
    /// has not moved.
    private static func compare(
        _ shard: ShardName, _ folder: ClusterFolder, _ log: any LogReader, _ console: Console
    ) throws -> [String] {
        let store = try SQLiteStoreReader(directory: folder.path, shard: shard)
        defer { store.close() }
        guard let meta = try store.meta() else { return [] }
        if meta.clusterId != log.clusterId { return ["it belongs to the cluster \(meta.clusterId), the log to \(log.clusterId)"] }
        let changelog = TopicPartition(Topic("\(shard.worker).changelog.v1"), shard.partition)
        guard let bounds = try log.bounds(of: changelog) else { return ["there is no \(changelog)"] }
        guard meta.changelogNext <= bounds.end else {
            return ["it has read up to offset \(meta.changelogNext) of \(changelog), which ends at \(bounds.end): records were lost"]
        }
        var sums: [ByteKey: UInt64] = [:]
        var changedLater: Set<ByteKey> = []
        var next = bounds.earliest
        while next < bounds.end {
            let page = try log.records(changelog, from: next, recordsMax: 5000)
            for message in page.messages {
                guard case .row(let change) = try Changelog.entry(message), let key = message.key else { continue }
                if message.offset >= meta.changelogNext {
                    changedLater.insert(ByteKey(key))
                } else {
                    sums[ByteKey(key)] = change.payload.map { RowSum.hash(change.table, change.key, $0) }
                }
            }
            guard page.next > next else { break }
            next = page.next
        }
        guard next >= meta.changelogNext else {
            console.note("\(shard): a transaction is open in \(changelog), so it was not compared; try again")
            return []
        }
        var sum = sums.reduce(0) { changedLater.contains($1.key) ? $0 : $0 &+ $1.value }
        for key in changedLater {
            guard let table = key.bytes.first, let value = try store.read(table, key.bytes.dropFirst()) else { continue }
            sum &+= RowSum.hash(table, key.bytes.dropFirst(), value)
        }
        guard sum != meta.checksum else { return [] }
        let now = try store.meta()
        guard now?.changelogNext == meta.changelogNext, now?.checksum == meta.checksum else { return [] }
        return ["its changelog up to offset \(meta.changelogNext) adds up to something else"]
    }
}
