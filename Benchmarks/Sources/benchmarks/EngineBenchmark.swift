import Crypto
import Foundation
import ReferenceJob
import SQLiteStore
import StreamCore
import StreamEngine
import StreamRuntime

/// The reference job without a log: what engine, worker and store cost, which is the same on every log.
enum EngineBenchmark {
    static func add(to table: inout FigureTable, count: Int) throws {
        let messages = inputs(count)
        for (name, recordsMax) in [("1000", 1000), ("5000", 5000)] {
            let directory = NSTemporaryDirectory() + "chengxin-benchmark-engine-\(getpid())"
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let log = FeedLog(partitions: Pipeline.partitions, messages)
            var options = LaneOptions(digest: { Digest.sha256($0)[...] })
            options.recordsMax = recordsMax
            let lane = try Lane(
                worker: ReferenceWorker(), log: log, stores: SQLiteStores(directory: directory), seal: NoSeal(), instance: "benchmark",
                options: options, observer: SilentObserver(), machineClock: Pipeline.now)
            defer { lane.close() }
            // Joins and takes the partitions over.
            _ = try lane.step(now: Pipeline.now())
            let measurement = try Measurement.of {
                while case .worked = try lane.step(now: Pipeline.now()) {}
                return count
            }
            FileHandle.standardError.write(Data("  \(log.appended) records, \(log.bytes / count) bytes said for each input\n".utf8))
            table.add(
                "reference job, no log, \(name) a transaction", measurement, floor: "6.5",
                of: "C: decode, digest, look-up, encode and store, without librdkafka")
        }
    }

    private static func inputs(_ count: Int) -> [Message] {
        var inputs = ReferenceInputs(seed: 1)
        var ends = [Int64](repeating: 0, count: Pipeline.partitions)
        return (0..<count).map { _ in
            let input = inputs.next()
            let partition = Partitioner.partition(of: input.key, count: Pipeline.partitions)
            defer { ends[partition] += 1 }
            return Message(
                topic: ReferenceWorker.input, partition: partition, offset: ends[partition], timestamp: Pipeline.now(), key: input.key,
                value: input.value, headers: input.headers)
        }
    }
}
