/// A point of time in milliseconds since 1970-01-01T00:00:00Z.
public struct Instant: Hashable, Comparable, Sendable {
    public var milliseconds: Int64

    @inlinable
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    @inlinable
    public static func + (instant: Instant, span: Span) -> Instant {
        Instant(milliseconds: instant.milliseconds + span.milliseconds)
    }

    @inlinable
    public static func - (left: Instant, right: Instant) -> Span {
        Span(milliseconds: left.milliseconds - right.milliseconds)
    }

    /// Later than anything that happens.
    public static let distantFuture = Instant(milliseconds: .max)

    /// A span of time; the standard `Duration` counts in attoseconds, which costs more than it gives here.
    public struct Span: Hashable, Comparable, Sendable {
        public var milliseconds: Int64
        @inlinable
        public init(milliseconds: Int64) { self.milliseconds = milliseconds }
        @inlinable
        public static func milliseconds(_ count: Int64) -> Span { Span(milliseconds: count) }
        @inlinable
        public static func seconds(_ count: Int64) -> Span { Span(milliseconds: count * 1000) }
        @inlinable
        public static func < (left: Span, right: Span) -> Bool { left.milliseconds < right.milliseconds }
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, as `ce_time` is written: `2026-05-06T01:00:00.000Z`.
    public var description: String {
        var text: Bytes = []
        appendRFC3339(to: &text)
        return text.text
    }

    /// Appends the 24 characters of `description`. Years outside 0000…9999 are clamped.
    public func appendRFC3339(to text: inout Bytes) {
        let dayLength: Int64 = 86_400_000
        let bounded = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let day = Int((bounded - (bounded < 0 ? dayLength - 1 : 0)) / dayLength)
        let inDay = Int(bounded - Int64(day) * dayLength)
        let (year, month, monthDay) = Instant.civil(fromDay: day)
        func digits(_ number: Int, _ count: Int) {
            var divisor = 1
            for _ in 1..<count { divisor *= 10 }
            while divisor > 0 {
                text.append(UInt8(48 + number / divisor % 10))
                divisor /= 10
            }
        }
        digits(year, 4)
        text.append(UInt8(ascii: "-"))
        digits(month, 2)
        text.append(UInt8(ascii: "-"))
        digits(monthDay, 2)
        text.append(UInt8(ascii: "T"))
        digits(inDay / 3_600_000, 2)
        text.append(UInt8(ascii: ":"))
        digits(inDay / 60_000 % 60, 2)
        text.append(UInt8(ascii: ":"))
        digits(inDay / 1000 % 60, 2)
        text.append(UInt8(ascii: "."))
        digits(inDay % 1000, 3)
        text.append(UInt8(ascii: "Z"))
    }

    /// The Gregorian date of a day counted from 1970-01-01, by shifting the year's start to March so that leap days come last.
    public static func civil(fromDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    /// The day counted from 1970-01-01 of a Gregorian date; the inverse of `civil(fromDay:)`.
    public static func day(ofYear year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
