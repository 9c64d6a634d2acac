import CreditModel

/// A case of the story, from the first message to the last.
public enum Plot: Int, CaseIterable, Hashable, Sendable {
    case wrong, serious, volunteer, silent, minor, sealed

    public var title: Bilingual {
        switch self {
        case .wrong:
            Bilingual(
                zh: "一条错误记录：提出异议，记录与建立在它之上的惩戒一并撤销", en: "A wrong record is disputed, and removed with the sanction that rested on it")
        case .serious:
            Bilingual(
                zh: "一条严重失信：告知、申辩、决定、惩戒，履行后修复并解除", en: "A serious one: told, objected, decided, ordered, then repaired and lifted")
        case .volunteer: Bilingual(zh: "一名志愿者：提名、公示、授予，四家单位给予优惠", en: "A volunteer is nominated, publicised and rewarded by four agencies")
        case .silent: Bilingual(zh: "一家单位逾期不答复：上报，期满移除记录", en: "A bureau stays silent: escalated, and the record is removed")
        case .minor: Bilingual(zh: "一名未成年人：记录退回，内容不留", en: "A minor is protected: the record is refused, nothing of it is kept")
        case .sealed: Bilingual(zh: "一条治安处罚：依法封存，退回", en: "A public-security penalty, sealed by law, is refused")
        }
    }
}
