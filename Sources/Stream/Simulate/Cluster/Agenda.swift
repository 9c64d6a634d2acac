import StreamCore

/// What somebody means to do, in the order of time; at the same time in the order in which it was meant.
struct Agenda<Errand> {
    private var errands: [(at: Instant, errand: Errand)] = []

    mutating func add(at instant: Instant, _ errand: Errand) {
        var place = errands.endIndex
        while place > 0, errands[place - 1].at > instant { place -= 1 }
        errands.insert((instant, errand), at: place)
    }

    /// Takes out what is to be done by now.
    mutating func take(upTo now: Instant) -> [Errand] {
        let count = errands.firstIndex { $0.at > now } ?? errands.count
        defer { errands.removeFirst(count) }
        return errands[..<count].map(\.errand)
    }
}
