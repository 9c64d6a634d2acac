extension Attempt {
    private static func proof(_ receipt: @escaping @Sendable (MemoryCity, MemoryCity.Object) -> Sent)
        -> @Sendable (MemoryCity) throws -> String
    {
        { city in
            let step = try city.proposed()
            try city.at("2026-05-06 09:40", ["x": receipt(city, city.notice())])
            try city.at("2026-05-13 09:00", ["d": .decision(on: step)])
            return "receipt: \(city.answer("x")); decision: \(city.answer("d")); \(city.orders())"
        }
    }

    static let onNotices: [Attempt] = [
        Attempt(
            "proof by another gateway", "5 告知 notice", basis: "个人信息保护法 17; 市场监督管理严重违法失信名单管理办法 8",
            "由未经手的通道证明送达", "A gateway that never had the notice says that it was delivered",
            comesOut: "receipt: REJECTED policy.source-not-allowed; decision: REJECTED state.not-eligible; orders: none",
            proof { .receipt(for: $1, from: "/gateways/post") }),
        Attempt(
            "proof by the portal", "5 告知 notice", basis: "个人信息保护法 17",
            "由门户证明送达", "The portal says that it was delivered",
            comesOut: "receipt: REJECTED policy.source-not-allowed; decision: REJECTED state.not-eligible; orders: none",
            proof { .receipt(for: $1, from: "/portal") }),
        Attempt(
            "proof by the proposing bureau", "5 告知 notice", basis: "个人信息保护法 17",
            "由提出部门自己证明送达", "The bureau that proposed says that it was delivered",
            comesOut: "receipt: REJECTED policy.source-not-allowed; decision: REJECTED state.not-eligible; orders: none",
            proof { .receipt(for: $1, from: "/bureaus/market-regulation") }),
        Attempt(
            "receipt of somebody else's notice", "5 告知 notice", basis: "个人信息保护法 17",
            "以他人的回执证明送达", "The receipt of another person's notice",
            comesOut: "receipt: REJECTED state.not-found; decision: REJECTED state.not-eligible; orders: none",
            proof { _, notice in .receipt(for: notice, of: "s00000000000000000000000000000000") }),
        Attempt(
            "receipt of another agency", "14 更正到达每一处 correction reaches everyone", basis: "河南省社会信用条例 42",
            "其他单位代为回执", "Another agency acknowledges the order",
            comesOut: "receipt: REJECTED policy.source-not-allowed; delivery: SENT"
        ) { city in
            _ = try city.ordered()
            let order = city.values("sanction.orders.v1").last ?? [:]
            try city.at("2026-05-13 10:00", ["x": .acknowledgement(of: order, "APPLIED", from: "/agencies/metro")])
            return "receipt: \(city.answer("x")); delivery: \(city.words("delivery.status.v1", "status"))"
        },
    ]

    static let onDisputes: [Attempt] = [
        Attempt(
            "a dispute freezes and lifts", "7 异议冻结 dispute freezes; 14 更正到达每一处 correction reaches everyone", basis: "河南省社会信用条例 41–42",
            "异议期间继续适用措施，更正后不通知", "Measures go on while the record is disputed, and after it was withdrawn",
            comesOut:
                "case: PROPOSED → NOTICED → AWAITING_DECISION → ORDERED → SUSPENDED state.restricted → LIFTED sanction.no-ground; orders: IMPOSE → SUSPEND → LIFT"
        ) { city in
            _ = try city.ordered()
            try city.at("2026-05-14 09:00", ["i": .dispute("market-regulation/F-1")])
            try city.at("2026-05-15 09:00", ["w": .withdrawal("F-1")])
            return "case: \(city.steps("sanction.outcomes.v1")); \(city.orders())"
        },
        Attempt(
            "disputed for somebody else", "7 异议冻结 dispute freezes", basis: "河南省社会信用条例 40",
            "以他人名义冻结他人的记录", "Somebody else disputes the record",
            comesOut: "NOT_ADMITTED state.not-found; versions of the record: 1"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1")])
            try city.at("2026-05-06 10:00", ["i": .dispute("market-regulation/F-1", by: Who.other)])
            try city.at("2026-05-06 10:05")
            return "\(city.answer("i")); versions of the record: \(city.values("record.ledger.v1").count)"
        },
        Attempt(
            "a second case while one is open", "7 异议冻结 dispute freezes", basis: "河南省社会信用条例 40",
            "同一事由重复提出异议", "The same dispute again while it is open",
            comesOut: "RECEIVED; DUPLICATE state.already-open"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1")])
            try city.at("2026-05-06 10:00", ["i": .dispute("market-regulation/F-1"), "j": .dispute("market-regulation/F-1")])
            return "\(city.answer("i")); \(city.answer("j"))"
        },
        Attempt(
            "the wrong record again", "14 更正到达每一处 correction reaches everyone", basis: "河南省社会信用条例 42",
            "记录被认定错误后换号重报", "The same wrong record under another number after it was removed",
            comesOut:
                "dispute: RECEIVED → INQUIRING → UPHELD; revision: REJECTED state.not-eligible; other number: REJECTED state.not-eligible"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1")])
            try city.at("2026-05-06 10:00", ["i": .dispute("market-regulation/F-1")])
            let step = city.values("dispute.outcomes.v1").last ?? [:]
            try city.at(
                "2026-05-07 09:00",
                [
                    "f": .finding(
                        "WRONG", on: step["disputeId"] as? String ?? "", step["subjectId"] as? String ?? "", by: "market-regulation/wang")
                ])
            try city.at("2026-05-08 09:00", ["again": .record("F-1", revision: 2), "other": .record("F-2")])
            return "dispute: \(city.steps("dispute.outcomes.v1")); revision: \(city.answer("again")); other number: \(city.answer("other"))"
        },
        Attempt(
            "reviewed by the same officer", "15 人工决定 human decision", basis: "河南省社会信用条例 41 (复核)",
            "由原经办人复核", "The officer who found reviews the finding; then another does",
            comesOut: "same officer: REJECTED policy.same-officer; another: DISMISSED dispute.confirmed"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1")])
            try city.at("2026-05-06 10:00", ["i": .dispute("market-regulation/F-1")])
            let step = city.values("dispute.outcomes.v1").last ?? [:]
            let (dispute, subject) = (step["disputeId"] as? String ?? "", step["subjectId"] as? String ?? "")
            try city.at("2026-05-07 09:00", ["f": .finding("CONFIRMED", on: dispute, subject, by: "market-regulation/wang")])
            try city.at("2026-05-08 09:00", ["v": .review(of: dispute)])
            try city.at("2026-05-08 10:00", ["s": .finding("CONFIRMED", on: dispute, subject, by: "market-regulation/wang")])
            try city.at("2026-05-08 11:00", ["t": .finding("CONFIRMED", on: dispute, subject, by: "credit-office/li")])
            return "same officer: \(city.answer("s")); another: \(city.answer("t"))"
        },
        Attempt(
            "found by a foreign bureau", "15 人工决定 human decision", basis: "河南省社会信用条例 41",
            "由其他部门认定异议", "Another bureau answers the inquiry",
            comesOut: "REJECTED policy.source-not-allowed"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1")])
            try city.at("2026-05-06 10:00", ["i": .dispute("market-regulation/F-1")])
            let step = city.values("dispute.outcomes.v1").last ?? [:]
            try city.at(
                "2026-05-07 09:00",
                [
                    "f": .finding(
                        "CONFIRMED", on: step["disputeId"] as? String ?? "", step["subjectId"] as? String ?? "", by: "housing/li")
                ])
            return city.answer("f")
        },
        Attempt(
            "a silent bureau", "7 异议冻结 dispute freezes; 23 政府守信 government is bound", basis: "河南省社会信用条例 41–42",
            "来源部门不答复", "The bureau never answers",
            comesOut:
                "RECEIVED → INQUIRING → UNVERIFIED dispute.unverified; record: WITHDRAWN; alerts: dispute.inquiry-overdue → dispute.unverified"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1")])
            try city.at("2026-05-06 10:00", ["i": .dispute("market-regulation/F-1")])
            try city.at("2026-08-01 09:00")
            let record = city.values("record.ledger.v1").last?["state"] as? String ?? "-"
            return "\(city.steps("dispute.outcomes.v1")); record: \(record); alerts: \(city.words("supervision.alerts.v1", "kind"))"
        },
        Attempt(
            "an appraisal without end", "7 异议冻结 dispute freezes", basis: "河南省社会信用条例 41",
            "以检验鉴定为由无限期停止计时", "The bureau stops the clock for an appraisal, and never lets it go on",
            comesOut:
                "RECEIVED → INQUIRING → PAUSED → INQUIRING → UNVERIFIED dispute.unverified; record: WITHDRAWN; stopped again: REJECTED "
                + "state.not-eligible; alerts: dispute.appraisal-overdue, dispute.inquiry-overdue, dispute.unverified"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1")])
            try city.at("2026-05-06 10:00", ["i": .dispute("market-regulation/F-1")])
            let step = city.values("dispute.outcomes.v1").last ?? [:]
            let (dispute, subject) = (step["disputeId"] as? String ?? "", step["subjectId"] as? String ?? "")
            try city.at("2026-05-07 09:00", ["s": .clockStop(on: dispute, subject, from: "2026-05-07")])
            try city.at("2026-07-06 09:00", ["t": .clockStop(on: dispute, subject, from: "2026-07-06")])
            try city.at("2026-08-01 09:00")
            let alerts = Set(city.values("supervision.alerts.v1").compactMap { $0["kind"] as? String }).sorted()
            return "\(city.steps("dispute.outcomes.v1")); record: \(city.values("record.ledger.v1").last?["state"] ?? "-"); "
                + "stopped again: \(city.answer("t")); alerts: \(alerts.joined(separator: ", "))"
        },
    ]

    static let commitment = #""commitment":{"signedAt":"2026-05-06","textSha256":"\#(String(repeating: "a", count: 64))"}"#
    static let evidence = #""evidence":[{"name":"缴款","sha256":"\#(String(repeating: "b", count: 64))","uri":"urn:x:1"}]"#

    static let onRepairs: [Attempt] = [
        Attempt(
            "everything missing at once", "13 修复是权利 repair is a right", basis: "信用修复管理办法（试行） 36号令 2; 河南省社会信用条例 43",
            "分次告知所缺材料", "An application that lacks everything gets one list",
            comesOut: "RECEIVED → RETURNED schema.missing, schema.missing, repair.too-early; missing, in one list: 3"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1")])
            try city.at("2026-05-06 10:00", ["a": .repair("market-regulation/F-1", #""kind":"PERFORMANCE""#)])
            let missing = city.values("repair.outcomes.v1").last?["missing"] as? [Any] ?? []
            return "\(city.steps("repair.outcomes.v1")); missing, in one list: \(missing.count)"
        },
        Attempt(
            "refused by a foreign bureau, then silence", "13 修复是权利 repair is a right", basis: "信用修复管理办法（试行） 36号令",
            "由其他部门驳回，或以沉默驳回", "Another bureau refuses; then nobody answers; then an officer refuses with reasons",
            comesOut: "application: RECEIVED → ACCEPTED; foreign: REJECTED policy.source-not-allowed; weeks later: RECEIVED → ACCEPTED; "
                + "officer: REFUSED repair.refused, with appeal: true"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1", decided: "2026-04-01")])
            try city.at("2027-05-06 10:00", ["a": .repair("market-regulation/F-1", #""kind":"PERFORMANCE",\#(commitment),\#(evidence)"#)])
            let step = city.values("repair.outcomes.v1").last ?? [:]
            try city.at("2027-05-07 09:00", ["x": .reviewed("REFUSED", on: step, by: "housing/li")])
            let before = city.steps("repair.outcomes.v1")
            try city.at("2027-07-01 09:00")
            let silent = city.steps("repair.outcomes.v1")
            try city.at("2027-07-01 10:00", ["o": .reviewed("REFUSED", on: step, by: "market-regulation/wang")])
            let appeal = city.values("repair.outcomes.v1").last?["appeal"] != nil
            return
                "application: \(before); foreign: \(city.answer("x")); weeks later: \(silent); officer: \(city.answer("o")), with appeal: \(appeal)"
        },
        Attempt(
            "returned without end", "13 修复是权利 repair is a right", basis: "信用修复管理办法（试行） 36号令; 行政许可法 32",
            "以退回代替驳回：不列明所缺，或一再退回", "An officer returns it without a list, then with one, then a second one",
            comesOut: "without a list: REJECTED schema.missing; with one: RETURNED schema.missing; again: REJECTED state.not-eligible; "
                + "refused, with reasons and appeal: REFUSED repair.refused, true"
        ) { city in
            func application() -> Sent { .repair("market-regulation/F-1", #""kind":"PERFORMANCE",\#(commitment),\#(evidence)"#) }
            try city.at("2026-05-06 09:00", ["r": .record("F-1", decided: "2026-04-01")])
            try city.at("2027-05-06 10:00", ["a": application()])
            let first = city.values("repair.outcomes.v1").last ?? [:]
            try city.at("2027-05-07 09:00", ["x": .reviewed("RETURNED", on: first, by: "market-regulation/wang")])
            try city.at("2027-05-07 10:00", ["y": .reviewed("RETURNED", on: first, by: "market-regulation/wang", missing: #""整改报告""#)])
            try city.at("2027-05-08 10:00", ["b": application()])
            let second = city.values("repair.outcomes.v1").last ?? [:]
            try city.at("2027-05-09 09:00", ["z": .reviewed("RETURNED", on: second, by: "market-regulation/wang", missing: #""照片""#)])
            try city.at("2027-05-09 10:00", ["o": .reviewed("REFUSED", on: second, by: "market-regulation/wang")])
            let appeal = city.values("repair.outcomes.v1").last?["appeal"] != nil
            return "without a list: \(city.answer("x")); with one: \(city.answer("y")); again: \(city.answer("z")); "
                + "refused, with reasons and appeal: \(city.answer("o")), \(appeal)"
        },
    ]

    static let onPublicity: [Attempt] = [
        Attempt(
            "a person without a release", "17 公示克制 publication restraint", basis: "个人信息保护法 25; 河南省社会信用条例 18",
            "未经放行公示个人记录", "A person's serious record, released by nobody",
            comesOut: "record: ACCEPTED; listings: 0"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1", of: Who.person)])
            return "record: \(city.answer("r")); listings: \(city.values("publicity.listings.v1").count)"
        },
        Attempt(
            "released by the wrong officer", "17 公示克制 publication restraint", basis: "个人信息保护法 25",
            "由其他部门放行，或冒用官员名义", "Another bureau releases, in its own and in an officer's name",
            comesOut: "REJECTED policy.source-not-allowed; REJECTED policy.source-not-allowed; listings: 0"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1", of: Who.person)])
            let subject = city.subjectId(of: "market-regulation/F-1")
            try city.at(
                "2026-05-06 10:00",
                [
                    "own": .release("market-regulation/F-1", subject, by: "housing/li"),
                    "other": .release("market-regulation/F-1", subject, by: "market-regulation/wang", from: "housing"),
                ])
            return "\(city.answer("own")); \(city.answer("other")); listings: \(city.values("publicity.listings.v1").count)"
        },
        Attempt(
            "a disputed person's record", "7 异议冻结 dispute freezes; 17 公示克制 publication restraint", basis: "河南省社会信用条例 41",
            "放行异议中的记录，公示中提出异议", "Released while disputed; disputed while listed",
            comesOut: "disputed: REJECTED state.restricted; not disputed: ACCEPTED; listings: LIST → DELIST, name shown: 样＊＊ → 样＊＊"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1", of: Who.person), "q": .record("F-2", of: Who.person)])
            let subject = city.subjectId(of: "market-regulation/F-1")
            try city.at("2026-05-06 10:00", ["i": .dispute("market-regulation/F-1", by: Who.person)])
            try city.at(
                "2026-05-06 11:00",
                [
                    "a": .release("market-regulation/F-1", subject, by: "market-regulation/wang"),
                    "b": .release("market-regulation/F-2", subject, by: "market-regulation/wang"),
                ])
            try city.at("2026-05-06 12:00", ["j": .dispute("market-regulation/F-2", by: Who.person)])
            return
                "disputed: \(city.answer("a")); not disputed: \(city.answer("b")); listings: \(city.words("publicity.listings.v1", "action")), "
                + "name shown: \(city.words("publicity.listings.v1", "displayName"))"
        },
        Attempt(
            "after its end", "12 到期删除 expiry", basis: "信用修复管理办法（试行） 36号令; 河南省社会信用条例 19",
            "公示期满后继续公示", "Shown beyond its last day, while nobody acts",
            comesOut: "on the last day: LIST; after it: LIST → DELIST"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1", "GENERAL")])
            try city.at("2027-04-01 23:59")
            let before = city.words("publicity.listings.v1", "action")
            try city.at("2027-04-02 00:00")
            return "on the last day: \(before); after it: \(city.words("publicity.listings.v1", "action"))"
        },
    ]

    static let onRewards: [Attempt] = [
        Attempt(
            "without consent", "17 公示克制 publication restraint", basis: "个人信息保护法 13–14",
            "未经本人同意提名", "Nominated without consent",
            comesOut: "REJECTED schema.missing"
        ) { city in
            try city.at("2026-05-06 09:00", ["n": .nomination(consent: false)])
            return city.answer("n")
        },
        Attempt(
            "nominated twice, granted too early and by others", "15 人工决定 human decision", basis: "郑政文〔2018〕103号 十",
            "重复提名，公示期内授予，由无权者授予", "A second nomination, a grant before the publicity is over, one by another bureau",
            comesOut:
                "second: NOT_ADMITTED state.already-open; early: REJECTED state.not-eligible; other bureau: REJECTED policy.source-not-allowed; grants: 0"
        ) { city in
            try city.at("2026-05-06 09:00", ["n": .nomination()])
            let step = city.values("reward.outcomes.v1").last ?? [:]
            try city.at("2026-05-07 09:00", ["m": .nomination(), "early": .grant(on: step, by: "credit-office/wang")])
            try city.at("2026-05-13 09:00", ["foreign": .grant(on: step, by: "housing/li")])
            return "second: \(city.answer("m")); early: \(city.answer("early")); other bureau: \(city.answer("foreign")); "
                + "grants: \(city.values("reward.grants.v1").count)"
        },
        Attempt(
            "declined at any time", "16 不得评分 no scoring", basis: "个人信息保护法 15",
            "授予之后本人放弃，他人代为放弃", "Declined by somebody else, then by the person, after the grant",
            comesOut: "by another: REJECTED state.not-found; by the person: ENDED reward.declined; of 4 grants ended: 4"
        ) { city in
            try city.at("2026-05-06 09:00", ["n": .nomination()])
            let step = city.values("reward.outcomes.v1").last ?? [:]
            try city.at("2026-05-13 09:00", ["g": .grant(on: step, by: "credit-office/wang")])
            try city.at("2026-05-14 09:00", ["x": .declined(step, by: Who.other)])
            try city.at("2026-05-14 09:05")
            try city.at("2026-05-15 09:00", ["d": .declined(step)])
            return "by another: \(city.answer("x")); by the person: \(city.answer("d")); "
                + "of \(Set(city.values("reward.grants.v1").map { $0["grantId"] as? String }).count) grants ended: \(city.endedGrants)"
        },
        Attempt(
            "a reward that nobody decides", "23 政府守信 government is bound", basis: "郑政文〔2018〕103号 十",
            "公示期满后无人决定", "The publicity is over, and nobody decides",
            comesOut: "case: PUBLICISED; alerts to credit-office: reward.decision-overdue → reward.decision-overdue"
        ) { city in
            try city.at("2026-05-06 09:00", ["n": .nomination()])
            try city.at("2026-07-15 09:00")
            let alerts = city.values("supervision.alerts.v1").filter { $0["who"] as? String == "credit-office" }
            return "case: \(city.steps("reward.outcomes.v1")); "
                + "alerts to credit-office: \(alerts.map { $0["kind"] as? String ?? "-" }.joined(separator: " → "))"
        },
        Attempt(
            "an objector names the nominated person", "3 最小必要 minimisation", basis: "个人信息保护法 6",
            "异议人在陈述中写出被提名人姓名和证件号码",
            "An objection names the nominated person and the number",
            comesOut: "OBJECTED; name behind identity: false; number: false"
        ) { city in
            try city.at("2026-05-06 09:00", ["n": .nomination()])
            let step = city.values("reward.outcomes.v1").last ?? [:]
            try city.at(
                "2026-05-07 09:00",
                ["o": .objection(to: step, by: Who.other, saying: "\(Who.personName)（\(Who.personNumber)）并未参加志愿服务。")])
            return "\(city.answer("o")); name behind identity: \(city.isToldAnywhere(Who.personName)); "
                + "number: \(city.isToldAnywhere(Who.personNumber))"
        },
    ]

    static let onTime: [Attempt] = [
        Attempt(
            "an order that nobody ends", "12 到期删除 expiry", basis: "河南省社会信用条例 19, 44",
            "期满无人解除", "The last day passes and nobody acts",
            comesOut:
                "case: PROPOSED → NOTICED → AWAITING_DECISION → ORDERED → LIFTED sanction.expired; orders: IMPOSE → IMPOSE → IMPOSE → IMPOSE → IMPOSE → LIFT"
        ) { city in
            _ = try city.ordered()
            try city.at("2026-12-02 00:00")
            return "case: \(city.steps("sanction.outcomes.v1")); \(city.orders())"
        },
        Attempt(
            "an agency that never acknowledges a lifting", "14 更正到达每一处 correction reaches everyone", basis: "河南省社会信用条例 42",
            "单位对解除不予回执", "The agency never says that it lifted",
            comesOut: "sent again: true; alerts: delivery.receipt-overdue, notice.undeliverable, sanction.order-overdue"
        ) { city in
            _ = try city.ordered()
            let order = city.values("sanction.orders.v1").last ?? [:]
            try city.at("2026-05-13 10:00", ["x": .acknowledgement(of: order, "APPLIED", from: "/agencies/procurement")])
            try city.at("2026-05-14 09:00", ["w": .withdrawal("F-1")])
            try city.at("2026-06-14 09:00")
            let liftings = city.values("sanction.orders.v1").count { $0["action"] as? String == "LIFT" }
            let alerts = Set(city.values("supervision.alerts.v1").compactMap { $0["kind"] as? String }).sorted()
            return "sent again: \(liftings > 1); alerts: \(alerts.joined(separator: ", "))"
        },
    ]
}

extension MemoryCity {
    /// How many grants have an end; what was not acknowledged is sent again, and counts once.
    fileprivate var endedGrants: Int {
        Set(values("reward.grants.v1").filter { $0["action"] as? String == "END" }.map { $0["grantId"] as? String }).count
    }
}
