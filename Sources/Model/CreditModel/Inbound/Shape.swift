import StreamCore

/// What the JSON object of a message looks like: a value by which messages are judged, written again and described.
///
/// Members that a shape does not name are ignored and not passed on. A member that is null is absent.
public struct Shape: Sendable {
    public var members: [Member]
    /// If not empty, exactly one of these members has to be there.
    public var oneOf: [StaticString]
    /// Members that have to be there when another is.
    public var needs: [(when: StaticString, also: [StaticString])]

    public init(_ members: [Member], oneOf: [StaticString] = [], needs: [(when: StaticString, also: [StaticString])] = []) {
        self.members = members
        self.oneOf = oneOf
        self.needs = needs
    }

    /// A member of the object. An object itself, so that a walk over a shape, which every message pays for, copies none.
    public final class Member: Sendable {
        public let name: StaticString
        public let kind: Kind
        public let isRequired: Bool

        private init(name: StaticString, kind: Kind, isRequired: Bool) {
            self.name = name
            self.kind = kind
            self.isRequired = isRequired
        }

        /// A member that has to be there.
        public static func required(_ name: StaticString, _ kind: Kind) -> Member { Member(name: name, kind: kind, isRequired: true) }
        /// A member that may be absent.
        public static func optional(_ name: StaticString, _ kind: Kind) -> Member { Member(name: name, kind: kind, isRequired: false) }
    }

    /// What a value may be.
    public indirect enum Kind: Sendable {
        /// Free text of people, with line ends, up to the limit of the policy.
        case text
        /// A line of text: a name, a title, the number of a document.
        case line(charactersMax: Int)
        /// What machines compare: no control characters, no blanks at its ends.
        case identifier(charactersMax: Int)
        /// The bureau's own number: an identifier without `~`, which the cluster uses for its own suffix.
        case recordNo
        /// `bureau/recordNo`.
        case recordId
        /// An id that begins with one of these areas and `/`.
        case caseId([String])
        /// `YYYY-MM-DD`.
        case date
        /// RFC 3339 with offset.
        case instant
        case dateOrInstant
        /// Yuan with two decimals, as text.
        case money
        /// `BUREAU/NAME`.
        case officer
        /// SHA-256 in lower hexadecimal digits.
        case digest
        case integer(ClosedRange<Int64>)
        case bool
        case choice([String])
        case object(Shape)
        /// Up to the limit of the policy.
        case list(Kind, countMin: Int)
        /// An object whose members the catalogue item declares: texts, integers and truth values.
        case attributes
    }

    /// What the policy says about sizes.
    public struct Limits: Sendable {
        public var textCharactersMax: Int
        public var listEntriesMax: Int
        public init(textCharactersMax: Int, listEntriesMax: Int) {
            self.textCharactersMax = textCharactersMax
            self.listEntriesMax = listEntriesMax
        }
    }
}

// MARK: - Judging

extension Shape {
    /// Everything about a message that does not fit, with pointers; empty when it fits.
    public func reasons(against value: JSONValue, limits: Limits) -> [Reason] {
        var reasons: [Reason] = []
        judge(value, at: "", limits, &reasons)
        return reasons
    }

    private func judge(_ value: JSONValue, at path: String, _ limits: Limits, _ reasons: inout [Reason]) {
        guard value.kind == .object else {
            reasons.append(Reason(.schemaType, at: path, hint: "this has to be an object, not \(value.kind.article)"))
            return
        }
        for member in members {
            guard let found = value[member.name], !found.isNull else {
                if member.isRequired { reasons.append(Reason(.schemaMissing, at: "\(path)/\(member.name)")) }
                continue
            }
            member.kind.judge(found, at: { "\(path)/\(member.name)" }, isRequired: member.isRequired, limits, &reasons)
        }
        func has(_ name: StaticString) -> Bool { value[name].map { !$0.isNull } ?? false }
        if !oneOf.isEmpty {
            let present = oneOf.filter(has)
            if present.isEmpty {
                reasons.append(Reason(.schemaMissing, at: "\(path)/\(oneOf[0])", hint: "one of \(Self.list(oneOf)) has to be there"))
            }
            for name in present.dropFirst() {
                reasons.append(Reason(.schemaFormat, at: "\(path)/\(name)", hint: "only one of \(Self.list(oneOf)) may be there"))
            }
        }
        for (when, also) in needs where has(when) {
            for name in also where !has(name) {
                reasons.append(Reason(.schemaMissing, at: "\(path)/\(name)", hint: "with \(when), this is required"))
            }
        }
    }

    private static func list(_ names: [StaticString]) -> String { names.map { "\($0)" }.joined(separator: ", ") }
}

extension Shape.Kind {
    /// - Parameter path: only called when something is wrong.
    fileprivate func judge(
        _ value: JSONValue, at path: () -> String, isRequired: Bool, _ limits: Shape.Limits, _ reasons: inout [Reason]
    ) {
        switch self {
        case .object(let shape):
            shape.judge(value, at: path(), limits, &reasons)
        case .list(let kind, let countMin):
            guard value.kind == .array else { return reasons.append(wrongType(value, at: path())) }
            var count = 0
            for element in value.elements {
                // Beyond the limit nothing is looked at: one reason is enough.
                if count < limits.listEntriesMax {
                    let index = count
                    kind.judge(element, at: { JSONPointer.element(index, of: path()) }, isRequired: true, limits, &reasons)
                }
                count += 1
            }
            if count > limits.listEntriesMax {
                reasons.append(Reason(.schemaRange, at: path(), hint: "at most \(limits.listEntriesMax) entries"))
            } else if count < countMin {
                reasons.append(Reason(.schemaMissing, at: path(), hint: "at least \(countMin) \(countMin == 1 ? "entry" : "entries")"))
            }
        case .attributes:
            guard value.kind == .object else { return reasons.append(wrongType(value, at: path())) }
            for (name, member) in value.members {
                func pointer() -> String { JSONPointer.member(name.string ?? "", of: path()) }
                switch member.kind {
                case .string: Self.text.judge(member, at: pointer, isRequired: false, limits, &reasons)
                case .number where member.int64 != nil, .bool, .null: break
                case .number: reasons.append(Reason(.schemaFormat, at: pointer(), hint: "write amounts as text with two decimals"))
                case .object, .array:
                    reasons.append(Reason(.schemaType, at: pointer(), hint: "an attribute is a text, an integer or a truth value"))
                }
            }
        case .bool:
            if value.kind != .bool { reasons.append(wrongType(value, at: path())) }
        case .integer(let range):
            guard value.kind == .number else { return reasons.append(wrongType(value, at: path())) }
            guard let number = value.int64 else {
                let isInteger = value.numberText?.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: "-") } ?? false
                reasons.append(
                    isInteger ? outside(range, at: path()) : Reason(.schemaFormat, at: path(), hint: "this has to be an integer"))
                return
            }
            if !range.contains(number) { reasons.append(outside(range, at: path())) }
        case .text, .line, .identifier, .recordNo, .recordId, .caseId, .date, .instant, .dateOrInstant, .money, .officer, .digest, .choice:
            guard let bytes = value.stringBytes else { return reasons.append(wrongType(value, at: path())) }
            judge(string: bytes, at: path, isRequired: isRequired, limits, &reasons)
        }
    }

    private func judge(
        string bytes: Bytes, at path: () -> String, isRequired: Bool, _ limits: Shape.Limits, _ reasons: inout [Reason]
    ) {
        if isRequired, Formats.isBlank(bytes) {
            reasons.append(Reason(.schemaMissing, at: path()))
            return
        }
        func format(_ isRight: Bool, _ hint: @autoclosure () -> String) {
            if !isRight { reasons.append(Reason(.schemaFormat, at: path(), hint: hint())) }
        }
        func length(_ charactersMax: Int) {
            // Bytes are never fewer than characters, so most texts need no counting.
            if bytes.count > charactersMax, Formats.characterCount(bytes) > charactersMax {
                reasons.append(Reason(.schemaRange, at: path(), hint: "at most \(charactersMax) characters"))
            }
        }
        switch self {
        case .text:
            format(!Formats.hasControlCharacters(bytes, allowingLines: true), "control characters may not be in a text")
            length(limits.textCharactersMax)
        case .line(let charactersMax):
            format(!Formats.hasControlCharacters(bytes), "control characters and line ends may not be in it")
            length(charactersMax)
        case .identifier(let charactersMax):
            format(Formats.isIdentifier(bytes), "no control characters, and no blanks before or behind")
            length(charactersMax)
        case .recordNo:
            format(
                Formats.isIdentifier(bytes) && !bytes.contains(UInt8(ascii: "~")), "no ~, no control characters, no blanks before or behind"
            )
            length(Formats.recordNoCharactersMax)
        case .recordId:
            let slash = bytes.firstIndex(of: UInt8(ascii: "/"))
            format(
                Formats.isIdentifier(bytes) && slash != nil && slash != bytes.startIndex && slash != bytes.endIndex - 1,
                "a record id is written bureau/recordNo")
            length(Formats.recordNoCharactersMax * 2)
        case .caseId(let areas):
            format(
                Formats.isIdentifier(bytes)
                    && areas.contains { bytes.count > $0.utf8.count + 1 && bytes.starts(with: Array("\($0)/".utf8)) },
                "the id begins with \(areas.map { "\($0)/" }.joined(separator: " or "))")
            length(Formats.recordNoCharactersMax * 2)
        case .date: format(CivilDate(iso: bytes) != nil, "a date is written YYYY-MM-DD and has to exist")
        case .instant: format(Instant(rfc3339: bytes) != nil, "an instant is written 2026-05-06T09:00:00+08:00")
        case .dateOrInstant:
            format(CivilDate(iso: bytes) != nil || Instant(rfc3339: bytes) != nil, "write a date YYYY-MM-DD or an instant with offset")
        case .money: format(Formats.isMoney(bytes), "amounts are yuan with two decimals, for example 5000.00")
        case .officer: format(Officer(bytes.text) != nil, "an officer is written BUREAU/NAME")
        case .digest: format(Formats.isDigest(bytes), "a SHA-256 has 64 lower hexadecimal digits")
        case .choice(let words):
            if !words.contains(where: { bytes.count == $0.utf8.count && bytes.elementsEqual($0.utf8) }) {
                reasons.append(Reason(.schemaRange, at: path(), hint: "one of \(words.joined(separator: ", "))"))
            }
        default: break
        }
    }

    private func wrongType(_ value: JSONValue, at path: String) -> Reason {
        Reason(.schemaType, at: path, hint: "this has to be \(wanted), not \(value.kind.article)")
    }

    private func outside(_ range: ClosedRange<Int64>, at path: String) -> Reason {
        Reason(.schemaRange, at: path, hint: "from \(range.lowerBound) to \(range.upperBound)")
    }

    private var wanted: String {
        switch self {
        case .object, .attributes: "an object"
        case .list: "an array"
        case .bool: "true or false"
        case .integer: "an integer"
        default: "a string"
        }
    }
}

extension JSONKind {
    fileprivate var article: String {
        switch self {
        case .object, .array: "an \(word)"
        case .string, .number, .bool: "a \(word)"
        case .null: word
        }
    }
}

// MARK: - Writing

extension Shape {
    /// Writes the members that the shape names, as they stand, in its order.
    ///
    /// - Parameters:
    ///   - left: members of the outermost object that are left away.
    ///   - changed: the form in which a text or line goes on; nil where it goes on as it is.
    public func writeKnown(
        of value: JSONValue, to writer: inout JSONWriter, without left: [StaticString] = [], changing changed: ((String) -> String?)? = nil
    ) {
        writer.beginObject()
        for member in members {
            guard let found = value[member.name], !found.isNull, !left.contains(where: { "\($0)" == "\(member.name)" }) else { continue }
            writer.name(member.name)
            member.kind.writeKnown(of: found, to: &writer, changing: changed)
        }
        writer.endObject()
    }
}

extension Shape.Kind {
    fileprivate func writeKnown(of value: JSONValue, to writer: inout JSONWriter, changing changed: ((String) -> String?)?) {
        switch self {
        case .object(let shape): shape.writeKnown(of: value, to: &writer, changing: changed)
        case .list(let kind, _):
            writer.beginArray()
            for element in value.elements { kind.writeKnown(of: element, to: &writer, changing: changed) }
            writer.endArray()
        case .attributes:
            writer.beginObject()
            for (name, member) in value.members where !member.isNull {
                writer.name(text: name.string ?? "")
                Shape.Kind.text.writeKnown(of: member, to: &writer, changing: changed)
            }
            writer.endObject()
        case .text, .line:
            if let changed, let other = value.string.flatMap(changed) {
                writer.string(other)
            } else {
                writer.raw(value.bytes)
            }
        default: writer.raw(value.bytes)
        }
    }
}
