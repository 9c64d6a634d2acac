import CreditModel
import StreamCore

extension Checker {
    mutating func noteReward(_ note: Note) {
        guard let status = note.root["status"]?.string, status != "NOT_ADMITTED" else { return }
        let name = note.print("caseId")
        guard let number = casework?.reward(name), var file = casework?.rewards[number] else { return }
        judged(.w1)
        let before = file
        if file.spot.isNone, !note.isWhole, status != "PUBLICISED" { file.isCut = true }
        func against(_ invariant: Invariant, _ expected: String, _ seen: String) {
            guard !file.isCut else { return }
            violation(invariant, [note.spot] + (before.spot.isNone ? [] : [before.spot]), expected: expected, seen: seen)
        }
        if file.state == .over { against(.w1, "nothing after the end of a case", status) }
        switch status {
        case "PUBLICISED":
            if file.state == .granted { against(.w1, "publicity before the grant", "one that begins behind it") }
            if file.opened.isNone { openReward(note, &file, name) }
            file.state = .publicised
            file.publicUntil = note.instant("dueAt") ?? file.publicUntil
        case "OBJECTED":
            if file.state != .publicised, file.state != .objected { against(.w1, "an objection while it is public", "one at another time") }
            file.state = .objected
        case "GRANTED":
            if file.state != .publicised { against(.w1, "a grant of what was public and has no open objection", "\(file.state)") }
            if note.root["decision"]?["authority"]?.string == nil { against(.w1, "a grant by an authority's decision", "none") }
            judged(.t4)
            if !file.isCut, file.state == .publicised, note.tick < file.publicUntil || file.publicUntil == CaseworkState.noTick {
                against(
                    .t4,
                    file.publicUntil == CaseworkState.noTick
                        ? "an end of the publicity before a grant" : "a grant from \(Instant(milliseconds: file.publicUntil)) on",
                    "\(Instant(milliseconds: note.tick))")
            }
            file.state = .granted
            file.granted = note.spot
            file.until = note.day("until")
        case "REFUSED":
            if file.state == .granted { against(.w1, "a refusal of what was not granted", "one behind the grant") }
            file.state = .over
        case "ENDED": file.state = .over
        default: break
        }
        if file.state == .over, file.endedAt == .max { file.endedAt = note.tick }
        file.spot = note.spot
        casework?.rewards[number] = file
    }

    private mutating func openReward(_ note: Note, _ file: inout CaseworkState.Reward, _ name: UInt64) {
        file.opened = note.spot
        file.openedAt = note.tick
        file.subject = note.print("subjectId")
        judged(.w2)
        let programme = Print.of(file.subject, note.print("programme"))
        let other = casework?.openRewards[programme] ?? 0
        if other != 0, let open = casework?.reward(named: other), open.state != .over {
            violation(.w2, [note.spot, open.spot], expected: "one open reward of a programme", seen: "two at a time")
        }
        casework?.openRewards.set(programme, name)
    }

    /// What rewards, records and what went to agencies say about each other.
    mutating func judgeRewards(_ casework: CaseworkState, _ reading: Reading) {
        let subjects = Set(casework.rewards.map(\.subject))
        var adverse: [UInt64: [CaseworkState.Record]] = [:]
        casework.records.visit { _, record in
            if !record.adverse.isEmpty, subjects.contains(record.subject) { adverse[record.subject, default: []].append(record) }
        }
        for file in casework.rewards where !file.isCut && !file.opened.isNone {
            if settings.isAdverse != nil {
                judged(.w3)
                for stretch in (adverse[file.subject] ?? []).flatMap(\.adverse) {
                    guard let (from, to) = reading.ticks(of: "reward", stretch), max(from, file.openedAt) < min(to, file.endedAt) else {
                        continue
                    }
                    violation(
                        .w3, [file.spot, stretch.from], expected: "no reward beside an adverse record in force", seen: "one")
                }
            }
            guard file.state == .granted, file.until != PublicityState.noDay, reading.isPunctual("reward", at: file.spot) else { continue }
            let end = CivilDate(dayNumber: Int(file.until)).end
            if end.milliseconds <= reading.now { violation(.w4, [file.spot], expected: "an end of the reward at \(end)", seen: "none") }
        }
    }
}
