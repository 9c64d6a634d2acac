import CreditModel
import StreamCore
import StreamTestKit
import Testing

@testable import Publicity

/// Random walks: after every step exactly that is listed which somebody who reads the contract would list.
@Suite struct PublicityWalkTests {
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
        mutating func happens(oneIn count: UInt64) -> Bool { next() % count == 0 }
    }

    private struct Person {
        var id: String
        var kind: SubjectKind
        var name: String
        var capacity: SubjectProfile.Capacity
        var isKnown = false
    }

    /// What is known of a record, by a bookkeeper who shares nothing with the worker.
    private struct Book {
        var version: PublicityStory.Version
        /// What an officer has released: how serious, and by the decision of which day.
        var released: String?
    }

    private static func print(_ version: PublicityStory.Version) -> String { "\(version.item) \(version.severity) \(version.decided)" }

    /// The table of the sample city in the contract, written down again.
    private static func isListed(_ book: Book, _ person: Person, today: CivilDate) -> Bool {
        let version = book.version
        guard person.isKnown, version.state == .effective, !version.isRestricted, !version.isSealed else { return false }
        guard person.capacity != .minor else { return false }
        if let until = version.until, PublicityStory.day(until) < today { return false }
        let isPerson = person.kind == .person
        switch version.item {
        case "penalty.administrative":
            if !isPerson { return version.severity == .general || version.severity == .serious }
            return version.severity == .serious && person.capacity == .adult && book.released == print(version)
        case "judgment.unperformed": return !isPerson || (person.capacity == .adult && book.released == print(version))
        case "permit.administrative": return !isPerson || book.released == print(version)
        case "volunteer.service": return version.attributes == consenting
        case "tax.a-grade": return true
        default: return false
        }
    }

    private static let consenting = #"{"hours":40,"publicityConsent":true}"#

    /// What the ledger says about the last day.
    private static func until(_ version: PublicityStory.Version) -> String? {
        let day = PublicityStory.day(version.decided)
        switch (version.item, version.severity) {
        case ("penalty.administrative", .general): return version.kind == .organization ? day.adding(months: 12).description : nil
        case ("penalty.administrative", .serious): return day.adding(months: 36).description
        case ("judgment.unperformed", _): return day.adding(months: 24).description
        case ("tax.a-grade", _): return day.adding(months: 12).description
        default: return nil
        }
    }

    private static func items(_ kind: SubjectKind) -> [(String, [Severity])] {
        kind == .person
            ? [
                ("penalty.administrative", [.minor, .general, .serious]), ("judgment.unperformed", [.serious]),
                ("volunteer.service", [.none]), ("exam.fraud", [.general, .serious]), ("permit.administrative", [.none]),
            ]
            : [
                ("penalty.administrative", [.minor, .general, .serious]), ("judgment.unperformed", [.serious]),
                ("permit.administrative", [.none]), ("tax.a-grade", [.none]),
            ]
    }

    @Test(arguments: Array(UInt64(1)...60))
    func showsAtEveryStepWhatShouldBeShown(seed: UInt64) throws {
        var generator = Generator(state: seed)
        var story = try PublicityStory(at: PublicityStory.noon("2026-05-06"))
        var persons = [
            Person(id: "s01", kind: .organization, name: "样例甲公司", capacity: .adult),
            Person(id: "s02", kind: .person, name: "张＊", capacity: .adult),
            Person(id: "s03", kind: .person, name: "李＊＊", capacity: .minor),
            Person(id: "s04", kind: .person, name: "＊", capacity: .unknown),
        ]
        var books: [String: Book] = [:]
        for step in 0..<120 {
            let index = Int(generator.next() % UInt64(persons.count))
            let recordId = "transport/\(persons[index].id)-\(generator.next() % 3)"
            switch generator.next() % 10 {
            case 0:
                persons[index].isKnown = true
                if generator.happens(oneIn: 3), persons[index].kind == .person {
                    persons[index].capacity = generator.pick([.adult, .minor, .unknown])
                }
                if generator.happens(oneIn: 3) { persons[index].name += "＊" }
                _ = try story.profile(persons[index].name, persons[index].capacity, kind: persons[index].kind, of: persons[index].id)
            case 1, 2:
                guard let book = books[recordId], persons[index].isKnown else { continue }
                let told = try story.release(recordId, of: persons[index].id, by: generator.pick(["transport/chen", "credit-office/li"]))
                if told.answers.map(\.status) == [.accepted] {
                    var released = book
                    released.released = Self.print(book.version)
                    books[recordId] = released
                    #expect(Self.isListed(released, persons[index], today: CivilDate(story.tester.now)), "a release that shows nothing")
                }
            case 3:
                let days = Int64(generator.next() % 90) * 86_400
                let target = story.tester.now + .seconds(days + Int64(generator.next() % 86_400))
                _ = try story.wait(until: target)
            default:
                var version = books[recordId]?.version ?? PublicityStory.Version()
                version.recordId = recordId
                version.subjectId = persons[index].id
                version.kind = persons[index].kind
                if books[recordId] == nil || generator.happens(oneIn: 4) {
                    let (item, severities) = generator.pick(Self.items(version.kind))
                    version.item = item
                    version.severity = generator.pick(severities)
                    version.decided = CivilDate(story.tester.now).adding(days: -Int(generator.next() % 400)).description
                }
                version.attributes =
                    version.item == "volunteer.service" ? generator.pick([Self.consenting, #"{"hours":40}"#]) : nil
                version.state = generator.pick([.effective, .effective, .effective, .held, .repaired, .withdrawn, .expired, .archived])
                version.isRestricted = generator.happens(oneIn: 4)
                version.isSealed = version.state == .archived && generator.happens(oneIn: 2)
                version.until = Self.until(version)
                _ = try story.record(version)
                var book = books[recordId] ?? Book(version: version)
                // What is archived is forgotten, and so is what was released of it.
                if Self.print(version) != Self.print(book.version) || version.isSealed || version.state == .archived {
                    book.released = nil
                }
                book.version = version
                books[recordId] = book
            }
            let today = CivilDate(story.tester.now)
            var expected: Set<String> = []
            for (id, book) in books {
                let person = persons.first { $0.id == book.version.subjectId }!
                if Self.isListed(book, person, today: today) { expected.insert("listing/" + id) }
            }
            #expect(Set(story.shown.keys) == expected, "seed \(seed), step \(step)")
            for (_, listing) in story.shown {
                let book = try #require(books[listing.recordId])
                let person = try #require(persons.first { $0.id == book.version.subjectId })
                #expect(listing.displayName == person.name && listing.until?.description == book.version.until)
                #expect(listing.from.description == book.version.decided && listing.severity == book.version.severity)
            }
            #expect(story.tester.timers.count == story.shown.values.filter { $0.until != nil }.count, "a timer for each end")
        }
    }
}
