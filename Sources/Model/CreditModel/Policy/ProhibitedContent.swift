import StreamCore

/// A kind of information that no record may hold, by the names of fields and by the words of texts.
public struct ProhibitedTerm: Identifiable, Hashable, Sendable {
    public var id: String
    public var name: Bilingual
    /// Kinds of subjects whose records may not hold it.
    public var kinds: Set<SubjectKind>
    /// Names of attributes, compared without case, `-` and `_`.
    public var fields: [String]
    /// Words that give it away in a text. Those of Latin letters count as whole words only.
    public var words: [String]
    /// Words around one of `words` that make it harmless (房产 in 房产中介).
    public var harmlessIn: [String]
    /// If one of these occurs anywhere in the text, the term does not apply (arrears that a judgment has confirmed).
    public var unlessConfirmedBy: [String]
    public var provenance: Provenance

    public init(
        id: String, name: Bilingual, kinds: Set<SubjectKind> = [.person, .organization], fields: [String] = [], words: [String] = [],
        harmlessIn: [String] = [], unlessConfirmedBy: [String] = [], provenance: Provenance
    ) {
        self.id = id
        self.name = name
        self.kinds = kinds
        self.fields = fields
        self.words = words
        self.harmlessIn = harmlessIn
        self.unlessConfirmedBy = unlessConfirmedBy
        self.provenance = provenance
    }
}

/// What may not be recorded, ready to be looked for in every message.
public struct ProhibitedContent: Sendable {
    public let terms: NamedList<ProhibitedTerm>

    private struct Word: Sendable {
        var bytes: [UInt8]
        var term: Int
        var isLatin: Bool
        var isOfPersons: Bool
        var isOfOrganizations: Bool
    }
    /// Words by a number made of their first three bytes: a character of Chinese, whose first byte alone tells little.
    private let words: [[Word]]
    /// Whether any word has the number: most places of a text are done with after this look.
    private let isTaken: [Bool]
    private static let slots = 4096
    /// Shorter words are not looked for; the checker of the pack refuses them.
    public static let wordBytesMin = 3
    private let harmless: [[[UInt8]]]
    private let confirming: [[[UInt8]]]
    private let fields: [String: [Int]]

    public init(_ terms: NamedList<ProhibitedTerm> = []) {
        self.terms = terms
        var words = [[Word]](repeating: [], count: ProhibitedContent.slots)
        var fields: [String: [Int]] = [:]
        for (index, term) in terms.enumerated() {
            for text in term.words {
                let bytes = ProhibitedContent.folded(Bytes(utf8: text))
                guard bytes.count >= ProhibitedContent.wordBytesMin else { continue }
                words[ProhibitedContent.slot(bytes[0], bytes[1], bytes[2])].append(
                    Word(
                        bytes: bytes, term: index, isLatin: bytes[0] < 0x80, isOfPersons: term.kinds.contains(.person),
                        isOfOrganizations: term.kinds.contains(.organization)))
            }
            for field in term.fields { fields[ProhibitedContent.comparable(field), default: []].append(index) }
        }
        self.words = words
        isTaken = words.map { !$0.isEmpty }
        self.fields = fields
        harmless = terms.map { $0.harmlessIn.map { ProhibitedContent.folded(Bytes(utf8: $0)) } }
        confirming = terms.map { $0.unlessConfirmedBy.map { ProhibitedContent.folded(Bytes(utf8: $0)) } }
    }

    /// The term that forbids an attribute of this name; nil when none does.
    public func term(forField name: String, of kind: SubjectKind) -> ProhibitedTerm? {
        fields[ProhibitedContent.comparable(name)]?.first { terms[$0].kinds.contains(kind) }.map { terms[$0] }
    }

    /// The terms of which a text gives something away, in the order of the pack.
    public func terms(in text: String, of kind: SubjectKind) -> [ProhibitedTerm] { self.terms(in: Bytes(utf8: text), of: kind) }

    /// The terms of which a text in UTF-8 gives something away, in the order of the pack.
    public func terms(in text: Bytes, of kind: SubjectKind) -> [ProhibitedTerm] {
        var hits: [Int] = []
        let folded = ProhibitedContent.folded(text)
        folded.withUnsafeBufferPointer { text in
            for start in 0..<max(0, text.count - 2) {
                // Inside a character no word begins.
                let first = text[start]
                if first & 0xC0 == 0x80 { continue }
                let slot = ProhibitedContent.slot(first, text[start + 1], text[start + 2])
                if !isTaken[slot] { continue }
                for word in words[slot] where (kind == .person ? word.isOfPersons : word.isOfOrganizations) && !hits.contains(word.term) {
                    guard ProhibitedContent.occurs(word.bytes, in: text, at: start) else { continue }
                    if word.isLatin, !ProhibitedContent.isWholeWord(in: text, start, start + word.bytes.count) { continue }
                    if isHarmless(word, in: text, at: start) { continue }
                    hits.append(word.term)
                }
            }
            hits = hits.filter { hit in
                !confirming[hit].contains { word in
                    (0..<text.count).contains { ProhibitedContent.occurs(word, in: text, at: $0) }
                }
            }
        }
        return hits.sorted().map { terms[$0] }
    }

    private static func slot(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int {
        ((Int(first) << 8 ^ Int(second) << 6 ^ Int(third)) &* 0x9E37) >> 4 & (slots - 1)
    }

    /// Whether the word at `start` is only a part of one of its term's harmless words.
    private func isHarmless(_ word: Word, in text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        harmless[word.term].contains { longer in
            let room = longer.count - word.bytes.count
            guard room >= 0 else { return false }
            return (max(0, start - room)...start).contains { ProhibitedContent.occurs(longer, in: text, at: $0) }
        }
    }

    private static func occurs(_ word: [UInt8], in text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        guard start + word.count <= text.count else { return false }
        for index in 0..<word.count where text[start + index] != word[index] { return false }
        return true
    }

    private static func isWholeWord(in text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
        return !(start > 0 && isLetter(text[start - 1])) && !(end < text.count && isLetter(text[end]))
    }

    /// Lower case for ASCII, full-width letters as half-width ones, spaces inside Chinese text gone: the ways in which a word is hidden
    /// without wanting to.
    private static func folded(_ text: Bytes) -> [UInt8] { text.withUnsafeBytes { folded($0) } }

    private static func folded(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.endIndex {
            let byte = text[index]
            if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") {
                result.append(byte | 0x20)
            } else if byte == 0xEF, index + 2 < text.endIndex, text[index + 1] == 0xBC || text[index + 1] == 0xBD {
                // U+FF01…U+FF5E are ASCII 0x21…0x7E, in full width.
                let low = UInt16(text[index + 1] & 0x3F) << 6 | UInt16(text[index + 2] & 0x3F)
                let scalar = 0xF000 | low
                if scalar >= 0xFF01, scalar <= 0xFF5E {
                    let ascii = UInt8(scalar - 0xFEE0)
                    result.append(ascii >= UInt8(ascii: "A") && ascii <= UInt8(ascii: "Z") ? ascii | 0x20 : ascii)
                } else {
                    result.append(contentsOf: text[index...index + 2])
                }
                index += 3
                continue
            } else if byte == UInt8(ascii: " "), let last = result.last, last >= 0x80, index + 1 < text.endIndex, text[index + 1] >= 0x80 {
                // Dropped: the space stands between two characters beyond ASCII.
            } else {
                result.append(byte)
            }
            index += 1
        }
        return result
    }

    private static func comparable(_ field: String) -> String {
        // Names that items declare are of ASCII; only others need the rules of Unicode.
        guard field.utf8.allSatisfy({ $0 < 0x80 }) else { return field.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " } }
        var result: [UInt8] = []
        result.reserveCapacity(field.utf8.count)
        for byte in field.utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: "_") && byte != UInt8(ascii: " ") {
            result.append(byte.isUpper ? byte | 0x20 : byte)
        }
        return String(decoding: result, as: UTF8.self)
    }
}
