import CreditModel
import StreamCore
import Testing

@testable import Repair

/// When a record can be repaired: by severity, and by the law that was in force on the day of its decision.
@Suite struct MinimumPeriodTests {
    /// The last day on which an application comes too early. Both sides of the day on which each law came into force.
    static let periods: [(String, Severity, String?, String?)] = [
        ("2026-04-01", .minor, nil, nil),
        ("2026-03-31", .minor, nil, nil),
        ("2023-04-30", .minor, nil, nil),
        // 国家发展改革委令第36号, from 2026-04-01.
        ("2026-04-01", .general, nil, "2026-07-01"),
        ("2026-04-01", .general, "food-and-drugs", "2026-07-01"),
        ("2026-04-01", .serious, nil, "2027-04-01"),
        // A month without the day: the last of the month (民法典 article 202).
        ("2026-11-30", .general, nil, "2027-02-28"),
        // 国家发展改革委令第58号, to 2026-03-31.
        ("2026-03-31", .general, nil, "2026-06-30"),
        ("2026-03-31", .general, "food-and-drugs", "2027-03-31"),
        ("2026-03-31", .general, "fire-safety", "2027-03-31"),
        ("2026-03-31", .general, "taxation", "2026-06-30"),
        ("2026-03-31", .serious, nil, "2027-03-31"),
        ("2023-05-01", .general, "work-safety", "2024-05-01"),
        ("2023-05-01", .serious, nil, "2024-05-01"),
        // 发改办财金〔2018〕424号, before.
        ("2023-04-30", .general, "work-safety", "2023-07-30"),
        ("2023-04-30", .serious, nil, "2023-10-30"),
        // 29 February has no counterpart a year later.
        ("2024-02-29", .serious, nil, "2025-02-28"),
    ]

    @Test(arguments: periods)
    func returnsOnTheLastDayAndAcceptsOnTheNext(decided: String, severity: Severity, field: String?, lastDay: String?) throws {
        // Without a period the day of the decision itself is early enough.
        let last = RepairStory.day(lastDay ?? decided)
        let policy = try Calendars.policy()
        if lastDay != nil {
            var early = try RepairStory(at: Instant(milliseconds: last.end.milliseconds - 1), policy: policy)
            _ = try early.record(severity: severity, decided: decided, field: field)
            let told = try early.apply()
            #expect(told.statuses == [.received, .returned])
            #expect(told.steps.last?.missing == ["minimum-period"])
            #expect(told.steps.last?.reasons.map(\.code) == [.repairTooEarly])
            #expect(told.steps.last?.eligibleFrom == last.end)
            #expect(told.tasks.isEmpty)
        }
        var late = try RepairStory(at: lastDay == nil ? last.start : last.end, policy: policy)
        _ = try late.record(severity: severity, decided: decided, field: field)
        let told = try late.apply()
        #expect(told.statuses == [.received, .accepted])
        #expect(told.tasks.count == 1)
    }

    // plan: 7a
    @Test(arguments: periods)
    func tellsTheSubjectWhenThePeriodIsOver(decided: String, severity: Severity, field: String?, lastDay: String?) throws {
        var story = try RepairStory(at: RepairStory.noon(decided), policy: Calendars.policy())
        let told = try story.record(severity: severity, decided: decided, field: field)
        guard let lastDay else {
            #expect(told.notices.map(\.kind) == [.repairPossible])
            #expect(story.tester.timers.isEmpty)
            return
        }
        let end = RepairStory.day(lastDay).end
        #expect(told.notices.isEmpty)
        #expect(story.tester.timers.map(\.due) == [end])
        #expect(story.tester.timers.allSatisfy { !$0.isAdverse })
        #expect(try story.wait(until: Instant(milliseconds: end.milliseconds - 1)).isEmpty)
        let guided = try story.wait(until: end)
        #expect(guided.flatMap(\.notices).map(\.kind) == [.repairPossible])
        #expect(story.tester.timers.isEmpty)
    }

    @Test func asksForPerformanceOnlyWhereTheCatalogueSaysSo() throws {
        var story = try RepairStory(at: RepairStory.noon("2026-05-06"))
        _ = try story.record(item: "judgment.unperformed", severity: .serious, decided: "2026-05-06")
        #expect(try story.apply().statuses == [.received, .accepted])
    }

    @Test(arguments: [RepairApplied.Kind.extended, .statement, .deed])
    func asksNoTimeOfTheOtherKinds(kind: RepairApplied.Kind) throws {
        var story = try RepairStory(at: RepairStory.noon("2026-07-06"))
        _ = try story.record(severity: .serious, decided: "2026-07-06")
        #expect(try story.apply(kind).statuses == [.received, .accepted])
    }
}

/// The sample city's years and, for dates that no notice of the State Council is for yet, years without holidays.
enum Calendars {
    static func policy() throws -> PolicyPack {
        try SampleCity.policy { pack in
            let made = [2021, 2022, 2023, 2024, 2027].compactMap { try? WorkCalendar.Year($0, daysOff: [], workingDays: []) }
            let known = pack.calendar
            let days = (0..<730).map { RepairStory.day("2025-01-01").adding(days: $0) }
            let own = [2025, 2026].compactMap { year -> WorkCalendar.Year? in
                let days = days.filter { $0.year == year }
                return try? WorkCalendar.Year(
                    year, daysOff: days.filter { $0.weekday < 6 && !((try? known.isWorkingDay($0)) ?? true) },
                    workingDays: days.filter { $0.weekday >= 6 && ((try? known.isWorkingDay($0)) ?? false) })
            }
            guard let calendar = try? WorkCalendar(made + own) else { return }
            pack.calendar = calendar
        }
    }
}
