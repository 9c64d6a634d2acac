import CreditModel
import StreamCore

/// Bureaus propose sanctions; their officers decide, alone, too early, without the right, or as they should; the people concerned object.
extension CityActors {
    func beginSanction() {
        guard let record = anyRecord(where: { $0.isAdverse && (!$0.isOver || happens(100)) && ($0.severity != "MINOR" || happens(100)) })
        else {
            return
        }
        later(0...50) { $0.propose(record) }
    }

    private func propose(_ record: Known) {
        let member = cast.members[record.member]
        var cause = "market-order"
        var measures = ["permit.no-commitment-procedure"]
        var basis = "《河南省社会信用条例》第三十二条"
        if record.item == "judgment.unperformed" {
            cause = "judgment-unperformed"
            basis = "《中华人民共和国民事诉讼法》第二百六十六条"
            measures = ["land.excluded", "procurement.excluded", "permit.no-commitment-procedure"]
            if member.isPerson { measures.append("travel.high-consumption-restricted") }
            random.shuffle(&measures)
            measures = Array(measures.prefix(random.number(in: 1...3)))
        } else if record.severity == "SERIOUS" {
            (cause, basis) = (random.pick(["fraud", "food-and-drug-safety"]), "《中华人民共和国政府采购法》第二十二条")
            measures = random.pick([["procurement.excluded"], ["procurement.excluded", "permit.no-commitment-procedure"]])
        }
        if happens(60) { measures = ["travel.high-consumption-restricted"] }
        if happens(40) { basis = "没有书名号" }
        var recordIds = [record.recordId]
        if happens(250),
            let second = records.last(where: { $0.subjectId == record.subjectId && $0.isAdverse && $0.recordId != record.recordId })
        {
            recordIds.append(second.recordId)
        }
        if happens(40) { recordIds = ["\(record.bureau)/无\(random.number(below: 1000))"] }
        var persons = ""
        if !member.isPerson, happens(300),
            let finding = records.last(where: { $0.bureau == record.bureau && $0.isAdverse && cast.members[$0.member].isPerson })
        {
            let person = cast.members[finding.member]
            persons =
                #"{"subject":\#(person.json),"role":"负责人","finding":"\#(person.statement.name)负直接责任。","findingRecordId":"\#(finding.recordId)"}"#
        }
        let bureau = happens(60) ? random.pick(CityActors.bureaus) : record.bureau
        let list = { (ids: [String]) in "[" + ids.map { "\"\($0)\"" }.joined(separator: ",") + "]" }
        let subject = happens(40) ? cast.members[random.pick(cast.members.indices)] : member
        send(
            .sanctionTriggered, from: "/bureaus/\(bureau)",
            #""determinationNo":"\#(next("D-"))","cause":"\#(cause)","subject":\#(subject.json),"recordIds":\#(list(recordIds)),"#
                + #""measures":\#(list(measures)),"basis":"\#(basis)","proposer":"\#(officer(of: bureau))","responsiblePersons":[\#(persons)]"#
        )
    }

    /// A case as an officer has it on the desk.
    private struct File {
        var names: String
        var measures: [String]
        var proposer: String
        var bureau: String
    }

    func hearSanction(_ value: JSONValue) {
        let caseId = text(value, "caseId")
        let proposer = text(value, "proposer")
        let bureau = String(proposer.prefix { $0 != "/" })
        let subjectId = text(value, "subjectId")
        let member = memberOf[subjectId] ?? 0
        cases[caseId] = (member, bureau)
        let file = File(
            names: #""caseId":"\#(caseId)","subjectId":"\#(subjectId)""#,
            measures: value["measures"].map { $0.elements.compactMap(\.string) } ?? [], proposer: proposer, bureau: bureau)
        switch text(value, "status") {
        case "PROPOSED":
            if happens(200) { later(0...30) { $0.decide(file, "CONFIRM", by: $0.officer(of: bureau, besides: proposer)) } }
            if happens(100) { later(0...30) { $0.object(caseId, by: member) } }
            if happens(50) { later(0...60) { $0.decide(file, "DISMISS", by: $0.officer(of: bureau, besides: proposer)) } }
        case "NOTICED":
            if happens(250) { later(happens(800) ? 1...100 : 170...260) { $0.object(caseId, by: member) } }
            if happens(100) { later(1...100) { $0.object(caseId, by: $0.random.pick($0.cast.members.indices)) } }
            // The last moment before the end of the terms, and one that is much too early.
            if happens(300) { later(1...60) { $0.decide(file, "CONFIRM", by: $0.officer(of: bureau, besides: proposer)) } }
            if let end = instant(value["dueAt"]), happens(300) {
                at(end + .seconds(-2)) { $0.decide(file, "CONFIRM", by: $0.officer(of: bureau, besides: proposer)) }
            }
        case "OBJECTED":
            let answerer = happens(200) ? "credit-office" : bureau
            if happens(100) {
                let other = random.pick(CityActors.bureaus)
                later(0...20) { $0.answer(file, "DISMISSED", from: other, by: $0.officer(of: other)) }
            }
            switch random.number(below: 100) {
            case ..<20: later(1...100) { $0.answer(file, "UPHELD", from: answerer, by: $0.officer(of: answerer)) }
            case ..<85: later(1...100) { $0.answer(file, "DISMISSED", from: answerer, by: $0.officer(of: answerer)) }
            default: break
            }
            if happens(150) { later(1...40) { $0.decide(file, "CONFIRM", by: $0.officer(of: bureau, besides: proposer)) } }
        case "AWAITING_DECISION":
            // Alone, then without the right, then as it should be.
            if happens(250) { decide(file, "CONFIRM", by: proposer) }
            if happens(150) {
                let other = random.pick(CityActors.bureaus)
                decide(file, "CONFIRM", by: officer(of: other), from: other)
            }
            if happens(100) { decide(file, "CONFIRM", by: officer(of: bureau, besides: proposer), from: "credit-office") }
            if happens(100) { decide(file, "CONFIRM", by: officer(of: bureau, besides: proposer), adding: "land.excluded") }
            if happens(80) { later(1...20) { $0.object(caseId, by: member) } }
            let decider = happens(250) ? "credit-office" : bureau
            switch random.number(below: 100) {
            case ..<75: later(1...60) { $0.decide(file, "CONFIRM", by: $0.officer(of: decider, besides: proposer)) }
            case ..<85: later(1...60) { $0.decide(file, "DISMISS", by: $0.officer(of: decider, besides: proposer)) }
            default: break
            }
        case "ORDERED":
            if happens(120) { later(20...900) { $0.decide(file, "REVOKE", by: $0.officer(of: bureau, besides: proposer)) } }
            if happens(60) { later(1...60) { $0.decide(file, "REVOKE", by: proposer) } }
            if happens(100) { later(1...60) { $0.object(caseId, by: member) } }
            let recordIds = Set(value["recordIds"].map { $0.elements.compactMap(\.string) } ?? [])
            if happens(350), let record = records.first(where: { recordIds.contains($0.recordId) && $0.subjectId == subjectId }) {
                later(5...700) { actors in
                    let data =
                        #""subject":\#(actors.cast.members[member].json),"recordId":"\#(record.recordId)","ground":"FACTS_WRONG","statement":"有误。""#
                    actors.send(.disputeRequested, from: "/portal", data)
                }
            }
            if happens(150), let record = records.first(where: { recordIds.contains($0.recordId) && $0.subjectId == subjectId }) {
                later(5...900) { $0.withdraw(record) }
            }
        default: break
        }
    }

    private func decide(_ file: File, _ decision: String, by officer: String, from source: String? = nil, adding more: String? = nil) {
        let bureau = source ?? String(officer.prefix { $0 != "/" })
        let measures = (file.measures + (more.map { [$0] } ?? [])).map { "\"\($0)\"" }.joined(separator: ",")
        let until = today.adding(days: random.number(in: happens(300) ? 1...40 : 100...500))
        let rest = decision == "CONFIRM" ? #","measures":[\#(measures)],"until":"\#(until)""# : ""
        send(
            .sanctionDecided, from: "/bureaus/\(bureau)",
            #"\#(file.names),"decision":"\#(decision)","approver":"\#(officer)","documentNo":"样决〔\#(next(""))〕","reason":"核定。"\#(rest)"#)
    }

    func object(_ caseId: String, by place: Int) {
        let member = cast.members[place]
        send(
            .objectionRaised, from: "/portal",
            #""caseId":"\#(caseId)","subject":\#(member.json),"statement":"\#(member.statement.name)不同意。","evidence":[]"#)
    }

    private func answer(_ file: File, _ result: String, from bureau: String, by officer: String) {
        answer(names: file.names, result, from: bureau, by: officer)
    }

    func answer(names: String, _ result: String, from bureau: String, by officer: String) {
        send(
            .objectionAnswered, from: "/bureaus/\(bureau)",
            #"\#(names),"officer":"\#(officer)","result":"\#(result)","reason":"经核实。""#)
    }
}
