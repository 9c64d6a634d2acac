import Glibc

/// Calls of the system on files, with errors that name the call and the path.
public enum Files {
    /// Makes a folder and those above it, for its owner alone. One that is there stays as it is.
    public static func makeFolder(_ path: String) throws(FileError) {
        if mkdir(path, 0o700) == 0 { return try syncFolder(above(path)) }
        switch errno {
        case EEXIST where isFolder(path): return
        case ENOENT where !above(path).isEmpty && above(path) != path && !isFolder(above(path)):
            try makeFolder(above(path))
            // Once more and no more: some file systems say the same of folders that are there (/proc).
            // Another thread may have made it meanwhile.
            guard mkdir(path, 0o700) == 0 || errno == EEXIST && isFolder(path) else { throw FileError("mkdir", path) }
            try syncFolder(above(path))
        default: throw FileError("mkdir", path)
        }
    }

    /// Makes an empty file for its owner alone, unless there is one.
    public static func makePrivate(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("open", path) }
        close(descriptor)
    }

    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
    public static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }

    public static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Seconds since 1970 of the last change.
    public static func changed(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_mtim.tv_sec) : nil
    }

    /// The names in a folder, in their order, without `.` and `..`.
    public static func names(_ folder: String) throws(FileError) -> [String] {
        guard let stream = opendir(folder) else { throw FileError("opendir", folder) }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw FileError("readdir", folder) }
        return names.sorted()
    }

    /// The first bytes of a file, from `offset` on.
    public static func read(_ path: String, from offset: Int = 0, bytesMax: Int) throws(FileError) -> ArraySlice<UInt8> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError("fstat", path) }
        let length = max(0, min(bytesMax, Int(status.st_size) - offset))
        var failed: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { memory, count in
            while count < length {
                let got = pread(descriptor, memory.baseAddress! + count, length - count, off_t(offset + count))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failed = errno }
                if got <= 0 { break }
                count += got
            }
        }
        guard failed == 0 else { throw FileError("read", path, code: failed) }
        return bytes[...]
    }

    /// Writes a file for its owner alone, in place of one that is there, and waits until it is on the disk. Its folder is not synced.
    public static func write(_ bytes: ArraySlice<UInt8>, to path: String) throws(FileError) {
        let file = try FileWriter(path)
        try file.write(bytes)
        try file.finish()
    }

    /// Gives a file another name in one step. What is there under that name is replaced.
    public static func rename(_ path: String, to newPath: String) throws(FileError) {
        guard Glibc.rename(path, newPath) == 0 else { throw FileError("rename", path) }
    }

    /// Removes a file; one that is not there is no error.
    public static func remove(_ path: String) throws(FileError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError("unlink", path) }
    }

    /// Waits until the folder's own entries (names made, changed, removed) are on the disk.
    public static func syncFolder(_ path: String) throws(FileError) {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", path) }
        defer { close(descriptor) }
        // Some file systems cannot sync a folder and say so by EINVAL; there is nothing more to do on them.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError("fsync", path) }
    }

    /// Hexadecimal digits that nobody else has.
    public static func randomName() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// The folder that a path lies in; "" when it names none.
    public static func above(_ path: String) -> String {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard let slash = trimmed.lastIndex(of: "/") else { return "" }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// Milliseconds since 1970 by the machine's clock.
    public static func wallClock() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
