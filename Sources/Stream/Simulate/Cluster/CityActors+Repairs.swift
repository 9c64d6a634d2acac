import CreditModel
import StreamCore

/// People apply for repair, sometimes before its time or with something missing; bureaus grant, refuse, return, or are silent.
extension CityActors {
    func beginRepair() {
        guard let record = anyRecord(where: { $0.isAdverse && (!$0.isOver || happens(100)) }) else { return }
        let member = happens(60) ? random.pick(cast.members.indices) : record.member
        later(0...60) { actors in
            actors.apply(for: record, by: member)
            if actors.happens(120) { actors.apply(for: record, by: member) }
        }
    }

    private func apply(for record: Known, by place: Int) {
        let member = cast.members[place]
        let kind: String
        switch random.number(below: 100) {
        case ..<55: kind = "PERFORMANCE"
        case ..<70: kind = "EXTENSION"
        case ..<88: kind = "STATEMENT"
        default: kind = "DEED"
        }
        var data = #""subject":\#(member.json),"recordId":"\#(record.recordId)","kind":"\#(kind)""#
        if kind != "STATEMENT", happens(900) {
            data += #","commitment":{"signedAt":"\#(today)","textSha256":"\#(CityActors.digest)"}"#
        }
        if happens(900) { data += #","evidence":[{"name":"凭证","sha256":"\#(CityActors.digest)"}]"# }
        if kind == "EXTENSION", happens(900) { data += #","extension":{"until":"\#(today.adding(days: random.number(in: 2...90)))"}"# }
        if kind == "STATEMENT" || kind == "DEED" { data += #","statement":"\#(member.statement.name)已说明情况。""# }
        send(.repairApplied, from: "/portal", data)
    }

    func hearTask(_ value: JSONValue) {
        let authority = text(value, "authority")
        let names = #""repairId":"\#(text(value, "repairId"))","subjectId":"\#(text(value, "subjectId"))""#
        if happens(120) {
            let other = random.pick(CityActors.bureaus)
            later(0...20) { $0.decide(names, "GRANTED", other, by: $0.officer(of: other)) }
        }
        if happens(60) { later(0...20) { $0.decide(names, "GRANTED", "credit-office", by: "\(authority)/chen") } }
        switch random.number(below: 100) {
        case ..<55: later(2...150) { $0.decide(names, "GRANTED", authority, by: $0.officer(of: authority)) }
        case ..<70: later(2...150) { $0.decide(names, "REFUSED", authority, by: $0.officer(of: authority)) }
        case ..<80: later(2...150) { $0.decide(names, "RETURNED", authority, by: $0.officer(of: authority)) }
        case ..<86:
            later(2...80) { $0.decide(names, "REFUSED", authority, by: $0.officer(of: authority)) }
            later(2...80) { $0.decide(names, "GRANTED", authority, by: $0.officer(of: authority)) }
        default: break
        }
    }

    private func decide(_ names: String, _ decision: String, _ bureau: String, by officer: String) {
        let missing = decision == "RETURNED" ? #","missing":["evidence"]"# : ""
        send(
            .repairReviewed, from: "/bureaus/\(bureau)",
            #"\#(names),"decision":"\#(decision)","officer":"\#(officer)","reason":"经审查。"\#(missing)"#)
    }

    func hearRepair(_ value: JSONValue) {
        guard text(value, "status") == "RETURNED", happens(400),
            let place = placeOfRecord["\(text(value, "subjectId")) \(text(value, "recordId"))"]
        else { return }
        let record = records[place]
        // Once the time has come, or a little before.
        let from = instant(value["eligibleFrom"]) ?? now
        at(happens(800) ? from + .seconds(random.span(0...400_000)) : from + .seconds(-3600)) { $0.apply(for: record, by: record.member) }
    }
}
