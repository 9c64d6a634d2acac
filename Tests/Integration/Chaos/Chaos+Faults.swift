import BrokerKit
import Foundation

extension Chaos {
    struct Injected {
        var what: String
        /// The moment from which the cluster's recovery counts.
        var since: ContinuousClock.Instant
        var skipped: String?
    }

    /// Does it, and ends it where it has to be ended.
    func inject(_ fault: Fault) throws -> Injected {
        let slot = fleet.slots.randomElement(using: &random)!
        switch fault {
        case .kill:
            let since = ContinuousClock.now
            fleet.kill(slot)
            try fleet.start(slot)
            return Injected(what: "kill -9 of \(slot.name), back at once", since: since)
        case .killLater:
            let away = Duration.seconds(Int.random(in: 9...14, using: &random))
            let since = ContinuousClock.now
            fleet.kill(slot)
            try fleet.pass(away)
            try fleet.start(slot)
            return Injected(what: "kill -9 of \(slot.name), back after \(away)", since: since)
        case .killMove:
            nextInstance += 1
            let since = ContinuousClock.now
            let former = slot.name
            fleet.kill(slot)
            slot.instance = "n\(nextInstance)"
            if !slot.data.contains("small-disk") { slot.data = "\(city.folder)/\(slot.name)" }
            try fleet.start(slot)
            return Injected(what: "kill -9 of \(former), \(slot.name) in its place", since: since)
        case .stop:
            let still = Duration.seconds(Int.random(in: 11...16, using: &random))
            let since = ContinuousClock.now
            slot.process?.pause()
            try fleet.pass(still)
            slot.process?.resume()
            return Injected(what: "\(slot.name) stood still for \(still)", since: since)
        case .terminate:
            let since = ContinuousClock.now
            let took = try fleet.terminate(slot)
            try fleet.start(slot)
            return Injected(what: "SIGTERM of \(slot.name), ended after \(short(took)), back at once", since: since)
        case .rolling:
            let worker = City.workers.randomElement(using: &random)!
            var took: [String] = []
            var since = ContinuousClock.now
            for slot in fleet.slots where slot.worker == worker {
                since = .now
                took.append(short(try fleet.terminate(slot)))
                try fleet.start(slot)
                try fleet.wait("\(slot.name) is back", within: .seconds(30)) { slot.process?.isReady ?? false }
            }
            return Injected(what: "\(worker): every instance restarted, ended after \(took.joined(separator: ", "))", since: since)
        case .twin:
            return try twin(of: slot)
        case .brokerKill:
            let node = broker.nodes.randomElement(using: &random)!
            let away = Duration.seconds(Int.random(in: 0...5, using: &random))
            let killed = ContinuousClock.now
            broker.kill([node])
            try fleet.pass(away)
            try broker.restart([node])
            let since = ContinuousClock.now
            try fleet.wait("the broker's copies are in sync", within: .seconds(60)) { self.broker.isWhole() }
            return Injected(what: "kill -9 of broker \(node.id), back after \(short(since - killed))", since: since)
        case .brokerPause:
            let node = broker.nodes.randomElement(using: &random)!
            // One node alone is paused for less than its session: see `TestBroker.Options.hasOwnController`.
            let still = Duration.seconds(Int.random(in: options.nodes == 1 ? 2...7 : 2...14, using: &random))
            broker.pause([node])
            try fleet.pass(still)
            broker.resume([node])
            return Injected(what: "broker \(node.id) stood still for \(still)", since: .now)
        case .answers:
            return try answersGoWrong()
        case .lateEndTxn:
            let late = Duration.milliseconds(Int.random(in: 20...3000, using: &random))
            let numbers = proxies.map { $0.add(ProxyRule(.deliverLate(late), .endTxn, choice: .probability(0.1))) }
            let since = ContinuousClock.now
            try fleet.pass(.seconds(4))
            let count = zip(proxies, numbers).reduce(0) { $0 + $1.0.applied($1.1) }
            for proxy in proxies { proxy.removeRules() }
            return Injected(what: "\(count) EndTxn delivered \(late) late", since: since)
        case .network:
            let still = Duration.seconds(Int.random(in: 1...12, using: &random))
            for proxy in proxies { proxy.freeze() }
            try fleet.pass(still)
            for proxy in proxies { proxy.thaw() }
            return Injected(what: "the network stood still for \(still)", since: .now)
        case .full:
            guard let disk else {
                return Injected(what: "full disk", since: .now, skipped: "mounting a small file system is not allowed here")
            }
            disk.fill()
            try fleet.pass(.seconds(6))
            disk.empty()
            return Injected(
                what: "no room on the disk of \(fleet.slots.first { $0.data.hasPrefix(disk.path) }?.name ?? "") for 6 s", since: .now)
        case .wipe:
            let since = ContinuousClock.now
            fleet.kill(slot)
            for name in try FileManager.default.contentsOfDirectory(atPath: slot.data) {
                try FileManager.default.removeItem(atPath: slot.data + "/" + name)
            }
            try fleet.start(slot)
            return Injected(what: "\(slot.name) killed, its folder emptied, back at once", since: since)
        case .flip:
            let since = ContinuousClock.now
            fleet.kill(slot)
            let flipped = try flipBytes(below: slot.data)
            try fleet.start(slot)
            return Injected(what: "\(slot.name) killed, \(flipped), back at once", since: since)
        case .clock:
            guard let clock else { return Injected(what: "clock", since: .now, skipped: "no C compiler makes the clock") }
            let hours = [-48, -2, 2, 30].randomElement(using: &random)!
            let since = ContinuousClock.now
            try clock.set(seconds: Int64(hours) * 3600)
            try fleet.pass(.seconds(3))
            try clock.set(seconds: 0)
            let name = fleet.slots.first { !$0.environment.isEmpty }?.name ?? "nobody"
            return Injected(what: "the clock of \(name) was \(hours) hours off for 3 s", since: since)
        }
    }

    /// One of two processes with the same place in the group has to give way; the place goes on.
    private func twin(of slot: Fleet.Slot) throws -> Injected {
        nextInstance += 1
        let since = ContinuousClock.now
        guard let first = slot.process else { return Injected(what: "", since: since, skipped: "\(slot.name) does not run") }
        slot.isWanted = false
        let twin = try city.start(
            slot.worker, instance: slot.instance, data: "\(city.folder)/twin-\(nextInstance)", bootstrap: fleet.bootstrap,
            arguments: fleet.arguments)
        defer { twin.kill() }
        try fleet.wait("one of two \(slot.name) gives way", within: .seconds(30)) { !first.child.isRunning || !twin.child.isRunning }
        let loser = first.child.isRunning ? "the second" : "the first"
        let end = (first.child.isRunning ? twin : first).child.end!
        twin.kill()
        if first.child.isRunning { slot.isWanted = true } else { try fleet.start(slot) }
        return Injected(what: "a second \(slot.name): \(loser) gave way (\(end)), then the second was killed", since: since)
    }

    private func answersGoWrong() throws -> Injected {
        let apis: [KafkaAPI] = [
            .endTxn, .endTxn, .addOffsetsToTxn, .txnOffsetCommit, .addPartitionsToTxn, .initProducerId, .offsetFetch, .fetch, .produce,
            .heartbeat, .joinGroup, .metadata,
        ]
        let api = apis.randomElement(using: &random)!
        let actions: [ProxyRule.Action] = [
            .cut, .cut, .cutBefore, .delay(.milliseconds(Int.random(in: 50...1500, using: &random))), .delay(.seconds(7)), .swallow,
        ]
        let action = actions.randomElement(using: &random)!
        // A swallowed answer is waited for until the client's own time is over: a few are enough.
        let share = action == .swallow ? 0.02 : 0.15
        let numbers = proxies.map { $0.add(ProxyRule(action, api, choice: .probability(share))) }
        try fleet.pass(.seconds(5))
        let count = zip(proxies, numbers).reduce(0) { $0 + $1.0.applied($1.1) }
        for proxy in proxies {
            proxy.removeRules()
            proxy.release()
        }
        return Injected(what: "\(count) answers to \(api): \(action)", since: .now)
    }

    /// Flips a few bits anywhere in the database files below a folder.
    private func flipBytes(below folder: String) throws -> String {
        let files = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).filter {
            $0.hasSuffix(".sqlite") || $0.hasSuffix(".db") || $0.hasSuffix("-wal")
        }.sorted()
        var count = 0
        for name in files.shuffled(using: &random).prefix(3) {
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: folder + "/" + name))
            defer { try? handle.close() }
            let size = try handle.seekToEnd()
            guard size > 0 else { continue }
            for _ in 0..<8 {
                let place = UInt64.random(in: 0..<size, using: &random)
                try handle.seek(toOffset: place)
                guard let byte = try handle.read(upToCount: 1)?.first else { continue }
                try handle.seek(toOffset: place)
                try handle.write(contentsOf: Data([byte ^ UInt8(1 << Int.random(in: 0..<8, using: &random))]))
                count += 1
            }
        }
        return "\(count) bits of \(min(3, files.count)) files flipped"
    }
}
