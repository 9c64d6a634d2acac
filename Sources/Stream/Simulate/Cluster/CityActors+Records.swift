import CreditModel
import StreamCore

/// Bureaus report, correct and withdraw records; some of what they send is refused.
extension CityActors {
    func submitRecord() {
        let draw = random.number(below: 100)
        let member: Int
        var (item, bureau, severity) = ("penalty.administrative", random.pick(CityActors.bureaus), random.pick(["GENERAL", "SERIOUS"]))
        var basis = "《中华人民共和国行政处罚法》第二十八条"
        switch draw {
        case ..<40: member = random.pick(cast.adults)
        case ..<68:
            member = random.pick(cast.organizations)
            if happens(600) { (bureau, basis) = ("market-regulation", "《中华人民共和国食品安全法》第一百二十四条") }
        case ..<74: (member, severity) = (random.pick(cast.adults), "MINOR")
        case ..<84:
            (item, bureau, severity, basis) = ("judgment.unperformed", "courts", "SERIOUS", "《中华人民共和国民事诉讼法》第二百六十六条")
            member = happens(600) ? random.pick(cast.adults) : random.pick(cast.organizations)
        case ..<88: (member, item, bureau, severity) = (random.pick(cast.adults), "exam.fraud", "education", "GENERAL")
        case ..<93:
            (item, bureau, severity) = ("volunteer.service", "civil-affairs", "NONE")
            member = happens(300) ? random.pick(cast.minors) : random.pick(cast.adults)
        case ..<95: (member, item, bureau, severity) = (random.pick(cast.organizations), "tax.a-grade", "taxation", "NONE")
        case ..<97: (member, item, bureau) = (random.pick(cast.adults), "penalty.public-security", "public-security")
        default: member = random.pick(cast.minors)
        }
        let age = happens(250) ? random.number(in: 100...500) : random.number(in: 1...40)
        let record = Known(
            recordId: "", recordNo: next("样"), bureau: bureau, subjectId: "", member: member, item: item, severity: severity,
            decided: today.adding(days: -age))
        submit(record, revision: 1, basis: basis)
        guard happens(220) else { return }
        // A bureau corrects itself, contradicts itself, or has meant somebody else.
        later(1...600) { actors in
            var changed = record
            if actors.happens(250) { changed.member = actors.random.pick(actors.cast.adults) }
            if changed.isAdverse { changed.severity = actors.random.pick(["GENERAL", "SERIOUS", "MINOR"]) }
            if record.item != "penalty.administrative" { changed.severity = record.severity }
            actors.submit(changed, revision: actors.random.pick([2, 2, 2, 1, 3]), basis: basis)
        }
        if happens(350) { later(20...900) { $0.withdraw(record) } }
    }

    func submit(_ record: Known, revision: Int, basis: String) {
        let member = cast.members[record.member]
        let name = member.statement.name
        let facts = happens(200) ? "\(name)（\(member.statement.idNumber)）未按规定办理。" : "\(name)未按规定办理。"
        let finality: String
        switch random.number(below: 20) {
        case 0: finality = ""
        case 1: finality = #","finality":{"state":"UNDER_REVIEW"}"#
        case 2...4: finality = #","finality":{"state":"APPEALABLE","until":"\#(today.adding(days: random.number(in: 0...20)))"}"#
        default: finality = #","finality":{"state":"FINAL"}"#
        }
        let isPositive = record.item == "volunteer.service"
        let attributes = isPositive ? #"{"hours":120,"publicityConsent":\#(happens(500))}"# : "{}"
        let until = happens(150) ? #","validUntil":"\#(today.adding(days: random.number(in: 3...300)))""# : ""
        let result = record.severity == "SERIOUS" ? "吊销许可证" : record.severity == "NONE" ? "认定" : "罚款二千元"
        let id = post.send(
            .recordSubmitted, from: "/bureaus/\(record.bureau)",
            #""recordNo":"\#(record.recordNo)","revision":\#(revision),"catalogItem":"\#(record.item)","subject":\#(member.json),"#
                + #""conduct":{"date":"\#(record.decided.adding(days: -20))","facts":"\#(facts)"},"severity":"\#(record.severity)""#
                + #"\#(until),"attributes":\#(attributes),"decision":{"documentNo":"样字〔\#(record.recordNo)〕","date":"\#(record.decided)","#
                + #""authority":"样例","basis":"\#(basis)","result":"\#(result)"\#(finality)}"#,
            at: now)
        submitted["/bureaus/\(record.bureau) \(id)"] = record
    }

    func withdraw(_ record: Known) {
        send(
            .recordWithdrawn, from: "/bureaus/\(record.bureau)",
            #""recordNo":"\#(record.recordNo)","reason":"决定已撤销。","basis":"《中华人民共和国行政处罚法》第七十五条""#)
    }

    func register() {
        let member = cast.members[random.pick(cast.adults)]
        send(
            .subjectRegistered, from: "/bureaus/public-security",
            #""subject":\#(member.json),"domain":"basic-information","registeredAt":"\#(today.adding(days: -1))""#)
    }

    // MARK: What they hear

    func hearOutcome(_ value: JSONValue) {
        let reference = value["submission"].map { "\(text($0, "source")) \(text($0, "id"))" } ?? ""
        guard var record = submitted[reference], let recordId = value["recordId"]?.string, let subjectId = value["subjectId"]?.string,
            ["ACCEPTED", "HELD"].contains(text(value, "status"))
        else { return }
        memberOf[subjectId] = record.member
        (record.recordId, record.subjectId) = (recordId, subjectId)
        let key = "\(subjectId) \(recordId)"
        if let place = placeOfRecord[key] {
            record.state = records[place].state
            record.isRestricted = records[place].isRestricted
            records[place] = record
        } else {
            placeOfRecord[key] = records.count
            records.append(record)
        }
        // What the law does not order to be published waits for an officer.
        let isReleasable = cast.members[record.member].isPerson && record.severity == "SERIOUS"
        if isReleasable, happens(500) { later(1...100) { $0.release(record) } }
    }

    func hearVersion(_ value: JSONValue) {
        guard let place = placeOfRecord["\(text(value, "subjectId")) \(text(value, "recordId"))"] else { return }
        records[place].state = text(value, "state")
        records[place].isRestricted = value["restricted"]?.bool ?? false
    }

    // MARK: Publicity

    /// Somebody releases a record that should not be, or a second time.
    func release() {
        if let record = anyRecord(where: { _ in true }) { release(record) }
    }

    func release(_ record: Known) {
        let bureau = happens(150) ? random.pick(CityActors.bureaus) : happens(150) ? "credit-office" : record.bureau
        let source = happens(60) ? random.pick(CityActors.bureaus) : bureau
        send(
            .publicityReleased, from: "/bureaus/\(source)",
            #""recordId":"\#(record.recordId)","subjectId":"\#(record.subjectId)","officer":"\#(officer(of: bureau))","basis":"个人信息保护法 第二十五条""#
        )
    }
}
