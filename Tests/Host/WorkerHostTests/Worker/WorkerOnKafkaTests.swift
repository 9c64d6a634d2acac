import CreditModel
import Files
import Foundation
import StreamCore
import StreamEngine
import StreamRuntime
import StreamTestKit
import Synchronization
import Telemetry
import Testing

@testable import WorkerHost

/// A whole process of a small worker, but for its broker: from the first attempt to reach it to the exit code.
@Suite struct WorkerOnKafkaTests {
    /// Asks the process to end as soon as something is so.
    private final class Request: EndRequest {
        private let condition: () -> Bool
        private var asked = false
        private(set) var waits = 0
        init(_ condition: @escaping () -> Bool) { self.condition = condition }

        var received: Int32? {
            asked = asked || condition()
            return asked ? SIGTERM : nil
        }
        func wait(milliseconds: Int32) {
            waits += 1
            usleep(1000)
        }
    }

    private final class World {
        let folder = NSTemporaryDirectory() + "/worker-" + UUID().uuidString
        let cluster: FakeCluster
        let memory = LogMemory()
        var overrides = ["host.partitionsKafka": "2"]
        var environment: [String: String] = [:]
        var failures: [LogFailure] = []
        var lanes = 1

        init(key: Bool = true) throws {
            cluster = FakeCluster(partitions: 2)
            let key = key ? folder + ".key" : folder + ".no-key"
            overrides["host.masterKeyFile"] = key
            overrides["host.createsMasterKey"] = "false"
            if key.hasSuffix(".key") { try Files.write(Bytes(repeating: 7, count: 32), to: key) }
        }

        deinit {
            try? FileManager.default.removeItem(atPath: folder)
            try? FileManager.default.removeItem(atPath: folder + ".key")
        }

        var isReady: Bool { FileManager.default.fileExists(atPath: folder + "/ready") }
        var isUntouched: Bool { !FileManager.default.fileExists(atPath: folder) && cluster.members.withLock { $0 } == 0 }

        func run(until condition: @escaping (World) -> Bool = { $0.isReady }) throws -> ExitCode {
            let setup = ClusterSetup(
                try ConfigurationLoader.read(directory: Repository.path("Config"), overrides: overrides))
            var process = WorkerOnKafka(
                maker: WorkerMaker("tally") { _ in TallyWorker() }, setup: setup, folder: WorkerFolder(folder),
                instance: try InstanceName("a"), laneCount: lanes, clock: .wall, log: Log(to: memory), metrics: Metrics(),
                stop: Request { [unowned self] in condition(self) })
            process.reach = { [unowned self] (_: Instant.Span) throws(LogFailure) in
                if !self.failures.isEmpty { throw self.failures.removeFirst() }
                return self.cluster
            }
            return try process.run()
        }

        /// The exit code and the text of a run that has to fail.
        func failure(until condition: @escaping (World) -> Bool = { _ in false }) -> ProcessFailure? {
            do {
                _ = try run(until: condition)
                return nil
            } catch {
                return ProcessFailure(error)
            }
        }

        func send(_ text: String, partition: Int = 0) {
            cluster.simulated.append(
                Append(
                    to: TopicPartition(TallyWorker.words, partition), key: nil, value: Bytes(utf8: text), headers: Headers(),
                    timestamp: WallClock.now))
        }

        var said: [String] {
            (0..<2).flatMap { cluster.simulated.committedRecords(of: TopicPartition(TallyWorker.tallies, $0)) }.map {
                ($0.value ?? []).text
            }
        }
    }

    @Test func servesAllThatItWasGivenAndEndsInOrder() throws {
        let world = try World()
        for word in ["a", "b"] { world.send("count \(word)") }
        #expect(try world.run { $0.isReady && $0.cluster.commits.withLock { $0 } > 1 } == .good)
        #expect(!world.isReady)
        #expect(world.cluster.isClosed.withLock { $0 })
        #expect(world.memory.messages == ["starts", "joined the group", "ready", "was told to end", "drained"])
        let folder = WorkerFolder(world.folder)
        let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))
        let identity = try #require(try folder.readIdentity())
        #expect(identity.clusterId == FakeCluster.id && identity.partitionCount == 2 && identity.fingerprint == keys.fingerprint)
        #expect(folder.storeMetas(of: "tally").count == 2)
        // The next process goes on where this one was.
        world.send("count a")
        let before = world.cluster.commits.withLock { $0 }
        #expect(try world.run { $0.isReady && $0.cluster.commits.withLock { $0 } > before } == .good)
        #expect(Set(world.said).isSuperset(of: ["a=1", "b=1", "a=2"]))
    }

    @Test func sharesItsPartitionsBetweenItsLanes() throws {
        let world = try World()
        world.lanes = 2
        for partition in 0..<2 { world.send("count a", partition: partition) }
        // A lane's first commit may hold nothing but the places where it begins.
        #expect(try world.run { world in world.isReady && world.cluster.turn.withLock { world.said.count > 1 } } == .good)
        #expect(world.said == ["a=1", "a=1"])
        let joined = world.memory.lines.filter { $0.message == "joined the group" }.suffix(2)
        #expect(Set(joined.map { $0[.lane] }) == [.number(0), .number(1)] && Set(joined.map { $0[.count] }) == [.number(1)])
    }

    @Test func waitsForABrokerVisiblyAndGoesOn() throws {
        let world = try World()
        world.failures = (0..<3).map { _ in LogFailure(.retriable, "no broker answered", hint: "is it running?") }
        #expect(try world.run() == .good)
        #expect(world.memory.messages.prefix(3) == ["waits", "goes on", "starts"])
    }

    @Test func givesUpOnABrokerAfterTheConfiguredTime() throws {
        let world = try World()
        world.overrides["host.brokerWaitMax"] = "50 milliseconds"
        world.failures = (0..<100_000).map { _ in LogFailure(.retriable, "no broker answered") }
        let failure = try #require(world.failure())
        #expect(failure.exit == .temporary && failure.reason.hasPrefix("no broker answered; it waited for"))
        #expect(world.isUntouched)
    }

    @Test func endsWithoutAnythingWhenToldToWhileItWaits() throws {
        let world = try World()
        world.failures = (0..<100_000).map { _ in LogFailure(.retriable, "no broker answered") }
        #expect(try world.run { $0.memory.messages == ["waits"] } == .good)
        #expect(world.isUntouched)
    }

    @Test func tellsWrongCredentialsAndWritesNothing() throws {
        let world = try World()
        world.failures = [LogFailure(.fatal, "the broker does not let us in", hint: "check kafka.sasl.password")]
        let failure = try #require(world.failure())
        #expect(failure.exit == .configuration)
        #expect(world.isUntouched)
    }

    @Test func refusesToStartWithoutAMasterKeyAndMakesNone() throws {
        let world = try World(key: false)
        let failure = try #require(world.failure())
        #expect(failure.exit == .configuration)
        #expect(failure.reason == "the master key \(world.folder).no-key is not there")
        #expect(failure.hint.hasPrefix("every process of a cluster needs the same one"))
        #expect(world.isUntouched)
        #expect(!FileManager.default.fileExists(atPath: world.folder + ".no-key"))
    }

    @Test func refusesTopicsThatAreNotAsTheyShouldBeBeforeItMakesAKey() throws {
        let world = try World(key: false)
        world.overrides["host.createsMasterKey"] = "true"
        world.cluster.counts[TallyWorker.words] = 5
        let failure = try #require(world.failure())
        #expect(failure.exit == .configuration && failure.reason.contains("words.v1 has 5"))
        #expect(world.isUntouched)
        #expect(!FileManager.default.fileExists(atPath: world.folder + ".no-key"))
    }

    @Test func refusesAFolderThatAnotherProcessHas() throws {
        let world = try World()
        let lock = try WorkerFolder(world.folder).take()
        #expect(lock != nil)
        // Told to end while it waits for it: nothing was done, and nothing is wrong.
        #expect(try world.run { $0.memory.messages.contains("waits") } == .good)
        #expect(world.cluster.members.withLock { $0 } == 0)
        #expect(world.memory.lines.last?[.reason] == .text("process \(getpid()) works in \(world.folder)"))
    }

    @Test func endsForGoodWhenTheGroupDoesNotTakeIt() throws {
        let world = try World()
        world.cluster.memberFailure = LogFailure(.fatal, "group tally is in use by consumers of another kind", hint: "end them")
        let failure = try #require(world.failure())
        #expect(failure.exit == .configuration)
        #expect(!FileManager.default.fileExists(atPath: world.folder + "/stores"))
        #expect(!FileManager.default.fileExists(atPath: world.folder + "/cluster"))
    }

    @Test func anotherProcessInItsPlaceIsNoReasonNeverToStartAgain() throws {
        let world = try World()
        let failure = try #require(
            world.failure { world in
                if world.isReady { world.cluster.pollFailure.withLock { $0 = LogFailure(.fenced, "another process has the place a") } }
                return false
            })
        #expect(failure.exit == .temporary && failure.reason == "tally: another process has the place a")
        #expect(!world.isReady)
        #expect(world.memory.messages.last == "ends")
    }

    @Test(
        arguments: [
            (.fenced, true, .temporary), (.fenced, false, .temporary), (.failed, false, .configuration), (.failed, true, .failure),
        ] as [(LaneFailure.Kind, Bool, ExitCode)])
    func saysByItsCodeWhetherStartingAgainHelps(kind: LaneFailure.Kind, hasServed: Bool, exit: ExitCode) {
        let failure = LaneFailure(kind: kind, worker: "tally", reason: "a reason", hint: "a hint")
        #expect(LaneLife.ending(failure, hasServed: hasServed).exit == exit)
    }
}
