/// The two widths in which characters of ASCII occur in Chinese texts.
public enum CharacterForms {
    /// The text with full-width letters, digits and signs (U+FF01…FF5E, U+3000) in their ASCII form.
    public static func halfWidth(_ text: String) -> String {
        // U+3000 begins with E3, the others with EF; in UTF-8 neither occurs inside of another character.
        guard text.utf8.contains(where: { $0 == 0xe3 || $0 == 0xef }) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            let narrow = halfWidth(scalar)
            if narrow.isASCII { result.append(UInt8(narrow.value)) } else { result.append(contentsOf: UTF8.encode(narrow)!) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    public static func halfWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0xff01...0xff5e: Unicode.Scalar(scalar.value - 0xfee0) ?? scalar
        case 0x3000: " "
        default: scalar
        }
    }

    /// Whether a character takes room but shows nothing: spaces of any width, tabulators, line ends, byte order marks, zero-width signs.
    public static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2000...0x200f, 0x2028...0x202f, 0x205f...0x2064, 0x3000, 0xfeff: true
        default: false
        }
    }

    /// Whether a character is a hyphen, dash or minus sign.
    public static func isHyphen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2d, 0xad, 0x2010...0x2015, 0x2212, 0xfe58, 0xfe63, 0xff0d: true
        default: false
        }
    }

    /// The text without blanks before and behind it.
    public static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        // Nearly all texts stay as they are.
        if let first = scalars.first, let last = scalars.last, !isBlank(first), !isBlank(last) { return text }
        guard let first = scalars.firstIndex(where: { !isBlank($0) }), let last = scalars.lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return String(scalars[first...last])
    }
}
