import Crypto
import EmbeddedLog
import Files
import Linux
import SQLiteStore
import StreamCore
import StreamEngine
import StreamRuntime
import Telemetry

/// Some or all workers of a cluster in one process and one thread, on the embedded log of a folder.
public final class Standalone {
    /// When it ends, and by which clock it goes.
    public enum Mode: Sendable {
        case untilStopped
        case untilIdle
        /// The clock stands still at this instant; ends when nothing is left to do.
        case at(Instant)
    }

    /// What one process is made of.
    public struct Parts {
        public var folder: ClusterFolder
        /// In the order of the workflow.
        public var workers: [any Worker]
        /// Every topic of the cluster, with the topics of the workers.
        public var topics: [TopicSpec]
        /// Seals what workers keep that hold personal data.
        public var seal: any PayloadSeal
        public var log: Log
        public var metrics: Metrics
        public var stop: StopSignal
        /// How stores use memory and disk.
        public var stores = StorePolicy()
        /// When wall clock and boot clock part by more, timers with adverse effect wait.
        public var clockJumpMax = Instant.Span.seconds(3600)
        /// How often the inbox is looked at, if nothing calls before.
        public var inboxPollEvery = Instant.Span.seconds(1)
        /// Changes the options of a lane from what is built in, as the configuration says.
        public var configure: (inout LaneOptions, _ worker: String) -> Void = { _, _ in }

        public init(
            folder: ClusterFolder, workers: [any Worker], topics: [TopicSpec], seal: any PayloadSeal, log: Log, metrics: Metrics,
            stop: StopSignal
        ) {
            self.folder = folder
            self.workers = workers
            self.topics = topics
            self.seal = seal
            self.log = log
            self.metrics = metrics
            self.stop = stop
        }
    }

    public let log: EmbeddedLog
    public let observer: HostObserver
    private let parts: Parts
    private let lanes: [Lane]
    private let watch: FolderWatch
    private let clock: WatchedClock
    private var hasDoubted = false
    /// What the inbox has given so far.
    public private(set) var takenIn = 0
    /// Called now and then while it works, for a line about how far it is.
    public var onProgress: () -> Void = {}

    /// Opens the log, which no other process may own, and the stores. Throws with what to do about it.
    public init(_ parts: Parts) throws {
        self.parts = parts
        try parts.folder.make()
        // Before the log is touched: a full disk is waited for, also at the start.
        log = try Standalone.open(parts)
        observer = HostObserver(log: parts.log, metrics: parts.metrics)
        let clock = WatchedClock(jumpMax: parts.clockJumpMax)
        self.clock = clock
        let stores = SQLiteStores(directory: parts.folder.path, policy: parts.stores)
        var lanes: [Lane] = []
        for worker in parts.workers {
            let topology = worker.topology
            var options = LaneOptions(digest: { Bytes(Digest.sha256($0)) })
            parts.configure(&options, topology.worker)
            lanes.append(
                try Lane(
                    worker: worker,
                    log: try log.connect(group: topology.worker, instance: "\(topology.worker)-0", topics: topology.allInputs),
                    stores: stores, seal: topology.isSealed ? parts.seal : NoSeal(), instance: "\(topology.worker)-0", options: options,
                    observer: observer, machineClock: { clock.now },
                    journal: try AttemptJournal(path: parts.folder.journal(of: topology.worker))))
        }
        self.lanes = lanes
        watch = FolderWatch(parts.folder.inbox)
    }

    private static func open(_ parts: Parts) throws -> EmbeddedLog {
        var hasSaid = false
        while true {
            let failure: LogFailure
            do throws(LogFailure) {
                return try EmbeddedLog(directory: parts.folder.log, topics: parts.topics)
            } catch {
                failure = error
            }
            guard failure.kind == .retriable, !parts.stop.isRequested else { throw failure }
            if !hasSaid { parts.log.warning("waits", [.reason: .text(failure.reason), .hint: .text(failure.hint)]) }
            hasSaid = true
            parts.stop.wait(watching: nil, milliseconds: 1000)
        }
    }

    /// Works in the given mode, then leaves everything in order.
    public func run(_ mode: Mode) throws {
        defer { close() }
        let coordinator = Coordinator(lanes: lanes, in: self, restMax: parts.inboxPollEvery)
        switch mode {
        case .untilStopped: try coordinator.run()
        case .untilIdle: try coordinator.runUntilIdle()
        case .at(let instant):
            let before = try parts.folder.lastStandingInstant()
            if let before, instant < before {
                throw UsageError(
                    "--at \(instant) is earlier than the last one, \(before)", hint: "time does not go back in a folder; take a new one")
            }
            try parts.folder.remember(standingInstant: instant)
            try coordinator.run(at: instant, before: before)
        }
    }

    private func close() {
        for lane in lanes { lane.close() }
        log.close()
    }
}

extension Standalone: Surroundings {
    public var now: Instant { clock.now }
    public var mustStop: Bool { parts.stop.isRequested }

    public func takeIn() throws -> Bool {
        watch.drain()
        var waited = false
        while true {
            do throws(LogFailure) {
                let refused = log.refusedCount
                let count = try log.takeIn(limit: 20_000)
                takenIn += count
                if log.refusedCount > refused {
                    parts.log.warning(
                        "messages of the inbox were put aside",
                        [.count: .number(log.refusedCount - refused), .path: .text("\(parts.folder.inbox)/refused")])
                }
                if waited { parts.log.notice("goes on") }
                onProgress()
                return count > 0
            } catch {
                guard error.kind == .retriable, !mustStop else {
                    if mustStop { return false }
                    throw error
                }
                if !waited { parts.log.warning("waits", [.reason: .text(error.reason), .hint: .text(error.hint)]) }
                waited = true
                parts.stop.wait(watching: nil, milliseconds: 500)
            }
        }
    }

    public func tidy() throws {
        do throws(LogFailure) {
            try log.tidy()
        } catch {
            // Nothing depends on it: what could not be cleaned today is cleaned another time.
            guard error.kind != .retriable else { return }
            throw error
        }
        for lane in lanes { try lane.tidy() }
    }

    public func rest(atMost span: Instant.Span) {
        parts.stop.wait(watching: watch.descriptor, milliseconds: Int32(clamping: span.milliseconds))
    }

    public func progressed() { onProgress() }

    public func observeClock() -> Bool {
        _ = clock.now
        if clock.isInDoubt, !hasDoubted {
            hasDoubted = true
            WatchedClock.sayThatItIsInDoubt(to: parts.log)
        }
        return clock.isInDoubt
    }
}
