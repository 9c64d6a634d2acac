import StreamCore
import StreamEngine
import StreamTestKit
import Testing

@testable import StreamSimulation

/// The simulated log and stores promise what every log and every store does.
@Suite struct ConformanceTests {
    final class LogUnderTest: RecordLogUnderTest {
        let cluster: SimulatedCluster
        private var processes: [SimulatedProcess] = []

        init(isTroubled: Bool) {
            cluster = SimulatedCluster(
                seed: 5, start: Instant(milliseconds: 1_000_000), partitionCount: RecordLogConformance.partitions,
                topics: RecordLogConformance.topics.map { SimulatedTopic($0) })
            guard isTroubled else { return }
            cluster.holdsFetchesBack = true
            cluster.markerDelayMax = .seconds(2)
            cluster.lostReportsPerMille = 300
        }

        func connect(group: String, instance: String, topics: [Topic]) -> any RecordLog {
            let process = SimulatedProcess(name: instance)
            processes.append(process)
            return cluster.connect(group: group, instance: instance, topics: topics, process: process)
        }

        func restart() {
            for process in processes { process.state = .ended }
            for _ in 0..<3 { cluster.advance(to: cluster.now + .seconds(10)) }
        }

        func settle() { cluster.advance(to: cluster.now + .milliseconds(200)) }
    }

    @Test(arguments: [false, true])
    func keepsThePromisesOfALog(isTroubled: Bool) {
        #expect(RecordLogConformance.violations(of: { LogUnderTest(isTroubled: isTroubled) }) == [])
    }

    final class StoresUnderTest: StateStoresUnderTest {
        private let disk = SimulatedDisk(name: "disk")
        private var process = SimulatedProcess(name: "first")
        private var stores: SimulatedStores

        init() { stores = SimulatedStores(disk: disk, process: process) { Instant(milliseconds: 0) } }

        var provider: any StoreProvider { stores }

        func kill() {
            process.state = .ended
            process = SimulatedProcess(name: "next")
            stores = SimulatedStores(disk: disk, process: process) { Instant(milliseconds: 0) }
        }
    }

    @Test func keepsThePromisesOfStores() {
        #expect(StateStoreConformance.violations(of: { StoresUnderTest() }) == [])
    }
}
