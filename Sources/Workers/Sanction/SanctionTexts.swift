import CreditModel

/// What people read.
enum SanctionTexts {
    static let objection = Bilingual(
        zh: "可以在期限内陈述申辩、提出异议；异议答复前不会作出决定。",
        en: "Object within the term; nothing is decided before the objection is answered.")

    static let order = Bilingual(
        zh: "可以依法申请行政复议或者提起行政诉讼；对所依据的记录可以提出异议或者申请信用修复。",
        en: "Ask for administrative reconsideration, or go to court; dispute the records that it rests on, or apply for their repair.")

    static func term(_ term: Term) -> Bilingual {
        let (zh, en) =
            switch term.unit {
            case .workingDays: ("个工作日", "working days")
            case .days: ("日", "days")
            case .months: ("个月", "months")
            case .years: ("年", "years")
            case .hours: ("小时", "hours")
            case .minutes: ("分钟", "minutes")
            case .seconds: ("秒", "seconds")
            case .milliseconds: ("毫秒", "milliseconds")
            }
        return Bilingual(zh: "\(term.count)\(zh)", en: "\(term.count) \(en)")
    }

    static func same(_ text: String) -> Bilingual { Bilingual(zh: text, en: text) }

    static func list(_ texts: [Bilingual]) -> Bilingual {
        Bilingual(zh: texts.map(\.zh).joined(separator: "、"), en: texts.map(\.en).joined(separator: ", "))
    }

    static func reasons(_ reasons: [Reason]) -> Bilingual {
        Bilingual(
            zh: reasons.map { $0.code.message.zh }.joined(separator: "；"), en: reasons.map { $0.code.message.en }.joined(separator: "; "))
    }
}
