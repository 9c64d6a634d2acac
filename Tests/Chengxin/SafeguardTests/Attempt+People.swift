extension Attempt {
    private static func released(
        _ record: Sent, of recordId: String = "market-regulation/F-1", then: @escaping @Sendable (MemoryCity) throws -> Void
    ) -> @Sendable (MemoryCity) throws -> String {
        let officer = recordId.hasPrefix("courts/") ? "courts/xu" : "market-regulation/wang"
        return { city in
            try city.at("2026-05-06 09:00", ["r": record])
            let subject = city.subjectId(of: recordId)
            try city.at("2026-05-06 10:00", ["a": .release(recordId, subject, by: officer)])
            try then(city)
            try city.at("2026-07-01 09:00", ["b": .release(recordId, subject, by: officer)])
            let listings = city.values("publicity.listings.v1").map { "\($0["action"] ?? "-") \($0["reason"] ?? "-")" }
            return "listings: \(listings.joined(separator: " → ")); released again: \(city.answer("b"))"
        }
    }

    /// People of whom nothing may be shown, and records that may not.
    static let onPeople: [Attempt] = [
        Attempt(
            "an adult's deed as a minor", "10 未成年人 minors", basis: "未成年人保护法 2; 民法典 17; 刑事诉讼法 286",
            "以成年后报送规避：行为时未成年", "Of age when it is submitted, a minor when it happened",
            comesOut: "REJECTED capacity.minor; records: 0"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1", of: Who.young, conduct: "2025-12-31")])
            return "\(city.answer("r")); records: \(city.values("record.ledger.v1").count)"
        },
        Attempt(
            "a minor whom nobody knows as one", "10 未成年人 minors", basis: "未成年人保护法 2; 个人信息保护法 28",
            "以护照报送，年龄不明", "By a passport, which does not say the age: released, and proposed for a sanction",
            comesOut:
                "record: ACCEPTED; release: REJECTED state.not-eligible; listings: 0; proposal: NOT_ADMITTED state.not-eligible; orders: none"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1", of: Who.foreigner)])
            let subject = city.subjectId(of: "market-regulation/F-1")
            try city.at(
                "2026-05-06 10:00",
                ["a": .release("market-regulation/F-1", subject, by: "market-regulation/wang"), "p": .proposal(about: Who.foreigner)])
            return "record: \(city.answer("r")); release: \(city.answer("a")); listings: \(city.values("publicity.listings.v1").count); "
                + "proposal: \(city.answer("p")); \(city.orders())"
        },
        Attempt(
            "a minor's good deed", "10 未成年人 minors; 17 公示克制 publication restraint", basis: "未成年人保护法 4, 103",
            "公示未成年人的志愿服务", "A minor's volunteer service, with the consent to show it; beside it an adult's",
            comesOut: "minor: ACCEPTED; listings: 0; adult's: 1"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .service(of: Who.minor)])
            let listings = city.values("publicity.listings.v1").count
            let other = try MemoryCity()
            try other.at("2026-05-06 09:00", ["r": .service(of: Who.person)])
            return "minor: \(city.answer("r")); listings: \(listings); adult's: \(other.values("publicity.listings.v1").count)"
        },
        Attempt(
            "a decision that can be appealed", "4 准确与生效 accuracy and finality; 17 公示克制 publication restraint",
            basis: "河南省社会信用条例 17, 18, 20", "公示尚未生效的决定；公示中进入复议", "Shown before it is final, and while it is under review again",
            comesOut: "appealable: 0; final: LIST; under review: LIST → DELIST"
        ) { city in
            try city.at(
                "2026-05-06 09:00", ["r": .record("F-1", finality: #"{"state":"APPEALABLE","until":"2026-06-30"}"#)])
            let held = city.values("publicity.listings.v1").count
            try city.at("2026-07-01 00:00")
            let final = city.words("publicity.listings.v1", "action")
            try city.at("2026-07-02 09:00", ["v": .record("F-1", revision: 2, finality: #"{"state":"UNDER_REVIEW"}"#)])
            return "appealable: \(held); final: \(final); under review: \(city.words("publicity.listings.v1", "action"))"
        },
        Attempt(
            "a repaired record", "13 修复是权利 repair is a right; 17 公示克制 publication restraint", basis: "信用修复管理办法（试行） 36号令",
            "修复后再次放行公示", "Released again after it was repaired",
            comesOut: "listings: LIST RELEASED → DELIST REPAIRED; released again: REJECTED state.not-eligible",
            released(
                .record("A-1", of: Who.person, by: "courts", item: "judgment.unperformed", basis: "《中华人民共和国民事诉讼法》第二百六十六条"),
                of: "courts/A-1",
                then: { city in
                    try city.at(
                        "2026-05-07 09:00",
                        ["a": .repair("courts/A-1", by: Who.person, #""kind":"PERFORMANCE",\#(Attempt.commitment),\#(Attempt.evidence)"#)])
                    let step = city.values("repair.outcomes.v1").last ?? [:]
                    try city.at("2026-05-08 09:00", ["g": .reviewed("GRANTED", on: step, by: "courts/xu")])
                })),
        Attempt(
            "an expired record", "12 到期删除 expiry; 17 公示克制 publication restraint", basis: "河南省社会信用条例 19, 44",
            "到期后再次放行公示", "Released again after its last day",
            comesOut: "listings: LIST RELEASED → DELIST EXPIRED; released again: REJECTED state.not-eligible",
            released(.record("F-1", of: Who.person, validUntil: "2026-05-31"), then: { _ in })),
        Attempt(
            "a withdrawn record", "14 更正到达每一处 correction reaches everyone; 17 公示克制 publication restraint",
            basis: "河南省社会信用条例 42", "撤回后再次放行公示", "Released again after its bureau withdrew it",
            comesOut: "listings: LIST RELEASED → DELIST WITHDRAWN; released again: REJECTED state.not-eligible",
            released(.record("F-1", of: Who.person), then: { try $0.at("2026-05-08 09:00", ["w": .withdrawal("F-1")]) })),
    ]

    /// Names in what others say than the bureau that sends the record.
    static let onNames: [Attempt] = [
        Attempt(
            "officers name the person", "3 最小必要 minimisation", basis: "个人信息保护法 6, 51",
            "官员在认定、复核、放行和决定的理由中写出姓名和证件号码",
            "A finding, a review, a release and a decision call the person by name and number in their reasons",
            comesOut: "finding: DISMISSED dispute.confirmed; review: DISMISSED dispute.confirmed; release: ACCEPTED; decision: ORDERED; "
                + "name behind identity: false; number: false"
        ) { city in
            let words = "\(Who.personName)（\(Who.personNumber)）"
            try city.at("2026-05-06 09:00", ["r": .record("F-1", of: Who.person)])
            let subject = city.subjectId(of: "market-regulation/F-1")
            try city.at("2026-05-06 10:00", ["i": .dispute("market-regulation/F-1", by: Who.person)])
            let dispute = city.values("dispute.outcomes.v1").last?["disputeId"] as? String ?? ""
            try city.at("2026-05-06 11:00", ["f": .finding("CONFIRMED", on: dispute, subject, by: "market-regulation/wang", saying: words)])
            try city.at("2026-05-06 12:00", ["q": .review(of: dispute, by: Who.person)])
            try city.at("2026-05-06 13:00", ["v": .finding("CONFIRMED", on: dispute, subject, by: "credit-office/li", saying: words)])
            try city.at(
                "2026-05-06 14:00",
                [
                    "a": .release("market-regulation/F-1", subject, by: "market-regulation/wang", basis: "《信用修复管理办法》，\(words)"),
                    "p": .proposal(about: Who.person),
                ])
            let step = city.values("sanction.outcomes.v1").last ?? [:]
            try city.at("2026-05-06 15:00", ["n": .receipt(for: city.notice())])
            try city.at("2026-05-14 09:00", ["d": .decision(on: step, saying: words)])
            return
                "finding: \(city.answer("f")); review: \(city.answer("v")); release: \(city.answer("a")); decision: \(city.answer("d")); "
                + "name behind identity: \(city.isToldAnywhere(Who.personName)); number: \(city.isToldAnywhere(Who.personNumber))"
        },
        Attempt(
            "the responsible person in the company's case", "3 最小必要 minimisation; 11 不得株连 no guilt by association",
            basis: "个人信息保护法 6; 河南省社会信用条例 35", "在企业案件的依据中写出责任人员姓名", "The basis for the company names the responsible person",
            comesOut: "company and person: PROPOSED → PROPOSED; name behind identity: false"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1"), "q": .record("F-2", of: Who.person)])
            let responsible =
                #"[{"subject":\#(Who.person),"role":"经理","finding":"负直接责任","findingRecordId":"market-regulation/F-2"}]"#
            try city.at(
                "2026-05-06 10:00",
                ["p": .proposal(basis: "《中华人民共和国政府采购法》第二十二条，\(Who.personName)负直接责任", responsible: responsible)])
            return "company and person: \(city.steps("sanction.outcomes.v1")); name behind identity: \(city.isToldAnywhere(Who.personName))"
        },
        Attempt(
            "named in a case that is not the sender's", "3 最小必要 minimisation", basis: "个人信息保护法 6",
            "他人在本人的案件中提出异议并写出其姓名",
            "Somebody objects in another person's case and names them (open 未决: the words stay on the step's topic, decision 0026)",
            comesOut: "REJECTED state.not-found; name on: sanction.filed.v1"
        ) { city in
            let step = try city.proposed(.record("F-1", of: Who.person), .proposal(about: Who.person))
            try city.at("2026-05-07 09:00", ["o": .objection(to: step, by: Who.other, saying: "\(Who.personName)做得对。")])
            try city.at("2026-05-07 09:05")
            let places = city.places(of: Who.personName).filter { !$0.hasSuffix("changelog.v1") }
            return "\(city.answer("o")); name on: \(places.joined(separator: ", "))"
        },
    ]

    /// What hangs on more than one worker.
    static let onTheCity: [Attempt] = [
        Attempt(
            "nobody decides", "9 轻微不罚 slight; 15 人工决定 human decision", basis: "行政处罚法 33; 个人信息保护法 24",
            "告知后无人决定，以沉默作出惩戒", "Noticed, and for months nobody decides",
            comesOut: "case: PROPOSED → NOTICED → AWAITING_DECISION; orders: none"
        ) { city in
            _ = try city.noticed()
            try city.at("2026-12-31 09:00")
            return "case: \(city.steps("sanction.outcomes.v1")); \(city.orders())"
        },
        Attempt(
            "asked without a ground", "18 查询纪律 query discipline", basis: "河南省社会信用条例 24–25",
            "未经授权查询他人信息", "Somebody asks about a person without an authorization, and by a consent that nobody gave",
            comesOut: "without: REJECTED schema.missing; by a consent: no answer; replies: 0"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1", of: Who.person)])
            try city.at(
                "2026-05-06 10:00",
                ["a": .query(authorization: nil), "b": .query(authorization: #"{"kind":"CONSENT","ref":"none"}"#)])
            return "without: \(city.answer("a")); by a consent: \(city.answer("b")); replies: \(city.values("query.replies.v1").count)"
        },
        Attempt(
            "history written anew", "19 可验证审计 tamper-evident audit", basis: "河南省社会信用条例 39",
            "以同一报文编号、同一修订号改写记录", "Other content under the id of a message, and under the number of a revision",
            comesOut:
                "same id: REJECTED envelope.id-reused; same revision: REJECTED state.revision-reused; next revision: ACCEPTED; versions: 2, each "
                + "with the digest of the one before: true"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1")])
            let first = city.answer("r")
            try city.at("2026-05-06 10:00", ["r": .record("F-1", revision: 2, facts: "另一事实。")])
            let reused = city.answer("r").dropFirst(first.count + 3)
            try city.at("2026-05-06 11:00", ["s": .record("F-1", facts: "另一事实。")])
            try city.at("2026-05-06 12:00", ["t": .record("F-1", revision: 2, facts: "另一事实。")])
            return "same id: \(reused); same revision: \(city.answer("s")); next revision: \(city.answer("t")); "
                + "versions: \(city.values("record.ledger.v1").count), each with the digest of the one before: \(city.isHistoryWhole)"
        },
        Attempt(
            "a signature of nobody", "20 安全 security", basis: "个人信息保护法 51; 河南省社会信用条例 39",
            "以未登记的密钥签名；自未登记的来源报送", "Signed by a key that nobody registered; from a bureau that there is not",
            comesOut: "key: REJECTED signature.key-unknown; bureau: REJECTED policy.source-not-allowed; records: 0"
        ) { city in
            var signed = Sent.record("F-1")
            signed.keyId = "key-of-nobody"
            try city.at("2026-05-06 09:00", ["k": signed, "b": .record("F-2", by: "no-such-bureau")])
            return "key: \(city.answer("k")); bureau: \(city.answer("b")); records: \(city.values("record.ledger.v1").count)"
        },
        Attempt(
            "who an order is about", "20 安全 security; 3 最小必要 minimisation", basis: "个人信息保护法 51",
            "自指令中读取身份", "The order of one agency, read by somebody without its key",
            comesOut: "orders: IMPOSE; number in clear: false; subject id in clear: false"
        ) { city in
            let step = try city.ordered()
            let subject = step["subjectId"] as? String ?? ""
            return "\(city.orders()); number in clear: \(city.isToldAnywhere("91410199MA00040671")); "
                + "subject id in clear: \(city.places(of: subject).contains("sanction.orders.v1"))"
        },
        Attempt(
            "what a wrong record has done", "21 错列救济 wrong-listing remedy; 14 更正到达每一处 correction reaches everyone",
            basis: "河南省社会信用条例 66", "记录被认定错误，后果仍在", "A record listed and sanctioned is found wrong, and nobody does anything else",
            comesOut:
                "record: WITHDRAWN; listings: LIST → DELIST; orders: IMPOSE → SUSPEND → LIFT; told: sanction.lifted, sanction.ordered, sanction.proposed"
        ) { city in
            _ = try city.ordered()
            try city.at("2026-05-14 09:00", ["i": .dispute("market-regulation/F-1")])
            let step = city.values("dispute.outcomes.v1").last ?? [:]
            try city.at(
                "2026-05-14 10:00",
                [
                    "f": .finding(
                        "WRONG", on: step["disputeId"] as? String ?? "", step["subjectId"] as? String ?? "", by: "market-regulation/wang")
                ])
            let told = Set(city.values("notice.deliveries.v1").compactMap { $0["kind"] as? String }).sorted()
            return
                "record: \(city.values("record.ledger.v1").last?["state"] ?? "-"); listings: \(city.words("publicity.listings.v1", "action")); "
                + "\(city.orders()); told: \(told.joined(separator: ", "))"
        },
        Attempt(
            "somebody without a telephone", "24 无障碍 accessibility; 5 告知 notice", basis: "个人信息保护法 17; 无障碍环境建设法",
            "短信不达即视为送达；仅以中文告知", "The message fails and counts as delivered; told in one language only",
            comesOut: "after the failure: PROPOSED; channels: sms → post; by post: PROPOSED → NOTICED; both languages everywhere: true"
        ) { city in
            _ = try city.proposed()
            try city.at("2026-05-06 10:00", ["x": .receipt(for: city.notice(), "FAILED")])
            let failed = city.steps("sanction.outcomes.v1")
            try city.at("2026-05-08 09:00", ["y": .receipt(for: city.notice(), from: "/gateways/post")])
            let isBilingual = city.values("notice.deliveries.v1").allSatisfy { notice in
                let text = notice["text"] as? [String: String] ?? [:]
                return ["zh", "en"].allSatisfy { text[$0]?.isEmpty == false }
            }
            return "after the failure: \(failed); channels: \(city.words("notice.deliveries.v1", "channel")); "
                + "by post: \(city.steps("sanction.outcomes.v1")); both languages everywhere: \(isBilingual)"
        },
        Attempt(
            "a rule that is over", "25 影响评估与日落 impact assessment and sunset", basis: "立法法; 个人信息保护法 55",
            "依据已失效的规定报送、提出", "A record and a proposal on a rule whose last day was before",
            comesOut: "record: REJECTED basis.not-in-force; proposal: REJECTED basis.not-in-force; orders: none"
        ) { city in
            try city.at("2026-05-06 09:00", ["r": .record("F-1", basis: "《失信行为纠正后的信用信息修复管理办法（试行）》第一条"), "q": .record("F-2")])
            try city.at(
                "2026-05-06 10:00", ["p": .proposal(on: ["market-regulation/F-2"], basis: "《失信行为纠正后的信用信息修复管理办法（试行）》第一条")])
            return "record: \(city.answer("r")); proposal: \(city.answer("p")); \(city.orders())"
        },
    ]
}
