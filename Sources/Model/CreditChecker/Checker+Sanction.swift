import CreditModel
import StreamCore

extension Checker {
    mutating func noteSanction(_ note: Note) {
        guard let status = note.root["status"]?.string, status != "NOT_ADMITTED" else { return }
        let name = note.print("caseId")
        guard let number = casework?.sanction(name), var file = casework?.sanctions[number] else { return }
        judged(.x2)
        let before = file
        if file.spot.isNone, !note.isWhole, status != "PROPOSED" { file.isCut = true }
        func against(_ invariant: Invariant, _ expected: String, _ seen: String) {
            guard !file.isCut else { return }
            violation(invariant, [note.spot] + (before.spot.isNone ? [] : [before.spot]), expected: expected, seen: seen)
        }
        if file.state == .over { against(.x5, "nothing after the end of a case", status) }
        let measures = note.prints("measures")
        switch status {
        case "PROPOSED":
            if !file.isProposed {
                file.proposer = note.print("proposer")
                file.notice = note.print("noticeId")
                for measure in measures { casework?.proposed.set(Print.of(name, measure), true) }
            }
            file.isProposed = true
            file.isObjected = false
            file.state = .pending
        case "NOTICED":
            if !file.isProposed { against(.x2, "a proposal before its notice", "none") }
            if file.noticed.isNone {
                file.noticed = note.spot
                file.noticedBecause = note.cause
            }
            file.termsEnd = note.instant("dueAt") ?? file.termsEnd
            file.isObjected = false
        case "OBJECTED": file.isObjected = true
        case "AWAITING_DECISION":
            if file.noticed.isNone { against(.x2, "a delivered notice before a decision is awaited", "none") }
            judgeTerms(note, file, "a decision awaited")
            file.isObjected = false
            file.isAwaiting = true
        case "ORDERED" where file.ordered.isNone:
            judgeOrdered(note, name, file, measures)
            file.ordered = note.spot
            file.state = .standing
        case "ORDERED", "RESUMED":
            if file.ordered.isNone { against(.x2, "an order before it is resumed", "none") }
            file.state = .standing
        case "SUSPENDED":
            if file.ordered.isNone { against(.x2, "an order before it is suspended", "none") }
            file.state = .suspended
        case "LIFTED":
            if file.ordered.isNone { against(.x2, "an order before it is lifted", "none") }
            file.state = .over
        case "DISMISSED":
            if !file.ordered.isNone { against(.x2, "a case without an order to dismiss", "one that was ordered") }
            file.state = .over
        default: break
        }
        file.records = note.prints("recordIds")
        if file.standings.last?.to == .max { file.standings[file.standings.count - 1].to = note.tick }
        if file.state == .standing {
            file.standings.append(CaseworkState.Sanction.Standing(spot: note.spot, from: note.tick, records: file.records))
        }
        file.spot = note.spot
        casework?.sanctions[number] = file
    }

    private mutating func judgeTerms(_ note: Note, _ file: CaseworkState.Sanction, _ what: String) {
        guard !file.isCut, !file.noticed.isNone else { return }
        judged(.t4)
        guard note.tick < file.termsEnd || file.termsEnd == CaseworkState.noTick else { return }
        violation(
            .t4, [note.spot, file.noticed],
            expected: file.termsEnd == CaseworkState.noTick
                ? "an end of the terms before \(what)" : "\(what) from \(Instant(milliseconds: file.termsEnd)) on",
            seen: "\(Instant(milliseconds: note.tick))")
    }

    private mutating func judgeOrdered(_ note: Note, _ name: UInt64, _ file: CaseworkState.Sanction, _ measures: [UInt64]) {
        guard !file.isCut else { return }
        func against(_ invariant: Invariant, _ expected: String, _ seen: String) {
            violation(invariant, [note.spot] + (file.spot.isNone ? [] : [file.spot]), expected: expected, seen: seen)
        }
        if !file.isProposed { against(.x2, "a proposal before an order", "none") }
        if file.noticed.isNone { against(.x2, "a delivered notice before an order", "none") }
        if file.isObjected { against(.x2, "an answer to the objection before an order", "an open one") }
        if !file.isAwaiting { against(.x2, "a case that awaits its decision", "one that does not") }
        judgeTerms(note, file, "an order")
        judged(.x3)
        let officer = note.root["decision"]?["officer"]?.stringBytes.map { Print.of($0) } ?? 0
        if officer == 0 { against(.x3, "an order by an officer's decision", "none") }
        if officer != 0, officer == file.proposer { against(.x3, "another officer than the one who proposed", "the same") }
        let isProposed = measures.allSatisfy { casework?.proposed[Print.of(name, $0)] == true }
        if measures.isEmpty || !isProposed { against(.x3, "measures that were proposed", "others") }
    }
}
