import StreamCore
import StreamEngine
import Testing

@testable import SQLiteStore

@Suite struct KeyFilterTests {
    private static func hash(_ number: Int) -> UInt64 {
        Bytes(utf8: "bureau/\(number)").withUnsafeBytes { KeyFilter.hash(1, $0) }
    }

    @Test func neverDeniesAKeyThatWasAddedHoweverOftenItGrew() {
        var filter = KeyFilter(keys: 100)
        for number in 0..<50_000 { filter.add(Self.hash(number)) }
        #expect((0..<50_000).allSatisfy { filter.mayHave(Self.hash($0)) })
    }

    @Test func deniesNearlyAllKeysThatWereNotAdded() {
        var filter = KeyFilter()
        for number in 0..<50_000 { filter.add(Self.hash(number)) }
        let passed = (50_000..<100_000).filter { filter.mayHave(Self.hash($0)) }.count
        #expect(passed < 2_500)
    }

    @Test(arguments: [true, false]) func findsTheRowsOfAnEarlierProcess(verifies: Bool) throws {
        let folder = TemporaryFolder()
        let shard = ShardName(worker: "filter", partition: 0)
        var policy = StorePolicy()
        policy.verifiesAtOpening = verifies
        let payload: Bytes = [1, 2, 3]
        let changes = (0..<5000).map { Bytes(utf8: "k\($0)") }.sorted { $0.order(to: $1) < 0 }
            .map { Change(table: 1, key: $0, payload: payload) }
        let checksum = changes.reduce(UInt64(0)) { $0 &+ RowSum.hash(1, $1.key, payload) }
        let before = try SQLiteStores(directory: folder.path, policy: policy).open(shard)
        try before.commit(changes, ShardMeta(clusterId: "c", worker: "filter", partition: 0, partitionCount: 1, checksum: checksum))
        before.close()
        let after = try SQLiteStores(directory: folder.path, policy: policy).open(shard)
        defer { after.close() }
        for change in changes { #expect(try after.read(1, change.key) == payload) }
        #expect(try after.read(1, Bytes(utf8: "k5000")) == nil)
        #expect(try after.read(2, changes[0].key) == nil)
    }
}
