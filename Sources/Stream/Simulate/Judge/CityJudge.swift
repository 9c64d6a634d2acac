import CreditModel
import StreamCore
import StreamSimulation

/// Judges the casework from what lies in the topics: whether everything adverse had its proof, and whether, when everything is at rest, what
/// stands is what should stand.
///
/// It shares no decision with the workers: what it knows of rules are the words of the contract, the numbers of the pack and the calendar's
/// working days, which it counts itself.
final class CityJudge: Judge {
    let policy: PolicyPack
    let cast: Cast
    var violations: [String] = []

    init(policy: PolicyPack, cast: Cast) {
        self.policy = policy
        self.cast = cast
    }

    // MARK: What was read

    /// What somebody outside has sent, by source and id; an id may have been used for several.
    struct Letter {
        var source: String
        var type: String
        var root: JSONValue
        func text(_ name: StaticString) -> String { root[name]?.string ?? "" }
    }
    /// The newest version of a record.
    struct Record {
        var subjectId: String
        var recordId: String
        var bureau: String
        var item: String
        var severity: String
        var state = ""
        var isRestricted = false
        var annotations: [String] = []
        var decided: CivilDate?
        var publicUntil: CivilDate?
        /// How long it has to stand before its repair, by the mildest of what it said so far.
        var minimumMonths = Int.max
        var isClear: Bool { state == "EFFECTIVE" && !isRestricted }
        var isAlive: Bool { state == "EFFECTIVE" || state == "HELD" }
    }
    struct Notice {
        var deliveredAt: Instant?
    }
    struct SanctionFile {
        var statuses: [String] = []
        var proposer = ""
        var subjectId = ""
        var cause = ""
        var noticeId: String?
        var decision: (officer: String, reference: String)?
        /// Those of the order; what was left out later does not carry it any more.
        var recordIds: [String] = []
    }
    /// What goes out under one order or grant.
    struct Outgoing {
        var caseId: String
        var subjectId: String
        var item: String
        var agency: String
        var until: CivilDate
        var sequence: Int64 = 0
        var action = ""
        /// Of the agency's topic.
        var sentSequence: Int64 = 0
        /// Whether the newest of its topic is there.
        var isCurrent = false
        var takesBack: Bool { action == "LIFT" || action == "END" }
    }
    struct DisputeFile {
        var status = ""
        var recordId: String
        var subjectId: String
        var instance: Int64 = 1
        var finder: String?
        var isWithdrawn = false
        var isCorrected = false
        var dueAt: Instant?
        var removeAt: Instant?
    }
    struct RepairFile {
        var status = ""
        var kind: String
        var recordId: String
        var subjectId: String
        var until: CivilDate?
        var isGranted = false
    }
    struct RewardFile {
        var statuses: [String] = []
        var subjectId = ""
        var publicisedAt: Instant?
        var decision: (authority: String, reference: String)?
    }

    var letters: [String: [Letter]] = [:]
    var lettersAbout: [String: [Letter]] = [:]
    var records: [String: Record] = [:]
    var recordsOf: [String: [String]] = [:]
    /// The cases that a record's versions name as their causes.
    var causes: Set<String> = []
    var notices: [String: Notice] = [:]
    var sanctions: [String: SanctionFile] = [:]
    var rewards: [String: RewardFile] = [:]
    var outgoing: [String: Outgoing] = [:]
    var disputes: [String: DisputeFile] = [:]
    var repairs: [String: RepairFile] = [:]
    var listings: [String: (isListed: Bool, until: CivilDate?, reason: String)] = [:]
    var minors: Set<String> = []

    private static let inbound = InboundType.allCases.flatMap(\.topics).sorted().reduce(into: [Topic]()) { list, topic in
        if list.last != topic { list.append(topic) }
    }
    /// In the order in which what they say can be checked: proofs first.
    private static let topics: [Topic] = [
        "subject.profiles.v1", "record.ledger.v1", "notice.status.v1", "sanction.outcomes.v1", "sanction.dispatches.v1",
        "sanction.orders.v1",
        "sanction.current.v1", "reward.outcomes.v1", "reward.dispatches.v1", "reward.grants.v1", "reward.current.v1", "delivery.status.v1",
        "dispute.outcomes.v1", "repair.outcomes.v1", "publicity.listings.v1",
    ]

    func judgeRest(at now: Instant, reading log: TopicFollower) -> [String] {
        violations = []
        for message in log.news(of: CityJudge.inbound) { read(letter: message) }
        var granted: [(Message, JSONValue)] = []
        for message in log.news(of: CityJudge.topics) {
            guard let value = message.value else {
                if let key = message.key?.text { outgoing[key]?.isCurrent = false }
                continue
            }
            guard let root = (try? JSONParser.parse(value))?.root else {
                blame(message, "is no JSON")
                continue
            }
            switch message.topic.name {
            case "subject.profiles.v1":
                if root["capacity"]?.string == "MINOR" {
                    minors.insert(text(root, "subjectId"))
                } else {
                    minors.remove(text(root, "subjectId"))
                }
            case "record.ledger.v1": readVersion(message, root)
            case "notice.status.v1": readNotice(message, root)
            case "sanction.outcomes.v1": readSanction(message, root)
            case "reward.outcomes.v1": readReward(message, root)
            case "sanction.dispatches.v1", "reward.dispatches.v1":
                readDispatch(message, root)
                granted.append((message, root))
            case "sanction.orders.v1", "reward.grants.v1": readSent(message, root)
            case "sanction.current.v1", "reward.current.v1": readCurrent(message, root)
            case "delivery.status.v1": readDelivery(message, root)
            case "dispute.outcomes.v1": readDispute(message, root)
            case "repair.outcomes.v1": readRepair(message, root)
            case "publicity.listings.v1": readListing(message, root)
            default: break
            }
        }
        for (message, root) in granted where ["IMPOSE", "GRANT"].contains(text(root, "action")) {
            if text(root, "action") == "IMPOSE" { judgeImposed(message, root) } else { judgeGranted(message, root) }
        }
        judgeStandingOrders(at: now)
        judgeStandingGrants(at: now)
        judgeDisputes(at: now)
        judgeRepairs(at: now)
        judgeListings(at: now)
        return violations
    }

    func judgeEnd(of cluster: SimulatedCluster) -> [String] {
        Secrecy(cast: cast).violations(in: cluster) + CheckedHistory.violations(in: cluster, policy: policy)
    }

    // MARK: Helpers

    func blame(_ message: Message, _ text: String) { violations.append("\(message.origin): \(text)") }
    func blame(_ text: String) { violations.append(text) }
    func text(_ value: JSONValue, _ name: StaticString) -> String { value[name]?.string ?? "" }
    func instant(_ value: JSONValue?) -> Instant? { value?.stringBytes.flatMap { Instant(rfc3339: $0) } }
    func date(_ value: JSONValue?) -> CivilDate? { value?.stringBytes.flatMap { CivilDate(iso: $0) } }
    func time(_ message: Message) -> Instant { message.headers["ce_time"].flatMap { Instant(rfc3339: $0) } ?? message.timestamp }
    func reference(_ value: JSONValue) -> String? { value["submission"].map { "\(text($0, "source")) \(text($0, "id"))" } }

    /// Clocks of two machines part by a few seconds, and a lane needs a while to come round to a timer.
    static let slack = Instant.Span.seconds(30)

    /// 24:00 in Zhengzhou of the n-th working day after that of an instant; nil where the calendar lacks a year.
    func end(ofWorkingDays count: Int, after instant: Instant) -> Instant? {
        var day = CivilDate(instant)
        var left = count
        while left > 0 {
            day = day.adding(days: 1)
            guard let isWorkingDay = try? policy.calendar.isWorkingDay(day) else { return nil }
            if isWorkingDay { left -= 1 }
        }
        return day.adding(days: 1).start
    }

    private func read(letter message: Message) {
        guard let source = message.headers["ce_source"]?.text, let id = message.headers["ce_id"]?.text,
            let type = message.headers["ce_type"]?.text, let root = message.value.flatMap({ (try? JSONParser.parse($0))?.root })
        else { return }
        let letter = Letter(source: source, type: type, root: root)
        letters["\(source) \(id)", default: []].append(letter)
        for name in ["noticeId", "deliveryId", "recordId"] {
            if let thing = root[named: name]?.string { lettersAbout[thing, default: []].append(letter) }
        }
    }

    private func readVersion(_ message: Message, _ root: JSONValue) {
        let key = "\(text(root, "subjectId")) \(text(root, "recordId"))"
        let before = records[key]
        var record =
            before
            ?? Record(
                subjectId: text(root, "subjectId"), recordId: text(root, "recordId"), bureau: text(root, "bureau"), item: "", severity: "")
        if before == nil { recordsOf[record.subjectId, default: []].append(key) }
        record.item = text(root, "catalogItem")
        record.severity = text(root, "severity")
        record.state = text(root, "state")
        record.isRestricted = root["restricted"]?.bool ?? false
        record.annotations = root["annotations"].map { $0.elements.compactMap { $0["caseId"]?.string } } ?? []
        record.decided = date(root["decision"]?["date"])
        record.publicUntil = date(root["publicUntil"])
        record.minimumMonths = min(record.minimumMonths, ["GENERAL": 3, "SERIOUS": 12][record.severity] ?? 0)
        records[key] = record
        if record.isRestricted == record.annotations.isEmpty { blame(message, "is restricted by no case, or not by an open one") }
        if let caseId = root["cause"]?["caseId"]?.string {
            causes.insert("\(caseId) \(key)")
            if record.state == "REPAIRED", before?.state != "REPAIRED" { repaired.append((message, key, caseId)) }
        } else if record.state == "REPAIRED", before?.state != "REPAIRED" {
            blame(message, "is repaired by no case")
        }
    }
    /// Records that became repaired, to be looked at once the cases were read.
    var repaired: [(message: Message, key: String, caseId: String)] = []
}
