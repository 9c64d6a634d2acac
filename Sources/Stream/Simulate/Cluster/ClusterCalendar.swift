import CreditModel
import StreamCore
import StreamSimulation

/// The calendar of the years that the policy knows, and one more that nobody has announced.
enum ClusterCalendar {
    static let madeUpYear = 2027

    static func extended(_ known: WorkCalendar, random: inout Randomness) -> WorkCalendar {
        guard !known.knownYears.contains(madeUpYear) else { return known }
        var daysOff: Set<CivilDate> = []
        var workingDays: Set<CivilDate> = []
        for _ in 0..<random.number(in: 3...9) {
            let first = CivilDate(dayNumber: Instant.day(ofYear: madeUpYear, month: 1, day: 1) + random.number(in: 0...355))
            for day in 0..<random.number(in: 1...9) { daysOff.insert(first.adding(days: day)) }
        }
        for _ in 0..<random.number(in: 0...8) {
            let day = CivilDate(dayNumber: Instant.day(ofYear: madeUpYear, month: 1, day: 1) + random.number(in: 0...355))
            if day.weekday >= 6, !daysOff.contains(day) { workingDays.insert(day) }
        }
        daysOff = daysOff.filter { $0.year == madeUpYear }
        do {
            let year = try WorkCalendar.Year(madeUpYear, daysOff: daysOff.sorted(), workingDays: workingDays.sorted())
            return try known.adding(year)
        } catch {
            preconditionFailure("the made-up year is no year: \(error)")
        }
    }
}
