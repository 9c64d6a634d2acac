import BrokerKit
import Foundation
import Testing

/// What an operator sees of three workers at work, from outside.
@Suite(.needsKafka) struct OperatorStoryTests {
    private static let partitions = ["--set", "host.partitionsKafka=2"]

    @Test func seesTheWorkersWorkAndLooksAfterWhatTheyCouldNotDecide() throws {
        let broker = try TestBroker()
        let folder = try KitFolder.make("city")
        let environment = ["XDG_STATE_HOME": folder]
        var chengxin = Chengxin(broker.bootstrap, Self.partitions[0], Self.partitions[1])
        chengxin.environment = environment
        #expect(try chengxin("topics", "apply", "--yes").status == 0)
        let workers = try ["intake", "identity", "ledger"].map { name in
            try RunningWorker(
                name, bootstrap: broker.bootstrap, data: "\(folder)/\(name)", instance: "\(name)-1", arguments: Self.partitions,
                environment: environment)
        }
        for worker in workers { try worker.waitUntilReady(within: .seconds(60)) }

        // Penalties of the sample city, and a message whose sender cannot be answered.
        let sample = "\(BuiltProducts.root)/Config/samples/market-regulation.penalties.csv"
        let submitted = try chengxin("submit", sample, "--bureau", "market-regulation", "--format", "json")
        #expect(submitted.status == 0, "\(submitted.errors)")
        let sent = submitted.objects.count - 1
        let nameless =
            #"{"specversion":"1.0","id":"","source":"/bureaus/transport","type":"chengxin.record.submitted.v1","data":{"note":"kept"}}"#
        #expect(try chengxin("submit", "-", input: nameless + "\n").status == 0)
        var answers: [[String: Any]] = []
        try Wait.until(
            "every message is answered", within: .seconds(60), every: .milliseconds(100), detail: { "\(answers.count) of \(sent)" }
        ) {
            answers = try chengxin("read", "record.outcomes.v1", "--format", "json").objects
            return answers.count >= sent
        }
        #expect(answers.count == sent)

        var lag = try chengxin("lag", "--format", "json")
        try Wait.until("nothing is left to be read", within: .seconds(30), every: .milliseconds(100), detail: { lag.output }) {
            lag = try chengxin("lag", "--format", "json")
            return lag.objects.allSatisfy { $0["behind"] as? Int == 0 }
        }
        for worker in workers {
            let own = lag.objects.filter { $0["worker"] as? String == worker.name }
            #expect(!own.isEmpty && own.allSatisfy { $0["instance"] as? String == worker.instance }, "\(lag.output)")
        }

        let accepted = try #require(
            answers.compactMap { $0["value"] as? [String: Any] }.first { $0["status"] as? String == "ACCEPTED" })
        let story = try chengxin("case", try #require(accepted["recordId"] as? String), "--format", "json")
        let topics = story.objects.compactMap { $0["topic"] as? String }
        #expect(topics.first == "record.submissions.v1" && topics.count >= 6, "\(topics)")
        for topic in ["intake.verified.v1", "record.filed.v1", "record.ledger.v1", "record.outcomes.v1"] { #expect(topics.contains(topic)) }

        try lookAfterTheDeadLetter(chengxin)

        for worker in workers {
            let check = try chengxin("store", "check", "--data", worker.data)
            #expect(check.status == 0 && check.lines.count == 2, "\(worker.name): \(check)")
        }
        _ = try workers[2].terminate()
        let without = try chengxin("lag", "--format", "json")
        #expect(without.objects.contains { $0["worker"] as? String == "ledger" })
        #expect(try chengxin("store", "check", "--data", workers[2].data).status == 0)
        // The changelog is lost, and what the store holds is all there is.
        try broker.removeTopics(["ledger.changelog.v1"])
        try Wait.until("the changelog is gone") { try !broker.topicNames().contains("ledger.changelog.v1") }
        #expect(try chengxin("topics", "apply", "--yes").status == 0)
        let lost = try chengxin("store", "check", "--data", workers[2].data)
        #expect(lost.status == 1 && lost.output.contains("records were lost"), "\(lost)")
    }

    private func lookAfterTheDeadLetter(_ chengxin: Chengxin) throws {
        let letter = try #require(try chengxin("dead-letters", "list", "--format", "json").objects.first)
        #expect(letter["code"] as? String == "envelope.missing" && letter["redriven"] as? Bool == false, "\(letter)")
        let place = try #require(letter["place"] as? String)
        // Sealed by intake, opened by the key that its machine's operator may read.
        let shown = try chengxin("dead-letters", "show", place)
        #expect(shown.output.contains(#"value      {"note":"kept"}"#), "\(shown)")
        #expect(try chengxin("dead-letters", "redrive", place).status == 0)
        var letters: [[String: Any]] = []
        try Wait.until("it is decided again", within: .seconds(30), every: .milliseconds(100), detail: { "\(letters)" }) {
            letters = try chengxin("dead-letters", "list", "--format", "json").objects
            return letters.count == 2
        }
        #expect(letters.compactMap { $0["redrives"] as? Int } == [0, 1])
        #expect(letters.compactMap { $0["redriven"] as? Bool } == [true, false])
    }
}
