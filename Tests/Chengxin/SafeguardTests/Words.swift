import CreditModel

typealias Sent = MemoryCity.Sent

/// People who do not exist.
enum Who {
    static let company = #"{"kind":"organization","idType":"USCC","idNumber":"91410199MA00040671","name":"郑州样例庚戌贸易有限公司"}"#
    static let personNumber = "410199196001010018"
    static let personName = "样甲子"
    static let person = #"{"kind":"person","idType":"RESIDENT_ID","idNumber":"\#(personNumber)","name":"\#(personName)"}"#
    static let other = #"{"kind":"person","idType":"RESIDENT_ID","idNumber":"410199197001010039","name":"样乙丑"}"#
    /// Of age today, and not when it happened.
    static let young = {
        var generator = SystemRandomNumberGenerator()
        let number = SyntheticIdentity.residentId(born: CivilDate(iso: "2008-01-01")!, using: &generator)
        return #"{"kind":"person","idType":"RESIDENT_ID","idNumber":"\#(number)","name":"样丁卯"}"#
    }()
    /// A passport does not say how old its holder is.
    static let foreigner = #"{"kind":"person","idType":"PASSPORT","idNumber":"E12345678","name":"YANG LI"}"#
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
        attributes: String = "{}", validUntil: String? = nil, field: String? = nil, occupation: String? = nil
    ) -> Sent {
        var rest = validUntil.map { #","validUntil":"\#($0)""# } ?? ""
        if let field { rest += #","field":"\#(field)""# }
        if let occupation { rest += #","occupation":"\#(occupation)""# }
        return bureau(
            name, .recordSubmitted,
            #""recordNo":"\#(recordNo)","revision":\#(revision),"catalogItem":"\#(item)","subject":\#(subject),"severity":"\#(severity)","#
                + #""conduct":{"date":"\#(conduct)","facts":"\#(facts)"},"attributes":\#(attributes),"decision":{"documentNo":"1","#
                + #""date":"\#(decided)","authority":"样例","basis":"\#(basis)","result":"吊销许可证","finality":\#(finality)}\#(rest)"#)
    }

    static func withdrawal(_ recordNo: String, by name: String = "market-regulation") -> Sent {
        bureau(name, .recordWithdrawn, #""recordNo":"\#(recordNo)","reason":"决定被撤销","basis":"复议决定书""#)
    }

    static func dispute(_ recordId: String, by subject: String = Who.company, ground: String = "FACTS_WRONG") -> Sent {
        Sent(
            source: "/portal", type: .disputeRequested,
            data: #""subject":\#(subject),"recordId":"\#(recordId)","ground":"\#(ground)","statement":"事实有误。","evidence":[]"#)
    }

    static func finding(
        _ finding: String, on disputeId: String, _ subjectId: String, by officer: String, from name: String? = nil,
        saying reason: String = "核对了卷宗"
    ) -> Sent {
        bureau(
            name ?? bureau(of: officer), .disputeFound,
            #""disputeId":"\#(disputeId)","subjectId":"\#(subjectId)","finding":"\#(finding)","officer":"\#(officer)","reason":"\#(reason)""#
        )
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
        measures: String = #"["procurement.excluded"]"#, until: String = "2026-12-01", saying reason: String = "核定"
    ) -> Sent {
        bureau(
            name ?? bureau(of: approver), .sanctionDecided,
            #"\#(names(step)),"decision":"\#(word)","approver":"\#(approver)","documentNo":"1","reason":"\#(reason)","#
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

    static func reviewed(
        _ decision: String, on step: MemoryCity.Object, by officer: String, from name: String? = nil, missing: String = ""
    ) -> Sent {
        bureau(
            name ?? bureau(of: officer), .repairReviewed,
            #""repairId":"\#(step["repairId"] ?? "")","subjectId":"\#(step["subjectId"] ?? "")","decision":"\#(decision)","#
                + #""officer":"\#(officer)","reason":"已核实","missing":[\#(missing)]"#)
    }

    /// The bureau of the record says that something is being examined.
    static func clockStop(on disputeId: String, _ subjectId: String, from day: String) -> Sent {
        bureau(
            "market-regulation", .disputeFound,
            #""disputeId":"\#(disputeId)","subjectId":"\#(subjectId)","clockStop":{"from":"\#(day)","reason":"送检"}"#)
    }

    static func registration(of subject: String, _ domain: String) -> Sent {
        bureau(
            "transport", .subjectRegistered,
            #""subject":\#(subject),"domain":"\#(domain)","registeredAt":"2026-05-01","validUntil":"2030-01-01""#)
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

    /// Somebody asks what is known of somebody.
    static func query(authorization: String?) -> Sent {
        let authorization = authorization.map { #","authorization":\#($0)"# } ?? ""
        return Sent(
            source: "/portal", type: .queryRequested,
            data: #""requester":"样例银行","purpose":"loan","subject":\#(Who.person)\#(authorization),"items":[],"replyKey":"k1""#)
    }

    static func service(of subject: String) -> Sent {
        bureau(
            "civil-affairs", .recordSubmitted,
            #""recordNo":"V-1","revision":1,"catalogItem":"volunteer.service","subject":\#(subject),"severity":"NONE","#
                + #""conduct":{"date":"2026-03-01","facts":"参加志愿服务。"},"attributes":{"publicityConsent":true,"organization":"样例志愿服务队"},"decision":{"documentNo":"1","#
                + #""date":"2026-04-01","authority":"样例","basis":"《河南省志愿服务条例》第一条","result":"登记","finality":{"state":"FINAL"}}"#)
    }

    static func declined(_ step: MemoryCity.Object, by subject: String = Who.person) -> Sent {
        Sent(source: "/portal", type: .rewardDeclined, data: #""caseId":"\#(step["caseId"] ?? "")","subject":\#(subject)"#)
    }

    static func release(
        _ recordId: String, _ subjectId: String, by officer: String, from name: String? = nil, basis: String = "《信用修复管理办法》第六条"
    ) -> Sent {
        bureau(
            name ?? bureau(of: officer), .publicityReleased,
            #""recordId":"\#(recordId)","subjectId":"\#(subjectId)","officer":"\#(officer)","basis":"\#(basis)""#)
    }
}
