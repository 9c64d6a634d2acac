import Foundation

/// The working copy that these tests were compiled from.
enum Repository {
    /// Tests/Architecture/ArchitectureTests/Repository.swift lies four levels below it.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    /// The paths of all files below a folder that end so, in order, seen from the root.
    static func files(below folder: String, ending: String = "") -> [String] {
        guard let names = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path) else { return [] }
        return names.compactMap { $0 as? String }
            .filter { $0.hasSuffix(ending) && !$0.split(separator: "/").contains { $0.hasPrefix(".") } }
            .map { folder + "/" + $0 }
            .filter { !isFolder($0) }
            .sorted()
    }

    /// The names of the folders directly below a folder.
    static func folders(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
        return names.filter { !$0.hasPrefix(".") && isFolder(folder + "/" + $0) }.sorted()
    }

    /// The names of the project's own folders: without git, of all that lie at the root, what somebody has made by trying it included.
    static func ownFolders() throws -> [String] {
        let listing = try run("/usr/bin/env", "git", "ls-files")
        guard listing.status == 0 else { return folders(in: ".") }
        let own = Set(listing.output.split(separator: "\n").compactMap { $0.split(separator: "/").first.map(String.init) })
        return folders(in: ".").filter(own.contains)
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The outcome of a command that is run at the root.
    static func run(_ command: String, _ arguments: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: command)
        process.arguments = arguments
        process.currentDirectoryURL = root
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
