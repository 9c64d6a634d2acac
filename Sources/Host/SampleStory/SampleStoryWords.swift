import CreditModel
import StreamCore

/// What a message of a worker means to somebody who does not know the code.
enum SampleStoryWords {
    static func who(_ topic: Topic, _ value: JSONValue) -> String {
        switch topic.name {
        case "record.outcomes.v1", "intake.answers.v1": "答复 answer"
        case "record.ledger.v1": "档案 ledger"
        case "dispute.outcomes.v1", "dispute.inquiries.v1": "异议 dispute"
        case "repair.outcomes.v1", "repair.tasks.v1": "修复 repair"
        case "sanction.outcomes.v1": "惩戒 sanction"
        case "reward.outcomes.v1": "激励 reward"
        case "publicity.listings.v1": "公示 publicity"
        case "notice.deliveries.v1", "notice.status.v1": "告知 notice"
        case "sanction.orders.v1", "reward.grants.v1": "派发 delivery"
        case "supervision.alerts.v1": "监督 supervision"
        default: topic.name
        }
    }

    /// Nil for what needs no telling.
    static func words(_ topic: Topic, _ value: JSONValue) -> String? {
        func text(_ name: StaticString) -> String? { value[name]?.string }
        let status = text("status") ?? ""
        switch topic.name {
        case "record.outcomes.v1": return line(outcomes, status, value)
        case "intake.answers.v1":
            // An accepted receipt needs no word.
            return status == "REJECTED" ? line(outcomes, status, value) : nil
        case "record.ledger.v1":
            let restricted = value["restricted"]?.bool == true ? " · 限制使用 restricted" : ""
            return "第 \(value["version"]?.int64 ?? 0) 版 version  \(word(states, text("state") ?? ""))\(restricted)"
        case "dispute.outcomes.v1": return line(disputes, status, value)
        case "dispute.inquiries.v1": return "向报送单位核查 asks \(text("bureau") ?? "")，答复期限 answer by \(day(text("answerBy")))"
        case "repair.outcomes.v1": return line(repairs, status, value)
        case "repair.tasks.v1": return "交由 to \(text("authority") ?? "") 决定，期限 decide by \(day(text("decideBy")))"
        case "sanction.outcomes.v1": return line(sanctions, status, value)
        case "sanction.orders.v1":
            return "\(word(actions, text("action") ?? ""))：\(text("measure") ?? "") → \(text("agency") ?? "")（身份只对该单位可见 sealed to it）"
        case "reward.outcomes.v1": return line(rewards, status, value)
        case "reward.grants.v1": return "\(word(actions, text("action") ?? ""))：\(text("benefit") ?? "") → \(text("agency") ?? "")"
        case "publicity.listings.v1":
            let until = text("action") == "LIST" ? text("until").map { "，至 until \($0)" } ?? "" : ""
            return "\(word(actions, text("action") ?? ""))：\(text("displayName") ?? "")\(until)"
        case "notice.deliveries.v1":
            let text = value["text"]?["zh"]?.string ?? ""
            return "经 by \(value["channel"]?.string ?? "") 告知：「\(text)」"
        case "notice.status.v1": return status == "SENT" ? nil : word(notices, status)
        case "supervision.alerts.v1":
            return "上报 escalated：\(text("kind") ?? "")\(text("who").map { " → \($0)" } ?? "")"
        default: return nil
        }
    }

    private static func line(_ words: [String: String], _ status: String, _ value: JSONValue) -> String {
        var line = word(words, status)
        let reasons = (value["reasons"]?.elements).map { $0.compactMap { Reason($0) } } ?? []
        if !reasons.isEmpty {
            line += "：" + reasons.map { "\($0.code.message.zh) \($0.code.message.en) [\($0.code.rawValue)]" }.joined(separator: "；")
        }
        if let due = value["dueAt"]?.string { line += "，期限 due \(day(due))" }
        return line
    }

    private static func word(_ words: [String: String], _ word: String) -> String { words[word].map { "\($0) \(word)" } ?? word }

    /// A term ends at 24:00 of its last day: that day is shown.
    private static func day(_ instant: String?) -> String {
        guard let instant, let parsed = Instant(rfc3339: instant) else { return "?" }
        return CivilDate(Instant(milliseconds: parsed.milliseconds - 1)).description
    }

    private static let outcomes = [
        "ACCEPTED": "受理", "HELD": "待生效", "REJECTED": "退回", "DUPLICATE": "重复", "SUPERSEDED": "已有新版", "WITHDRAWN": "撤回",
    ]
    private static let states = [
        "HELD": "待生效", "EFFECTIVE": "有效", "REPAIRED": "已修复", "WITHDRAWN": "已撤回", "EXPIRED": "已到期", "ARCHIVED": "已归档",
    ]
    private static let disputes = [
        "RECEIVED": "收到异议", "NOT_ADMITTED": "不予受理", "DUPLICATE": "已有同一异议", "INQUIRING": "核查中", "PAUSED": "暂停计时",
        "UPHELD": "异议成立", "DISMISSED": "异议不成立", "UNVERIFIED": "无法核实，维持限制使用",
    ]
    private static let repairs = [
        "RECEIVED": "收到申请", "RETURNED": "退回补正", "NOT_ADMITTED": "不予受理", "ACCEPTED": "受理", "REFUSED": "不予修复", "GRANTED": "准予修复",
        "EXECUTED": "已执行",
    ]
    private static let sanctions = [
        "NOT_ADMITTED": "不予受理", "PROPOSED": "拟惩戒，先告知", "NOTICED": "已送达，可申辩、可改正", "OBJECTED": "有申辩，暂停",
        "AWAITING_DECISION": "期满，待他人决定", "DISMISSED": "不再惩戒", "ORDERED": "决定惩戒", "SUSPENDED": "暂停执行", "RESUMED": "恢复执行",
        "LIFTED": "解除",
    ]
    private static let rewards = [
        "NOT_ADMITTED": "不予受理", "PUBLICISED": "公示", "OBJECTED": "有异议", "GRANTED": "授予", "REFUSED": "不授予", "ENDED": "终止",
    ]
    private static let actions = [
        "IMPOSE": "执行惩戒", "SUSPEND": "暂停执行", "RESUME": "恢复执行", "LIFT": "解除惩戒", "GRANT": "给予优惠", "END": "终止优惠", "LIST": "公示",
        "DELIST": "撤下公示",
    ]
    private static let notices = ["DELIVERED": "已送达", "FAILED": "未送达，换一个渠道", "UNDELIVERABLE": "无法送达，须人工送达"]
}
