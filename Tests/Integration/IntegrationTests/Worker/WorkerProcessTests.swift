import BrokerKit
import Foundation
import KafkaLog
import StreamCore
import Testing

/// Real processes of a worker on a real broker: how they start, what they refuse, how they end.
@Suite(.needsKafka, .serialized) struct WorkerProcessTests {
    /// One broker and one city for all of it; every test has its own instances, folders and expectations.
    private static let city = Result {
        var options = TestBroker.Options()
        options.isProxied = true
        options.passwords = ["worker": "the-right-one"]
        // Whoever was there in the test before is soon forgotten.
        return try City(on: TestBroker(options), partitions: 4, settings: ["kafka.session.timeout.ms=2000"])
    }

    private func run(_ body: @escaping @Sendable (City) throws -> Void) async throws {
        try await Wait.onOwnThread { try body(WorkerProcessTests.city.get()) }
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// A worker that has to refuse to start, with its last words.
    private static func refused(
        _ city: City, _ worker: String = "ledger", data: String? = nil, bootstrap: String? = nil, arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws -> (end: ChildProcess.End?, text: String, data: String) {
        let data = try data ?? KitFolder.make("refused") + "/data"
        let process = try city.start(
            worker, instance: "refused", data: data, bootstrap: bootstrap, arguments: arguments, environment: environment)
        let end = process.child.waitForEnd(within: .seconds(30))
        if end == nil { process.kill() }
        return (end, process.child.text, data)
    }

    // MARK: A life

    @Test func startsServesAndEndsInOrderAndStartsAgainFromItsStores() async throws {
        try await run { city in
            let data = try KitFolder.make("life") + "/data"
            var worker = try city.start("ledger", instance: "life", data: data)
            try worker.waitUntilReady()
            let ready = try String(contentsOfFile: worker.readinessFile, encoding: .utf8)
            let line = try JSONSerialization.jsonObject(with: Data(ready.utf8)) as? [String: Any]
            #expect(line?["partitions"] as? [Int] == [0, 1, 2, 3])
            #expect(line?["worker"] as? String == "ledger" && line?["instance"] as? String == "life")
            #expect(line?["process"] as? Int == Int(worker.child.pid))
            let (end, took) = try worker.terminate()
            #expect(end == .code(0))
            #expect(took < .seconds(10))
            #expect(!worker.isReady)
            // A debug build on a machine that does other things besides; the target is 0.5 s.
            let start = try WorkerProcessTests.seconds {
                worker = try city.start("ledger", instance: "life", data: data)
                try worker.waitUntilReady()
            }
            #expect(start < 5, "ready after \(start) s")
            #expect(!worker.child.text.contains("rebuilt"))
            worker.kill()
            // What a kill leaves behind is not taken for readiness, and the next start needs no rebalance.
            #expect(worker.isReady)
            let said = worker.child.textSize
            let again = try city.start("ledger", instance: "life", data: data)
            try Wait.until("ready again") { again.child.text(from: said).contains("notice ready") }
            #expect(try String(contentsOfFile: again.readinessFile, encoding: .utf8).contains("\"process\":\(again.child.pid)"))
            #expect(try again.terminate().end == .code(0))
        }
    }

    @Test func sharesPartitionsWithALaterOneAndTakesThemBack() async throws {
        try await run { city in
            let one = try city.start("identity", instance: "one")
            try one.waitUntilReady()
            let two = try city.start("identity", instance: "two", arguments: ["--lanes", "2"])
            try two.waitUntilReady()
            func partitions(_ worker: RunningWorker) -> [Int] {
                let text = (try? String(contentsOfFile: worker.readinessFile, encoding: .utf8)) ?? ""
                return (try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])?["partitions"] as? [Int] ?? []
            }
            try Wait.until("both have their share") { Set(partitions(one) + partitions(two)).count == 4 && !partitions(one).isEmpty }
            #expect(Set(partitions(one)).isDisjoint(with: partitions(two)))
            #expect(try two.terminate().end == .code(0))
            try Wait.until("one has all") { partitions(one).count == 4 }
            #expect(try one.terminate().end == .code(0))
        }
    }

    @Test func waitsForABrokerThatIsAwayAndStopsWaitingWhenToldTo() async throws {
        try await run { city in
            let worker = try city.start("ledger", instance: "patient", bootstrap: "127.0.0.1:1")
            try Wait.until("it says that it waits") { worker.child.text.contains("warning waits") }
            #expect(worker.child.isRunning && !worker.isReady)
            #expect(try worker.terminate().end == .code(0))
            #expect(!FileManager.default.fileExists(atPath: worker.data))
            let short = try WorkerProcessTests.refused(
                city, bootstrap: "127.0.0.1:1", arguments: ["--set", "host.brokerWaitMax=1 seconds"])
            #expect(short.end == .code(75), "\(short.text)")
            #expect(!FileManager.default.fileExists(atPath: short.data))
        }
    }

    @Test func anotherProcessInItsPlaceEndsItSoThatItMayBeStartedAgain() async throws {
        try await run { city in
            let first = try city.start("ledger", instance: "twice", data: KitFolder.make("first") + "/data")
            try first.waitUntilReady()
            let second = try city.start("ledger", instance: "twice", data: KitFolder.make("second") + "/data")
            #expect(first.child.waitForEnd(within: .seconds(20)) == .code(75), "\(first.child.tail())")
            #expect(!first.isReady)
            try second.waitUntilReady()
            #expect(try second.terminate().end == .code(0))
        }
    }

    @Test func endsAtOnceWhenToldTwice() async throws {
        try await run { city in
            let worker = try city.start("ledger", instance: "hasty", arguments: ["--set", "host.drainMax=60 seconds"])
            try worker.waitUntilReady()
            // Nothing it does can come to its end any more.
            city.broker.pause()
            defer { city.broker.resume() }
            worker.child.send(SIGTERM)
            try Wait.until("it has heard") { worker.child.text.contains("was told to end") || !worker.child.isRunning }
            worker.child.send(SIGTERM)
            let end = worker.child.waitForEnd(within: .seconds(10))
            #expect(end == .signal(SIGTERM) || end == .code(0), "\(worker.child.tail())")
        }
    }

    // MARK: The gate

    @Test(arguments: ["host.partitionsKafka=5", "host.partitionsKafka=24"])
    func refusesOtherPartitionsThanConfigured(setting: String) async throws {
        try await run { city in
            let (end, text, data) = try WorkerProcessTests.refused(city, arguments: ["--set", setting])
            #expect(end == .code(78), "\(text)")
            #expect(text.contains("set host.partitionsKafka to 4"))
            #expect(!FileManager.default.fileExists(atPath: data))
        }
    }

    @Test func refusesWrongCredentialsAndTakesTheRightOnes() async throws {
        try await run { city in
            let folder = try KitFolder.make("password")
            try "the-right-one\n".write(toFile: folder + "/password", atomically: true, encoding: .utf8)
            let door = [
                "--set", "kafka.security.protocol=SASL_PLAINTEXT", "--set", "kafka.sasl.mechanism=PLAIN", "--set",
                "kafka.sasl.username=worker",
            ]
            let (end, text, data) = try WorkerProcessTests.refused(
                city, bootstrap: city.broker.passwordBootstrap, arguments: door,
                environment: ["CHENGXIN_KAFKA_SASL_PASSWORD": "the-wrong-one"])
            #expect(end == .code(78), "\(text)")
            #expect(text.contains("kafka.sasl.password") && !text.contains("the-wrong-one"))
            #expect(!FileManager.default.fileExists(atPath: data))
            let right = try city.start(
                "ledger", instance: "admitted", bootstrap: city.broker.passwordBootstrap,
                arguments: door + ["--set", "kafka.sasl.password.file=\(folder)/password"])
            try right.waitUntilReady()
            #expect(!right.child.text.contains("the-right-one"))
            #expect(try right.terminate().end == .code(0))
        }
    }

    @Test func refusesABrokerWithoutTransactions() async throws {
        try await run { city in
            let proxy = try city.broker.proxies()[0]
            defer { proxy.end() }
            proxy.hideTransactions()
            let (end, text, data) = try WorkerProcessTests.refused(city, bootstrap: city.broker.proxiedBootstrap)
            #expect(end == .code(78), "\(text)")
            #expect(text.contains("Apache Kafka 2.5"))
            #expect(!FileManager.default.fileExists(atPath: data + "/stores"))
        }
    }

    @Test func refusesAGroupOfAnotherKind() async throws {
        try await run { city in
            // A consumer that takes turns instead of ranges has the group of the intake.
            let folder = try KitFolder.make("stranger")
            let home = try #require(KafkaHome.find())
            let stranger = try ChildProcess(
                home.path + "/bin/kafka-console-consumer.sh",
                [
                    "--bootstrap-server", city.broker.bootstrap, "--topic", "record.submissions.v1", "--group", "intake",
                    "--consumer-property", "partition.assignment.strategy=org.apache.kafka.clients.consumer.RoundRobinAssignor",
                ], output: folder + "/output")
            defer { stranger.send(SIGKILL) }
            let cluster = try city.cluster()
            defer { cluster.close() }
            try Wait.until("the stranger is in the group", within: .seconds(60), every: .milliseconds(100), detail: { stranger.tail() }) {
                try !cluster.members(of: "intake").isEmpty
            }
            let (end, text, data) = try WorkerProcessTests.refused(city, "intake")
            #expect(end == .code(78), "\(text)")
            #expect(text.contains("group intake is in use by consumers of another kind"))
            #expect(!FileManager.default.fileExists(atPath: data + "/stores"))
            #expect(!FileManager.default.fileExists(atPath: data + "/cluster"))
        }
    }

    @Test func refusesStoresOfAnotherClusterAndLeavesThemAsTheyAre() async throws {
        try await run { city in
            let worker = try city.start("ledger", instance: "moved")
            try worker.waitUntilReady()
            #expect(try worker.terminate().end == .code(0))
            let mark = worker.data + "/cluster"
            let text = try String(contentsOfFile: mark, encoding: .utf8)
            let id = try city.cluster().clusterId
            try text.replacingOccurrences(of: id, with: "AnotherCluster").write(toFile: mark, atomically: true, encoding: .utf8)
            let stores = try WorkerProcessTests.contents(worker.data + "/stores")
            let (end, said, _) = try WorkerProcessTests.refused(city, data: worker.data)
            #expect(end == .code(78), "\(said)")
            #expect(said.contains("belong to cluster AnotherCluster, this is cluster \(id)"))
            #expect(try WorkerProcessTests.contents(worker.data + "/stores") == stores)
        }
    }

    @Test func refusesAFolderThatAnotherProcessHas() async throws {
        try await run { city in
            let worker = try city.start("ledger", instance: "owner")
            try worker.waitUntilReady()
            // So long it waits for a predecessor that is being drained.
            let (end, text, _) = try WorkerProcessTests.refused(
                city, data: worker.data, arguments: ["--set", "host.drainMax=100 milliseconds"])
            #expect(end == .code(78), "\(text)")
            #expect(text.contains("process \(worker.child.pid) works in \(worker.data)"))
            #expect(worker.isReady && worker.child.isRunning)
            #expect(try worker.terminate().end == .code(0))
        }
    }

    @Test func refusesToStartWithoutTheKeyOfTheCluster() async throws {
        try await run { city in
            let (end, text, data) = try WorkerProcessTests.refused(
                city, arguments: ["--set", "host.masterKeyFile=/nowhere/master.key", "--set", "host.createsMasterKey=false"])
            #expect(end == .code(78), "\(text)")
            #expect(text.contains("every process of a cluster needs the same one"))
            #expect(!FileManager.default.fileExists(atPath: data))
        }
    }

    @Test(arguments: [["--instance", "a b"], ["--lanes", "0"], ["--until-idle"]] as [[String]])
    func refusesWhatItCannotUnderstand(words: [String]) async throws {
        try await run { city in
            let instance = words.contains("--instance") ? [] : ["--instance", "a"]
            let outcome = try ProgramRun(
                "ledger-worker", ["--bootstrap", city.broker.bootstrap, "--data", "/nowhere/at-all"] + instance + words)
            #expect(outcome.end == .code(64), "\(outcome.errors)")
        }
    }

    /// The names and bytes of a folder's files.
    private static func contents(_ folder: String) throws -> [String: Data] {
        let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        return Dictionary(
            names.map { ($0, FileManager.default.contents(atPath: folder + "/" + $0) ?? Data()) }, uniquingKeysWith: { first, _ in first })
    }
}
