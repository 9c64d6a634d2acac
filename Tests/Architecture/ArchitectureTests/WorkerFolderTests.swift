import Foundation
import Testing

/// A worker is a folder that looks like every other worker's.
@Suite struct WorkerFolderTests {
    static let workers = Repository.folders(in: "Sources/Workers")

    @Test(arguments: workers)
    func aWorkerSaysWhatItIs(worker: String) throws {
        let file = "Sources/Workers/\(worker)/\(worker).swift"
        try #require(Repository.exists(file), "a worker's own type stands in \(file)")
        let lines = try Repository.text(file).split(separator: "\n").map(String.init)
        let declaration = try #require(
            lines.firstIndex { $0.hasPrefix("public struct \(worker):") || $0.hasPrefix("public struct \(worker)<") },
            "\(file) has no `public struct \(worker): Worker`")
        let before = lines[..<declaration].last { !$0.hasPrefix("@") }
        #expect(
            before?.hasPrefix("///") == true, "`\(worker)` in \(file) opens with no doc comment: say in a sentence what it does for whom")
    }

    @Test(arguments: workers)
    func aWorkersProcessIsAFewLines(worker: String) throws {
        let files = Repository.files(below: "Sources/Workers/\(worker)/Process", ending: ".swift")
        #expect(files.count == 1, "Sources/Workers/\(worker)/Process holds the one file that starts the worker")
        for file in files {
            let lines = try Repository.text(file).split(separator: "\n").filter { !$0.hasPrefix("//") }
            #expect(lines.count <= 12, "\(file) does more than start the worker: what all workers need belongs to WorkerHost")
        }
    }

    @Test(arguments: workers)
    func aWorkerHasTests(worker: String) throws {
        let files = Repository.files(below: "Tests/Workers/\(worker)Tests", ending: ".swift")
        let tests = try files.reduce(0) { try $0 + Repository.text($1).components(separatedBy: "@Test").count - 1 }
        #expect(tests > 0, "Tests/Workers/\(worker)Tests has no test yet")
    }

    /// Library code outside of tools never prints: log lines go through Telemetry, answers through outputs.
    @Test func nothingOnThePathOfAMessagePrints() throws {
        for room in ["Stream/StreamCore", "Stream/StreamEngine", "Stream/StreamRuntime", "Adapters", "Bindings", "Model", "Workers"] {
            for file in Repository.files(below: "Sources/\(room)", ending: ".swift") where !file.contains("/Process/") {
                for (index, line) in try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                    let code = line.drop { $0 == " " }
                    #expect(!code.hasPrefix("print("), "\(file):\(index + 1) prints: log by Telemetry, or answer by an output")
                    #expect(!code.contains("Codable"), "\(file):\(index + 1) uses Codable, ten times slower than our own codecs")
                }
            }
        }
    }

    /// Swift 6.0.3 crashes on a text with an interpolation, and on a closure, between the brackets of `@Test(…)`.
    @Test func argumentsOfTestsCompileWithTheOldestCompiler() throws {
        for file in Repository.files(below: "Tests", ending: ".swift") where !file.hasSuffix("/WorkerFolderTests.swift") {
            let parts = try Repository.text(file).components(separatedBy: "@Test(").dropFirst()
            for part in parts {
                // Up to the function's name, which is the first thing after the brackets.
                let attribute = part.components(separatedBy: "func ")[0]
                #expect(
                    !attribute.contains("\\(") && !attribute.contains("\\#(") && !attribute.contains("$0"),
                    "\(file) has an interpolation or a closure in the arguments of a test, which Swift 6.0 cannot compile: make it a static let"
                )
            }
        }
    }

    /// The Swift Testing of Swift 6.0 gives nothing back from `#expect(throws:)`; a newer compiler does not notice.
    @Test func testsCompileWithTheOldestCompiler() throws {
        for file in Repository.files(below: "Tests", ending: ".swift") where !file.hasSuffix("/WorkerFolderTests.swift") {
            for (index, line) in try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let usesResult = ["= #expect(throws", "= try #require(throws", "= #require(throws", "= await #expect(throws"]
                    .contains { line.contains($0) }
                #expect(
                    !usesResult,
                    "\(file):\(index + 1) uses what #expect(throws:) gives back, which Swift 6.0 does not have: use thrown(_:by:) of StreamTestKit, or #expect { } throws: { }"
                )
            }
        }
    }
}
