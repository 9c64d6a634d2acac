import CreditModel
import StreamCore

/// Whether the attributes of a record are what its catalogue item declares. Those that it does not declare are prohibited, not malformed.
enum AttributeGate {
    static func reasons(_ attributes: [RecordAttribute], item: CatalogueItem) -> [Reason] {
        var reasons: [Reason] = []
        for attribute in attributes {
            guard let declared = item.attributes[id: attribute.name] else { continue }
            let path = JSONPointer.member(attribute.name, of: "/attributes")
            if let hint = problem(attribute.value, declared.kind) {
                reasons.append(Reason(.schemaFormat, at: path, hint: hint))
            } else if case .text(let text) = attribute.value, let limit = declared.charactersMax, text.utf8.count > limit,
                text.unicodeScalars.count > limit
            {
                reasons.append(Reason(.schemaRange, at: path, hint: "at most \(limit) characters"))
            }
        }
        for declared in item.attributes where declared.isRequired && !attributes.contains(where: { $0.name == declared.id }) {
            reasons.append(Reason(.schemaMissing, at: JSONPointer.member(declared.id, of: "/attributes")))
        }
        return reasons
    }

    private static func problem(_ value: RecordAttribute.Value, _ kind: ItemAttribute.Kind) -> String? {
        switch (kind, value) {
        case (.text, .text), (.uscc, .text), (.integer, .integer), (.boolean, .bool): nil
        case (.money, .text(let text)) where Formats.isMoney(Bytes(utf8: text)): nil
        case (.date, .text(let text)) where CivilDate(iso: text) != nil: nil
        case (.text, _), (.uscc, _): "a text"
        case (.money, _): "amounts are yuan with two decimals, for example 5000.00"
        case (.date, _): "a date is written YYYY-MM-DD and has to exist"
        case (.integer, _): "an integer"
        case (.boolean, _): "true or false"
        }
    }
}
