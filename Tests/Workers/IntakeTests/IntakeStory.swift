import CreditModel
import StreamCore
import StreamTestKit

@testable import Intake

/// Intake with its store in memory, messages as senders write them, and its outputs as their readers see them.
struct IntakeStory {
    var tester: WorkerTester<Intake>
    private var count = 0

    init(_ policy: PolicyPack = SampleCity.policy(), on day: String = "2026-05-06") {
        tester = WorkerTester(
            Intake(policy: policy, keys: SampleCity.keys, partitionCount: SampleCity.partitionCount),
            now: CivilDate.day(day).start + .seconds(9 * 3600))
    }

    mutating func moveTo(_ day: String) { tester.now = CivilDate.day(day).start + .seconds(9 * 3600) }

    /// A message in binary mode, in the partition where it belongs unless said otherwise.
    mutating func message(
        _ type: InboundType, from source: String, id: String? = nil, on topic: Topic? = nil, partition: Int? = nil, _ json: String
    ) -> Message {
        count += 1
        let id = id ?? "message-\(count)"
        var headers = Headers()
        headers.append("ce_specversion", text: "1.0")
        headers.append("ce_id", text: id)
        headers.append("ce_source", text: source)
        headers.append("ce_type", text: type.eventType)
        headers.append("content-type", text: "application/json")
        let value = Bytes(utf8: json)
        var message = tester.message(topic ?? type.topics[0], value: value, headers: headers)
        if let partition {
            message.partition = partition
        } else if let arrival = try? Arrival(message, isRouted: false, gates: tester.worker.gates), let key = arrival.key {
            message.partition = Partitioner.partition(of: key, count: SampleCity.partitionCount)
        }
        return message
    }

    /// What intake says to a message.
    @discardableResult
    mutating func receive(
        _ type: InboundType, from source: String, id: String? = nil, on topic: Topic? = nil, partition: Int? = nil, _ json: String
    ) throws -> [Said] {
        try receive(message(type, from: source, id: id, on: topic, partition: partition, json))
    }

    @discardableResult
    mutating func receive(_ message: Message) throws -> [Said] {
        try tester.receive(message).outputs.map(Said.init)
    }
}

/// An output, opened.
struct Said {
    let output: Output
    let value: JSONValue

    init(_ output: Output) throws {
        self.output = output
        var parser = JSONParser()
        value = try parser.parse(output.value ?? []).root
    }

    var topic: Topic { output.topic }
    var key: String { output.key.text }
    var status: String? { value["status"]?.string }
    /// `code path` of each reason.
    var reasons: [String] {
        (value["reasons"]?.elements).map { $0.map { "\($0["code"]?.string ?? "") \($0["path"]?.string ?? "")" } } ?? []
    }

    func text(_ name: String) -> String? { value[named: name]?.string }

    /// What is sealed in a verified message.
    func opened() throws -> JSONValue {
        let message = try VerifiedMessage.decode(value)
        var parser = JSONParser()
        return try parser.parse(message.open(for: output.key, keys: SampleCity.keys)).root
    }
}

/// A record as a bureau sends it, to be changed by a test.
struct RecordDraft {
    var recordNo = "A-1"
    var revision = 1
    var catalogItem = "penalty.administrative"
    var kind = "person"
    var idType = "RESIDENT_ID"
    /// Synthetic, with a valid check digit.
    var idNumber = RecordDraft.personBorn("1990-03-07")
    var name = "样甲子"
    var conductDate: String? = "2026-01-10"
    var facts = "货架上有食品超过保质期。"
    var decisionDate = "2026-02-10"
    var basis: String? = "《中华人民共和国食品安全法》第三十四条"
    var result = "罚款五千元"
    var finality: String? = "{\"state\":\"FINAL\"}"
    var severity = "GENERAL"
    var attributes = "{}"
    /// Further members of the decision, with a comma before them.
    var decisionExtra = ""
    /// Further members of the record, with a comma before them.
    var extra = ""

    static let company = "91410199MA0000015Q"

    var json: String {
        let date = conductDate.map { "\"date\":\"\($0)\"," } ?? ""
        let basisMember = basis.map { "\"basis\":\"\($0)\"," } ?? ""
        let finalityMember = finality.map { ",\"finality\":\($0)" } ?? ""
        return """
            {"recordNo":"\(recordNo)","revision":\(revision),"catalogItem":"\(catalogItem)",\
            "subject":{"kind":"\(kind)","idType":"\(idType)","idNumber":"\(idNumber)","name":"\(name)"},\
            "conduct":{\(date)"facts":"\(facts)"},\
            "decision":{"documentNo":"样字1号","date":"\(decisionDate)","authority":"样例局",\(basisMember)\
            "result":"\(result)"\(finalityMember)\(decisionExtra)},\
            "severity":"\(severity)","attributes":\(attributes)\(extra)}
            """
    }

    static func draft(_ change: (inout RecordDraft) -> Void = { _ in }) -> String {
        var draft = RecordDraft()
        change(&draft)
        return draft.json
    }

    /// An identity number of somebody born on a day; region 410199 was never given out.
    static func personBorn(_ day: String, sequence: Int = 1) -> String {
        var generator = Counter(number: UInt64(sequence))
        return SyntheticIdentity.residentId(born: .day(day), using: &generator)
    }

    /// Numbers in a row: tests need nothing more random.
    struct Counter: RandomNumberGenerator {
        var number: UInt64
        mutating func next() -> UInt64 {
            defer { number += 1 }
            return number &* 0x9e37_79b9_7f4a_7c15
        }
    }
}
