import StreamCore

/// Finds a person's name in texts, also where it is written with blanks or points inside, in full width or in other case:
/// 王五, 王　五, 买买提·艾力, ＷＡＮＧ lei.
public struct NameFinder: Sendable {
    /// The name's letters without what may stand between them.
    private let letters: [Unicode.Scalar]
    /// The first letter in UTF-8, when it is written in one way only: a text without it needs no closer look.
    private let first: [UInt8]?
    private let mask: String

    /// `nil` for a name of a single letter, which occurs in other words, and for organisations, which keep their name.
    public init?(_ name: String, kind: SubjectKind) {
        guard kind == .person else { return nil }
        letters = name.unicodeScalars.filter { !NameFinder.isBetween($0) }.map(NameFinder.folded)
        guard letters.count > 1, let first = letters.first else { return nil }
        self.first = first.value >= 0x2e80 && first.value < 0xff00 ? Array(String(Character(first)).utf8) : nil
        mask = MaskedName.masked(name, kind: kind)
    }

    /// Whether a text in UTF-8 might hold the name: wrong in one direction only.
    public func mayOccur(in text: Bytes) -> Bool {
        guard let first else { return true }
        return text.withUnsafeBytes { bytes in
            guard bytes.count >= first.count else { return false }
            for start in 0...(bytes.count - first.count) where bytes[start] == first[0] {
                if bytes[start..<(start + first.count)].elementsEqual(first) { return true }
            }
            return false
        }
    }

    /// The text with the masked form in place of the name; nil when the name is not in it.
    public func masked(_ text: String) -> String? {
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var hasChanged = false
        var position = 0
        while position < scalars.count {
            if let end = end(of: scalars, from: position) {
                result.append(contentsOf: mask.unicodeScalars)
                position = end
                hasChanged = true
            } else {
                result.append(scalars[position])
                position += 1
            }
        }
        return hasChanged ? String(result) : nil
    }

    /// Where the name ends that begins here.
    private func end(of text: [Unicode.Scalar], from start: Int) -> Int? {
        guard NameFinder.folded(text[start]) == letters[0] else { return nil }
        var found = 1
        var position = start + 1
        while found < letters.count {
            guard position < text.count else { return nil }
            if NameFinder.folded(text[position]) == letters[found] {
                found += 1
            } else if !NameFinder.isBetween(text[position]) {
                return nil
            }
            position += 1
        }
        return position
    }

    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let narrow = CharacterForms.halfWidth(scalar)
        guard (0x41...0x5a).contains(narrow.value) else { return narrow }
        return Unicode.Scalar(narrow.value + 0x20) ?? narrow
    }

    /// What may stand between the letters of a name without changing it: blanks, and the points of names from other languages.
    private static func isBetween(_ scalar: Unicode.Scalar) -> Bool {
        if CharacterForms.isBlank(scalar) { return true }
        switch scalar.value {
        case 0x2e, 0xb7, 0x2022, 0x2027, 0x2219, 0x22c5, 0x30fb, 0xff0e, 0xff65: return true
        default: return false
        }
    }
}
