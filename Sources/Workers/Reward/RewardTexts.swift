import CreditModel

/// Why a reward ended, for the person.
enum RewardTexts {
    static let declined = Bilingual(zh: "本人不愿意接受", en: "you do not want it")
    static let expired = Bilingual(zh: "激励期限届满", en: "its term is over")
    static let refused = Bilingual(zh: "经审核，决定不予授予", en: "it was decided not to grant it")
    static let upheld = Bilingual(zh: "公示期间收到的异议经核实成立", en: "an objection in the time of publicity was found right")

    static func adverse(_ recordId: String) -> Bilingual {
        Bilingual(zh: "不良信用记录 \(recordId) 已经生效", en: "the adverse record \(recordId) has taken effect")
    }
}
