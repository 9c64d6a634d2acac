import CreditModel

/// What people read.
enum RepairTexts {
    static func possible(recordId: String) -> Bilingual {
        Bilingual(
            zh: "您的信用记录（\(recordId)）已可申请信用修复。请在履行义务、改正行为后，提交信用承诺书和证明材料。"
                + "申请不收取任何费用，可在线上或服务窗口办理。",
            en:
                "Your credit record (\(recordId)) can be repaired now. Once the duty is performed and the conduct corrected, hand in the signed "
                + "commitment and the proof, online or at a service window. It costs nothing.")
    }

    static func extensionOver(recordId: String) -> Bilingual {
        Bilingual(
            zh: "您的信用记录（\(recordId)）的延期已届满，记录恢复效力。"
                + "您可以提交履行证明申请信用修复，也可以提出异议。",
            en:
                "The extension for your credit record (\(recordId)) is over, and the record has effect again. You can apply for repair with "
                + "proof of performance, or dispute the record.")
    }

    static let appeal = Bilingual(
        zh: "可以自收到不予修复决定之日起，在期限内依法申请行政复议或者提起行政诉讼；补充材料后也可以再次申请修复。",
        en: "Ask for administrative reconsideration, or go to court, within the term from the receipt of the refusal; "
            + "or apply again with more documents.")

    /// Stands with the record where a confirmed good deed came without words of the subject's own.
    static let deed = "当事人的善行材料已经核实，可供信用修复时参考。"
}
