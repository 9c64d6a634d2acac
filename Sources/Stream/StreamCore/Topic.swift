/// The name of a topic.
public struct Topic: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let name: String
    public init(_ name: String) { self.name = name }
    public init(stringLiteral name: String) { self.name = name }
    public var description: String { name }
    public static func < (left: Topic, right: Topic) -> Bool { left.name < right.name }
}

/// One partition of one topic.
public struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let topic: Topic
    public let partition: Int
    public init(_ topic: Topic, _ partition: Int) {
        self.topic = topic
        self.partition = partition
    }
    public var description: String { "\(topic)/\(partition)" }
    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}

/// Where a record lies: the coordinates by which anyone can find it again. Written `topic/partition/offset`.
public struct Origin: Hashable, Sendable, CustomStringConvertible {
    public let topic: Topic
    public let partition: Int
    public let offset: Int64
    public init(_ topic: Topic, _ partition: Int, _ offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
    public var description: String { "\(topic)/\(partition)/\(offset)" }

    /// The same as `description`, in UTF-8.
    public var text: Bytes {
        var name = topic.name
        return name.withUTF8 { name in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(name.count + 32)
            bytes.append(contentsOf: name)
            bytes.append(UInt8(ascii: "/"))
            bytes.append(decimal: Int64(partition))
            bytes.append(UInt8(ascii: "/"))
            bytes.append(decimal: offset)
            return bytes[...]
        }
    }

    /// The inverse of `description`; nil when the text is something else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let partition = Int(parts[1]), let offset = Int64(parts[2]) else { return nil }
        self.init(Topic(String(parts[0])), partition, offset)
    }
}

/// The partitioner of the cluster: murmur2 as the Java client has it, so that all clients agree.
public enum Partitioner {
    public static func partition(of key: Bytes, count: Int) -> Int {
        Int(murmur2(key) & 0x7fff_ffff) % count
    }

    /// MurmurHash2, 32 bits, seed 0x9747b28c (Kafka's `Utils.murmur2`).
    static func murmur2(_ key: Bytes) -> UInt32 {
        let multiplier: UInt32 = 0x5bd1_e995
        return key.withUnsafeBytes { bytes in
            var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
            var index = 0
            while index + 4 <= bytes.count {
                var word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
                word &*= multiplier
                word ^= word >> 24
                word &*= multiplier
                hash &*= multiplier
                hash ^= word
                index += 4
            }
            let rest = bytes.count - index
            if rest >= 3 { hash ^= UInt32(bytes[index + 2]) << 16 }
            if rest >= 2 { hash ^= UInt32(bytes[index + 1]) << 8 }
            if rest >= 1 {
                hash ^= UInt32(bytes[index])
                hash &*= multiplier
            }
            hash ^= hash >> 13
            hash &*= multiplier
            hash ^= hash >> 15
            return hash
        }
    }
}
