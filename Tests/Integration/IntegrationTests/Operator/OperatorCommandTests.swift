import BrokerKit
import Foundation
import KafkaLog
import StreamCore
import StreamEngine
import Testing

/// The commands of an operator on a cluster, without workers.
@Suite(.needsKafka) struct OperatorCommandTests {
    /// The cluster of all these tests, with the topics of the contract.
    private static let chengxin = Result {
        let chengxin = Chengxin(try OperatorBroker.shared().bootstrap, "--set", "host.partitionsKafka=3")
        let applied = try chengxin("topics", "apply", "--yes")
        #expect(applied.status == 0, "\(applied.errors)")
        return chengxin
    }

    private static func event(_ id: String, _ recordNo: String) -> String {
        """
        {"specversion":"1.0","id":"\(id)","source":"/bureaus/transport","type":"chengxin.record.submitted.v1",\
        "data":{"recordNo":"\(recordNo)","revision":1}}

        """
    }

    @Test func handsInWithAReceiptForEachLineAndReadsItBack() throws {
        let chengxin = try Self.chengxin.get()
        let before = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let lines = Self.event("read-1", "R1") + "{this is no JSON\n" + Self.event("read-2", "R2") + Self.event("read-3", "R1")
        let submitted = try chengxin("submit", "-", "--format", "json", input: lines)
        #expect(submitted.status == 1 && submitted.errors.contains(":2: is not JSON"), "\(submitted)")
        let receipts = submitted.objects.dropLast()
        #expect(receipts.compactMap { $0["id"] as? String } == ["read-1", "read-2", "read-3"])
        #expect(submitted.objects.last?["sent"] as? Int == 3 && submitted.objects.last?["unreadable"] as? Int == 1)

        let all = try chengxin("read", "record.submissions.v1", "--from", before.description, "--format", "json")
        let ids = all.objects.compactMap { ($0["headers"] as? [String: Any])?["ce_id"] as? String }.filter { $0.hasPrefix("read-") }
        #expect(Set(ids) == ["read-1", "read-2", "read-3"], "\(all)")
        for receipt in receipts {
            let place = all.objects.first { ($0["headers"] as? [String: Any])?["ce_id"] as? String == receipt["id"] as? String }
            #expect(place?["partition"] as? Int == receipt["partition"] as? Int && place?["offset"] as? Int == receipt["offset"] as? Int)
        }
        let keyed = try chengxin("read", "record.submissions.v1", "--key", "transport/R1", "--max", "1")
        #expect(keyed.status == 0 && keyed.lines.count == 1 && keyed.output.contains("transport/R1"), "\(keyed)")
        #expect(try chengxin("read", "record.outcomes.v1").output.isEmpty)
        let story = try chengxin("case", "read-2")
        #expect(story.lines.count == 1 && story.output.contains("chengxin.record.submitted.v1"), "\(story)")
    }

    @Test func listsShowsAndRedrivesADeadLetterIntoItsOwnPartition() throws {
        let chengxin = try Self.chengxin.get()
        let cluster = try OperatorBroker.cluster()
        let origin = Origin("record.filed.v1", 2, 77)
        let original = Message(
            topic: origin.topic, partition: origin.partition, offset: origin.offset, timestamp: Instant(milliseconds: 1),
            key: Bytes(utf8: "s1"), value: Bytes(utf8: #"{"not":"readable"}"#))
        var headers = Headers()
        headers.append("ce_id", text: "letter-1")
        let rejection = Rejection("schema.type", at: "/action", hint: "a hint")
        DeadLetter(origin: origin, reason: rejection, attempts: 3, redrives: 0).appendHeaders(to: &headers)
        let key = (0...).lazy.map { Bytes(utf8: "\($0)") }.first { Partitioner.partition(of: $0, count: 3) == 1 }!
        let writer = try cluster.writer()
        try writer.add(HandedIn(topic: "ledger.dead-letters.v1", key: key, headers: headers, value: Parcel.pack(original)))
        let delivered = writer.finish()
        guard case .safe(let place, _)? = delivered.first?.result else { throw LogFailure(.fatal, "\(delivered)") }
        #expect(place == TopicPartition("ledger.dead-letters.v1", 1))

        let listed = try chengxin("dead-letters", "list", "--worker", "ledger", "--format", "json")
        #expect(listed.objects.compactMap { $0["origin"] as? String } == [origin.description], "\(listed)")
        let shown = try chengxin("dead-letters", "show", origin.description)
        #expect(shown.output.contains(#"value      {"not":"readable"}"#), "\(shown)")
        let all = ["dead-letters", "redrive", "--all", "--worker", "ledger"]
        #expect(try chengxin(all[0], all[1], all[2], all[3], all[4], "--dry-run").lines.count == 1)
        #expect(try chengxin(all[0], all[1], all[2], all[3], all[4]).output.contains("redriven ledger.dead-letters.v1/1/0"))
        let again = try chengxin(all[0], all[1], all[2], all[3], all[4])
        #expect(again.status == 0 && again.output.isEmpty && again.errors.contains("none to redrive"), "\(again)")
        let redriven = try cluster.reader().records(TopicPartition("ledger.redrive.v1", 1), from: 0, recordsMax: 5)
        #expect(redriven.messages.map(\.value) == [Parcel.pack(original)])
    }

    @Test func saysWhatIsWrongByTextAndExitCode() throws {
        let chengxin = try Self.chengxin.get()
        let unknown = try chengxin("read", "record.outcoms.v1")
        #expect(unknown.status == 64 && unknown.errors.contains("did you mean record.outcomes.v1?"), "\(unknown)")
        let embedded = try chengxin("standalone", "--data", "/nonexistent")
        #expect(embedded.status == 64 && embedded.errors.contains("does not work on Kafka"), "\(embedded)")
        #expect(try chengxin("lag").output.contains("behind in all: 0"))
        let closed = try Chengxin("127.0.0.1:1")("read", "record.outcomes.v1")
        #expect([75, 78].contains(closed.status) && closed.errors.contains("no broker answered at 127.0.0.1:1"), "\(closed)")
    }
}
