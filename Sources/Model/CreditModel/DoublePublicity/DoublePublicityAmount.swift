/// An amount as a cell has it: digits, and sometimes its unit.
struct DoublePublicityAmount {
    enum Unit { case yuan, wanYuan }

    /// Digits before and behind the point, without needless zeros.
    private var whole: String
    private var fraction: String
    /// As the cell says it; nil when it says none.
    var unit: Unit?

    init?(_ text: String) {
        var text = text
        // Most are a number and nothing else.
        if !text.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }) {
            text = CharacterForms.halfWidth(text).filter { !$0.isWhitespace }
            for (word, unit) in [("万元", Unit.wanYuan), ("万", .wanYuan), ("元", .yuan)] where text.hasSuffix(word) {
                text.removeLast(word.count)
                self.unit = unit
                break
            }
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count, let grouped = parts.first else { return nil }
        let groups = grouped.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard groups.count == 1 || (1...3 ~= groups[0].count && groups.dropFirst().allSatisfy { $0.count == 3 }) else { return nil }
        let whole = Array(groups.joined())
        var fraction = parts.count == 2 ? Array(parts[1]) : []
        guard !whole.isEmpty, parts.count == 1 || !fraction.isEmpty, whole.count <= 20, fraction.count <= 20,
            whole.allSatisfy(\.isDigit), fraction.allSatisfy(\.isDigit)
        else { return nil }
        while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
        self.whole = String(decoding: whole.drop { $0 == UInt8(ascii: "0") }, as: UTF8.self)
        if self.whole.isEmpty { self.whole = "0" }
        self.fraction = String(decoding: fraction, as: UTF8.self)
    }

    var isPositive: Bool { whole != "0" || !fraction.isEmpty }

    /// The number as it is written without its unit.
    var digits: String { fraction.isEmpty ? whole : "\(whole).\(fraction)" }

    /// Whether the number is so large that it is rather one of yuan.
    func isSuspected(from limit: Int) -> Bool {
        guard let number = Int(whole) else { return true }
        return number >= limit
    }

    /// Yuan with two decimals; nil when there are fractions of a 分, or more digits than amounts have.
    var yuan: String? {
        let shift = unit == .yuan ? 0 : 4
        guard fraction.utf8.count <= shift + 2 else { return nil }
        let padded = fraction + String(repeating: "0", count: shift + 2 - fraction.utf8.count)
        let joined = String((whole + padded.prefix(shift)).drop { $0 == "0" })
        let yuan = joined.isEmpty ? "0" : joined
        guard yuan.utf8.count <= Formats.moneyDigitsMax else { return nil }
        return "\(yuan).\(padded.suffix(2))"
    }
}
