extension WorkCalendar {
    /// The last day of a term that began on a day: the day itself does not count (民法典 article 201), the last one does until 24:00
    /// (article 203). Hours and less count as the days they fill.
    ///
    /// Throws only for working days that reach into a year without a notice of the State Council.
    public func lastDay(of term: Term, after day: CivilDate) throws(CalendarFailure) -> CivilDate {
        term.unit == .workingDays ? try add(workingDays: term.count, after: day) : term.lastDay(after: day)
    }
}
