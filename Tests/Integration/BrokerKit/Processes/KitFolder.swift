import Files
import Foundation
import Synchronization

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

    /// Leaves the folder where it is after all, and says where.
    public static func keep() -> String {
        connection.withLock { connection in
            var word = Array("keep\n".utf8)
            if let connection { _ = send(connection, &word, word.count, Int32(MSG_NOSIGNAL)) }
        }
        return path
    }

    private static let connection = Mutex<Int32?>(nil)

    /// A shell waits for the end of a connection that only this process holds open: that end comes also when the process is killed. The
    /// processes that write into the folder are killed at the same moment and may still be about to die, so it tries again. What a test
    /// has mounted below the folder goes first.
    private static func removeAtTheEnd(_ path: String) {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return }
        let script = """
            trap '' INT TERM HUP
            read -r word && [ "$word" = keep ] && exit
            tries=0
            while [ -d "$1" ] && [ $tries -lt 50 ]; do
                tries=$((tries + 1))
                grep -o " $1/[^ ]*" /proc/mounts | while read -r place; do umount -l "$place"; done
                rm -rf "$1" || sleep 0.2
            done
            """
        _ = Spawn.start(
            "/bin/sh", ["-c", script, "chengxin-kit-remover", path],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"], input: ends[0], output: "/dev/null")
        close(ends[0])
        connection.withLock { $0 = ends[1] }
    }
}
