import CreditModel

typealias Sent = MemoryCity.Sent

/// People who do not exist.
enum Who {
    static let company = #"{"kind":"organization","idType":"USCC","idNumber":"91410199MA00040671","name":"郑州样例庚戌贸易有限公司"}"#
    static let personNumber = "410199196001010018"
    static let personName = "样甲子"
    static let person = #"{"kind":"person","idType":"RESIDENT_ID","idNumber":"\#(personNumber)","name":"\#(personName)"}"#
    static let other = #"{"kind":"person","idType":"RESIDENT_ID","idNumber":"410199197001010039","name":"样乙丑"}"#
    static let minor = #"{"kind":"person","idType":"RESIDENT_ID","idNumber":"410199201201010024","name":"样丙寅"}"#
}

extension MemoryCity.Sent {
    private static func bureau(_ name: String, _ type: InboundType, _ data: String) -> Sent {
        Sent(source: "/bureaus/\(name)", type: type, data: data)
    }

    private static func bureau(of officer: String) -> String { String(officer.prefix { $0 != "/" }) }

    static func record(
        _ recordNo: String, of subject: String = Who.company, _ severity: String = "SERIOUS", by name: String = "market-regulation",
        revision: Int = 1, item: String = "penalty.administrative", facts: String = "销售不合格食品。", conduct: String = "2026-03-01",
        decided: String = "2026-04-01", basis: String = "《中华人民共和国食品安全法》第一百二十四条", finality: String = #"{"state":"FINAL"}"#,
        attributes: String = "{}", validUntil: String? = nil
    ) -> Sent {
        let validUntil = validUntil.map { #","validUntil":"\#($0)""# } ?? ""
        return bureau(
            name, .recordSubmitted,
            #""recordNo":"\#(recordNo)","revision":\#(revision),"catalogItem":"\#(item)","subject":\#(subject),"severity":"\#(severity)","#
                + #""conduct":{"date":"\#(conduct)","facts":"\#(facts)"},"attributes":\#(attributes),"decision":{"documentNo":"1","#
                + #""date":"\#(decided)","authority":"样例","basis":"\#(basis)","result":"吊销许可证","finality":\#(finality)}\#(validUntil)"#)
    }

    static func withdrawal(_ recordNo: String, by name: String = "market-regulation") -> Sent {
        bureau(name, .recordWithdrawn, #""recordNo":"\#(recordNo)","reason":"决定被撤销","basis":"复议决定书""#)
    }

    static func dispute(_ recordId: String, by subject: String = Who.company, ground: String = "FACTS_WRONG") -> Sent {
        Sent(
            source: "/portal", type: .disputeRequested,
            data: #""subject":\#(subject),"recordId":"\#(recordId)","ground":"\#(ground)","statement":"事实有误。","evidence":[]"#)
    }

    static func finding(_ finding: String, on disputeId: String, _ subjectId: String, by officer: String, from name: String? = nil) -> Sent
    {
        bureau(
            name ?? bureau(of: officer), .disputeFound,
            #""disputeId":"\#(disputeId)","subjectId":"\#(subjectId)","finding":"\#(finding)","officer":"\#(officer)","reason":"核对了卷宗""#)
    }

    static func review(of disputeId: String, by subject: String = Who.company) -> Sent {
        Sent(
            source: "/portal", type: .disputeReviewRequested,
            data: #""disputeId":"\#(disputeId)","subject":\#(subject),"statement":"请求复核。""#)
    }

    static func proposal(
        _ determinationNo: String = "D-1", about subject: String = Who.company, on records: [String] = ["market-regulation/F-1"],
        cause: String = "food-and-drug-safety", measures: [String] = ["procurement.excluded"],
        basis: String = "《中华人民共和国政府采购法》第二十二条", by proposer: String = "market-regulation/chen", responsible: String = "[]"
    ) -> Sent {
        func list(_ texts: [String]) -> String { "[" + texts.map { #""\#($0)""# }.joined(separator: ",") + "]" }
        return bureau(
            bureau(of: proposer), .sanctionTriggered,
            #""determinationNo":"\#(determinationNo)","cause":"\#(cause)","subject":\#(subject),"recordIds":\#(list(records)),"#
                + #""measures":\#(list(measures)),"basis":"\#(basis)","proposer":"\#(proposer)","responsiblePersons":\#(responsible)"#)
    }

    static func decision(
        _ word: String = "CONFIRM", on step: MemoryCity.Object, by approver: String = "market-regulation/wang", from name: String? = nil,
        measures: String = #"["procurement.excluded"]"#, until: String = "2026-12-01"
    ) -> Sent {
        bureau(
            name ?? bureau(of: approver), .sanctionDecided,
            #"\#(names(step)),"decision":"\#(word)","approver":"\#(approver)","documentNo":"1","reason":"核定","#
                + #""measures":\#(measures),"until":"\#(until)""#)
    }

    private static func names(_ step: MemoryCity.Object) -> String {
        #""caseId":"\#(step["caseId"] ?? "")","subjectId":"\#(step["subjectId"] ?? "")""#
    }

    static func objection(to step: MemoryCity.Object, by subject: String = Who.company, saying statement: String = "与事实不符。") -> Sent {
        Sent(
            source: "/portal", type: .objectionRaised,
            data: #""caseId":"\#(step["caseId"] ?? "")","subject":\#(subject),"statement":"\#(statement)","evidence":[]"#)
    }

    static func answer(_ result: String, on step: MemoryCity.Object, by officer: String) -> Sent {
        bureau(
            bureau(of: officer), .objectionAnswered,
            #"\#(names(step)),"officer":"\#(officer)","result":"\#(result)","reason":"已核实""#)
    }

    /// Of a notice, as its gateway sends it.
    static func receipt(
        for notice: MemoryCity.Object, _ status: String = "DELIVERED", from source: String = "/gateways/sms", of subjectId: String? = nil
    )
        -> Sent
    {
        Sent(
            source: source, type: .noticeAcknowledged,
            data: #""noticeId":"\#(notice["noticeId"] ?? "")","subjectId":"\#(subjectId ?? notice["subjectId"] as? String ?? "")","#
                + #""status":"\#(status)","at":"2026-05-06T02:00:00Z""#)
    }

    /// Of an order or a grant, as its agency sends it.
    static func acknowledgement(of order: MemoryCity.Object, _ status: String, from source: String) -> Sent {
        Sent(
            source: source, type: .deliveryAcknowledged,
            data: #""deliveryId":"\#(order["deliveryId"] ?? "")","status":"\#(status)","at":"2026-05-13T02:00:00Z""#)
    }

    static func repair(_ recordId: String, by subject: String = Who.company, _ members: String) -> Sent {
        Sent(source: "/portal", type: .repairApplied, data: #""subject":\#(subject),"recordId":"\#(recordId)",\#(members)"#)
    }

    static func reviewed(_ decision: String, on step: MemoryCity.Object, by officer: String, from name: String? = nil) -> Sent {
        bureau(
            name ?? bureau(of: officer), .repairReviewed,
            #""repairId":"\#(step["repairId"] ?? "")","subjectId":"\#(step["subjectId"] ?? "")","decision":"\#(decision)","#
                + #""officer":"\#(officer)","reason":"已核实","missing":[]"#)
    }

    static func nomination(consent: Bool = true, of subject: String = Who.person) -> Sent {
        let sum = String(repeating: "a", count: 64)
        let consent = consent ? #","consent":{"givenAt":"2026-05-01","textSha256":"\#(sum)"}"# : ""
        return bureau(
            "civil-affairs", .rewardNominated,
            #""programme":"integrity-citizen","subject":\#(subject),"source":"VOLUNTEER","basis":"连续三年参加志愿服务"\#(consent)"#)
    }

    static func grant(on step: MemoryCity.Object, by officer: String) -> Sent {
        bureau(
            bureau(of: officer), .rewardDecided,
            #"\#(names(step)),"decision":"GRANT","approver":"\#(officer)","reason":"事迹属实""#)
    }

    static func declined(_ step: MemoryCity.Object, by subject: String = Who.person) -> Sent {
        Sent(source: "/portal", type: .rewardDeclined, data: #""caseId":"\#(step["caseId"] ?? "")","subject":\#(subject)"#)
    }

    static func release(_ recordId: String, _ subjectId: String, by officer: String, from name: String? = nil) -> Sent {
        bureau(
            name ?? bureau(of: officer), .publicityReleased,
            #""recordId":"\#(recordId)","subjectId":"\#(subjectId)","officer":"\#(officer)","basis":"《信用修复管理办法》第六条""#)
    }
}
