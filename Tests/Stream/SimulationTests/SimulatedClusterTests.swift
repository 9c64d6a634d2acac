import StreamCore
import StreamEngine
import Testing

@testable import StreamSimulation

/// The broker's transactions, seen from outside.
@Suite struct SimulatedClusterTests {
    static let input: Topic = "input.v1"
    static let output: Topic = "output.v1"
    let cluster = SimulatedCluster(
        seed: 1, start: Instant(milliseconds: 1_000_000), partitionCount: 2,
        topics: [SimulatedTopic(input), SimulatedTopic(output, isCompacted: true)])
    let output = TopicPartition(SimulatedClusterTests.output, 0)
    let input = TopicPartition(SimulatedClusterTests.input, 0)

    /// Does at one call what a test wants.
    final class Maker: TroubleMaker {
        var troubles: [PortCall: Trouble] = [:]
        var meanwhile: () -> Void = {}
        func trouble(at call: PortCall, of process: SimulatedProcess) -> Trouble { troubles.removeValue(forKey: call) ?? .none }
        func letOthersRun(for span: Instant.Span, while process: SimulatedProcess) { meanwhile() }
    }

    private func member(_ instance: String) throws -> (log: SimulatedLog, membership: Membership) {
        let log = cluster.connect(group: "group", instance: instance, topics: [SimulatedClusterTests.input])
        guard case .assigned(_, let membership) = try log.poll(recordsMax: 0, wait: .milliseconds(0)).membership.first else {
            throw LogFailure(.fatal, "not assigned")
        }
        return (log, membership)
    }

    private func transaction(_ membership: Membership, _ text: String, next: Int64) -> Transaction {
        Transaction(
            membership: membership,
            records: [Append(to: output, key: [1], value: Bytes(utf8: text), timestamp: cluster.now)], offsets: [input: next])
    }

    private var visible: [String] { cluster.committedRecords(of: output).map { $0.value!.text } }

    @Test func leavesAGapForEachMarker() throws {
        let (log, membership) = try member("a")
        #expect(try log.commit(transaction(membership, "one", next: 1)).next == [output: 1])
        #expect(try log.commit(transaction(membership, "two", next: 2)).next == [output: 3])
        #expect(cluster.committedRecords(of: output).map(\.offset) == [0, 2])
        #expect(try log.replay(output, from: 0, recordsMax: 10).next == 4)
    }

    @Test(arguments: [PortCall.commit, .commitOffsets, .commitEnd])
    func keepsNothingOfACommitThatWasLostBeforeItsEnd(stage: PortCall) throws {
        let maker = Maker()
        cluster.troubles = maker
        let (log, membership) = try member("a")
        maker.troubles = [stage: .lostBefore]
        #expect(throws: LogFailure.self) { try log.commit(transaction(membership, "lost", next: 1)) }
        if stage == .commitEnd {
            // Its offsets are pending: nobody may believe the older ones.
            #expect(throws: LogFailure.self) { try log.committedOffsets([input]) }
        }
        try log.renew()
        #expect(try log.committedOffsets([input]).isEmpty)
        #expect(visible.isEmpty)
        _ = try log.commit(transaction(membership, "again", next: 1))
        #expect(visible == ["again"])
    }

    @Test func keepsACommitWhoseAnswerWasLost() throws {
        let maker = Maker()
        cluster.troubles = maker
        let (log, membership) = try member("a")
        maker.troubles = [.commitAnswer: .lostAfter]
        #expect(throws: LogFailure.self) { try log.commit(transaction(membership, "there", next: 1)) }
        try log.renew()
        #expect(try log.committedOffsets([input]) == [input: 1])
        #expect(visible == ["there"])
    }

    @Test(arguments: [true, false])
    func letsALateEndCountOnlyBeforeItIsFenced(renewsFirst: Bool) throws {
        let maker = Maker()
        cluster.troubles = maker
        let (log, membership) = try member("a")
        maker.troubles = [.commitEnd: .late(.seconds(1))]
        #expect(throws: LogFailure.self) { try log.commit(transaction(membership, "late", next: 1)) }
        if renewsFirst { try log.renew() }
        cluster.advance(to: cluster.now + .seconds(2))
        if !renewsFirst { try log.renew() }
        #expect(visible == (renewsFirst ? [] : ["late"]))
        #expect(try log.committedOffsets([input]) == (renewsFirst ? [:] : [input: 1]))
    }

    @Test func fencesAZombieThatStoodStillInsideItsCommit() throws {
        let maker = Maker()
        cluster.troubles = maker
        let (zombie, membership) = try member("a")
        maker.troubles = [.commitOffsets: .pause(.seconds(9))]
        maker.meanwhile = { [cluster] in
            zombie.process.state = .paused
            cluster.advance(to: cluster.now + .seconds(9))
            zombie.process.state = .running
        }
        let failure = failure { _ = try zombie.commit(transaction(membership, "zombie", next: 1)) }
        #expect(failure?.kind == .fenced)
        #expect(visible.isEmpty)
    }

    @Test func endsATransactionThatNobodyEnds() throws {
        let maker = Maker()
        cluster.troubles = maker
        let (log, membership) = try member("a")
        maker.troubles = [.commitEnd: .crashBefore]
        #expect(throws: LogFailure.self) { try log.commit(transaction(membership, "open", next: 1)) }
        cluster.append(Append(to: output, key: [2], value: [2], timestamp: cluster.now))
        #expect(cluster.lastStable(of: output) == 0)
        cluster.advance(to: cluster.now + .seconds(11))
        #expect(cluster.lastStable(of: output) > 1)
        #expect(cluster.isSettled)
    }

    @Test func showsATransactionPartitionByPartitionWhenMarkersAreLate() throws {
        cluster.markerDelayMax = .seconds(60)
        let (log, membership) = try member("a")
        for number in 1...20 {
            var both = transaction(membership, "\(number)", next: Int64(number))
            both.records.append(
                Append(to: TopicPartition(SimulatedClusterTests.output, 1), key: [1], value: [1], timestamp: cluster.now))
            _ = try log.commit(both)
        }
        #expect(!cluster.isSettled)
        cluster.advance(to: cluster.now + .seconds(61))
        #expect(cluster.isSettled)
        #expect(visible.count == 20)
    }

    @Test func keepsTheLastOfEachKeyWhenItCompacts() throws {
        let (log, membership) = try member("a")
        for number in 1...50 { _ = try log.commit(transaction(membership, "\(number)", next: Int64(number))) }
        for _ in 0..<20 { cluster.compact() }
        #expect(visible.last == "50")
        #expect(visible.count < 50)
        #expect(try log.replay(output, from: 0, recordsMax: 100).next == 100)
    }

    private func failure(_ body: () throws -> Void) -> LogFailure? {
        do { try body() } catch { return error as? LogFailure }
        return nil
    }
}
