import StreamCore
import StreamEngine
import Testing

/// The life of a takeover as a conversation: what it is told, and what it asks for next.
struct TakeoverTests {
    let wall = Instant(milliseconds: 1_000_000_000)

    func expectation(logIsBeside: Bool = true) -> Takeover.Expectation {
        Takeover.Expectation(
            clusterId: "here", shard: ShardName(worker: "ledger", partition: 2), partitionCount: 4, inputs: ["filed", "rulings"],
            writerVersion: 3, schemaVersion: 1, storeAgeMax: .seconds(1000), logIsBeside: logIsBeside)
    }

    func meta(
        changelogNext: Int64 = 10, inputNext: [Topic: Int64] = ["filed": 5, "rulings": 0], checksum: UInt64 = 77, cluster: String = "here",
        partition: Int = 2, partitions: Int = 4, writer: Int = 3, schema: Int = 1, writtenAt: Int64 = 1_000_000_000
    ) -> ShardMeta {
        ShardMeta(
            clusterId: cluster, worker: "ledger", partition: partition, partitionCount: partitions, changelogNext: changelogNext,
            inputNext: inputNext, sequence: 9, checksum: checksum, writerVersion: writer, schemaVersion: schema,
            writtenAt: Instant(milliseconds: writtenAt))
    }

    @Test func asksForStableOffsetsThenForTheEndThenReplaysUpToIt() {
        var takeover = Takeover(expectation())
        #expect(takeover.begin(meta: meta(), wallClock: wall) == .readCommittedOffsets)
        #expect(takeover.offsetsRead(["filed": 7, "rulings": 0]) == .readChangelogBounds)
        #expect(takeover.boundsRead(Bounds(earliest: 0, end: 14)) == .replay(from: 10))
        #expect(!takeover.isReplayComplete)
        let restored = meta(changelogNext: 14, inputNext: ["filed": 7, "rulings": 0], checksum: 78)
        #expect(takeover.replayed(next: 14, meta: restored) == .replay(from: 14))
        #expect(takeover.isReplayComplete)
        #expect(takeover.verify(checksum: 78) == .run(positions: ["filed": 7, "rulings": 0]))
        #expect(takeover.restoredMeta == restored)
    }

    @Test func beginsAtTheEarliestWhereNothingIs() {
        var takeover = Takeover(expectation())
        #expect(takeover.begin(meta: nil, wallClock: wall) == .readCommittedOffsets)
        #expect(takeover.offsetsRead([:]) == .readChangelogBounds)
        #expect(takeover.boundsRead(Bounds(earliest: 0, end: 0)) == .replay(from: 0))
        #expect(takeover.verify(checksum: 0) == .bootstrap)
    }

    @Test func letsTheMetaDecideWhenTheGroupsOffsetsHaveExpired() {
        var takeover = Takeover(expectation())
        _ = takeover.begin(meta: meta(), wallClock: wall)
        _ = takeover.offsetsRead([:])
        _ = takeover.boundsRead(Bounds(earliest: 0, end: 10))
        #expect(takeover.verify(checksum: 77) == .run(positions: ["filed": 5, "rulings": 0]))
    }

    @Test func leavesAnInputThatIsNewToTheWorkerToItsEarliest() {
        var takeover = Takeover(expectation())
        _ = takeover.begin(meta: meta(inputNext: ["filed": 5]), wallClock: wall)
        _ = takeover.offsetsRead(["filed": 5])
        _ = takeover.boundsRead(Bounds(earliest: 0, end: 10))
        #expect(takeover.verify(checksum: 77) == .run(positions: ["filed": 5]))
    }

    @Test func waitsWhileAnOpenTransactionHidesTheEndOfTheChangelog() {
        var takeover = Takeover(expectation())
        _ = takeover.begin(meta: meta(), wallClock: wall)
        _ = takeover.offsetsRead(["filed": 5, "rulings": 0])
        _ = takeover.boundsRead(Bounds(earliest: 0, end: 14))
        #expect(takeover.replayed(next: 12, meta: nil) == .replay(from: 12))
        #expect(takeover.replayed(next: 12, meta: nil) == .wait)
    }

    @Test(
        arguments: [
            ("another cluster", "there", 2, 4, 1, 1_000_000_000),
            ("another partition", "here", 1, 4, 1, 1_000_000_000),
            ("another partition count", "here", 2, 8, 1, 1_000_000_000),
            ("another schema", "here", 2, 4, 0, 1_000_000_000),
            ("older than half of delete.retention", "here", 2, 4, 1, 1_000_000_000 - 1_000_001),
        ] as [(String, String, Int, Int, Int, Int64)])
    func throwsAwayAStoreThatIsNotItsOwn(what: String, cluster: String, partition: Int, partitions: Int, schema: Int, writtenAt: Int64) {
        var takeover = Takeover(expectation())
        let meta = meta(cluster: cluster, partition: partition, partitions: partitions, schema: schema, writtenAt: writtenAt)
        guard case .rebuild = takeover.begin(meta: meta, wallClock: wall) else {
            Issue.record("kept a store of \(what)")
            return
        }
        #expect(takeover.begin(meta: nil, wallClock: wall) == .readCommittedOffsets)
    }

    @Test func keepsAStoreAtTheAgeBound() {
        var takeover = Takeover(expectation())
        #expect(takeover.begin(meta: meta(writtenAt: 1_000_000_000 - 1_000_000), wallClock: wall) == .readCommittedOffsets)
    }

    @Test func leavesAStateOfANewerVersionAlone() {
        var takeover = Takeover(expectation())
        guard case .alarm(let reason, _) = takeover.begin(meta: meta(writer: 4), wallClock: wall) else {
            Issue.record("an older worker took over")
            return
        }
        #expect(reason.contains("version 4"))
    }

    @Test func rebuildsAStoreAheadOfABrokersLogButStopsBesideItsOwnLog() {
        for isBeside in [true, false] {
            var takeover = Takeover(expectation(logIsBeside: isBeside))
            _ = takeover.begin(meta: meta(changelogNext: 20), wallClock: wall)
            _ = takeover.offsetsRead(["filed": 5, "rulings": 0])
            switch takeover.boundsRead(Bounds(earliest: 0, end: 14)) {
            case .alarm: #expect(isBeside)
            case .rebuild: #expect(!isBeside)
            default: Issue.record("a store ahead of its log was used")
            }
        }
    }

    /// A kept store, then a changelog that was compacted while it was read, then nothing that helps.
    @Test func rebuildsTwiceAndThenStopsWhenTheRowsDoNotAddUp() {
        var takeover = Takeover(expectation())
        func replayAll() -> Takeover.Action {
            _ = takeover.offsetsRead(["filed": 5, "rulings": 0])
            _ = takeover.boundsRead(Bounds(earliest: 0, end: 14))
            _ = takeover.replayed(next: 14, meta: meta(changelogNext: 14))
            return takeover.verify(checksum: 1)
        }
        for kept in [meta(), nil] {
            _ = takeover.begin(meta: kept, wallClock: wall)
            guard case .rebuild = replayAll() else {
                Issue.record("rows that do not add up were used")
                return
            }
        }
        _ = takeover.begin(meta: nil, wallClock: wall)
        guard case .alarm = replayAll() else {
            Issue.record("rebuilt for ever")
            return
        }
    }

    @Test(
        arguments: [["filed": 6, "rulings": 0], ["filed": 4, "rulings": 0], ["filed": 5], ["filed": 5, "rulings": 1]] as [[Topic: Int64]])
    func stopsWhenStateAndGroupDisagree(committed: [Topic: Int64]) {
        var takeover = Takeover(expectation())
        _ = takeover.begin(meta: meta(), wallClock: wall)
        _ = takeover.offsetsRead(committed)
        _ = takeover.boundsRead(Bounds(earliest: 0, end: 10))
        #expect(takeover.verify(checksum: 77) == .confirmOffsets)
        guard case .alarm = takeover.offsetsConfirmed(committed) else {
            Issue.record("ran although the offsets differ")
            return
        }
    }

    @Test func beginsAgainWhenSomebodyElseHadThePartitionMeanwhile() {
        var takeover = Takeover(expectation())
        _ = takeover.begin(meta: meta(), wallClock: wall)
        _ = takeover.offsetsRead(["filed": 4, "rulings": 0])
        _ = takeover.boundsRead(Bounds(earliest: 0, end: 10))
        #expect(takeover.verify(checksum: 77) == .confirmOffsets)
        #expect(takeover.offsetsConfirmed(["filed": 5, "rulings": 0]) == .wait)
    }

    @Test func stopsWhenTheGroupIsAheadOfAnEmptyChangelog() {
        var takeover = Takeover(expectation())
        _ = takeover.begin(meta: nil, wallClock: wall)
        _ = takeover.offsetsRead(["filed": 5])
        _ = takeover.boundsRead(Bounds(earliest: 0, end: 0))
        #expect(takeover.verify(checksum: 0) == .confirmOffsets)
        guard case .alarm = takeover.offsetsConfirmed(["filed": 5]) else {
            Issue.record("began anew although the group has offsets")
            return
        }
    }
}
