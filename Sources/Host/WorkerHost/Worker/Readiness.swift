import CreditModel
import Files
import Glibc
import StreamCore
import Synchronization
import Telemetry

/// The file that says that a process serves all it was given: every lane has its assignment, and all shards of it have been taken over.
///
/// It is there or not; what it holds is for people: one line of JSON with the worker, the instance, the process id and the partitions. A
/// process that the group gave no partition stands by, and is ready as well. The file goes when partitions come or go, and at the end.
final class Readiness: Sendable {
    /// What one lane has.
    struct Share: Equatable {
        /// Nil before the first assignment, and after one was taken away.
        var assigned: [Int]?
        var running: [Int] = []
    }

    private struct State {
        /// What each lane has taken over since it was assigned. A shard that is taken over again after a commit of unknown outcome stays in.
        var complete: [[Int]?]
        /// The start, or when partitions were taken away last.
        var waitsSince: Instant.Span
        var isWritten = false
        var hasEnded = false
    }

    private let path: String
    private let worker: String
    private let instance: String
    private let log: Log
    private let state: Mutex<State>

    init(path: String, worker: String, instance: String, lanes: Int, log: Log) {
        self.path = path
        self.worker = worker
        self.instance = instance
        self.log = log
        state = Mutex(State(complete: Array(repeating: nil, count: lanes), waitsSince: WallClock.sinceStart))
    }

    /// Removes what a process before this one has left. Throws when the folder does not let it.
    func begin() throws(HostFailure) {
        do { try Files.remove(path) } catch { throw HostFailure(error, hint: "the data directory has to be writable") }
    }

    var isReady: Bool { state.withLock { $0.isWritten } }

    /// What a lane has now; from that lane's thread.
    func update(lane: Int, _ share: Share) {
        state.withLock { state in
            guard !state.hasEnded else { return }
            if share.assigned != state.complete[lane] {
                state.complete[lane] = share.assigned == share.running ? share.assigned : nil
            }
            let isReady = state.complete.allSatisfy { $0 != nil }
            guard isReady != state.isWritten else { return }
            if isReady { write(&state) } else { remove(&state) }
        }
    }

    /// The process ends: it is ready no more, whatever a lane still says.
    func end() {
        state.withLock { state in
            state.hasEnded = true
            if state.isWritten { remove(&state) }
        }
    }

    private func write(_ state: inout State) {
        let partitions = state.complete.flatMap { $0 ?? [] }.sorted()
        var line = JSONWriter(reserving: 256)
        line.object { line in
            line.member("worker", worker)
            line.member("instance", instance)
            line.member("process", Int64(getpid()))
            line.member("since", WallClock.now)
            line.member("partitions", array: { list in for partition in partitions { list.integer(Int64(partition)) } })
        }
        do {
            // Not synced: a file that a lost power leaves behind says nothing, and is removed at the next start.
            try Files.write(line.bytes + [10], to: path + ".new")
            try Files.rename(path + ".new", to: path)
        } catch {
            // Said at each attempt, which the lanes make now and then.
            log.warning("cannot say that it is ready", [.path: .text(path), .reason: .text(error.description)])
            return
        }
        state.isWritten = true
        log.notice(
            "ready",
            [
                .partitions: .text(Readiness.text(partitions)), .count: .number(partitions.count),
                .milliseconds: .number(WallClock.sinceStart.milliseconds - state.waitsSince.milliseconds),
            ])
    }

    private func remove(_ state: inout State) {
        state.isWritten = false
        state.waitsSince = WallClock.sinceStart
        try? Files.remove(path)
    }

    /// Partitions as ranges, `0-3 7`.
    static func text(_ partitions: [Int]) -> String {
        var parts: [String] = []
        var rest = partitions[...]
        while let first = rest.popFirst() {
            var last = first
            while let next = rest.first, next == last + 1 {
                last = next
                rest.removeFirst()
            }
            parts.append(first == last ? "\(first)" : "\(first)-\(last)")
        }
        return parts.joined(separator: " ")
    }
}
