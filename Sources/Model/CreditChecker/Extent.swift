/// What of a partition is judged: the first offset that it still has, and the one after the last.
public struct Extent: Hashable, Sendable {
    public var earliest: Int64
    public var end: Int64
    public init(earliest: Int64, end: Int64) {
        self.earliest = earliest
        self.end = max(earliest, end)
    }
}
