import StreamCore
import StreamEngine
import Testing

private func at(_ seconds: Int64) -> Instant { Instant(milliseconds: seconds * 1000) }

struct CommitCycleTests {
    var cycle = CommitCycle(backoff: Backoff(first: .seconds(1), most: .seconds(4)), fencedWithin: .seconds(60))

    @Test mutating func commitsTheLogFirstThenTheStores() {
        #expect(cycle.decided() == .commitLog)
        #expect(cycle.isBusy)
        #expect(cycle.logCommitted() == .commitStores)
        #expect(cycle.isBusy)
        #expect(cycle.storesCommitted() == .ready)
        #expect(!cycle.isBusy)
    }

    @Test mutating func triesTheSameTransactionAgainWhenNothingHappened() {
        _ = cycle.decided()
        #expect(cycle.logFailed(LogFailure(.retriable, "busy"), at: at(0)) == .retryLog(at: at(1)))
        #expect(cycle.logFailed(LogFailure(.retriable, "busy"), at: at(1)) == .retryLog(at: at(3)))
        #expect(cycle.isBusy)
        #expect(cycle.logCommitted() == .commitStores)
    }

    @Test mutating func dropsWhatWasDecidedWhenTheOutcomeIsUnknown() {
        _ = cycle.decided()
        #expect(cycle.logFailed(LogFailure(.unclean, "time out"), at: at(0)) == .recover(at: at(1)))
        #expect(!cycle.isBusy)
        cycle.recovered()
        #expect(cycle.decided() == .commitLog)
    }

    @Test mutating func keepsWhatWasDecidedWhileTheDiskIsFull() {
        _ = cycle.decided()
        _ = cycle.logCommitted()
        var waited: [Instant] = []
        for _ in 0..<5 {
            guard case .retryStores(let at) = cycle.storesFailed(StoreFailure(.retriable, "no space"), at: at(0)) else {
                Issue.record("gave up a transaction that the log has")
                return
            }
            waited.append(at)
        }
        #expect(waited == [at(1), at(2), at(4), at(4), at(4)])
        #expect(cycle.isBusy)
        #expect(cycle.storesCommitted() == .ready)
    }

    @Test mutating func recoversAtOnceFromADamagedStore() {
        _ = cycle.decided()
        _ = cycle.logCommitted()
        #expect(cycle.storesFailed(StoreFailure(.damaged, "bad row"), at: at(5)) == .recover(at: at(5)))
    }

    @Test mutating func goesOnAfterOneFencingAndEndsAfterTwoWithinTheMinute() {
        _ = cycle.decided()
        #expect(cycle.logFailed(LogFailure(.fenced, "epoch"), at: at(0)) == .recover(at: at(1)))
        cycle.recovered()
        _ = cycle.decided()
        guard case .end = cycle.logFailed(LogFailure(.fenced, "epoch"), at: at(59)) else {
            Issue.record("fought with another process")
            return
        }
    }

    @Test mutating func forgetsAFencingAfterTheMinute() {
        _ = cycle.decided()
        _ = cycle.logFailed(LogFailure(.fenced, "epoch"), at: at(0))
        cycle.recovered()
        _ = cycle.decided()
        guard case .recover = cycle.logFailed(LogFailure(.fenced, "epoch"), at: at(60)) else {
            Issue.record("ended although the first fencing was long ago")
            return
        }
    }

    @Test(arguments: [LogFailure.Kind.fatal, .crash])
    func endsOnWhatCannotGoOn(kind: LogFailure.Kind) {
        var cycle = cycle
        _ = cycle.decided()
        #expect(cycle.logFailed(LogFailure(kind, "gone", hint: "look"), at: at(0)) == .end(reason: "gone", hint: "look"))
    }
}

struct ParkedLinesTests {
    let line = ByteKey([1, 2])

    @Test func queuesBehindWhatWaitsAndLetsOthersAndReliefFlow() {
        var lines = ParkedLines()
        #expect(lines.arrived(Line([1, 2]), limit: 2) == .decide)
        #expect(lines.append(line, retryAt: at(60)) == 0)
        #expect(lines.arrived(Line([1, 2]), limit: 2) == .queue)
        #expect(lines.arrived(Line([1, 3]), limit: 2) == .decide)
        #expect(lines.arrived(Line([1, 2], passes: true), limit: 2) == .decide)
        #expect(lines.arrived(nil, limit: 2) == .decide)
        #expect(lines.append(line, retryAt: at(61)) == 1)
        #expect(lines.arrived(Line([1, 2]), limit: 2) == .queueAndGiveUpHead)
        #expect(lines[line]?.retryAt == at(60))
        #expect(lines.removeHead(line) == true)
        #expect(lines.removeHead(line) == false)
        #expect(lines.isEmpty)
    }

    @Test func isRestoredFromWhatTheStoreHolds() {
        var lines = ParkedLines()
        lines.restore(line, number: 4)
        lines.restore(line, number: 5)
        lines.retry(line, at: at(9))
        #expect(lines[line] == ParkedLines.Waiting(first: 4, next: 6, retryAt: at(9)))
        #expect(lines.append(line, retryAt: at(99)) == 6)
    }
}

struct ClockWatchTests {
    @Test func followsSmallDriftsForEver() {
        var watch = ClockWatch(bound: .seconds(3600))
        for hour in 0..<100 as Range<Int64> {
            let doubts = watch.observe(wall: at(hour * 3600 + hour * 3000), sinceStart: .seconds(hour * 3600))
            #expect(!doubts)
        }
    }

    @Test func doubtsAJumpAheadAndNotAJumpBack() {
        var watch = ClockWatch(bound: .seconds(3600))
        #expect(watch.observe(wall: at(100_000), sinceStart: .seconds(0)) == false)
        #expect(watch.observe(wall: at(50_000), sinceStart: .seconds(1)) == false)
        #expect(watch.observe(wall: at(50_001 + 3600), sinceStart: .seconds(2)) == false)
        #expect(watch.observe(wall: at(60_000), sinceStart: .seconds(3)) == true)
        #expect(watch.isInDoubt)
        #expect(watch.observe(wall: at(60_001), sinceStart: .seconds(4)) == false)
    }

    @Test func goesOnFromWhereItWasWhenTheClockIsSetAhead() {
        var watch = ClockWatch(bound: .seconds(3600))
        #expect(watch.time(wall: at(1000), sinceStart: .seconds(0)) == at(1000))
        #expect(watch.time(wall: at(1011), sinceStart: .seconds(10)) == at(1011))
        #expect(watch.time(wall: at(90_000), sinceStart: .seconds(20)) == at(1021))
        #expect(watch.time(wall: at(90_010), sinceStart: .seconds(30)) == at(1031))
        #expect(watch.time(wall: at(1041), sinceStart: .seconds(40)) == at(1041), "somebody has set it right; the doubt stays")
        #expect(watch.isInDoubt)
    }
}

struct CrashLadderTests {
    let origin = Origin("in", 1, 7)

    @Test func repeatsAloneAfterTheFirstDeathAndCondemnsAfterThreeOfItsOwn() {
        var ladder = CrashLadder(deathsMax: 3)
        ladder.died(inHand: origin, wasAlone: false, wasParked: false)
        #expect(ladder.goesAlone(TopicPartition("in", 1), from: 0))
        #expect(ladder.goesAlone(TopicPartition("in", 1), from: 7))
        #expect(!ladder.goesAlone(TopicPartition("in", 1), from: 8))
        #expect(!ladder.goesAlone(TopicPartition("in", 2), from: 0))
        for deaths in 1...3 {
            #expect(!ladder.isCondemned(origin))
            ladder.died(inHand: origin, wasAlone: true, wasParked: false)
            #expect(ladder.deaths(of: origin) == deaths + 1)
        }
        #expect(ladder.isCondemned(origin))
        #expect(ladder.committed(TopicPartition("in", 1), next: 7) == false)
        #expect(ladder.committed(TopicPartition("in", 1), next: 8) == true)
        #expect(ladder.suspects.isEmpty)
    }

    @Test func judgesAParkedInputByItsEndNotByTheOffset() {
        var ladder = CrashLadder(deathsMax: 3)
        for _ in 0...3 {
            #expect(!ladder.isCondemned(origin))
            ladder.died(inHand: origin, wasAlone: false, wasParked: true)
        }
        #expect(ladder.isCondemned(origin))
        #expect(ladder.goesAlone(timersOf: ShardName(worker: "w", partition: 1)))
        #expect(ladder.committed(TopicPartition("in", 1), next: 99) == false)
        #expect(ladder.settled([origin]) == true)
        #expect(!ladder.isCondemned(origin))
    }

    @Test func tellsTimersOfTheSameInstantApart() {
        let shard = ShardName(worker: "w", partition: 1)
        let one = CrashLadder.origin(of: Timer(due: at(1), key: [1]), in: shard)
        let other = CrashLadder.origin(of: Timer(due: at(1), key: [2]), in: shard)
        #expect(one != other)
        var ladder = CrashLadder(deathsMax: 3)
        ladder.died(inHand: one, wasAlone: false, wasParked: false)
        #expect(ladder.goesAlone(timersOf: shard))
        #expect(!ladder.goesAlone(timersOf: ShardName(worker: "w", partition: 2)))
        #expect(!ladder.goesAlone(timersOf: ShardName(worker: "v", partition: 1)))
    }
}

struct CodecTests {
    @Test func aParcelComesBackAsItWent() throws {
        var headers = Headers()
        headers.append("a", Bytes(utf8: "1"))
        headers.append("a", nil)
        let message = Message(
            topic: "t", partition: 3, offset: 9, timestamp: at(5), key: nil, value: Bytes(utf8: "value"), headers: headers)
        let packed = Parcel.pack(message)
        let back = try #require(Parcel.unpack(packed))
        #expect(back.origin == message.origin && back.timestamp == message.timestamp && back.key == nil)
        #expect(back.value == message.value && back.headers.encoded == headers.encoded)
        for length in 0..<packed.count { #expect(Parcel.unpack(packed.prefix(length)) == nil) }
        let parked = ParkedInput(message: message, cause: Origin("r", 3, 1), attempts: 2, code: "state.not-found", ends: ["t": 10, "u": 0])
        let again = try #require(ParkedInput(packed: parked.pack()))
        #expect(again.cause == parked.cause && again.attempts == 2 && again.code == parked.code && again.ends == parked.ends)
    }

    @Test func aMetaRecordComesBackAsItWent() throws {
        let meta = ShardMeta(
            clusterId: "c", worker: "w", partition: 1, partitionCount: 4, changelogNext: 0, inputNext: ["a.v1": 3, "b=c": 4], tick: at(7),
            sequence: 8, checksum: .max, writerVersion: 2, schemaVersion: 3, writtenAt: at(9))
        let message = Message(
            topic: "w.changelog.v1", partition: 1, offset: 41, timestamp: at(0), key: Changelog.metaKey,
            value: Changelog.metaValue(meta, transaction: "i:0.1"))
        guard case .meta(let back) = try Changelog.entry(message) else {
            Issue.record("no meta")
            return
        }
        var expected = meta
        expected.changelogNext = 42
        #expect(back == expected)
    }

    @Test func keysOfTimersLieInTheOrderOfTime() {
        let early = EngineTables.timerKey(due: at(1), kind: .retry, key: [255])
        let late = EngineTables.timerKey(due: at(2), kind: .worker, key: [])
        #expect(ByteKey(early) < ByteKey(late))
        #expect(ByteKey(early) < ByteKey(EngineTables.timersAfter(at(1))))
        #expect(!(ByteKey(late) < ByteKey(EngineTables.timersAfter(at(1)))))
    }

    /// Vectors of Kafka's own test of `Utils.murmur2`.
    @Test(arguments: [
        ("21", UInt32(bitPattern: -973_932_308)), ("foobar", UInt32(bitPattern: -790_332_482)),
        ("a-little-bit-long-string", UInt32(bitPattern: -985_981_536)), ("a-little-bit-longer-string", UInt32(bitPattern: -1_486_304_829)),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", UInt32(bitPattern: -58_897_971)), ("abc", 479_470_107),
    ])
    func placesKeysAsTheJavaClientDoes(key: String, hash: UInt32) {
        for count in [1, 4, 24, 1000] {
            #expect(Partitioner.partition(of: Bytes(utf8: key), count: count) == Int(hash & 0x7fff_ffff) % count)
        }
    }

    @Test func anInstantIsWrittenAsRFC3339() {
        #expect(Instant(milliseconds: 1_778_029_200_123).description == "2026-05-06T01:00:00.123Z")
        #expect(Instant(milliseconds: -1).description == "1969-12-31T23:59:59.999Z")
        #expect(Instant(milliseconds: 951_782_400_000).description == "2000-02-29T00:00:00.000Z")
    }

    @Test func headersAreFoundByNameAndCutOffOnesAreRefused() throws {
        var headers = Headers()
        headers.append("one", text: "1")
        headers.append("none", nil)
        headers.append("one", text: "2")
        #expect(headers["one"]?.text == "1")
        #expect(headers["none"] == nil)
        #expect(headers["two"] == nil)
        #expect(Array(headers).map { $0.name.text } == ["one", "none", "one"])
        // A cut between two headers leaves whole ones.
        for length in 1..<headers.encoded.count {
            let cut = Headers(encoded: headers.encoded.prefix(length))
            #expect((cut != nil) == [10, 20].contains(length), "cut at \(length)")
        }
    }
}
