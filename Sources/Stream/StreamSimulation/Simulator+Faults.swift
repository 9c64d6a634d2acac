import StreamCore
import StreamEngine

extension Simulator: TroubleMaker {
    // MARK: At calls

    public func trouble(at call: PortCall, of process: SimulatedProcess) -> Trouble {
        guard !isQuiet else { return .none }
        if cluster.now < brokerErrorsUntil, call.canBeRefused, !call.isOfStore, faultRandom.happens(perMille: 300) { return .refused }
        guard !armed.isEmpty else { return .none }
        for index in armed.indices where armed[index].slot == process.slot && armed[index].calls.contains(call) {
            if armed[index].skip > 0 {
                armed[index].skip -= 1
                continue
            }
            let trouble = armed[index]
            if case .pause = trouble.trouble, depth >= 2 { continue }
            armed.remove(at: index)
            happened(trouble.fault, slots[trouble.slot].name, "at \(call.rawValue)")
            return trouble.trouble
        }
        return .none
    }

    public func letOthersRun(for span: Instant.Span, while process: SimulatedProcess) {
        guard process.state == .running else { return }
        process.state = .paused
        depth += 1
        let name = slots[process.slot].name
        note(name, "stands still for \(span.milliseconds) ms")
        run(until: cluster.now + span)
        depth -= 1
        note(name, "goes on")
        if process.state == .paused { process.state = .running }
    }

    private func happened(_ fault: Fault, _ who: String, _ detail: String) {
        faults[fault, default: 0] += 1
        note(who, "FAULT \(fault.rawValue) \(detail)")
    }

    private func arm(_ fault: Fault, _ trouble: Trouble, at calls: Set<PortCall>, skip: ClosedRange<Int>) {
        let slot = faultRandom.number(below: slots.count)
        armed.append(
            ArmedTrouble(slot: slot, calls: calls, skip: faultRandom.number(in: skip), trouble: trouble, fault: fault))
    }

    /// What was due while time passed fires in the next transactions: that is when a process that stands still, or dies, does most harm.
    func disturbTimers() {
        for _ in 0..<2 where story.chapters.count <= 8 || faultRandom.happens(perMille: 8000 / story.chapters.count) {
            if faultRandom.happens(perMille: 600) {
                arm(.zombie, .pause(.milliseconds(faultRandom.span(9000...25_000))), at: [.commit], skip: 0...0)
            } else {
                arm(.crashBeforeCall, .crashBefore, at: [.commitOffsets, .commitEnd, .commitAnswer, .storeCommit], skip: 0...0)
            }
        }
    }

    // MARK: Of all kinds

    func cause(_ fault: Fault) {
        let stages: Set<PortCall> = [.commit, .commitOffsets, .commitEnd, .commitAnswer]
        switch fault {
        case .crashBeforeCall:
            // Half of them where it matters most: around the commits of log and store.
            if faultRandom.happens(perMille: 500) {
                arm(fault, .crashBefore, at: stages.union([.storeCommit]), skip: 0...6)
            } else {
                arm(fault, .crashBefore, at: Set(PortCall.allCases), skip: 0...60)
            }
        case .crashAfterCall:
            arm(fault, .crashAfter, at: [.storeCommit, .storeLoad, .storeOpen, .storeDiscard, .storeTidy], skip: 0...6)
        case .refusedCall:
            arm(fault, .refused, at: Set(PortCall.allCases.filter(\.canBeRefused)), skip: 0...40)
        case .commitLostBefore:
            arm(fault, .lostBefore, at: [faultRandom.pick([.commit, .commitOffsets, .commitEnd])], skip: 0...4)
        case .commitLostAfter:
            arm(fault, .lostAfter, at: [.commitAnswer], skip: 0...4)
        case .commitLate:
            arm(fault, .late(.milliseconds(faultRandom.span(1...4000))), at: [.commitEnd], skip: 0...4)
        case .zombie:
            let calls: Set<PortCall> = faultRandom.happens(perMille: 700) ? stages : Set(PortCall.allCases)
            arm(fault, .pause(.milliseconds(faultRandom.span(9000...25_000))), at: calls, skip: 0...5)
        case .shortPause:
            arm(fault, .pause(.milliseconds(faultRandom.span(50...7000))), at: Set(PortCall.allCases), skip: 0...30)
        case .kill:
            let running = slots.filter { $0.lane != nil && $0.process?.state == .running }
            guard !running.isEmpty else { return }
            let slot = running[faultRandom.number(below: running.count)]
            happened(fault, slot.name, "")
            died(slot)
        case .powerLoss: losePower(faultRandom.pick(machines))
        case .diskFull:
            let machine = faultRandom.pick(machines)
            machine.disk.fullUntil = cluster.now + machine.skew + .milliseconds(faultRandom.span(200...15_000))
            happened(fault, machine.name, "")
        case .bitFlip:
            let machine = faultRandom.pick(machines)
            if let shard = machine.disk.flipBit(&faultRandom) { happened(fault, machine.name, "in \(shard)") }
        case .brokenStore:
            let machine = faultRandom.pick(machines)
            if let shard = machine.disk.breakStore(&faultRandom) { happened(fault, machine.name, "\(shard)") }
        case .fenced:
            let slot = slots[faultRandom.number(below: slots.count)]
            guard cluster.fence(group: slot.worker.topology.worker, instance: slot.instance) else { return }
            happened(fault, slot.name, "")
        case .offsetsExpired: expireOffsets()
        case .clockSkew:
            let machine = faultRandom.pick(machines)
            machine.skew = .milliseconds(faultRandom.span(-5000...5000))
            happened(fault, machine.name, "now \(machine.skew.milliseconds) ms")
        case .nodeStops: stopMachine()
        case .nodeStarts: startMachine()
        case .brokerErrors:
            brokerErrorsUntil = cluster.now + .milliseconds(faultRandom.span(100...5000))
            happened(fault, "broker", "for \((brokerErrorsUntil - cluster.now).milliseconds) ms")
        case .compaction:
            cluster.compact()
            happened(fault, "broker", "")
        }
    }

    /// Every process of the machine ends, and the last commits of its stores may be gone. A process that is standing still inside a call
    /// ends there.
    private func losePower(_ machine: SimulatedMachine) {
        for slot in slots where slot.machine === machine {
            guard let process = slot.process, process.state != .ended else { continue }
            if process.state == .paused {
                // Its lane is on the stack below: it unwinds when the call returns, and is started again from there.
                process.state = .ended
            } else {
                died(slot)
            }
        }
        let lost = machine.disk.losePower(&faultRandom)
        happened(.powerLoss, machine.name, "\(lost) store commits are gone")
    }

    private func expireOffsets() {
        let name = faultRandom.pick(story.workers).topology.worker
        let group = slots.filter { $0.worker.topology.worker == name }
        // One that stands still inside a call would go on as if nothing had been.
        guard group.allSatisfy({ $0.process?.state != .paused }) else { return }
        happened(.offsetsExpired, name, "everybody is away for long")
        for slot in group {
            slot.process?.state = .ended
            slot.lane = nil
            slot.idleSteps = 0
            // Longer than the session and the sweep of transactions that timed out.
            if slot.isWanted { startLater(slot, after: 20_000 + faultRandom.span(0...500)) }
        }
        events.add(at: cluster.now + .milliseconds(19_000), .expire(name))
    }

    private func stopMachine() {
        let wanted = machines.filter { machine in slots.contains { $0.machine === machine && $0.isWanted } }
        guard wanted.count > 1 else { return }
        let machine = faultRandom.pick(wanted)
        happened(.nodeStops, machine.name, "")
        for slot in slots where slot.machine === machine {
            slot.isWanted = false
            guard let lane = slot.lane, slot.process?.state == .running else { continue }
            lane.close()
            slot.process?.state = .ended
            slot.lane = nil
        }
    }

    private func startMachine() {
        let down = machines.filter { machine in slots.contains { $0.machine === machine && !$0.isWanted } }
        guard !down.isEmpty else { return }
        let machine = faultRandom.pick(down)
        happened(.nodeStarts, machine.name, "")
        want(machine)
    }

    private func want(_ machine: SimulatedMachine) {
        for slot in slots where slot.machine === machine && !slot.isWanted {
            slot.isWanted = true
            if slot.lane == nil { startLater(slot, after: faultRandom.span(10...2000)) }
        }
    }

    // MARK: The end of faults

    /// A fault that waits for a call that never comes does not count; the least number is reached by plain ones.
    func makeUpForMissingFaults() {
        while faultCount < plan.faultsMin {
            cause(faultRandom.pick([.kill, .powerLoss, .compaction]))
            run(until: cluster.now + .milliseconds(faultRandom.span(10...3000)))
        }
    }

    /// From here on nothing is disturbed, and everybody is there.
    func heal() {
        isQuiet = true
        armed = []
        brokerErrorsUntil = Instant(milliseconds: 0)
        for machine in machines {
            machine.disk.fullUntil = nil
            want(machine)
        }
        note("run", "quiet after \(faultCount) faults")
    }
}

extension PortCall {
    var isOfStore: Bool { rawValue.hasPrefix("store") }

    /// Calls that may be answered by an error that means nothing happened.
    var canBeRefused: Bool {
        switch self {
        case .commitOffsets, .commitEnd, .commitAnswer: return false
        case .poll, .committedOffsets, .bounds, .replay, .renew, .commit, .start: return true
        case .storeOpen, .storeRead, .storeScan, .storeCommit, .storeLoad, .storeTidy, .storeDiscard: return true
        }
    }
}
