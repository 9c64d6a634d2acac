/// One question or answer of Kafka's protocol: four bytes of length, then so many.
struct KafkaFrame {
    var bytes: [UInt8]

    /// What the head of a question says.
    struct Question {
        var api: Int16
        var version: Int16
        var correlation: Int32
        var client: String
    }

    var question: Question? {
        var reader = WireReader(bytes[4...])
        guard let api = try? reader.number(Int16.self), let version = try? reader.number(Int16.self),
            let correlation = try? reader.number(Int32.self), let client = try? reader.text() ?? ""
        else { return nil }
        return Question(api: api, version: version, correlation: correlation, client: client)
    }

    /// The number that ties an answer to its question.
    var correlation: Int32? {
        var reader = WireReader(bytes[4...])
        return try? reader.number(Int32.self)
    }

    /// An answer to a heartbeat (up to version 3) with another error: it is its last member.
    func refusing(_ code: Int16) -> KafkaFrame {
        var refused = self
        refused.bytes[bytes.count - 2] = UInt8(truncatingIfNeeded: code >> 8)
        refused.bytes[bytes.count - 1] = UInt8(truncatingIfNeeded: code)
        return refused
    }

    /// An answer to ApiVersions that does not know some questions. The head has always the plain form; from version 3 on the list is of
    /// the flexible form.
    func hiding(_ apis: Set<Int16>, version: Int16) -> KafkaFrame {
        guard bytes.count > 10 else { return self }
        var position = 10
        var count: Int
        if version >= 3 {
            var shift = 0
            count = 0
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                count |= Int(byte & 0x7f) << shift
                shift += 7
                if byte & 0x80 == 0 { break }
            }
            count -= 1
        } else {
            var reader = WireReader(bytes[10...])
            guard let number = try? reader.number(Int32.self) else { return self }
            count = Int(number)
            position = 14
        }
        // The flexible form ends each entry with its tags; a broker has none here.
        let size = version >= 3 ? 7 : 6
        guard count > 0, bytes.count >= position + count * size else { return self }
        let entries = (0..<count).map { Array(bytes[(position + $0 * size)..<(position + ($0 + 1) * size)]) }
        let kept = entries.filter { entry in !apis.contains(Int16(bitPattern: UInt16(entry[0]) << 8 | UInt16(entry[1]))) }
        var writer = WireWriter()
        if version >= 3 {
            var number = UInt(kept.count + 1)
            while number >= 0x80 {
                writer.number(UInt8(truncatingIfNeeded: number) | 0x80)
                number >>= 7
            }
            writer.number(UInt8(number))
        } else {
            writer.number(Int32(kept.count))
        }
        var body = Array(bytes[4..<10])
        body += writer.bytes
        for entry in kept { body += entry }
        body += bytes[(position + count * size)...]
        var length = WireWriter()
        length.number(Int32(body.count))
        return KafkaFrame(bytes: length.bytes + body)
    }
}

/// Cuts a stream of bytes into frames.
struct FrameBuffer {
    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count - start }

    mutating func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

    mutating func next() -> KafkaFrame? {
        guard count >= 4 else { return nil }
        let length = bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
        guard count >= 4 + length else { return nil }
        defer {
            start += 4 + length
            if start == bytes.count {
                bytes.removeAll(keepingCapacity: true)
                start = 0
            } else if start > 1 << 20 {
                bytes.removeFirst(start)
                start = 0
            }
        }
        return KafkaFrame(bytes: Array(bytes[start..<(start + 4 + length)]))
    }
}
