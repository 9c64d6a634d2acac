import CreditModel
import Crypto
import Files
import Glibc
import Linux
import SQLiteStore
import StreamCore
import StreamEngine
import StreamRuntime
import Telemetry

/// The process of one worker on Kafka: reaches the cluster, passes the gate, runs its lanes, ends them in order.
struct WorkerOnKafka {
    let maker: WorkerMaker
    let setup: ClusterSetup
    let folder: WorkerFolder
    let instance: InstanceName
    let laneCount: Int
    let clock: LaneClock
    let log: Log
    let metrics: Metrics
    let stop: any EndRequest
    /// Throws `.retriable` when no broker has answered within the time.
    var reach: (Instant.Span) throws(LogFailure) -> any WorkerCluster = { _ throws(LogFailure) in
        throw LogFailure(.fatal, "no cluster was named")
    }

    /// Whether some broker answers, as far as is known.
    var isReachable: @Sendable () -> Bool = { true }

    /// So long one attempt to reach a broker lasts, before somebody is told.
    private static let attempt = Instant.Span.seconds(2)
    /// A predecessor that is being drained still has the folder for so long.
    private var folderWaitMax: Instant.Span { .milliseconds(setup.settings.drainMax.milliseconds + 1500) }
    /// Connections that do not come to their end are left to the system after this, once everything is committed and the stores are closed.
    private static let closeMax = Instant.Span.seconds(3)

    /// What every lane is made of.
    private struct Parts: Sendable {
        var cluster: any WorkerCluster
        var keys: ClusterKeys
        var identity: WorkerFolder.Identity
        var deletionsKept: Instant.Span
    }

    /// Works until it is told to end, or cannot go on.
    func run() throws -> ExitCode {
        guard let cluster = try reachCluster() else { return .good }
        defer { cluster.close() }
        let place = try setup.keyPlace(ofCluster: cluster.clusterId, beside: folder.path)
        // The topology says nothing of keys; none is made before all the rest is in order.
        let anyKeys = ClusterKeys(master: [UInt8](repeating: 1, count: ClusterKeys.masterLength))
        let gate = StartGate(topology: worker(anyKeys).topology, partitionCount: setup.settings.partitionsKafka, folder: folder)
        let findings = try gate.check(cluster)
        if case .file(let path) = place { try gate.checkKey(MasterKeyFile.keys(at: path, mayMake: false).fingerprint) }
        guard let lock = try takeFolder() else { return .good }
        defer { withExtendedLifetime(lock) {} }
        let keys = try self.keys(place)
        try gate.checkKey(keys.fingerprint)
        let identity = WorkerFolder.Identity(
            clusterId: cluster.clusterId, partitionCount: setup.settings.partitionsKafka, fingerprint: keys.fingerprint,
            policy: setup.policy.version)
        try noteChange(to: identity)
        try rememberClock()
        let parts = Parts(
            cluster: cluster, keys: keys, identity: identity,
            deletionsKept: findings.deletionsKept ?? setup.policy.retention.tombstones.span ?? .seconds(7 * 86_400))
        return try work(parts)
    }

    private func worker(_ keys: ClusterKeys) -> any Worker {
        maker.make(WorkerMaker.Materials(policy: setup.policy, keys: keys, partitionCount: setup.settings.partitionsKafka))
    }

    // MARK: Before the work

    /// Waits for a broker as long as configured. Nil when it was told to end meanwhile.
    private func reachCluster() throws -> (any WorkerCluster)? {
        let start = WallClock.sinceStart
        var hasSaid = false
        while !stop.isRequested {
            let failure: LogFailure
            do throws(LogFailure) {
                let cluster = try reach(WorkerOnKafka.attempt)
                if hasSaid { log.notice("goes on", [.cluster: .text(cluster.clusterId)]) }
                return cluster
            } catch {
                failure = error
            }
            guard failure.kind == .retriable else { throw failure }
            guard elapsed(since: start) < setup.settings.brokerWaitMax else {
                throw ProcessFailure(
                    .temporary, "\(failure.reason); it waited for \(elapsed(since: start).milliseconds / 1000) s", hint: failure.hint)
            }
            if !hasSaid { log.warning("waits", [.reason: .text(failure.reason), .hint: .text(failure.hint)]) }
            hasSaid = true
            stop.wait(milliseconds: 500)
        }
        return nil
    }

    /// Takes the folder for this process. Nil when it was told to end meanwhile.
    private func takeFolder() throws -> FileLock? {
        let start = WallClock.sinceStart
        var hasSaid = false
        while !stop.isRequested {
            if let lock = try folder.take() { return lock }
            let reason = "\(folder.owner) works in \(folder.path)"
            guard elapsed(since: start) < folderWaitMax else {
                throw HostFailure(reason, hint: "end that process, or name another folder by --data: each process has its own")
            }
            if !hasSaid { log.warning("waits", [.reason: .text(reason)]) }
            hasSaid = true
            stop.wait(milliseconds: 100)
        }
        return nil
    }

    private func elapsed(since start: Instant.Span) -> Instant.Span {
        .milliseconds(WallClock.sinceStart.milliseconds - start.milliseconds)
    }

    private func keys(_ place: ClusterSetup.KeyPlace) throws -> ClusterKeys {
        switch place {
        case .file(let path): return try MasterKeyFile.keys(at: path, mayMake: false)
        case .toBeMade(let path):
            let keys = try MasterKeyFile.keys(at: path, mayMake: true)
            log.warning(
                "made a master key for this cluster, for development on this machine",
                [.path: .text(path), .hint: "a worker on another machine needs a copy: without it, it can open nothing of this cluster"])
            return keys
        }
    }

    private func noteChange(to identity: WorkerFolder.Identity) throws {
        guard let before = try folder.readIdentity(), before.policy != identity.policy else { return }
        log.notice("works under another policy than before", [.policy: .text(identity.policy), .reason: .text("it was \(before.policy)")])
    }

    /// Time does not go back in a folder while the clock stands still.
    private func rememberClock() throws {
        guard case .standing(let instant) = clock else { return }
        let place = ClusterFolder(folder.path)
        if let before = try place.lastStandingInstant(), instant < before {
            throw UsageError(
                "--at \(instant) is earlier than the last one, \(before)", hint: "time does not go back in a folder; take a new one")
        }
        try place.remember(standingInstant: instant)
    }

    // MARK: The work

    private func work(_ parts: Parts) throws -> ExitCode {
        let readiness = Readiness(path: folder.ready, worker: maker.name, instance: instance.text, lanes: laneCount, log: log)
        try readiness.begin()
        let observer = HostObserver(log: log, metrics: metrics)
        log.notice(
            "starts",
            [
                .cluster: .text(parts.identity.clusterId), .path: .text(folder.path), .policy: .text(parts.identity.policy),
                .count: .number(laneCount),
            ])
        let life = LaneLife(
            maker: maker, setup: setup, folder: folder, instance: instance, laneCount: laneCount, clock: clock, log: log,
            cluster: parts.cluster, keys: parts.keys, identity: IdentityWriter(folder, parts.identity), deletionsKept: parts.deletionsKept,
            readiness: readiness,
            observer: observer, isReachable: isReachable)
        let crew = try LaneCrew(count: laneCount) { number, signals, closes in try life.run(number, signals, closes) }
        var watch = ClockWatch(bound: setup.settings.clockJumpMax)
        while !stop.isRequested, !crew.hasEnded, !crew.hasFailed {
            if watch.observe(wall: WallClock.now, sinceStart: WallClock.sinceStart) {
                crew.signals.doubtClock()
                WatchedClock.sayThatItIsInDoubt(to: log)
            }
            stop.wait(milliseconds: 200)
        }
        let wasAsked = stop.isRequested
        if wasAsked { log.notice("was told to end", [.signal: .number(Int(stop.received ?? 0))]) }
        readiness.end()
        let isDrained = drain(crew)
        defer { abandon(crew, isDrained) }
        if let failure = crew.failure {
            log.error("ends", [.reason: .text(failure.reason), .hint: .text(failure.hint), .code: .number(Int(failure.exit.rawValue))])
            throw failure
        }
        guard isDrained else {
            log.error("did not come to its end in time; what was not committed is decided by the next owner")
            return .cutShort
        }
        log.notice("drained", [.count: .number(observer.recordCount)])
        return .good
    }

    /// A thread that is still inside of a library must not see what an orderly exit takes down under it.
    private func abandon(_ crew: LaneCrew, _ isDrained: Bool) {
        guard !crew.hasEnded else { return }
        log.warning("leaves connections behind that do not end; nothing that was committed is lost")
        fflush(nil)
        _exit((crew.failure?.exit ?? (isDrained ? .good : .cutShort)).rawValue)
    }

    /// Ends all lanes. False when one of them still decides or commits after the time that is given.
    private func drain(_ crew: LaneCrew) -> Bool {
        crew.signals.stop()
        let start = WallClock.sinceStart
        var drainedAt: Instant.Span?
        while !crew.hasEnded, elapsed(since: start) < setup.settings.drainMax {
            if crew.isDrained {
                let since = drainedAt ?? WallClock.sinceStart
                drainedAt = since
                if elapsed(since: since) >= WorkerOnKafka.closeMax { break }
            }
            stop.wait(milliseconds: 10)
        }
        return crew.isDrained
    }
}

/// Tells that somebody asked the process to end.
protocol EndRequest: AnyObject {
    /// The number of the signal that asked; nil while nobody has.
    var received: Int32? { get }
    /// Sleeps until somebody asks, or the time is over.
    func wait(milliseconds: Int32)
}

extension EndRequest {
    var isRequested: Bool { received != nil }
}

extension StopSignal: EndRequest {
    func wait(milliseconds: Int32) { wait(watching: nil, milliseconds: milliseconds) }
}

/// By which clock lanes decide.
public enum LaneClock: Sendable {
    /// The machine's.
    case wall
    /// It stands still at this instant (development).
    case standing(Instant)
}
