extension Attempt {
    private static func answered(_ record: Sent) -> @Sendable (MemoryCity) throws -> String {
        { city in
            try city.at("2026-05-06 09:00", ["r": record])
            return "\(city.answer("r")); records: \(city.values("record.ledger.v1").count)"
        }
    }

    static let onRecords: [Attempt] = [
        Attempt(
            "no basis", "1 合法依据 lawful basis", basis: "郑政文〔2018〕103号 五; 个人信息保护法 13, 34; 河南省社会信用条例 11–12",
            "报送没有法律依据的记录", "A record without any law it rests on",
            comesOut: "REJECTED basis.missing; records: 0", answered(.record("F-1", basis: "内部规定"))),
        Attempt(
            "law not in force", "1 合法依据 lawful basis", basis: "河南省社会信用条例 11–12",
            "依据在决定之日尚未施行的法律", "A law that was not in force on the day of the decision",
            comesOut: "REJECTED basis.not-in-force; records: 0",
            answered(.record("F-1", conduct: "2008-01-01", decided: "2008-06-01"))),
        Attempt(
            "prohibited field", "2 禁止采集 prohibited items", basis: "河南省社会信用条例 45–46; 征信业管理条例 14",
            "以附加字段报送宗教信仰", "Religion as an attribute of the record",
            comesOut: "REJECTED prohibited.field; records: 0",
            answered(.record("F-1", of: Who.person, attributes: #"{"religion":"x"}"#))),
        Attempt(
            "prohibited content", "2 禁止采集 prohibited items", basis: "河南省社会信用条例 45–46; 征信业管理条例 14",
            "在事实描述中写入宗教信仰", "Religion in the text of the facts",
            comesOut: "REJECTED prohibited.content; records: 0",
            answered(.record("F-1", of: Who.person, facts: "该人信仰佛教，超限运输。"))),
        Attempt(
            "public-security decision", "26 封存记录 sealed records", basis: "治安管理处罚法 136 (2026-01-01)",
            "报送2026年起的治安处罚", "A public-security decision of 2026",
            comesOut: "REJECTED prohibited.sealed; records: 0",
            answered(.record("F-1", of: Who.person, "GENERAL", by: "public-security", item: "penalty.public-security"))),
        Attempt(
            "a minor's record", "10 未成年人 minors", basis: "未成年人保护法 2; 民法典 17",
            "报送未成年人的失信记录", "An adverse record of a minor",
            comesOut: "REJECTED capacity.minor; records: 0", answered(.record("F-1", of: Who.minor))),
        Attempt(
            "not final", "4 准确与生效 accuracy and finality", basis: "河南省社会信用条例 17, 20; 个人信息保护法 8",
            "以尚可复议的决定提出惩戒", "A sanction on a decision that can still be appealed",
            comesOut: "record: HELD finality.appealable; proposal: NOT_ADMITTED state.not-eligible; orders: 0"
        ) { city in
            try city.at(
                "2026-05-06 09:00", ["r": .record("F-1", finality: #"{"state":"APPEALABLE","until":"2026-06-30"}"#)])
            try city.at("2026-05-06 10:00", ["p": .proposal()])
            return "record: \(city.answer("r")); proposal: \(city.answer("p")); orders: \(city.values("sanction.orders.v1").count)"
        },
        Attempt(
            "names and numbers in texts", "3 最小必要 minimisation", basis: "个人信息保护法 6; 河南省社会信用条例 4",
            "在事实描述和文号中写入本人姓名与身份证号", "The person's name and number in the facts, the number as record number",
            comesOut: "ACCEPTED; REJECTED prohibited.content; name behind identity: false; number: false"
        ) { city in
            try city.at(
                "2026-05-06 09:00",
                [
                    "r": .record("F-1", of: Who.person, facts: "\(Who.personName)（\(Who.personNumber)）超限运输。"),
                    "n": .record(Who.personNumber, of: Who.person),
                ])
            return "\(city.answer("r")); \(city.answer("n")); name behind identity: \(city.isToldAnywhere(Who.personName)); "
                + "number: \(city.isToldAnywhere(Who.personNumber))"
        },
    ]
}
