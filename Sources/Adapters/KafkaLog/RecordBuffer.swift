import RdKafka
import StreamCore

/// Records copied out of librdkafka's memory, of which the messages are slices: all that are taken together share one run of bytes.
struct RecordBuffer {
    private struct Record {
        var topic: Topic
        var partition: Int
        var offset: Int64
        var timestamp: Int64
        /// Where in the bytes key, headers and value begin, one after the other; a length of -1 is null.
        var start: Int
        var key: Int
        var headers: Int
        var value: Int
    }

    private let scratch = ScratchBytes()
    private var records: [Record] = []
    /// How many were taken of the front.
    private var taken = 0

    var count: Int { records.count - taken }

    mutating func append(_ view: Consumer.RecordView, topic: Topic) {
        let start = scratch.count
        let key = view.key
        let value = view.value
        if let key { scratch.append(key) }
        let headersStart = scratch.count
        HeaderCodec.append(view, to: scratch)
        let headers = scratch.count - headersStart
        if let value { scratch.append(value) }
        records.append(
            Record(
                topic: topic, partition: view.partition, offset: view.offset, timestamp: view.timestamp, start: start,
                key: key?.count ?? -1, headers: headers, value: value?.count ?? -1))
    }

    /// Forgets the records of one partition that were not taken yet.
    mutating func remove(_ place: TopicPartition) {
        records = records[taken...].filter { $0.topic != place.topic || $0.partition != place.partition }
        taken = 0
        if records.isEmpty { removeAll() }
    }

    mutating func removeAll() {
        scratch.clear()
        records.removeAll(keepingCapacity: true)
        taken = 0
    }

    /// The first records as messages. The others stay.
    mutating func take(_ recordsMax: Int = .max) -> [Message] {
        guard count > 0, recordsMax > 0 else { return [] }
        let chosen = records[taken...].prefix(recordsMax)
        let first = records[taken].start
        let bytes = scratch.bytes(first..<(chosen.endIndex < records.count ? records[chosen.endIndex].start : scratch.count))
        let messages = chosen.map { record in
            var place = record.start - first
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
        taken += messages.count
        if taken == records.count { removeAll() }
        return messages
    }
}
