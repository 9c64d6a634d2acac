extension Attempt {
    private static let hearing = "河南省社会信用条例 28; 行政处罚法 44–45; 国办发〔2020〕49号"

    private static func decided(_ decision: @escaping @Sendable (MemoryCity.Object) -> Sent, at instant: String = "2026-05-13 09:00")
        -> @Sendable (MemoryCity) throws -> String
    {
        { city in
            let step = try city.noticed()
            try city.at(instant, ["d": decision(step)])
            return "decision: \(city.answer("d")); \(city.orders())"
        }
    }

    private static func proposed(_ records: KeyValuePairs<String, Sent>, _ proposal: Sent)
        -> @Sendable (MemoryCity) throws -> String
    {
        { city in
            try city.at("2026-05-06 09:00", records)
            try city.at("2026-05-06 10:00", ["p": proposal])
            // What is not there is waited for, a minute by policy.
            try city.at("2026-05-06 10:05")
            return "proposal: \(city.answer("p")); \(city.orders())"
        }
    }

    static let onSanctions: [Attempt] = [
        Attempt(
            "decided before the notice arrived", "5 告知 notice", basis: "河南省社会信用条例 28, 40; 个人信息保护法 17",
            "告知书未送达即作出决定", "A decision before the notice was delivered, however long ago it was sent",
            comesOut: "decision: REJECTED state.not-eligible; orders: none"
        ) { city in
            let step = try city.proposed()
            try city.at("2026-07-06 09:00", ["d": .decision(on: step)])
            return "decision: \(city.answer("d")); \(city.orders())"
        },
        Attempt(
            "decided before the window was over", "6 异议在先 objection first", basis: hearing,
            "异议期届满之前一刻作出决定", "A decision in the last minute of the objection window",
            comesOut: "decision: REJECTED state.not-eligible; orders: none",
            decided({ .decision(on: $0) }, at: "2026-05-12 23:59")),
        Attempt(
            "decided while an objection waits", "6 异议在先 objection first", basis: hearing,
            "异议未答复即作出决定", "A decision while an objection is unanswered",
            comesOut: "objection: OBJECTED; decision: REJECTED state.not-eligible; orders: none"
        ) { city in
            let step = try city.noticed()
            try city.at("2026-05-12 09:00", ["o": .objection(to: step)])
            try city.at("2026-05-29 09:00", ["d": .decision(on: step)])
            return "objection: \(city.answer("o")); decision: \(city.answer("d")); \(city.orders())"
        },
        Attempt(
            "decided by the proposer", "15 人工决定 human decision", basis: "个人信息保护法 24",
            "由提出人自己决定", "The proposer decides",
            comesOut: "decision: REJECTED policy.same-officer; orders: none", decided({ .decision(on: $0, by: "market-regulation/chen") })),
        Attempt(
            "decided by a foreign bureau", "15 人工决定 human decision", basis: "个人信息保护法 24",
            "由其他部门决定", "Another bureau decides",
            comesOut: "decision: REJECTED policy.source-not-allowed; orders: none", decided({ .decision(on: $0, by: "housing/li") })),
        Attempt(
            "in another bureau's name", "15 人工决定 human decision", basis: "个人信息保护法 24",
            "其他部门冒用有权官员的名义", "Another bureau in the name of an officer who may",
            comesOut: "decision: REJECTED policy.source-not-allowed; orders: none",
            decided({ .decision(on: $0, from: "housing") })),
        Attempt(
            "more than was proposed", "8 比例 proportionality", basis: "河南省社会信用条例 31–32; 行政处罚法 5",
            "决定超出告知的措施", "A measure beyond the notice",
            comesOut: "decision: REJECTED policy.measure-not-allowed; orders: none",
            decided({ .decision(on: $0, measures: #"["procurement.excluded","permit.no-commitment-procedure"]"#) })),
        Attempt(
            "longer than the record", "8 比例 proportionality", basis: "河南省社会信用条例 31–32",
            "措施期限超过所依据记录的期限", "Beyond the last day of the record it rests on",
            comesOut: "decision: REJECTED schema.range; orders: none"
        ) { city in
            let step = try city.noticed(.record("F-1", validUntil: "2026-10-01"))
            try city.at("2026-05-13 09:00", ["d": .decision(on: step)])
            return "decision: \(city.answer("d")); \(city.orders())"
        },
        Attempt(
            "on a held record", "4 准确与生效 accuracy and finality", basis: "河南省社会信用条例 17, 20",
            "告知之后决定进入复议，仍作出惩戒", "Decided although the record went under review after the notice",
            comesOut: "decision: REJECTED state.not-eligible; orders: none"
        ) { city in
            let step = try city.noticed()
            try city.at("2026-05-07 09:00", ["v": .record("F-1", revision: 2, finality: #"{"state":"UNDER_REVIEW"}"#)])
            try city.at("2026-05-13 09:00", ["d": .decision(on: step)])
            return "decision: \(city.answer("d")); \(city.orders())"
        },
        Attempt(
            "on a disputed record", "7 异议冻结 dispute freezes", basis: "河南省社会信用条例 41",
            "记录在异议中，仍作出惩戒", "Decided although the record is disputed",
            comesOut: "decision: REJECTED state.restricted; orders: none"
        ) { city in
            let step = try city.noticed()
            try city.at("2026-05-12 09:00", ["i": .dispute("market-regulation/F-1")])
            try city.at("2026-05-13 09:00", ["d": .decision(on: step)])
            return "decision: \(city.answer("d")); \(city.orders())"
        },
        Attempt(
            "on a withdrawn record", "4 准确与生效 accuracy and finality", basis: "河南省社会信用条例 42",
            "记录已撤回，仍作出惩戒", "Decided although the record was withdrawn",
            comesOut: "case: PROPOSED → NOTICED → DISMISSED sanction.no-ground; decision: REJECTED state.not-eligible; orders: none"
        ) { city in
            let step = try city.noticed()
            try city.at("2026-05-12 09:00", ["w": .withdrawal("F-1")])
            try city.at("2026-05-13 09:00", ["d": .decision(on: step)])
            return "case: \(city.steps("sanction.outcomes.v1")); decision: \(city.answer("d")); \(city.orders())"
        },
        Attempt(
            "on a MINOR record alone", "8 比例 proportionality; 9 轻微不罚 slight", basis: "河南省社会信用条例 31–32; 行政处罚法 33",
            "仅以轻微失信记录提出惩戒", "A MINOR record as the only ground",
            comesOut: "proposal: NOT_ADMITTED policy.severity-not-allowed, policy.measure-not-allowed; orders: none",
            proposed(["r": .record("F-1", "MINOR")], .proposal())),
        Attempt(
            "a cause outside the list", "8 比例 proportionality", basis: "郑政文〔2018〕103号 十一",
            "以清单之外的事由提出", "A cause that is not on the closed list",
            comesOut: "proposal: REJECTED schema.range; orders: none", proposed(["r": .record("F-1")], .proposal(cause: "bad-manners"))),
        Attempt(
            "a measure without relation", "8 比例 proportionality", basis: "河南省社会信用条例 31–32",
            "以与事由无关的措施提出", "A measure that has nothing to do with the cause",
            comesOut: "proposal: REJECTED policy.measure-not-allowed; orders: none",
            proposed(["r": .record("F-1")], .proposal(measures: ["land.excluded"]))),
        Attempt(
            "a measure without a law", "1 合法依据 lawful basis; 8 比例 proportionality", basis: "国办发〔2020〕49号",
            "以规范性文件减损权益", "A document that is no law takes a right away",
            comesOut: "proposal: REJECTED basis.missing; orders: none", proposed(["r": .record("F-1")], .proposal(basis: "郑政文〔2018〕103号"))),
        Attempt(
            "proposed by a foreign bureau", "15 人工决定 human decision", basis: "河南省社会信用条例 28",
            "其他部门以他人记录提出惩戒", "A bureau proposes on another bureau's record",
            comesOut: "proposal: NOT_ADMITTED policy.source-not-allowed; orders: none",
            proposed(["r": .record("F-1")], .proposal(by: "housing/li"))),
        Attempt(
            "a sanction of a minor", "10 未成年人 minors", basis: "未成年人保护法 2",
            "对未成年人提出惩戒", "A minor is proposed for a sanction",
            comesOut: "proposal: NOT_ADMITTED state.not-found; orders: none",
            proposed(["r": .record("F-1", of: Who.minor)], .proposal(about: Who.minor))),
        Attempt(
            "a responsible person without an own finding", "11 不得株连 no guilt by association", basis: "河南省社会信用条例 35",
            "以企业的记录惩戒其责任人员", "A responsible person on the company's record",
            comesOut: "company and person: NOT_ADMITTED state.not-found → PROPOSED; orders: none"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1")])
            let responsible =
                #"[{"subject":\#(Who.person),"role":"经理","finding":"负直接责任","findingRecordId":"market-regulation/F-1"}]"#
            try city.at("2026-05-06 10:00", ["p": .proposal(responsible: responsible)])
            try city.at("2026-05-06 10:05")
            return "company and person: \(city.steps("sanction.outcomes.v1")); \(city.orders())"
        },
        Attempt(
            "finance reference data", "16 不得评分 no scoring", basis: "郑政文〔2018〕103号 十一; 征信业管理条例",
            "以金融机构的参考信息提出惩戒", "The central bank's data as a ground",
            comesOut: "proposal: NOT_ADMITTED state.not-found; orders: none",
            proposed(
                ["r": .record("F-1", "NONE", by: "people-bank", item: "permit.administrative")],
                .proposal(on: ["people-bank/F-1"], by: "people-bank/li"))),
        Attempt(
            "objected, and punished more heavily", "6 异议在先 objection first", basis: "行政处罚法 45",
            "因提出异议而加重", "A heavier measure after an objection was dismissed",
            comesOut: "objection: OBJECTED; decision: REJECTED policy.measure-not-allowed; orders: none"
        ) { city in
            let step = try city.noticed()
            try city.at("2026-05-07 09:00", ["o": .objection(to: step)])
            try city.at("2026-05-08 09:00", ["a": .answer("DISMISSED", on: step, by: "market-regulation/wang")])
            try city.at(
                "2026-05-13 09:00", ["d": .decision(on: step, measures: #"["procurement.excluded","permit.no-commitment-procedure"]"#)])
            return "objection: \(city.answer("o")); decision: \(city.answer("d")); \(city.orders())"
        },
    ]
}

extension MemoryCity {
    /// A serious record and a proposal that rests on it; gives what the case says.
    func proposed(_ record: Sent = .record("F-1"), _ proposal: Sent = .proposal()) throws -> Object {
        try at("2026-05-06 09:00", ["record": record])
        try at("2026-05-06 09:30", ["proposal": proposal])
        return values("sanction.outcomes.v1").last ?? [:]
    }

    /// The same, with the notice delivered.
    func noticed(_ record: Sent = .record("F-1"), _ proposal: Sent = .proposal()) throws -> Object {
        let step = try proposed(record, proposal)
        try at("2026-05-06 10:00", ["receipt": .receipt(for: notice())])
        return step
    }

    /// The same, decided as the law wants it.
    func ordered() throws -> Object {
        let step = try noticed()
        try at("2026-05-13 09:00", ["decision": .decision(on: step)])
        return step
    }

    /// The newest notice of a sanction that is sent.
    func notice(_ kind: String = "sanction.proposed") -> Object {
        values("notice.deliveries.v1").last { $0["kind"] as? String == kind } ?? [:]
    }

    /// What went out to agencies.
    func orders() -> String {
        let orders = words("sanction.orders.v1", "action")
        return "orders: \(orders.isEmpty ? "none" : orders)"
    }
}
