import Glibc

/// Tells when files appear in a folder, without looking at it again and again.
public final class FolderWatch {
    /// Readable when something has happened; nil on a machine that has no watches left: then one looks from time to time.
    public let descriptor: Int32?

    public init(_ path: String) {
        let opened = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard opened >= 0 else {
            descriptor = nil
            return
        }
        // Files are written elsewhere and renamed into the folder.
        if inotify_add_watch(opened, path, UInt32(IN_MOVED_TO) | UInt32(IN_CLOSE_WRITE)) < 0 {
            close(opened)
            descriptor = nil
        } else {
            descriptor = opened
        }
    }

    deinit { if let descriptor { close(descriptor) } }

    /// Forgets what has happened so far. Called before the folder is looked at, so that nothing in between is missed.
    public func drain() {
        guard let descriptor else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}
