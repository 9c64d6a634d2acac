import StreamCore

/// How records lie in a batch: one after the other, each with 24 bytes in front (offset from the batch's first, timestamp, lengths of
/// key, headers and value; -1 for none), all little endian.
struct RecordEncoder {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    static let headSize = 24

    mutating func append(offset: UInt32, timestamp: Instant, key: Bytes?, headers: Headers, value: Bytes?) {
        let encodedHeaders = headers.encoded
        let size = RecordEncoder.headSize + (key?.count ?? 0) + encodedHeaders.count + (value?.count ?? 0)
        let start = bytes.count
        if bytes.capacity < start + size { bytes.reserveCapacity(max(start + size, bytes.capacity * 2)) }
        // One growth and plain copies: this is passed by every record that is written.
        withUnsafeTemporaryAllocation(byteCount: RecordEncoder.headSize, alignment: 8) { head in
            head.storeBytes(of: offset.littleEndian, toByteOffset: 0, as: UInt32.self)
            head.storeBytes(of: Int32(key?.count ?? -1).littleEndian, toByteOffset: 4, as: Int32.self)
            head.storeBytes(of: timestamp.milliseconds.littleEndian, toByteOffset: 8, as: Int64.self)
            head.storeBytes(of: Int32(encodedHeaders.count).littleEndian, toByteOffset: 16, as: Int32.self)
            head.storeBytes(of: Int32(value?.count ?? -1).littleEndian, toByteOffset: 20, as: Int32.self)
            bytes.append(contentsOf: UnsafeRawBufferPointer(head))
        }
        if let key { bytes.append(contentsOf: key) }
        bytes.append(contentsOf: encodedHeaders)
        if let value { bytes.append(contentsOf: value) }
        count += 1
    }

    mutating func clear() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= 4 << 20)
        count = 0
    }
}

/// The records of a batch in memory. What it hands out are slices of one buffer.
struct RecordDecoder {
    struct Record {
        var offset: Int64
        var timestamp: Instant
        var key: Bytes?
        var headers: Headers
        var value: Bytes?
    }

    private let bytes: Bytes
    private let first: Int64
    private var position: Int

    init(_ bytes: Bytes, first: Int64) {
        self.bytes = bytes
        self.first = first
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position >= bytes.endIndex }

    /// The next record; nil at the end, and where the bytes are not what an encoder wrote.
    mutating func next() -> Record? {
        guard let head = peek() else { return nil }
        var place = position + RecordEncoder.headSize
        func take(_ length: Int) -> Bytes {
            defer { place += length }
            return bytes[place..<(place + length)]
        }
        let key = head.key < 0 ? nil : take(head.key)
        let headers = take(head.headers)
        let value = head.value < 0 ? nil : take(head.value)
        position = place
        return Record(
            offset: first + Int64(head.offset), timestamp: Instant(milliseconds: head.timestamp), key: key,
            headers: Headers(trusted: headers), value: value)
    }

    /// The place after the record at hand, when it lies before `offset`; false when it does not.
    mutating func skip(below offset: Int64) -> Bool {
        guard let head = peek(), first + Int64(head.offset) < offset else { return false }
        position += RecordEncoder.headSize + max(0, head.key) + head.headers + max(0, head.value)
        return true
    }

    private func peek() -> (offset: UInt32, timestamp: Int64, key: Int, headers: Int, value: Int)? {
        guard position + RecordEncoder.headSize <= bytes.endIndex else { return nil }
        let start = position - bytes.startIndex
        let head = bytes.withUnsafeBytes { raw in
            (
                offset: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: start, as: UInt32.self)),
                timestamp: Int64(littleEndian: raw.loadUnaligned(fromByteOffset: start + 8, as: Int64.self)),
                key: Int(Int32(littleEndian: raw.loadUnaligned(fromByteOffset: start + 4, as: Int32.self))),
                headers: Int(Int32(littleEndian: raw.loadUnaligned(fromByteOffset: start + 16, as: Int32.self))),
                value: Int(Int32(littleEndian: raw.loadUnaligned(fromByteOffset: start + 20, as: Int32.self)))
            )
        }
        let size = max(0, head.key) + head.headers + max(0, head.value)
        guard head.headers >= 0, position + RecordEncoder.headSize + size <= bytes.endIndex else { return nil }
        return head
    }
}
