import CreditModel
import StreamCore
import StreamSimulation

/// Everybody outside of the cluster, honest or not: bureaus and their officers, people and companies, gateways and agencies.
///
/// They know what the topics say and nothing else. Most do what they should; the others are late, send twice, contradict themselves, have no
/// right to what they do, or never answer. What they mean to do stands in an agenda; a chapter begins when its time comes.
final class CityActors: Actors {
    /// How much happens, and for how long.
    struct Extent {
        var people = 40
        var organizations = 14
        /// Records, and cases of each kind, that are begun in a chapter which opens any.
        var records = 5
        var disputes = 3
        var repairs = 3
        var sanctions = 2
        var rewards = 2
        /// The chapters in which something is begun.
        var openings: Set<Int>
    }

    /// A record as those outside know it.
    struct Known {
        var recordId: String
        var recordNo: String
        var bureau: String
        var subjectId: String
        var member: Int
        var item: String
        var severity: String
        var decided: CivilDate
        var state = "EFFECTIVE"
        var isRestricted = false
        var isAdverse: Bool { severity != "NONE" }
        var isOver: Bool { state != "EFFECTIVE" && state != "HELD" }
    }

    /// Something that somebody means to do, when its time has come.
    typealias Errand = (CityActors) -> Void

    let cast: Cast
    let extent: Extent
    var random: Randomness
    var post: Post
    var now = Instant(milliseconds: 0)
    private var agenda = Agenda<Errand>()
    private var chapter = -1
    /// What was sent about records, by the id of the message.
    var submitted: [String: Known] = [:]
    /// Who was nominated, by the id of the message.
    var nominated: [String: Int] = [:]
    var records: [Known] = []
    var placeOfRecord: [String: Int] = [:]
    var memberOf: [String: Int] = [:]
    /// Cases by their id: whose they are, and the bureau that began them.
    var cases: [String: (member: Int, bureau: String)] = [:]
    var number = 0
    /// Messages that begin a case.
    private(set) var begun = 0

    init(seed: UInt64, partitionCount: Int, extent: Extent) {
        var random = Randomness(seed: seed ^ 0xac70_5eed)
        cast = Cast(people: extent.people, organizations: extent.organizations, random: &random)
        post = Post(random: random.fork(), partitionCount: partitionCount)
        self.random = random
        self.extent = extent
    }

    // MARK: Acting

    static let topics: [Topic] = [
        "record.outcomes.v1", "record.ledger.v1", "dispute.inquiries.v1", "dispute.outcomes.v1", "repair.tasks.v1", "repair.outcomes.v1",
        "sanction.outcomes.v1", "sanction.orders.v1", "reward.outcomes.v1", "reward.grants.v1", "notice.deliveries.v1",
    ]

    func act(at now: Instant, in chapter: Int, reading log: TopicFollower) -> [Sending] {
        self.now = now
        for message in log.news(of: CityActors.topics) {
            guard let value = message.value, let root = (try? JSONParser.parse(value))?.root else { continue }
            hear(message.topic, root)
        }
        if chapter != self.chapter {
            self.chapter = chapter
            if extent.openings.contains(chapter) { begin() }
        }
        // What is done now may give more to do now.
        while case let errands = agenda.take(upTo: now), !errands.isEmpty {
            for errand in errands { errand(self) }
        }
        return post.take()
    }

    private func hear(_ topic: Topic, _ value: JSONValue) {
        switch topic.name {
        case "record.outcomes.v1": hearOutcome(value)
        case "record.ledger.v1": hearVersion(value)
        case "dispute.inquiries.v1": hearInquiry(value)
        case "dispute.outcomes.v1": hearDispute(value)
        case "repair.tasks.v1": hearTask(value)
        case "repair.outcomes.v1": hearRepair(value)
        case "sanction.outcomes.v1": hearSanction(value)
        case "sanction.orders.v1", "reward.grants.v1": hearOrder(value)
        case "reward.outcomes.v1": hearReward(value)
        case "notice.deliveries.v1": hearNotice(value)
        default: break
        }
    }

    private func begin() {
        for _ in 0..<extent.records { submitRecord() }
        for _ in 0..<extent.disputes { beginDispute() }
        for _ in 0..<extent.repairs { beginRepair() }
        for _ in 0..<extent.sanctions { beginSanction() }
        for _ in 0..<extent.rewards { beginReward() }
        begun += extent.disputes + extent.repairs + extent.sanctions + extent.rewards
        if random.happens(perMille: 300) { register() }
        if random.happens(perMille: 500) { release() }
    }

    // MARK: Helpers

    /// Does something at once, or after so many hours.
    func later(_ hours: ClosedRange<Int>? = nil, _ errand: @escaping Errand) {
        let span = hours.map { Instant.Span.seconds(random.span($0) * 3600) } ?? .milliseconds(0)
        agenda.add(at: now + span, errand)
    }

    func at(_ instant: Instant, _ errand: @escaping Errand) { agenda.add(at: max(instant, now), errand) }

    func send(_ type: InboundType, from source: String, _ data: String) { post.send(type, from: source, data, at: now) }

    func happens(_ perMille: Int) -> Bool { random.happens(perMille: perMille) }

    func next(_ word: String) -> String {
        number += 1
        return "\(word)\(number)"
    }

    var today: CivilDate { CivilDate(now) }

    static let bureaus = ["market-regulation", "transport", "ecology", "culture-tourism", "health", "housing"]

    func officer(of bureau: String, besides other: String? = nil) -> String {
        var name = "\(bureau)/\(random.pick(Cast.officers))"
        while name == other { name = "\(bureau)/\(random.pick(Cast.officers))" }
        return name
    }

    /// A record that somebody may do something about.
    func anyRecord(where fits: (Known) -> Bool) -> Known? {
        let fitting = records.indices.filter { fits(records[$0]) }
        guard !fitting.isEmpty else { return nil }
        // Mostly of the newest.
        return records[happens(700) ? random.pick(fitting.suffix(12)) : random.pick(fitting)]
    }

    static let digest = String(repeating: "a", count: 64)

    func instant(_ value: JSONValue?) -> Instant? { value?.stringBytes.flatMap { Instant(rfc3339: $0) } }
    func text(_ value: JSONValue, _ name: StaticString) -> String { value[name]?.string ?? "" }
}
