import BrokerKit
import CreditModel
import Foundation
import Testing

@Suite(.needsKafka, .serialized) struct TopicsCommandTests {
    /// Those that some worker of this version subscribes to or writes.
    private static let live = TopicCatalogue.all.count { $0.status == .live || $0.kind == .inbound }

    private static let broker = Result { try TestBroker() }

    private static func removeAll() throws {
        let broker = try broker.get()
        let names = try broker.topicNames().filter { !$0.hasPrefix("__") }
        if !names.isEmpty { try broker.removeTopics(names) }
        try Wait.until("the topics are gone") { try broker.topicNames().allSatisfy { $0.hasPrefix("__") } }
    }

    @Test func namesWhatDiffersAndMakesNothingBesideTopicsOfAnotherNumberOfPartitions() throws {
        let broker = try Self.broker.get()
        defer { try? Self.removeAll() }
        try broker.makeTopics(
            ["record.submissions.v1"], partitions: 5, settings: ["cleanup.policy": "compact", "message.timestamp.type": "LogAppendTime"])
        try broker.makeTopics(["somebody.elses.v1"], partitions: 1)
        let chengxin = Chengxin(broker.bootstrap)
        let check = try chengxin("topics", "check", "--format", "json")
        #expect(check.status == 1)
        let row = try #require(check.objects.first { $0["topic"] as? String == "record.submissions.v1" })
        let state = try #require(row["state"] as? String)
        for difference in [
            "5 partitions, fixed for the life of the cluster", "cleanup.policy is compact, not delete",
            "retention.ms is 604800000, not 1209600000",
        ] { #expect(state.contains(difference), "\(state)") }
        #expect(!state.contains("timestamp"))
        // Others may have topics on the same cluster.
        #expect(!check.output.contains("somebody.elses.v1"))
        #expect(try chengxin("topics", "plan").output.contains("somebody.elses.v1"))

        let apply = try chengxin("topics", "apply", "--yes")
        #expect(apply.status == 78 && apply.errors.contains("set host.partitionsKafka to 5"), "\(apply.errors)")
        #expect(try broker.topicNames().filter { !$0.hasPrefix("__") } == ["record.submissions.v1", "somebody.elses.v1"])
    }

    @Test func makesWhatIsMissingOnceHoweverManyApplyAndChangesNothingElse() throws {
        let broker = try Self.broker.get()
        try Self.removeAll()
        let chengxin = Chengxin(broker.bootstrap, "--set", "host.partitionsKafka=3")
        #expect(try chengxin("topics", "check").status == 1)
        let plan = try chengxin("topics", "plan", "--format", "json")
        #expect(plan.status == 0 && plan.objects.count { ($0["state"] as? String)?.hasPrefix("missing") == true } == Self.live)
        #expect(try broker.topicNames().filter { !$0.hasPrefix("__") }.isEmpty)

        let refused = try chengxin("topics", "apply", input: "n\n")
        #expect(refused.status == 1 && refused.errors.contains("nothing was made"), "\(refused.errors)")
        #expect(try broker.topicNames().filter { !$0.hasPrefix("__") }.isEmpty)

        // At the same time, as two machines would.
        let outcomes = LockedOutcomes()
        let group = DispatchGroup()
        for _ in 0..<3 {
            group.enter()
            Thread {
                outcomes.add(Result { try chengxin("topics", "apply", "--yes") })
                group.leave()
            }.start()
        }
        group.wait()
        for outcome in outcomes.all {
            let outcome = try outcome.get()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let check = try chengxin("topics", "check")
        #expect(check.status == 0 && check.output == "\(Self.live) topics, 0 missing, 0 differ from the contract\n", "\(check.output)")
        #expect(try broker.ends(of: "intake.changelog.v1").count == 3)
        let again = try chengxin("topics", "apply", "--yes")
        #expect(again.status == 0 && !again.errors.contains("made"), "\(again.errors)")
    }
}

/// Outcomes of several threads.
private final class LockedOutcomes: @unchecked Sendable {
    // Unchecked: every access is under the lock.
    private let lock = NSLock()
    private var outcomes: [Result<Chengxin.Outcome, any Error>] = []

    func add(_ outcome: Result<Chengxin.Outcome, any Error>) {
        lock.lock()
        defer { lock.unlock() }
        outcomes.append(outcome)
    }

    var all: [Result<Chengxin.Outcome, any Error>] {
        lock.lock()
        defer { lock.unlock() }
        return outcomes
    }
}
