import Glibc

/// A file that is being written, for its owner alone. It counts only after `finish`.
public final class FileWriter {
    public let path: String
    public private(set) var count = 0
    private var descriptor: Int32

    public init(_ path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("open", path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    public func write(_ bytes: ArraySlice<UInt8>) throws(FileError) {
        var failed: Int32 = 0
        bytes.withUnsafeBytes { raw in
            var done = 0
            while done < raw.count, failed == 0 {
                let written = Glibc.write(descriptor, raw.baseAddress! + done, raw.count - done)
                if written > 0 { done += written } else if errno != EINTR { failed = errno }
            }
        }
        guard failed == 0 else { throw FileError("write", path, code: failed) }
        count += bytes.count
    }

    /// Waits until everything is on the disk, and closes.
    public func finish() throws(FileError) {
        guard fsync(descriptor) == 0 else { throw FileError("fsync", path) }
        guard close(descriptor) == 0 else {
            descriptor = -1
            throw FileError("close", path)
        }
        descriptor = -1
    }
}
