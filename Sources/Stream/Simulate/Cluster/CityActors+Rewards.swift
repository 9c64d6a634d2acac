import CreditModel
import StreamCore

/// Bureaus nominate for rewards, anybody objects, people decline, and the credit office decides, or others try to.
extension CityActors {
    func beginReward() {
        let adverse = Set(records.filter { $0.isAdverse && !$0.isOver }.map(\.member))
        let clean = cast.members.indices.filter { !adverse.contains($0) }
        let place = happens(850) && !clean.isEmpty ? random.pick(clean) : random.pick(cast.members.indices)
        let bureau = random.pick(CityActors.bureaus + ["civil-affairs"])
        let given = today.adding(days: happens(50) ? 3 : -2)
        later(0...50) { actors in
            let member = actors.cast.members[place]
            let id = actors.post.send(
                .rewardNominated, from: "/bureaus/\(bureau)",
                #""programme":"integrity-citizen","subject":\#(member.json),"source":"VOLUNTEER","basis":"\#(member.statement.name)五年志愿服务","#
                    + #""consent":{"givenAt":"\#(given)","textSha256":"\#(CityActors.digest)"}"#,
                at: actors.now)
            actors.nominated["/bureaus/\(bureau) \(id)"] = place
        }
    }

    func hearReward(_ value: JSONValue) {
        let caseId = text(value, "caseId")
        let subjectId = text(value, "subjectId")
        let names = #""caseId":"\#(caseId)","subjectId":"\#(subjectId)""#
        if let reference = value["submission"], let place = nominated["\(text(reference, "source")) \(text(reference, "id"))"] {
            memberOf[subjectId] = place
        }
        let member = memberOf[subjectId]
        switch text(value, "status") {
        case "PUBLICISED":
            if happens(200) { later(1...100) { $0.object(caseId, by: $0.random.pick($0.cast.members.indices)) } }
            if happens(80) { later(1...150) { $0.decline(caseId, by: member ?? $0.random.pick($0.cast.members.indices)) } }
            if happens(150) { later(1...60) { $0.decide(names, "GRANT", "credit-office", by: "credit-office/wang") } }
            let end = instant(value["dueAt"]) ?? now + .seconds(864_000)
            if happens(200) { at(end + .seconds(-2)) { $0.decide(names, "GRANT", "credit-office", by: "credit-office/wang") } }
            switch random.number(below: 100) {
            case ..<78:
                at(end + .seconds(random.span(0...100_000))) {
                    $0.decide(names, "GRANT", "credit-office", by: $0.officer(of: "credit-office"))
                }
            case ..<88:
                at(end + .seconds(random.span(0...100_000))) {
                    $0.decide(names, "REFUSE", "credit-office", by: $0.officer(of: "credit-office"))
                }
            default: break
            }
            if happens(100) { at(end + .seconds(3600)) { $0.decide(names, "GRANT", "transport", by: "transport/chen") } }
        case "OBJECTED":
            let bureau = happens(700) ? "credit-office" : random.pick(CityActors.bureaus)
            if happens(800) {
                let result = happens(250) ? "UPHELD" : "DISMISSED"
                later(1...120) { $0.answer(names: names, result, from: bureau, by: $0.officer(of: bureau)) }
            }
        case "GRANTED":
            if happens(120) { later(10...900) { $0.decline(caseId, by: member ?? $0.random.pick($0.cast.members.indices)) } }
        default: break
        }
    }

    private func decline(_ caseId: String, by place: Int) {
        send(.rewardDeclined, from: "/portal", #""caseId":"\#(caseId)","subject":\#(cast.members[place].json)"#)
    }

    private func decide(_ names: String, _ decision: String, _ bureau: String, by officer: String) {
        send(
            .rewardDecided, from: "/bureaus/\(bureau)", #"\#(names),"decision":"\#(decision)","approver":"\#(officer)","reason":"核定。""#)
    }
}
