/// The days on which a rule is in force, both ends included; an open end has no date.
public struct Force: Hashable, Sendable {
    public var from: CivilDate?
    public var to: CivilDate?

    public init(from: CivilDate? = nil, to: CivilDate? = nil) {
        self.from = from
        self.to = to
    }

    public func covers(_ day: CivilDate) -> Bool {
        if let from, day < from { return false }
        if let to, to < day { return false }
        return true
    }
}
