import Foundation
import SQLiteStore
import StreamCore
import StreamEngine
import StreamTestKit
import Testing

@Suite struct StoreTests {
    private let shard = ShardName(worker: "ledger", partition: 3)

    @Test func keepsThePromisesOfAStore() {
        let violations = StateStoreConformance.violations { SQLiteStoresUnderTest() }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test func keepsThePromisesWithTinyCachesAndCheckpoints() {
        var policy = StorePolicy()
        policy.cacheBytes = 32 << 10
        policy.restoreCacheBytes = 32 << 10
        policy.writeAheadBytesMax = 64 << 10
        let violations = StateStoreConformance.violations { SQLiteStoresUnderTest(policy) }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test func memoryKeepsThePromisesOfAStore() {
        let violations = StateStoreConformance.violations { MemoryStores() }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test func refusesTheStoreOfAnotherShard() throws {
        let stores = SQLiteStoresUnderTest()
        var writer = try StoreWriter(stores.provider, shard)
        try writer.put(["a": "1"])
        writer.store.close()
        let folder = "\(stores.folder.path)/stores/ledger"
        try FileManager.default.copyItem(atPath: "\(folder)/3.sqlite", toPath: "\(folder)/2.sqlite")
        let failure = try #require(
            thrown(StoreFailure.self) {
                _ = try stores.provider.open(ShardName(worker: "ledger", partition: 2))
            })
        #expect(failure.kind == .damaged)
        #expect(failure.reason.contains("is the store of ledger/3"))
    }

    @Test func saysWhoHasTheStore() throws {
        let stores = SQLiteStoresUnderTest()
        let store = try stores.provider.open(shard)
        let failure = try #require(thrown(StoreFailure.self) { _ = try stores.provider.open(shard) })
        #expect(failure.kind == .locked)
        #expect(failure.reason.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
        store.close()
    }

    @Test func keepsItsFilesPrivate() throws {
        let stores = SQLiteStoresUnderTest()
        var writer = try StoreWriter(stores.provider, shard)
        try writer.put(["a": "1"])
        for name in ["3.sqlite", "3.sqlite-wal", "3.sqlite-shm", "3.lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(stores.folder.path)/stores/ledger/\(name)")
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        let folder = try FileManager.default.attributesOfItem(atPath: "\(stores.folder.path)/stores/ledger")
        #expect(folder[.posixPermissions] as? Int == 0o700)
    }

    @Test func letsOthersReadWhatIsCommitted() throws {
        let stores = SQLiteStoresUnderTest()
        var writer = try StoreWriter(stores.provider, shard)
        try writer.put(["a": "1", "b": "2"])
        let reader = try SQLiteStoreReader(directory: stores.folder.path, shard: shard)
        #expect(try reader.read(1, Bytes(utf8: "a"))?.text == "1")
        #expect(try reader.meta() == writer.meta)
        try writer.put(["a": "3"])
        #expect(try reader.scan(1, limit: 10).map(\.value.text) == ["3", "2"])
        #expect(StoreCheck.findings(shard, in: stores.folder.path).isEmpty)
        #expect(try StoreCheck.shards(in: stores.folder.path) == [shard])
    }

    @Test func findsRowsThatDoNotFitTheirMeta() throws {
        let stores = SQLiteStoresUnderTest()
        var writer = try StoreWriter(stores.provider, shard)
        try writer.put(["a": "1"])
        writer.meta.checksum &+= 1
        try writer.store.commit([], writer.meta)
        #expect(StoreCheck.findings(shard, in: stores.folder.path).map(\.what) == ["the sum of its rows is not that of its meta"])
        writer.store.close()
        #expect(throws: StoreFailure.self) { _ = try stores.provider.open(shard) }
    }

    /// Whatever bit flips: the store is refused, or gives what was written.
    @Test(arguments: 0..<60) func servesNoWrongDataAfterAFlippedBit(seed: Int) throws {
        let stores = SQLiteStoresUnderTest()
        var writer = try StoreWriter(stores.provider, shard)
        for round in 0..<8 {
            try writer.put(Dictionary(uniqueKeysWithValues: (0..<50).map { ("key \($0 * 7 % 211) \($0 % 9)", "value \($0) of \(round)") }))
        }
        let rows = writer.rows
        try writer.store.tidy()
        try writer.store.tidy()
        writer.store.close()
        let path = "\(stores.folder.path)/stores/ledger/3.sqlite"
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SeededNumbers(seed: UInt64(seed))
        let place = Int(random.next() % UInt64(bytes.count))
        let bit = UInt8(1) << UInt8(random.next() % 8)
        bytes[place] ^= bit
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let found = StoreCheck.findings(shard, in: stores.folder.path)
        do {
            let store = try stores.provider.open(shard)
            for (key, value) in rows {
                #expect(try store.read(1, Bytes(utf8: key))?.text == value, "seed \(seed), byte \(place), bit \(bit)")
            }
            #expect(try store.scan(1, from: [], upTo: nil, limit: 1000).count == rows.count, "seed \(seed), byte \(place), bit \(bit)")
        } catch {
            let failure = error
            #expect(failure.kind == .damaged, "seed \(seed), byte \(place), bit \(bit): \(failure)")
            #expect(!found.isEmpty, "the check found nothing: seed \(seed), byte \(place), bit \(bit): \(failure)")
        }
    }

    /// A write-ahead log that is cut or changed gives an earlier commit, whole, with the meta of that commit.
    @Test(arguments: 0..<40) func fallsBackToAWholeCommitWhenTheLogsTailIsTorn(seed: Int) throws {
        let stores = SQLiteStoresUnderTest()
        var writer = try StoreWriter(stores.provider, shard)
        var states: [Int64: [String: String]] = [:]
        for round in 0..<12 {
            try writer.put(Dictionary(uniqueKeysWithValues: (0..<20).map { ("key \($0 * round % 31)-\($0)", "value \($0) of \(round)") }))
            states[writer.meta.sequence] = writer.rows
        }
        try stores.kill()
        let path = "\(stores.folder.path)/stores/ledger/3.sqlite-wal"
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SeededNumbers(seed: UInt64(seed))
        let place = Int(random.next() % UInt64(bytes.count))
        if seed % 2 == 0 { bytes.removeSubrange(place...) } else { bytes[place] ^= UInt8(1) << UInt8(random.next() % 8) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try? FileManager.default.removeItem(atPath: "\(path.dropLast(4))-shm")
        do {
            let store = try stores.provider.open(shard)
            let expected = store.meta.map { states[$0.sequence]! } ?? [:]
            let found = try store.scan(1, from: [], upTo: nil, limit: 10_000)
            #expect(found.count == expected.count, "seed \(seed), byte \(place)")
            for row in found { #expect(expected[row.key.text] == row.value.text, "seed \(seed), byte \(place)") }
        } catch {
            let failure = error
            #expect(failure.kind == .damaged, "seed \(seed), byte \(place): \(failure)")
        }
    }
}

/// Numbers that are the same in every run with the same seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }
    mutating func next() -> UInt64 {
        state = state &+ 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
