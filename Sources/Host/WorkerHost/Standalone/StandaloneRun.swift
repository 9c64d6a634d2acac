import Linux
import StreamCore
import Telemetry

/// One run of some or all workers on the embedded log, as a command line asks for it.
public enum StandaloneRun {
    public static let options = HostOptions.place + HostOptions.setting + [HostOptions.untilIdle, HostOptions.at, HostOptions.format]

    /// Runs the workers and prints a summary.
    public static func run(_ arguments: Arguments, _ makers: [WorkerMaker]) throws {
        let folder = try HostOptions.folder(arguments)
        let console = HostOptions.console(arguments)
        let setup = try ClusterSetup(arguments)
        let summary = try run(mode(arguments, setup), folder, setup, makers, console)
        summary.print(to: console)
    }

    /// Runs the workers in this mode. Progress goes to standard error.
    public static func run(
        _ mode: Standalone.Mode, _ folder: ClusterFolder, _ setup: ClusterSetup, _ makers: [WorkerMaker], _ console: Console
    ) throws -> RunSummary {
        let log = setup.log()
        let stop = StopSignal()
        if !ProcessGuard.harden() { log.warning("the system does not let this process keep its memory to itself") }
        try folder.make()
        let keys = try setup.keys(in: folder)
        let workers = makers.map {
            $0.make(WorkerMaker.Materials(policy: setup.policy, keys: keys, partitionCount: setup.partitionCount))
        }
        let start = RunSummary.Start(folder)
        var parts = Standalone.Parts(
            folder: folder, workers: workers, topics: setup.topics, seal: AESPayloadSeal(keys: keys), log: log,
            metrics: Metrics(), stop: stop)
        parts.configure = setup.configure
        parts.stores.cacheBytes = setup.settings.storeCacheBytes
        parts.stores.overwritesDeleted = setup.settings.storeOverwritesDeleted
        parts.clockJumpMax = setup.settings.clockJumpMax
        parts.inboxPollEvery = setup.settings.inboxPollEvery
        let standalone = try Standalone(parts)
        if case .untilStopped = mode {
            log.notice("works until it is told to end", [.path: .text(folder.path), .policy: .text(setup.policy.version)])
        }
        standalone.onProgress = { [unowned standalone] in
            console.progress("taken in \(standalone.takenIn), decided \(standalone.observer.recordCount)")
        }
        try standalone.run(mode)
        console.endProgress()
        if stop.isRequested { log.notice("was told to end; everything decided is committed") }
        var summary = try RunSummary(folder, since: start)
        summary.takenIn = standalone.takenIn
        summary.decided = standalone.observer.recordCount
        summary.timers = standalone.observer.timerCount
        summary.deadLetters = standalone.observer.counts.values.reduce(0) { $0 + $1.deadLetters }
        if let alarm = standalone.observer.alarms.first {
            throw HostFailure("a shard stands still: \(alarm)", hint: "nothing is lost; the other shards went on")
        }
        return summary
    }

    private static func mode(_ arguments: Arguments, _ setup: ClusterSetup) throws -> Standalone.Mode {
        switch try HostOptions.standingClock(arguments, setup) {
        case .standing(let instant): return .at(instant)
        case .wall: return arguments.has(HostOptions.untilIdle) ? .untilIdle : .untilStopped
        }
    }
}
