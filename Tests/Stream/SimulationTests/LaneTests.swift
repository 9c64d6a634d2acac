import StreamCore
import StreamEngine
import StreamRuntime
import StreamSimulation
import StreamTestKit
import Testing

/// One lane on a simulated broker: what goes in, what comes out, what is kept.
struct LaneTests {
    /// A broker, a disk and a clock that the test moves.
    final class World {
        let cluster: SimulatedCluster
        let disk = SimulatedDisk(name: "disk")
        var now = Instant(milliseconds: 1_780_000_000_000)
        var options: LaneOptions
        let observer = Recorder()
        private var starts = 0

        init(partitionCount: Int = 1, options change: (inout LaneOptions) -> Void = { _ in }) {
            let topology = TallyWorker().topology
            var topics = (topology.inputs + topology.outputs + [topology.redrive, topology.deadLetters]).map { SimulatedTopic($0) }
            topics.append(SimulatedTopic(topology.changelog, isCompacted: true))
            cluster = SimulatedCluster(seed: 1, start: now, partitionCount: partitionCount, topics: topics)
            cluster.movesClockWhenIdle = true
            options = LaneOptions(digest: { Bytes(utf8: "digest of \($0.count)") })
            options.logIsBeside = false
            change(&options)
        }

        func lane(instance: String = "a", worker: TallyWorker = TallyWorker(), seal: any PayloadSeal = NoSeal()) throws -> Lane {
            starts += 1
            let process = SimulatedProcess(name: "\(instance)\(starts)")
            let log = cluster.connect(group: "tally", instance: instance, topics: worker.topology.allInputs, process: process)
            let stores = SimulatedStores(disk: disk, process: process) { [unowned self] in self.now }
            return try Lane(
                worker: worker, log: log, stores: stores, seal: seal, instance: instance, options: options, observer: observer,
                machineClock: { [unowned self] in self.now })
        }

        @discardableResult
        func send(_ text: String, to topic: Topic = TallyWorker.words, partition: Int = 0, headers: Headers = Headers()) -> Int64 {
            cluster.append(
                Append(
                    to: TopicPartition(topic, partition), key: nil, value: Bytes(utf8: text), headers: headers, timestamp: now))
        }

        func said(partition: Int = 0) -> [String] {
            cluster.committedRecords(of: TopicPartition(TallyWorker.tallies, partition)).map { ($0.value ?? []).text }
        }

        /// In all partitions: where an output lies is a matter of its key.
        func saidEverywhere(partitionCount: Int) -> [String] { (0..<partitionCount).flatMap { said(partition: $0) } }

        var letters: [Message] { cluster.committedRecords(of: TopicPartition("tally.dead-letters.v1", 0)) }

        /// Steps until there is nothing left to do; fails when that takes too long.
        func settle(_ lane: Lane, timersMax: Int? = nil) throws {
            var idle = 0
            for _ in 0..<500 {
                switch try lane.step(now: now, timersMax: timersMax) {
                case .worked: idle = 0
                case .blocked(let until, _): now = max(now, until)
                case .idle: idle += 1
                }
                if idle > 3 { return }
            }
            Issue.record("the lane does not come to rest")
        }
    }

    final class Recorder: LaneObserver {
        var replayed: [Int] = []
        var rebuilt: [String] = []
        var alarms: [String] = []
        var batches: [BatchReport] = []
        var tookOver: [Int] = []
        var changes: [MembershipChange] = []
        var reasons: [String] = []
        func membershipChanged(_ change: MembershipChange, of worker: String) { changes.append(change) }
        func tookOver(_ shard: ShardName, replayed: Int, checksum: UInt64) {
            self.replayed.append(replayed)
            tookOver.append(shard.partition)
        }
        func committed(_ batch: BatchReport) { batches.append(batch) }
        func deadLettered(_ letter: DeadLetter, by worker: String) {}
        func blocked(_ worker: String, reason: String, until: Instant) { reasons.append(reason) }
        func rebuilding(_ shard: ShardName, reason: String) { rebuilt.append(reason) }
        func alarmed(_ shard: ShardName, reason: String, hint: String) { alarms.append(reason) }
        func released(_ shard: ShardName) {}
    }

    @Test func decidesEachInputOnceAcrossRestarts() throws {
        let world = World()
        for word in ["a", "b", "a"] { world.send("count \(word)") }
        var lane = try world.lane()
        try world.settle(lane)
        #expect(world.said() == ["a=1", "b=1", "a=2"])
        lane.close()
        world.send("count a")
        lane = try world.lane()
        try world.settle(lane)
        #expect(world.said() == ["a=1", "b=1", "a=2", "a=3"])
        #expect(world.observer.replayed == [0, 0])
    }

    @Test func rebuildsAStoreThatIsGoneFromItsChangelog() throws {
        let world = World()
        for word in ["a", "b", "a"] { world.send("count \(word)") }
        let lane = try world.lane()
        try world.settle(lane)
        lane.close()
        let stores = SimulatedStores(disk: world.disk, process: SimulatedProcess(name: "hand")) { world.now }
        try stores.discard(ShardName(worker: "tally", partition: 0))
        world.send("count a")
        let next = try world.lane()
        try world.settle(next)
        #expect(world.said().last == "a=3")
        #expect(world.observer.replayed.last ?? 0 > 0)
        #expect(world.observer.alarms.isEmpty)
    }

    @Test func rebuildsAStoreWithAFlippedBitWithoutServingIt() throws {
        let world = World()
        world.send("count a")
        let lane = try world.lane()
        try world.settle(lane)
        var random = Randomness(seed: 7)
        #expect(world.disk.flipBit(&random) != nil)
        world.send("count a")
        try world.settle(lane)
        #expect(world.said() == ["a=1", "a=2"])
        #expect(world.observer.rebuilt.count == 1)
    }

    @Test func tellsOfEachOutputWhereItComesFrom() throws {
        let world = World()
        var headers = Headers()
        headers.append("ce_id", text: "m-1")
        headers.append("traceparent", text: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        world.send("count a", headers: headers)
        world.send("count b")
        let lane = try world.lane()
        try world.settle(lane)
        let outputs = world.cluster.committedRecords(of: TopicPartition(TallyWorker.tallies, 0))
        let first = try #require(outputs.first).headers
        #expect(first["ce_specversion"]?.text == "1.0")
        #expect(first["ce_source"]?.text == "/workers/tally")
        #expect(first["ce_type"]?.text == "tally.said")
        #expect(first["ce_id"]?.text == "words.v1/0/0#0")
        #expect(first["ce_origin"]?.text == "words.v1/0/0")
        #expect(first["ce_causationid"]?.text == "m-1")
        #expect(first["ce_correlationid"]?.text == "m-1")
        #expect(first["ce_handler"]?.text == "tally@1")
        #expect(first["ce_policy"]?.text == "none")
        #expect(first["ce_subject"]?.text == "a")
        #expect(first["traceparent"]?.text == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        #expect(first["receivedAt"]?.text == "1780000000000")
        #expect(first["ce_time"]?.text == "2026-05-28T20:26:40.000Z")
        let parts = outputs.compactMap { $0.headers["ce_txn"]?.text.split(separator: ":").map(String.init) }
        #expect(parts.map { $0[2] } == ["1/2", "2/2"])
        #expect(parts[0][0] == "a" && parts[0][1] == parts[1][1])
    }

    @Test(arguments: ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1", "410199199001011234", String(repeating: "x", count: 55)])
    func passesNoTraceContextOnThatIsNone(text: String) throws {
        let world = World()
        var headers = Headers()
        headers.append("traceparent", text: text)
        world.send("count a", headers: headers)
        let lane = try world.lane()
        try world.settle(lane)
        let output = try #require(world.cluster.committedRecords(of: TopicPartition(TallyWorker.tallies, 0)).first)
        #expect(output.headers["traceparent"] == nil)
        #expect(output.headers["ce_causationid"]?.text == "words.v1/0/0")
    }

    @Test func keepsWhatCannotBeDecodedWithItsBytesAndGoesOn() throws {
        let world = World()
        world.send("nonsense")
        world.send("count a")
        let lane = try world.lane()
        try world.settle(lane)
        #expect(world.said() == ["a=1"])
        let letter = try #require(world.letters.first)
        let told = try #require(DeadLetter(letter.headers))
        #expect(told.origin == Origin("words.v1", 0, 0))
        #expect(told.reason.code == "schema.format")
        #expect(told.attempts == 1 && told.redrives == 0)
        let kept = try #require(Parcel.unpack(letter.value ?? []))
        #expect(kept.value?.text == "nonsense")
    }

    @Test func decidesARedrivenLetterLikeTheOriginal() throws {
        let world = World()
        world.send("nonsense")
        let lane = try world.lane()
        try world.settle(lane)
        var letter = try #require(world.letters.first)
        for expected in 1...2 {
            world.cluster.append(
                Append(
                    to: TopicPartition("tally.redrive.v1", 0), key: letter.key, value: letter.value, headers: letter.headers,
                    timestamp: world.now))
            try world.settle(lane)
            letter = try #require(world.letters.last)
            #expect(DeadLetter(letter.headers)?.redrives == expected)
            #expect(DeadLetter(letter.headers)?.origin == Origin("words.v1", 0, 0))
        }
        world.send("not a letter", to: "tally.redrive.v1")
        try world.settle(lane)
        #expect(DeadLetter(try #require(world.letters.last).headers)?.reason.code == "engine.no-dead-letter")
    }

    @Test func keepsOnlyDigestAndLengthOfWhatIsTooLarge() throws {
        let world = World { $0.valueBytesMax = 10 }
        world.send("count abcdefgh")
        world.send("count a")
        let lane = try world.lane()
        try world.settle(lane)
        #expect(world.said() == ["a=1"])
        let letter = try #require(world.letters.first)
        #expect(letter.headers["dl_sha256"]?.text == "digest of 14")
        #expect(letter.headers["dl_length"]?.text == "14")
        #expect(try #require(Parcel.unpack(letter.value ?? [])).value == nil)
    }

    @Test func letsOthersFlowWhileALineWaitsAndKeepsItsOrder() throws {
        let world = World()
        for text in ["need a", "need a", "count b"] { world.send(text) }
        let lane = try world.lane()
        try world.settle(lane)
        #expect(world.said() == ["b=1"])
        #expect(lane.parkedCount == 2)
        world.send("count a")
        world.send("need a")
        try world.settle(lane)
        // The line still waits for its time, and the third queues behind the two.
        #expect(world.said() == ["b=1", "a=1"])
        #expect(lane.parkedCount == 3)
        world.now = world.now + .seconds(61)
        try world.settle(lane)
        #expect(world.said() == ["b=1", "a=1", "found a", "found a", "found a"])
        #expect(lane.parkedCount == 0)
        #expect(lane.nextDue == nil)
    }

    @Test func answersWhatWaitedInVainOnceEverythingIsRead() throws {
        let world = World()
        world.send("need a")
        var lane = try world.lane()
        try world.settle(lane)
        lane.close()
        // What waits survives the process.
        lane = try world.lane()
        try world.settle(lane)
        #expect(lane.parkedCount == 1)
        #expect(world.said().isEmpty)
        world.now = world.now + .seconds(61)
        try world.settle(lane)
        #expect(world.said() == ["missing a"])
    }

    @Test func endsTheWaitWhenSomethingPassesThatEndsIt() throws {
        let world = World()
        for text in ["need a", "need a", "silence a"] { world.send(text) }
        let lane = try world.lane()
        try world.settle(lane)
        #expect(world.said() == ["silenced a", "missing a", "missing a"])
        #expect(lane.parkedCount == 0)
        #expect(lane.nextDue == nil)
    }

    @Test func givesUpTheHeadOfAFullLine() throws {
        let world = World { $0.parkedMax = 2 }
        for _ in 0..<3 { world.send("need a") }
        let lane = try world.lane()
        try world.settle(lane)
        #expect(lane.parkedCount == 2)
        #expect(world.letters.map { DeadLetter($0.headers)?.origin.offset } == [0])
        #expect(DeadLetter(world.letters[0].headers)?.reason.code == "state.not-found")
    }

    @Test func firesATimerOnceAtOrAfterItsTimeAlsoAfterARestart() throws {
        let world = World()
        world.send("alarm a 5000")
        world.send("alarm b 3000")
        var lane = try world.lane()
        try world.settle(lane)
        #expect(world.said() == ["set a", "set b"])
        lane.close()
        lane = try world.lane()
        try world.settle(lane)
        #expect(lane.nextDue == Instant(milliseconds: 1_780_000_003_000))
        world.now = Instant(milliseconds: 1_780_000_002_999)
        try world.settle(lane)
        #expect(world.said().count == 2)
        world.now = world.now + .milliseconds(1)
        try world.settle(lane)
        #expect(world.said().last == "rang b")
        world.now = world.now + .seconds(60)
        try world.settle(lane)
        #expect(world.said() == ["set a", "set b", "rang b", "rang a"])
        #expect(lane.nextDue == nil)
    }

    /// Whoever saw a clock jump has written a tick that is too late; another whose clock is right must not act on it, nor the same one
    /// after its clock was set right.
    @Test(arguments: ["a", "b"])
    func holdsAnAdverseTimerThatIsDueOnlyByTheTickOfAClockThatJumped(next: String) throws {
        let world = World()
        let start = world.now
        world.send("threat a 5000")
        world.send("alarm b 4000")
        var lane = try world.lane()
        try world.settle(lane)
        world.now = start + .seconds(36_000)
        lane.holdsAdverseTimers = true
        world.send("count c")
        try world.settle(lane)
        #expect(world.said() == ["set a", "set b", "rang b", "c=1"])
        lane.close()
        world.now = start + .seconds(2)
        lane = try world.lane(instance: next)
        world.cluster.advance(to: world.cluster.now + .seconds(60))
        world.send("count c")
        try world.settle(lane)
        #expect(world.said() == ["set a", "set b", "rang b", "c=1", "c=2"])
        #expect(lane.nextDue == start + .seconds(5))
        world.now = start + .seconds(5)
        try world.settle(lane)
        #expect(world.said().last == "rang a")
        #expect(lane.nextDue == nil)
    }

    @Test func firesAtMostAsManyTimersAsAskedInOneStep() throws {
        let world = World()
        for word in ["a", "b", "c"] { world.send("alarm \(word) 1000") }
        let lane = try world.lane()
        try world.settle(lane)
        world.now = world.now + .seconds(2)
        #expect(try lane.step(now: world.now, timersMax: 1) == .worked)
        #expect(world.observer.batches.last?.timers == 1)
        try world.settle(lane)
        #expect(world.said().suffix(3) == ["rang a", "rang b", "rang c"])
    }

    @Test func firesTheEarliestTimerOfAllShardsAndOfEqualOnesThatOfTheLowestPartition() throws {
        let world = World(partitionCount: 2)
        world.send("alarm late 1500", partition: 0)
        world.send("alarm second 1000", partition: 1)
        world.send("alarm first 1000", partition: 0)
        let lane = try world.lane()
        try world.settle(lane)
        world.now = world.now + .seconds(2)
        var rung: Set<String> = []
        for expected in ["rang first", "rang second", "rang late"] {
            #expect(try lane.step(now: world.now, timersMax: 1) == .worked)
            let now = Set((0...1).flatMap { world.said(partition: $0) }.filter { $0.hasPrefix("rang") })
            #expect(now.subtracting(rung) == [expected])
            rung = now
        }
    }

    @Test func tellsAPauseByTheMachinesClockWhileTheOtherStandsStill() throws {
        let world = World()
        world.send("count a")
        let lane = try world.lane()
        try world.settle(lane)
        let standing = world.now
        world.disk.fullUntil = world.now + .seconds(30)
        world.send("count a")
        for _ in 0..<40 {
            if case .blocked(let until, _) = try lane.step(now: standing) { world.now = until }
        }
        #expect(world.said() == ["a=1", "a=2"])
        #expect(world.now > standing)
    }

    @Test func commitsAnInputOffsetAlsoWhenOnlyATimerFires() throws {
        let world = World()
        world.send("alarm a 1000")
        let lane = try world.lane()
        try world.settle(lane)
        // Another member joins: the old one's generation is over, so a transaction of its own that fires the timer must not commit.
        let other = try world.lane(instance: "b")
        world.now = world.now + .seconds(2)
        var texts: [String] = []
        for _ in 0..<200 {
            for lane in [lane, other] { _ = try lane.step(now: world.now) }
            world.now = world.now + .milliseconds(100)
            texts = world.said()
        }
        #expect(texts == ["set a", "rang a"])
    }

    @Test func keepsWhatTheLogHasWhileTheDiskIsFullAndGoesOnWhenThereIsRoom() throws {
        let world = World()
        world.send("count a")
        let lane = try world.lane()
        try world.settle(lane)
        world.disk.fullUntil = world.now + .seconds(30)
        world.send("count a")
        var wasBlocked = false
        for _ in 0..<20 {
            if case .blocked(let until, _) = try lane.step(now: world.now) {
                wasBlocked = true
                world.now = until
            }
        }
        #expect(wasBlocked)
        try world.settle(lane)
        world.send("count a")
        try world.settle(lane)
        #expect(world.said() == ["a=1", "a=2", "a=3"])
    }

    @Test func leavesThePartitionOfANewerVersionAloneAndSaysSo() throws {
        let world = World()
        world.send("count a")
        let newer = try world.lane(worker: TallyWorker(version: 2))
        try world.settle(newer)
        newer.close()
        let older = try world.lane()
        try world.settle(older)
        #expect(older.runningPartitions.isEmpty)
        #expect(older.alarms.first?.contains("version 2") == true)
    }

    @Test func neverGoesBackInTimeWhenTheClockDoes() throws {
        let world = World()
        let lane = try world.lane()
        try world.settle(lane)
        world.send("count a")
        try world.settle(lane)
        world.now = world.now + .milliseconds(-3_600_000)
        world.send("count a")
        try world.settle(lane)
        let times = world.cluster.committedRecords(of: TopicPartition(TallyWorker.tallies, 0)).map { $0.headers["ce_time"]?.text }
        #expect(times.count == 2 && times[0] == times[1])
    }

    @Test func sharesPartitionsBetweenTwoMembersWithoutDoublingAnything() throws {
        let world = World(partitionCount: 4)
        let one = try world.lane(instance: "a")
        let two = try world.lane(instance: "b")
        for number in 0..<40 { world.send("count w\(number % 8)", partition: number % 4) }
        for _ in 0..<400 {
            for lane in [one, two] { _ = try lane.step(now: world.now) }
            world.now = world.now + .milliseconds(50)
        }
        #expect(Set(one.runningPartitions + two.runningPartitions) == [0, 1, 2, 3])
        #expect(!one.runningPartitions.isEmpty && !two.runningPartitions.isEmpty)
        let said = (0..<4).flatMap { world.said(partition: $0) }
        #expect(said.count == 40)
        #expect(Set(said).count == 40)
    }

    @Test func putsALongRestoreAsideSoThatOthersDecideMeanwhile() throws {
        let world = World(partitionCount: 2) {
            $0.pageRows = 2
            $0.takeoverSlice = .milliseconds(0)
        }
        for number in 0..<20 { world.send("count w\(number)", partition: 0) }
        world.send("count a", partition: 1)
        let lane = try world.lane()
        try world.settle(lane)
        lane.close()
        let stores = SimulatedStores(disk: world.disk, process: SimulatedProcess(name: "hand")) { world.now }
        try stores.discard(ShardName(worker: "tally", partition: 0))
        for partition in 0...1 { world.send("count \(["w0", "a"][partition])", partition: partition) }
        let next = try world.lane()
        while !world.saidEverywhere(partitionCount: 2).contains("a=2") { _ = try next.step(now: world.now) }
        #expect(next.assignedPartitions == [0, 1])
        #expect(next.runningPartitions == [1])
        try world.settle(next)
        #expect(world.observer.tookOver == [0, 1, 1, 0])
        #expect(Set(world.saidEverywhere(partitionCount: 2)).count == 23)
        #expect(world.observer.replayed.last ?? 0 >= 20)
        #expect(world.observer.rebuilt.isEmpty && world.observer.alarms.isEmpty)
    }

    @Test func waitsForTheStoreThatAnotherHasNotLetGoOfYet() throws {
        let world = World(partitionCount: 2)
        let other = SimulatedStores(disk: world.disk, process: SimulatedProcess(name: "other")) { world.now }
        let held = try other.open(ShardName(worker: "tally", partition: 0))
        for partition in 0...1 { world.send("count a", partition: partition) }
        let lane = try world.lane()
        for _ in 0..<50 {
            if case .blocked(let until, _) = try lane.step(now: world.now) { world.now = until }
        }
        #expect(lane.runningPartitions == [1] && lane.assignedPartitions == [0, 1])
        #expect(world.saidEverywhere(partitionCount: 2) == ["a=1"])
        // Said once, however often it is tried.
        #expect(world.observer.reasons.filter { $0.contains("has the store") }.count == 1)
        held.close()
        try world.settle(lane)
        #expect(lane.runningPartitions == [0, 1])
        #expect(world.saidEverywhere(partitionCount: 2) == ["a=1", "a=1"])
    }

    @Test func doesNotWaitForALockWhereTheLogIsBeside() throws {
        let world = World { $0.logIsBeside = true }
        let other = SimulatedStores(disk: world.disk, process: SimulatedProcess(name: "other")) { world.now }
        _ = try other.open(ShardName(worker: "tally", partition: 0))
        let lane = try world.lane()
        #expect(throws: LaneFailure.self) { try world.settle(lane) }
    }

    @Test func endsAsFencedWhenAnotherProcessHasItsPlace() throws {
        let world = World()
        let lane = try world.lane()
        try world.settle(lane)
        let successor = try world.lane()
        _ = try successor.step(now: world.now)
        do {
            for _ in 0..<50 { _ = try lane.step(now: world.now) }
            Issue.record("two processes share one place")
        } catch {
            #expect(error.kind == .fenced)
        }
    }

    @Test func tellsWhatTheGroupGivesAndTakes() throws {
        let world = World(partitionCount: 2)
        let lane = try world.lane()
        try world.settle(lane)
        let other = try world.lane(instance: "b")
        for _ in 0..<50 {
            for lane in [lane, other] { _ = try lane.step(now: world.now) }
            world.now = world.now + .milliseconds(50)
        }
        let told = world.observer.changes.map { change in
            switch change {
            case .assigned(let partitions, _): return "assigned \(partitions)"
            case .revoked(let partitions): return "revoked \(partitions)"
            case .lost(let partitions): return "lost \(partitions)"
            }
        }
        #expect(told.prefix(2) == ["assigned [0, 1]", "revoked [0, 1]"])
        #expect(told.dropFirst(2).sorted() == ["assigned [0]", "assigned [1]"])
    }
}
