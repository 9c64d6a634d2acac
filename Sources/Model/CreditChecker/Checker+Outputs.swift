import CreditModel
import StreamCore

extension Checker {
    /// How a message answers the input that caused it.
    private enum Answer {
        case outcome, reply, letter, forward
        /// One of several cases of one message.
        case cases
        /// It goes with an answer, or there is none.
        case nothing
    }

    mutating func readOutput(_ message: Message, _ standing: Standing, _ spot: Spot, _ role: TopicRole) {
        let head = Provenance(message.headers)
        let topic = places[spot.place].topic
        guard let name = head.worker, let lane = head.lane, head.count > 0, 1...head.count ~= head.index else {
            // Topics whose worker is not there yet are filled by hand while it is being built.
            guard !topics[topic].producers.isEmpty else {
                foreign += 1
                if role.isInput { change(spot) { $0.standing = standing } }
                return
            }
            violation(
                .g4, [spot], expected: "a worker's message with its transaction in ce_txn",
                seen: "one that does not say where it comes from")
            if role.isInput { change(spot) { $0.standing = standing } }
            return
        }
        let worker = worker(name)
        let transaction = transactions.number(lane: transactions.lane(lane, worker: worker), counter: head.counter)
        noteInTransaction(head, transaction, standing, spot)
        scanOutput(message, spot, role)
        let cause = head.cause.flatMap { NamedCause($0) }
        let causeSpot = causeSpot(cause, spot, standing)
        if role.isInput {
            change(spot) {
                $0.standing = standing
                $0.parent = causeSpot?.bits ?? 0
            }
        }
        guard standing != .aborted else { return }
        let answer = readValue(message, spot, role, head, transaction, standing, cause: causeSpot)
        guard standing == .committed else {
            if let causeSpot, isRead(causeSpot) { change(causeSpot) { $0.isPending = true } }
            return
        }
        noteCasework(message, spot, head)
        if workers[worker] == "identity" { claimSubject(head, message, role, transaction) }
        noteTime(head, cause, transaction, spot)
        noteCause(head, cause, causeSpot, transaction, spot, answer)
    }

    // MARK: Transactions

    private mutating func noteInTransaction(_ head: Provenance, _ transaction: Int, _ standing: Standing, _ spot: Spot) {
        judged(.g4)
        let total = transactions.all[transaction].total
        if total != 0, Int(total) != head.count {
            violation(
                .g4, [spot, transactions.all[transaction].first],
                expected: "\(total) outputs of transaction \(transactions.name(transaction))", seen: "\(head.count)")
        }
        let index = total == 0 ? head.index : min(head.index, Int(total))
        if !transactions.saw(transaction, index: index, of: head.count, standing, at: spot) {
            violation(
                .g4, [spot, transactions.all[transaction].first],
                expected: "output \(head.index) of transaction \(transactions.name(transaction)) once", seen: "it is there twice")
        }
        // One producer writes a partition in the order of its transactions and of their outputs.
        let lane = transactions.all[transaction].lane
        let number = UInt64(truncatingIfNeeded: head.counter) << 24 | UInt64(head.index & 0xff_ffff)
        let before = sequences.update(UInt64(spot.place + 1) << 32 | UInt64(lane)) {
            (sequence: inout (first: UInt64, last: UInt64)) -> UInt64 in
            if sequence.first == 0 { sequence.first = number }
            defer { sequence.last = max(sequence.last, number) }
            return sequence.last
        }
        if number < before {
            violation(
                .g4, [spot], expected: "outputs in the order of their transactions",
                seen: "output \(head.index) of \(transactions.name(transaction)) behind a later one")
        }
    }

    private mutating func noteTime(_ head: Provenance, _ cause: NamedCause?, _ transaction: Int, _ spot: Spot) {
        guard let text = head.time, let time = milliseconds(text) else {
            violation(.t3, [spot], expected: "the tick of the decision in ce_time", seen: "none")
            return
        }
        sawTick(time)
        let partition: Int
        switch cause {
        case .record(_, let number, _): partition = number
        case .timer(let number, let due):
            partition = number
            judged(.t1)
            if time < due {
                violation(
                    .t1, [spot], expected: "a tick from \(Instant(milliseconds: due)) on, when the timer is due",
                    seen: "\(Instant(milliseconds: time))")
            }
        case nil: return
        }
        let other = parts.update(partKey(transaction, partition)) { (part: inout Part) -> Int64? in
            if part.first.isNone { part.first = spot }
            guard part.time != .min else {
                part.time = time
                return nil
            }
            return part.time == time ? nil : part.time
        }
        if let other {
            violation(
                .t3, [spot], expected: "one tick in transaction \(transactions.name(transaction))",
                seen: "\(Instant(milliseconds: time)) and \(Instant(milliseconds: other))")
        }
    }

    // MARK: Causes

    /// Where the record lies that a message names as its cause; nil for a timer, and for what is not read.
    private mutating func causeSpot(_ cause: NamedCause?, _ spot: Spot, _ standing: Standing) -> Spot? {
        guard case .record(let topic, let partition, let offset) = cause else { return nil }
        let found = place(topic, partition)
        // What several workers act on is followed worker by worker, as timers are.
        if let found, places[found].role.isShared { return nil }
        guard let place = found, places[place].role.isInput else {
            if standing == .committed {
                violation(.g2, [spot], expected: "an input of a worker as its cause", seen: "a partition that is none")
            }
            return nil
        }
        return Spot(place, offset)
    }

    private mutating func noteCause(
        _ head: Provenance, _ cause: NamedCause?, _ causeSpot: Spot?, _ transaction: Int, _ spot: Spot, _ answer: Answer
    ) {
        guard let cause, let text = head.cause else {
            violation(.g2, [spot], expected: "its cause in ce_origin", seen: "none that can be read")
            return
        }
        guard let number = head.number, number >= -1 else {
            violation(.g2, [spot], expected: "an id made from its cause", seen: "another one")
            return
        }
        switch cause {
        case .timer: return noteOnce(text, 0, number, transaction, spot, expected: "a timer to fire once")
        case .record(let topic, let partition, _):
            guard let place = place(topic, partition), places[place].role.isShared else { break }
            let worker = head.worker.map { Print.of($0) } ?? 0
            return noteOnce(text, worker, number, transaction, spot, expected: "a worker to act once on its cause")
        }
        guard let causeSpot else { return }
        let extent = places[causeSpot.place].extent
        if causeSpot.offset < extent.earliest {
            causesGone += 1
            return
        }
        if causeSpot.offset >= extent.end {
            causesAhead.append((spot, causeSpot))
            return
        }
        judged(.g2)
        var isRepeated = false
        let bit = number < 0 ? UInt32(31) : UInt32(min(number, 30))
        if bit == 30 {
            isRepeated = furtherOutputs.update(Print.of(causeSpot.bits, UInt64(number))) { (seen: inout Bool) -> Bool in
                defer { seen = true }
                return seen
            }
        }
        let own = UInt32(transaction + 1)
        let (other, earlier) = change(causeSpot) { (state: inout InputState) -> (UInt32, Spot) in
            if bit != 30, state.outputs >> bit & 1 == 1 { isRepeated = true }
            let before = (state.transaction, state.answer)
            state.outputs |= 1 << bit
            if state.transaction == 0 { state.transaction = own }
            switch answer {
            case .outcome: state.addOutcome()
            case .reply: state.addReply()
            case .letter: state.addLetter()
            case .forward: state.addForward()
            case .cases: state.hasCases = true
            case .nothing: break
            }
            if case .nothing = answer {} else { state.answer = spot }
            return before
        }
        if isRepeated {
            violation(
                .g2, [spot, causeSpot] + (earlier.isNone ? [] : [earlier]), expected: "message \(number) of its cause once",
                seen: "it is there twice")
        } else if other != 0, other != own {
            violation(
                .g2, [spot, causeSpot], expected: "all that a cause made in one transaction",
                seen: "\(transactions.name(transaction)) and \(transactions.name(Int(other) - 1))")
        }
    }

    private mutating func noteOnce(
        _ text: Bytes, _ worker: UInt64, _ number: Int, _ transaction: Int, _ spot: Spot, expected: String
    ) {
        judged(.g2)
        let own = UInt32(transaction + 1)
        let bit = UInt64(number < 0 ? 62 : min(number, 61))
        let (isRepeated, other) = timerCauses.update(Print.of(text, worker)) {
            (known: inout (outputs: UInt64, transaction: UInt32)) -> (Bool, UInt32) in
            let before = (known.outputs >> bit & 1 == 1, known.transaction)
            known.outputs |= 1 << bit
            if known.transaction == 0 { known.transaction = own }
            return before
        }
        if isRepeated || other != 0 && other != own {
            violation(
                .g2, [spot], expected: expected, seen: "its message \(number) in \(transactions.name(transaction)) as well")
        }
    }

    // MARK: What it says

    private mutating func readValue(
        _ message: Message, _ spot: Spot, _ role: TopicRole, _ head: Provenance, _ transaction: Int, _ standing: Standing, cause: Spot?
    ) -> Answer {
        let isCommitted = standing == .committed
        switch role {
        case .routed: return .forward
        case .answers: return .reply
        case .filed: return .cases
        case .deadLetters:
            if isCommitted { judgeLetter(head, spot, cause) }
            return .letter
        case .verified:
            guard let root = root(message) else { return unreadable(spot, .g2, isCommitted, .forward) }
            let isCase = root["area"].map { !$0.equals("record") } ?? false
            if root["answer"]?.bool == false {
                change(spot) { $0.needsNoAnswer = true }
                return .nothing
            }
            return isCase ? .cases : .forward
        case .filedRecord:
            guard let root = root(message) else { return unreadable(spot, .g2, isCommitted, .forward) }
            if isCommitted { judgeContent(root, spot) }
            guard root["answer"]?.bool == false else { return .forward }
            change(spot) { $0.needsNoAnswer = true }
            return .nothing
        case .outcomes:
            guard let root = root(message) else { return unreadable(spot, .s2, isCommitted, .outcome) }
            if isCommitted { judgeOutcome(root, spot, cause) }
            return .outcome
        case .ledger:
            guard let root = root(message) else { return unreadable(spot, .l1, isCommitted, .nothing) }
            if isCommitted {
                judgeVersion(root, message, spot, head, transaction, cause: cause)
                notePublicity(of: root, spot)
            }
            return .nothing
        case .current:
            if isCommitted { readCurrent(message, spot) }
            return .nothing
        case .profiles, .sealedSubjects:
            guard isCommitted, let key = message.key else { return .nothing }
            let own = OutputNumber(transaction: UInt32(transaction + 1), index: UInt32(head.index))
            subjects.update(Print.of(key)) { if role == .profiles { $0.profile = own } else { $0.sealed = own } }
            if role == .profiles { noteProfile(message, spot) }
            return .nothing
        case .listings:
            if isCommitted { noteListing(message, spot, at: head.time.flatMap { milliseconds($0) } ?? .max) }
            return .nothing
        default: return .nothing
        }
    }

    private mutating func root(_ message: Message) -> JSONValue? {
        guard let value = message.value else { return nil }
        return try? parser.parse(value).root
    }

    private mutating func unreadable(_ spot: Spot, _ invariant: Invariant, _ isCommitted: Bool, _ answer: Answer) -> Answer {
        if isCommitted { violation(invariant, [spot], expected: "a message of its topic", seen: "one that cannot be read") }
        return answer
    }

    private mutating func judgeLetter(_ head: Provenance, _ spot: Spot, _ cause: Spot?) {
        guard let origin = head.letterOrigin else {
            violation(.g2, [spot], expected: "the origin of a dead letter in dl_origin", seen: "none")
            return
        }
        // What was redriven names the redrive as its cause and the message as its origin.
        guard let cause, let text = head.cause else { return }
        if case .redrive = places[cause.place].role { return }
        if !origin.elementsEqual(text) {
            violation(.g2, [spot, cause], expected: "a dead letter of what caused it", seen: "one of another message")
        }
    }

    /// Two of one record and revision say the same.
    private mutating func judgeContent(_ root: JSONValue, _ spot: Spot) {
        guard let record = root["recordId"]?.stringBytes, let revision = root["revision"]?.int64, let content = root["record"] else {
            return
        }
        judged(.s3)
        let print = Print.of(content.bytes)
        let other = filed.update(Print.of(Print.of(record), UInt64(bitPattern: revision))) {
            (known: inout (content: UInt64, spot: UInt64)) -> UInt64 in
            guard known.spot != 0 else {
                known = (print, spot.bits)
                return 0
            }
            return known.content == print ? 0 : known.spot
        }
        if other != 0 {
            violation(.s3, [spot, Spot(bits: other)], expected: "one content of a revision", seen: "two")
        }
    }

    private mutating func judgeOutcome(_ root: JSONValue, _ spot: Spot, _ cause: Spot?) {
        let submission = root["submission"]
        guard let source = submission?["source"]?.stringBytes, let id = submission?["id"]?.stringBytes, let status = root["status"] else {
            violation(.s2, [spot], expected: "source, id and status", seen: "an outcome without one of them")
            return
        }
        if let cause, isRead(cause) {
            // An id that held a number is repeated with asterisks: it cannot be compared.
            let isMasked = id.contains(UInt8(ascii: "*")) || source.contains(UInt8(ascii: "*"))
            let mark = isMasked ? 0 : UInt32(truncatingIfNeeded: Print.of(Print.of(source), Print.of(id)))
            change(cause) { $0.mark = mark }
        }
        guard status.equals("ACCEPTED") || status.equals("HELD"), let bureau = root["bureau"]?.stringBytes,
            let number = root["recordNo"]?.stringBytes, let revision = root["revision"]?.int64
        else { return }
        judged(.s3)
        let other = accepted.update(Print.of(Print.of(bureau), Print.of(number), UInt64(bitPattern: revision))) {
            (known: inout UInt64) -> UInt64 in
            defer { if known == 0 { known = spot.bits } }
            return known
        }
        if other != 0 {
            violation(.s3, [spot, Spot(bits: other)], expected: "a revision to be accepted once", seen: "it was accepted twice")
        }
    }

    /// What identity says about a subject comes before what it passes on, and may be gone from its topic since.
    private mutating func claimSubject(_ head: Provenance, _ message: Message, _ role: TopicRole, _ transaction: Int) {
        guard let number = head.number, number > 0 else { return }
        let key: UInt64
        switch role {
        case .filedRecord, .filed, .sealedSubjects: key = message.key.map { Print.of($0) } ?? 0
        // An answer names no subject.
        default: key = 0
        }
        for index in max(1, head.index - number)..<head.index where !transactions.has(transaction, index) {
            // A profile comes first, the sealed identity behind it; one of them may come without the other.
            let kind: Claim.Kind =
                if role == .sealedSubjects { .profile } else if number == 1 { .profileOrSealed } else {
                    index == head.index - number ? .profile : .sealed
                }
            claims.append(Claim(key: key, transaction: UInt32(transaction), index: UInt32(index), version: 0, kind: kind))
        }
    }

    // MARK: Numbers

    private mutating func scanOutput(_ message: Message, _ spot: Spot, _ role: TopicRole) {
        switch role {
        // These lie before identity.
        case .routed, .verified: return
        case .sealedSubjects: scanForNumbers(message, spot, value: false)
        case .deadLetters(let worker): scanForNumbers(message, spot, value: !isSealed(number(of: worker)))
        default: scanForNumbers(message, spot, value: true)
        }
    }

    mutating func scanForNumbers(_ message: Message, _ spot: Spot, value: Bool) {
        judged(.e4)
        var part: String?
        if let key = message.key, scan.finds(in: key) { part = "its key" }
        for (_, header) in message.headers {
            if part == nil, let header, scan.finds(in: header) { part = "a header" }
        }
        if part == nil, value, let value = message.value, scan.finds(in: value) { part = "its value" }
        if let part {
            violation(.e4, [spot], expected: "no identity number and no organisation code", seen: "one in \(part)")
        }
    }
}
