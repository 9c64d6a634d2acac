import CreditChecker
import StreamCore
import Testing

/// What the real workers wrote, judged: nothing where all went right, however often it went wrong in between.
@Suite struct HistoryTests {
    @Test func findsNothingWhereNothingWentWrong() throws {
        let findings = try PlayedHistory.play(seed: 1, isFaultless: true).check()
        #expect(findings.violations.isEmpty)
        #expect(findings.openCount == 0, "\(findings.open)")
        // Rulings come from workers that are not there yet: the story writes them by hand.
        #expect(findings.notSeen == ["8 messages on topics whose worker is not there yet"])
        // In the played city nobody publishes, and there is no casework.
        let others: [Invariant] = [
            .g1, .g6, .p1, .p2, .p3, .p4, .p5, .d1, .d2, .d3, .d4, .d5, .r1, .r2, .x1, .x2, .x3, .x4, .x5, .x6, .x7, .x8, .w1, .w2, .w3,
            .w4, .n1, .n2, .n3, .t4, .open,
        ]
        for invariant in Invariant.allCases where !others.contains(invariant) {
            #expect(findings.judged[invariant, default: 0] > 0, "\(invariant) was not looked at")
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func findsNothingBehindKillsZombiesLateMarkersAndCompaction(seed: UInt64) throws {
        let findings = try PlayedHistory.play(seed: seed).check()
        #expect(findings.violations.isEmpty)
        #expect(findings.openCount == 0, "\(findings.open)")
    }

    @Test(arguments: ["outcome-outside", "timer-unfenced"])
    func findsWhatAnEngineWithAKnownMistakeWrites(canary: String) throws {
        let seed = try (1...40 as ClosedRange<UInt64>).first { seed in
            try PlayedHistory.play(seed: seed, canary: canary).check().violationCount > 0
        }
        #expect(seed != nil, "a checker that does not find \(canary) is wrong")
    }

    @Test func saysNothingAboutAnAttemptThatWasAborted() throws {
        var history = try PlayedHistory.play(seed: 2, isFaultless: true)
        #expect(history.addAbortedAttempt() != nil)
        #expect(history.check().violations.isEmpty)
    }

    @Test func leavesAloneWhatOnlySharesTheCluster() throws {
        var history = try PlayedHistory.play(seed: 1, isFaultless: true)
        for topic in ["reference.changelog.v1", "reference.outcomes"] as [Topic] {
            var partition = History.Partition(extent: Extent(earliest: 0, end: 1))
            partition.records = [
                History.Record(
                    Message(
                        topic: topic, partition: 0, offset: 0, timestamp: Instant(milliseconds: 0), key: Bytes(utf8: "1"),
                        value: Bytes(utf8: "{}")))
            ]
            history.partitions[TopicPartition(topic, 0)] = partition
        }
        let findings = history.check()
        #expect(findings.violations.isEmpty)
        #expect(findings.notSeen.last == "topics that are none of the contract's: reference.changelog.v1, reference.outcomes")
    }

    /// What is older than a topic keeps is gone, in each partition from another offset on.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func judgesNothingThatHasLostItsOtherEnd(seed: UInt64) throws {
        var history = try PlayedHistory.play(seed: 21)
        var random = SeededRandom(state: seed)
        for place in history.partitions.keys.sorted() where PlayedHistory.isTrimmed(place.topic) {
            guard var partition = history.partitions[place], partition.extent.end > 0 else { continue }
            partition.extent.earliest = Int64(random.next() % UInt64(partition.extent.end + 1))
            partition.records.removeAll { $0.message.offset < partition.extent.earliest }
            history.partitions[place] = partition
        }
        let findings = history.check()
        #expect(findings.violations.isEmpty)
        #expect(findings.notSeen.contains { $0.contains("before the first that is kept") })
    }
}

struct SeededRandom: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 20
    }
}
