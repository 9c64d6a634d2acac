import StreamCore
import StreamEngine
import StreamRuntime

/// Plays a story on several machines under faults, all of it drawn from one seed, then lets everything come to rest and checks.
///
/// One thread steps every lane of every machine in an order that the seed gives. A process that stands still inside a call is played by
/// running all others inside that call. Time is virtual: a run of months takes a fraction of a second, and is the same every time.
public final class Simulator {
    public struct Plan: Sendable {
        public var machines = 3
        /// At least this many faults happen; zero of both for the run that others are compared with.
        public var faultsMin = 5
        public var faultsMax = 14
        public var keepsTrace = false
        /// A known mistake of the engine.
        public var canary: String?
        /// Virtual time in which all has to be done once nothing disturbs any more.
        public var restMax = Instant.Span.seconds(240)
        public init() {}

        /// One machine, nothing goes wrong.
        public static var faultless: Plan {
            var plan = Plan()
            plan.machines = 1
            plan.faultsMin = 0
            plan.faultsMax = 0
            return plan
        }
    }

    let story: Story
    let plan: Plan
    let seed: UInt64
    let cluster: SimulatedCluster
    var random: Randomness
    var faultRandom: Randomness
    var trace: Trace
    var machines: [SimulatedMachine] = []
    var slots: [Slot] = []
    var violations: [String] = []
    /// Faults that have happened, by kind.
    var faults: [Fault: Int] = [:]
    var armed: [ArmedTrouble] = []
    var plannedFaults: [(at: Instant, fault: Fault)] = []
    var events = EventQueue()
    var brokerErrorsUntil = Instant(milliseconds: 0)
    var isQuiet = true
    var depth = 0
    var steps = 0
    var seen: [String: Int] = [:]
    private let actors: (any Actors)?
    private let judge: (any Judge)?
    private let heard: TopicFollower
    private let judged: TopicFollower
    private var chapterNumber = 0
    private var sentCount = 0
    /// Of each worker those that read what it writes.
    private var readers: [String: [Slot]] = [:]

    public init(story: Story, seed: UInt64, plan: Plan = Plan()) {
        self.story = story
        self.plan = plan
        self.seed = seed
        var random = Randomness(seed: seed ^ 0xc0ff_ee00_5eed)
        cluster = SimulatedCluster(
            seed: random.next(), start: story.start, partitionCount: story.partitionCount, topics: story.topics)
        faultRandom = random.fork()
        self.random = random
        trace = Trace(start: story.start, keepsLines: plan.keepsTrace)
        actors = story.actors?()
        judge = story.judge?()
        heard = TopicFollower(cluster)
        judged = TopicFollower(cluster)
        cluster.troubles = self
        cluster.observer = { [unowned self] who, what in self.note(who, what) }
    }

    func note(_ who: String, _ what: String) { trace.note(at: cluster.now, who, what) }

    var faultCount: Int { faults.values.reduce(0, +) }

    // MARK: The run

    public func run() -> SimulationResult {
        note("run", "seed \(seed), \(plan.machines) machines")
        isQuiet = plan.faultsMax == 0
        if !isQuiet {
            cluster.holdsFetchesBack = true
            cluster.markerDelayMax = .milliseconds(faultRandom.span(5...3000))
            cluster.lostReportsPerMille = faultRandom.pick([0, 20, 200])
        }
        makeMachines()
        for (number, chapter) in story.chapters.enumerated() {
            play(chapter, number)
            if !violations.isEmpty { break }
        }
        for (number, span) in story.epilogue.dropLast().enumerated() where violations.isEmpty {
            play(Chapter(jump: span, sendings: []), story.chapters.count + number)
        }
        makeUpForMissingFaults()
        heal()
        settle("the end of the story")
        if let span = story.epilogue.last, violations.isEmpty {
            jump(span)
            settle("after \(span.milliseconds / 86_400_000) days more")
        }
        for machine in machines { note(machine.name, "keeps \(machine.disk.kept.map(\.description).joined(separator: " "))") }
        var checker = HistoryChecker(cluster: cluster, story: story, machines: machines.map(\.disk))
        violations += checker.check(isFinished: violations.isEmpty)
        statuses = checker.statuses
        var counts: [String: Int] = [:]
        for status in statuses.values.joined() { counts[status, default: 0] += 1 }
        for (status, count) in counts.sorted(by: { $0.key < $1.key }) { note("check", "\(count) answers \(status)") }
        violations += cluster.complaints
        if let judge, violations.isEmpty { violations += judge.judgeEnd(of: cluster) }
        for violation in violations { note("check", "VIOLATION \(violation)") }
        for slot in slots { slot.lane?.close() }
        cluster.close()
        return SimulationResult(
            seed: seed, violations: violations, statuses: statuses, faults: faults, submissions: submissionCount, steps: steps,
            trace: trace.lines, digest: trace.digest)
    }

    private var statuses: [String: [String]] = [:]
    private var submissionCount: Int { story.actors == nil ? story.chapters.reduce(0) { $0 + $1.sendings.count } : sentCount }

    private func makeMachines() {
        for number in 0..<plan.machines {
            let machine = SimulatedMachine(name: "node\(number + 1)")
            // Machines agree on the time to within a second, as they do when somebody keeps their clocks.
            if plan.faultsMax > 0 { machine.skew = .milliseconds(faultRandom.span(-800...800)) }
            machines.append(machine)
            for worker in story.workers {
                let slot = Slot(number: slots.count, machine: machine, worker: worker)
                slots.append(slot)
                // Not all are there from the beginning: those that come later cause rebalances.
                let isLate = number > 0 && faultRandom.happens(perMille: 250)
                startLater(slot, after: isLate ? faultRandom.span(1000...20_000) : random.span(0...50))
            }
        }
        for worker in story.workers {
            let outputs = Set(worker.topology.outputs)
            readers[worker.topology.worker] = slots.filter { $0.worker.topology.allInputs.contains { outputs.contains($0) } }
        }
    }

    private func play(_ chapter: Chapter, _ number: Int) {
        if chapter.jump.milliseconds > 0 {
            jump(chapter.jump)
            if !isQuiet { disturbTimers() }
        }
        note("story", "chapter \(number + 1)")
        chapterNumber = number
        let begin = cluster.now
        var last = max(begin, letActorsAct() ?? begin)
        let reactions = chapter.reactions { topic in
            (0..<self.story.partitionCount).flatMap { self.cluster.committedRecords(of: TopicPartition(topic, $0)) }
        }
        for sending in chapter.sendings + reactions {
            events.add(at: begin + sending.after, .send(sending))
            last = max(last, begin + sending.after)
        }
        // Who looks meanwhile sees some of it, and answers what is not over.
        if actors != nil, last > begin, random.happens(perMille: 500) {
            events.add(at: begin + .milliseconds(random.span(1...Int((last - begin).milliseconds))), .act)
        }
        if plan.faultsMax > 0 {
            let share = faultShare()
            let window = Int((last - begin).milliseconds) + 4000
            for _ in 0..<share {
                events.add(at: begin + .milliseconds(faultRandom.span(0...window)), .fault(Fault.draw(&faultRandom)))
            }
        }
        run(until: last + .milliseconds(500))
        settle("chapter \(number + 1)")
    }

    /// How many faults begin in a chapter: at least one, unless there are many chapters.
    private func faultShare() -> Int {
        let twice = faultRandom.number(in: plan.faultsMin...plan.faultsMax) * 2
        let count = story.chapters.count
        if count <= twice { return max(1, twice / count) }
        return faultRandom.happens(perMille: twice * 1000 / count) ? 1 : 0
    }

    /// Lets those outside send. Gives when the last of it is sent; nil when they have nothing to say.
    @discardableResult
    private func letActorsAct() -> Instant? {
        guard let actors else { return nil }
        let now = cluster.now
        var last: Instant?
        for sending in actors.act(at: now, in: chapterNumber, reading: heard) {
            events.add(at: now + sending.after, .send(sending))
            last = max(last ?? now, now + sending.after)
            sentCount += 1
        }
        return last
    }

    /// Much time passes at once: nobody is disturbed meanwhile, and what was due fires afterwards.
    private func jump(_ span: Instant.Span) {
        note("story", "\(span.milliseconds / 3_600_000) hours pass")
        cluster.advance(to: cluster.now + span)
        for slot in slots { slot.idleSteps = 0 }
    }

    /// Runs until nothing is left to do; when that takes too long, faults end first, and then it is a violation.
    private func settle(_ place: String) {
        for attempt in 0..<2 {
            var limit = cluster.now + plan.restMax
            while cluster.now < limit {
                run(until: cluster.now + .milliseconds(250))
                guard isAtRest else { continue }
                guard let last = letActorsAct() else {
                    if let judge { violations += judge.judgeRest(at: cluster.now, reading: judged).map { "\(place): \($0)" } }
                    return
                }
                limit = last + plan.restMax
            }
            if attempt == 0, !isQuiet {
                note("run", "not at rest, the faults end")
                let wasQuiet = isQuiet
                heal()
                isQuiet = wasQuiet
            }
        }
        violations.append("not at rest \(plan.restMax.milliseconds / 1000) s after the last disturbance, at \(place): \(restlessness)")
    }

    private var isAtRest: Bool {
        guard events.isEmpty, cluster.isSettled else { return false }
        for slot in slots where slot.isWanted {
            guard let lane = slot.lane, slot.process?.state == .running, slot.idleSteps >= Simulator.idleStepsAtRest else { return false }
            // What waits in a line is tried again in a while; until then somebody has no answer.
            guard lane.parkedCount == 0 else { return false }
        }
        for worker in story.workers {
            let topology = worker.topology
            var running = 0
            for slot in slots where slot.worker.topology.worker == topology.worker { running += slot.lane?.runningPartitions.count ?? 0 }
            if running != story.partitionCount { return false }
            if cluster.unreadPartitions(of: topology.worker, topology.allInputs) > 0 { return false }
        }
        return true
    }

    private var restlessness: String {
        var parts: [String] = []
        for slot in slots {
            guard let lane = slot.lane else { continue }
            for alarm in lane.alarms { parts.append("\(slot.name) \(alarm)") }
            if slot.idleSteps < Simulator.idleStepsAtRest { parts.append("\(slot.name) \(slot.stepInWords)") }
        }
        for worker in story.workers {
            let unread = cluster.unreadPartitions(of: worker.topology.worker, worker.topology.allInputs)
            if unread > 0 { parts.append("\(worker.topology.worker) has \(unread) partitions with unread records") }
            var running: [Int] = []
            for slot in slots where slot.worker.topology.worker == worker.topology.worker { running += slot.lane?.runningPartitions ?? [] }
            if running.count != story.partitionCount { parts.append("\(worker.topology.worker) runs \(running.sorted())") }
        }
        return parts.joined(separator: "; ")
    }

    // MARK: The loop

    func run(until end: Instant) {
        while cluster.now < end {
            while let event = events.next(upTo: cluster.now) { perform(event) }
            let runnable = slots.filter { $0.lane != nil && $0.process?.state == .running }
            var isBusy = false
            var isAwaited = true
            if !runnable.isEmpty {
                let slot = pick(of: runnable, &isAwaited)
                step(slot)
                isBusy = slot.idleSteps == 0
            }
            // Where there is something to do, steps lie close together; else time passes faster.
            let pause = isBusy ? random.span(0...8) : isAwaited ? random.span(5...40) : random.span(50...500)
            let target = min(cluster.now + .milliseconds(pause), end)
            if let due = events.nextDue, due < target, due > cluster.now {
                cluster.advance(to: due)
            } else {
                cluster.advance(to: target)
            }
        }
    }

    /// Who is next. `isAwaited` is cleared where nobody had anything to do for a while, in a story that does not wait for that.
    private func pick(of runnable: [Slot], _ isAwaited: inout Bool) -> Slot {
        guard story.isBrisk else { return runnable[random.number(below: runnable.count)] }
        let busy = runnable.filter { $0.idleSteps < Simulator.idleStepsAtRest }
        isAwaited = !busy.isEmpty
        if busy.isEmpty || random.happens(perMille: 100) { return runnable[random.number(below: runnable.count)] }
        return busy[random.number(below: busy.count)]
    }

    private static let idleStepsAtRest = 4

    /// Somebody has written what these workers read.
    func wake(_ readers: [Slot]) {
        guard story.isBrisk else { return }
        for slot in readers { slot.idleSteps = 0 }
    }

    func wakeReaders(of slot: Slot) { wake(readers[slot.worker.topology.worker] ?? []) }

    private func step(_ slot: Slot) {
        guard let lane = slot.lane else { return }
        steps += 1
        do {
            let done = try lane.step(now: cluster.now + slot.machine.skew)
            switch done {
            case .worked:
                slot.idleSteps = 0
                note(slot.name, "worked")
            case .idle(let until):
                if let until, until <= cluster.now + slot.machine.skew { slot.idleSteps = 0 } else { slot.idleSteps += 1 }
                if slot.idleSteps == 1 { note(slot.name, "idle") }
            case .blocked(let until, let reason):
                slot.idleSteps = 0
                if slot.lastStep != reason { note(slot.name, "blocked for \((until - cluster.now).milliseconds) ms: \(reason)") }
                slot.lastStep = reason
                return
            }
            slot.lastDone = done
            slot.lastStep = ""
        } catch {
            switch error.kind {
            case .crash:
                note(slot.name, "is dead: \(error.reason)")
                died(slot)
            case .failed, .fenced:
                note(slot.name, "ends: \(error.description)")
                seen["ended", default: 0] += 1
                died(slot)
            }
        }
    }

    /// The process is gone without a word: no leave from the group, no close of its transaction.
    func died(_ slot: Slot) {
        slot.process?.state = .ended
        slot.lane = nil
        slot.idleSteps = 0
        // Restarts within the session keep the place in the group, later ones cause a rebalance.
        if slot.isWanted { startLater(slot, after: faultRandom.pick([50, 500, 3000, 12_000])) }
    }

    func startLater(_ slot: Slot, after: Int64) {
        events.add(at: cluster.now + .milliseconds(after), .start(slot.number))
    }

    private func perform(_ event: Event) {
        switch event {
        case .send(let sending):
            let offset = cluster.append(
                Append(to: sending.to, key: sending.key, value: sending.value, headers: sending.headers, timestamp: cluster.now))
            note("sender", "\(sending.to)/\(offset) \(sending.label)")
            wake(slots.filter { $0.worker.topology.allInputs.contains(sending.to.topic) })
        case .start(let number): start(slots[number])
        case .fault(let fault): if !isQuiet { cause(fault) }
        case .expire(let group): cluster.expireOffsets(of: group)
        case .act: letActorsAct()
        }
    }

    private func start(_ slot: Slot) {
        guard slot.isWanted, slot.lane == nil else { return }
        let topology = slot.worker.topology
        let process = SimulatedProcess(name: slot.name)
        process.slot = slot.number
        slot.process = process
        let log = cluster.connect(
            group: topology.worker, instance: slot.instance, topics: topology.allInputs, process: process)
        let machine = slot.machine
        let stores = SimulatedStores(disk: machine.disk, process: process, troubles: self) { [unowned cluster] in
            cluster.now + machine.skew
        }
        var options = story.options
        // Some put a takeover aside after each page, others take it in one step.
        if slot.number % 2 == 1 {
            options.takeoverSlice = .milliseconds(0)
            options.pageRows = 7
        }
        options.mistake = plan.canary.flatMap { LaneMistake(rawValue: $0) }
        do {
            slot.lane = try Lane(
                worker: slot.worker, log: log, stores: stores, seal: story.seal(topology.worker) ?? NoSeal(), instance: slot.instance,
                options: options, observer: SlotObserver(slot: slot, simulator: self),
                machineClock: { [unowned cluster] in cluster.now + machine.skew })
            slot.idleSteps = 0
            note(slot.name, "starts")
        } catch {
            note(slot.name, "does not start: \(error.description)")
            violations.append("\(slot.name) does not start: \(error.description)")
        }
    }
}

/// What came out of one run.
public struct SimulationResult: Sendable {
    public var seed: UInt64
    public var violations: [String]
    /// For each submission how it was answered, as often as it was sent.
    public var statuses: [String: [String]]
    public var faults: [Fault: Int]
    public var submissions: Int
    public var steps: Int
    public var trace: [String]
    public var digest: UInt64

    public var faultCount: Int { faults.values.reduce(0, +) }

    /// Where this run answers otherwise than the one without faults.
    public func differences(from reference: SimulationResult) -> [String] {
        var differences: [String] = []
        for asked in Set(statuses.keys).union(reference.statuses.keys).sorted() {
            let here = statuses[asked] ?? []
            let there = reference.statuses[asked] ?? []
            if here != there { differences.append("\(asked) is answered \(here), without faults \(there)") }
        }
        return differences
    }
}

/// A machine: a disk, a clock that may differ from the others', and a place for one process of each worker.
final class SimulatedMachine {
    let name: String
    let disk: SimulatedDisk
    var skew = Instant.Span.milliseconds(0)

    init(name: String) {
        self.name = name
        disk = SimulatedDisk(name: name)
    }
}

/// The place of one worker's process on one machine.
final class Slot {
    let number: Int
    let machine: SimulatedMachine
    let worker: any Worker
    let name: String
    /// Unique in the cluster, also among the workers of one machine: `ce_txn` begins with it.
    let instance: String
    var process: SimulatedProcess?
    var lane: Lane?
    /// Whether somebody restarts it when it ends.
    var isWanted = true
    var idleSteps = 0
    /// Why it is blocked, where it is.
    var lastStep = ""
    /// What it did last, where it was not.
    var lastDone: LaneStep?

    var stepInWords: String { lastStep.isEmpty ? lastDone.map { "\($0)" } ?? "" : lastStep }

    init(number: Int, machine: SimulatedMachine, worker: any Worker) {
        self.number = number
        self.machine = machine
        self.worker = worker
        name = "\(worker.topology.worker)@\(machine.name)"
        instance = "\(machine.name)-\(worker.topology.worker)"
    }
}

enum Event {
    case send(Sending)
    case start(Int)
    case fault(Fault)
    /// The broker forgets the group's offsets, if nobody has come back.
    case expire(String)
    /// Those outside look.
    case act
}

/// What is going to happen, in the order of time; at the same time in the order in which it was added.
struct EventQueue {
    private var waiting: [(at: Instant, event: Event)] = []

    var isEmpty: Bool { waiting.isEmpty }
    var nextDue: Instant? { waiting.last?.at }

    /// The latest is kept first, so that taking the next is cheap.
    mutating func add(at instant: Instant, _ event: Event) {
        var low = 0
        var high = waiting.count
        while low < high {
            let middle = (low + high) / 2
            if waiting[middle].at > instant { low = middle + 1 } else { high = middle }
        }
        waiting.insert((instant, event), at: low)
    }

    mutating func next(upTo now: Instant) -> Event? {
        guard let last = waiting.last, last.at <= now else { return nil }
        return waiting.removeLast().event
    }
}

/// Writes what a lane says into the trace.
final class SlotObserver: LaneObserver {
    private unowned let slot: Slot
    private unowned let simulator: Simulator

    init(slot: Slot, simulator: Simulator) {
        self.slot = slot
        self.simulator = simulator
    }

    private func note(_ text: String) { simulator.note(slot.name, text) }

    func tookOver(_ shard: ShardName, replayed: Int, checksum: UInt64) { note("took over \(shard), replayed \(replayed), sum \(checksum)") }
    func committed(_ batch: BatchReport) {
        note(
            "committed \(batch.records) records, \(batch.timers) timers: \(batch.outputs) outputs, \(batch.changes) changes, "
                + "\(batch.deadLetters) dead letters, \(batch.parked) parked")
        simulator.wakeReaders(of: slot)
    }
    func deadLettered(_ letter: DeadLetter, by worker: String) { note("dead letter \(letter.origin): \(letter.reason)") }
    func blocked(_ worker: String, reason: String, until: Instant) {}
    func rebuilding(_ shard: ShardName, reason: String) {
        simulator.seen["rebuilt", default: 0] += 1
        note("rebuilds \(shard): \(reason)")
    }
    func alarmed(_ shard: ShardName, reason: String, hint: String) {
        simulator.violations.append("\(slot.name) raised an alarm: \(reason); \(hint)")
        note("ALARM \(shard): \(reason); \(hint)")
    }
    func released(_ shard: ShardName) { note("releases \(shard)") }
}
