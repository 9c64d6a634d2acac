import StreamCore
import StreamEngine

/// What has to hold before a worker writes anything: no store is opened, no topic written, no key made while it does not.
///
/// Each refusal is a `HostFailure`, exit 78: starting again does not help, somebody has to change something.
struct StartGate {
    let topology: Topology
    /// As configured; fixed for the cluster's life.
    let partitionCount: Int
    let folder: WorkerFolder

    /// What the cluster says that the lanes go by.
    struct Findings: Equatable {
        /// For how long the changelog keeps deletions; nil where it does not say.
        var deletionsKept: Instant.Span?
    }

    func check(_ cluster: any WorkerCluster) throws -> Findings {
        try checkFolder(clusterId: cluster.clusterId)
        try checkTopics(try cluster.partitionCounts())
        return try checkChangelog(cluster)
    }

    // MARK: Topics

    /// All that the worker reads and writes exists, with the number of partitions by which keys are placed.
    private func checkTopics(_ counts: [Topic: Int]) throws(HostFailure) {
        let needed = topology.allInputs + topology.outputs + [topology.changelog, topology.deadLetters]
        let missing = Set(needed.filter { counts[$0] == nil }).sorted()
        guard missing.isEmpty else {
            throw HostFailure(
                missing.count == 1
                    ? "topic \(missing[0]) does not exist, or this user may not see it"
                    : "\(missing.count) topics do not exist, or this user may not see them: "
                        + missing.map(\.name).joined(separator: ", "),
                hint: "`chengxin topics plan` shows what is missing, `chengxin topics apply` makes it")
        }
        let wrong = Set(needed).sorted().filter { counts[$0] != partitionCount }
        guard wrong.isEmpty else {
            let found = wrong.map { "\($0) has \(counts[$0] ?? 0)" }.joined(separator: ", ")
            let others = Set(needed.compactMap { counts[$0] })
            let hint =
                others.count == 1
                ? "set host.partitionsKafka to \(others.first ?? 0) in the configuration of every process of this cluster"
                : "keys are placed by that number, so it is fixed for a topic's life: `chengxin topics plan` shows them all"
            throw HostFailure("\(partitionCount) partitions are configured (host.partitionsKafka), but \(found)", hint: hint)
        }
    }

    /// A changelog that forgets by age loses state that nothing else has.
    private func checkChangelog(_ cluster: any WorkerCluster) throws(HostFailure) -> Findings {
        // Who may not ask is not kept from working: `topics check` says it as well.
        guard let settings = try? cluster.settings(of: topology.changelog) else { return Findings() }
        let policies = (settings["cleanup.policy"] ?? "compact").split(separator: ",").map { $0.filter { $0 != " " } }
        guard policies == ["compact"] else {
            throw HostFailure(
                "\(topology.changelog) has cleanup.policy \(policies.joined(separator: ",")), which forgets state by its age",
                hint: "set cleanup.policy=compact for it: `chengxin topics plan` shows the command")
        }
        return Findings(deletionsKept: settings["delete.retention.ms"].flatMap { Int64($0) }.map { .milliseconds($0) })
    }

    // MARK: Folder

    /// Stores of another cluster are not opened, not even to be thrown away: somebody may have named the wrong folder.
    private func checkFolder(clusterId: String) throws(HostFailure) {
        guard !folder.holdsEmbeddedLog else {
            throw HostFailure(
                "\(folder.path) is the folder of a cluster on the embedded log", hint: "name another folder by --data for the stores")
        }
        if let identity = try folder.readIdentity() {
            guard identity.clusterId == clusterId else { throw foreign(identity.clusterId, clusterId) }
            guard identity.partitionCount == partitionCount else {
                throw otherCount(identity.partitionCount)
            }
            return
        }
        for meta in folder.storeMetas(of: topology.worker) {
            guard meta.clusterId == clusterId else { throw foreign(meta.clusterId, clusterId) }
            guard meta.partitionCount == partitionCount else { throw otherCount(meta.partitionCount) }
        }
    }

    private func foreign(_ other: String, _ clusterId: String) -> HostFailure {
        HostFailure(
            "the stores in \(folder.path) belong to cluster \(other), this is cluster \(clusterId)",
            hint: "check --bootstrap and --data; if the old cluster is gone for good, name an empty folder")
    }

    private func otherCount(_ count: Int) -> HostFailure {
        HostFailure(
            "the stores in \(folder.path) are of \(count) partitions, \(partitionCount) are configured (host.partitionsKafka)",
            hint: "the number is fixed for the life of a cluster: set it back, or name an empty folder for another cluster")
    }

    /// Whoever has another master key can open neither the stores nor what the others seal.
    func checkKey(_ fingerprint: String) throws(HostFailure) {
        guard let identity = try folder.readIdentity(), identity.fingerprint != fingerprint else { return }
        throw HostFailure(
            "the stores in \(folder.path) were written with another master key (\(identity.fingerprint)) than this one (\(fingerprint))",
            hint: "every process of a cluster has the same key: put it back, or name its file by host.masterKeyFile")
    }
}
