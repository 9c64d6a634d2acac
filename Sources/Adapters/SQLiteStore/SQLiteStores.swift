import Files
import SQLite
import StreamCore
import StreamEngine

/// The stores of a process below `DIR/stores`: one file per worker and partition, each with a lock beside it.
public final class SQLiteStores: StoreProvider {
    private let directory: String
    private let policy: StorePolicy

    public init(directory: String, policy: StorePolicy = StorePolicy()) {
        self.directory = directory
        self.policy = policy
    }

    public func open(_ shard: ShardName) throws(StoreFailure) -> any StateStore {
        let lock = try take(shard)
        let path = StoreFile.path(directory, shard)
        if let store = try SQLiteStore(path, shard, policy, lock) { return store }
        // A restore that did not come to its end: nobody knows what it lacks.
        try StoreFile.remove(path)
        guard let store = try SQLiteStore(path, shard, policy, lock) else {
            throw StoreFailure(.fatal, "\(path) has rows although it is new")
        }
        return store
    }

    public func discard(_ shard: ShardName) throws(StoreFailure) {
        let lock = try take(shard)
        defer { _ = lock }
        try StoreFile.remove(StoreFile.path(directory, shard))
    }

    private func take(_ shard: ShardName) throws(StoreFailure) -> FileLock {
        let path = StoreFile.lock(directory, shard)
        let lock: FileLock?
        do throws(FileError) {
            try Files.makeFolder(Files.above(path))
            lock = try FileLock.take(path)
        } catch {
            throw StoreFailure(error)
        }
        guard let lock else {
            let owner = FileLock.owner(path).map { "process \($0)" } ?? "another process"
            throw StoreFailure(
                .locked, "\(owner) has the store \(shard) below \(directory)", hint: "stop it, or give this one another folder")
        }
        return lock
    }
}
