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
        let named = NameFinder(name, kind: kind)?.masked(text) ?? text
        return IdentityScanner.masked(named, .adjoining) ?? named
    }
}
