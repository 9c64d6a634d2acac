import Foundation

/// A built program, run to its end.
public struct ProgramRun: Sendable {
    public var end: ChildProcess.End
    public var output: String
    public var errors: String

    public var isGood: Bool { end == .code(0) }
    public var lines: [Substring] { output.split(separator: "\n") }

    public init(_ name: String, _ words: [String], within limit: Duration = .seconds(120)) throws {
        let folder = try KitFolder.make(name)
        let child = try ChildProcess(BuiltProducts.path(name), words, output: folder + "/output", errors: folder + "/errors")
        guard let end = child.waitForEnd(within: limit) else {
            child.send(SIGKILL)
            throw WaitedTooLong(description: "\(name) \(words.joined(separator: " ")) ends: not within \(limit); \(child.tail())")
        }
        self.end = end
        output = child.text
        errors = (try? String(contentsOfFile: folder + "/errors", encoding: .utf8)) ?? ""
        try? FileManager.default.removeItem(atPath: folder)
    }
}
