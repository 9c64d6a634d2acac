import StreamCore

/// Writes the inputs of the reference job in its mix, and knows what each has to lead to.
struct ReferenceInputs {
    struct Input {
        var id: String
        var key: Bytes
        var headers: Headers
        var value: Bytes
        var expected: String
    }

    private struct Known {
        var number: Int
        var bureau: String
        var subject: String
        var revision: Int
        var version: Int
        var fields: Fields
        var value: Bytes
    }

    /// What varies between revisions.
    private struct Fields {
        var amount: Int
        var facts: String
        var severity: String
        var date: String
        var until: String
    }

    private var numbers: SeededNumbers
    private var known: [Known] = []
    /// Places in `known` of records with more than one revision.
    private var revised: [Int] = []
    private var isRevised: Set<Int> = []
    private var written = 0
    /// What has been drawn so far, by status: compared with what the worker answers.
    private(set) var expectedCounts: [String: Int] = [:]

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    mutating func next() -> Input {
        written += 1
        let draw = numbers.below(100)
        let input: Input
        switch draw {
        case 0..<70: input = fresh()
        case 70..<90: input = known.isEmpty ? fresh() : revision()
        case 90..<95: input = known.isEmpty ? fresh() : again()
        case 95..<99: input = revised.isEmpty ? fresh() : late()
        default: input = known.isEmpty ? fresh() : invalid()
        }
        expectedCounts[input.expected, default: 0] += 1
        return input
    }

    private mutating func fresh() -> Input {
        let bureau = "henan-\(numbers.below(40) + 1)"
        var record = Known(
            number: 10_000_000 + written, bureau: bureau, subject: "91410100MA\(10_000_000 + numbers.below(200_000))", revision: 1,
            version: 1,
            fields: fields(), value: [])
        record.value = json(record)
        known.append(record)
        return input(record, record.value, "ACCEPTED")
    }

    private mutating func revision() -> Input {
        let place = numbers.below(known.count)
        known[place].revision += 1 + numbers.below(2)
        known[place].version += 1
        known[place].fields = fields()
        known[place].value = json(known[place])
        if isRevised.insert(place).inserted { revised.append(place) }
        return input(known[place], known[place].value, "ACCEPTED")
    }

    private mutating func again() -> Input {
        let record = numbers.one(of: known)
        return input(record, record.value, "DUPLICATE")
    }

    private mutating func late() -> Input {
        var record = known[numbers.one(of: revised)]
        record.revision = 1 + numbers.below(record.revision - 1)
        record.fields = fields()
        return input(record, json(record), "SUPERSEDED")
    }

    private mutating func invalid() -> Input {
        var record = numbers.one(of: known)
        let kind = numbers.below(9)
        if kind == 8 {
            let text = record.value.text.replacing("\"FINAL\"", with: "\"APPEALED\"")
            return input(record, Bytes(utf8: text), "REJECTED")
        }
        record.number = 10_000_000 + written
        record.revision = 1
        record.fields = fields()
        var text = json(record).text
        switch kind {
        case 0: return input(record, json(record).prefix(text.utf8.count / 2), "REJECTED")
        case 1: text = text.replacing("\"revision\":1,", with: "\"revision\":\"one\",")
        case 2: text = text.replacing("\"documentNo\":", with: "\"documentNumber\":")
        case 3: text = text.replacing("\"conduct\":", with: "\"behaviour\":")
        case 4: text = text.replacing("\"severity\":\"\(record.fields.severity)\"", with: "\"severity\":\"SEVERE\"")
        case 5: text = text.replacing("\"conduct\":{\"date\":\"\(record.fields.date)\"", with: "\"conduct\":{\"date\":\"2026-02-30\"")
        case 6: text = text.replacing("\"revision\":1,", with: "\"revision\":0,")
        default:
            text = text.replacing("\"state\":\"FINAL\"", with: "")
                .replacing("\"severity\":\"\(record.fields.severity)\"", with: "\"severity\":\"\"")
                .replacing("\"validUntil\":\"\(record.fields.until)\"", with: "\"validUntil\":\"2027-13-01\"")
        }
        return input(record, Bytes(utf8: text), "REJECTED")
    }

    private mutating func fields() -> Fields {
        let month = numbers.below(9) + 1
        let day = numbers.below(28) + 1
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return Fields(
            amount: numbers.below(10_000_000), facts: numbers.one(of: Self.facts),
            severity: numbers.one(of: ["MINOR", "GENERAL", "SERIOUS"]),
            date: "2025-\(two(month))-\(two(day))", until: "2026-\(two(month))-\(two(day))")
    }

    private func json(_ record: Known) -> Bytes {
        let fields = record.fields
        let cents = fields.amount % 100
        return Bytes(
            utf8: "{\"recordNo\":\"1-\(record.number)\",\"bureau\":\"\(record.bureau)\",\"revision\":\(record.revision),"
                + "\"catalogItem\":\"XZCF-\(record.number % 2000)\",\"subjectId\":\"\(record.subject)\","
                + "\"conduct\":{\"date\":\"\(fields.date)\",\"facts\":\"\(fields.facts)\"},"
                + "\"decision\":{\"documentNo\":\"豫行罚决字〔2026〕第\(record.number)号\",\"date\":\"\(fields.date)\","
                + "\"authority\":\"洛阳市住房和城乡建设局\",\"basis\":\"《中华人民共和国招标投标法》第五十四条\",\"result\":\"罚款人民币壹万贰仟元整\","
                + "\"finality\":{\"state\":\"FINAL\"}},\"severity\":\"\(fields.severity)\",\"validUntil\":\"\(fields.until)\","
                + "\"attributes\":{\"amount\":\"\(fields.amount / 100).\(cents < 10 ? "0" : "")\(cents)\",\"district\":\"410130\"}}")
    }

    private func input(_ record: Known, _ value: Bytes, _ expected: String) -> Input {
        let id = "1-\(written)"
        var headers = Headers()
        headers.append("ce_specversion", text: "1.0")
        headers.append("ce_id", text: id)
        headers.append("ce_source", text: "/bureaus/\(record.bureau)")
        headers.append("ce_type", text: "reference.record.submitted")
        headers.append("ce_time", text: "2026-01-05T00:00:06Z")
        headers.append("content-type", text: "application/json")
        return Input(id: id, key: Bytes(utf8: record.subject), headers: headers, value: value, expected: expected)
    }

    private static let facts = [
        "当事人的运输车辆未采取密闭措施，沿途遗撒渣土，污染路面。", "当事人未按照批准的施工方案作业，现场裸露土方未覆盖。",
        "当事人在招标投标活动中与其他投标人串通报价，情节已经查实。", "当事人未按规定公示收费标准，经责令限期改正后逾期未改。",
    ]
}
