import CreditChecker
import StreamCore
import Testing

/// Each corruption, seeded alone into a clean history, is found by the invariant that should find it.
@Suite struct CorruptionTests {
    /// Played once: faults leave aborted attempts, dead letters and routed messages in it.
    private static let histories: [History] = ([11, 12, 13] as [UInt64]).compactMap { seed in
        guard let history = try? PlayedHistory.play(seed: seed), history.check().violationCount == 0 else { return nil }
        return history
    }
    /// A broker's markers take offsets as well, so only a log without them shows that one is missing.
    /// The played city has neither publicity nor casework; `CheckTests` seeds those into the sample city.
    private static let names = Corruption.all.filter { corruption in
        corruption.expected != .g1 && !(Corruption.listings + Corruption.casework).contains { $0.name == corruption.name }
    }.map(\.name)

    @Test(arguments: names)
    func isFound(name: String) throws {
        #expect(Self.histories.count == 3, "the histories are not clean")
        let corruption = try #require(Corruption.all.first { $0.name == name })
        var isThere = false
        for history in Self.histories {
            switch corruption.tryOn(history) {
            case .found: isThere = true
            case .missed(let others): Issue.record("\(corruption.expected.rawValue) does not find it; \(others.map(\.rawValue)) do")
            case .notThere: break
            }
        }
        #expect(isThere, "no history has anything of the kind")
    }

    @Test func seesAnOffsetWithoutARecordWhereEachHasOne() {
        let place = TopicPartition("record.submissions.v1", 0)
        var history = History()
        history.settings.offsetsAreDense = true
        history.partitions[place] = History.Partition(extent: Extent(earliest: 5, end: 8))
        for offset in 5..<8 {
            let message = Message(
                topic: place.topic, partition: 0, offset: Int64(offset), timestamp: Instant(milliseconds: 0), key: nil, value: nil)
            history.partitions[place]?.records.append(History.Record(message))
        }
        #expect(history.check().violations.isEmpty)
        for lost in 0..<3 {
            var copy = history
            copy.partitions[place]?.records.remove(at: lost)
            #expect(copy.check().violations.map(\.invariant) == [.g1], "record \(lost)")
        }
    }
}
