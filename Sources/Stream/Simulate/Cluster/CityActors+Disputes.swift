import CreditModel
import StreamCore

/// People dispute records, their own and others'; bureaus answer, late, twice, against themselves, or never.
extension CityActors {
    func beginDispute() {
        let draw = random.number(below: 100)
        guard draw >= 7, let record = anyRecord(where: { $0.isAdverse && (!$0.isOver || happens(100)) }) else {
            return dispute("transport/无\(random.number(below: 1000))", by: random.pick(cast.adults))
        }
        let member = draw < 16 ? random.pick(cast.members.indices) : record.member
        later(0...40) { actors in
            actors.dispute(record.recordId, by: member)
            if actors.happens(150) { actors.dispute(record.recordId, by: member) }
        }
    }

    private func dispute(_ recordId: String, by place: Int) {
        let member = cast.members[place]
        let ground = random.pick(["NOT_MINE", "FACTS_WRONG", "OUTDATED", "NO_BASIS"])
        let statement = "\(member.statement.name)认为与事实不符，证件号\(member.statement.idNumber)。"
        send(
            .disputeRequested, from: happens(20) ? "/bureaus/transport" : "/portal",
            #""subject":\#(member.json),"recordId":"\#(recordId)","ground":"\#(ground)","statement":"\#(statement)","evidence":[]"#)
    }

    func hearInquiry(_ value: JSONValue) {
        let dispute = text(value, "disputeId")
        let bureau = text(value, "bureau")
        cases[dispute] = (memberOf[text(value, "subjectId")] ?? 0, bureau)
        let names = #""disputeId":"\#(dispute)","subjectId":"\#(text(value, "subjectId"))""#
        // Whoever has no right to it answers first.
        if happens(120) {
            let other = random.pick(CityActors.bureaus)
            later(0...10) { $0.find(names, "CONFIRMED", other, by: $0.officer(of: other)) }
        }
        let officer = officer(of: bureau)
        switch random.number(below: 100) {
        case ..<32: later(1...70) { $0.find(names, "CONFIRMED", bureau, by: officer) }
        case ..<48: later(1...70) { $0.find(names, "WRONG", bureau, by: officer) }
        case ..<58: later(1...70) { $0.find(names, "WRONG", bureau, by: officer, correcting: true) }
        case ..<66: later(1...70) { $0.find(names, "CANNOT_VERIFY", bureau, by: officer) }
        case ..<74:
            // An appraisal stops the clock; of some nobody says that it is over.
            later(1...40) { actors in
                actors.clock(names, "clockStop", bureau)
                guard actors.happens(800) else { return }
                actors.later(20...200) { $0.clock(names, "clockResume", bureau) }
                actors.later(60...260) { $0.find(names, "CONFIRMED", bureau, by: officer) }
            }
        case ..<82:
            // It contradicts itself.
            later(1...40) { $0.find(names, "CONFIRMED", bureau, by: officer) }
            later(1...60) { $0.find(names, "WRONG", bureau, by: officer) }
        case ..<90: later(200...500) { $0.find(names, "CONFIRMED", bureau, by: officer) }
        default: break
        }
        if happens(80) { later(2...60) { $0.find(names, "CONFIRMED", bureau, by: "credit-office/chen") } }
    }

    private func find(_ names: String, _ finding: String, _ bureau: String, by officer: String, correcting: Bool = false) {
        let correction = correcting ? #","correction":{"severity":"GENERAL","conduct":{"facts":"经核实，情节较轻。"}}"# : ""
        send(
            .disputeFound, from: "/bureaus/\(bureau)",
            #"\#(names),"finding":"\#(finding)","officer":"\#(officer)","reason":"经核实。"\#(correction)"#)
    }

    private func clock(_ names: String, _ word: String, _ bureau: String) {
        let from = ChinaTime.rfc3339(now + .seconds(happens(100) ? 86_400 : -3600))
        send(.disputeFound, from: "/bureaus/\(bureau)", #"\#(names),"\#(word)":{"from":"\#(from)","reason":"送检"}"#)
    }

    func hearDispute(_ value: JSONValue) {
        let dispute = text(value, "disputeId")
        guard let member = memberOf[text(value, "subjectId")] else { return }
        let bureau = cases[dispute]?.bureau ?? "transport"
        switch text(value, "status") {
        case "DISMISSED" where value["instance"]?.int64 == 1:
            if happens(450) {
                let hours = happens(800) ? 1...300 : 720...900
                later(hours) { $0.review(dispute, by: $0.happens(80) ? $0.random.pick($0.cast.members.indices) : member) }
            }
        case "UNVERIFIED", "UPHELD":
            // It comes too late.
            if happens(150) {
                let names = #""disputeId":"\#(dispute)","subjectId":"\#(text(value, "subjectId"))""#
                later(1...60) { $0.find(names, "CONFIRMED", bureau, by: $0.officer(of: bureau)) }
            }
        default: break
        }
    }

    private func review(_ dispute: String, by place: Int) {
        send(
            .disputeReviewRequested, from: "/portal",
            #""disputeId":"\#(dispute)","subject":\#(cast.members[place].json),"statement":"请求复核。""#)
    }
}
