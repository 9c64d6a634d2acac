import CreditModel
import Foundation
import StreamCore
import WorkerHost

/// The sample city's own pack: its clocks, its calendar, its rights.
enum SampleCity {
    static let keys = ClusterKeys(master: [UInt8](repeating: 7, count: 32))

    /// Read once; a test that needs another rule changes its copy.
    static func policy(_ change: (inout PolicyPack) -> Void = { _ in }) -> PolicyPack {
        var policy = pack
        change(&policy)
        return policy
    }

    private static let pack = try! ConfigurationLoader.load(directory: configuration).policy

    /// `Config` of this checkout, wherever the tests are started.
    private static let configuration = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Config").path
}

func day(_ text: String) -> CivilDate { CivilDate(iso: text)! }

/// `2026-05-06T09:00+08:00`.
func instant(_ text: String) -> Instant { Instant(rfc3339: text)! }

extension Instant {
    /// The millisecond before.
    var justBefore: Instant { self + .milliseconds(-1) }
}
