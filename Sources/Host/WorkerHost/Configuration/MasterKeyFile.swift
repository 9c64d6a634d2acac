import CreditModel
import Crypto
import Glibc

/// The file of a cluster's master key: 64 hexadecimal digits (or the 32 bytes themselves), readable by its owner alone.
///
/// Whoever loses it can open neither stores nor sealed messages; whoever has it can find out whom a subject id belongs to.
public enum MasterKeyFile {
    /// The cluster's keys. `mayMake`: a missing file is made, with its folder, in one step that leaves either a whole file or none.
    public static func keys(at path: String, mayMake: Bool) throws(ConfigurationFailure) -> ClusterKeys {
        if let master = try read(path) { return ClusterKeys(master: master) }
        guard mayMake else {
            throw failure(
                path, "there is no master key",
                hint: "put the cluster's key here with mode 0600; `head -c 32 /dev/urandom | xxd -p -c 64` makes one")
        }
        try make(path)
        // Another process may have been faster: what lies there counts.
        guard let master = try read(path) else { throw failure(path, "the master key vanished after it was made") }
        return ClusterKeys(master: master)
    }

    /// Nil when there is no file.
    private static func read(_ path: String) throws(ConfigurationFailure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(path, String(cString: strerror(errno)), hint: "check the path and your rights to it")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw failure(path, "is no file", hint: "name the file of the master key")
        }
        // By the open descriptor: what was checked is what is read.
        guard status.st_mode & 0o077 == 0 else {
            throw failure(path, "others than its owner have rights to the master key", hint: "chmod 600 \(path)")
        }
        guard status.st_size <= 1024 else { throw failure(path, "is too long for a master key", hint: form) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw failure(path, String(cString: strerror(errno))) }
        guard let master = decode(Array(bytes[..<count])) else {
            throw failure(path, "is no master key: \(count) bytes of another form", hint: form)
        }
        guard master.contains(where: { $0 != 0 }) else {
            throw failure(path, "the master key is all zero, which anybody would guess", hint: "put the cluster's own key here")
        }
        return master
    }

    private static let form = "64 hexadecimal digits, or 32 bytes"

    private static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        if bytes.count == ClusterKeys.masterLength { return bytes }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let last = text.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        let master = Hexadecimal.bytes(text[...last])
        return master?.count == ClusterKeys.masterLength ? master : nil
    }

    private static func make(_ path: String) throws(ConfigurationFailure) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try makeFolder(folder)
        // A name that no other process has; then a link, which fails if somebody was faster, and never shows half a file.
        let draft = path + ".new-" + Hexadecimal.text(SystemRandom.bytes(8))
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw failure(
                path, "the master key cannot be made: " + String(cString: strerror(errno)), hint: "check your rights to \(folder)")
        }
        defer { unlink(draft) }
        let text = Array((Hexadecimal.text(SystemRandom.bytes(ClusterKeys.masterLength)) + "\n").utf8)
        let isWritten = write(descriptor, text, text.count) == text.count && fsync(descriptor) == 0
        let reason = errno
        close(descriptor)
        guard isWritten else { throw failure(path, "the master key cannot be written: " + String(cString: strerror(reason))) }
        guard link(draft, path) == 0 || errno == EEXIST else {
            throw failure(path, "the master key cannot be made: " + String(cString: strerror(errno)))
        }
        let parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if parent >= 0 {
            // Without this a lost power could take the name away after the first messages were sealed.
            fsync(parent)
            close(parent)
        }
    }

    private static func makeFolder(_ folder: String) throws(ConfigurationFailure) {
        if folder.isEmpty || mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        if errno == ENOENT, let slash = folder.lastIndex(of: "/") {
            try makeFolder(String(folder[..<slash]))
            if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        }
        throw failure(folder, "the folder of the master key cannot be made: " + String(cString: strerror(errno)))
    }

    private static func failure(_ path: String, _ reason: String, hint: String = "") -> ConfigurationFailure {
        ConfigurationFailure(ConfigurationProblem(at: path, key: "host.masterKeyFile", reason, hint: hint))
    }
}
