import EmbeddedLog
import Glibc
import StreamCore
import StreamEngine
import StreamRuntime
import StreamTestKit

/// `lane-probe DIR CLOCK`: takes in the inbox of DIR and runs one lane of the tally worker until it comes to rest, with the clock standing
/// still at CLOCK milliseconds. Its stores are in memory, so every start is also a restore.
@main
enum LaneProbe {
    static func main() throws {
        guard CommandLine.arguments.count == 3, let clock = Int64(CommandLine.arguments[2]) else { exit(64) }
        let directory = CommandLine.arguments[1]
        let now = Instant(milliseconds: clock)
        let worker = TallyWorker()
        let topology = worker.topology
        let topics =
            (topology.inputs + topology.outputs + [topology.redrive, topology.deadLetters]).map { TopicSpec($0, partitions: 1) }
            + [TopicSpec(topology.changelog, partitions: 1, isCompacted: true)]
        let log = try EmbeddedLog(directory: directory, topics: topics)
        while try log.takeIn(limit: 1000) > 0 {}
        let journal = try AttemptJournal(path: directory + "/tally.attempts")
        let lane = try Lane(
            worker: worker, log: try log.connect(group: "tally", instance: "probe", topics: topology.allInputs), stores: MemoryStores(),
            seal: NoSeal(), instance: "probe", options: LaneOptions(digest: { $0 }), observer: SilentObserver(),
            machineClock: { now }, journal: journal)
        var idle = 0
        while idle < 3 {
            if case .idle = try lane.step(now: now) { idle += 1 } else { idle = 0 }
        }
        lane.close()
        log.close()
    }
}
