import CreditModel
import StreamCore
import StreamTestKit
import Testing

@testable import Reward

/// Random walks: after every step exactly that runs at the agencies which somebody who reads the contract would let run.
@Suite struct RewardWalkTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
        mutating func pick<Element>(_ elements: [Element]) -> Element { elements[Int(next() % UInt64(elements.count))] }
    }

    /// A case as a bookkeeper keeps it who shares nothing with the worker.
    private struct Book {
        var subject: String
        var publicUntil: Instant
        var openObjections = 0
        var grantedOn: CivilDate?
        var isOver = false
    }

    private static let subjects = ["s01", "s02", "s03"]
    private static let benefits = ["metro.discount", "bus.discount", "library.deposit-free", "permits.green-channel"]

    /// Five working days, counted by hand from the calendar of 2026: weekends and the days off of its notice do not count.
    private static func publicity(from tick: Instant, _ calendar: WorkCalendar) throws -> Instant {
        var day = CivilDate(tick)
        var left = 5
        while left > 0 {
            day = day.adding(days: 1)
            if try calendar.isWorkingDay(day) { left -= 1 }
        }
        return day.end
    }

    @Test(arguments: Array(UInt64(1)...60))
    func letsAtEveryStepRunWhatShouldRun(seed: UInt64) throws {
        var generator = Generator(state: seed)
        // A short programme, so that terms end within the year that the calendar knows.
        let policy = try SampleCity.policy { pack in
            guard var programme = pack.programme("integrity-citizen") else { return }
            programme.term = Term(2, .months)
            pack.programmes = [programme]
        }
        var story = try RewardStory(at: RewardStory.noon("2026-03-04"), policy: policy)
        var books: [String: Book] = [:]
        /// Adverse records in force and not restricted, of each subject.
        var adverse: [String: Set<String>] = [:]
        /// What the agencies have heard last of each grant.
        var heard: [String: RewardDispatched] = [:]
        func hear(_ told: RewardStory.Told) {
            for dispatch in told.dispatches {
                #expect(dispatch.sequence == (heard[dispatch.grantId]?.sequence ?? 0) + 1, "no gap and nothing twice")
                heard[dispatch.grantId] = dispatch
            }
        }
        func expire(at tick: Instant) {
            for (id, book) in books {
                if let day = book.grantedOn, day.adding(months: 2).end <= tick { books[id]?.isOver = true }
            }
        }
        for step in 0..<150 {
            let subject = generator.pick(Self.subjects)
            let mine = books.filter { $0.value.subject == subject }.map(\.key).sorted()
            let caseId = mine.isEmpty ? "reward/0-none" : generator.pick(mine)
            let book = books[caseId]
            let now = story.tester.now
            let isPublic = book.map { !$0.isOver && $0.grantedOn == nil && now < $0.publicUntil } ?? false
            let isUndecided = book.map { !$0.isOver && $0.grantedOn == nil } ?? false
            switch generator.next() % 9 {
            case 0:
                let told = try story.nominate(consent: "2026-03-01", of: subject)
                let isOpen = books.values.contains { $0.subject == subject && !$0.isOver }
                let isAdmitted = !isOpen && adverse[subject, default: []].isEmpty
                #expect(told.statuses == [isAdmitted ? .publicised : .notAdmitted], "seed \(seed), step \(step)")
                if isAdmitted {
                    let until = try Self.publicity(from: now, policy.calendar)
                    books[told.caseId] = Book(subject: subject, publicUntil: until)
                    #expect(told.steps[0].dueAt == until)
                }
            case 1:
                guard book != nil else { continue }
                let told = try story.object(to: caseId, attempt: 1, isCaughtUp: true)
                let isTaken = isPublic || (isUndecided && book!.openObjections > 0)
                #expect(told.statuses == (isTaken ? [.objected] : []), "seed \(seed), step \(step)")
                if isTaken { books[caseId]?.openObjections += 1 }
            case 2:
                guard book != nil else { continue }
                let result = generator.pick([ObjectionAnswered.Result.dismissed, .dismissed, .upheld])
                let told = try story.answer(caseId, result, of: subject, attempt: 1, isCaughtUp: true)
                let isTaken = isUndecided && book!.openObjections > 0
                #expect(told.statuses == (isTaken ? [result == .upheld ? .refused : .publicised] : []), "seed \(seed), step \(step)")
                if isTaken {
                    books[caseId]?.openObjections = 0
                    if result == .upheld { books[caseId]?.isOver = true }
                }
            case 3, 4:
                guard book != nil else { continue }
                let decision = generator.pick([RewardDecided.Decision.grant, .grant, .refuse])
                let officer = generator.pick(["credit-office/wang", "credit-office/wang", "civil-affairs/zhao"])
                let told = try story.decide(caseId, decision, by: officer, of: subject, attempt: 1, isCaughtUp: true)
                let isTaken =
                    isUndecided && now >= book!.publicUntil && book!.openObjections == 0 && officer.hasPrefix("credit-office")
                #expect(told.statuses == (isTaken ? [decision == .grant ? .granted : .refused] : []), "seed \(seed), step \(step)")
                hear(told)
                if isTaken, decision == .grant { books[caseId]?.grantedOn = CivilDate(now) }
                if isTaken, decision == .refuse { books[caseId]?.isOver = true }
            case 5:
                guard book != nil, generator.next() % 3 == 0 else { continue }
                let told = try story.decline(caseId, by: subject, attempt: 1, isCaughtUp: true)
                #expect(told.statuses == (book!.isOver ? [] : [.ended]), "seed \(seed), step \(step)")
                hear(told)
                books[caseId]?.isOver = true
            case 6:
                let recordId = "transport/\(subject)-\(generator.next() % 2)"
                let state = generator.pick([RecordState.effective, .held, .repaired, .expired, .withdrawn])
                let isRestricted = generator.next() % 2 == 0
                hear(try story.record(recordId, state, isRestricted: isRestricted, of: subject))
                if state == .effective, !isRestricted {
                    adverse[subject, default: []].insert(recordId)
                    for id in mine { books[id]?.isOver = true }
                } else {
                    adverse[subject, default: []].remove(recordId)
                }
            default:
                let days = Int64(generator.next() % (step % 20 == 0 ? 200 : 6))
                let target = story.tester.now + .seconds(days * 86_400 + Int64(generator.next() % 86_400))
                // The sample city knows the calendar of this year only.
                guard target < RewardStory.noon("2026-12-10") else { continue }
                for told in try story.wait(until: target) { hear(told) }
                expire(at: story.tester.now)
            }
            let running = Set(heard.values.filter { $0.action == .grant }.map { "\($0.caseId)/\($0.benefit)" })
            var expected: Set<String> = []
            for (id, book) in books where book.grantedOn != nil && !book.isOver {
                for benefit in Self.benefits { expected.insert("\(id)/\(benefit)") }
            }
            #expect(running == expected, "seed \(seed), step \(step)")
            for dispatch in heard.values {
                #expect(books[dispatch.caseId]?.subject == dispatch.subjectId)
                let granted = try #require(books[dispatch.caseId]?.grantedOn)
                #expect(dispatch.until == granted.adding(months: 2))
            }
            #expect(story.tester.rows(AdverseRow.table).count == adverse.values.reduce(0) { $0 + $1.count })
        }
    }
}
