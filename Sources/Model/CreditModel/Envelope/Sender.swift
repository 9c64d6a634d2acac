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
        let parts = source.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty, 1...64 ~= parts[2].count,
            parts[2].allSatisfy({ $0 &- UInt8(ascii: "a") < 26 || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") })
        else { return nil }
        let id = String(Substring(parts[2]))
        switch String(Substring(parts[1])) {
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
