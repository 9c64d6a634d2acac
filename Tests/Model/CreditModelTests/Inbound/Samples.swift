import CreditModel

/// One whole message of each inbound type. Nobody has these numbers.
enum Samples {
    static let subject = #"{"kind":"person","idType":"RESIDENT_ID","idNumber":"410199199003070034","name":"张三"}"#
    static let digest = String(repeating: "0a", count: 32)
    static let evidence = #"[{"name":"缴款凭证","sha256":"\#(digest)","uri":"inbox/1"}]"#

    static func text(_ type: InboundType) -> String {
        switch type {
        case .recordSubmitted:
            #"""
            {"recordNo":"豫交罚〔2026〕12号","revision":2,"catalogItem":"penalty.administrative","subject":\#(subject),"field":"traffic",
            "occupation":"driver","conduct":{"date":"2026-01-05","facts":"驾驶证号410199199003070034\n超载"},"decision":{"documentNo":"豫交罚〔2026〕12号",
            "date":"2026-02-05","authority":"交通局","basis":"《中华人民共和国道路交通安全法》第九十二条","basisId":"road-traffic","result":"罚款",
            "finality":{"state":"APPEALABLE","until":"2026-04-06"},"simpleProcedure":true,"remedied":false},"severity":"GENERAL",
            "validUntil":"2027-02-05","attributes":{"fine":"5000.00","points":3,"paid":true,"none":null}}
            """#
        case .recordWithdrawn: #"{"recordNo":"豫交罚〔2026〕12号","reason":"复议撤销","basis":"《行政复议法》第六十八条"}"#
        case .subjectRegistered:
            #"{"subject":\#(subject),"domain":"telecom","registeredAt":"2026-01-05T10:00:00+08:00","validUntil":"2036-01-05"}"#
        case .disputeRequested:
            #"{"subject":\#(subject),"recordId":"transport/12","ground":"NOT_MINE","statement":"不是我","evidence":\#(evidence)}"#
        case .disputeReviewRequested: #"{"disputeId":"dispute/1","subject":\#(subject),"statement":"请复核"}"#
        case .disputeFound:
            #"""
            {"disputeId":"dispute/1","subjectId":"s01","finding":"WRONG","correction":{"severity":"MINOR","conduct":{"facts":"更正"},
            "decision":{"result":"警告"},"attributes":{"fine":"1.00"}},"officer":"transport/李四","reason":"金额有误"}
            """#
        case .objectionRaised: #"{"caseId":"sanction/1","subject":\#(subject),"statement":"不同意","evidence":[]}"#
        case .objectionAnswered: #"{"caseId":"reward/1","subjectId":"s01","officer":"transport/李四","result":"DISMISSED","reason":"理由不成立"}"#
        case .repairApplied:
            #"""
            {"subject":\#(subject),"recordId":"transport/12","kind":"PERFORMANCE","commitment":{"signedAt":"2026-03-01","textSha256":"\#(digest)"},
            "evidence":\#(evidence),"extension":{"until":"2026-06-01"},"statement":"已经改正"}
            """#
        case .repairReviewed:
            #"{"repairId":"repair/1","subjectId":"s01","decision":"RETURNED","officer":"transport/李四","reason":"材料不全","missing":["承诺书"]}"#
        case .sanctionTriggered:
            #"""
            {"determinationNo":"豫认〔2026〕1号","cause":"tax","subject":\#(subject),"recordIds":["taxation/1"],"measures":["procurement.excluded"],
            "basis":"《中华人民共和国政府采购法》第二十二条","proposer":"taxation/王五","responsiblePersons":[{"subject":\#(subject),"role":"法定代表人",
            "finding":"本人决定","findingRecordId":"taxation/2"}]}
            """#
        case .sanctionDecided:
            #"""
            {"caseId":"sanction/1","subjectId":"s01","decision":"CONFIRM","approver":"credit-office/赵六","documentNo":"豫决〔2026〕1号","reason":"事实清楚",
            "measures":["procurement.excluded"],"until":"2027-05-06"}
            """#
        case .rewardNominated:
            #"""
            {"programme":"integrity-citizen","subject":\#(subject),"source":"ROLE_MODEL","basis":"拾金不昧","consent":{"givenAt":"2026-03-01T08:00:00Z",
            "textSha256":"\#(digest)"}}
            """#
        case .rewardDeclined: #"{"caseId":"reward/1","subject":\#(subject)}"#
        case .rewardDecided: #"{"caseId":"reward/1","subjectId":"s01","decision":"GRANT","approver":"credit-office/赵六","reason":"符合条件"}"#
        case .publicityReleased: #"{"recordId":"transport/12","subjectId":"s01","officer":"transport/李四","basis":"《河南省社会信用条例》第十八条"}"#
        case .queryRequested:
            #"""
            {"requester":"某银行","purpose":"loan","subject":\#(subject),"authorization":{"kind":"CONSENT","ref":"授权书1"},"items":["penalty.administrative"],
            "replyKey":"abc="}
            """#
        case .noticeAcknowledged:
            #"{"noticeId":"n1","subjectId":"s01","status":"DELIVERED","at":"2026-05-06T09:00:00+08:00","reason":"签收"}"#
        case .deliveryAcknowledged: #"{"deliveryId":"3/x","status":"NOT_FOUND","at":"2026-05-06T09:00:00Z","reason":"无此人"}"#
        }
    }

    static func value(_ type: InboundType) throws -> JSONValue {
        try JSONParser.parse(.init(utf8: text(type).replacing("\n", with: ""))).root
    }
}

extension String {
    /// Raw line ends are only for reading the samples here; `\n` of JSON stays.
    func replacing(_ part: Character, with other: String) -> String {
        split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}
