import AllWorkers
import BrokerKit
import CreditModel
import Foundation
import KafkaLog
import SampleStory
import StreamCore
import StreamEngine

/// How long what was wrong lasts: from a bureau's finding that a record is wrong to the withdrawal of the sanction that rested on it on the
/// agencies' topic, through all workers of a cluster that has nothing else to do.
///
/// Cases are brought as far as an open dispute over four days of a clock that stands still; then one finding after the other is sent.
final class Correction {
    struct Options {
        var seed: UInt64 = 1
        var count = 60
        var partitions = 24
    }

    /// One person, one wrong record, one sanction that rests on it.
    private struct Case {
        var number: Int
        var subject: String
        /// By the id of the message that began it: the case, and its subject's id.
        var ids: [String: (caseId: String, subjectId: String)] = [:]
        var recordId: String { "transport/W-\(number)" }
    }

    private let options: Options
    private let broker: TestBroker
    private let city: City
    private var cases: [Case]
    private var news: CityNews
    private var now = Instant(milliseconds: 0)
    private var receiptsSent = 0

    init(_ options: Options) throws {
        self.options = options
        broker = try TestBroker()
        city = try City(on: broker, partitions: options.partitions)
        news = CityNews(
            of: city, ["notice.deliveries.v1", "sanction.orders.v1", "sanction.outcomes.v1", "dispute.outcomes.v1"])
        var random = SplitMix(seed: options.seed)
        cases = (0..<options.count).map { number in
            let id = SyntheticIdentity.residentId(using: &random)
            return Case(
                number: number,
                subject: #""subject":{"kind":"person","idType":"RESIDENT_ID","idNumber":"\#(id)","name":"样\#(number)号"}"#)
        }
    }

    func run() throws {
        try day("2026-05-06T10:00+08:00") {
            try act("/bureaus/transport", "record.submitted", "record") { file in
                #""recordNo":"W-\#(file.number)","revision":1,"catalogItem":"penalty.administrative",\#(file.subject),"severity":"SERIOUS","#
                    + #""attributes":{},"conduct":{"date":"2026-03-16","facts":"超限运输。"},"decision":{"documentNo":"W-\#(file.number)","#
                    + #""date":"2026-04-20","authority":"样例","basis":"《中华人民共和国公路法》第七十六条","result":"吊销许可","#
                    + #""finality":{"state":"FINAL"}}"#
            }
            try act("/bureaus/transport", "sanction.triggered", "trigger") { file in
                #""determinationNo":"D-\#(file.number)","cause":"traffic",\#(file.subject),"recordIds":["\#(file.recordId)"],"#
                    + #""measures":["permit.no-commitment-procedure"],"basis":"《河南省社会信用条例》第三十二条","proposer":"transport/zhao","#
                    + #""responsiblePersons":[]"#
            }
        }
        try day("2026-05-13T10:00+08:00") {
            try act("/bureaus/transport", "sanction.decided", "decision") { file in
                #"\#(Correction.names(file, "trigger", as: "caseId")),"decision":"CONFIRM","approver":"transport/qian","documentNo":"D-\#(file.number)","#
                    + #""reason":"属实","measures":["permit.no-commitment-procedure"],"until":"2026-11-12""#
            }
        }
        try day("2026-05-14T10:00+08:00") {
            try act("/portal", "dispute.requested", "dispute") { file in
                #"\#(file.subject),"recordId":"\#(file.recordId)","ground":"NOT_MINE","statement":"不是我。","evidence":[]"#
            }
        }
        try day("2026-05-15T10:00+08:00") { try measure() }
    }

    private static func names(_ file: Case, _ message: String, as name: String) -> String {
        let ids = file.ids[message]
        return #""\#(name)":"\#(ids?.caseId ?? "?")","subjectId":"\#(ids?.subjectId ?? "?")""#
    }

    // MARK: Days

    private func day(_ at: String, _ work: () throws -> Void) throws {
        guard let instant = Instant(rfc3339: at) else { preconditionFailure("\(at) is no instant") }
        now = instant
        let workers = try city.start(AllWorkers.entries.map(\.name), at: instant, instance: "one")
        try city.settle()
        try work()
        for worker in workers { _ = try worker.terminate() }
        say("\(at): done")
    }

    /// Every case does the same; gateways and agencies answer until nobody has anything to say.
    private func act(_ source: String, _ type: String, _ name: String, _ data: (Case) -> String) throws {
        var events = cases.map { SampleStory.Event(id: "\(name)-\($0.number)", source: source, type: type, data: data($0)) }
        while !events.isEmpty {
            try city.submit(events.map { $0.line(at: now) })
            try city.settle()
            events = try listen()
        }
    }

    /// Learns the ids of cases, and returns the receipts for what went out.
    private func listen() throws -> [SampleStory.Event] {
        var receipts: [SampleStory.Event] = []
        var parser = JSONParser()
        for message in try news.next() {
            guard let root = message.value.flatMap({ try? parser.parse($0).root }) else { continue }
            learn(root)
            if let receipt = SampleStory.receipt(for: message.topic, root, id: "receipt\(receiptsSent + 1)", at: now) {
                receiptsSent += 1
                receipts.append(receipt)
            }
        }
        return receipts
    }

    private func learn(_ root: JSONValue) {
        guard let id = root["submission"]?["id"]?.string, let subjectId = root["subjectId"]?.string,
            let caseId = (root["caseId"] ?? root["disputeId"])?.string
        else { return }
        let parts = id.split(separator: "-")
        guard parts.count == 2, let number = Int(parts[1]), cases.indices.contains(number) else { return }
        cases[number].ids[String(parts[0])] = (caseId, subjectId)
    }

    // MARK: Measuring

    private func measure() throws {
        var producer = KafkaOptions(bootstrap: broker.bootstrap, clientId: "correction")
        producer.properties["linger.ms"] = "0"
        let writer = try KafkaCluster(producer, wait: .seconds(20)).writer()
        let orders = try Follower("sanction.orders.v1", broker.bootstrap, partitions: options.partitions)
        var times: [Duration] = []
        for file in cases {
            guard let order = file.ids["trigger"]?.caseId, file.ids["dispute"] != nil else {
                throw WaitedTooLong(description: "case \(file.number) has no sanction or no dispute: \(file.ids)")
            }
            let start = ContinuousClock.now
            try writer.add(Correction.finding(file))
            try orders.await("the withdrawal of \(order)") { $0["caseId"]?.string == order && $0["action"]?.string == "LIFT" }
            times.append(ContinuousClock.now - start)
        }
        // The first of each partition opens connections, and code of the broker is compiled.
        let measured = times.dropFirst(times.count / 3).sorted()
        say(
            "\(measured.count) records found wrong, \(options.partitions) partitions; to the withdrawal on the agencies' topic, ms: "
                + "median \(Latency.milliseconds(measured, 0.5)), p90 \(Latency.milliseconds(measured, 0.9)), "
                + "most \(Latency.milliseconds(measured, 1))")
    }

    private static func finding(_ file: Case) -> HandedIn {
        var headers = Headers()
        headers.append("ce_specversion", text: "1.0")
        headers.append("ce_id", text: "finding-\(file.number)")
        headers.append("ce_source", text: "/bureaus/transport")
        headers.append("ce_type", text: "chengxin.dispute.found.v1")
        headers.append("ce_time", text: "2026-05-15T02:00:00Z")
        headers.append("content-type", text: "application/json")
        let data = #"{\#(names(file, "dispute", as: "disputeId")),"finding":"WRONG","officer":"transport/sun","reason":"系他人"}"#
        return HandedIn(
            topic: "dispute.findings.v1", key: Bytes(utf8: file.ids["dispute"]?.caseId ?? ""), headers: headers, value: Bytes(data.utf8))
    }
}
