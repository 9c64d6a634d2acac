import CreditModel

/// What people read.
enum RepairTexts {
    static let appeal = Bilingual(
        zh: "可以自收到不予修复决定之日起，在期限内依法申请行政复议或者提起行政诉讼；补充材料后也可以再次申请修复。",
        en: "Ask for administrative reconsideration, or go to court, within the term from the receipt of the refusal; "
            + "or apply again with more documents.")

    /// Stands with the record where a confirmed good deed came without words of the subject's own.
    static let deed = "当事人的善行材料已经核实，可供信用修复时参考。"
}
