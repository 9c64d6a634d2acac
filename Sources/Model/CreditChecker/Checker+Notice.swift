import CreditModel
import StreamCore

extension Checker {
    mutating func noteRequest(_ note: Note) {
        casework?.notices.update(note.print("noticeId")) {
            if $0.request.isNone { $0.request = note.spot }
            $0.subject = note.print("subjectId")
        }
    }

    mutating func noteSending(_ note: Note) {
        casework?.sendings.set(Print.of(note.print("noticeId"), note.print("channel")), note.spot)
    }

    /// A notice goes from gateway to gateway until one of them has proven it.
    mutating func noteProof(_ note: Note) {
        guard let status = note.root["status"]?.string else { return }
        let name = note.print("noticeId")
        let channel = note.print("channel")
        judged(.n1)
        guard
            let before = casework?.notices.update(
                name,
                { (notice: inout CaseworkState.Notice) -> CaseworkState.Notice in
                    let before = notice
                    if notice.spot.isNone, !note.isWhole, status != "SENT", status != "UNDELIVERABLE" { notice.isCut = true }
                    notice.spot = note.spot
                    switch status {
                    case "SENT":
                        notice.state = .sent
                        notice.channel = channel
                        notice.channels.append(channel)
                    case "FAILED": notice.state = .failed
                    case "DELIVERED": notice.state = .delivered
                    case "UNDELIVERABLE": notice.state = .undeliverable
                    default: break
                    }
                    return before
                })
        else { return }
        if status == "SENT" { casework?.sentBy.append((note.spot, Print.of(name, channel))) }
        if status == "DELIVERED" {
            let isOfProposal = note.root["kind"]?.equals("sanction.proposed") == true
            casework?.proofs.set(name, CaseworkState.Proof(spot: note.spot, sanction: note.print("caseId"), isOfProposal: isOfProposal))
        }
        guard casework?.notices[name]?.isCut == false else { return }
        func against(_ expected: String, _ seen: String) {
            violation(.n1, [note.spot] + (before.spot.isNone ? [] : [before.spot]), expected: expected, seen: seen)
        }
        if before.state == .delivered { against("nothing after the proof of a notice", status) }
        switch status {
        case "SENT": if before.channels.contains(channel) { against("a gateway that was not tried before", "one that was") }
        case "FAILED":
            if before.state != .sent || before.channel != channel { against("a failure of the gateway that has the notice", "another's") }
        case "DELIVERED":
            if !before.channels.contains(channel) { against("a proof by a gateway that was given the notice", "another's") }
        case "UNDELIVERABLE":
            if before.state == .sent { against("that the last gateway has failed", "that it has the notice") }
        default: break
        }
    }

    mutating func noteAlert(_ note: Note) {
        if note.root["kind"]?.equals("notice.key-missing") == true { casework?.lacksGatewayKeys = true }
    }

    mutating func judgeNotices(_ casework: CaseworkState, _ reading: Reading) {
        if reading.isWhole(NoticeSent.topic.name) {
            for (spot, sending) in casework.sentBy {
                judged(.n2)
                if casework.sendings[sending] == nil { violation(.n2, [spot], expected: "what the gateway was given", seen: "nothing") }
            }
        }
        // Without a gateway's key a notice waits.
        guard !casework.lacksGatewayKeys, reading.isWhole(NoticeProgressed.topic.name) else { return }
        var found: [(Invariant, [Spot], String, String)] = []
        var count = 0
        casework.notices.visit { _, notice in
            if notice.state == .failed, reading.isPunctual("notice", at: notice.spot) {
                found.append((.n3, [notice.spot], "another gateway, or that a person has to deliver it", "nothing"))
            }
            guard !notice.request.isNone, reading.isDone("notice", notice.request), reading.isPunctual("notice", at: notice.request)
            else { return }
            count += 1
            // Of whom nobody knows yet who it is, is waited for.
            guard notice.state == .none, (subjects[notice.subject]?.sealed.transaction ?? 0) != 0 else { return }
            found.append((.n3, [notice.request], "a notice on its way", "none"))
        }
        judged(.n3, count)
        for (invariant, spots, expected, seen) in found { violation(invariant, spots, expected: expected, seen: seen) }
    }
}
