import Foundation
import SQLiteStore
import StreamCore
import StreamEngine
import StreamTestKit

/// Stores in a folder of their own.
final class SQLiteStoresUnderTest: StateStoresUnderTest {
    private(set) var folder = TemporaryFolder()
    private(set) var provider: any StoreProvider
    private let policy: StorePolicy

    init(_ policy: StorePolicy = StorePolicy()) {
        self.policy = policy
        provider = SQLiteStores(directory: folder.path, policy: policy)
    }

    /// A copy of the files as the system has them: what a process that is killed leaves behind.
    func kill() throws {
        let next = TemporaryFolder()
        if FileManager.default.fileExists(atPath: "\(folder.path)/stores") {
            try FileManager.default.copyItem(atPath: "\(folder.path)/stores", toPath: "\(next.path)/stores")
        }
        folder = next
        provider = SQLiteStores(directory: folder.path, policy: policy)
    }
}

/// Commits rows and keeps the meta that a lane would.
struct StoreWriter {
    let store: any StateStore
    var meta: ShardMeta
    private(set) var rows: [String: String] = [:]

    init(_ stores: any StoreProvider, _ shard: ShardName) throws {
        store = try stores.open(shard)
        meta = ShardMeta(clusterId: "cluster", worker: shard.worker, partition: shard.partition, partitionCount: 4)
    }

    mutating func put(_ changes: [String: String]) throws {
        rows.merge(changes) { $1 }
        meta.sequence += 1
        meta.checksum = rows.reduce(0) { $0 &+ RowSum.hash(1, Bytes(utf8: $1.key), Bytes(utf8: $1.value)) }
        let sorted = changes.map { Change(table: 1, key: Bytes(utf8: $0), payload: Bytes(utf8: $1)) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        try store.commit(sorted, meta)
    }
}
