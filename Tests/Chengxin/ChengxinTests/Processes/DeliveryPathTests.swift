import CreditModel
import EmbeddedLog
import Foundation
import StreamCore
import Testing

/// An order on its way to its agency and back, on the embedded log: what a case decided is handed in, everything else is the cluster's work.
@Suite struct DeliveryPathTests {
    private static let number = "91410199MA00040671"
    private static let company =
        #""subject":{"kind":"organization","idType":"USCC","idNumber":"\#(number)","name":"郑州样例庚戌贸易有限公司"}"#

    private let scratch: Scratch
    private var city: String { scratch.path + "/city" }

    init() throws { scratch = try Scratch() }

    private func send(_ id: String, _ source: String, _ type: String, _ data: String, at: String) throws {
        let line =
            #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"chengxin.\#(type).v1","time":"2026-05-06T00:30:00Z","data":{\#(data)}}"#
        let file = try scratch.file("\(id).jsonl", (line + "\n").utf8)
        #expect(try Executable.run("submit", file, "--quiet", "--data", city).status == 0)
        try run(at: at)
    }

    private func run(at: String) throws {
        let run = try Executable.run("standalone", "--data", city, "--at", at)
        #expect(run.status == 0, "\(run.errors)")
    }

    private func lines(_ topic: String) throws -> String {
        try Executable.run("read", topic, "--data", city, "--format", "json").output
    }

    private func values(_ topic: String) throws -> [[String: Any]] {
        try Executable.run("read", topic, "--data", city, "--format", "json").objects.compactMap { $0["value"] as? [String: Any] }
    }

    /// What sanction decided.
    private func dispatch(_ action: SanctionDispatched.Action, _ sequence: UInt64, _ subjectId: String) throws {
        let dispatch = SanctionDispatched(
            orderId: "sanction/1-permits", sequence: sequence, action: action, caseId: "sanction/1", subjectId: subjectId,
            measure: "permit.no-commitment-procedure", agency: "permits", until: try #require(CivilDate(iso: "2027-05-06")),
            basis: "《中华人民共和国行政处罚法》第九条")
        let output = dispatch.output()
        let inbox = try InboxWriter(directory: city)
        try inbox.add(topic: output.topic, key: output.key, value: output.value)
        try inbox.finish()
    }

    private func acknowledge(_ id: String, _ order: [String: Any], _ status: String, from agency: String, at: String) throws {
        try send(
            id, "/agencies/\(agency)", "delivery.acknowledged",
            #""deliveryId":"\#(order["deliveryId"] ?? "")","status":"\#(status)","at":"2026-05-07T01:00:00Z""#, at: at)
    }

    private func steps() throws -> [String] {
        try values("delivery.status.v1").map { "\($0["status"] ?? "") \($0["action"] ?? "")" }
    }

    // plan: 8c
    @Test func bringsAnOrderToItsAgencyAndTakesItBack() throws {
        try send(
            "record-1", "/bureaus/market-regulation", "record.submitted",
            #""recordNo":"R-1","revision":1,"catalogItem":"penalty.administrative",\#(Self.company),"#
                + #""conduct":{"date":"2026-03-01","facts":"超范围经营。"},"severity":"GENERAL","attributes":{},"decision":{"documentNo":"样罚〔2026〕1号","#
                + #""date":"2026-04-01","authority":"样例","basis":"《中华人民共和国行政处罚法》第九条","result":"罚款","finality":{"state":"FINAL"}}"#,
            at: "2026-05-06T09:00+08:00")
        let subjectId = try #require(try values("record.ledger.v1").first?["subjectId"] as? String)
        try dispatch(.impose, 1, subjectId)
        try run(at: "2026-05-06T10:00+08:00")
        let imposed = try #require(try values("sanction.orders.v1").first)
        #expect(imposed["action"] as? String == "IMPOSE" && imposed["subjectId"] == nil)

        // Nobody answers until the next working day is over: the same once more, and somebody is told.
        try run(at: "2026-05-08T09:00+08:00")
        let orders = try values("sanction.orders.v1")
        #expect(orders.count == 2 && NSDictionary(dictionary: orders[0]) == NSDictionary(dictionary: orders[1]))
        #expect(try values("supervision.alerts.v1").map { $0["kind"] as? String } == ["delivery.receipt-overdue"])

        // The receipt finds its order by the number with which its id begins, and counts from its agency only.
        try acknowledge("foreign", imposed, "APPLIED", from: "metro", at: "2026-05-08T10:00+08:00")
        try acknowledge("applied", imposed, "APPLIED", from: "permits", at: "2026-05-08T11:00+08:00")
        #expect(try values("intake.answers.v1").map { $0["status"] as? String } == ["REJECTED", "ACCEPTED"])
        #expect(try steps() == ["SENT IMPOSE", "OVERDUE IMPOSE", "ACKNOWLEDGED IMPOSE"])

        let key = "\(scratch.path)/permits.pem"
        #expect(try Executable.run("keys", "recipient", "permits", "--data", city, "--out", key).status == 0)
        let standing = try Executable.run("open", "--key", key, input: Data(try lines("sanction.current.v1").utf8))
        #expect(standing.objects.compactMap { ($0["subject"] as? [String: String])?["idNumber"] } == [Self.number], "\(standing.errors)")

        try dispatch(.lift, 2, subjectId)
        try run(at: "2026-05-09T09:00+08:00")
        let lift = try #require(try values("sanction.orders.v1").last)
        #expect(lift["action"] as? String == "LIFT" && lift["deliveryId"] as? String != imposed["deliveryId"] as? String)
        try acknowledge("lifted", lift, "LIFTED", from: "permits", at: "2026-05-09T10:00+08:00")
        #expect(try steps().suffix(2) == ["SENT LIFT", "ACKNOWLEDGED LIFT"])
        let gone = try Executable.run("open", "--key", key, input: Data(try lines("sanction.current.v1").utf8)).lines.last
        #expect(gone == #"{"key":"sanction/1-permits","value":null}"#)

        // Nothing names the subject to an agency, in headers either, and no store knows it.
        for topic in ["sanction.orders.v1", "sanction.current.v1", "delivery.status.v1", "delivery.changelog.v1", "notice.changelog.v1"] {
            let text = try lines(topic)
            #expect(!text.isEmpty && !text.contains(Self.number) && !text.contains("样例庚戌"), "\(topic)")
            if topic.hasPrefix("sanction.") { #expect(!text.contains(subjectId)) }
        }
        let stores = try Executable.run("store", "check", "--data", city)
        #expect(stores.status == 0, "\(stores.output)")
    }
}
