import RdKafka
import StreamCore

/// Records copied out of librdkafka's memory: once each, all of a poll into one run of bytes, of which the messages are slices.
struct RecordBuffer {
    private struct Record {
        var topic: Topic
        var partition: Int
        var offset: Int64
        var timestamp: Int64
        /// Where in the bytes key, headers and value begin and end; a length of -1 is null.
        var start: Int
        var key: Int
        var headers: Int
        var value: Int
    }

    private var bytes: [UInt8] = []
    private var records: [Record] = []

    var count: Int { records.count }

    /// Unsafe: this is passed by every byte that is read.
    mutating func append(_ view: Consumer.RecordView, topic: Topic) {
        let start = bytes.count
        let key = view.key
        let value = view.value
        if let key { bytes.append(contentsOf: key) }
        let headersStart = bytes.count
        view.forEachHeader { name, value in
            withUnsafeBytes(of: UInt16(truncatingIfNeeded: name.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: name.prefix(Int(UInt16.max)))
            withUnsafeBytes(of: (value.map { UInt32($0.count) } ?? .max).littleEndian) { bytes.append(contentsOf: $0) }
            if let value { bytes.append(contentsOf: value) }
        }
        let headers = bytes.count - headersStart
        if let value { bytes.append(contentsOf: value) }
        records.append(
            Record(
                topic: topic, partition: view.partition, offset: view.offset, timestamp: view.timestamp, start: start,
                key: key?.count ?? -1, headers: headers, value: value?.count ?? -1))
    }

    mutating func removeAll() {
        bytes = []
        records = []
    }

    /// The first records as messages. The others stay.
    mutating func take(_ recordsMax: Int = .max) -> [Message] {
        let bytes = self.bytes
        let taken = records.prefix(recordsMax).map { record in
            var place = record.start
            func slice(_ length: Int) -> Bytes {
                defer { place += length }
                return bytes[place..<(place + length)]
            }
            let key = record.key < 0 ? nil : slice(record.key)
            let headers = slice(record.headers)
            let value = record.value < 0 ? nil : slice(record.value)
            return Message(
                topic: record.topic, partition: record.partition, offset: record.offset,
                timestamp: Instant(milliseconds: record.timestamp), key: key, value: value, headers: Headers(trusted: headers))
        }
        if taken.count < records.count {
            records.removeFirst(taken.count)
            return taken
        }
        self.bytes = []
        records.removeAll(keepingCapacity: true)
        // The next poll will bring about as much.
        self.bytes.reserveCapacity(min(bytes.count, 4 << 20))
        return taken
    }
}
