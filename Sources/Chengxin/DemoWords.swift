/// Words of the contract as a clerk of a bureau would say them, for the demo.
enum DemoWords {
    static let statuses: [(status: String, zh: String, en: String)] = [
        ("ACCEPTED", "受理", "accepted"), ("HELD", "待生效", "held"), ("REJECTED", "退回", "refused"), ("DUPLICATE", "重复", "sent before"),
        ("SUPERSEDED", "已有新版", "outdated"), ("WITHDRAWN", "撤回", "withdrawn"),
    ]

    static func state(_ state: String) -> String { states[state].map { "\($0) \(state)" } ?? state }

    static func severity(_ severity: String) -> String { severities[severity].map { "\($0) \(severity)" } ?? severity }

    private static let states = [
        "HELD": "待生效", "EFFECTIVE": "有效", "REPAIRED": "已修复", "WITHDRAWN": "已撤回", "EXPIRED": "已到期", "ARCHIVED": "已归档",
    ]

    private static let severities = ["MINOR": "轻微", "GENERAL": "一般", "SERIOUS": "严重", "NONE": "不分等级"]

    /// What a clerk does about a refusal, by its code. Hints are in English; the texts of codes are in both.
    static let advice = [
        "subject.check-digit": "最后一位与前面各位对不上，请对照证件核对后重报。", "schema.range": "该列以万元为单位，5000 元应填 0.5。",
        "schema.missing": "请补填该列后重报。", "basis.missing": "请写明法律名称（加《》）和条款。", "capacity.minor": "未成年人的不良信息不要报送。",
        "prohibited.sealed": "2026 年 1 月 1 日起的治安处罚决定不要报送。", "finality.appealable": "无需处理，期限届满后自动生效。",
    ]
}
