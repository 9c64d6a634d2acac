import Foundation

/// The built `chengxin`, run as a process of its own.
enum Executable {
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

    /// Beside the test executable, where SwiftPM puts both. Found once and without `Bundle`, whose list is not made for several threads
    /// in the Foundation of Swift 6.0.
    private static let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

    static func path(_ name: String = "chengxin") -> String { folder.appendingPathComponent(name).path }

    /// The folder of the package, where Config/ is.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static func start(_ words: [String], input: Data? = nil, output: Pipe = Pipe(), errors: Pipe = Pipe(), name: String = "chengxin")
        throws -> Process
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path(name))
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: root)
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("CHENGXIN_") }
        process.standardOutput = output
        process.standardError = errors
        let stdin = Pipe()
        process.standardInput = stdin
        try process.run()
        if let input { try? stdin.fileHandleForWriting.write(contentsOf: input) }
        try? stdin.fileHandleForWriting.close()
        return process
    }

    /// Runs a command to its end.
    static func run(_ words: String..., input: Data? = nil) throws -> Outcome { try run(words, input: input) }

    static func run(_ words: [String], input: Data? = nil, executable: String? = nil) throws -> Outcome {
        // Into files: a pipe that fills up while the other is read would stop both.
        let scratch = try Scratch()
        let outputPath = try scratch.file("output", [])
        let errorsPath = try scratch.file("errors", [])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable ?? path())
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: root)
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("CHENGXIN_") }
        process.standardOutput = FileHandle(forWritingAtPath: outputPath)
        process.standardError = FileHandle(forWritingAtPath: errorsPath)
        if let input {
            process.standardInput = FileHandle(forReadingAtPath: try scratch.file("input", input))
        }
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: try String(contentsOfFile: outputPath, encoding: .utf8),
            errors: try String(contentsOfFile: errorsPath, encoding: .utf8))
    }

    /// Runs a command as a user who owns nothing.
    static func runWithoutRights(_ words: [String]) throws -> Outcome {
        try run(
            ["--reuid=65534", "--regid=65534", "--clear-groups", path()] + words, executable: "/usr/bin/setpriv")
    }
}
