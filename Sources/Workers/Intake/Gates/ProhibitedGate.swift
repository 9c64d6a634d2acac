import CreditModel
import StreamCore

/// What may not be in a record: attributes that its item does not declare, words that give away what nobody may collect
/// (河南省社会信用条例 articles 45 and 46, 征信业管理条例 article 14), and records that the law seals (治安管理处罚法 article 136).
enum ProhibitedGate {
    /// Of the names of attributes. Without a known item only those are refused that no item may have.
    static func reasons(attribute name: String, item: CatalogueItem?, kind: SubjectKind, content: ProhibitedContent) -> [Reason] {
        let isUndeclared = item.map { !$0.attributes.contains(id: name) } ?? false
        guard isUndeclared || content.term(forField: name, of: kind) != nil else { return [] }
        // A name that is itself a number is not repeated.
        let isNumber = IdentityScanner.hasMatch(in: Bytes(utf8: name))
        return [Reason(.prohibitedField, at: isNumber ? "/attributes" : JSONPointer.member(name, of: "/attributes"))]
    }

    /// Of a text.
    static func reasons(text: Bytes, at path: String, kind: SubjectKind, content: ProhibitedContent) -> [Reason] {
        content.terms(in: text, of: kind).map { term in
            Reason(.prohibitedContent, at: path, hint: "take out what tells of \(term.name.en) (\(term.name.zh)) and send the rest")
        }
    }

    /// Of the item itself.
    static func reasons(item: CatalogueItem?, decided: CivilDate?) -> [Reason] {
        guard let first = item?.refusedFrom, let decided, decided >= first else { return [] }
        return [Reason(.prohibitedSealed, at: "/catalogItem", hint: "decisions from \(first) on are sealed; do not send them")]
    }

    /// Of an identifier that topics show in clear: it would carry an identity number past the place where these are left behind.
    static func reasons(identifier: Bytes, at path: String) -> [Reason] {
        // No number has fewer characters; most identifiers do.
        guard identifier.count >= 18, IdentityScanner.hasMatch(in: identifier) else { return [] }
        return [Reason(.prohibitedContent, at: path, hint: "an identity number or organisation code may not be part of an identifier")]
    }
}
