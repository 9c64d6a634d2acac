import EmbeddedLog
import Files
import Foundation
import Glibc
import SQLite
import SQLiteStore
import StreamCore
import StreamEngine
import StreamTestKit
import Testing

/// Runs statements on a database file, as somebody with another tool would.
func run(_ path: String, _ sql: String) throws {
    let connection = try Connection(path, .writing)
    defer { connection.close() }
    try connection.execute(sql)
}

/// A file system of a few megabytes, where this user may make one.
final class SmallDisk {
    let path: String

    init?(kibibytes: Int) {
        path = NSTemporaryDirectory() + "chengxin-disk-" + Files.randomName().prefix(16)
        guard (try? Files.makeFolder(path)) != nil, mount("none", path, "tmpfs", 0, "size=\(kibibytes)k,mode=700") == 0 else {
            rmdir(path)
            return nil
        }
    }

    /// Makes it read-only for everybody.
    func freeze() -> Bool { mount("none", path, nil, SmallDisk.remount | SmallDisk.readOnly, nil) == 0 }

    // By number: one C library has them as an enumeration, another as macros.
    private static let readOnly: UInt = 1
    private static let remount: UInt = 32
    private static let detach: Int32 = 2

    deinit {
        umount2(path, SmallDisk.detach)
        rmdir(path)
    }

    static let mayBeMade: Bool = SmallDisk(kibibytes: 64) != nil
}

@Suite(.serialized) struct DiskTests {
    private let topic: Topic = "conformance.input.v1"
    private static let reason: Comment = "needs the right to mount a small file system"

    @Test(.enabled(if: SmallDisk.mayBeMade, reason)) func aLogOnAFullDiskLosesNothingAndGoesOn() throws {
        let disk = try #require(SmallDisk(kibibytes: 3000))
        let ballast = "\(disk.path)/ballast"
        try Files.write(Bytes(repeating: 0, count: 1 << 20), to: ballast)
        let log = try EmbeddedLog(directory: "\(disk.path)/data", topics: [TopicSpec(topic, partitions: 1)])
        let connection = try log.connect(group: "test", instance: "only", topics: [topic])
        guard case .assigned(_, let membership)? = try connection.poll(recordsMax: 1, wait: .milliseconds(0)).membership.first else {
            Issue.record("nothing was assigned")
            return
        }
        let place = TopicPartition(topic, 0)
        var committed: [String] = []
        func commit(_ number: Int) throws(LogFailure) {
            let value = "\(number) " + String(repeating: "x", count: 50_000)
            _ = try connection.commit(
                Transaction(membership: membership, records: [append(place, "k", value)], offsets: [place: Int64(number)]))
            committed.append(value)
        }
        var failure: LogFailure?
        for number in 0..<100 where failure == nil {
            do { try commit(number) } catch { failure = error }
        }
        #expect(failure?.kind == .retriable, "\(String(describing: failure))")
        #expect(failure?.reason.contains("no space") == true, "\(String(describing: failure))")
        #expect(try connection.bounds(of: place).end == Int64(committed.count))
        try Files.remove(ballast)
        for number in 100..<105 { try commit(number) }
        var values: [String] = []
        var offset: Int64 = 0
        while offset < committed.count {
            let replay = try connection.replay(place, from: offset, recordsMax: 100)
            values += replay.messages.map { $0.value!.text }
            offset = replay.next
        }
        #expect(values == committed)
        log.close()
    }

    @Test(.enabled(if: SmallDisk.mayBeMade, reason)) func aStoreOnAFullDiskKeepsItsLastCommitAndGoesOn() throws {
        let disk = try #require(SmallDisk(kibibytes: 2000))
        let ballast = "\(disk.path)/ballast"
        try Files.write(Bytes(repeating: 0, count: 800 << 10), to: ballast)
        let stores = SQLiteStores(directory: disk.path)
        let shard = ShardName(worker: "ledger", partition: 0)
        var writer = try StoreWriter(stores, shard)
        var before = writer
        var failure: StoreFailure?
        for round in 0..<200 where failure == nil {
            before = writer
            do {
                try writer.put(["key \(round % 5)": "\(round) " + String(repeating: "x", count: 20_000)])
            } catch { failure = error as? StoreFailure }
        }
        #expect(failure?.kind == .retriable, "\(String(describing: failure))")
        #expect(writer.store.meta == before.meta)
        for (key, value) in before.rows { #expect(try writer.store.read(1, Bytes(utf8: key))?.text == value) }
        try Files.remove(ballast)
        try before.put(["after": "room"])
        before.store.close()
        let again = try stores.open(shard)
        #expect(again.meta == before.meta)
        for (key, value) in before.rows { #expect(try again.read(1, Bytes(utf8: key))?.text == value) }
        again.close()
    }

    @Test(.enabled(if: SmallDisk.mayBeMade, reason)) func aRestoreOnAFullDiskCanGoOn() throws {
        let disk = try #require(SmallDisk(kibibytes: 3000))
        let ballast = "\(disk.path)/ballast"
        try Files.write(Bytes(repeating: 0, count: 2000 << 10), to: ballast)
        let shard = ShardName(worker: "ledger", partition: 0)
        let store = try SQLiteStores(directory: disk.path).open(shard)
        var sum: UInt64 = 0
        var failed = 0
        for number in 0..<40 {
            let change = Change(table: 1, key: Bytes(utf8: "\(number)"), payload: Bytes(repeating: UInt8(number), count: 20_000))
            sum &+= RowSum.hash(1, change.key, change.payload!)
            do {
                try store.load([change])
            } catch {
                #expect(error.kind == .retriable, "\(error)")
                failed += 1
                try Files.remove(ballast)
                try store.load([change])
            }
        }
        #expect(failed == 1)
        try store.commit([], ShardMeta(clusterId: "c", worker: "ledger", partition: 0, partitionCount: 4, checksum: sum))
        store.close()
        #expect(StoreCheck.findings(shard, in: disk.path).isEmpty)
    }

    @Test(.enabled(if: SmallDisk.mayBeMade, reason)) func readsFromAFolderThatCannotBeWritten() throws {
        let disk = try #require(SmallDisk(kibibytes: 3000))
        let log = try EmbeddedLog(directory: disk.path, topics: [TopicSpec(topic, partitions: 1)])
        let connection = try log.connect(group: "test", instance: "only", topics: [topic])
        guard case .assigned(_, let membership)? = try connection.poll(recordsMax: 1, wait: .milliseconds(0)).membership.first else {
            Issue.record("nothing was assigned")
            return
        }
        let place = TopicPartition(topic, 0)
        _ = try connection.commit(Transaction(membership: membership, records: [append(place, "k", "1")], offsets: [place: 0]))
        log.close()
        let shard = ShardName(worker: "ledger", partition: 0)
        var writer = try StoreWriter(SQLiteStores(directory: disk.path), shard)
        try writer.put(["a": "1"])
        writer.store.close()
        try #require(disk.freeze())
        let reader = try EmbeddedLogReader(directory: disk.path)
        #expect(try reader.records(place, from: 0, recordsMax: 5).messages.map { $0.value?.text } == ["1"])
        #expect(StoreCheck.findings(shard, in: disk.path).isEmpty)
        #expect(try SQLiteStoreReader(directory: disk.path, shard: shard).read(1, Bytes(utf8: "a"))?.text == "1")
        let ownerFailure = try #require(thrown(LogFailure.self) { _ = try EmbeddedLog(directory: disk.path, topics: []) })
        #expect(ownerFailure.kind == .fatal)
        #expect(ownerFailure.description.contains(disk.path) && ownerFailure.description.contains("right to write"), "\(ownerFailure)")
        let storeFailure = try #require(thrown(StoreFailure.self) { _ = try SQLiteStores(directory: disk.path).open(shard) })
        #expect(storeFailure.kind == .fatal)
        let inboxFailure = try #require(
            thrown(LogFailure.self) {
                let writer = try InboxWriter(directory: disk.path)
                try writer.add(topic: topic, key: nil, value: [])
                try writer.finish()
            })
        #expect(inboxFailure.kind == .fatal)
    }
}
