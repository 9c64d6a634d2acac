import AllWorkers
import CreditModel
import StreamCore
import Testing
import WorkerHost

/// What a worker says that it reads and writes is what the contract's topics say.
@Suite struct TopologyTests {
    /// Every worker that has its own type already.
    private static func topologies() throws -> [Topology] {
        let policy = try ConfigurationLoader.load(directory: Repository.root.appendingPathComponent("Config").path).policy
        let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))
        return AllWorkers.made(policy: policy, keys: keys, partitionCount: 4).map(\.topology)
    }

    @Test func everyWorkerIsComparedHere() throws {
        let compared = Set(try Self.topologies().map(\.worker))
        for folder in Repository.folders(in: "Sources/Workers") where Repository.exists("Sources/Workers/\(folder)/\(folder).swift") {
            #expect(compared.contains(folder.lowercased()), "add \(folder) to the workers of TopologyTests.swift")
        }
    }

    @Test func whatIsReadAndWrittenStandsInTheContract() throws {
        for topology in try Self.topologies() {
            for topic in topology.inputs {
                guard let entry = TopicCatalogue.entry(topic) else {
                    Issue.record("\(topology.worker) reads \(topic), which no file of topics/ describes: add topics/\(topic).yaml")
                    continue
                }
                #expect(
                    entry.consumers.contains(topology.worker) || entry.consumers.contains("all workers"),
                    "\(topology.worker) reads \(topic): add it to the consumers in topics/\(topic).yaml")
            }
            for topic in topology.outputs {
                guard let entry = TopicCatalogue.entry(topic) else {
                    Issue.record(
                        "\(topology.worker) writes \(topic), which no file of topics/ describes: add topics/\(topic).yaml")
                    continue
                }
                #expect(
                    entry.producers.contains(topology.worker) || entry.producers.contains("all workers"),
                    "\(topology.worker) writes \(topic): add it to the producers in topics/\(topic).yaml")
            }
        }
    }

    /// The topics of the contract that name a worker as their reader or writer are in that worker's topology.
    @Test func theContractPromisesNothingThatAWorkerDoesNotDo() throws {
        for topology in try Self.topologies() {
            for entry in TopicCatalogue.contract where entry.status == .live {
                if entry.producers.contains(topology.worker) {
                    #expect(
                        topology.outputs.contains(entry.topic),
                        "\(entry.topic) names \(topology.worker) as a producer, whose topology does not write it")
                }
                if entry.consumers.contains(topology.worker) {
                    #expect(
                        topology.inputs.contains(entry.topic),
                        "\(entry.topic) names \(topology.worker) as a consumer, whose topology does not read it")
                }
            }
        }
    }

    @Test func tablesHaveNumbersOfTheirOwn() throws {
        for topology in try Self.topologies() {
            #expect(Set(topology.tables.map(\.id)).count == topology.tables.count, "two tables of \(topology.worker) have the same number")
            #expect(Set(topology.tables.map(\.name)).count == topology.tables.count, "two tables of \(topology.worker) have the same name")
            #expect(topology.tables.allSatisfy { (1...199).contains($0.id) }, "the engine keeps numbers above 199 for itself")
        }
    }

    @Test func filesOfWorkersBelongToWorkers() {
        let workers = Set(Repository.folders(in: "Sources/Workers").map { $0.lowercased() })
        for file in Repository.files(below: "Config/workers", ending: ".yaml") {
            let name = file.split(separator: "/").last.map { String($0.dropLast(".yaml".count)) } ?? ""
            #expect(workers.contains(name), "\(file) belongs to no worker below Sources/Workers: remove or rename it")
        }
    }

    @Test func thePlanNamesTopicsOfTheContract() throws {
        let known = Set(TopicCatalogue.contract.map(\.topic.name))
        for row in try Repository.text("docs/plan-rows.tsv").split(separator: "\n") where !row.hasPrefix("#") {
            for name in row.split(separator: "`") where name.hasSuffix(".v1") && !name.contains("*") && !name.contains("<") {
                #expect(known.contains(String(name)), "docs/plan-rows.tsv names \(name), which is no topic of the contract")
            }
        }
    }
}
