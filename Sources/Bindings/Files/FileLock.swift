import Glibc

/// The right to a folder or a file, as long as this object lives. The system takes it back when the process ends, however it ends.
public final class FileLock {
    private let descriptor: Int32

    /// Takes the lock, or gives nil when somebody else has it. The file stays for ever and holds the owner's process id, for messages.
    public static func take(_ path: String) throws(FileError) -> FileLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            if code == EWOULDBLOCK { return nil }
            throw FileError("flock", path, code: code)
        }
        let name = Array("\(getpid())\n".utf8)
        // Only for people: a lock without a name is as good.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, name, name.count, 0) }
        return FileLock(descriptor)
    }

    /// Takes the lock when it becomes free.
    public static func wait(_ path: String) throws(FileError) -> FileLock {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("open", path) }
        let lock = FileLock(descriptor)
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw FileError("flock", path) }
        }
        return lock
    }

    /// Who has the lock, as far as its file says.
    public static func owner(_ path: String) -> Int? {
        guard let bytes = try? Files.read(path, bytesMax: 32) else { return nil }
        return Int(String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self))
    }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { Glibc.close(descriptor) }
}
