extension Shape {
    /// The shape as JSON Schema 2020-12, indented.
    public func jsonSchema(id: String, title: String) -> String {
        var writer = JSONWriter(reserving: 4096)
        writer.object {
            $0.member("$schema", "https://json-schema.org/draft/2020-12/schema")
            $0.member("$id", id)
            $0.member("title", title)
            writeSchema(to: &$0)
        }
        do {
            return try JSONParser.parse(writer.bytes).root.indented + "\n"
        } catch {
            preconditionFailure("the schema of \(title) is no JSON: \(error)")
        }
    }

    fileprivate func writeSchema(to writer: inout JSONWriter) {
        writer.member("type", "object")
        writer.member(
            "properties",
            object: {
                for member in members {
                    $0.member(member.name, object: { member.kind.writeSchema(to: &$0, isRequired: member.isRequired) })
                }
            })
        writer.member("required", members.filter(\.isRequired).map { "\($0.name)" })
        if !oneOf.isEmpty {
            writer.member("oneOf", array: { for name in oneOf { $0.object { $0.member("required", ["\(name)"]) } } })
        }
        if !needs.isEmpty {
            writer.member("dependentRequired", object: { for (when, also) in needs { $0.member(when, also.map { "\($0)" }) } })
        }
    }
}

extension Shape.Kind {
    fileprivate func writeSchema(to writer: inout JSONWriter, isRequired: Bool) {
        // A pattern in which something can be seen: required texts are not blank.
        let seen = "\\S"
        func string(_ charactersMax: Int? = nil, pattern: String? = nil) {
            writer.member("type", "string")
            if isRequired, pattern == nil { writer.member("minLength", 1) }
            if let charactersMax { writer.member("maxLength", charactersMax) }
            if let pattern { writer.member("pattern", pattern) }
        }
        switch self {
        case .text: string(pattern: isRequired ? seen : nil)
        case .line(let charactersMax):
            string(charactersMax, pattern: isRequired ? "^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$" : nil)
        case .identifier(let charactersMax): string(charactersMax, pattern: "^\\S([^\\u0000-\\u001f\\u007f]*\\S)?$")
        case .recordNo: string(Formats.recordNoCharactersMax, pattern: "^[^\\s~]([^\\u0000-\\u001f\\u007f~]*[^\\s~])?$")
        case .recordId: string(Formats.recordNoCharactersMax * 2, pattern: "^[^\\s/]+/[^\\u0000-\\u001f\\u007f]*\\S$")
        case .caseId(let areas):
            string(Formats.recordNoCharactersMax * 2, pattern: "^(\(areas.joined(separator: "|")))/[^\\u0000-\\u001f\\u007f]*\\S$")
        case .date:
            string(pattern: "^\\d{4}-\\d{2}-\\d{2}$")
            writer.member("format", "date")
        case .instant:
            string(pattern: "^\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?([Zz]|[+-]\\d{2}:\\d{2})$")
        case .dateOrInstant:
            string(pattern: "^\\d{4}-\\d{2}-\\d{2}([Tt]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?([Zz]|[+-]\\d{2}:\\d{2}))?$")
        case .money: string(pattern: "^(0|[1-9]\\d{0,\(Formats.moneyDigitsMax - 1)})\\.\\d{2}$")
        case .officer: string(pattern: "^[a-z0-9.-]{1,64}/[^/\\s][^/\\u0000-\\u001f\\u007f]{0,63}$")
        case .digest: string(pattern: "^[0-9a-f]{64}$")
        case .integer(let range):
            writer.member("type", "integer")
            writer.member("minimum", range.lowerBound)
            writer.member("maximum", range.upperBound)
        case .bool: writer.member("type", "boolean")
        case .choice(let words): writer.member("enum", words)
        case .object(let shape): shape.writeSchema(to: &writer)
        case .list(let kind, let countMin):
            writer.member("type", "array")
            if countMin > 0 { writer.member("minItems", countMin) }
            writer.member("items", object: { kind.writeSchema(to: &$0, isRequired: true) })
        case .attributes:
            writer.member("type", "object")
            writer.member("additionalProperties", object: { $0.member("type", ["string", "integer", "boolean", "null"]) })
        }
    }
}
