import Foundation

/// Where this package lies, and where SwiftPM put what it built.
public enum BuiltProducts {
    /// Beside the running executable. Found without `Bundle`, whose list is not made for several threads in the Foundation of Swift 6.0.
    public static let folder = URL(fileURLWithPath: CommandLine.arguments[0]).standardizedFileURL.deletingLastPathComponent().path

    /// The folder of the package, where Config/ is.
    public static let root: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<5 { url.deleteLastPathComponent() }
        return url.path
    }()

    public static func path(_ name: String) -> String { folder + "/" + name }
}
