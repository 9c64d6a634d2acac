import Files
import SQLite
import StreamCore
import StreamEngine

/// Verifies stores without changing them, beside a running owner too.
public enum StoreCheck {
    /// The stores below `DIR/stores`, in the order of worker and partition.
    public static func shards(in directory: String) throws(StoreFailure) -> [ShardName] {
        let root = "\(directory)/stores"
        guard Files.isFolder(root) else { return [] }
        do throws(FileError) {
            var shards: [ShardName] = []
            for worker in try Files.names(root) where Files.isFolder("\(root)/\(worker)") {
                let partitions = try Files.names("\(root)/\(worker)").compactMap { name in
                    name.hasSuffix(".sqlite") ? Int(name.dropLast(7)) : nil
                }
                shards += partitions.sorted().map { ShardName(worker: worker, partition: $0) }
            }
            return shards
        } catch {
            throw StoreFailure(error)
        }
    }

    /// What is wrong with a shard's store; empty when it is whole.
    public static func findings(_ shard: ShardName, in directory: String, limit: Int = 100) -> [StoreFinding] {
        let path = StoreFile.path(directory, shard)
        do throws(StoreFailure) {
            let reader = try SQLiteStoreReader(directory: directory, shard: shard)
            defer { reader.close() }
            return try reader.check(shard, limit: limit)
        } catch {
            return [StoreFinding(file: path, table: nil, key: nil, what: error.reason)]
        }
    }
}
