import CreditModel
import StreamCore
import Testing

/// The notices of 2024-11-12 and 2025-11-04, written out.
enum Notices {
    static func days(_ ranges: [(String, String)]) -> [CivilDate] {
        ranges.flatMap { first, last in (0...date(first).days(to: date(last))).map { date(first).adding(days: $0) } }
    }

    static let daysOff2025 = days([
        ("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04"), ("2025-04-04", "2025-04-06"), ("2025-05-01", "2025-05-05"),
        ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08"),
    ])
    static let workingDays2025 = ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"].map { date($0) }
    static let daysOff2026 = days([
        ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06"), ("2026-05-01", "2026-05-05"),
        ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"), ("2026-10-01", "2026-10-07"),
    ])
    static let workingDays2026 = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"].map { date($0) }

    static var calendar: WorkCalendar {
        get throws {
            try WorkCalendar([
                .init(2025, daysOff: daysOff2025, workingDays: workingDays2025),
                .init(2026, daysOff: daysOff2026, workingDays: workingDays2026),
            ])
        }
    }
}

@Suite struct WorkCalendarTests {
    @Test(arguments: Notices.daysOff2025 + Notices.daysOff2026)
    func doesNotWorkOnHolidays(day: CivilDate) throws {
        #expect(try Notices.calendar.isWorkingDay(day) == false)
    }

    @Test(arguments: Notices.workingDays2025 + Notices.workingDays2026)
    func worksOnWeekendsThatWereMovedAway(day: CivilDate) throws {
        #expect(day.weekday >= 6)
        #expect(try Notices.calendar.isWorkingDay(day))
    }

    @Test(arguments: [
        // The days just before and after each holiday, and ordinary days and weekends.
        ("2025-01-02", true), ("2025-01-25", false), ("2025-01-27", true), ("2025-02-05", true), ("2025-02-09", false),
        ("2025-04-03", true),
        ("2025-04-07", true), ("2025-04-26", false), ("2025-04-30", true), ("2025-05-06", true), ("2025-05-30", true), ("2025-06-03", true),
        ("2025-09-27", false), ("2025-09-30", true), ("2025-10-09", true), ("2025-10-12", false), ("2025-12-31", true),
        ("2026-01-05", true), ("2026-01-10", false), ("2026-02-13", true), ("2026-02-24", true), ("2026-03-01", false),
        ("2026-04-03", true),
        ("2026-04-07", true), ("2026-04-30", true), ("2026-05-06", true), ("2026-05-10", false), ("2026-06-18", true), ("2026-06-22", true),
        ("2026-09-19", false), ("2026-09-24", true), ("2026-09-28", true), ("2026-09-30", true), ("2026-10-08", true),
        ("2026-10-11", false),
        ("2026-12-31", true),
    ])
    func knowsTheDaysAroundHolidays(day: String, isWorking: Bool) throws {
        #expect(try Notices.calendar.isWorkingDay(date(day)) == isWorking)
    }

    @Test func countsTheWorkingDaysOfAYear() throws {
        // 365 days, 104 Saturdays and Sundays, 28 or 33 days off of which some are weekends, 5 or 6 weekend days worked.
        #expect(try Notices.calendar.workingDays(after: date("2024-12-31"), through: date("2025-12-31")) == 248)
        #expect(try Notices.calendar.workingDays(after: date("2025-12-31"), through: date("2026-12-31")) == 248)
        #expect(try Notices.calendar.workingDays(after: date("2026-05-06"), through: date("2026-05-06")) == 0)
    }

    @Test(arguments: [
        ("2026-05-06", 0, "2026-05-06"), ("2026-05-06", 1, "2026-05-07"), ("2026-05-06", 3, "2026-05-09"), ("2026-05-06", 4, "2026-05-11"),
        ("2026-05-06", 7, "2026-05-14"), ("2026-04-30", 1, "2026-05-06"), ("2026-05-03", 1, "2026-05-06"), ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-13", 1, "2026-02-14"), ("2026-02-13", 5, "2026-02-27"), ("2026-02-13", 6, "2026-02-28"), ("2026-02-13", 7, "2026-03-02"),
        ("2025-12-31", 1, "2026-01-04"), ("2025-12-29", 3, "2026-01-04"), ("2025-09-28", 3, "2025-10-09"), ("2025-09-28", 5, "2025-10-11"),
        ("2025-09-28", 6, "2025-10-13"), ("2026-09-30", 1, "2026-10-08"), ("2026-09-30", 3, "2026-10-10"), ("2026-12-30", 1, "2026-12-31"),
    ])
    func findsTheLastDayOfATerm(from: String, count: Int, last: String) throws {
        #expect(try Notices.calendar.add(workingDays: count, after: date(from)) == date(last))
    }

    @Test func endsATermAtMidnightInShanghai() throws {
        let calendar = try Notices.calendar
        #expect(try calendar.deadline(workingDays: 3, after: instant("2026-05-06T09:00+08:00")) == instant("2026-05-10T00:00:00+08:00"))
        // The day of the event is that in Shanghai: 23:30 in UTC of the 5th is the 6th there.
        #expect(try calendar.deadline(workingDays: 1, after: instant("2026-05-05T23:30:00Z")) == instant("2026-05-08T00:00:00+08:00"))
        #expect(
            try calendar.deadline(workingDays: 1, after: instant("2026-05-06T23:59:59.999+08:00")) == instant("2026-05-08T00:00:00+08:00"))
        #expect(try calendar.deadline(workingDays: 1, after: instant("2026-05-07T00:00:00+08:00")) == instant("2026-05-09T00:00:00+08:00"))
    }

    @Test func takesAnotherYearOnce() throws {
        let more = try Notices.calendar.adding(WorkCalendar.Year(2027, daysOff: [date("2027-01-04")], workingDays: []))
        #expect(more.knownYears == [2025, 2026, 2027])
        #expect(try more.add(workingDays: 1, after: date("2026-12-31")) == date("2027-01-01"))
        #expect(try !more.isWorkingDay(date("2027-01-04")))
        #expect(throws: CalendarFailure.yearTwice(2027)) { try more.adding(WorkCalendar.Year(2027, daysOff: [], workingDays: [])) }
    }

    @Test func neverGuessesAYear() throws {
        let calendar = try Notices.calendar
        #expect(calendar.knownYears == [2025, 2026])
        #expect(throws: CalendarFailure.yearMissing(2027)) { try calendar.isWorkingDay(date("2027-01-04")) }
        #expect(throws: CalendarFailure.yearMissing(2024)) { try calendar.isWorkingDay(date("2024-12-31")) }
        #expect(throws: CalendarFailure.yearMissing(2027)) { try calendar.add(workingDays: 1, after: date("2026-12-31")) }
        #expect(throws: CalendarFailure.yearMissing(2027)) { try calendar.deadline(workingDays: 7, after: date("2026-12-28").start) }
        #expect(throws: CalendarFailure.yearMissing(2027)) {
            try calendar.workingDays(after: date("2026-12-30"), through: date("2027-01-01"))
        }
    }

    @Test func refusesACalendarThatContradictsItself() throws {
        #expect(throws: CalendarFailure.dateOutsideOfYear(date("2025-01-01"), year: 2026)) {
            try WorkCalendar.Year(2026, daysOff: [date("2025-01-01")], workingDays: [])
        }
        #expect(throws: CalendarFailure.contradiction(date("2026-01-03"))) {
            try WorkCalendar.Year(2026, daysOff: [date("2026-01-03")], workingDays: [date("2026-01-03")])
        }
        #expect(throws: CalendarFailure.notOnWeekend(date("2026-01-05"))) {
            try WorkCalendar.Year(2026, daysOff: [], workingDays: [date("2026-01-05")])
        }
        let year = try WorkCalendar.Year(2026, daysOff: [], workingDays: [])
        #expect(throws: CalendarFailure.yearTwice(2026)) { try WorkCalendar([year, year]) }
    }

    @Test func saysWhatToDo() {
        let failures: [CalendarFailure] = [
            .yearMissing(2027), .yearTwice(2026), .dateOutsideOfYear(date("2025-01-01"), year: 2026), .contradiction(date("2026-01-01")),
            .notOnWeekend(date("2026-01-05")),
        ]
        for failure in failures { #expect(failure.description.contains("20")) }
    }
}
