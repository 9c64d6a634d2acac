import CreditModel
import StreamCore
import StreamSimulation

/// The bureaus of the sample city, who send what bureaus send, mistakes included. All people are made up.
///
/// Everything about one record number goes to one partition, the proper one or always the same wrong one, so that its order is the same
/// in every run and the answers can be compared.
struct CitySenders {
    /// 2026-05-06 09:00 in Zhengzhou.
    static let start = Instant(milliseconds: Int64(Instant.day(ofYear: 2026, month: 5, day: 6)) * 86_400_000 + 3_600_000)
    private static let day: Int64 = 86_400

    private var random: Randomness
    private let partitionCount: Int
    private let people: [SubjectStatement]
    private let organizations: [SubjectStatement]
    private let minor: SubjectStatement
    private var families: [Family] = []
    private var sent: [Sent] = []
    private var number = 0

    /// A record number as its bureau knows it.
    private struct Family {
        var bureau: String
        var recordNo: String
        var partition: Int
        var subject: SubjectStatement
        var revision: UInt64
        /// Nothing more is sent about it: rulings may change it at any time.
        var isLeftAlone: Bool
    }
    private struct Sent {
        var source: String
        var id: String
        var type: String
        var key: String
        var partition: Int
        var value: Bytes
    }

    init(seed: UInt64, partitionCount: Int) {
        var random = Randomness(seed: seed ^ 0xc17e_5eed)
        self.partitionCount = partitionCount
        let names = ["样甲子", "样乙丑", "样丙寅", "样丁卯", "样戊辰", "样己巳", "样庚午", "样辛未", "样壬申", "样癸酉", "样甲戌", "样乙亥"]
        people = names.map { name in
            SubjectStatement(kind: .person, idType: .residentId, idNumber: SyntheticIdentity.residentId(using: &random), name: name)
        }
        organizations = (1...6).map { number in
            SubjectStatement(
                kind: .organization, idType: .uscc, idNumber: SyntheticIdentity.uscc(using: &random), name: "样例\(number)号商贸有限公司")
        }
        let birth = CivilDate(dayNumber: Instant.day(ofYear: 2012, month: 3, day: 4))
        minor = SubjectStatement(
            kind: .person, idType: .residentId, idNumber: SyntheticIdentity.residentId(born: birth, using: &random), name: "样少年")
        self.random = random
    }

    mutating func chapters(_ submissions: Int) -> [Chapter] {
        let shares = [submissions / 2, submissions * 3 / 10, submissions - submissions / 2 - submissions * 3 / 10]
        return shares.enumerated().map { index, share in
            var at: Int64 = 200
            var sendings: [Sending] = []
            for _ in 0..<share {
                at += random.span(5...350)
                let message = next()
                sendings.append(sending(message, after: at))
                // A sender that heard nothing sends again.
                if random.happens(perMille: 60) { sendings.append(sending(message, after: at + random.span(0...900))) }
            }
            for _ in 0..<(share / 12) { sendings.append(registration(after: random.span(0...Int(at)))) }
            let ruled = families.filter { $0.isLeftAlone }.map { "\($0.bureau)/\($0.recordNo)" }
            let seed = random.next()
            return Chapter(jump: .seconds(index == 0 ? 0 : CitySenders.day * Int64(index + 1)), sendings: sendings) {
                [partitionCount] read in
                index == 0 ? [] : CitySenders.rulings(about: Set(ruled), seed: seed, partitionCount, read)
            }
        }
    }

    // MARK: Submissions

    private mutating func next() -> Sent {
        let draw = random.number(below: 100)
        let open = families.indices.filter { !families[$0].isLeftAlone }
        switch draw {
        case 38..<50 where !open.isEmpty: return revision(of: random.pick(open))
        case 50..<57 where !open.isEmpty: return stale(random.pick(open))
        case 57..<65 where !open.isEmpty: return withdrawal(of: random.pick(open))
        case 65..<68: return withdrawalOfNothing()
        case 68..<76 where !sent.isEmpty: return random.pick(sent)
        case 76..<80 where !sent.isEmpty: return otherBytes(random.pick(sent))
        case 80..<94: return mistaken(draw - 80)
        case 94..<97 where !sent.isEmpty: return garbled()
        default: return newRecord()
        }
    }

    private mutating func newRecord() -> Sent {
        number += 1
        let bureau = random.pick(["market-regulation", "transport", "ecology", "culture-tourism", "health"])
        let isPerson = random.happens(perMille: 600)
        let key = "\(bureau)/样\(number)"
        let proper = Partitioner.partition(of: Bytes(utf8: key), count: partitionCount)
        let family = Family(
            bureau: bureau, recordNo: "样\(number)", partition: random.happens(perMille: 150) ? (proper + 1) % partitionCount : proper,
            subject: random.pick(isPerson ? people : organizations), revision: 1, isLeftAlone: random.happens(perMille: 300))
        families.append(family)
        return submission(of: family, revision: 1)
    }

    private mutating func revision(of index: Int) -> Sent {
        families[index].revision += 1
        // A wrong identity number is corrected: another subject.
        if random.happens(perMille: 200) { families[index].subject = random.pick(people) }
        return submission(of: families[index], revision: families[index].revision)
    }

    /// A revision that is not higher than what was sent before.
    private mutating func stale(_ index: Int) -> Sent {
        let family = families[index]
        return submission(of: family, revision: UInt64(random.number(in: 1...Int(family.revision))))
    }

    private mutating func submission(of family: Family, revision: UInt64) -> Sent {
        let days = random.number(in: 5...50)
        let decided = CivilDate(dayNumber: Instant.day(ofYear: 2026, month: 5, day: 6) - days)
        let finality: DecisionFinality? = random.pick([
            .init(.final), .init(.final), .init(.final), nil, .init(.underReview),
            .init(.appealable, until: CivilDate(dayNumber: Instant.day(ofYear: 2026, month: 5, day: 12) + random.number(in: 0...12))),
        ])
        let record = RecordSubmitted(
            recordNo: family.recordNo, revision: revision, catalogItem: "penalty.administrative", subject: family.subject,
            conduct: Conduct(date: CivilDate(dayNumber: decided.dayNumber - 20), facts: "\(family.subject.name)未按规定办理。"),
            decision: decision(family, decided, finality), severity: random.pick([.general, .serious]),
            validUntil: random.happens(perMille: 200) ? CivilDate(dayNumber: decided.dayNumber + random.number(in: 60...80)) : nil)
        return message(record, of: family)
    }

    private func decision(_ family: Family, _ date: CivilDate, _ finality: DecisionFinality?) -> RecordDecision {
        RecordDecision(
            documentNo: "\(family.bureau)-样字〔2026〕第\(family.recordNo)号", date: date, authority: "\(family.bureau)（样例）",
            basis: "《中华人民共和国行政处罚法》第二十八条", result: "罚款二千元", finality: finality)
    }

    private mutating func message(_ record: RecordSubmitted, of family: Family) -> Sent {
        var writer = JSONWriter()
        record.write(to: &writer)
        return remember(
            "chengxin.record.submitted.v1", family.bureau, "\(family.bureau)/\(record.recordNo)", family.partition, writer.bytes)
    }

    private mutating func remember(_ type: String, _ bureau: String, _ key: String, _ partition: Int, _ value: Bytes) -> Sent {
        let message = Sent(
            source: "/bureaus/\(bureau)", id: "m\(sent.count + 1)", type: type, key: key, partition: partition, value: value)
        sent.append(message)
        return message
    }

    private mutating func withdrawal(of index: Int) -> Sent {
        withdrawal(families[index])
    }

    private mutating func withdrawal(_ family: Family) -> Sent {
        var writer = JSONWriter()
        writer.object {
            $0.member("recordNo", family.recordNo)
            $0.member("reason", "决定已撤销。")
            $0.member("basis", "《中华人民共和国行政处罚法》第七十五条")
        }
        return remember(
            "chengxin.record.withdrawn.v1", family.bureau, "\(family.bureau)/\(family.recordNo)", family.partition, writer.bytes)
    }

    private mutating func withdrawalOfNothing() -> Sent {
        number += 1
        return withdrawal(
            Family(
                bureau: "transport", recordNo: "无\(number)", partition: random.number(below: partitionCount), subject: people[0],
                revision: 1,
                isLeftAlone: true))
    }

    /// Somebody uses an id again for something else about the same record.
    private mutating func otherBytes(_ old: Sent) -> Sent {
        var again = old
        again.value = Bytes(Array(old.value.dropLast())) + Bytes(utf8: ",\"again\":\(number)}")
        return again
    }

    /// Records that a gate refuses.
    private mutating func mistaken(_ kind: Int) -> Sent {
        number += 1
        var family = Family(
            bureau: "market-regulation", recordNo: "误\(number)", partition: 0, subject: random.pick(people), revision: 1, isLeftAlone: true)
        family.partition = Partitioner.partition(of: Bytes(utf8: "\(family.bureau)/\(family.recordNo)"), count: partitionCount)
        let date = CivilDate(dayNumber: Instant.day(ofYear: 2026, month: 4, day: 1))
        var record = RecordSubmitted(
            recordNo: family.recordNo, catalogItem: "penalty.administrative", subject: family.subject,
            conduct: Conduct(date: date, facts: "未按规定办理。"), decision: decision(family, date, .init(.final)), severity: .general)
        switch kind % 7 {
        case 0: record.subject.idNumber = SyntheticIdentity.withWrongCheck(record.subject.idNumber)
        case 1: record.decision.basis = nil
        case 2: record.subject = minor
        case 3: record.catalogItem = "penalty.unheard-of"
        case 4: record.catalogItem = "penalty.public-security"
        case 5: record.decision.simpleProcedure = true
        default:
            record.conduct.date = CivilDate(dayNumber: Instant.day(ofYear: 2026, month: 12, day: 1))
            record.decision.basis = "没有书名号"
        }
        return message(record, of: family)
    }

    /// Bytes that are no message.
    private mutating func garbled() -> Sent {
        number += 1
        let values: [Bytes] = [
            Bytes(utf8: "{\"recordNo\":\"坏\(number)\""), Bytes(utf8: "[1,2]"), [0xff, 0xfe, 0x00], Bytes(utf8: "{\"a\":1,\"a\":2}"), [],
            Bytes(utf8: String(repeating: "[", count: 100)),
        ]
        return remember(
            "chengxin.record.submitted.v1", "health", "health/坏\(number)", random.number(below: partitionCount), random.pick(values))
    }

    // MARK: Sending

    private func sending(_ message: Sent, after: Int64) -> Sending {
        Sending(
            after: .milliseconds(after), to: TopicPartition("record.submissions.v1", message.partition), key: Bytes(utf8: message.key),
            value: message.value, headers: CitySenders.headers(source: message.source, id: message.id, type: message.type),
            label: "\(message.source) \(message.id) \(message.type) \(message.key)")
    }

    private static func headers(source: String, id: String, type: String) -> Headers {
        var headers = Headers()
        headers.append("ce_specversion", text: "1.0")
        headers.append("ce_id", text: id)
        headers.append("ce_source", text: source)
        headers.append("ce_type", text: type)
        headers.append("ce_time", text: start.description)
        headers.append("content-type", text: "application/json")
        return headers
    }

    private mutating func registration(after: Int64) -> Sending {
        number += 1
        let source = "/bureaus/public-security"
        let id = "registration-\(number)"
        let subject = random.pick(people)
        var writer = JSONWriter()
        writer.object {
            $0.name("subject")
            subject.write(to: &$0)
            $0.member("domain", "basic-information")
            $0.member("registeredAt", "2026-05-01")
        }
        let key = Bytes(utf8: "\(source) \(id)")
        return Sending(
            after: .milliseconds(after),
            to: TopicPartition("subject.registrations.v1", Partitioner.partition(of: key, count: partitionCount)), key: key,
            value: writer.bytes, headers: CitySenders.headers(source: source, id: id, type: "chengxin.subject.registered.v1"),
            label: "\(source) \(id)")
    }

    // MARK: Rulings

    /// What dispute and repair rule about records that stand by now; the subject's id is read from the ledger, as they would read it.
    private static func rulings(
        about records: Set<String>, seed: UInt64, _ partitionCount: Int, _ read: (Topic) -> [Message]
    ) -> [Sending] {
        var subjects: [String: String] = [:]
        for message in read("record.ledger.v1") {
            guard let value = message.value, let document = try? JSONParser.parse(value), let record = document.root["recordId"]?.string,
                let subject = document.root["subjectId"]?.string
            else { continue }
            if records.contains(record) { subjects[record] = subject }
        }
        var random = Randomness(seed: seed)
        var sendings: [Sending] = []
        for (record, subject) in subjects.sorted(by: { $0.key < $1.key }) where random.happens(perMille: 400) {
            let chosen: [RecordRuling.Ruling] = random.pick([
                [.annotate, .clear], [.annotate, .withdraw], [.state("已说明情况。")], [.repair], [.annotate],
            ])
            var after = random.span(10...4000)
            for (index, ruling) in chosen.enumerated() {
                var writer = JSONWriter()
                RecordRuling(ruling, subjectId: subject, recordId: record, caseId: "dispute/\(record)/\(seed % 1000)").encode(into: &writer)
                let key = Bytes(utf8: subject)
                let id = "ruling-\(record)-\(seed % 1000)-\(index)"
                sendings.append(
                    Sending(
                        after: .milliseconds(after),
                        to: TopicPartition(RecordRuling.topic, Partitioner.partition(of: key, count: partitionCount)), key: key,
                        value: writer.bytes, headers: headers(source: "/workers/dispute", id: id, type: RecordRuling.type), label: id))
                after += random.span(100...3000)
            }
        }
        return sendings
    }
}
