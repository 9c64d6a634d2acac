import Files
import Foundation

/// The folder of everything that one test process starts: removed when the process has ended, in whatever way.
public enum KitFolder {
    /// `CHENGXIN_KEEP=1` leaves it where it is, to look at.
    public static let keeps = ProcessInfo.processInfo.environment["CHENGXIN_KEEP"] != nil

    public static let path: String = {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("chengxin-kit-\(getpid())-\(Files.randomName().prefix(8))")
            .path
        try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if !keeps { removeAtTheEnd(path) }
        return path
    }()

    /// A folder of its own for each caller.
    public static func make(_ name: String) throws -> String {
        let folder = "\(path)/\(name)-\(Files.randomName().prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    /// A shell waits for the end of a connection that only this process holds open: that end comes also when the process is killed. The
    /// processes that write into the folder are killed at the same moment and may still be about to die, so it tries again.
    private static func removeAtTheEnd(_ path: String) {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return }
        let script = "trap '' INT TERM HUP; cat; n=0; until rm -rf \"$1\" || [ $n -gt 50 ]; do n=$((n+1)); sleep 0.2; done"
        _ = Spawn.start(
            "/bin/sh", ["-c", script, "chengxin-kit-remover", path], environment: [:], input: ends[0], output: "/dev/null")
        close(ends[0])
    }
}
