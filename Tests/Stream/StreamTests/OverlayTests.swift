import StreamCore
import StreamEngine
import StreamTestKit
import Testing

@testable import StreamRuntime

@Suite struct OverlayTests {
    /// Rows in their order: by table, then byte for byte without sign, a shorter key before those that it begins. Neighbours differ in
    /// each of the places that the comparison treats apart: the first seven bytes, the next eight, what lies behind, the length.
    private static let rows: [(table: UInt8, key: Bytes)] = [
        (1, []), (1, [0]), (1, [0, 0]), (1, Bytes(utf8: "record")), (1, Bytes(utf8: "record\0")),
        (1, Bytes(utf8: "record1")), (1, Bytes(utf8: "record1\0")), (1, Bytes(utf8: "record10")), (1, Bytes(utf8: "record1abcdefgh")),
        (1, Bytes(utf8: "record1abcdefgh\0")), (1, Bytes(utf8: "record1abcdefgha")), (1, Bytes(utf8: "record1abcdefghaa")),
        (1, Bytes(utf8: "record1abcdefghb")), (1, Bytes(utf8: "record1abcdefgi")), (1, [127]), (1, [128]), (2, []), (2, Bytes(utf8: "a")),
        (200, [255]),
        (201, [0]),
    ]

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func changesGoToChangelogAndStoreInTheOrderOfTheirRows(seed: UInt64) throws {
        let store = try MemoryStores().open(ShardName(worker: "overlay", partition: 0))
        var overlay = Overlay(store: store, seal: NoSeal())
        for (index, row) in OverlayTests.shuffled(seed).enumerated() {
            try overlay.put(row.table, row.key, Bytes(utf8: "value"), salt: Overlay.Salt(cause: [1], index: index))
        }
        var told: [Bytes] = []
        let changes = overlay.changes(checksum: 0) { key, _ in told.append(key) }.rows
        #expect(changes.map { [$0.table] + $0.key } == OverlayTests.rows.map { [$0.table] + $0.key })
        #expect(told.map { Array($0) } == OverlayTests.rows.map { [$0.table] + $0.key })
    }

    /// Fisher and Yates, by a linear congruential generator.
    private static func shuffled(_ seed: UInt64) -> [(table: UInt8, key: Bytes)] {
        var rows = OverlayTests.rows
        var state = seed
        for index in rows.indices.reversed() {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            rows.swapAt(index, Int(state >> 33) % (index + 1))
        }
        return rows
    }
}
