import CreditModel
import Foundation
import StreamCore
import Telemetry
import Testing

@testable import WorkerHost

@Suite struct ReadinessTests {
    private final class Place {
        let folder = NSTemporaryDirectory() + "/ready-" + UUID().uuidString
        let memory = LogMemory()
        let readiness: Readiness
        var path: String { folder + "/ready" }
        var isThere: Bool { FileManager.default.fileExists(atPath: path) }

        init(lanes: Int = 1) throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            readiness = Readiness(path: folder + "/ready", worker: "ledger", instance: "a", lanes: lanes, log: Log(to: memory))
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func tell(_ assigned: [Int]?, _ running: [Int], lane: Int = 0) {
            readiness.update(lane: lane, Readiness.Share(assigned: assigned, running: running))
        }
    }

    @Test func isThereOnlyWhenAllOfTheAssignmentIsTakenOver() throws {
        let place = try Place()
        place.tell(nil, [])
        #expect(!place.isThere)
        place.tell([0, 1, 2], [0, 2])
        #expect(!place.isThere)
        place.tell([0, 1, 2], [0, 1, 2])
        #expect(place.isThere)
        let line = try JSONParser.parse(Bytes(utf8: String(contentsOfFile: place.path, encoding: .utf8).dropLast().description)).root
        #expect(line["worker"]?.string == "ledger" && line["instance"]?.string == "a")
        #expect(line["process"]?.int64 == Int64(getpid()))
        #expect(line["partitions"]?.elements.compactMap(\.int64) == [0, 1, 2])
        #expect(place.memory.messages == ["ready"])
        #expect(place.memory.lines.first?[.partitions] == .text("0-2"))
    }

    @Test func waitsForEveryLane() throws {
        let place = try Place(lanes: 2)
        place.tell([0], [0], lane: 0)
        #expect(!place.isThere)
        place.tell([1], [1], lane: 1)
        #expect(place.isThere)
        place.tell(nil, [], lane: 1)
        #expect(!place.isThere)
    }

    @Test func aStandbyWithoutPartitionsIsReady() throws {
        let place = try Place()
        place.tell([], [])
        #expect(place.isThere)
    }

    @Test func goesWhenPartitionsGoAndComesBackWithTheNewOnes() throws {
        let place = try Place()
        place.tell([0, 1], [0, 1])
        place.tell(nil, [])
        #expect(!place.isThere)
        place.tell([0], [])
        #expect(!place.isThere)
        place.tell([0], [0])
        #expect(place.isThere)
    }

    /// After a commit of unknown outcome every shard is taken over again, which takes a moment and needs nobody.
    @Test func staysWhileShardsAreTakenOverAgain() throws {
        let place = try Place()
        place.tell([0, 1], [0, 1])
        place.tell([0, 1], [])
        #expect(place.isThere)
    }

    @Test func isGoneAfterTheEndAndComesNoMore() throws {
        let place = try Place()
        place.tell([0], [0])
        place.readiness.end()
        #expect(!place.isThere)
        place.tell([0], [0])
        #expect(!place.isThere)
    }

    @Test func aFileOfAProcessThatWasKilledIsRemovedAtTheStart() throws {
        let place = try Place()
        try "old".write(toFile: place.path, atomically: true, encoding: .utf8)
        try place.readiness.begin()
        #expect(!place.isThere)
    }

    @Test func saysWhenItCannotSay() throws {
        let place = try Place()
        try FileManager.default.removeItem(atPath: place.folder)
        place.tell([0], [0])
        #expect(place.memory.messages == ["cannot say that it is ready"])
        try FileManager.default.createDirectory(atPath: place.folder, withIntermediateDirectories: true)
        place.tell([0], [0])
        #expect(place.isThere)
    }

    @Test(arguments: [([], ""), ([3], "3"), ([0, 1, 2], "0-2"), ([0, 2, 3, 7], "0 2-3 7")] as [([Int], String)])
    func writesPartitionsAsRanges(partitions: [Int], text: String) {
        #expect(Readiness.text(partitions) == text)
    }
}
