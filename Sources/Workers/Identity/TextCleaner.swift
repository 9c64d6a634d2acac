import CreditModel
import StreamCore

/// Takes the subject's own names and all numbers with valid check characters out of what goes on: in their place stands the masked form.
struct TextCleaner: Sendable {
    /// The names by which texts may call the subject and others whom the message names; those of organisations stay.
    private let names: [NameFinder]

    /// Ids and codes keep a name that occurs in them by chance: with the masked form in it an id finds nothing. Numbers go from them too.
    private static let namesStayIn: Set<String> = [
        "approver", "basisId", "caseId", "catalogItem", "deliveryId", "determinationNo", "disputeId", "documentNo", "domain", "noticeId",
        "officer", "programme", "proposer", "recordId", "recordIds", "recordNo", "repairId", "sha256", "textSha256", "uri",
    ]

    init(names: [String], kind: SubjectKind, others: [IdentityInput.Named] = []) {
        let all = Set(names.map { IdentityInput.Named(name: $0, kind: kind) }).union(others)
        // Longer ones first: a short one may be part of a long one.
        self.names = all.sorted { ($0.name.count, $0.name) > ($1.name.count, $1.name) }.compactMap { NameFinder($0.name, kind: $0.kind) }
    }

    func clean(_ text: String) -> String {
        guard needsCare(Bytes(utf8: text)) else { return text }
        var text = text
        for name in names { text = name.masked(text) ?? text }
        return IdentityScanner.masked(text, .adjoining) ?? text
    }

    /// The JSON of a value with its texts cleaned. What needs nothing is not even copied.
    func clean(_ value: JSONValue) -> Bytes {
        let raw = value.bytes
        // Escapes can hide a number from a look at the raw bytes.
        guard raw.contains(UInt8(ascii: "\\")) || needsCare(raw) else { return raw }
        var writer = JSONWriter(reserving: raw.count + 32)
        rewrite(value, keepsNames: false, into: &writer)
        return writer.bytes
    }

    private func rewrite(_ value: JSONValue, keepsNames: Bool, into writer: inout JSONWriter) {
        switch value.kind {
        case .object:
            writer.beginObject()
            for (name, member) in value.members {
                let text = name.string ?? ""
                writer.name(text: IdentityScanner.masked(text) ?? text)
                rewrite(member, keepsNames: TextCleaner.namesStayIn.contains(text), into: &writer)
            }
            writer.endObject()
        case .array:
            writer.beginArray()
            for element in value.elements { rewrite(element, keepsNames: keepsNames, into: &writer) }
            writer.endArray()
        case .string:
            let text = value.string ?? ""
            writer.string(keepsNames ? IdentityScanner.masked(text) ?? text : clean(text))
        case .number:
            // A number of eighteen digits may be somebody's.
            if let masked = value.numberText.flatMap({ IdentityScanner.masked($0) }) {
                writer.string(masked)
            } else {
                writer.raw(value.bytes)
            }
        case .bool, .null: writer.raw(value.bytes)
        }
    }

    private func needsCare(_ text: Bytes) -> Bool {
        if TextCleaner.mayHoldNumber(text) && IdentityScanner.hasMatch(in: text, .adjoining) { return true }
        return names.contains { $0.mayOccur(in: text) }
    }

    /// Whether a number could stand in the text: eighteen letters or digits, six of them digits, with nothing between them but what may
    /// separate. A cheap look that spares nearly all texts the scanner's; it is wrong in one direction only.
    static func mayHoldNumber(_ text: Bytes) -> Bool {
        text.withUnsafeBytes { bytes in
            var characters = 0
            var digits = 0
            for byte in bytes {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    characters += 1
                    digits += 1
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): characters += 1
                case UInt8(ascii: " "), UInt8(ascii: "-"), 9...13, 0x80...0xbf: break
                // Han characters; of the rest, some are full-width digits and some are blanks or hyphens.
                case 0..<0x80, 0xe4...0xe9:
                    characters = 0
                    digits = 0
                default:
                    characters += 1
                    digits += 1
                }
                if characters >= 18 && digits >= 6 { return true }
            }
            return false
        }
    }
}
