import CreditModel
import StreamCore
import Testing

func date(_ text: String) -> CivilDate {
    guard let date = CivilDate(iso: text) else { preconditionFailure("no date: \(text)") }
    return date
}

func instant(_ text: String) -> Instant {
    guard let instant = Instant(rfc3339: text) else { preconditionFailure("no instant: \(text)") }
    return instant
}

@Suite struct CivilDateTests {
    @Test(arguments: ["0001-01-01", "1899-12-31", "1970-01-01", "2000-02-29", "2026-03-02", "9999-12-31"])
    func readsAndWritesISODates(text: String) {
        #expect(CivilDate(iso: text)?.description == text)
    }

    @Test(arguments: [
        "", "2026", "2026-3-2", "2026-13-01", "2026-00-10", "2026-02-29", "1900-02-29", "2026-04-31", "2026-01-00", "0000-01-01",
        "2026/03/02",
        "2026-03-02 ", " 2026-03-02", "+026-03-02", "2026-03-0x", "２０２６-03-02", "20260302", "10000-01-01",
    ])
    func refusesWhatIsNoISODate(text: String) {
        #expect(CivilDate(iso: text) == nil)
    }

    @Test(arguments: [
        "2026-03-02", "2026-3-2", "2026/3/2", "2026/03/02", "2026.3.2", "20260302", "2026年3月2日", "2026年03月02日", "２０２６年３月２日", " 2026/3/2 ",
        "2026/3/2 0:00", "2026-03-02 00:00:00", "2026-03-02T00:00:00", "２０２６／３／２", "20260302 ", "2026年3月2",
    ])
    func readsDatesAsTablesHaveThem(text: String) {
        #expect(CivilDate(row: text) == date("2026-03-02"))
    }

    @Test(arguments: [
        "", " ", "2026", "2026-03", "26/3/2", "2026/13/2", "2026/2/30", "3/2/2026", "2026--3-2", "2026-003-02", "2026年3月", "二〇二六年三月二日",
        "202632",
        "2026-3-2-1", "2026/3 /2", "2026 3 2", "46083", "日", "2026T3", "2026-03-02至2027-03-01", "2026-03-02 至 2027-03-01", "长期",
        "2026/3/2x",
    ])
    func refusesWhatIsNoDateOfATable(text: String) {
        #expect(CivilDate(row: text) == nil)
    }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-03-31", -1, "2026-02-28"), ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"), ("2026-01-15", -13, "2024-12-15"), ("2026-05-31", 36, "2029-05-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"), ("9999-12-01", 1, "9999-12-31"), ("0001-01-31", -1, "0001-01-01"),
        ("2026-01-01", .max, "9999-12-31"),
        ("2026-01-01", .min, "0001-01-01"),
    ])
    func addsMonthsUpToTheLastOfTheMonth(from: String, months: Int, to: String) {
        #expect(date(from).adding(months: months) == date(to))
    }

    @Test func addsDaysAndYears() {
        #expect(date("2026-02-28").adding(days: 1) == date("2026-03-01"))
        #expect(date("2024-02-28").adding(days: 1) == date("2024-02-29"))
        #expect(date("2026-01-01").adding(days: -1) == date("2025-12-31"))
        #expect(date("2026-01-01").adding(days: .max) == date("9999-12-31"))
        #expect(date("1960-01-01").adding(days: .min) == date("0001-01-01"))
        #expect(date("2024-02-29").adding(years: 1) == date("2025-02-28"))
        #expect(date("2024-02-29").adding(years: .max) == date("9999-12-31"))
        #expect(date("2026-01-01").days(to: date("2026-12-31")) == 364)
        #expect(date("2026-01-01").days(to: date("2025-12-31")) == -1)
    }

    @Test(arguments: [("2026-11-23", 1), ("2026-05-06", 3), ("1970-01-01", 4), ("1969-12-28", 7), ("2000-01-01", 6)])
    func knowsTheDayOfTheWeek(text: String, weekday: Int) {
        #expect(date(text).weekday == weekday)
    }

    @Test(arguments: [
        ("2026-05-05T15:59:59.999Z", "2026-05-05"), ("2026-05-05T16:00:00Z", "2026-05-06"), ("2026-05-06T09:00+08:00", "2026-05-06"),
        ("1969-12-31T15:59:59.999Z", "1969-12-31"), ("1969-12-31T16:00:00Z", "1970-01-01"), ("1900-01-01T00:00:00.001+08:00", "1900-01-01"),
        ("1899-12-31T23:59:59.999+08:00", "1899-12-31"),
    ])
    func knowsWhichDayItIsInShanghai(text: String, day: String) {
        #expect(CivilDate(instant(text)) == date(day))
    }

    @Test func beginsAndEndsTheDayInShanghai() {
        #expect(date("2026-05-06").start == instant("2026-05-05T16:00:00Z"))
        #expect(date("2026-05-06").end == date("2026-05-07").start)
        #expect(CivilDate(Instant(milliseconds: .max)) == date("9999-12-31"))
        #expect(CivilDate(Instant(milliseconds: .min)) == date("0001-01-01"))
        #expect(date("2026-05-06").year == 2026 && date("2026-05-06").month == 5 && date("2026-05-06").day == 6)
    }

    @Test(arguments: [
        // Born on an ordinary day: the year is completed on the day after the birthday.
        ("2008-03-10", "2026-03-09", 17, 17), ("2008-03-10", "2026-03-10", 17, 18), ("2008-03-10", "2026-03-11", 18, 18),
        ("2008-03-10", "2026-12-31", 18, 18), ("2008-03-10", "2027-01-01", 18, 18),
        // Born on 29 February.
        ("2008-02-29", "2026-02-27", 17, 17), ("2008-02-29", "2026-02-28", 17, 18), ("2008-02-29", "2026-03-01", 18, 18),
        ("2008-02-29", "2024-02-28", 15, 15), ("2008-02-29", "2024-02-29", 15, 16), ("2008-02-29", "2024-03-01", 16, 16),
        // Born on the last and first of a year.
        ("2007-12-31", "2025-12-31", 17, 18), ("2007-12-31", "2026-01-01", 18, 18), ("2008-01-01", "2026-01-01", 17, 18),
        ("2008-01-01", "2026-01-02", 18, 18),
        // Around birth.
        ("2008-03-10", "2008-03-09", 0, 0), ("2008-03-10", "2008-03-10", 0, 0), ("2008-03-10", "2008-03-11", 0, 0),
        ("2008-03-10", "2007-03-11", 0, 0), ("2008-03-10", "2009-03-10", 0, 1), ("2008-03-10", "2009-03-11", 1, 1),
        ("2008-12-31", "2009-01-01", 0, 0),
        // Fourteen, sixteen, twenty.
        ("2012-06-01", "2026-06-01", 13, 14), ("2012-06-01", "2026-06-02", 14, 14), ("2010-06-01", "2026-06-02", 16, 16),
        ("2006-05-06", "2026-05-06", 19, 20), ("2006-05-06", "2026-05-07", 20, 20),
    ])
    func countsTheYearsThatSomebodyHasCompleted(birth: String, day: String, protective: Int, birthday: Int) {
        #expect(date(birth).completedYears(at: date(day)) == protective)
        #expect(date(birth).completedYears(at: date(day), counting: .onTheBirthday) == birthday)
    }

    @Test(arguments: [
        ("2008-03-10", "2026-03-11", "2026-03-10"), ("2008-02-29", "2026-03-01", "2026-02-28"), ("2006-12-31", "2025-01-01", "2024-12-31"),
    ])
    func namesTheDayOfComingOfAge(birth: String, protective: String, birthday: String) {
        let birth = date(birth)
        #expect(birth.day(completingYears: 18) == date(protective))
        #expect(birth.day(completingYears: 18, counting: .onTheBirthday) == date(birthday))
        #expect(birth.completedYears(at: date(protective)) == 18)
        #expect(birth.completedYears(at: date(protective).adding(days: -1)) == 17)
    }

    @Test func agreesWithItselfOnEveryDay() {
        var day = date("1899-12-25")
        while day < date("2101-01-05") {
            #expect(CivilDate(year: day.year, month: day.month, day: day.day) == day)
            #expect(CivilDate(day.start) == day && CivilDate(Instant(milliseconds: day.end.milliseconds - 1)) == day)
            day = day.adding(days: 97)
        }
    }
}

@Suite struct InstantTextTests {
    @Test(arguments: [
        ("2026-05-06T09:00+08:00", "2026-05-06T09:00:00+08:00"), ("2026-05-06T01:00:00Z", "2026-05-06T09:00:00+08:00"),
        ("2026-05-06t01:00:00z", "2026-05-06T09:00:00+08:00"), ("2026-05-06T01:00:00.5Z", "2026-05-06T09:00:00.500+08:00"),
        ("2026-05-06T01:00:00.0609999Z", "2026-05-06T09:00:00.060+08:00"), ("2026-05-05T20:30:00-04:30", "2026-05-06T09:00:00+08:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T08:00:00+08:00"), ("1969-12-31T23:59:59.999Z", "1970-01-01T07:59:59.999+08:00"),
        ("2026-05-06T01:00Z", "2026-05-06T09:00:00+08:00"),
    ])
    func readsInstants(text: String, written: String) {
        #expect(instant(text) == instant(written))
        #expect(ChinaTime.rfc3339(instant(text)) == written)
    }

    @Test(arguments: [
        "", "2026-05-06", "2026-05-06T09:00", "2026-05-06T09:00:00", "2026-05-06 09:00:00Z", "2026-05-06T24:00:00Z", "2026-05-06T09:60:00Z",
        "2026-05-06T09:00:61Z", "2026-05-06T09:00:00.Z", "2026-05-06T09:00:00+8:00", "2026-05-06T09:00:00+0800",
        "2026-05-06T09:00:00+24:00",
        "2026-05-06T09:00:00+08:60", "2026-05-06T09:00:00Zx", "2026-02-30T09:00:00Z", "2026-05-06T9:00:00Z", "2026-05-06T09:00:0Z",
        "2026-05-06T09:00:00.123", "2026-05-06T09-00-00Z", "2026-05-06T09:00:", "2026-05-06T09:00:00*08:00", "2026-05-06T0x:00:00Z",
    ])
    func refusesWhatIsNoInstant(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test func clampsWhatHasMoreThanFourDigits() {
        #expect(ChinaTime.rfc3339(Instant(milliseconds: .max)) == "9999-12-31T23:59:59.999+08:00")
        #expect(ChinaTime.rfc3339(Instant(milliseconds: .min)) == "0000-01-01T00:00:00+08:00")
    }
}
