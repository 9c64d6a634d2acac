/// A law, regulation, rule or policy that a record or a measure may rest on.
public struct Instrument: Identifiable, Hashable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// 法律
        case law
        /// 行政法规, 地方性法规
        case regulation
        /// 部门规章, 地方政府规章, 司法解释
        case rule
        /// 规范性文件, 政策
        case policy

        /// Whether a measure that takes rights away may rest on it.
        public var takesRights: Bool { self == .law || self == .regulation }
    }

    public var id: String
    /// The full name, without the brackets 《》.
    public var name: Bilingual
    /// Other names by which it is cited, such as the one without 中华人民共和国.
    public var shortNames: [String]
    public var kind: Kind
    public var force: Force
    public var provenance: Provenance

    public init(
        id: String, name: Bilingual, shortNames: [String] = [], kind: Kind, force: Force = Force(), provenance: Provenance
    ) {
        self.id = id
        self.name = name
        self.shortNames = shortNames
        self.kind = kind
        self.force = force
        self.provenance = provenance
    }

    public func inForce(on day: CivilDate) -> Bool { force.covers(day) }

    /// The names between 《 and 》 in a text, in their order, without the brackets and without spaces. Nested brackets (〈〉) stay.
    public static func names(citedIn text: String) -> [String] {
        var names: [String] = []
        var name: String?
        for character in text {
            switch character {
            case "《": name = ""
            case "》":
                if let found = name, !found.isEmpty { names.append(found) }
                name = nil
            default:
                if !character.isWhitespace { name?.append(character) }
            }
        }
        return names
    }

    /// How two spellings of one name are compared: without brackets and spaces, brackets of either width alike.
    static func comparable(_ name: String) -> String {
        var result = ""
        for character in name {
            switch character {
            case "《", "》": continue
            case "(": result.append("（")
            case ")": result.append("）")
            default: if !character.isWhitespace { result.append(character) }
            }
        }
        return result
    }
}
