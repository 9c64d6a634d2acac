import Glibc

/// Reads a file, or standard input for `-`, piece by piece: never the whole of it is in memory.
final class ByteSource {
    let name: String
    /// How long the file is; nil for a pipe.
    let size: Int?
    private(set) var bytesRead = 0
    private let descriptor: Int32

    init(path: String) throws(FileFailure) {
        if path == "-" {
            name = "standard input"
            descriptor = dup(0)
        } else {
            name = path
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
        }
        guard descriptor >= 0 else {
            throw FileFailure(path: path, reason: String(cString: strerror(errno)), hint: "check the path and your rights to it")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw FileFailure(path: path, reason: "is a folder", hint: "name the files in it")
        }
        size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    deinit { close(descriptor) }

    /// Appends the next bytes, at most `count`. False at the end.
    func read(_ count: Int, to buffer: inout [UInt8]) throws(FileFailure) -> Bool {
        var failure: Int32 = 0
        let chunk = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
            while true {
                let got = Glibc.read(descriptor, target.baseAddress, count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                filled = max(0, got)
                return
            }
        }
        guard failure == 0 else {
            throw FileFailure(path: name, reason: String(cString: strerror(failure)), hint: "what was read before it was sent")
        }
        buffer += chunk
        bytesRead += chunk.count
        return !chunk.isEmpty
    }
}

/// A file that cannot be read at all.
struct FileFailure: Error, Hashable, CustomStringConvertible {
    var path: String
    var reason: String
    var hint: String
    var description: String { "\(path): \(reason); \(hint)" }
}

/// A piece of a file that cannot be read, named by the number of its first line.
struct UnreadableLine: Error, Hashable {
    var line: Int
    var reason: String
    var hint: String = ""
}

/// The bytes of a source that are at hand, and what has been taken of them.
struct ByteBuffer {
    static let chunk = 256 * 1024
    private(set) var bytes: [UInt8] = []
    /// Where what has not been taken yet begins.
    private(set) var start = 0
    private(set) var isAtEnd = false
    let source: ByteSource

    init(_ source: ByteSource) throws(FileFailure) {
        self.source = source
        try fill()
    }

    var rest: ArraySlice<UInt8> { bytes[start...] }

    /// Gets more bytes; false when there are none.
    mutating func fill() throws(FileFailure) {
        if start > 0 {
            bytes.removeFirst(start)
            start = 0
        }
        if try !source.read(ByteBuffer.chunk, to: &bytes) { isAtEnd = true }
    }

    mutating func take(_ count: Int) { start += count }
}
