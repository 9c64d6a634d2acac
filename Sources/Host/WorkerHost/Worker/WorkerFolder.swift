import Files
import SQLiteStore
import StreamCore
import StreamEngine

/// The folder of one worker's process: its stores, and beside them what the process needs. One process uses it at a time.
public struct WorkerFolder: Sendable {
    public let path: String

    public init(_ path: String) { self.path = ClusterFolder(path).path }

    /// There while the process has all its partitions and has taken them over: see `Readiness`.
    public var ready: String { "\(path)/ready" }
    func journal(of worker: String, instance: String) -> String { "\(path)/journals/\(worker).\(instance).journal" }
    private var lock: String { "\(path)/process.lock" }
    private var identity: String { "\(path)/cluster" }

    /// Makes the folder, for the owner alone, and takes it for this process. Nil while another one has it.
    func take() throws(HostFailure) -> FileLock? {
        do {
            for folder in [path, "\(path)/journals"] { try Files.makeFolder(folder) }
            return try FileLock.take(lock)
        } catch {
            throw HostFailure(error, hint: "the data directory has to be writable for this user; --data names another")
        }
    }

    /// Who has the folder now, for a message.
    var owner: String { FileLock.owner(lock).map { "process \($0)" } ?? "another process" }

    // MARK: The cluster that it belongs to

    /// What the folder was used for so far.
    public struct Identity: Hashable, Sendable {
        public var clusterId: String
        public var partitionCount: Int
        /// Of the master key.
        public var fingerprint: String
        /// The policy of the last process.
        public var policy: String

        public init(clusterId: String, partitionCount: Int, fingerprint: String, policy: String) {
            self.clusterId = clusterId
            self.partitionCount = partitionCount
            self.fingerprint = fingerprint
            self.policy = policy
        }
    }

    /// Nil for a folder that no process has used yet.
    public func readIdentity() throws(HostFailure) -> Identity? {
        guard Files.exists(identity) else { return nil }
        let text: String
        do {
            text = try Files.read(identity, bytesMax: 4096).text
        } catch {
            throw HostFailure(error, hint: "this user needs the right to read it")
        }
        var values: [Substring: String] = [:]
        for line in text.split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            values[line[..<space]] = String(line[line.index(after: space)...])
        }
        guard let clusterId = values["cluster"], let count = values["partitions"].flatMap({ Int($0) }), let key = values["key"] else {
            throw HostFailure(
                "\(identity) is damaged", hint: "remove it when the stores of \(path) are this cluster's own: it is written anew")
        }
        return Identity(clusterId: clusterId, partitionCount: count, fingerprint: key, policy: values["policy"] ?? "")
    }

    /// Written when the group has taken the process in, before the first store is opened.
    func write(_ identity: Identity) throws(HostFailure) {
        let text = """
            cluster \(identity.clusterId)
            partitions \(identity.partitionCount)
            key \(identity.fingerprint)
            policy \(identity.policy)

            """
        do {
            try Files.write(Bytes(utf8: text), to: self.identity + ".new")
            try Files.rename(self.identity + ".new", to: self.identity)
            try Files.syncFolder(path)
        } catch {
            throw HostFailure(error, hint: error.isNoSpace ? "make room on that disk" : "the data directory has to be writable")
        }
    }

    /// Whether the folder is that of an embedded log.
    var holdsEmbeddedLog: Bool { Files.exists("\(path)/log.sqlite") }

    /// What the stores of a worker say of themselves, for a folder that says nothing. One that cannot be read says nothing either: it is
    /// judged when it is taken over.
    func storeMetas(of worker: String) -> [ShardMeta] {
        guard let names = try? Files.names("\(path)/stores/\(worker)") else { return [] }
        return names.compactMap { name in
            guard name.hasSuffix(".sqlite"), let partition = Int(name.dropLast(7)),
                let store = try? SQLiteStoreReader(directory: path, shard: ShardName(worker: worker, partition: partition))
            else { return nil }
            defer { store.close() }
            return try? store.meta()
        }
    }
}
