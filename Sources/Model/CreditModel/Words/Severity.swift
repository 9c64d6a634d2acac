/// How serious the conduct behind a record is (信用修复管理办法, the three classes 轻微, 一般, 严重).
public enum Severity: String, Sendable, CaseIterable, Comparable {
    /// For records that are not adverse.
    case none = "NONE"
    /// 轻微
    case minor = "MINOR"
    /// 一般
    case general = "GENERAL"
    /// 严重
    case serious = "SERIOUS"

    private var rank: Int {
        switch self {
        case .none: return 0
        case .minor: return 1
        case .general: return 2
        case .serious: return 3
        }
    }

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}
