import StreamCore

/// The working days (工作日) of the years whose holidays the State Council has announced.
///
/// Monday to Friday are working days, except for the days off of the year's notice; of the weekend only the days that the notice makes
/// working days (调休). A year without a notice is an error and never guessed.
public struct WorkCalendar: Sendable {
    /// What the notice of one year says (国务院办公厅关于部分节假日安排的通知).
    public struct Year: Sendable {
        public let year: Int
        let daysOff: Set<CivilDate>
        let workingDays: Set<CivilDate>

        /// - Parameters:
        ///   - daysOff: all days of the holidays, weekends among them or not.
        ///   - workingDays: the days of weekends on which people work.
        public init(_ year: Int, daysOff: [CivilDate], workingDays: [CivilDate]) throws(CalendarFailure) {
            for date in daysOff + workingDays where date.year != year { throw .dateOutsideOfYear(date, year: year) }
            self.year = year
            self.daysOff = Set(daysOff)
            self.workingDays = Set(workingDays)
            if let date = self.daysOff.intersection(self.workingDays).min() { throw .contradiction(date) }
            for date in workingDays where date.weekday < 6 { throw .notOnWeekend(date) }
        }
    }

    private let years: [Int: Year]

    public init(_ years: [Year]) throws(CalendarFailure) {
        var byYear: [Int: Year] = [:]
        for year in years {
            guard byYear.updateValue(year, forKey: year.year) == nil else { throw .yearTwice(year.year) }
        }
        self.years = byYear
    }

    /// The calendar with one more year.
    public func adding(_ year: Year) throws(CalendarFailure) -> WorkCalendar { try WorkCalendar(Array(years.values) + [year]) }

    /// The years that it knows, ascending.
    public var knownYears: [Int] { years.keys.sorted() }

    public func isWorkingDay(_ date: CivilDate) throws(CalendarFailure) -> Bool {
        guard let year = years[date.year] else { throw .yearMissing(date.year) }
        if year.workingDays.contains(date) { return true }
        return date.weekday < 6 && !year.daysOff.contains(date)
    }

    /// The n-th working day after a date; the first is not before the day after it (Civil Code, article 201). With n = 0, the date itself.
    public func add(workingDays count: Int, after date: CivilDate) throws(CalendarFailure) -> CivilDate {
        var day = date
        var left = count
        while left > 0 {
            day = day.adding(days: 1)
            if try isWorkingDay(day) { left -= 1 }
        }
        return day
    }

    /// 24:00 in Asia/Shanghai of the n-th working day after the day of an event.
    public func deadline(workingDays count: Int, after event: Instant) throws(CalendarFailure) -> Instant {
        try add(workingDays: count, after: CivilDate(event)).end
    }

    /// How many working days lie after the first date, up to and with the second.
    public func workingDays(after start: CivilDate, through end: CivilDate) throws(CalendarFailure) -> Int {
        var count = 0
        var day = start
        while day < end {
            day = day.adding(days: 1)
            if try isWorkingDay(day) { count += 1 }
        }
        return count
    }
}

/// Why the calendar has no answer, or cannot be made.
public enum CalendarFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case yearMissing(Int)
    case yearTwice(Int)
    case dateOutsideOfYear(CivilDate, year: Int)
    case contradiction(CivilDate)
    case notOnWeekend(CivilDate)

    public var description: String {
        switch self {
        case .yearMissing(let year): "the calendar of working days has no year \(year); add the State Council's notice for it to Config"
        case .yearTwice(let year): "the calendar of working days has the year \(year) twice; keep one"
        case .dateOutsideOfYear(let date, let year): "\(date) stands in the calendar of \(year); move it to its own year"
        case .contradiction(let date): "\(date) is a day off and a working day at once; keep one"
        case .notOnWeekend(let date): "\(date) is no Saturday or Sunday and needs no entry as a working day; check the date"
        }
    }
}
