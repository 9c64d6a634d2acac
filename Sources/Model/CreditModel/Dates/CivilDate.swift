import StreamCore

/// A day of the Gregorian calendar, as decisions and documents name it; years 1…9999.
public struct CivilDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    public let dayNumber: Int

    /// The years that a date may have.
    public static let years = 1...9999

    private static let dayNumbers =
        Instant.day(ofYear: years.lowerBound, month: 1, day: 1)...Instant.day(ofYear: years.upperBound, month: 12, day: 31)

    /// The date, or nil when the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard Self.years.contains(year), 1...12 ~= month, day >= 1, day <= Self.daysInMonth(month, of: year) else { return nil }
        dayNumber = Instant.day(ofYear: year, month: month, day: day)
    }

    /// The day that many days after 1970-01-01; beyond the years 1…9999 the nearest day within them.
    public init(dayNumber: Int) {
        self.dayNumber = min(max(dayNumber, Self.dayNumbers.lowerBound), Self.dayNumbers.upperBound)
    }

    /// The day that it is in Asia/Shanghai at that instant.
    public init(_ instant: Instant) {
        self.init(
            dayNumber: Int((instant.milliseconds / 1000 + 8 * 3600 - (instant.milliseconds % 1000 < 0 ? 1 : 0)).floorDivided(by: 86_400)))
    }

    public var year: Int { Instant.civil(fromDay: dayNumber).year }
    public var month: Int { Instant.civil(fromDay: dayNumber).month }
    public var day: Int { Instant.civil(fromDay: dayNumber).day }

    public static func < (left: CivilDate, right: CivilDate) -> Bool { left.dayNumber < right.dayNumber }

    public static func daysInMonth(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeapYear(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    public static func isLeapYear(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    // MARK: Arithmetic

    /// The date so many days later, or earlier.
    public func adding(days: Int) -> CivilDate {
        let (sum, overflow) = dayNumber.addingReportingOverflow(days)
        return CivilDate(dayNumber: overflow ? (days < 0 ? .min : .max) : sum)
    }

    /// The same day of the month so many months later; the last of the month where it has no such day (Civil Code, article 202).
    public func adding(months: Int) -> CivilDate {
        let (year, month, day) = Instant.civil(fromDay: dayNumber)
        let bounded = min(max(months, -120_000), 120_000)
        let count = year * 12 + month - 1 + bounded
        let newYear = count.floorDivided(by: 12)
        if newYear < Self.years.lowerBound { return CivilDate(dayNumber: .min) }
        if newYear > Self.years.upperBound { return CivilDate(dayNumber: .max) }
        let newMonth = count - newYear * 12 + 1
        return CivilDate(
            dayNumber: Instant.day(ofYear: newYear, month: newMonth, day: min(day, Self.daysInMonth(newMonth, of: newYear))))
    }

    /// The same day so many years later; of 29 February, the 28th in a common year.
    public func adding(years: Int) -> CivilDate {
        adding(months: min(max(years, -10_000), 10_000) * 12)
    }

    /// Days from one date to another; negative when the other is earlier.
    public func days(to other: CivilDate) -> Int { other.dayNumber - dayNumber }

    /// 1 for Monday … 7 for Sunday.
    public var weekday: Int { (dayNumber + 3) - (dayNumber + 3).floorDivided(by: 7) * 7 + 1 }

    // MARK: Instants

    /// 00:00 of this day in Asia/Shanghai.
    public var start: Instant { Instant(milliseconds: Int64(dayNumber) * ChinaTime.dayMilliseconds - ChinaTime.offsetMilliseconds) }

    /// 24:00 of this day in Asia/Shanghai: a term given as a date includes that day (Civil Code, article 203).
    public var end: Instant { start + .milliseconds(ChinaTime.dayMilliseconds) }

    // MARK: Age

    /// From which day on somebody is a year older.
    public enum AgeReading: Sendable {
        /// From the day after the birthday, so that nobody counts as an adult too early. This is how the Supreme People's Court counts
        /// 周岁 where a minor is to be protected (法释〔2006〕1号, article 2).
        case fromTheDayAfterTheBirthday
        /// On the birthday itself.
        case onTheBirthday
    }

    /// The years that somebody born on this date has completed (周岁) on a day; 0 before birth.
    ///
    /// Whoever was born on 29 February has the birthday on the 28th in a common year (Civil Code, article 202), so that by the protective
    /// reading a year is completed on 1 March.
    public func completedYears(at date: CivilDate, counting reading: AgeReading = .fromTheDayAfterTheBirthday) -> Int {
        guard date > self else { return 0 }
        let years = date.year - year
        let birthday = adding(years: years)
        let isReached = reading == .onTheBirthday ? date >= birthday : date > birthday
        return isReached ? years : max(years - 1, 0)
    }

    /// The first day on which somebody born on this date has completed so many years.
    public func day(completingYears years: Int, counting reading: AgeReading = .fromTheDayAfterTheBirthday) -> CivilDate {
        let birthday = adding(years: years)
        return reading == .onTheBirthday ? birthday : birthday.adding(days: 1)
    }
}

// MARK: - Text

extension CivilDate: CustomStringConvertible {
    /// ISO 8601: `2026-03-02`.
    public var description: String {
        let (year, month, day) = Instant.civil(fromDay: dayNumber)
        func digit(_ number: Int) -> UInt8 { UInt8(ascii: "0") + UInt8(number % 10) }
        let hyphen = UInt8(ascii: "-")
        return String(
            decoding: [
                digit(year / 1000), digit(year / 100), digit(year / 10), digit(year), hyphen, digit(month / 10), digit(month), hyphen,
                digit(day / 10), digit(day),
            ], as: UTF8.self)
    }

    /// A date of ISO 8601 and nothing else: `YYYY-MM-DD`.
    public init?(iso text: Bytes) {
        guard let date = text.withUnsafeBufferPointer({ CivilDate(digits: $0) }) else { return nil }
        self = date
    }

    public init?(iso text: String) {
        var text = text
        guard let date = text.withUTF8({ CivilDate(digits: $0) }) else { return nil }
        self = date
    }

    /// Through a pointer, because dates are read several times for every message and a copy costs more than the reading.
    private init?(digits: UnsafeBufferPointer<UInt8>) {
        guard digits.count == 10, digits[4] == UInt8(ascii: "-"), digits[7] == UInt8(ascii: "-"),
            let year = Digits.number(digits[0..<4]), let month = Digits.number(digits[5..<7]), let day = Digits.number(digits[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// A date as people write it into tables: `2026-03-02`, `2026/3/2`, `2026.3.2`, `20260302`, `2026年3月2日`, in full-width digits too, also
    /// with the time of day that table programs put behind it, which is left away.
    public init?(row text: String) {
        var fields: [(number: Int, digits: Int)] = [(0, 0)]
        var isBehind = false
        for scalar in CharacterForms.trimmed(CharacterForms.halfWidth(text)).unicodeScalars {
            let last = fields.count - 1
            switch scalar {
            case "0"..."9" where isBehind, ":" where isBehind, "." where isBehind, "Z" where isBehind: break
            case "日", " ", "T": isBehind = true
            case "0"..."9":
                // No field has more.
                guard fields[last].digits < 8 else { return nil }
                fields[last] = (fields[last].number * 10 + Int(scalar.value - 0x30), fields[last].digits + 1)
            case "-", "/", ".", "年", "月":
                guard !isBehind, fields.count < 3, fields[last].digits > 0 else { return nil }
                fields.append((0, 0))
            default: return nil
            }
        }
        if fields.count == 1, fields[0].digits == 8 {
            let number = fields[0].number
            fields = [(number / 10_000, 4), (number / 100 % 100, 2), (number % 100, 2)]
        }
        guard fields.count == 3, fields[0].digits == 4, 1...2 ~= fields[1].digits, 1...2 ~= fields[2].digits else { return nil }
        self.init(year: fields[0].number, month: fields[1].number, day: fields[2].number)
    }
}

extension BinaryInteger {
    /// The quotient rounded down.
    func floorDivided(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// Numbers in ASCII digits.
enum Digits {
    /// The number; nil when anything else is among the digits, or there are none or more than 18.
    static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard 1...18 ~= digits.count else { return nil }
        var number = 0
        for byte in digits {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + Int(digit)
        }
        return number
    }
}
