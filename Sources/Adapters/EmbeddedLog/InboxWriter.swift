import Files
import StreamCore
import StreamEngine

/// Hands messages to whoever owns a log's folder, now or later: works beside a running owner and without one.
///
/// Messages are safe when `finish` has returned. What is large becomes several files, each of which counts as soon as it is full.
public final class InboxWriter {
    public private(set) var records = 0

    private let folder: String
    private let fileBytesMax: Int
    private var buffer = Bytes()
    private var file: FileWriter?

    /// `directory` is the log's, and is made where there is none.
    public init(directory: String, fileBytesMax: Int = 8 << 20) throws(LogFailure) {
        folder = LogFile.inbox(in: directory)
        self.fileBytesMax = fileBytesMax
        do throws(FileError) { try Files.makeFolder(folder) } catch { throw LogFailure(error) }
    }

    deinit {
        // Not finished: what is not published is nobody's.
        if let file { try? Files.remove(file.path) }
    }

    public func add(topic: Topic, key: Bytes?, headers: Headers = Headers(), value: Bytes?) throws(LogFailure) {
        do throws(FileError) {
            if file == nil {
                file = try FileWriter("\(folder)/.new-\(Files.randomName())")
                buffer.append(contentsOf: InboxCodec.head)
            }
            InboxCodec.append(topic, key, headers, value, to: &buffer)
            records += 1
            if buffer.count >= 256 << 10 {
                try file?.write(buffer)
                buffer.removeAll(keepingCapacity: true)
            }
            if let file, file.count + buffer.count >= fileBytesMax { try publish() }
        } catch {
            throw LogFailure(error)
        }
    }

    /// Makes everything that was added safe and visible to the owner.
    public func finish() throws(LogFailure) {
        do throws(FileError) { try publish() } catch { throw LogFailure(error) }
    }

    private func publish() throws(FileError) {
        guard let file else { return }
        buffer.append(contentsOf: InboxCodec.tail)
        try file.write(buffer)
        buffer.removeAll(keepingCapacity: true)
        try file.finish()
        // One after the other, so that names ascend in the order of publishing, also among several writers.
        let turn = try FileLock.wait("\(folder)/.lock")
        defer { _ = turn }
        let last = "\(folder)/.last"
        let remembered = (try? Files.read(last, bytesMax: 32)).flatMap { Int64($0.text) } ?? 0
        let present = try Files.names(folder).compactMap(InboxName.number).max() ?? 0
        let number = max(Files.wallClock() * 1000, remembered + 1, present + 1)
        try Files.write(Bytes(utf8: String(number)), to: last)
        try Files.rename(file.path, to: "\(folder)/\(InboxName.make(number))")
        try Files.syncFolder(folder)
        self.file = nil
    }
}

/// Names of the inbox's files: a number that ascends, and digits that nobody else has, so that no name ever comes again.
enum InboxName {
    static func make(_ number: Int64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 20 - digits.count) + digits + "-" + Files.randomName().prefix(16) + ".in"
    }

    static func number(_ name: String) -> Int64? {
        name.hasSuffix(".in") ? name.firstIndex(of: "-").flatMap { Int64(name[..<$0]) } : nil
    }
}
