extension WorkCalendar {
    /// The last day of a term that began on a day: the day itself does not count (民法典 article 201), the last one does until 24:00
    /// (article 203). Hours, minutes and seconds count as the days they fill.
    ///
    /// Throws only for working days that reach into a year without a notice of the State Council.
    public func lastDay(of term: Term, after day: CivilDate) throws(CalendarFailure) -> CivilDate {
        switch term.unit {
        case .workingDays: try add(workingDays: term.count, after: day)
        case .days: day.adding(days: term.count)
        case .months: day.adding(months: term.count)
        case .years: day.adding(years: term.count)
        case .hours, .minutes, .seconds: day.adding(days: Int((term.span?.milliseconds ?? 0) / ChinaTime.dayMilliseconds))
        }
    }
}
