import StreamCore

/// The forms of texts that messages agree on.
public enum Formats {
    /// The length of 行政处罚决定书文号 in the standard of 双公示.
    public static let recordNoCharactersMax = 128
    /// Digits before the point of an amount.
    public static let moneyDigitsMax = 15

    /// Whether a text is an amount: yuan with two decimals (`5000.00`).
    public static func isMoney(_ text: Bytes) -> Bool {
        let whole = text.dropLast(3)
        guard text.count > 3, 1...moneyDigitsMax ~= whole.count, whole.allSatisfy(\.isDigit),
            whole.count == 1 || whole.first != UInt8(ascii: "0")
        else { return false }
        let rest = text.suffix(3)
        return rest.first == UInt8(ascii: ".") && rest.dropFirst().allSatisfy(\.isDigit)
    }

    /// Whether a text is a SHA-256 in lower hexadecimal digits.
    public static func isDigest(_ text: Bytes) -> Bool {
        text.count == 64 && text.allSatisfy { $0.isDigit || $0 &- UInt8(ascii: "a") < 6 }
    }

    /// Whether machines can compare a text: there is one, without control characters, without blanks at its ends.
    public static func isIdentifier(_ text: Bytes) -> Bool {
        guard let first = text.first, let last = text.last, first > 0x20, last > 0x20, !hasControlCharacters(text) else { return false }
        // Blanks beyond ASCII begin and end with other bytes than ideographs only together, so the text decides.
        guard first >= 0x80 || last >= 0x80 else { return true }
        let scalars = text.text.unicodeScalars
        return !CharacterForms.isBlank(scalars.first!) && !CharacterForms.isBlank(scalars.last!)
    }

    /// Whether nothing can be seen of a text.
    public static func isBlank(_ text: Bytes) -> Bool {
        // Blanks beyond ASCII begin with the bytes C2, E1, E2, E3 and EF; any other first byte above the space is something to be seen.
        guard let first = text.first else { return true }
        if first > 0x20, first < 0x7f || (first >= 0xe4 && first < 0xef) { return false }
        return text.text.unicodeScalars.allSatisfy(CharacterForms.isBlank)
    }

    /// Whether there are control characters of ASCII; with `allowingLines`, line ends and tabulators are none.
    public static func hasControlCharacters(_ text: Bytes, allowingLines: Bool = false) -> Bool {
        text.contains { byte in
            guard byte < 0x20 || byte == 0x7f else { return false }
            return !(allowingLines && (byte == 0x0a || byte == 0x0d || byte == 0x09))
        }
    }

    /// The Unicode scalars of a valid text.
    public static func characterCount(_ text: Bytes) -> Int {
        text.reduce(0) { $0 + ($1 & 0xc0 != 0x80 ? 1 : 0) }
    }
}

/// Somebody who decides for a bureau: `BUREAU/NAME`.
public struct Officer: Hashable, Sendable, CustomStringConvertible {
    public let bureau: String
    public let name: String

    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, case .bureau(let bureau) = Sender("/bureaus/\(parts[0])"), parts[1].count <= 64,
            Formats.isIdentifier(Bytes(utf8: String(parts[1])))
        else { return nil }
        self.bureau = bureau
        name = String(parts[1])
    }

    public var description: String { "\(bureau)/\(name)" }
}
