import StreamCore

/// A message packed into bytes, with its origin: what is parked, dead-lettered and redriven.
public enum Parcel {
    private static let version: UInt8 = 1

    public static func pack(_ message: Message) -> Bytes {
        var bytes = Bytes()
        bytes.reserveCapacity(64 + (message.value?.count ?? 0) + message.headers.encoded.count)
        bytes.append(version)
        append(Bytes(utf8: message.topic.name), to: &bytes)
        bytes.append(bigEndian: UInt64(message.partition))
        bytes.append(bigEndian: UInt64(bitPattern: message.offset))
        bytes.append(bigEndian: UInt64(bitPattern: message.timestamp.milliseconds))
        append(message.key, to: &bytes)
        append(message.headers.encoded, to: &bytes)
        append(message.value, to: &bytes)
        return bytes
    }

    /// The inverse of `pack`; nil for bytes that it did not make.
    public static func unpack(_ bytes: Bytes) -> Message? {
        var reader = Reader(rest: bytes)
        guard reader.byte() == version, let topic = reader.field(), let topic, let partition = reader.number(),
            let offset = reader.number(),
            let timestamp = reader.number(), let key = reader.field(), let encoded = reader.field(), let encoded,
            let headers = Headers(encoded: encoded), let value = reader.field(), reader.rest.isEmpty
        else { return nil }
        return Message(
            topic: Topic(topic.text), partition: Int(partition), offset: Int64(bitPattern: offset),
            timestamp: Instant(milliseconds: Int64(bitPattern: timestamp)), key: key, value: value, headers: headers)
    }

    private static func append(_ field: Bytes?, to bytes: inout Bytes) {
        guard let field else { return bytes.append(bigEndian: .max) }
        bytes.append(bigEndian: UInt64(field.count))
        bytes.append(contentsOf: field)
    }

    struct Reader {
        var rest: Bytes

        mutating func byte() -> UInt8? { rest.popFirst() }

        mutating func number() -> UInt64? {
            guard let number = rest.leadingBigEndian else { return nil }
            rest = rest.dropFirst(8)
            return number
        }

        /// The outer optional: whether there was a field; the inner: whether it was null.
        mutating func field() -> Bytes?? {
            guard let length = number() else { return nil }
            if length == .max { return .some(nil) }
            guard length <= UInt64(rest.count) else { return nil }
            let field = rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            return .some(field)
        }
    }
}

/// An input that waits in a line: the message and what was known when it was parked.
public struct ParkedInput: Sendable {
    public var message: Message
    /// The place its outputs name as their cause: its own, or that of the redrive.
    public var cause: Origin
    public var attempts: Int
    /// The code for the dead letter, should its queue be full.
    public var code: String
    /// For each input the end it had when this was parked.
    public var ends: [Topic: Int64]

    public init(message: Message, cause: Origin, attempts: Int, code: String, ends: [Topic: Int64]) {
        self.message = message
        self.cause = cause
        self.attempts = attempts
        self.code = code
        self.ends = ends
    }

    public func pack() -> Bytes {
        var head = "\(cause)\n\(attempts)\n\(code)\n"
        for (topic, end) in ends.sorted(by: { $0.key < $1.key }) { head += "\(topic)=\(end)\n" }
        var bytes = Bytes()
        let headBytes = Bytes(utf8: head)
        bytes.append(bigEndian: UInt64(headBytes.count))
        bytes.append(contentsOf: headBytes)
        bytes.append(contentsOf: Parcel.pack(message))
        return bytes
    }

    public init?(packed bytes: Bytes) {
        guard let length = bytes.leadingBigEndian, length <= UInt64(bytes.count - 8) else { return nil }
        let head = bytes.dropFirst(8).prefix(Int(length)).text
        let lines = head.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, let cause = Origin(String(lines[0])), let attempts = Int(lines[1]),
            let message = Parcel.unpack(bytes.dropFirst(8 + Int(length)))
        else { return nil }
        var ends: [Topic: Int64] = [:]
        for line in lines[3...] where !line.isEmpty {
            guard let equals = line.lastIndex(of: "="), let end = Int64(line[line.index(after: equals)...]) else { return nil }
            ends[Topic(String(line[..<equals]))] = end
        }
        self.init(message: message, cause: cause, attempts: attempts, code: String(lines[2]), ends: ends)
    }
}
