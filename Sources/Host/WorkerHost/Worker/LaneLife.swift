import CreditModel
import Crypto
import SQLiteStore
import StreamCore
import StreamEngine
import StreamRuntime
import Synchronization
import Telemetry

/// What the thread of a lane does from its start to its end. One value for all lanes of a process.
struct LaneLife: Sendable {
    let maker: WorkerMaker
    let setup: ClusterSetup
    let folder: WorkerFolder
    let instance: InstanceName
    let laneCount: Int
    let clock: LaneClock
    let log: Log
    let cluster: any WorkerCluster
    let keys: ClusterKeys
    let identity: IdentityWriter
    let deletionsKept: Instant.Span
    let readiness: Readiness
    let observer: HostObserver
    let isReachable: @Sendable () -> Bool

    func run(_ number: Int, _ signals: LaneSignals, _ closes: () -> Void) throws {
        let name = instance.lane(number, of: laneCount)
        let log = laneCount == 1 ? self.log : self.log.with([.lane: .number(number)])
        // Failures of the folder are met on the lane's way; they end the process at its next turn.
        var folderFailure: HostFailure?
        let observer = WorkerObserver(self.observer, log: log) {
            do { try identity.write() } catch { folderFailure = error as? HostFailure }
        }
        let machine = WatchedClock(jumpMax: setup.settings.clockJumpMax)
        let lane = try makeLane(name, observer, machine)
        defer { lane.close() }
        let surroundings = LaneLoop.Surroundings(
            now: { machine.now },
            pause: { signals.pause($0) },
            report: { readiness.update(lane: number, $0) },
            goesOn: { observer.goesOn(maker.name) }, isReachable: isReachable)
        var loop = LaneLoop(lane, signals, clock: clock, isMember: { observer.isMember }, in: surroundings)
        var hasServed = false
        do {
            while !signals.mustStop {
                try loop.turn()
                if let folderFailure { throw folderFailure }
                hasServed = hasServed || !lane.runningPartitions.isEmpty
            }
        } catch let failure as LaneFailure {
            closes()
            throw LaneLife.ending(failure, hasServed: hasServed)
        }
        closes()
    }

    private func makeLane(_ name: String, _ observer: WorkerObserver, _ machine: WatchedClock) throws -> Lane {
        let worker = maker.make(
            WorkerMaker.Materials(policy: setup.policy, keys: keys, partitionCount: setup.settings.partitionsKafka))
        let topology = worker.topology
        var options = LaneOptions(digest: { Bytes(Digest.sha256($0)) })
        setup.configure(&options, topology.worker)
        options.logIsBeside = false
        // A lane that rests hears nothing of its group: never for long.
        options.backoff = Backoff(first: .milliseconds(50), most: .seconds(1))
        options.storeAgeMax = Instant.Span(milliseconds: deletionsKept.milliseconds / 2)
        var policy = StorePolicy()
        policy.cacheBytes = setup.settings.storeCacheBytes
        policy.overwritesDeleted = setup.settings.storeOverwritesDeleted
        let journal = try AttemptJournal(path: folder.journal(of: topology.worker, instance: name))
        let member = try cluster.member(of: topology.worker, instance: name, topics: topology.allInputs)
        do {
            return try Lane(
                worker: worker, log: member, stores: SQLiteStores(directory: folder.path, policy: policy),
                seal: topology.isSealed ? AESPayloadSeal(keys: keys) : NoSeal(), instance: name, options: options, observer: observer,
                machineClock: { machine.now }, journal: journal)
        } catch {
            member.close()
            throw error
        }
    }

    /// What a lane that cannot go on means for whoever starts processes. What stands in the way of one that has served nothing yet is the
    /// configuration: starting it again does not help. One that has served may find at its next start what is wrong, or that nothing is.
    static func ending(_ failure: LaneFailure, hasServed: Bool) -> ProcessFailure {
        let exit: ExitCode
        switch failure.kind {
        case .fenced: exit = .temporary
        case .crash: exit = .failure
        case .failed: exit = hasServed ? .failure : .configuration
        }
        return ProcessFailure(exit, "\(failure.worker): \(failure.reason)", hint: failure.hint)
    }
}

/// Writes what a folder is used for when the group has taken the first lane in; the others find it done.
final class IdentityWriter: Sendable {
    private let folder: WorkerFolder
    private let identity: WorkerFolder.Identity
    private let isWritten = Mutex(false)

    init(_ folder: WorkerFolder, _ identity: WorkerFolder.Identity) {
        self.folder = folder
        self.identity = identity
    }

    func write() throws {
        try isWritten.withLock { isWritten in
            guard !isWritten else { return }
            try folder.write(identity)
            isWritten = true
        }
    }
}
