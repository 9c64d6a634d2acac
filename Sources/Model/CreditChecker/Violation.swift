import StreamCore

/// Something that does not hold, and where to look. Holds no value of a message.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    public var invariant: Invariant
    /// The record at which it shows, then those that it does not agree with.
    public var places: [Origin]
    public var expected: String
    public var seen: String

    public init(_ invariant: Invariant, at places: [Origin], expected: String, seen: String) {
        self.invariant = invariant
        self.places = places
        self.expected = expected
        self.seen = seen
    }

    /// By invariant, then by the first place.
    var order: (Invariant, String, Int, Int64) {
        let first = places.first
        return (invariant, first?.topic.name ?? "", first?.partition ?? 0, first?.offset ?? 0)
    }

    public var description: String {
        let spots = places.map(\.description).joined(separator: " ")
        return "\(invariant.rawValue)\(spots.isEmpty ? "" : " " + spots): expected \(expected); seen \(seen)"
    }
}
