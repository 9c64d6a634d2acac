import CreditModel
import StreamCore

extension Checker {
    /// What goes out under an order or a grant, as its worker has dispatched it.
    mutating func noteDispatch(_ note: Note, isReward: Bool) {
        let name = note.print(isReward ? "grantId" : "orderId")
        let sequence = note.root["sequence"]?.int64 ?? 0
        let action = CaseworkState.Order.Action(note.root["action"]?.string)
        judged(.x4)
        casework?.dispatched.set(Print.of(name, UInt64(bitPattern: sequence)), action)
        guard
            let before = casework?.orders.update(
                name,
                { (order: inout CaseworkState.Order) -> CaseworkState.Order in
                    let before = order
                    order.isReward = isReward
                    order.file = note.print("caseId")
                    order.measure = note.print("measure")
                    order.spot = note.spot
                    order.sequence = sequence
                    order.action = action
                    return before
                })
        else { return }
        let spots = [note.spot] + (before.spot.isNone ? [] : [before.spot])
        if before.spot.isNone {
            let first: CaseworkState.Order.Action = isReward ? .grant : .impose
            if note.isWhole, sequence != 1 || action != first {
                violation(.x4, spots, expected: "\(first) with sequence 1 first", seen: "\(action) with sequence \(sequence)")
            }
            return
        }
        if sequence != before.sequence + 1 {
            violation(.x4, spots, expected: "sequence \(before.sequence + 1) of the order", seen: "\(sequence)")
        }
        let isAllowed =
            switch (before.action, action) {
            case (.impose, .suspend), (.resume, .suspend), (.suspend, .resume), (.impose, .lift), (.resume, .lift), (.suspend, .lift),
                (.grant, .end):
                true
            default: false
            }
        if !isAllowed { violation(.x4, spots, expected: "what may follow \(before.action)", seen: "\(action)") }
    }

    /// What an agency gets; what is repeated is the same.
    mutating func noteSent(_ note: Note, isReward: Bool) {
        let name = note.print(isReward ? "grantId" : "orderId")
        let sequence = note.root["sequence"]?.int64 ?? 0
        let action = CaseworkState.Order.Action(note.root["action"]?.string)
        judged(.x6)
        casework?.sent.append((note.spot, Print.of(name, UInt64(bitPattern: sequence)), action))
        let before = casework?.orders.update(name) { (order: inout CaseworkState.Order) -> (Int64, Spot) in
            let before = (order.sentSequence, order.sentSpot)
            order.sentSequence = max(sequence, order.sentSequence)
            order.sentSpot = note.spot
            return before
        }
        if let (last, spot) = before, sequence < last {
            violation(.x6, [note.spot, spot], expected: "sequence \(last) or a later one", seen: "\(sequence)")
        }
    }

    /// What stands, by its key; nil takes it away.
    mutating func noteCurrent(_ message: Message, _ spot: Spot) {
        guard casework != nil, let key = message.key else { return }
        let root = message.value.flatMap { try? parser.parse($0).root }
        casework?.orders.update(Print.of(key)) {
            $0.currentSpot = spot
            $0.currentSequence = root?["sequence"]?.int64 ?? 0
        }
    }

    /// What became of what an agency was sent.
    mutating func noteDelivered(_ note: Note) {
        guard let status = note.root["status"]?.string else { return }
        let sequence = note.root["sequence"]?.int64 ?? 0
        judged(.x8)
        let before = casework?.orders.update(note.print("orderId")) { (order: inout CaseworkState.Order) -> CaseworkState.Order in
            let before = order
            order.statusSpot = note.spot
            order.statusSequence = sequence
            order.isAcknowledged = status == "ACKNOWLEDGED"
            order.isWaiting = status == "WAITING"
            return before
        }
        guard let before, !before.statusSpot.isNone else { return }
        if sequence < before.statusSequence {
            violation(.x8, [note.spot, before.statusSpot], expected: "news of sequence \(before.statusSequence)", seen: "\(sequence)")
        } else if sequence == before.statusSequence, before.isAcknowledged {
            violation(.x8, [note.spot, before.statusSpot], expected: "nothing after what was acknowledged", seen: status)
        }
    }

    mutating func judgeOrders(_ casework: CaseworkState, _ reading: Reading) {
        let hasDispatches = reading.isWhole(SanctionDispatched.topic.name) && reading.isWhole(RewardDispatched.topic.name)
        var found: [(Invariant, [Spot], String, String)] = []
        if hasDispatches {
            for (spot, key, action) in casework.sent where casework.dispatched[key] != action {
                found.append((.x6, [spot], "what was dispatched under its sequence", "another action, or nothing"))
            }
        }
        var counts: [Invariant: Int] = [:]
        casework.orders.visit { _, order in
            guard !order.spot.isNone else {
                if hasDispatches, !order.currentSpot.isNone, order.currentSequence > 0 {
                    found.append((.x7, [order.currentSpot], "an order that was dispatched", "none"))
                }
                return
            }
            judgeCase(of: order, casework, &found, &counts)
            judgeSent(order, reading, &found, &counts)
        }
        for (invariant, count) in counts { judged(invariant, count) }
        for (invariant, spots, expected, seen) in found { violation(invariant, spots, expected: expected, seen: seen) }
    }

    /// Whether an order is what its case says.
    private func judgeCase(
        of order: CaseworkState.Order, _ casework: CaseworkState, _ found: inout [(Invariant, [Spot], String, String)],
        _ counts: inout [Invariant: Int]
    ) {
        if order.isReward {
            guard let file = casework.reward(named: order.file), !file.isCut else { return }
            counts[.w4, default: 0] += 1
            let spots = [order.spot, file.spot].filter { !$0.isNone }
            if file.granted.isNone { found.append((.w1, spots, "a grant by its case before anything goes out", "none")) }
            if file.state == .over, order.action != .end {
                found.append((.w4, spots, "an end of every grant of a case that is over", "none"))
            }
            if file.state == .granted, order.action == .end { found.append((.w4, spots, "grants as long as the reward stands", "an end")) }
            return
        }
        guard let file = casework.sanction(named: order.file), !file.isCut else { return }
        counts[.x5, default: 0] += 1
        let spots = [order.spot, file.spot].filter { !$0.isNone }
        if file.ordered.isNone { return found.append((.x2, spots, "a decision before anything goes out", "none")) }
        if casework.proposed[Print.of(order.file, order.measure)] != true {
            found.append((.x3, spots, "a measure that was proposed", "another"))
        }
        let isLifted = order.action == .lift
        if file.state == .over, !isLifted { found.append((.x5, spots, "a lifting of a sanction that is over", "none")) }
        if file.state == .suspended, !isLifted, order.action != .suspend {
            found.append((.x1, spots, "an order suspended with its case", "one that stands"))
        }
    }

    /// Whether its agency was told the newest, and the list of what stands says the same.
    private func judgeSent(
        _ order: CaseworkState.Order, _ reading: Reading, _ found: inout [(Invariant, [Spot], String, String)],
        _ counts: inout [Invariant: Int]
    ) {
        guard reading.isDone("delivery", order.spot), reading.isPunctual("delivery", at: order.spot) else { return }
        counts[.x8, default: 0] += 1
        if order.statusSpot.isNone || order.statusSequence != order.sequence {
            found.append((.x8, [order.spot], "news of sequence \(order.sequence)", order.statusSpot.isNone ? "none" : "of another"))
        }
        let takesBack = order.action == .lift || order.action == .end
        let isWaiting = order.isWaiting && order.statusSequence == order.sequence
        if !isWaiting, order.sentSequence > 0 || !takesBack, order.sentSequence != order.sequence {
            found.append((.x6, [order.spot], "that its agency gets sequence \(order.sequence)", "\(order.sentSequence)"))
        }
        counts[.x7, default: 0] += 1
        let isOver = takesBack && order.isAcknowledged && order.statusSequence == order.sequence
        let expected = isOver ? 0 : order.sentSequence
        if order.currentSequence != expected {
            found.append(
                (
                    .x7, [order.currentSpot.isNone ? order.spot : order.currentSpot],
                    expected == 0 ? "that it stands no more" : "sequence \(expected) as what stands", "\(order.currentSequence)"
                ))
        }
    }
}

extension CaseworkState.Order.Action {
    init(_ word: String?) {
        switch word {
        case "IMPOSE": self = .impose
        case "SUSPEND": self = .suspend
        case "RESUME": self = .resume
        case "LIFT": self = .lift
        case "GRANT": self = .grant
        case "END": self = .end
        default: self = .none
        }
    }
}
