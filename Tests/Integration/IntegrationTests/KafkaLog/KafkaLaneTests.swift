import BrokerKit
import KafkaLog
import RdKafka
import StreamCore
import StreamEngine
import StreamRuntime
import StreamTestKit
import Testing

extension KafkaFaultTests {
    /// Whole lanes, on a real broker, in trouble. Part of the faults because they share their proxy.
    @Suite(.serialized) struct Lanes {
        /// Feeds two lanes while something happens, and looks at everything they said.
        private func history(
            _ trouble: @escaping @Sendable (TallyGroup, _ lanes: inout [TallyLane], _ feed: (Int) throws -> Void) throws -> Void
        ) async throws {
            try await Wait.onOwnThread {
                let group = try TallyGroup()
                let feeder = try group.feeder()
                var lanes = ["a", "b"].map { group.lane($0) }
                defer { for lane in lanes { lane.stop() } }
                try group.feed(5, by: feeder)
                try Wait.until("the first are answered") { lanes.contains { $0.events.commits > 0 } }
                try trouble(group, &lanes) { rounds in try group.feed(rounds, by: feeder) }
                group.proxy.removeRules()
                try group.feed(5, by: feeder)
                do {
                    #expect(try group.verdict() == [])
                } catch {
                    Issue.record("\(lanes.map { $0.account }.joined(separator: "\n"))")
                    throw error
                }
                for lane in lanes { #expect(lane.events.alarms == 0, "\(lane.events.lines)") }
            }
        }

        @Test func nothingIsLostOrDoubledWhenOneDiesAndComesBackAndAThirdJoins() async throws {
            try await history { group, lanes, feed in
                let stores = MemoryStores()
                try feed(5)
                lanes[0].die()
                try feed(5)
                // The same instance, with an empty store: everything comes back from the changelog.
                lanes[0] = group.lane("a", stores: stores)
                try feed(5)
                lanes.append(group.lane("c"))
                try Wait.until("the third takes part") { lanes[2].events.commits > 0 || !lanes[2].events.lines.isEmpty }
                try feed(5)
                lanes[1].stop()
                try feed(5)
            }
        }

        @Test(arguments: [KafkaAPI.endTxn, .txnOffsetCommit, .produce, .addPartitionsToTxn, .fetch, .offsetFetch])
        func nothingIsLostOrDoubledWhenAnswersAreCut(_ api: KafkaAPI) async throws {
            try await history { group, lanes, feed in
                group.proxy.add(ProxyRule(.cut, api, choice: .probability(0.1), client: "lane"))
                for _ in 0..<5 { try feed(4) }
            }
        }

        @Test func nothingIsLostOrDoubledWhenEndsOfTransactionsArriveLate() async throws {
            try await history { group, lanes, feed in
                group.proxy.add(ProxyRule(.deliverLate(.milliseconds(300)), .endTxn, choice: .probability(0.2), client: "lane"))
                for _ in 0..<5 { try feed(4) }
            }
        }

        @Test func nothingIsLostOrDoubledWhenTheBrokerStandsStillForLongerThanASession() async throws {
            try await history { group, lanes, feed in
                try feed(10)
                group.broker.pause()
                Latch().wait(milliseconds: 4000)
                group.broker.resume()
                try feed(5)
            }
        }

        @Test func nothingIsLostOrDoubledWhenTheNetworkStandsStillForLongerThanASession() async throws {
            try await history { group, lanes, feed in
                try feed(10)
                group.proxy.freeze()
                Latch().wait(milliseconds: 3000)
                group.proxy.thaw()
                try feed(5)
            }
        }

        @Test func nothingIsLostOrDoubledWhenALaneStallsForLongerThanItsTransaction() async throws {
            try await history { group, lanes, feed in
                try feed(10)
                lanes[0].stall()
                try feed(5)
                Latch().wait(milliseconds: 4000)
                lanes[0].goOn()
                try feed(5)
            }
        }

        @Test func nothingIsLostOrDoubledWhenAForeignProducerTakesTheIdOfALane() async throws {
            try await history { group, lanes, feed in
                let configuration = Configuration()
                try configuration.set("bootstrap.servers", group.broker.bootstrap)
                try configuration.set("transactional.id", "\(group.group).a")
                let foreign = try Producer(configuration, ClientCallbacks())
                // The other lane may have all partitions at first, and decide everything.
                try Wait.until("the lane works", every: .milliseconds(200)) {
                    try feed(1)
                    return lanes[0].events.commits > 0
                }
                try foreign.client.initTransactions(milliseconds: 20_000)
                try feed(10)
                try Wait.until("the lane is renewed", detail: { lanes[0].events.lines.suffix(12).joined(separator: "\n") }) {
                    lanes[0].events.lines.contains { $0.contains("unknown") } || lanes[0].failure != nil
                }
            }
        }

        /// Which of the two is left depends on the moment: the first takes the place back when it was out of touch just before.
        @Test func ofTwoProcessesOfTheSameInstanceOneEndsAndNothingIsLost() async throws {
            try await history { group, lanes, feed in
                try feed(5)
                lanes.append(group.lane("a"))
                try feed(5)
                let pair = [lanes[0], lanes[2]]
                try Wait.until("one of the two has ended", detail: { pair.map { $0.account }.joined(separator: "\n") }) {
                    pair.contains { $0.failure != nil }
                }
                try feed(5)
                let failures = pair.compactMap(\.failure)
                #expect(failures.count == 1)
                #expect(failures.allSatisfy { $0.contains("instance id") }, "\(failures)")
            }
        }
    }
}
