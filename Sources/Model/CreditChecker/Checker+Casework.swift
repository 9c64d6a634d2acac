import CreditModel
import StreamCore

/// Cases are followed status by status as they are read; what two topics say about each other is compared at the end.
extension Checker {
    /// What one message of the casework says about itself.
    struct Note {
        var root: JSONValue
        var spot: Spot
        var tick: Int64
        /// The record that it names as its cause.
        var cause: Spot
        /// Whether everything before it in its partition was read.
        var isWhole: Bool

        func print(_ name: StaticString) -> UInt64 { root[name]?.stringBytes.map { Print.of($0) } ?? 0 }

        func instant(_ name: StaticString) -> Int64? {
            root[name]?.stringBytes.flatMap { Instant(rfc3339: $0) }?.milliseconds
        }

        func day(_ name: StaticString) -> Int32 {
            root[name]?.stringBytes.flatMap { CivilDate(iso: $0) }.map { Int32($0.dayNumber) } ?? PublicityState.noDay
        }

        func prints(_ name: StaticString) -> [UInt64] {
            root[name].map { $0.elements.compactMap { $0.stringBytes.map { Print.of($0) } } } ?? []
        }
    }

    mutating func noteCasework(_ message: Message, _ spot: Spot, _ head: Provenance) {
        guard casework != nil, let topic = topics[places[spot.place].topic].casework else { return }
        if topic == .current { return noteCurrent(message, spot) }
        guard let value = message.value, let root = try? parser.parse(value).root else { return }
        var cause = Spot.none
        if case .record(let topic, let partition, let offset)? = head.cause.flatMap({ NamedCause($0) }),
            let place = place(topic, partition)
        {
            cause = Spot(place, offset)
        }
        let note = Note(
            root: root, spot: spot, tick: head.time.flatMap { milliseconds($0) } ?? CaseworkState.noTick, cause: cause,
            isWhole: places[spot.place].extent.earliest == 0)
        switch topic {
        case .ledger: noteVersion(note)
        case .rulings: noteRuling(note)
        case .disputes: noteDispute(note)
        case .inquiries: noteInquiry(note)
        case .repairs: noteRepair(note)
        case .sanctions: noteSanction(note)
        case .rewards: noteReward(note)
        case .dispatches: noteDispatch(note, isReward: false)
        case .rewardDispatches: noteDispatch(note, isReward: true)
        case .orders: noteSent(note, isReward: false)
        case .grants: noteSent(note, isReward: true)
        case .current: break
        case .deliveries: noteDelivered(note)
        case .requests: noteRequest(note)
        case .sendings: noteSending(note)
        case .notices: noteProof(note)
        case .alerts: noteAlert(note)
        }
    }

    // MARK: Records

    private mutating func noteVersion(_ note: Note) {
        let root = note.root
        let name = note.print("recordId")
        let annotations = root["annotations"].map { $0.elements.compactMap { $0["caseId"]?.stringBytes.map { Print.of($0) } } } ?? []
        let because = root["cause"]?["caseId"]?.stringBytes.map { Print.of($0) } ?? 0
        let state = root["state"]
        let isRestricted = root["restricted"]?.bool == true
        let isAdverse = root["catalogItem"]?.string.flatMap { settings.isAdverse?($0) } ?? false
        let isArchived = state?.equals("ARCHIVED") == true
        judged(.d2)
        if isRestricted == annotations.isEmpty {
            violation(
                .d2, [note.spot], expected: isRestricted ? "an open case that restricts the record" : "that its open case restricts it",
                seen: "none such")
        }
        var gone: [UInt64] = []
        casework?.records.update(name) { record in
            gone = record.annotations.filter { !annotations.contains($0) }
            let wasInDoubt = record.isInDoubt
            record.spot = note.spot
            record.isEffective = state?.equals("EFFECTIVE") == true
            record.isHeld = state?.equals("HELD") == true
            record.isOver = isArchived || state?.equals("WITHDRAWN") == true
            record.isRestricted = isRestricted
            if record.isInDoubt, !wasInDoubt { record.doubts.append((note.spot, .none)) }
            if !record.isInDoubt, wasInDoubt { record.doubts[record.doubts.count - 1].to = note.spot }
            record.subject = note.print("subjectId")
            let wasAgainst = record.adverse.last?.to.isNone ?? false
            let isAgainst = isAdverse && record.isEffective && !isRestricted
            if isAgainst, !wasAgainst { record.adverse.append((note.spot, .none)) }
            if !isAgainst, wasAgainst { record.adverse[record.adverse.count - 1].to = note.spot }
            record.annotations = annotations
        }
        for file in gone {
            if file != because, !isArchived {
                violation(.d2, [note.spot], expected: "that only its own case takes a restriction away", seen: "another cause")
            }
            casework?.marks.update(Print.of(name, file)) { $0.clearedAt = note.tick }
        }
        guard because != 0 else { return }
        let isRepaired = state?.equals("REPAIRED") == true
        casework?.marks.update(Print.of(name, because)) {
            $0.version = note.spot
            if isRepaired { $0.isShownRepaired = true }
        }
    }

    private mutating func noteRuling(_ note: Note) {
        let word = note.root["ruling"]
        let isAnnotation = word?.equals("annotate") == true
        let changesRecord = word?.equals("correct") == true || word?.equals("withdraw") == true || word?.equals("repair") == true
        casework?.marks.update(Print.of(note.print("recordId"), note.print("caseId"))) {
            if isAnnotation {
                $0.annotation = note.spot
                $0.annotations += 1
            } else {
                $0.ending = note.spot
                $0.endingChangesRecord = changesRecord
            }
        }
    }

    // MARK: Disputes

    private mutating func noteInquiry(_ note: Note) {
        guard let number = casework?.dispute(note.print("disputeId")) else { return }
        casework?.disputes[number].ground = note.print("ground")
    }

    private mutating func noteDispute(_ note: Note) {
        // What was not admitted has no case of its own, and a duplicate names the one that is open.
        guard let status = note.root["status"]?.string, status != "NOT_ADMITTED", let number = casework?.dispute(note.print("disputeId")),
            var file = casework?.disputes[number]
        else { return }
        judged(.d1)
        if file.spot.isNone, !note.isWhole, status != "RECEIVED" { file.isCut = true }
        let before = file
        func against(_ invariant: Invariant, _ expected: String, _ seen: String) {
            guard !file.isCut else { return }
            violation(invariant, [note.spot] + (before.spot.isNone ? [] : [before.spot]), expected: expected, seen: seen)
        }
        if status == "DUPLICATE" {
            judged(.d4)
            if !file.isOpen { against(.d4, "an open dispute that a second one is told of", "one that is over, or none") }
            return
        }
        let instance = note.root["instance"]?.int64 ?? 1
        if status == "RECEIVED" {
            judged(.d4)
            if instance == 1 ? file.state != .unknown : file.state != .dismissed || file.instance != 1 {
                against(.d4, "a dispute that begins, or a review of one that was dismissed", "one that is open or over")
            }
            file.opened = note.spot
            file.openings += 1
            file.openedAt = note.tick
            file.endedAt = CaseworkState.noTick
            file.state = .open
        } else if !file.isOpen {
            against(.d1, "that a dispute is received, and ends once", "\(status) of one that is not open")
        }
        let finding = note.root["finding"]
        let officer = finding?["officer"]?.stringBytes.map { Print.of($0) } ?? 0
        switch status {
        case "INQUIRING": file.state = .open
        case "PAUSED": file.state = .paused
        case "UPHELD":
            file.state = .upheld
            // The bureau may put its record right by itself.
            if finding != nil {
                judged(.d5)
                if officer == 0 { against(.d5, "an officer's name in the finding that upholds", "none") }
            }
            file.wasWrong = finding?["finding"]?.equals("WRONG") == true
        case "DISMISSED":
            judged(.d5)
            file.state = .dismissed
            if finding?["finding"]?.equals("CONFIRMED") != true || officer == 0 {
                against(.d5, "a dispute that only an officer's finding dismisses", "no such finding")
            }
        case "UNVERIFIED":
            judged(.t4)
            if officer == 0, before.dueAt != CaseworkState.noTick, note.tick < before.dueAt {
                against(.t4, "the end by silence from \(Instant(milliseconds: before.dueAt)) on", "\(Instant(milliseconds: note.tick))")
            }
            file.state = .unverified
            file.removeAt = note.instant("removeAt") ?? CaseworkState.noTick
        default: break
        }
        if officer != 0 {
            if instance == 1 {
                file.finder = officer
            } else {
                judged(.d5)
                if officer == file.finder { against(.d5, "a review by another officer than the one who found first", "the same") }
            }
        }
        if file.state == .upheld || file.state == .dismissed { file.endedAt = note.tick }
        file.record = note.print("recordId")
        file.instance = instance
        file.dueAt = note.instant("dueAt") ?? (file.state == .open || file.state == .paused ? file.dueAt : CaseworkState.noTick)
        file.spot = note.spot
        casework?.disputes[number] = file
    }

    // MARK: Repairs

    private mutating func noteRepair(_ note: Note) {
        guard let status = note.root["status"]?.string, status != "NOT_ADMITTED", let number = casework?.repair(note.print("repairId")),
            var file = casework?.repairs[number]
        else { return }
        judged(.r1)
        let before = file
        let hasDecision = note.root["decision"]?["authority"]?.string != nil
        func against(_ expected: String, _ seen: String) {
            violation(.r1, [note.spot] + (before.spot.isNone ? [] : [before.spot]), expected: expected, seen: seen)
        }
        // Where the beginning is no longer kept, what comes first is taken as it is.
        let isCut = file.state == .unknown && !note.isWhole
        switch status {
        case "RECEIVED":
            if file.state != .unknown { against("an application that is received once", "a second time") }
            file.state = .received
        case "ACCEPTED":
            if !isCut, file.state != .received, file.state != .accepted { against("an application that was received", "\(file.state)") }
            file.state = .accepted
        case "REFUSED", "RETURNED":
            if !isCut, file.state != .accepted, status == "REFUSED" || file.state != .received {
                against("an application that waits for a decision", "\(file.state)")
            }
            if status == "REFUSED", !hasDecision { against("a refusal that an authority has decided", "no decision") }
            file.state = .over
        case "GRANTED":
            if !isCut, file.state != .accepted, file.state != .granted { against("an application that was accepted", "\(file.state)") }
            // Silence grants what its rule says, and never before its time.
            if file.state == .accepted, !hasDecision, note.tick < file.dueAt {
                judged(.t4)
                violation(
                    .t4, [note.spot, before.spot], expected: "a grant by silence from \(Instant(milliseconds: file.dueAt)) on",
                    seen: "\(Instant(milliseconds: note.tick))")
            }
            file.state = .granted
        case "EXECUTED":
            if !isCut, file.state != .granted { against("a repair that was granted", "\(file.state)") }
            file.state = .executed
            file.executedBecause = note.cause
        default: break
        }
        file.record = note.print("recordId")
        file.isPerformance = note.root["kind"]?.equals("PERFORMANCE") == true
        file.dueAt = note.instant("dueAt") ?? CaseworkState.noTick
        file.spot = note.spot
        casework?.repairs[number] = file
    }
}
