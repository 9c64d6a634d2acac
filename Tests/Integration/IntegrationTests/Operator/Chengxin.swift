import BrokerKit
import Foundation

/// The built `chengxin`, run to its end on a cluster.
struct Chengxin {
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
        var lines: [Substring] { output.split(separator: "\n") }
        /// Each line of the output as a JSON object.
        var objects: [[String: Any]] {
            lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        }
    }

    /// What stands on every command line, as `--bootstrap HOST:PORT`.
    var common: [String]

    var environment: [String: String] = [:]

    init(_ bootstrap: String, _ more: String...) { common = ["--bootstrap", bootstrap] + more }

    func callAsFunction(_ words: String..., input: String = "") throws -> Outcome {
        let folder = try KitFolder.make("command")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func file(_ name: String, _ text: String = "") throws -> String {
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
            return "\(folder)/\(name)"
        }
        let (output, errors) = (try file("output"), try file("errors"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: BuiltProducts.path("chengxin"))
        process.arguments = words + common
        process.currentDirectoryURL = URL(fileURLWithPath: BuiltProducts.root)
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("CHENGXIN_") }
            .merging(environment) { $1 }
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        process.standardInput = FileHandle(forReadingAtPath: try file("input", input))
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8))
    }
}
