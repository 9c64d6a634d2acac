import Foundation
import SQLiteStore
import StreamCore
import StreamEngine

/// Rows put and looked up in a store of 100,000 rows of about 600 bytes, by random keys, a thousand to a transaction.
enum StoreBenchmark {
    static let rows = 100_000
    static let batch = 1000

    static func add(to table: inout FigureTable, count: Int) throws {
        let directory = NSTemporaryDirectory() + "chengxin-benchmark-store-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let stores = SQLiteStores(directory: directory)
        let store = try stores.open(ShardName(worker: "benchmark", partition: 0))
        defer { store.close() }
        var numbers = SeededNumbers(seed: 2)
        var meta = ShardMeta(clusterId: "benchmark", worker: "benchmark", partition: 0, partitionCount: 1)
        func commit(_ keys: Set<Int>) throws {
            let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: meta.sequence), count: 600)
            let changes = keys.map { Change(table: 1, key: key($0), payload: payload[...]) }.sorted { ByteKey($0.key) < ByteKey($1.key) }
            meta.sequence += 1
            try store.commit(changes, meta)
        }
        for first in stride(from: 0, to: rows, by: batch) { try commit(Set(first..<first + batch)) }

        let upserts = try Measurement.of {
            var done = 0
            while done < count {
                var keys: Set<Int> = []
                while keys.count < batch { keys.insert(numbers.below(rows)) }
                try commit(keys)
                done += batch
            }
            return done
        }
        let lookups = try Measurement.of {
            var found = 0
            for _ in 0..<count { found += try store.read(1, key(numbers.below(rows)))?.count ?? 0 }
            precondition(found == count * 600)
            return count
        }
        table.add("store upsert, 600 B, 1000 a transaction", upserts, floor: "10.7", of: "raw SQLite, tuned, two indexes kept")
        table.add("store lookup, 100,000 rows", lookups, floor: "1.9", of: "raw SQLite, prepared, in a transaction")
    }

    private static func key(_ number: Int) -> Bytes { Bytes(utf8: "bureau/\(SeededNumbers.mixed(UInt64(number)))") }
}
