import Foundation
import SQLiteStore
import StreamCore
import StreamEngine
import StreamTestKit
import Testing

@testable import WorkerHost

/// What has to be in order before a worker writes anything, and what it says when it is not.
@Suite struct StartGateTests {
    private final class Place {
        let folder = NSTemporaryDirectory() + "/gate-" + UUID().uuidString
        let cluster = FakeCluster(partitions: 2)
        var partitionCount = 2

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        var gate: StartGate {
            StartGate(topology: TallyWorker().topology, partitionCount: partitionCount, folder: WorkerFolder(folder))
        }

        /// The refusal's whole text; nil when it may start.
        func refusal() -> String? {
            do {
                _ = try gate.check(cluster)
                return nil
            } catch {
                return "\(error)"
            }
        }

        func makeFolder() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

        func makeStore(clusterId: String, partitions: Int = 2) throws {
            let name = ShardName(worker: "tally", partition: 0)
            let store = try SQLiteStores(directory: folder).open(name)
            try store.commit(
                [],
                ShardMeta(clusterId: clusterId, worker: "tally", partition: 0, partitionCount: partitions, sequence: 1))
            store.close()
        }

        var isUntouched: Bool { !FileManager.default.fileExists(atPath: folder) && cluster.members.withLock { $0 } == 0 }
    }

    @Test func letsAWorkerStartWhereEverythingIsInOrder() throws {
        let place = Place()
        #expect(try place.gate.check(place.cluster) == StartGate.Findings(deletionsKept: .milliseconds(604_800_000)))
        #expect(place.isUntouched)
    }

    @Test func namesEveryTopicThatIsMissingAndWhatMakesIt() {
        let place = Place()
        place.cluster.counts["wishes.v1"] = nil
        #expect(
            place.refusal()
                == "topic wishes.v1 does not exist, or this user may not see it; "
                + "`chengxin topics plan` shows what is missing, `chengxin topics apply` makes it")
        place.cluster.counts["tally.changelog.v1"] = nil
        #expect(place.refusal()?.hasPrefix("2 topics do not exist, or this user may not see them: tally.changelog.v1, wishes.v1;") == true)
        #expect(place.isUntouched)
    }

    @Test(arguments: ["words.v1", "tallies.v1", "tally.changelog.v1", "tally.dead-letters.v1", "tally.redrive.v1"] as [Topic])
    func refusesATopicWithAnotherNumberOfPartitions(topic: Topic) {
        let place = Place()
        place.cluster.counts[topic] = 3
        #expect(
            place.refusal()
                == "2 partitions are configured (host.partitionsKafka), but \(topic) has 3; keys are placed by that number, so it is fixed for "
                + "a topic's life: `chengxin topics plan` shows them all")
        #expect(place.isUntouched)
    }

    @Test func saysWhatToSetWhenOnlyTheConfigurationHasAnotherNumber() {
        let place = Place()
        place.partitionCount = 24
        #expect(place.refusal()?.hasSuffix("set host.partitionsKafka to 2 in the configuration of every process of this cluster") == true)
    }

    @Test(arguments: ["delete", "compact,delete"])
    func refusesAChangelogThatForgetsByAge(policy: String) {
        let place = Place()
        place.cluster.changelog?["cleanup.policy"] = policy
        #expect(place.refusal()?.contains("tally.changelog.v1 has cleanup.policy \(policy), which forgets state by its age") == true)
        #expect(place.isUntouched)
    }

    @Test func doesWithoutTheSettingsOfTopicsWhereItMayNotAsk() throws {
        let place = Place()
        place.cluster.changelog = nil
        #expect(try place.gate.check(place.cluster) == StartGate.Findings())
    }

    @Test func refusesTheFolderOfAnotherCluster() throws {
        let place = Place()
        try place.makeFolder()
        try WorkerFolder(place.folder).write(
            WorkerFolder.Identity(clusterId: "another", partitionCount: 2, fingerprint: "aa", policy: "p"))
        #expect(place.refusal()?.contains("belong to cluster another, this is cluster cluster-1; check --bootstrap and --data") == true)
    }

    /// As after a copy of the stores alone.
    @Test func refusesStoresOfAnotherClusterInAFolderThatSaysNothing() throws {
        let place = Place()
        try place.makeFolder()
        try place.makeStore(clusterId: "another")
        #expect(place.refusal()?.contains("belong to cluster another") == true)
    }

    @Test func takesStoresOfTheSameClusterInAFolderThatSaysNothing() throws {
        let place = Place()
        try place.makeFolder()
        try place.makeStore(clusterId: FakeCluster.id)
        #expect(place.refusal() == nil)
    }

    @Test func refusesStoresOfAnotherNumberOfPartitions() throws {
        let place = Place()
        try place.makeFolder()
        try place.makeStore(clusterId: FakeCluster.id, partitions: 4)
        #expect(place.refusal()?.contains("are of 4 partitions, 2 are configured") == true)
    }

    @Test func refusesTheFolderOfAnEmbeddedLog() throws {
        let place = Place()
        try place.makeFolder()
        try Data().write(to: URL(fileURLWithPath: place.folder + "/log.sqlite"))
        #expect(place.refusal()?.contains("is the folder of a cluster on the embedded log") == true)
    }

    @Test func refusesAnotherMasterKeyThanTheStoresWereWrittenWith() throws {
        let place = Place()
        try place.gate.checkKey("aa")
        try place.makeFolder()
        try WorkerFolder(place.folder).write(
            WorkerFolder.Identity(clusterId: FakeCluster.id, partitionCount: 2, fingerprint: "aa", policy: "p"))
        try place.gate.checkKey("aa")
        #expect(throws: HostFailure.self) { try place.gate.checkKey("bb") }
    }

    @Test func readsBackWhatAFolderWasUsedFor() throws {
        let place = Place()
        try place.makeFolder()
        let folder = WorkerFolder(place.folder + "/")
        #expect(try folder.readIdentity() == nil)
        let identity = WorkerFolder.Identity(clusterId: "c d", partitionCount: 24, fingerprint: "0a1b", policy: "2026.1+x")
        try folder.write(identity)
        #expect(try folder.readIdentity() == identity)
        try Data("nonsense".utf8).write(to: URL(fileURLWithPath: place.folder + "/cluster"))
        #expect(throws: HostFailure.self) { _ = try folder.readIdentity() }
    }

    @Test(arguments: ["a", "ledger-1", "A.b_c-9", String(repeating: "x", count: 100)])
    func takesInstancesThatKafkaTakes(text: String) throws {
        #expect(try InstanceName(text).lane(0, of: 1) == text)
        #expect(try InstanceName(text).lane(1, of: 2) == text + "-1")
    }

    @Test(arguments: ["", ".", "..", "a b", "a/b", "a:b", "证", String(repeating: "x", count: 101)])
    func refusesInstancesThatKafkaDoesNotTake(text: String) {
        #expect(throws: UsageError.self) { _ = try InstanceName(text) }
    }
}
