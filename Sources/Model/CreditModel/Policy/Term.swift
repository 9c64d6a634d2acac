import StreamCore

/// A length of time as rules give it. What it means in instants depends on the calendar.
public struct Term: Hashable, Sendable, CustomStringConvertible {
    public enum Unit: String, Sendable, CaseIterable {
        /// 工作日, by the calendar of the State Council.
        case workingDays = "WD"
        case days
        case months
        case years
        case hours
        case minutes
        case seconds
        case milliseconds
    }

    public var count: Int
    public var unit: Unit

    public init(_ count: Int, _ unit: Unit) {
        self.count = count
        self.unit = unit
    }

    /// Reads `7 WD`, `60 days`, `3 months`, `1 years`, `30 seconds`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let count = Int(parts[0]), count >= 0 else { return nil }
        guard let unit = Unit(rawValue: String(parts[1])) else { return nil }
        self.init(count, unit)
    }

    public var description: String { "\(count) \(unit.rawValue)" }

    /// The length of a term in days or less; nil for one that needs a calendar.
    public var span: Instant.Span? {
        switch unit {
        case .milliseconds: return .milliseconds(Int64(count))
        case .seconds: return .seconds(Int64(count))
        case .minutes: return .seconds(Int64(count) * 60)
        case .hours: return .seconds(Int64(count) * 3600)
        case .days: return .seconds(Int64(count) * 86_400)
        case .workingDays, .months, .years: return nil
        }
    }

    /// The length of a term that has to have a fixed one. `precondition`: the loader takes only such terms for waits.
    public var fixedSpan: Instant.Span {
        guard let span else { preconditionFailure("a wait needs a fixed length, not \(self)") }
        return span
    }

    /// The last day of a term that needs no calendar. A term in working days has none: `precondition`, because whoever reads the policy
    /// has seen to it that such terms stand where they may. Hours and less count as the days they fill.
    public func lastDay(after day: CivilDate) -> CivilDate {
        switch unit {
        case .workingDays: preconditionFailure("a term in working days needs the calendar")
        case .days: return day.adding(days: count)
        case .months: return day.adding(months: count)
        case .years: return day.adding(years: count)
        case .hours, .minutes, .seconds, .milliseconds:
            return day.adding(days: Int((span?.milliseconds ?? 0) / ChinaTime.dayMilliseconds))
        }
    }

    /// When a term ends that begins at `event`: 24:00 in Asia/Shanghai of its last day, or to the second where it is shorter than a day.
    public func end(after event: Instant, by calendar: WorkCalendar) throws(CalendarFailure) -> Instant {
        switch unit {
        case .hours, .minutes, .seconds, .milliseconds: return event + (span ?? .seconds(0))
        case .workingDays, .days, .months, .years: return try calendar.lastDay(of: self, after: CivilDate(event)).end
        }
    }
}
