import Files
import StreamCore
import StreamEngine

/// Hands messages to whoever owns a log's folder, now or later: works beside a running owner and without one.
///
/// Messages are safe when `finish` has returned. What is large becomes several files, each of which counts as soon as it is full.
public final class InboxWriter: LogWriter {
    public private(set) var records = 0

    private let folder: String
    private let fileBytesMax: Int
    private let partitions: ((Topic) -> Int?)?
    private var buffer = Bytes()
    private var file: FileWriter?
    /// What lies in the file that is not published yet.
    private var unpublished: [TopicPartition] = []
    private var deliveries: [Delivery] = []
    private var numberOfDelivery = 0

    /// `directory` is the log's, and is made where there is none. `partitions` says how many a topic has, or will have, so that deliveries
    /// can tell the place; without it there are none.
    public init(directory: String, fileBytesMax: Int = 8 << 20, partitions: ((Topic) -> Int?)? = nil) throws(LogFailure) {
        folder = LogFile.inbox(in: directory)
        self.fileBytesMax = fileBytesMax
        self.partitions = partitions
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

    public func partitionCount(of topic: Topic) -> Int? { partitions?(topic) }

    public func add(_ message: HandedIn) throws(LogFailure) {
        if let partitions {
            guard let count = partitions(message.topic) else { throw LogFailure(.fatal, "there is no topic \(message.topic)") }
            unpublished.append(TopicPartition(message.topic, Partitioner.partition(of: message.key ?? message.value ?? [], count: count)))
        }
        try add(topic: message.topic, key: message.key, headers: message.headers, value: message.value)
    }

    public func delivered() -> [Delivery] {
        defer { deliveries.removeAll() }
        return deliveries
    }

    /// Makes everything that was added safe and visible to the owner.
    @discardableResult
    public func finish() throws(LogFailure) -> [Delivery] {
        do throws(FileError) { try publish() } catch { throw LogFailure(error) }
        return delivered()
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
        for place in unpublished {
            deliveries.append(Delivery(number: numberOfDelivery, result: .safe(place, offset: nil)))
            numberOfDelivery += 1
        }
        unpublished.removeAll(keepingCapacity: true)
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
