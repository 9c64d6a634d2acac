import BrokerKit
import Foundation

/// A file system of a few megabytes that can be filled up. Needs the right to mount.
final class SmallDisk {
    let path: String
    private var filling: String { path + "/filling" }

    /// Nil where mounting is not allowed.
    init?(in folder: String, megabytes: Int) throws {
        path = folder + "/small-disk"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let mount = try ChildProcess(
            "mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path], output: folder + "/mount.log")
        guard mount.waitForEnd(within: .seconds(10)) == .code(0) else { return nil }
    }

    deinit {
        let unmount = try? ChildProcess("umount", ["-l", path], output: path + ".log")
        _ = unmount?.waitForEnd(within: .seconds(10))
    }

    /// Leaves not a byte.
    func fill() {
        let descriptor = open(filling, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var size = 1 << 20
        let zeros = [UInt8](repeating: 0, count: size)
        while size > 0 { if write(descriptor, zeros, size) < size { size /= 2 } }
    }

    func empty() { unlink(filling) }
}
