import CreditModel
import StreamCore

/// What is kept to compare what everyone sees with what they should see.
struct PublicityState {
    /// A day that is not there.
    static let noDay = Int32.max

    /// The newest version of a record, by the print of its id.
    struct Facts {
        var spot = Spot.none
        var subject: UInt64 = 0
        var decided = PublicityState.noDay
        var until = PublicityState.noDay
        /// Whether it has effect, shows what it says, and nothing restricts it.
        var isInForce = false
        /// Whether it is a person's and not to the person's credit.
        var isAdverseOfPerson = false
        var rule = Rule.unknown
    }

    /// What the pack says about such a record.
    enum Rule: UInt8 {
        /// No pack was given.
        case unknown
        case never
        /// Listed without anybody doing anything.
        case ordered
        /// Listed if somebody releases it or agrees, or if its end can be told.
        case perhaps
    }

    /// The newest listing of a record, by the print of the record's id.
    struct Listing {
        var spot = Spot.none
        var isListed = false
        var name: UInt64 = 0
        var from = PublicityState.noDay
        var until = PublicityState.noDay
        /// When it was listed.
        var since = Int64.max
    }

    /// The newest profile of a subject, by the print of its id.
    struct Subject {
        var spot = Spot.none
        var name: UInt64 = 0
        var isMinor = false
        var isUnknown = false
    }

    var facts = PrintTable(Facts())
    var listings = PrintTable(Listing())
    var subjects = PrintTable(Subject())
    /// What is shown no more, with the ticks between which it was, as far as its topic still has both.
    var shown: [(record: UInt64, spot: Spot, from: Int64, to: Int64)] = []
}

extension Checker {
    /// Notes what a version says about its publicity.
    mutating func notePublicity(of root: JSONValue, _ spot: Spot) {
        guard publicity != nil, let recordId = root["recordId"]?.stringBytes, let subjectId = root["subjectId"]?.stringBytes else { return }
        var facts = PublicityState.Facts()
        facts.spot = spot
        facts.subject = Print.of(subjectId)
        facts.decided = day(root["decision"]?["date"])
        facts.until = day(root["publicUntil"])
        facts.isInForce = root["state"]?.equals("EFFECTIVE") == true && root["restricted"]?.bool == false && root["sealed"]?.bool != true
        let isPerson = root["subjectKind"]?.equals("person") == true
        facts.isAdverseOfPerson = isPerson && root["severity"]?.equals("NONE") == false
        if let publicityRule = settings.publicityRule {
            facts.rule = .never
            if let item = root["catalogItem"]?.string, let severity = root["severity"]?.string.flatMap({ Severity(rawValue: $0) }),
                facts.decided != PublicityState.noDay,
                let rule = publicityRule(item, isPerson ? .person : .organization, severity, CivilDate(dayNumber: Int(facts.decided)))
            {
                let isEndless = rule.maximum != nil && facts.until == PublicityState.noDay
                facts.rule = rule.mode == .ordered && !isEndless ? .ordered : .perhaps
            }
        }
        publicity?.facts.set(Print.of(recordId), facts)
    }

    mutating func noteProfile(_ message: Message, _ spot: Spot) {
        guard publicity != nil, let key = message.key, let value = message.value, let root = try? parser.parse(value).root else { return }
        var subject = PublicityState.Subject()
        subject.spot = spot
        subject.name = root["displayName"]?.stringBytes.map { Print.of($0) } ?? 0
        subject.isMinor = root["capacity"]?.equals("MINOR") == true
        subject.isUnknown = root["capacity"]?.equals("UNKNOWN") == true
        publicity?.subjects.set(Print.of(key), subject)
    }

    mutating func noteListing(_ message: Message, _ spot: Spot, at tick: Int64) {
        guard publicity != nil, let value = message.value, let root = try? parser.parse(value).root,
            let recordId = root["recordId"]?.stringBytes
        else { return }
        var listing = PublicityState.Listing()
        listing.spot = spot
        listing.isListed = root["action"]?.equals("LIST") == true
        listing.name = root["displayName"]?.stringBytes.map { Print.of($0) } ?? 0
        listing.from = day(root["from"])
        listing.until = day(root["until"])
        let record = Print.of(recordId)
        let before = publicity?.listings[record]
        if listing.isListed {
            listing.since = before.map { $0.isListed ? $0.since : tick } ?? tick
        } else if let before, before.isListed {
            publicity?.shown.append((record, spot, before.since, tick))
        }
        publicity?.listings.set(record, listing)
    }

    private func day(_ value: JSONValue?) -> Int32 {
        guard let text = value?.stringBytes, let date = CivilDate(iso: text) else { return PublicityState.noDay }
        return Int32(date.dayNumber)
    }

    /// Compares what is listed with the records, the profiles and the pack, as far as publicity has read them.
    mutating func judgePublicity() {
        guard let publicity else { return }
        let now = findings.now ?? Instant(milliseconds: .min)
        var readers: [Int: ShardHistory] = [:]
        for shard in shards where workers[shard.worker] == "publicity" && !shard.meta.isNone {
            // Where a timer is due it has not fired yet: that is open, and no fault.
            if let due = shard.earliestDue, due <= now.milliseconds { continue }
            readers[shard.partition] = shard
        }
        func isRead(_ spot: Spot) -> Bool {
            guard let position = readers[places[spot.place].partition]?.inputNext[spot.place] else { return false }
            return spot.offset < position
        }
        var found: [(Invariant, [Spot], String, String)] = []
        var counts: [Invariant: Int] = [:]
        publicity.facts.visit { record, facts in
            let subject = publicity.subjects[facts.subject]
            guard isRead(facts.spot), subject.map({ isRead($0.spot) }) ?? true else { return }
            let listing = publicity.listings[record]
            let isOver = facts.until != PublicityState.noDay && CivilDate(dayNumber: Int(facts.until)).end <= now
            guard let listing, listing.isListed else {
                let isProtected = subject.map { $0.isMinor || $0.isUnknown && facts.isAdverseOfPerson } ?? true
                guard facts.isInForce, facts.rule == .ordered, !isOver, !isProtected else { return }
                counts[.p4, default: 0] += 1
                found.append((.p4, [facts.spot], "a listing of the record", listing == nil ? "none" : "that it is delisted"))
                return
            }
            if facts.rule == .ordered { counts[.p4, default: 0] += 1 }
            for invariant in [Invariant.p1, .p2, .p3] { counts[invariant, default: 0] += 1 }
            let spots = [listing.spot, facts.spot]
            if !facts.isInForce { found.append((.p1, spots, "a record in force that nothing restricts", "another")) }
            if facts.rule == .never { found.append((.p1, spots, "a record that the law of its decision's date publishes", "another")) }
            if listing.from != facts.decided || listing.until != facts.until {
                found.append((.p2, spots, "the day of the decision and the ledger's last day", "others"))
            }
            if isOver { found.append((.p2, spots, "no listing after the last day", "one")) }
            guard let subject else { return found.append((.p3, spots, "a profile of the subject", "none")) }
            if subject.isMinor || subject.isUnknown && facts.isAdverseOfPerson {
                found.append((.p3, [listing.spot, subject.spot], "an adult", "somebody else"))
            }
            if listing.name != subject.name { found.append((.p3, [listing.spot, subject.spot], "the name of the profile", "another")) }
        }
        publicity.listings.visit { record, listing in
            if listing.isListed, publicity.facts[record] == nil { found.append((.p1, [listing.spot], "a record in the ledger", "none")) }
        }
        for (invariant, count) in counts { judged(invariant, count) }
        for (invariant, spots, expected, seen) in found { violation(invariant, spots, expected: expected, seen: seen) }
    }
}
