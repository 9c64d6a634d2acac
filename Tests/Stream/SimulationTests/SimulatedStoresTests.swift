import StreamCore
import StreamEngine
import StreamSimulation
import Testing

/// Disks that lose power, fill up and turn bits over.
@Suite struct SimulatedStoresTests {
    let disk = SimulatedDisk(name: "disk")
    let shard = ShardName(worker: "worker", partition: 0)

    private func open(_ process: SimulatedProcess = SimulatedProcess(name: "one")) throws -> any StateStore {
        try SimulatedStores(disk: disk, process: process) { Instant(milliseconds: 0) }.open(shard)
    }

    private func meta(_ sequence: Int64) -> ShardMeta {
        ShardMeta(clusterId: "c", worker: "worker", partition: 0, partitionCount: 1, sequence: sequence)
    }

    @Test func losesTheLastCommitsAndNeverOneInBetween() throws {
        for seed in 1...30 as ClosedRange<UInt64> {
            var random = Randomness(seed: seed)
            let disk = SimulatedDisk(name: "disk")
            let stores = SimulatedStores(disk: disk, process: SimulatedProcess(name: "one")) { Instant(milliseconds: 0) }
            let store = try stores.open(shard)
            for number in 1...20 {
                try store.commit([Change(table: 1, key: [UInt8(number)], payload: [1])], meta(Int64(number)))
            }
            let lost = disk.losePower(&random)
            let kept = 20 - lost
            #expect(store.meta?.sequence == Int64(kept))
            #expect(try store.scan(1, from: [], upTo: nil, limit: 100).map { Int($0.key.first!) } == Array(1...kept))
        }
    }

    @Test func findsABitThatWasTurnedOver() throws {
        let store = try open()
        try store.commit([Change(table: 1, key: [1], payload: [1, 2, 3])], meta(1))
        var random = Randomness(seed: 1)
        #expect(disk.flipBit(&random) == shard)
        let failure = failure { _ = try store.read(1, [1]) }
        #expect(failure?.kind == .damaged)
        #expect(!disk.sum(of: shard).isWhole)
    }

    @Test func takesNothingWhileItIsFull() throws {
        let store = try open()
        disk.fullUntil = Instant(milliseconds: 10)
        let failure = failure { _ = try store.commit([], meta(1)) }
        #expect(failure?.kind == .retriable)
        #expect(store.meta == nil)
    }

    @Test func isLockedWhileAnotherProcessHasIt() throws {
        let first = SimulatedProcess(name: "one")
        let store = try open(first)
        let failure = failure { _ = try open(SimulatedProcess(name: "two")) }
        #expect(failure?.kind == .locked)
        store.close()
        _ = try open(SimulatedProcess(name: "two"))
    }

    @Test func hasNoMetaUntilALoadIsCommitted() throws {
        let store = try open()
        try store.commit([], meta(1))
        try store.load([Change(table: 1, key: [1], payload: [1])])
        #expect(store.meta == nil)
        try store.commit([], meta(2))
        #expect(store.meta?.sequence == 2)
    }

    private func failure(_ body: () throws -> Void) -> StoreFailure? {
        do { try body() } catch { return error as? StoreFailure }
        return nil
    }
}
