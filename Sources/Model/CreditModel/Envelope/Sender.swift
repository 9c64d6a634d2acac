/// Who a message comes from, as its `ce_source` says.
public enum Sender: Hashable, Sendable, CustomStringConvertible {
    case bureau(String)
    /// A person's own channel.
    case portal
    case agency(String)
    case gateway(String)
    case worker(String)

    /// Reads `/bureaus/ID`, `/portal`, `/agencies/ID`, `/gateways/ID` or `/workers/NAME`; nil for anything else. An id has 1 to 64 lower
    /// case letters, digits, points and hyphens.
    public init?(_ source: String) {
        if source == "/portal" {
            self = .portal
            return
        }
        guard source.utf8.first == UInt8(ascii: "/"),
            let slash = source.utf8.dropFirst().firstIndex(of: UInt8(ascii: "/"))
        else { return nil }
        let name = source.utf8[source.utf8.index(after: slash)...]
        guard 1...64 ~= name.count,
            name.allSatisfy({ $0 &- UInt8(ascii: "a") < 26 || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") })
        else { return nil }
        let id = String(Substring(name))
        switch String(Substring(source.utf8[..<slash].dropFirst())) {
        case "bureaus": self = .bureau(id)
        case "agencies": self = .agency(id)
        case "gateways": self = .gateway(id)
        case "workers": self = .worker(id)
        default: return nil
        }
    }

    /// The `ce_source`.
    public var description: String {
        switch self {
        case .bureau(let id): "/bureaus/\(id)"
        case .portal: "/portal"
        case .agency(let id): "/agencies/\(id)"
        case .gateway(let id): "/gateways/\(id)"
        case .worker(let name): "/workers/\(name)"
        }
    }

    /// The id of the bureau; nil for others.
    public var bureauId: String? {
        if case .bureau(let id) = self { id } else { nil }
    }
}
