import CreditModel
import Foundation
import StreamCore
import WorkerHost

/// The sample city's own pack: its calendar, clocks, measures and rights.
enum SampleCity {
    private static let loaded = Result {
        // Tests/Workers/SanctionTests/SampleCity.swift lies four levels below the root.
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return try ConfigurationLoader.load(directory: root.appendingPathComponent("Config").path).policy
    }

    static func policy(_ change: (inout PolicyPack) -> Void = { _ in }) throws -> PolicyPack {
        var pack = try loaded.get()
        change(&pack)
        return pack
    }

    static let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))
}
