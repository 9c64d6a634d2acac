import BrokerKit
import Foundation
import Testing

/// A cluster that asks who one is and what one may.
@Suite(.needsKafka, .serialized) struct AccessTests {
    private static let broker = Result {
        var options = TestBroker.Options()
        options.passwords = ["reader": "right"]
        options.properties = [
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            // The plain door is for those who look after the cluster.
            "super.users": "User:ANONYMOUS",
        ]
        let broker = try TestBroker(options)
        let applied = try Chengxin(broker.bootstrap, "--set", "host.partitionsKafka=1")("topics", "apply", "--yes")
        #expect(applied.status == 0, "\(applied.errors)")
        return broker
    }

    private static func chengxin(password: String) throws -> Chengxin {
        Chengxin(
            try broker.get().passwordBootstrap, "--set", "host.partitionsKafka=1", "--set", "kafka.security.protocol=SASL_PLAINTEXT",
            "--set",
            "kafka.sasl.mechanism=PLAIN", "--set", "kafka.sasl.username=reader", "--set", "kafka.sasl.password=\(password)")
    }

    @Test func saysThatThePasswordIsWrong() throws {
        let outcome = try Self.chengxin(password: "wrong")("read", "record.outcomes.v1")
        // Of another kind than that no broker has come in time.
        #expect(outcome.status == 78 && outcome.errors.contains("check kafka.sasl.mechanism"), "\(outcome)")
        #expect(!outcome.errors.contains("wrong"))
    }

    @Test(arguments: [
        ["read", "record.outcomes.v1"], ["lag"], ["topics", "plan"], ["topics", "apply", "--yes"], ["case", "A1"],
        ["dead-letters", "list"],
    ])
    func saysWhichRightIsMissingAndNeverThatNothingIsThere(_ words: [String]) throws {
        let chengxin = try Self.chengxin(password: "right")
        let outcome =
            words.count == 1
            ? try chengxin(words[0]) : words.count == 2 ? try chengxin(words[0], words[1]) : try chengxin(words[0], words[1], words[2])
        #expect(outcome.status == 78 && outcome.errors.contains("right to"), "\(outcome)")
    }

    @Test func namesEachLineThatMayNotBeWritten() throws {
        let line =
            #"{"specversion":"1.0","id":"a1","source":"/bureaus/transport","type":"chengxin.record.submitted.v1","data":{"recordNo":"A1"}}"#
        let outcome = try Self.chengxin(password: "right")("submit", "-", input: line + "\n" + line + "\n")
        #expect(outcome.status == 1 && outcome.lines.last == "0 sent, 0 lines could not be read, 2 could not be sent", "\(outcome)")
        #expect(outcome.errors.contains(":1: not sent:") && outcome.errors.contains(":2: not sent:"), "\(outcome)")
        #expect(outcome.errors.contains("right to write record.submissions.v1"), "\(outcome)")
    }
}
