import StreamCore
import StreamEngine

/// Stores as the suite needs them: a provider, and an end of its process.
public protocol StateStoresUnderTest: AnyObject {
    /// The provider of the process that runs now.
    var provider: any StoreProvider { get }

    /// The process ends without a word, as by kill -9; afterwards `provider` is that of another process on the same disk.
    func kill() throws
}

extension MemoryStores: StateStoresUnderTest {
    public var provider: any StoreProvider { self }
}

/// What every `StateStore` and its provider promise. An implementation's test says
/// `#expect(StateStoreConformance.violations(of: make).isEmpty)`.
public enum StateStoreConformance {
    private static let shard = ShardName(worker: "conformance", partition: 1)

    /// The promises that are broken, each with what was seen. `make` gives an empty disk.
    public static func violations(of make: () throws -> any StateStoresUnderTest) -> [String] {
        var promises = Promises()
        rows(&promises, make)
        commits(&promises, make)
        restores(&promises, make)
        provider(&promises, make)
        return promises.broken
    }

    // MARK: Rows

    private static func rows(_ promises: inout Promises, _ make: () throws -> any StateStoresUnderTest) {
        promises.promise("a new store is empty and has no meta") { expect in
            let store = try make().provider.open(shard)
            expect(store.meta == nil, "meta")
            expect(try store.read(1, key("a")) == nil, "a row")
            expect(try store.scan(1, from: [], upTo: nil, limit: 10).isEmpty, "rows")
        }
        promises.promise("what was put is read back, until it is replaced or forgotten") { expect in
            let store = try make().provider.open(shard)
            var model = Model()
            try model.commit([put(1, "a", "one"), put(1, "b", "two"), put(2, "a", "other")], to: store)
            expect(try text(store, 1, "a") == "one" && text(store, 1, "b") == "two" && text(store, 2, "a") == "other", "put")
            try model.commit([put(1, "a", "uno"), forget(1, "b"), forget(1, "never")], to: store)
            expect(try text(store, 1, "a") == "uno" && text(store, 1, "b") == nil && text(store, 2, "a") == "other", "replaced")
            expect(store.meta == model.meta, "meta")
        }
        promises.promise("keys and values are any bytes, empty ones and large ones too") { expect in
            let store = try make().provider.open(shard)
            var model = Model()
            let large = Bytes((0..<(2 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) })
            let slice = Bytes([9, 9, 0, 255, 0, 9])[2..<5]
            try model.commit(
                [
                    Change(table: 0, key: [], payload: []), Change(table: 0, key: [0], payload: large),
                    Change(table: 255, key: slice, payload: slice),
                ], to: store)
            expect(try store.read(0, []) == [], "an empty key and value")
            expect(try store.read(0, [0]) == large, "a large value")
            expect(try store.read(255, [0, 255, 0]) == [0, 255, 0], "a slice, in the last table")
            expect(try store.scan(255, from: [], upTo: nil, limit: 5).map(\.key) == [[0, 255, 0]], "a scan of the last table")
        }
        promises.promise("a scan gives rows of its table in the order of their keys, from one up to another") { expect in
            let store = try make().provider.open(shard)
            var model = Model()
            let keys: [Bytes] = [[], [0], [0, 0], [0, 255], [1], [127], [128], [255], [255, 0], [255, 255]]
            try model.commit(
                keys.map { Change(table: 4, key: $0, payload: $0 + [7]) } + keys.map { Change(table: 5, key: $0, payload: [1]) }, to: store)
            func scan(_ from: Bytes, _ upTo: Bytes?, _ limit: Int = 100) throws -> [Bytes] {
                let rows = try store.scan(4, from: from, upTo: upTo, limit: limit)
                expect(rows.allSatisfy { $0.value.elementsEqual($0.key + [7]) }, "a value of another row")
                return rows.map { Bytes(Array($0.key)) }
            }
            expect(try scan([], nil) == keys, "all")
            expect(try scan([0], [128]) == [[0], [0, 0], [0, 255], [1], [127]], "a range")
            expect(try scan([128], nil) == [[128], [255], [255, 0], [255, 255]], "to the end")
            expect(try scan([], nil, 3) == [[], [0], [0, 0]], "a limit")
            expect(try scan([2], [2]) == [], "an empty range")
            expect(try scan([255, 255, 1], nil) == [], "after the last")
        }
        promises.promise("random changes leave what a dictionary would hold") { expect in
            let store = try make().provider.open(shard)
            var model = Model()
            var random = Repeatable(seed: 41)
            for _ in 0..<60 {
                try model.commit(random.changes(upTo: 40), to: store)
            }
            expect(try model.isHeld(by: store), "the rows differ")
        }
    }

    // MARK: Commits

    private static func commits(_ promises: inout Promises, _ make: () throws -> any StateStoresUnderTest) {
        promises.promise("what is committed survives a kill, with its meta") { expect in
            let stores = try make()
            let store = try stores.provider.open(shard)
            var model = Model()
            var random = Repeatable(seed: 42)
            for _ in 0..<10 { try model.commit(random.changes(upTo: 30), to: store) }
            _ = try store.read(1, key("a"))
            try stores.kill()
            let again = try stores.provider.open(shard)
            expect(again.meta == model.meta, "another meta: \(String(describing: again.meta))")
            expect(try model.isHeld(by: again), "the rows differ")
        }
        promises.promise("a commit without changes moves the meta") { expect in
            let stores = try make()
            let store = try stores.provider.open(shard)
            var model = Model()
            try model.commit([put(1, "a", "one")], to: store)
            try model.commit([], to: store)
            try stores.kill()
            expect(try stores.provider.open(shard).meta == model.meta, "another meta")
        }
        promises.promise("tidying and closing change nothing that is seen") { expect in
            let stores = try make()
            let store = try stores.provider.open(shard)
            try store.tidy()
            var model = Model()
            var random = Repeatable(seed: 43)
            for round in 0..<10 {
                try model.commit(random.changes(upTo: 30), to: store)
                if round % 3 == 0 { try store.tidy() }
                _ = try store.scan(1, from: [], upTo: nil, limit: 5)
            }
            try store.tidy()
            try store.tidy()
            expect(try model.isHeld(by: store), "after tidying")
            store.close()
            store.close()
            expect(try model.isHeld(by: stores.provider.open(shard)), "after closing")
        }
    }

    // MARK: Restores

    private static func restores(_ promises: inout Promises, _ make: () throws -> any StateStoresUnderTest) {
        promises.promise("a replay in any order of keys, some of them often, leaves the last value of each") { expect in
            let stores = try make()
            let store = try stores.provider.open(shard)
            var model = Model()
            var random = Repeatable(seed: 44)
            for _ in 0..<20 {
                let changes = random.unsorted(200)
                model.apply(changes)
                try store.load(changes)
            }
            try model.commit([], to: store)
            expect(try model.isHeld(by: store), "after the restore")
            try model.commit(random.changes(upTo: 20), to: store)
            try stores.kill()
            expect(try model.isHeld(by: stores.provider.open(shard)), "after a kill")
        }
        promises.promise("a restore that was killed leaves a store without meta and rows") { expect in
            let stores = try make()
            let store = try stores.provider.open(shard)
            var random = Repeatable(seed: 45)
            for _ in 0..<5 { try store.load(random.unsorted(100)) }
            try stores.kill()
            let again = try stores.provider.open(shard)
            expect(again.meta == nil, "a meta")
            for table in 1...3 {
                expect(try again.scan(UInt8(table), from: [], upTo: nil, limit: 1).isEmpty, "rows of table \(table)")
            }
        }
        promises.promise("the tail of a changelog comes on top of what is there") { expect in
            let stores = try make()
            let store = try stores.provider.open(shard)
            var model = Model()
            var random = Repeatable(seed: 46)
            try model.commit(random.changes(upTo: 40), to: store)
            for _ in 0..<3 {
                let changes = random.unsorted(50)
                model.apply(changes)
                try store.load(changes)
            }
            try model.commit([], to: store)
            expect(try model.isHeld(by: store), "after the replay")
            try stores.kill()
            let again = try stores.provider.open(shard)
            expect(again.meta == model.meta, "another meta")
            expect(try model.isHeld(by: again), "after a kill")
        }
        promises.promise("a tail that was killed leaves the last commit or nothing") { expect in
            let stores = try make()
            let store = try stores.provider.open(shard)
            var model = Model()
            var random = Repeatable(seed: 47)
            try model.commit(random.changes(upTo: 40), to: store)
            try store.load(random.unsorted(50))
            try stores.kill()
            let again = try stores.provider.open(shard)
            if again.meta == nil {
                expect(try again.scan(1, from: [], upTo: nil, limit: 1).isEmpty, "rows without a meta")
            } else {
                expect(again.meta == model.meta, "another meta")
                expect(try model.isHeld(by: again), "the rows differ")
            }
        }
    }

    // MARK: Provider

    private static func provider(_ promises: inout Promises, _ make: () throws -> any StateStoresUnderTest) {
        promises.promise("a store has one owner") { expect in
            let stores = try make()
            let store = try stores.provider.open(shard)
            expect(failure { _ = try stores.provider.open(shard) } == .locked, "opened twice")
            expect(failure { try stores.provider.discard(shard) } == .locked, "discarded while it is open")
            store.close()
            _ = try stores.provider.open(shard)
        }
        promises.promise("shards do not see each other") { expect in
            let stores = try make()
            let first = try stores.provider.open(shard)
            let second = try stores.provider.open(ShardName(worker: "conformance", partition: 2))
            let third = try stores.provider.open(ShardName(worker: "another", partition: 1))
            var model = Model()
            try model.commit([put(1, "a", "one")], to: first)
            expect(try second.read(1, key("a")) == nil && third.read(1, key("a")) == nil, "a row of another shard")
        }
        promises.promise("a discarded store is empty, one that there is not can be discarded") { expect in
            let stores = try make()
            try stores.provider.discard(shard)
            let store = try stores.provider.open(shard)
            var model = Model()
            try model.commit([put(1, "a", "one")], to: store)
            store.close()
            try stores.provider.discard(shard)
            let again = try stores.provider.open(shard)
            expect(again.meta == nil, "a meta")
            expect(try again.read(1, key("a")) == nil, "a row")
        }
    }

    // MARK: Tools

    private static func key(_ text: String) -> Bytes { Bytes(utf8: text) }
    private static func put(_ table: UInt8, _ key: String, _ value: String) -> Change {
        Change(table: table, key: Bytes(utf8: key), payload: Bytes(utf8: value))
    }
    private static func forget(_ table: UInt8, _ key: String) -> Change { Change(table: table, key: Bytes(utf8: key), payload: nil) }
    private static func text(_ store: any StateStore, _ table: UInt8, _ key: String) throws -> String? {
        try store.read(table, Bytes(utf8: key))?.text
    }

    private static func failure(_ body: () throws -> Void) -> StoreFailure.Kind? {
        do {
            try body()
            return nil
        } catch {
            return (error as? StoreFailure)?.kind
        }
    }

    /// What the store has to hold.
    private struct Model {
        private var rows: [UInt8: [ByteKey: Bytes]] = [:]
        private(set) var meta = ShardMeta(
            clusterId: "cluster", worker: shard.worker, partition: shard.partition, partitionCount: 4, inputNext: ["topic.v1": 1])

        mutating func apply(_ changes: [Change]) {
            for change in changes { rows[change.table, default: [:]][ByteKey(change.key)] = change.payload }
        }

        mutating func commit(_ changes: [Change], to store: any StateStore) throws {
            apply(changes)
            meta.sequence += 1
            meta.changelogNext += Int64(changes.count) + 1
            meta.inputNext["topic.v1"]! += 3
            meta.tick = Instant(milliseconds: meta.sequence * 1000)
            meta.checksum = rows.reduce(0) { sum, table in
                table.value.reduce(sum) { $0 &+ RowSum.hash(table.key, $1.key.bytes, $1.value) }
            }
            try store.commit(changes, meta)
        }

        func isHeld(by store: any StateStore) throws -> Bool {
            for table in UInt8(0)...6 {
                let expected = (rows[table] ?? [:]).sorted { $0.key < $1.key }
                let found = try store.scan(table, from: [], upTo: nil, limit: .max)
                guard expected.count == found.count else { return false }
                for (left, right) in zip(expected, found) {
                    guard left.key.bytes.elementsEqual(right.key), left.value.elementsEqual(right.value) else { return false }
                    guard try store.read(table, right.key)?.elementsEqual(left.value) == true else { return false }
                }
            }
            return true
        }
    }

    /// Changes that are the same in every run.
    private struct Repeatable {
        private var state: UInt64
        init(seed: UInt64) { state = seed }

        private mutating func number(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }

        mutating func unsorted(_ count: Int) -> [Change] {
            (0..<count).map { _ in
                let key = Bytes("\(number(below: 97))".utf8)
                let value = number(below: 4) == 0 ? nil : Bytes(repeating: UInt8(number(below: 256)), count: number(below: 700))
                return Change(table: UInt8(1 + number(below: 3)), key: key, payload: value)
            }
        }

        /// Sorted by table and key, each row once.
        mutating func changes(upTo count: Int) -> [Change] {
            var last: [UInt8: [ByteKey: Change]] = [:]
            for change in unsorted(1 + number(below: count)) { last[change.table, default: [:]][ByteKey(change.key)] = change }
            return last.sorted { $0.key < $1.key }.flatMap { $0.value.sorted { $0.key < $1.key }.map(\.value) }
        }
    }
}
