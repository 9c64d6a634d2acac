import Crypto
import Foundation
import KafkaLog
import ReferenceJob
import SQLiteStore
import StreamCore
import StreamEngine
import StreamRuntime
import Synchronization
import WorkerHost

/// Set by the signal, read by every lane.
let mustStop = Atomic<Bool>(false)

/// One lane on a thread of its own: steps until the process is asked to end, or until it cannot go on.
final class LaneThread: Sendable {
    private let ended = DispatchSemaphore(value: 0)
    private let failure = Mutex<String?>(nil)

    init(_ number: Int, _ request: Request, _ cluster: KafkaCluster, instance: String) {
        let thread = Thread { [self] in
            do {
                try LaneThread.run(number, request, cluster, instance: "\(instance)-\(number)")
            } catch {
                failure.withLock { $0 = "\(error)" }
                mustStop.store(true, ordering: .relaxed)
            }
            ended.signal()
        }
        thread.name = "lane \(number)"
        thread.start()
    }

    /// Waits for the thread to end. Gives what ended it before its time.
    func join() -> String? {
        ended.wait()
        return failure.withLock { $0 }
    }

    private static func run(_ number: Int, _ request: Request, _ cluster: KafkaCluster, instance: String) throws {
        let worker = ReferenceWorker()
        let log = try cluster.connect(group: worker.topology.worker, instance: instance, topics: worker.topology.allInputs)
        var options = LaneOptions(digest: { Digest.sha256($0)[...] })
        options.recordsMax = request.records
        options.logIsBeside = false
        var stores = StorePolicy()
        stores.cacheBytes = request.cacheMegabytes << 20
        // The job has no personal data, so nothing has to be overwritten for it to be gone.
        stores.overwritesDeleted = false
        let lane = try Lane(
            worker: worker, log: log, stores: SQLiteStores(directory: request.data, policy: stores), seal: NoSeal(), instance: instance,
            options: options, observer: LaneLines(instance), machineClock: { WallClock.now },
            journal: try AttemptJournal(path: "\(request.data)/attempts-\(number)"))
        defer { lane.close() }
        while !mustStop.load(ordering: .relaxed) {
            switch try lane.step(now: WallClock.now, wait: .milliseconds(100)) {
            case .worked: continue
            case .idle: try lane.tidy()
            case .blocked(let until, _):
                let left = until.milliseconds - WallClock.now.milliseconds
                if left > 0 { usleep(UInt32(min(left, 100)) * 1000) }
            }
        }
    }
}

/// Says what a person wants to know of a run, on standard error.
final class LaneLines: LaneObserver {
    private let instance: String

    init(_ instance: String) { self.instance = instance }

    func tookOver(_ shard: ShardName, replayed: Int, checksum: UInt64) { say("took \(shard) over, \(replayed) records replayed") }
    func committed(_ batch: BatchReport) {}
    func deadLettered(_ letter: DeadLetter, by worker: String) { say("dead letter: \(letter.origin), \(letter.reason.code)") }
    func blocked(_ worker: String, reason: String, until: Instant) { say("waits: \(reason)") }
    func rebuilding(_ shard: ShardName, reason: String) { say("rebuilds \(shard): \(reason)") }
    func alarmed(_ shard: ShardName, reason: String, hint: String) { say("ALARM \(shard): \(reason); \(hint)") }
    func released(_ shard: ShardName) { say("released \(shard)") }
    func membershipChanged(_ change: MembershipChange, of worker: String) { say("\(change)") }

    private func say(_ what: String) { note("\(instance): \(what)") }
}

/// A line with the time in front, so that the phases of a start can be told apart.
func note(_ line: String) {
    let now = WallClock.now.milliseconds
    FileHandle.standardError.write(Data("\(now / 1000 % 100_000).\(String(format: "%03d", now % 1000)) \(line)\n".utf8))
}
