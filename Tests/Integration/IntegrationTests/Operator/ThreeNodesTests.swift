import BrokerKit
import Foundation
import Testing

/// Commands on a cluster of three nodes, of which one may be away.
@Suite(.needsKafka) struct ThreeNodesTests {
    private static func events(_ ids: [String]) -> String {
        ids.map { id in
            #"{"specversion":"1.0","id":"\#(id)","source":"/bureaus/transport","type":"chengxin.record.submitted.v1","#
                + #""data":{"recordNo":"\#(id)","revision":1}}"# + "\n"
        }.joined()
    }

    @Test func keepsThreeCopiesAndWorksOnWhenANodeDies() throws {
        var options = TestBroker.Options()
        options.nodes = 3
        let broker = try TestBroker(options)
        let chengxin = Chengxin(broker.bootstrap, "--set", "host.partitionsKafka=3")
        #expect(try chengxin("topics", "apply", "--yes").status == 0)
        let row = try #require(try chengxin("topics", "plan", "--format", "json").objects.first)
        #expect(row["copies"] as? Int == 3 && (row["settings"] as? [String: String])?["min.insync.replicas"] == "2", "\(row)")
        #expect(try chengxin("topics", "check").status == 0)

        func ids() throws -> Set<String> {
            let read = try chengxin("read", "record.submissions.v1", "--format", "json")
            #expect(read.status == 0, "\(read.errors)")
            return Set(read.objects.compactMap { ($0["headers"] as? [String: Any])?["ce_id"] as? String })
        }
        let first = (0..<20).map { "a\($0)" }
        #expect(try chengxin("submit", "-", "--quiet", input: Self.events(first)).status == 0)
        #expect(try ids() == Set(first))

        broker.kill([broker.nodes[0]])
        // A third of the partitions has to find another leader; nobody is told of it.
        let second = (0..<20).map { "b\($0)" }
        let submitted = try chengxin("submit", "-", "--quiet", input: Self.events(second))
        #expect(submitted.status == 0, "\(submitted)")
        #expect(try ids() == Set(first + second))
        #expect(try chengxin("lag").status == 0)
    }
}
