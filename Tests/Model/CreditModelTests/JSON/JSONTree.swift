import CreditModel

/// A document as a tree of values, to be made up, written and compared.
indirect enum JSONTree: Equatable {
    case object([(String, JSONTree)])
    case array([JSONTree])
    case string(String)
    case number(String)
    case bool(Bool)
    case null

    init(_ value: JSONValue) {
        switch value.kind {
        case .object: self = .object(value.members.map { ($0.name.string ?? "", JSONTree($0.value)) })
        case .array: self = .array(value.elements.map { JSONTree($0) })
        case .string: self = .string(value.string ?? "")
        case .number: self = .number(value.numberText ?? "")
        case .bool: self = .bool(value.bool ?? false)
        case .null: self = .null
        }
    }

    static func == (left: JSONTree, right: JSONTree) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)): left.elementsEqual(right) { $0.0 == $1.0 && $0.1 == $1.1 }
        case (.array(let left), .array(let right)): left == right
        case (.string(let left), .string(let right)): Array(left.utf8) == Array(right.utf8)
        case (.number(let left), .number(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.null, .null): true
        default: false
        }
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .object(let members):
            writer.beginObject()
            for (name, value) in members {
                writer.name(text: name)
                value.write(to: &writer)
            }
            writer.endObject()
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .string(let text): writer.string(text)
        case .number(let text):
            if let number = Int64(text), String(number) == text { writer.integer(number) } else { writer.raw(.init(utf8: text)) }
        case .bool(let value): writer.bool(value)
        case .null: writer.null()
        }
    }

    static func random(depth: Int, using generator: inout SplitMix) -> JSONTree {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .number(String(Int64.random(in: .min ... .max, using: &generator) >> Int64.random(in: 0...63, using: &generator)))
        case 3: return .number(["0.5", "-1.25e-7", "1E+400", "-0.0", "123456789012345678901234567890"].randomElement(using: &generator)!)
        case 4, 5: return .string(randomText(using: &generator))
        case 6: return .array((0..<Int.random(in: 0...5, using: &generator)).map { _ in random(depth: depth - 1, using: &generator) })
        default:
            let count = Int.random(in: 0...40, using: &generator)
            return .object((0..<count).map { ("\($0)" + randomText(using: &generator), random(depth: depth - 2, using: &generator)) })
        }
    }

    private static func randomText(using generator: inout SplitMix) -> String {
        let pieces = [
            "a", "行政处罚", "\"", "\\", "\n", "\u{1}", "/", "é", "😀", "\u{7f}", "plain text of some length", "〔2026〕", "\u{ffff}",
            "\u{10ffff}", "\t",
        ]
        return (0..<Int.random(in: 0...9, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }.joined()
    }
}
