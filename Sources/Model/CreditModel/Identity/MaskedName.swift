/// Names as others may see them.
public enum MaskedName {
    /// What stands for a character that is not shown.
    public static let asterisk: Character = "＊"

    /// The name as it may be shown: of a person the first character and one or two asterisks (张＊, 欧＊＊), whatever the length, so that a long
    /// name does not give itself away; of an organisation the whole name.
    public static func masked(_ name: String, kind: SubjectKind) -> String {
        guard kind == .person else { return name }
        let name = CharacterForms.trimmed(name)
        guard let first = name.first else { return "" }
        return String(first) + String(repeating: asterisk, count: name.count > 2 ? 2 : 1)
    }
}

/// Texts without the identity of their subject.
public enum MaskedText {
    /// The text with the masked form in place of the person's own name and of every number with valid check characters.
    ///
    /// Organisations keep their name. A name of a single character is left, as it occurs in other words.
    public static func masked(_ text: String, name: String, kind: SubjectKind) -> String {
        var text = text
        let name = CharacterForms.trimmed(name)
        if kind == .person, name.count > 1 {
            text = replacing(name, in: text, by: MaskedName.masked(name, kind: kind))
        }
        return IdentityScanner.masked(text) ?? text
    }

    private static func replacing(_ part: String, in text: String, by other: String) -> String {
        let part = Array(part.utf8)
        let bytes = Array(text.utf8)
        guard part.count <= bytes.count else { return text }
        var result: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == part[0], bytes[position...].starts(with: part) {
                result.append(contentsOf: other.utf8)
                position += part.count
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
