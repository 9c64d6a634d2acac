/// Scalars as YAML, quoted only where it is needed.
public enum YAMLWriter {
    /// A text as a scalar that reads back as the same text.
    public static func scalar(_ text: String) -> String {
        isSafePlain(text) ? text : quoted(text)
    }

    private static func isSafePlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last, first != " ", last != " ", last != ":" else {
            return false
        }
        if ["null", "~", "true", "false", "yes", "no", "on", "off"].contains(text.lowercased()) { return false }
        if Double(text) != nil { return false }
        if "-?:,[]{}#&*!|>'\"%@`=".unicodeScalars.contains(first) { return false }
        if text.contains(": ") || text.contains(" #") || text.contains(where: \.isNewline) { return false }
        return text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && !",[]{}".unicodeScalars.contains($0) }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\x" + (digits.count < 2 ? "0" : "") + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
