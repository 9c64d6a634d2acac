import Foundation
import Testing

@testable import BrokerKit

extension CityTests {
    /// A worker that cannot do its work says what is wrong and what to do, ends, and has written nothing.
    @Suite struct MisconfigurationTests {
        @Test func refusesTopicsWithAnotherNumberOfPartitions() async throws {
            let run = try await LiveCity.use { city in
                // Later settings win.
                try city.city.refused("ledger", arguments: ["--set", "host.partitionsKafka=5"])
            }
            #expect(run.end == .code(78))
            #expect(run.text.contains("5 partitions are configured (host.partitionsKafka)"), "\(run.text)")
            #expect(run.wroteNothing)
        }

        @Test func refusesAClusterWithoutItsTopics() async throws {
            let run = try await QuietCity.withoutTopics()
            #expect(run.end == .code(78))
            #expect(run.text.contains("topics do not exist") && run.text.contains("topics apply"), "\(run.text)")
            #expect(run.wroteNothing)
        }

        @Test func refusesABrokerWithoutTransactions() async throws {
            let run = try await QuietCity.use { city in
                let proxies = try city.broker.proxies()
                for proxy in proxies { proxy.hideTransactions() }
                return try city.refused("ledger", bootstrap: city.broker.proxiedBootstrap)
            }
            #expect(run.end == .code(78))
            #expect(run.text.contains("2.5 or newer"), "\(run.text)")
            #expect(run.wroteNothing)
        }

        @Test func refusesWrongCredentials() async throws {
            let (wrong, right) = try await LiveCity.use { city in
                let door = ["--set", "kafka.security.protocol=SASL_PLAINTEXT", "--set", "kafka.sasl.mechanism=PLAIN"]
                let user = ["--set", "kafka.sasl.username=worker", "--set", "kafka.sasl.password="]
                let wrong = try city.city.refused(
                    "ledger", bootstrap: city.broker.passwordBootstrap, arguments: door + user.dropLast() + [user[3] + "the-wrong-one"])
                // And the right ones open the door.
                let right = try city.city.start(
                    "ledger", instance: "b", bootstrap: city.broker.passwordBootstrap,
                    arguments: door + user.dropLast() + [user[3] + "the-right-one"])
                try right.waitUntilReady()
                return (wrong, try right.terminate().end)
            }
            #expect(wrong.end == .code(78))
            #expect(wrong.text.contains("kafka.sasl.password"), "\(wrong.text)")
            #expect(!wrong.text.contains("the-wrong-one"))
            #expect(wrong.wroteNothing)
            #expect(right == .code(0))
        }

        @Test func refusesAGroupOfAnotherKind() async throws {
            let run = try await QuietCity.use { city in
                // Somebody else's program is a member of the group by another protocol.
                let stranger = try WireClient(port: city.broker.nodes[0].port)
                var member = ""
                var refusal = ""
                let cluster = try city.cluster()
                defer { cluster.close() }
                try Wait.until("the stranger is a member", detail: { refusal }) {
                    // Until the coordinator of the group has come up: it does when somebody asks for it.
                    _ = try? cluster.committedOffsets(of: "ledger")
                    do { member = try stranger.join(group: "ledger", kind: "strangers") } catch let error as WireClient.Refusal {
                        refusal = "\(error)"
                        return false
                    }
                    return true
                }
                defer { _ = try? stranger.leave(group: "ledger", member: member) }
                return try city.refused("ledger")
            }
            #expect(run.end == .code(78))
            #expect(run.text.contains("group ledger") && run.text.contains("another kind"), "\(run.text)")
            #expect(run.wroteNothing)
        }

        @Test func refusesAFolderOfAnotherCluster() async throws {
            let data = try await LiveCity.use { live in
                let worker = try live.city.start("intake", instance: "elsewhere")
                try worker.waitUntilReady()
                _ = try worker.terminate()
                return worker.data
            }
            let run = try await QuietCity.use { try $0.refused("intake", data: data) }
            #expect(run.end == .code(78))
            #expect(run.text.contains("cluster"), "\(run.text)")
            #expect(run.wroteNothing)
        }
    }
}

struct Refusal: Sendable {
    var end: ChildProcess.End
    var text: String
    /// No topic has grown.
    var wroteNothing: Bool
}

extension City {
    /// Starts a worker that has to end by itself.
    func refused(_ name: String, bootstrap: String? = nil, data: String? = nil, arguments: [String] = []) throws -> Refusal {
        let before = try broker.endsOfAll()
        let data = try data ?? (KitFolder.make("refused") + "/data")
        let worker = try start(name, instance: "x", data: data, bootstrap: bootstrap, arguments: arguments)
        guard let end = worker.child.waitForEnd(within: .seconds(30)) else {
            throw WrongResult("\(name) did not end: \(worker.child.tail())")
        }
        return Refusal(end: end, text: worker.child.text, wroteNothing: try broker.endsOfAll() == before)
    }
}
